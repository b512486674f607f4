/** What can be done now: ask, say yes, pause, go on, have less. Stop is always there. */

import { html, nothing } from "lit";
import type { Deeds } from "./deeds";
import type { Message } from "./message";
import { byHand } from "./moment";
import type { Words } from "./words";

export interface Acting {
  deeds: Deeds;
  /** Whether it is being done at the moment. */
  busy: (what: string) => boolean;
  /** Everybody can touch this screen: the yes is said elsewhere. */
  shared: boolean;
  compact: boolean;
  /** Nobody reports: what is shown may be over. */
  silent: boolean;
  /** Something was chosen, and has not arrived: nobody says yes to what it was before. */
  choosing: boolean;
  /** Have what was chosen be set first; false where it is refused. */
  settle: () => Promise<boolean>;
  do: (what: string, act: () => Promise<unknown>) => void;
}

/** While these are being done, it is open for whom and what a start would be. */
export const CHOOSING = ["whom", "mode"];

export function actions(message: Message, words: Words, acting: Acting) {
  const { deeds, shared, silent } = acting;
  const { phase } = message.session;
  const shown = [];
  // It keeps its place while nobody knows whether anything runs.
  if (["idle", "unknown"].includes(phase) && message.setpoints && !acting.compact) {
    shown.push(start(message, words, acting));
  }
  if (phase === "awaiting") shown.push(...question(message, words, acting));
  if (phase === "paused" && !shared) {
    shown.push(
      hold(
        "resume",
        message.session.request,
        "mdi:play",
        silent || acting.choosing,
        words,
        acting,
        () => deeds.resume(),
      ),
    );
  }
  const row = [];
  if (phase === "running" && message.capabilities?.features.includes("pause")) {
    row.push(plain("pause", "mdi:pause", words, acting, () => deeds.pause()));
  }
  if (["running", "paused"].includes(phase) && !byHand(message)) {
    row.push(
      plain("too_strong", "mdi:gauge-low", words, acting, () => deeds.tooStrong()),
    );
  }
  return html`<div class="actions">
    ${shown}${row.length ? html`<div class="row">${row}</div>` : nothing}
  </div>`;
}

function start(message: Message, words: Words, acting: Acting) {
  const settings = message.setpoints!;
  const blocked =
    acting.silent ||
    message.session.phase === "unknown" ||
    !message.available ||
    Boolean(message.precautions || message.locked) ||
    CHOOSING.some(acting.busy);
  const act = (yes: boolean) => async () => {
    const said = performance.now();
    if (await acting.settle()) await acting.deeds.start(message, settings, yes, said);
  };
  return acting.shared
    ? html`<button
        type="button"
        class="tonal wide"
        ?disabled=${blocked || acting.busy("start")}
        @click=${() => acting.do("start", act(false))}
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
        acting,
        act(true),
      );
}

/** What is asked, and who may answer it here. */
function question(message: Message, words: Words, acting: Acting) {
  const { settings: asked, request: number } = message.session;
  const measure = message.capabilities?.measure ?? "mmhg";
  const shown = [
    html`<p class="asked">
      ${asked
        ? words.say("asked", {
            mode: words.mode(asked.mode),
            strength: words.strength(asked.strength, measure),
            minutes: words.minutes(asked.duration_s),
            // The end of it tells two requests apart; the whole is for programs.
            number: String(number ?? "–").slice(-4),
          })
        : nothing}
      ${acting.shared ? words.say("asked_elsewhere") : nothing}
    </p>`,
  ];
  if (!acting.shared && number !== null) {
    shown.push(
      hold(
        "confirm",
        [number, asked],
        "mdi:check",
        acting.silent || acting.choosing,
        words,
        acting,
        () => acting.deeds.confirm(number),
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
  acting: Acting,
  act: () => Promise<unknown>,
) {
  const busy = acting.busy(what);
  return html`<kumo-hold-button
    class=${what}
    .of=${JSON.stringify([what, of])}
    .label=${words.say(busy ? `${what}_busy` : what)}
    .again=${words.say("press_again")}
    .hint=${words.say("hold_longer")}
    .icon=${icon}
    .disabled=${blocked || busy}
    @held=${() => acting.do(what, act)}
  ></kumo-hold-button>`;
}

function plain(
  what: string,
  icon: string,
  words: Words,
  acting: Acting,
  act: () => Promise<unknown>,
) {
  return html`<button
    type="button"
    class="tonal"
    ?disabled=${acting.silent || acting.busy(what)}
    @click=${() => acting.do(what, act)}
  >
    <ha-icon .icon=${icon} aria-hidden="true"></ha-icon>
    ${words.say(what)}
  </button>`;
}
