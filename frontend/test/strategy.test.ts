import { beforeEach, expect, test, vi } from "vitest";
import type { Hass } from "../src/hass";
import { aPage } from "./home";

beforeEach(() => aPage());

function home(words: Record<string, string>): Hass {
  return {
    language: "en",
    states: {},
    entities: {},
    devices: {},
    localize: (key: string) => words[key.split(".card_")[1] ?? ""] ?? "",
    loadBackendTranslation: () => Promise.resolve(),
    callWS: () => Promise.resolve([]),
  } as unknown as Hass;
}

test("a page waits for its words", async () => {
  vi.stubGlobal("HTMLElement", class {});
  const { KumoBootsStrategy } = await import("../src/strategy");
  const element = { hass: home({}) };
  vi.stubGlobal("document", { querySelector: () => element });
  const told = { loading: "Looking…", no_boots: "No boots here." };
  setTimeout(() => (element.hass = home(told)), 1234);
  const made = KumoBootsStrategy.generate({}, home({}));
  await vi.advanceTimersByTimeAsync(1000);
  await expect(Promise.race([made, Promise.resolve("waits")])).resolves.toBe("waits");
  await vi.advanceTimersByTimeAsync(1000);
  const [view] = (await made).views as { cards: { content: string }[] }[];
  expect(view!.cards[0]!.content).toBe("No boots here.");
  // Without words for long there is a page all the same.
  element.hass = home({});
  const bare = KumoBootsStrategy.generate({}, home({}));
  await vi.advanceTimersByTimeAsync(6000);
  expect((await bare).views).toHaveLength(1);
});
