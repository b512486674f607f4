/** What the card makes of a message: pure, so that it can be tested without a browser. */

import type { Leg, Message, Routine, Settings } from "./message";
import { SIDES } from "./message";

/** The phases in which the session's own settings are shown, and not the next one's. */
const ENGAGED = new Set(["awaiting", "starting", "running", "paused"]);

export type Trouble =
  | "stop_unconfirmed"
  | "fault"
  | "locked"
  | "precautions"
  | "bench"
  | "away";

/** Tell whether these are boots without Bluetooth: nothing of them can be measured. */
export function byHand(message: Message): boolean {
  return message.capabilities?.by_hand === true;
}

/** What a person has to know or do first, the gravest first. */
export function troubles(message: Message): Trouble[] {
  const found: Trouble[] = [];
  if (message.session.stop_unconfirmed) found.push("stop_unconfirmed");
  if (message.faults.length) found.push("fault");
  if (message.locked) found.push("locked");
  if (message.precautions) found.push("precautions");
  if (message.bench_only) found.push("bench");
  if (!message.available && !byHand(message)) found.push("away");
  return found;
}

/** The settings that count now. */
export function settingsOf(message: Message): Settings | null {
  return ENGAGED.has(message.session.phase)
    ? message.session.settings
    : message.setpoints;
}

export function isEngaged(message: Message): boolean {
  return ENGAGED.has(message.session.phase);
}

/**
 * What a leg measures now, mmHg from the foot; what it said before its link went is no
 * news. A little less than nothing is the noise of an empty chamber's sensor.
 */
export function measured(leg: Leg | undefined): (number | null)[] {
  if (!leg?.pressures_mmhg || (leg.link && leg.link.state !== "ready")) return [];
  return leg.pressures_mmhg.map((value) =>
    value === null ? null : Math.max(0, Math.round(value)),
  );
}

/**
 * What is left of a picture when nobody reports any more: what there is, and nothing of
 * how it is. The same shape, so that nothing moves; and what somebody has to see to
 * stays, until it is said that it is over.
 */
export function gone(message: Message): Message {
  const legs = { ...message.legs };
  for (const side of SIDES) {
    const leg = legs[side];
    if (leg) {
      legs[side] = { ...leg, phase: "unknown", active_zones: [], pressures_mmhg: null };
    }
  }
  const { routine } = message;
  return {
    ...message,
    ...(message.legs ? { legs } : {}),
    ...(routine ? { routine: { ...routine, ends_at: null, remaining_s: null } } : {}),
    phase: null,
    strength: null,
    // Nobody is told to start what may be over.
    guidance: message.guidance === "set_and_start" ? null : (message.guidance ?? null),
    session: { ...message.session, remaining_s: null, ends_at: null, awaiting_until: null },
  };
}

/** The highest pressure that is measured now, mmHg; null where none is. */
export function highest(message: Message): number | null {
  const known = SIDES.flatMap((side) => message.legs?.[side] ?? []);
  const worn = known.filter((leg) => leg.in_session);
  let most: number | null = null;
  for (const leg of worn.length ? worn : known) {
    const values = measured(leg).filter((value) => value !== null);
    // One leg is not the other: where one is unknown so is the highest.
    if (!values.length) return null;
    most = Math.max(most ?? 0, ...values);
  }
  return most;
}

/** What the foot is to get, mmHg; null where that is a level, which is no pressure. */
export function targetMmhg(message: Message): number | null {
  if (message.capabilities?.measure === "levels") return null;
  return message.strength ?? settingsOf(message)?.strength ?? null;
}

/** How full a chamber is, 0 to 1: its pressure against the target of the foot. */
export function level(pressure: number | null, target: number | null): number {
  if (pressure === null) return 0;
  return Math.min(1, Math.max(0, pressure / Math.max(20, target ?? 40)));
}

/** What is left of the step of a routine, s; null where nobody knows. */
export function leftOf(routine: Routine, now: number): number | null {
  return routine.ends_at === null
    ? routine.remaining_s
    : Math.max(0, (Date.parse(routine.ends_at) - now) / 1000);
}

export interface Ring {
  /** What is left, s; null while nothing is counted. */
  seconds: number | null;
  /** The part that is left, 0 to 1. */
  part: number;
}

/** The ring around the time: what is left of the session, or of the time to answer. */
export function ring(message: Message, now: number): Ring {
  const session = message.session;
  if (session.phase === "awaiting" && session.awaiting_until) {
    const left = Math.max(0, (Date.parse(session.awaiting_until) - now) / 1000);
    return { seconds: left, part: Math.min(1, left / (session.wait_s ?? left)) };
  }
  if (!ENGAGED.has(session.phase) || session.remaining_s === null) {
    return { seconds: null, part: 0 };
  }
  const left =
    session.phase === "running" && session.ends_at
      ? Math.max(0, (Date.parse(session.ends_at) - now) / 1000)
      : session.remaining_s;
  const whole = session.settings?.duration_s ?? left;
  return { seconds: left, part: whole > 0 ? Math.min(1, left / whole) : 0 };
}

/** Write seconds as a clock does: 18:42, or 1:02:00. */
export function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = String(whole % 60).padStart(2, "0");
  return hours
    ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}`
    : `${minutes}:${rest}`;
}

/** A length in minutes: 20, or 2.5 where half a minute is something. */
export function minutes(seconds: number): number {
  return seconds < 300 ? Math.round(seconds / 6) / 10 : Math.round(seconds / 60);
}

/**
 * The next value of a stepper; the same where there is none.
 *
 * A value between two steps goes to the step beside it, and never beyond a limit.
 */
export function stepped(
  value: number,
  direction: 1 | -1,
  { min, max, step }: { min: number; max: number; step: number },
): number {
  const steps = (value - min) / step;
  const next =
    direction > 0 ? Math.floor(steps + 1e-9) + 1 : Math.ceil(steps - 1e-9) - 1;
  const wanted = min + next * step;
  return wanted < min || wanted > max ? value : wanted;
}

/** The names of the zones, as the integration's entities have them. */
export function zoneKeys(chambers: number): string[] {
  return chambers === 5
    ? ["foot", "calf", "knee", "lower_thigh", "thigh"]
    : Array.from({ length: chambers }, (_, index) => `chamber_${index + 1}`);
}

/** The zones that work now, on either leg. */
export function activeZones(message: Message): number[] {
  const zones = new Set<number>();
  for (const side of SIDES) {
    for (const zone of message.legs?.[side]?.active_zones ?? []) zones.add(zone);
  }
  return [...zones].sort((one, other) => one - other);
}

/** What the legs do, in the boots' own words: the busier leg's. */
export function finePhase(message: Message): string | null {
  const order = ["inflating", "holding", "releasing", "resting"];
  const phases = SIDES.map((side) => message.legs?.[side]?.phase);
  return order.find((phase) => phases.includes(phase)) ?? null;
}

/** Cut a text of the integration into paragraphs of plain and strong parts. */
export function paragraphs(text: string): { text: string; strong: boolean }[][] {
  return text.split("\n\n").map((paragraph) =>
    paragraph
      .split("**")
      .map((part, index) => ({
        text: part.replace(/\*([^*]+)\*/g, "$1"),
        strong: index % 2 === 1,
      }))
      .filter((part) => part.text),
  );
}
