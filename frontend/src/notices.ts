/** What a person has to know, or do, before anything else. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import type { Message, Settings } from "./message";
import type { Trouble } from "./moment";
import { paragraphs, troubles } from "./moment";
import type { Words } from "./words";

export interface Answers {
  name: string;
  shared: boolean;
  /** Nobody reports, or it is being done. */
  blocked: boolean;
  readPrecautions: (() => void) | null;
  readWarning: (() => void) | null;
  goOn: (offer: Settings) => void;
}

const ICONS: Record<Trouble, string> = {
  stop_unconfirmed: "mdi:alert-octagon",
  fault: "mdi:alert",
  locked: "mdi:lock-alert",
  precautions: "mdi:clipboard-text-outline",
  bench: "mdi:flask-outline",
  away: "mdi:bluetooth-off",
};

export function notices(message: Message, words: Words, answers: Answers) {
  const shown = troubles(message).map((trouble) =>
    notice(trouble, ICONS[trouble], ...text(trouble, message, words, answers)),
  );
  const offer = message.session.continue_offer;
  // Boots that are not there cannot go on.
  if (offer !== null && message.session.phase === "idle" && message.available) {
    shown.push(
      notice(
        "offer",
        "mdi:history",
        words.say("offer_title"),
        html`<p>${words.say("offer", { minutes: words.minutes(offer.duration_s) })}</p>
          <p>
            ${words.mode(offer.mode)},
            ${words.strength(offer.strength, message.capabilities?.measure ?? "mmhg")}
          </p>
          ${answers.shared
            ? nothing
            : html`<kumo-hold-button
                .of=${JSON.stringify(["offer", offer, message.wearer_id])}
                .disabled=${answers.blocked}
                .label=${words.say("offer_go_on", { minutes: words.minutes(offer.duration_s) })}
                .again=${words.say("press_again")}
                .hint=${words.say("hold_longer")}
                icon="mdi:play"
                @held=${() => answers.goOn(offer)}
              ></kumo-hold-button>`}`,
      ),
    );
  }
  return shown;
}

function notice(
  kind: string,
  icon: string,
  title: string,
  body: TemplateResult | TemplateResult[],
) {
  const grave = kind === "stop_unconfirmed" || kind === "fault" || kind === "locked";
  return html`<section
    class="notice ${kind} ${grave ? "grave" : ""}"
    role=${grave ? "alert" : "note"}
    aria-label=${title}
  >
    <ha-icon .icon=${icon} aria-hidden="true"></ha-icon>
    <div>
      <strong class="title">${title}</strong>
      ${body}
    </div>
  </section>`;
}

function text(
  trouble: Trouble,
  message: Message,
  words: Words,
  answers: Answers,
): [string, TemplateResult | TemplateResult[]] {
  const name = answers.name;
  switch (trouble) {
    case "stop_unconfirmed":
      return [words.say("stop_unconfirmed_title"), prose(words.say("stop_unconfirmed"))];
    case "fault":
      return [
        words.phase("fault"),
        message.faults.map(
          (fault) =>
            html`<p>
                <strong>${words.text(`issues.fault_${fault}.title`, { name })}</strong>
              </p>
              ${prose(words.text(`issues.fault_${fault}.description`, { name }))}`,
        ),
      ];
    case "locked":
      return [
        words.say("locked_title"),
        html`<details>
            <summary>${words.say("locked")}</summary>
            ${prose(words.text("issues.read_warning_signs.description", { name }))}
          </details>
          ${read(answers.readWarning, words.say("locked_read"), answers.shared)}`,
      ];
    case "precautions":
      return [
        words.say("precautions_title"),
        html`<details>
            <summary>${words.say("precautions")}</summary>
            ${prose(
              words.text("config_subentries.wearer.step.precautions.description", {
                name: message.wearer ?? "",
              }),
            )}
          </details>
          ${read(answers.readPrecautions, words.say("precautions_read"), answers.shared)}`,
      ];
    case "bench":
      return [words.say("bench_title"), html`<p>${words.say("bench")}</p>`];
    case "away":
      return [words.say("away_title"), html`<p>${words.say("away")}</p>`];
  }
}

function read(answer: (() => void) | null, label: string, shared: boolean) {
  if (!answer || shared) return nothing;
  return html`<button type="button" class="tonal" @click=${answer}>${label}</button>`;
}

export function prose(text: string): TemplateResult[] {
  return paragraphs(text).map(
    (parts) =>
      html`<p>
        ${parts.map((part) =>
          part.strong ? html`<strong>${part.text}</strong>` : part.text,
        )}
      </p>`,
  );
}
