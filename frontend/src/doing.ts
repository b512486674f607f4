/** What is being done at the moment, and what went wrong. */

import type { ReactiveController, ReactiveControllerHost } from "lit";
import { Refusal, said } from "./deeds";
import type { Live } from "./live";
import type { Words } from "./words";

const WRONG_MS = 12_000;
/** Where these fail somebody has to use their hands: that does not go away by itself. */
const STOPS = new Set(["stop", "too_strong", "routine_stop"]);

export class Doing implements ReactiveController {
  /** For the person; empty for nothing. */
  wrong = "";

  private readonly busy = new Map<string, number>();
  private forget = 0;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly live: Live,
    private readonly words: () => Words,
  ) {
    host.addController(this);
  }

  /** Tell whether it is being done. */
  is(what: string): boolean {
    return this.busy.has(what);
  }

  hostUpdate(): void {
    if (this.live.offline && [...STOPS].some((what) => this.is(what))) {
      this.wrong = this.words().say("stop_not_sent");
    }
  }

  /** Do it, and say what went wrong; true when nothing did. */
  async do(what: string, act: () => Promise<unknown>): Promise<boolean> {
    const stops = STOPS.has(what);
    if (stops) this.live.ask();
    this.count(what, 1);
    this.say("");
    try {
      await act();
      // It got through after all.
      if (stops) this.say("");
      return true;
    } catch (error) {
      const words = this.words();
      this.say(
        stops && !(error instanceof Refusal)
          ? words.say("stop_not_sent")
          : said(error, words),
      );
      if (!stops) this.forget = window.setTimeout(() => this.say(""), WRONG_MS);
      return false;
    } finally {
      this.count(what, -1);
    }
  }

  private say(wrong: string): void {
    window.clearTimeout(this.forget);
    this.wrong = wrong;
    this.host.requestUpdate();
  }

  private count(what: string, more: number): void {
    const doing = (this.busy.get(what) ?? 0) + more;
    if (doing) this.busy.set(what, doing);
    else this.busy.delete(what);
    this.host.requestUpdate();
  }
}
