/** What a person does with boots that only their hands can start and stop. */

import { html, nothing } from "lit";
import type { Message } from "./message";
import { prose } from "./notices";
import type { Words } from "./words";

export interface Hands {
  entities: Record<string, string>;
  /** Nobody would hear it. */
  silent: boolean;
  press: (button: string) => void;
}

/** What they may say of the boots while they are asked to do something. */
const SAID: Record<string, readonly string[]> = {
  set_and_start: ["it_runs"],
  relax: ["they_are_off"],
  press_stop: ["they_are_off"],
  say: ["it_runs", "they_are_off"],
};

export function hands(message: Message, words: Words, { entities, silent, press }: Hands) {
  const now = message.guidance ?? "";
  const buttons = SAID[now];
  if (!buttons) return nothing;
  return html`<section class="guidance" role="status">
    ${prose(told(message, now, words))}
    <div class="row">
      ${buttons.map((key) => {
        const button = entities[`button.${key}`];
        return button
          ? html`<button type="button" class="tonal" ?disabled=${silent} @click=${() => press(button)}>
              ${words.text(`entity.button.${key}.name`)}
            </button>`
          : nothing;
      })}
    </div>
  </section>`;
}

function told(message: Message, now: string, words: Words): string {
  const asked = message.session.settings;
  if (now === "set_and_start" && asked) {
    return words.text(`common.by_hand_${now}_${message.capabilities!.measure}`, {
      strength: asked.strength,
      minutes: words.minutes(asked.duration_s),
    });
  }
  return now === "press_stop"
    ? words.text(`common.by_hand_${now}`)
    : words.text(`entity.sensor.guidance.state.${now}`);
}
