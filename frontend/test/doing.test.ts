import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ReactiveControllerHost } from "lit";
import { Deeds, Refusal } from "../src/deeds";
import { Doing } from "../src/doing";
import { example } from "../src/example";
import type { Hass } from "../src/hass";
import type { Live } from "../src/live";
import type { Words } from "../src/words";
import { aPage } from "./home";

beforeEach(aPage);
afterEach(() => vi.useRealTimers());

function aCard() {
  const live = {
    offline: false,
    silent: false,
    waiting: false,
    ask: vi.fn(),
    message: { session: { phase: "running", stop_unconfirmed: false } },
  };
  const host = { addController: () => undefined, requestUpdate: () => undefined };
  const words = { say: (key: string) => key } as unknown as Words;
  const doing = new Doing(
    host as unknown as ReactiveControllerHost,
    live as unknown as Live,
    () => words,
  );
  return { doing, live };
}

const fail = (error: unknown) => () => Promise.reject(error);

test.each([
  [{ code: "home_assistant_error", message: "The boots are charging." }, "The boots are charging."],
  [new Refusal("Not at night."), "Not at night."],
  [3, "offline"],
  [{ type: "result", error: { code: 3, message: "Connection lost" } }, "offline"],
  [{ code: 3, message: "Connection lost" }, "offline"],
])("what goes wrong is said for a person: %o", async (error, said) => {
  const { doing } = aCard();
  expect(await doing.do("pause", fail(error))).toBe(false);
  expect(doing.wrong).toBe(said);
  await vi.advanceTimersByTimeAsync(12_000);
  expect(doing.wrong).toBe("");
});

test.each(["stop", "too_strong", "routine_stop"])(
  "a %s that fails stays until somebody tries again",
  async (what) => {
    const { doing } = aCard();
    await doing.do(what, fail(3));
    expect(doing.wrong).toBe("stop_not_sent");
    await vi.advanceTimersByTimeAsync(600_000);
    expect(doing.wrong).toBe("stop_not_sent");
    expect(await doing.do(what, () => Promise.resolve())).toBe(true);
    expect(doing.wrong).toBe("");
  },
);

test("a stop that nobody answers is told as one that did not get through", async () => {
  const { doing, live } = aCard();
  let arrive = (_: unknown) => {};
  const done = doing.do("stop", () => new Promise((resolve) => (arrive = resolve)));
  expect(live.ask).toHaveBeenCalled();
  doing.hostUpdate();
  expect(doing.wrong).toBe("");
  live.offline = true;
  doing.hostUpdate();
  expect(doing.wrong).toBe("stop_not_sent");
  arrive(null);
  expect(await done).toBe(true);
  expect(doing.wrong).toBe("");
  expect(doing.is("stop")).toBe(false);
});

test("a stop that failed is told whatever else is done, until the boots are empty", async () => {
  const { doing, live } = aCard();
  await doing.do("stop", fail(3));
  await doing.do("pause", fail(3));
  await vi.advanceTimersByTimeAsync(13_000);
  expect(doing.wrong).toBe("stop_not_sent");
  live.silent = true;
  live.message.session.phase = "idle";
  doing.hostUpdate();
  expect(doing.wrong).toBe("stop_not_sent");
  live.silent = false;
  doing.hostUpdate();
  expect(doing.wrong).toBe("");
});

test("nobody says yes to who does not answer", async () => {
  const { doing, live } = aCard();
  live.waiting = true;
  const act = vi.fn(() => Promise.resolve());
  for (const yes of ["start", "confirm", "resume"]) {
    expect(await doing.do(yes, act)).toBe(false);
    expect(doing.wrong).toBe("offline");
  }
  expect(act).not.toHaveBeenCalled();
  expect(await doing.do("stop", act)).toBe(true);
  expect(act).toHaveBeenCalledTimes(1);
});

test("two of a kind are both waited for", async () => {
  const { doing } = aCard();
  const ends: (() => void)[] = [];
  const act = () => new Promise<void>((resolve) => ends.push(resolve));
  const [one, other] = [doing.do("set", act), doing.do("set", act)];
  ends[0]!();
  await one;
  expect(doing.is("set")).toBe(true);
  ends[1]!();
  await other;
  expect(doing.is("set")).toBe(false);
});

test("a yes that arrives late is none", async () => {
  const called: string[] = [];
  const said: unknown[] = [];
  let slow = 0;
  const hass = {
    callService: async (_: string, service: string, data: Record<string, unknown>) => {
      called.push(service);
      said.push(data.said);
      await vi.advanceTimersByTimeAsync(slow);
      return { response: { boots: [{ result: "awaiting", request: 7 }] } };
    },
  } as unknown as Hass;
  const home = Date.parse("2026-11-27T20:00:00Z");
  const deeds = new Deeds(hass, "boots", () => home);
  const settings = example().setpoints!;
  await deeds.start(example(), settings, true, performance.now());
  expect(called).toEqual(["start_session", "confirm_session"]);
  // Once it is on its way only Home Assistant can tell, by its own clock.
  await deeds.resume();
  expect(said).toEqual(Array(3).fill("2026-11-27T20:00:00.000Z"));
  expect(called.pop()).toBe("resume_session");
  await deeds.start(example(), settings, false, performance.now());
  expect(called.splice(0)).toEqual(["start_session", "confirm_session", "start_session"]);
  slow = 6000;
  await deeds.start(example(), settings, true, performance.now());
  expect(called.splice(0)).toEqual(["start_session"]);
  await deeds.start(example(), settings, true, performance.now() - 6000);
  expect(called).toEqual([]);
});
