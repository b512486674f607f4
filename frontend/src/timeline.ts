/** A routine's steps, where it is, and what may be done with it. */

import { html, nothing } from "lit";
import type { Routine } from "./message";
import { clock, leftOf } from "./moment";
import type { Words } from "./words";

const KINDS: Record<string, string> = {
  mobility: "mdi:walk",
  massage: "mdi:vibrate",
  session: "mdi:seat-recline-extra",
  light: "mdi:lightbulb-on-outline",
  elevation: "mdi:arrow-up-bold-outline",
  water: "mdi:cup-water",
};
const DONE: Record<string, string> = { done: "mdi:check", skipped: "mdi:debug-step-over" };

const DEEDS: Record<string, string> = {
  skip: "mdi:debug-step-over",
  pause: "mdi:pause",
  resume: "mdi:play",
  longer: "mdi:timer-plus-outline",
  stop: "mdi:stop-circle-outline",
};
/** What may be done with it, by where it is. */
const POSSIBLE: Record<string, readonly string[]> = {
  running: ["skip", "pause", "longer", "stop"],
  paused: ["skip", "resume", "stop"],
};
/** Everybody may have less of it, and nobody more. */
const NOT_SHARED = ["resume", "longer"];

export interface Course {
  /** Now, ms. */
  now: number;
  /** Everybody can touch this screen. */
  shared: boolean;
  /** The boots' own step cannot pause: they are worked by hand. */
  steady: boolean;
  /** Do one of the deeds; null where nobody reports. */
  act: ((deed: string) => void) | null;
}

export function timeline(routine: Routine, words: Words, course: Course) {
  const left = leftOf(routine, course.now);
  const inBoots = routine.steps[routine.index]?.kind === "session";
  const barred = new Set([
    ...(course.shared ? NOT_SHARED : []),
    ...(course.steady && inBoots ? ["pause"] : []),
  ]);
  return html`<section class="routine" aria-label=${routine.name}>
    <div class="line">
      <strong>${routine.name}</strong>
      ${left === null
        ? nothing
        : html`<span>${words.say("time_left", { time: clock(left) })}</span>`}
    </div>
    <ol>
      ${routine.steps.map((step) => {
        const name = words.text(`selector.routine_step.options.${step.kind}`);
        const state = step.state === "failed" ? "skipped" : step.state;
        return html`<li
          class=${state}
          style="flex-grow:${Math.max(60, step.duration_s)}"
          aria-current=${state === "now" ? "step" : nothing}
          title=${name}
        >
          <span class="bead">
            <ha-icon
              .icon=${DONE[state] ?? KINDS[step.kind] ?? "mdi:circle-small"}
              aria-hidden="true"
            ></ha-icon>
          </span>
          <span class="name" aria-hidden="true">${name}</span>
          <span class="said">${name}: ${words.say(`step_${state}`)}</span>
        </li>`;
      })}
    </ol>
    <div class="deeds" role="group" aria-label=${routine.name}>
      ${(POSSIBLE[routine.phase] ?? [])
        .filter((deed) => !barred.has(deed))
        .map(
          (deed) =>
            html`<button
              type="button"
              class="tonal"
              title=${words.say(`routine_${deed}`)}
              aria-label=${words.say(`routine_${deed}`)}
              ?disabled=${!course.act}
              @click=${() => course.act?.(deed)}
            >
              <ha-icon .icon=${DEEDS[deed]} aria-hidden="true"></ha-icon>
            </button>`,
        )}
    </div>
  </section>`;
}
