/** What is being done at the moment, and what went wrong. */

import type { ReactiveController, ReactiveControllerHost } from "lit";
import { Refusal, said } from "./deeds";
import type { Live } from "./live";
import type { Words } from "./words";

const WRONG_MS = 12_000;
/** Where these fail somebody has to use their hands: that does not go away by itself. */
const STOPS = new Set(["stop", "too_strong", "routine_stop"]);
/** What is worth nothing when it arrives late: who said it may have gone. */
const YESES = new Set(["start", "confirm", "resume"]);

export class Doing implements ReactiveController {
  private other = "";
  /** Stays whatever else is done, until a stop got through or the boots are empty. */
  private unstopped = "";

  private readonly busy = new Map<string, number>();
  private forget = 0;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly live: Live,
    private readonly words: () => Words,
  ) {
    host.addController(this);
  }

  /** For the person; empty for nothing. */
  get wrong(): string {
    return this.unstopped || this.other;
  }

  /** Tell whether it is being done. */
  is(what: string): boolean {
    return this.busy.has(what);
  }

  hostUpdate(): void {
    if (this.live.offline && [...STOPS].some((what) => this.is(what))) {
      this.unstopped = this.words().say("stop_not_sent");
    }
    const { message, silent } = this.live;
    const over = message?.session.phase === "idle" && !message.session.stop_unconfirmed;
    if (!silent && over) this.unstopped = "";
  }

  /** Do it, and say what went wrong; true when nothing did. */
  async do(what: string, act: () => Promise<unknown>): Promise<boolean> {
    const stops = STOPS.has(what);
    if (YESES.has(what) && this.live.waiting) {
      this.say(this.words().say("offline"), WRONG_MS);
      return false;
    }
    if (stops) this.live.ask();
    this.count(what, 1);
    this.say("");
    try {
      await act();
      // It got through after all.
      if (stops) this.unstopped = "";
      return true;
    } catch (error) {
      const words = this.words();
      if (stops && !(error instanceof Refusal)) {
        this.unstopped = words.say("stop_not_sent");
      } else this.say(said(error, words), stops ? undefined : WRONG_MS);
      return false;
    } finally {
      this.count(what, -1);
    }
  }

  private say(wrong: string, forMs?: number): void {
    window.clearTimeout(this.forget);
    if (forMs) this.forget = window.setTimeout(() => this.say(""), forMs);
    this.other = wrong;
    this.host.requestUpdate();
  }

  private count(what: string, more: number): void {
    const doing = (this.busy.get(what) ?? 0) + more;
    if (doing) this.busy.set(what, doing);
    else this.busy.delete(what);
    this.host.requestUpdate();
  }
}
