import { expect, test } from "vitest";
import type { Hass } from "../src/hass";
import { dayAndTime, weekday, written } from "../src/locale";

function home(language: string, locale?: Record<string, string>): Hass {
  return { language, locale } as unknown as Hass;
}

test("decimals are the profile's, and else the language's", () => {
  const forms = (language: string, number_format?: string) =>
    written(2.5, home(language, number_format ? { number_format } : undefined));
  expect(forms("en")).toBe("2.5");
  expect(forms("de")).toBe("2,5");
  expect(forms("de", "language")).toBe("2,5");
  expect(forms("de", "comma_decimal")).toBe("2.5");
  expect(forms("en", "decimal_comma")).toBe("2,5");
  expect(forms("de", "none")).toBe("2.5");
});

test("the clock has the hours that the profile wants", () => {
  const at = new Date(2026, 10, 27, 21, 5);
  const told = (language: string, time_format?: string) =>
    dayAndTime(at, home(language, time_format ? { time_format } : undefined)).replace(
      /\s/g,
      " ",
    );
  expect(told("en")).toBe("Fri 9:05 PM");
  expect(told("de")).toBe("Fr., 21:05");
  expect(told("en", "24")).toMatch(/^Fri 21:05$/);
  expect(told("de", "12")).toMatch(/9:05 PM$/);
  expect(told("en", "language")).toBe("Fri 9:05 PM");
  const system = new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions();
  expect(told("en", "system")).toBe(told("en", system.hour12 ? "12" : "24"));
});

test("today is the day of the home", () => {
  const now = Date.parse("2026-11-27T23:30:00Z");
  const there = (time_zone: string) =>
    weekday(now, { language: "en", config: { time_zone } } as unknown as Hass);
  expect(there("UTC")).toBe(4);
  expect(there("Asia/Tokyo")).toBe(5);
  expect(there("America/New_York")).toBe(4);
});
