/** Numbers and times as the profile of who looks has them. */

import type { Hass } from "./hass";

/** The languages whose decimals a profile can choose; grouped ones never come up. */
const DECIMALS: Record<string, string | undefined> = {
  comma_decimal: "en",
  decimal_comma: "de",
  space_comma: "fr",
  quote_decimal: "de-CH",
  none: "en",
  system: undefined,
};

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** A number with the decimals of the profile, else of the language. */
export function written(value: number, hass: Hass): string {
  const chosen = hass.locale?.number_format ?? "language";
  const language = chosen in DECIMALS ? DECIMALS[chosen] : hass.language;
  return new Intl.NumberFormat(language).format(value);
}

/** A day of the week and a time, by the clock of 12 or of 24 hours. */
export function dayAndTime(at: Date, hass: Hass): string {
  return new Intl.DateTimeFormat(hass.language, {
    weekday: "short",
    hour: "numeric",
    minute: "2-digit",
    hourCycle: cycle(hass.locale?.time_format),
  }).format(at);
}

/** Today where the home is, from Monday, 0. */
export function weekday(now: number, hass: Hass): number {
  const format = new Intl.DateTimeFormat("en", {
    weekday: "short",
    timeZone: hass.config?.time_zone,
  });
  return DAYS.indexOf(format.format(now));
}

function cycle(chosen: string | undefined): "h12" | "h23" | undefined {
  if (chosen === "system") {
    const { hour12 } = new Intl.DateTimeFormat(undefined, {
      hour: "numeric",
    }).resolvedOptions();
    return hour12 ? "h12" : "h23";
  }
  return chosen === "12" ? "h12" : chosen === "24" ? "h23" : undefined;
}
