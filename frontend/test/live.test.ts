import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ReactiveControllerHost } from "lit";
import { example } from "../src/example";
import type { Hass } from "../src/hass";
import { Live } from "../src/live";
import type { Message } from "../src/message";
import { Home, aPage } from "./home";

beforeEach(aPage);
afterEach(() => vi.useRealTimers());

const BOOTS = {} as Message["capabilities"];

function told(changes: Partial<Message> = {}): Message {
  return { ...example(), capabilities: BOOTS, ...changes };
}

async function looking(home: Home): Promise<{ live: Live; drawn: ReturnType<typeof vi.fn> }> {
  const drawn = vi.fn();
  const host = {
    isConnected: true,
    addController: () => undefined,
    requestUpdate: drawn,
  } as unknown as ReactiveControllerHost & HTMLElement;
  const live = new Live(host);
  live.look({ connection: home } as unknown as Hass, "boots");
  await vi.advanceTimersByTimeAsync(0);
  return { live, drawn };
}

test("a connection that broke without a word leaves nothing on the screen", async () => {
  const home = new Home();
  const { live } = await looking(home);
  home.tell(told());
  expect(live.silent).toBe(false);
  home.deaf = true;
  await vi.advanceTimersByTimeAsync(5500);
  expect(live.offline).toBe(true);
  expect(live.silent).toBe(true);
  expect(live.message!.legs!.left!.pressures_mmhg).toBeNull();
  home.recover();
  await vi.advanceTimersByTimeAsync(0);
  expect(live.offline).toBe(false);
  // Until it is told anew nothing is known, and one subscription tells.
  expect(live.silent).toBe(true);
  expect(home.listeners).toBe(1);
  home.tell(told());
  expect(live.silent).toBe(false);
});

test("boots that were removed are not waited for for ever", async () => {
  const home = new Home();
  const { live, drawn } = await looking(home);
  home.tell(told());
  home.tell(told({ capabilities: null, legs: {} }));
  expect(live.missing).toBe(true);
  await vi.advanceTimersByTimeAsync(110_000);
  expect(live.lost).toBe(false);
  await vi.advanceTimersByTimeAsync(9000);
  drawn.mockClear();
  await vi.advanceTimersByTimeAsync(3000);
  expect(live.lost).toBe(true);
  expect(drawn).toHaveBeenCalled();
  home.tell(told());
  expect(live.lost).toBe(false);
});

test("boots that were never there are asked for again, and are lost as late", async () => {
  const home = new Home();
  home.there = false;
  const { live } = await looking(home);
  expect(live.missing).toBe(true);
  await vi.advanceTimersByTimeAsync(121_000);
  expect(live.lost).toBe(true);
  home.there = true;
  await vi.advanceTimersByTimeAsync(3000);
  home.tell(told());
  expect(live.lost).toBe(false);
  expect(live.silent).toBe(false);
});

test("time is Home Assistant's, whatever the clock of the screen says", async () => {
  const home = new Home();
  const { live } = await looking(home);
  const right = Date.now() - 3 * 60_000;
  home.tell(told({ at: new Date(right).toISOString() }));
  expect(live.now).toBe(right);
  await vi.advanceTimersByTimeAsync(2000);
  expect(live.now).toBe(right + 2000);
});

test("a page that looks away hears and asks nothing", async () => {
  const home = new Home();
  const { live } = await looking(home);
  home.tell(told());
  live.hostDisconnected();
  await vi.advanceTimersByTimeAsync(0);
  expect(home.listeners).toBe(0);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(home.pings).toBe(0);
  expect(live.silent).toBe(true);
});
