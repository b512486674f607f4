/** Whose legs are in the boots; while nothing is under way, for whom they will be. */

import { html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import type { Message } from "./message";
import { isEngaged } from "./moment";
import type { Words } from "./words";

export interface Choice {
  /** Who it may be; none where that is not asked here. */
  options: string[];
  /** Nobody reports: a choice would not arrive. */
  silent: boolean;
  choose: (option: string) => void;
}

export function whom(message: Message, words: Words, choice: Choice) {
  const { wearer } = message;
  if (wearer === null) return nothing;
  const icon = html`<ha-icon icon="mdi:account" aria-hidden="true"></ha-icon>`;
  if (choice.options.length < 2 || isEngaged(message)) {
    return html`<span class="whom">${icon}<span>${words.wearer(wearer)}</span></span>`;
  }
  return html`<label class="whom">
    ${icon}
    <span class="said">${words.text("entity.select.for_whom.name")}</span>
    <select
      ?disabled=${choice.silent}
      @change=${(event: Event) =>
        choice.choose((event.target as HTMLSelectElement).value)}
    >
      ${choice.options.map(
        (option) =>
          html`<option value=${option} .selected=${live(option === wearer)}>
            ${words.wearer(option)}
          </option>`,
      )}
    </select>
  </label>`;
}
