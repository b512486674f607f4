/** A made-up moment of a session, for who has no boots yet and looks at the picker. */

import type { Leg, Message } from "./message";

export function example(): Message {
  const leg = (pressures: number[]): Leg => ({
    phase: "inflating",
    in_session: true,
    active_zones: [3],
    skipped: [],
    boosted: null,
    strength: 40,
    remaining_s: 760,
    pressures_mmhg: pressures,
    battery_percent: 84,
    battery_low: false,
    charging: false,
    link: { state: "ready", reason: "connected" },
  });
  const settings = { mode: "wave", strength: 40, duration_s: 1200, legs: "both" };
  return {
    at: null,
    phase: "running",
    available: true,
    connected: true,
    session: {
      phase: "running",
      origin: "this_controller",
      remaining_s: 760,
      ends_at: null,
      awaiting_until: null,
      wait_s: 600,
      request: null,
      started_at: null,
      stop_unconfirmed: false,
      continue_offer: null,
      settings,
    },
    setpoints: settings,
    capabilities: null,
    limits: null,
    own_limits: null,
    programme: "wave",
    strength: 40,
    cycles: 9,
    faults: [],
    legs: { left: leg([36, 33, 22, 6, 2]), right: leg([37, 34, 20, 5, 1]) },
    wearer: null,
    wearer_id: null,
    coach: null,
    precautions: null,
    locked: null,
    week_s: null,
  };
}
