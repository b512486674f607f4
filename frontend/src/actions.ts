/** What can be done now: ask, say yes, pause, go on, have less. Stop is always there. */

import { html, nothing } from "lit";
import type { Deeds } from "./deeds";
import type { Message } from "./message";
import { byHand, minutes } from "./moment";
import type { Words } from "./words";

export interface Doing {
  deeds: Deeds;
  /** What is being done at the moment. */
  busy: string;
  /** Everybody can touch this screen: the yes is said elsewhere. */
  shared: boolean;
  compact: boolean;
  /** Nobody reports: what is shown may be over. */
  silent: boolean;
  do: (what: string, act: () => Promise<unknown>) => void;
}

export function actions(message: Message, words: Words, doing: Doing) {
  const { deeds, shared, silent } = doing;
  const { phase } = message.session;
  const shown = [];
  if (phase === "idle" && message.setpoints && !doing.compact) {
    shown.push(start(message, words, doing));
  }
  if (phase === "awaiting") shown.push(...question(message, words, doing));
  if (phase === "paused" && !shared) {
    shown.push(hold("resume", message.session.request, "mdi:play", silent, words, doing, () =>
        deeds.resume(),
      ));
  }
  const row = [];
  if (phase === "running" && message.capabilities?.features.includes("pause")) {
    row.push(plain("pause", "mdi:pause", words, doing, () => deeds.pause()));
  }
  if (["running", "paused"].includes(phase) && !byHand(message)) {
    row.push(
      plain("too_strong", "mdi:gauge-low", words, doing, () => deeds.tooStrong()),
    );
  }
  return html`<div class="actions">
    ${shown}${row.length ? html`<div class="row">${row}</div>` : nothing}
  </div>`;
}

function start(message: Message, words: Words, doing: Doing) {
  const settings = message.setpoints!;
  const blocked =
    doing.silent || !message.available || Boolean(message.precautions || message.locked);
  const act = (yes: boolean) => () => doing.deeds.start(message, settings, yes);
  return doing.shared
    ? html`<button
        type="button"
        class="tonal wide"
        ?disabled=${blocked || doing.busy === "start"}
        @click=${() => doing.do("start", act(false))}
      >
        <ha-icon icon="mdi:hand-back-right-outline" aria-hidden="true"></ha-icon>
        ${words.say("request")}
      </button>`
    : hold(
        "start",
        [settings, message.wearer_id],
        "mdi:play",
        blocked,
        words,
        doing,
        act(true),
      );
}

/** What is asked, and who may answer it here. */
function question(message: Message, words: Words, doing: Doing) {
  const { settings: asked, request: number } = message.session;
  const measure = message.capabilities?.measure ?? "mmhg";
  const shown = [
    html`<p class="asked">
      ${asked
        ? words.say("asked", {
            mode: words.mode(asked.mode),
            strength: words.strength(asked.strength, measure),
            minutes: minutes(asked.duration_s),
            // The end of it tells two requests apart; the whole is for programs.
            number: String(number ?? "–").slice(-4),
          })
        : nothing}
      ${doing.shared ? words.say("asked_elsewhere") : nothing}
    </p>`,
  ];
  if (!doing.shared && number !== null) {
    shown.push(
      hold("confirm", [number, asked], "mdi:check", doing.silent, words, doing, () =>
        doing.deeds.confirm(number),
      ),
    );
  }
  return shown;
}

function hold(
  what: string,
  of: unknown,
  icon: string,
  blocked: boolean,
  words: Words,
  doing: Doing,
  act: () => Promise<unknown>,
) {
  const busy = doing.busy === what;
  return html`<kumo-hold-button
    class=${what}
    .of=${JSON.stringify([what, of])}
    .label=${words.say(busy ? `${what}_busy` : what)}
    .again=${words.say("press_again")}
    .hint=${words.say("hold_longer")}
    .icon=${icon}
    .disabled=${blocked || busy}
    @held=${() => doing.do(what, act)}
  ></kumo-hold-button>`;
}

function plain(
  what: string,
  icon: string,
  words: Words,
  doing: Doing,
  act: () => Promise<unknown>,
) {
  return html`<button
    type="button"
    class="tonal"
    ?disabled=${doing.silent || doing.busy === what}
    @click=${() => doing.do(what, act)}
  >
    <ha-icon .icon=${icon} aria-hidden="true"></ha-icon>
    ${words.say(what)}
  </button>`;
}
