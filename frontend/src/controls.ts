/** What the next session will be, or how the running one is changed. */

import { html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import type { Message } from "./message";
import { settingsOf } from "./moment";
import type { Mark } from "./stepper";
import "./stepper";
import type { Words } from "./words";

export interface Setting {
  entities: Record<string, string>;
  /** Everybody can touch this screen: what runs is only made less. */
  shared: boolean;
  /** Nobody reports: what is set now would be set blindly. */
  silent: boolean;
  /** What is chosen is for this moment only. */
  of: string;
  set: (entity: string, value: number) => Promise<boolean>;
  choosing: (key: "strength" | "duration_s", value: number | null) => void;
  choose: (entity: string, option: string) => void;
}

const MODE_ICONS: Record<string, string> = {
  relax: "mdi:spa",
  wave: "mdi:waves",
  squeeze: "mdi:arrow-collapse-horizontal",
  pulse: "mdi:pulse",
  focus: "mdi:bullseye",
};
const CHANGEABLE = new Set(["idle", "awaiting", "running", "paused"]);

export function controls(message: Message, words: Words, setting: Setting) {
  const able = message.capabilities!;
  const settings = settingsOf(message);
  const limits = message.limits;
  const phase = message.session.phase;
  const inLevels = able.measure === "levels";
  const counted = inLevels ? "level" : "target_pressure";
  const strength = setting.entities[`number.${counted}`];
  const duration = setting.entities["number.duration"];
  const onlyLess = setting.shared && phase !== "idle";
  const coach = message.coach;
  const own = message.own_limits;
  /** What the coach advises, how far it goes, and how far the wearer said to go. */
  const marks = (most: number, told: Record<Mark["kind"], number | undefined>): Mark[] =>
    (Object.entries(told) as [Mark["kind"], number | undefined][]).flatMap(([kind, at]) =>
      at === undefined || (at >= most && kind !== "coach")
        ? []
        : [{ at, kind, text: words.say(kind, { value: at }) }],
    );
  const target = limits?.strength_max ?? able.strength_max;
  const longest = (limits?.duration_max_s ?? able.duration_max_s) / 60;
  const disabled = setting.silent || !CHANGEABLE.has(phase);
  return html`<div class="controls">
    ${modes(message, words, setting)}
    ${strength
      ? html`<kumo-stepper
          class="strength"
          .label=${words.text(`entity.number.${counted}.name`)}
          .unit=${inLevels ? "" : "mmHg"}
          .less=${words.say("less_pressure")}
          .more=${words.say("more_pressure")}
          .value=${settings?.strength ?? null}
          .min=${able.strength_min}
          .max=${target}
          .most=${able.strength_max}
          .step=${able.strength_step}
          .marks=${marks(able.strength_max, {
            coach: coach?.strength,
            coach_limit: coach?.strength_cap,
            limit: own?.strength_max ?? limits?.strength_max,
          })}
          .disabled=${disabled}
          .onlyLess=${onlyLess}
          .of=${setting.of}
          .set=${(value: number) => setting.set(strength, value)}
          @choosing=${({ detail }: CustomEvent<number | null>) =>
            setting.choosing("strength", detail)}
        ></kumo-stepper>`
      : nothing}
    ${duration
      ? html`<kumo-stepper
          class="length"
          .label=${words.text("entity.number.duration.name")}
          .unit=${words.say("minutes")}
          .less=${words.say("shorter")}
          .more=${words.say("longer")}
          .value=${settings ? Math.round(settings.duration_s / 6) / 10 : null}
          .min=${Math.ceil(able.duration_min_s / 60)}
          .max=${longest}
          .most=${able.duration_max_s / 60}
          .step=${1}
          .write=${(value: number) => words.number(value)}
          .marks=${marks(able.duration_max_s / 60, {
            coach: inMinutes(coach?.duration_s),
            coach_limit: inMinutes(coach?.cap_duration_s),
            limit: inMinutes(own?.duration_max_s ?? limits?.duration_max_s),
          })}
          .disabled=${disabled}
          .onlyLess=${onlyLess}
          .of=${setting.of}
          .set=${(value: number) => setting.set(duration, value)}
          @choosing=${({ detail }: CustomEvent<number | null>) =>
            setting.choosing("duration_s", detail === null ? null : detail * 60)}
        ></kumo-stepper>`
      : nothing}
  </div>`;
}

function inMinutes(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds / 60;
}

function modes(message: Message, words: Words, setting: Setting) {
  const entity = setting.entities["select.mode"];
  const able = message.capabilities!;
  if (!entity || able.programmes.length < 2) return nothing;
  const chosen = settingsOf(message)?.mode;
  const free = message.session.phase === "idle" && !setting.silent;
  return html`<fieldset class="modes" ?disabled=${!free}>
    <legend class="said">${words.text("entity.select.mode.name")}</legend>
    ${able.programmes.map(
      (mode) =>
        html`<label class=${mode === chosen ? "chosen" : ""}>
          <input
            type="radio"
            name="mode"
            .checked=${live(mode === chosen)}
            @change=${() => setting.choose(entity, mode)}
          />
          <ha-icon .icon=${MODE_ICONS[mode] ?? "mdi:waves"} aria-hidden="true"></ha-icon>
          <span>${words.mode(mode)}</span>
        </label>`,
    )}
  </fieldset>`;
}
