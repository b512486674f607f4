/** How was it? While it is fresh, and only of whom there is something to remember. */

import { html, nothing } from "lit";
import type { Hass } from "./hass";
import type { Words } from "./words";

const FRESH_MS = 2 * 60 * 60 * 1000;

export interface Rating {
  /** The session that was answered for already. */
  rated: string;
  /** By Home Assistant's clock, ms. */
  now: number;
  /** Press a button of the wearer's, about a session. */
  rate: (button: string, session: string) => Promise<void>;
}

/** `entities` are the wearer's own. */
export function rating(
  hass: Hass,
  entities: Record<string, string>,
  words: Words,
  { rated, now, rate }: Rating,
) {
  const ended = hass.states[entities["sensor.last_session"] ?? ""]?.state ?? "";
  const fresh = now - Date.parse(ended) < FRESH_MS;
  if (!fresh || rated === ended) return nothing;
  const answer = (key: string, label: string) => {
    const button = entities[`button.${key}`];
    return html`<button
      type="button"
      class="tonal"
      @click=${button ? () => void rate(button, ended) : nothing}
    >
      ${label}
    </button>`;
  };
  return html`<div class="rating" role="group" aria-label=${words.say("how_was_it")}>
    <span>${words.say("how_was_it")}</span>
    ${answer("comfortable", words.text("entity.button.comfortable.name"))}
    ${answer("too_strong", words.say("too_strong"))}
  </div>`;
}
