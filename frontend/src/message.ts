/** One message of the live view (`live.py`, `live_choices.py`). Null is unknown. */

export type Side = "left" | "right";

export interface Settings {
  mode: string;
  target_mmhg: number;
  duration_s: number;
  legs: string | null;
}

export interface Leg {
  phase: string;
  in_session: boolean;
  active_zones: number[];
  skipped: number[];
  boosted: number | null;
  target_mmhg: number | null;
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
  continue_offer_s: number | null;
  settings: Settings | null;
}

export interface Capabilities {
  chambers: number;
  target_min_mmhg: number;
  target_max_mmhg: number;
  target_step_mmhg: number;
  duration_min_s: number;
  duration_max_s: number;
  programmes: string[];
  features: string[];
}

export interface Coach {
  stage: string;
  target_mmhg: number;
  duration_s: number;
  cap_mmhg: number;
  cap_duration_s: number;
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
  phase: string | null;
  available: boolean;
  connected: boolean;
  session: Session;
  setpoints: Settings | null;
  capabilities: Capabilities | null;
  limits: { target_max_mmhg: number; duration_max_s: number } | null;
  programme: string | null;
  target_mmhg: number | null;
  cycles: number | null;
  faults: string[];
  /** Absent for boots without Bluetooth. */
  legs?: Partial<Record<Side, Leg>>;
  wearer: string | null;
  wearer_id: string | null;
  coach: Coach | null;
  precautions: boolean | null;
  locked: boolean | null;
  week_s: number[] | null;
  /** What to do with boots that are worked by hand. */
  guidance?: string | null;
  routine?: Routine | null;
}

export const SIDES: readonly Side[] = ["left", "right"];
