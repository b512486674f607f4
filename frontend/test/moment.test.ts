import { expect, test } from "vitest";
import { example } from "../src/example";
import type { Capabilities, Message, Routine } from "../src/message";
import { read } from "../src/message";
import {
  activeZones,
  clock,
  finePhase,
  gone,
  highest,
  leftOf,
  level,
  measured,
  minutes,
  paragraphs,
  ring,
  settingsOf,
  targetMmhg,
  stepped,
  troubles,
  zoneKeys,
} from "../src/moment";
import { chambers } from "../src/shape";

const BY_HAND: Capabilities = {
  measure: "levels",
  by_hand: true,
  chambers: 4,
  strength_min: 1,
  strength_max: 6,
  strength_step: 1,
  duration_min_s: 60,
  duration_max_s: 3600,
  programmes: ["own"],
  features: [],
};
const NOW = Date.parse("2026-11-26T20:00:00Z");

function moment(changes: Partial<Message> = {}, session = {}): Message {
  const message = example();
  return { ...message, ...changes, session: { ...message.session, ...session } };
}

test("the gravest trouble comes first", () => {
  const message = moment(
    { faults: ["pump"], locked: true, precautions: true, available: false },
    { stop_unconfirmed: true },
  );
  expect(troubles(message)).toEqual([
    "stop_unconfirmed",
    "fault",
    "locked",
    "precautions",
    "away",
  ]);
  expect(troubles(moment())).toEqual([]);
  expect(troubles(moment({ bench_only: true }))).toEqual(["bench"]);
});

test("boots that are worked by hand are never away", () => {
  expect(troubles(moment({ available: false, capabilities: BY_HAND }))).toEqual([]);
});

test("levels and mmHg have one name, and a level is no pressure", () => {
  const told = { level: 2, capabilities: { level_max: 6 }, legs: { left: { level: 2 } } };
  expect(read(told)).toEqual({
    strength: 2,
    capabilities: { strength_max: 6 },
    legs: { left: { strength: 2 } },
  });
  expect(read({ target_mmhg: 40, week_s: [1, 2] })).toEqual({ strength: 40, week_s: [1, 2] });
  expect(targetMmhg(moment())).toBe(40);
  expect(targetMmhg(moment({ capabilities: BY_HAND, strength: 2 }))).toBeNull();
});

test("what nobody measured is unknown, and empties no chamber's neighbour", () => {
  const message = moment();
  message.legs!.left!.pressures_mmhg = null;
  message.legs!.right!.pressures_mmhg = [null, 12, null, 3, 0];
  // One leg is not the other: the higher one may be the one that is silent.
  expect(highest(message)).toBeNull();
  message.legs!.left!.in_session = false;
  expect(highest(message)).toBe(12);
  message.legs!.right!.pressures_mmhg = null;
  expect(highest(message)).toBeNull();
  expect(highest(moment({ legs: {} }))).toBeNull();
});

test("what was said before a link went is no news; noise is nothing", () => {
  const leg = moment().legs!.left!;
  expect(measured({ ...leg, pressures_mmhg: [-0.6, 12.4] })).toEqual([0, 12]);
  expect(measured({ ...leg, link: { state: "released", reason: "idle" } })).toEqual([]);
  expect(measured(undefined)).toEqual([]);
});

test("a chamber fills by its pressure, and not beyond its brim", () => {
  expect(level(20, 40)).toBe(0.5);
  expect(level(60, 40)).toBe(1);
  expect(level(null, 40)).toBe(0);
  expect(level(-1, 40)).toBe(0);
  expect(level(10, null)).toBe(0.25);
});

test("the ring counts what is left", () => {
  const ends = new Date(NOW + 300_000).toISOString();
  expect(ring(moment({}, { ends_at: ends }), NOW)).toEqual({ seconds: 300, part: 0.25 });
  expect(ring(moment({}, { phase: "paused", ends_at: ends }), NOW).seconds).toBe(760);
  expect(ring(moment({}, { phase: "idle" }), NOW)).toEqual({ seconds: null, part: 0 });
  expect(ring(moment({}, { phase: "awaiting", awaiting_until: ends }), NOW)).toEqual({
    seconds: 300,
    part: 0.5,
  });
});

test("a session that others started has no known length", () => {
  const message = moment({}, { settings: null });
  expect(settingsOf(message)).toBeNull();
  expect(ring(message, NOW)).toEqual({ seconds: 760, part: 1 });
});

test("clocks", () => {
  expect(clock(0)).toBe("0:00");
  expect(clock(1122)).toBe("18:42");
  expect(clock(3720)).toBe("1:02:00");
  expect([0, 150, 1482, 1200].map(minutes)).toEqual([0, 2.5, 25, 20]);
});

test("a stepper keeps to its steps and never passes a limit", () => {
  const range = { min: 20, max: 58, step: 5 };
  expect(stepped(30, 1, range)).toBe(35);
  expect(stepped(30, -1, range)).toBe(25);
  expect(stepped(33, 1, range)).toBe(35);
  expect(stepped(33, -1, range)).toBe(30);
  expect(stepped(55, 1, range)).toBe(55);
  expect(stepped(20, -1, range)).toBe(20);
});

test("zones and phases in the boots' words", () => {
  expect(zoneKeys(5)[0]).toBe("foot");
  expect(zoneKeys(3)).toEqual(["chamber_1", "chamber_2", "chamber_3"]);
  expect(activeZones(moment())).toEqual([3]);
  expect(finePhase(moment())).toBe("inflating");
  expect(finePhase(moment({ legs: {} }))).toBeNull();
});

test("texts keep their strong parts", () => {
  expect(paragraphs("**Stop** now, *gently*.\n\nThen rest.")).toEqual([
    [
      { text: "Stop", strong: true },
      { text: " now, gently.", strong: false },
    ],
    [{ text: "Then rest.", strong: false }],
  ]);
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])("a leg of %i chambers is drawn", (count) => {
  const drawn = chambers(count);
  expect(drawn).toHaveLength(count);
  // The foot first, and upwards from there.
  const heights = drawn.map(({ y }) => y);
  expect(heights).toEqual([...heights].sort((one, other) => other - one));
  for (const { path } of drawn) expect(path).not.toContain("NaN");
});

const ROUTINE: Routine = {
  routine_id: "evening",
  name: "Evening",
  phase: "running",
  index: 0,
  steps: [{ kind: "mobility", duration_s: 300, state: "now" }],
  ends_at: new Date(NOW + 90_000).toISOString(),
  remaining_s: 120,
};

test("a routine's step counts down between two messages", () => {
  expect(leftOf(ROUTINE, NOW)).toBe(90);
  expect(leftOf(ROUTINE, NOW + 200_000)).toBe(0);
  expect(leftOf({ ...ROUTINE, ends_at: null }, NOW)).toBe(120);
});

test("nothing is known of boots that nobody reports of", () => {
  const seen = moment({ routine: ROUTINE, faults: ["pump"] });
  const left = gone(seen);
  expect(highest(left)).toBeNull();
  expect(activeZones(left)).toEqual([]);
  expect(finePhase(left)).toBeNull();
  expect(ring(left, NOW).seconds).toBeNull();
  expect(left.phase).toBeNull();
  expect(leftOf(left.routine!, NOW)).toBeNull();
  expect(gone(moment({ guidance: "set_and_start" })).guidance).toBeNull();
  expect(gone(moment({ guidance: "press_stop" })).guidance).toBe("press_stop");
  // What somebody has to see to is not over because nobody says so.
  expect(left.faults).toEqual(["pump"]);
  // What there is to see is the same.
  expect(Object.keys(left.legs!)).toEqual(Object.keys(seen.legs!));
  expect(left.session.phase).toBe(seen.session.phase);
  expect(left.setpoints).toEqual(seen.setpoints);
  // And what was told is still what was told.
  expect(highest(seen)).toBe(37);
});
