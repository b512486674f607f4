import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Pulse } from "../src/pulse";
import { Home, aPage } from "./home";

beforeEach(aPage);
afterEach(() => vi.useRealTimers());

test("who answers is there, however quiet the house is", async () => {
  const home = new Home();
  const changed = vi.fn();
  Pulse.of(home).watch(changed);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(home.pings).toBeGreaterThan(20);
  expect(changed).not.toHaveBeenCalled();
});

test("who does not answer is lost within five seconds, and found again", async () => {
  const home = new Home();
  const pulse = Pulse.of(home);
  const changed = vi.fn();
  pulse.watch(changed);
  home.deaf = true;
  await vi.advanceTimersByTimeAsync(4500);
  expect(pulse.lost).toBe(false);
  await vi.advanceTimersByTimeAsync(1000);
  expect(pulse.lost).toBe(true);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(changed).toHaveBeenCalledTimes(1);
  home.recover();
  await vi.advanceTimersByTimeAsync(0);
  expect(pulse.lost).toBe(false);
  expect(changed).toHaveBeenCalledTimes(2);
});

test("who asks now knows three seconds later", async () => {
  const home = new Home();
  const pulse = Pulse.of(home);
  pulse.watch(() => undefined);
  home.deaf = true;
  pulse.ask();
  await vi.advanceTimersByTimeAsync(2500);
  expect(pulse.lost).toBe(false);
  await vi.advanceTimersByTimeAsync(500);
  expect(pulse.lost).toBe(true);
  expect(home.pings).toBe(1);
});

test("a word of the boots is an answer, and nobody is asked", async () => {
  const home = new Home();
  const pulse = Pulse.of(home);
  pulse.watch(() => undefined);
  home.deaf = true;
  for (let quarter = 0; quarter < 40; quarter++) {
    await vi.advanceTimersByTimeAsync(250);
    pulse.heard();
  }
  expect(home.pings).toBe(0);
  expect(pulse.lost).toBe(false);
});

test("all cards share one watch, and nobody who looks away is told", async () => {
  const home = new Home();
  const [one, other] = [vi.fn(), vi.fn()];
  expect(Pulse.of(home)).toBe(Pulse.of(home));
  const away = Pulse.of(home).watch(one);
  Pulse.of(home).watch(other);
  away();
  home.deaf = true;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(one).not.toHaveBeenCalled();
  expect(other).toHaveBeenCalledTimes(1);
  expect(home.pings).toBe(1);
});

test("a connection that is down tells of it itself", async () => {
  const home = new Home();
  const pulse = Pulse.of(home);
  pulse.watch(() => undefined);
  home.connected = false;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(home.pings).toBe(0);
  expect(pulse.lost).toBe(false);
});

test("who was asked only just is not late", async () => {
  const home = new Home();
  const pulse = Pulse.of(home);
  pulse.watch(() => undefined);
  home.deaf = true;
  pulse.ask();
  expect(pulse.waiting).toBe(false);
  // As long as a hold lasts.
  await vi.advanceTimersByTimeAsync(1200);
  expect(pulse.waiting).toBe(true);
  home.recover();
  await vi.advanceTimersByTimeAsync(0);
  expect(pulse.waiting).toBe(false);
});
