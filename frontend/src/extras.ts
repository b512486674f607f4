/** The ring, the pressure, this week's bars, what is planned. */

import { html, nothing, svg } from "lit";
import type { Hass } from "./hass";
import { dayAndTime, weekday } from "./locale";
import type { Message } from "./message";
import { clock, highest, ring, settingsOf } from "./moment";
import type { Words } from "./words";

const RADIUS = 52;
const ROUND = 2 * Math.PI * RADIUS;

export function ringOf(message: Message, words: Words, now: number) {
  const { seconds, part } = ring(message, now);
  const awaiting = message.session.phase === "awaiting";
  const next = message.setpoints;
  return html`<div class="ring" dir="ltr">
    <svg viewBox="0 0 120 120" aria-hidden="true">
      <circle class="track" cx="60" cy="60" r=${RADIUS}></circle>
      ${seconds === null
        ? nothing
        : svg`<circle
            class="left ${awaiting ? "asking" : ""}"
            cx="60" cy="60" r=${RADIUS}
            stroke-dasharray="${(part * ROUND).toFixed(1)} ${ROUND.toFixed(1)}"
            transform="rotate(-90 60 60)"
          />`}
    </svg>
    <div class="time">
      ${seconds !== null
        ? html`<b>${clock(seconds)}</b
            ><span>${words.say(awaiting ? "to_answer" : "left")}</span>`
        : next && message.session.phase === "idle"
          ? html`<b>${words.minutes(next.duration_s)}</b><span>${words.say("minutes")}</span>`
          : html`<b>–</b>`}
    </div>
  </div>`;
}

/** What is measured, and what it goes to. */
export function pressure(message: Message, words: Words) {
  const now = highest(message);
  const target = message.strength ?? settingsOf(message)?.strength ?? null;
  const measure = message.capabilities?.measure ?? "mmhg";
  const inMmhg = measure === "mmhg";
  const unit = html`<small> mmHg</small>`;
  return html`<dl class="pressure">
    <div>
      <dt>${words.say("measured")}</dt>
      <dd>${now ?? "–"}${now === null || inMmhg ? nothing : unit}</dd>
    </div>
    <div>
      <dt>${words.say("target")}</dt>
      <dd>${target === null || inMmhg ? target ?? "–" : words.strength(target, measure)}${inMmhg ? unit : nothing}</dd>
    </div>
  </dl>`;
}

/** Days as the language writes them, from Monday; 2024 began on one. */
function days(language: string, weekday: "narrow" | "long"): string[] {
  const format = new Intl.DateTimeFormat(language, { weekday, timeZone: "UTC" });
  return Array.from({ length: 7 }, (_, day) =>
    format.format(Date.UTC(2024, 0, 1 + day)),
  );
}

export function weekOf(week: number[], hass: Hass, words: Words, now: number) {
  const most = Math.max(1800, ...week);
  const whole = week.reduce((sum, seconds) => sum + seconds, 0);
  const today = weekday(now, hass);
  const short = days(hass.language, "narrow");
  const long = days(hass.language, "long");
  const told = week
    .map((seconds, day) =>
      seconds ? `${long[day]} ${words.minutes(seconds)} ${words.say("minutes")}` : "",
    )
    .filter(Boolean)
    .join(", ");
  const sum = words.say("week_sum", { minutes: Math.round(whole / 60) });
  return html`<section class="week">
    <div class="line">
      <span>${words.say("week")}</span><span>${sum}</span>
    </div>
    <div class="bars" role="img" aria-label="${words.say("week")}: ${told || sum}">
      ${week.map(
        (seconds, day) =>
          html`<div class=${day === today ? "today" : ""}>
            <i style="block-size:${((seconds / most) * 100).toFixed(0)}%"></i>
            <span>${short[day]}</span>
          </div>`,
      )}
    </div>
  </section>`;
}

/** The next session of the pair's calendar, where there is one. */
export function planned(hass: Hass, calendar: string | undefined, words: Words) {
  const state = calendar === undefined ? undefined : hass.states[calendar];
  const begins = state?.attributes.start_time;
  if (!state || typeof begins !== "string") return nothing;
  const at = new Date(begins.replace(" ", "T"));
  if (Number.isNaN(at.getTime())) return nothing;
  return html`<div class="planned">
    <ha-icon icon="mdi:calendar-clock" aria-hidden="true"></ha-icon>
    <span
      >${words.say("planned", {
        time: dayAndTime(at, hass),
        what: String(state.attributes.message ?? ""),
      })}</span
    >
  </div>`;
}
