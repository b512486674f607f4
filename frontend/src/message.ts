/**
 * One message of the live view (`live.py`, `live_choices.py`). Null is unknown.
 *
 * How strong a session is counts in mmHg, or in levels (`capabilities.measure`); only
 * what is measured is always mmHg.
 */

export type Side = "left" | "right";

export interface Settings {
  mode: string;
  strength: number;
  duration_s: number;
  legs: string | null;
}

export interface Leg {
  phase: string;
  in_session: boolean;
  active_zones: number[];
  skipped: number[];
  boosted: number | null;
  strength: number | null;
  remaining_s: number | null;
  pressures_mmhg: (number | null)[] | null;
  battery_percent: number | null;
  battery_low: boolean | null;
  charging: boolean | null;
  link: { state: string; reason: string } | null;
}

export interface Session {
  phase: string;
  origin: string | null;
  remaining_s: number | null;
  ends_at: string | null;
  awaiting_until: string | null;
  /** How long a request waits, s. */
  wait_s: number | null;
  request: number | null;
  started_at: string | null;
  stop_unconfirmed: boolean | null;
  /** What was lost, as long as it had left. */
  continue_offer: Settings | null;
  settings: Settings | null;
}

export interface Capabilities {
  measure: "mmhg" | "levels";
  by_hand: boolean;
  chambers: number;
  strength_min: number;
  strength_max: number;
  strength_step: number;
  duration_min_s: number;
  duration_max_s: number;
  programmes: string[];
  features: string[];
}

export interface Coach {
  stage: string;
  strength: number;
  duration_s: number;
  strength_cap: number;
  cap_duration_s: number;
}

export interface Limits {
  strength_max: number;
  duration_max_s: number;
}

export interface RoutineStep {
  kind: string;
  duration_s: number;
  state: string;
}

export interface Routine {
  routine_id: string;
  name: string;
  phase: string;
  index: number;
  steps: RoutineStep[];
  ends_at: string | null;
  remaining_s: number | null;
}

export interface Message {
  /** When this was so, by Home Assistant's clock. */
  at: string | null;
  phase: string | null;
  available: boolean;
  connected: boolean;
  session: Session;
  setpoints: Settings | null;
  capabilities: Capabilities | null;
  /** The lowest of all limits: it goes no further. */
  limits: Limits | null;
  /** What the wearer, or the household, set without the coach. */
  own_limits: Limits | null;
  programme: string | null;
  strength: number | null;
  cycles: number | null;
  faults: string[];
  legs?: Partial<Record<Side, Leg>>;
  wearer: string | null;
  wearer_id: string | null;
  coach: Coach | null;
  precautions: boolean | null;
  locked: boolean | null;
  week_s: number[] | null;
  /** They lack a guarantee: nobody wears them. */
  bench_only?: boolean | null;
  /** What to do with boots that are worked by hand: a key; null with all others. */
  guidance?: string | null;
  routine?: Routine | null;
}

/** What is called after what it counts; here it has one name. */
const STRENGTH: Record<string, string> = {
  target_mmhg: "strength",
  target_min_mmhg: "strength_min",
  target_max_mmhg: "strength_max",
  target_step_mmhg: "strength_step",
  cap_mmhg: "strength_cap",
  level: "strength",
  level_min: "strength_min",
  level_max: "strength_max",
  level_step: "strength_step",
  level_cap: "strength_cap",
};

/** Read what Home Assistant sent. */
export function read(told: unknown): Message {
  return renamed(told) as Message;
}

function renamed(told: unknown): unknown {
  if (told === null || typeof told !== "object" || Array.isArray(told)) return told;
  return Object.fromEntries(
    Object.entries(told).map(([name, each]) => [STRENGTH[name] ?? name, renamed(each)]),
  );
}

export const SIDES: readonly Side[] = ["left", "right"];
