/** Two legs whose chambers fill by the pressure that is measured. */

import { html, nothing, svg } from "lit";
import type { Leg, Message, Side } from "./message";
import { SIDES } from "./message";
import { level, measured, targetMmhg } from "./moment";
import { HEIGHT, WIDTH, chambers } from "./shape";
import type { Chamber } from "./shape";
import type { Words } from "./words";

const LOW_PERCENT = 20;

/** Draw both legs; numbers as well as colour, and a frame around what works now. */
export function legs(message: Message, words: Words, count: number) {
  const known = SIDES.filter((side) => message.legs?.[side]);
  const shapes = chambers(count);
  const target = targetMmhg(message);
  return html`<div class="legs">
    ${known.map((side) => one(message.legs![side]!, side, shapes, target, words))}
  </div>`;
}

function one(
  leg: Leg,
  side: Side,
  shapes: Chamber[],
  target: number | null,
  words: Words,
) {
  const name = words.text(`device.${side}_leg.name`) || words.say(side);
  const known = measured(leg);
  const pressures = shapes.map((_, index) => known[index] ?? null);
  const told = pressures
    .map((pressure, index) =>
      words.say("chamber_at", {
        zone: words.zone(index + 1, shapes.length),
        pressure: pressure ?? "–",
      }),
    )
    .join(", ");
  return html`<figure class=${leg.in_session ? "in-session" : ""}>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${name}: ${told}">
      <g transform=${side === "left" ? `translate(${WIDTH} 0) scale(-1 1)` : nothing}>
        ${shapes.map((shape, index) => {
          const zone = index + 1;
          const skipped = leg.skipped.includes(zone);
          const active = leg.active_zones.includes(zone);
          return svg`<path class="base ${skipped ? "skipped" : ""}" d=${shape.path} />
            <path
              class="fill"
              d=${shape.path}
              style="--level:${level(pressures[index]!, target).toFixed(2)}"
            />
            ${active ? svg`<path class="active" d=${shape.path} />` : nothing}`;
        })}
      </g>
      ${shapes.map((shape, index) => {
        const pressure = pressures[index];
        return svg`<text x=${side === "left" ? WIDTH - shape.x : shape.x} y=${shape.y}>
          ${pressure ?? "–"}
        </text>`;
      })}
    </svg>
    <figcaption>
      <span>${name}</span>
      <span class="unit">${battery(leg, words)}${link(leg, words)}</span>
    </figcaption>
  </figure>`;
}

function battery(leg: Leg, words: Words) {
  const percent = leg.battery_percent;
  if (percent === null) return nothing;
  const low = leg.battery_low || percent <= LOW_PERCENT;
  const tens = Math.round(percent / 10) * 10;
  const icon = leg.charging
    ? "mdi:battery-charging"
    : low
      ? "mdi:battery-alert-variant-outline"
      : tens >= 100
        ? "mdi:battery"
        : `mdi:battery-${Math.max(10, tens)}`;
  return html`<span class=${low ? "low" : ""}>
    <ha-icon .icon=${icon} aria-hidden="true"></ha-icon>
    <span class="said">${words.say("battery")}</span>${percent}&nbsp;%
  </span>`;
}

const LINKS: Record<string, string> = {
  ready: "mdi:bluetooth-connect",
  connecting: "mdi:bluetooth-settings",
  waiting: "mdi:bluetooth-settings",
};

function link(leg: Leg, words: Words) {
  if (!leg.link) return nothing;
  const text = words.text(`entity.sensor.link.state.${leg.link.state}`);
  const why = words.text(
    `entity.sensor.link.state_attributes.reason.state.${leg.link.reason}`,
  );
  return html`<span title="${text}: ${why}">
    <ha-icon
      .icon=${LINKS[leg.link.state] ?? "mdi:bluetooth-off"}
      aria-hidden="true"
    ></ha-icon>
    <span class="said">${text}</span>
  </span>`;
}
