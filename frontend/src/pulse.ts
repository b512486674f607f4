/**
 * Whether Home Assistant still answers: one watch for all cards of a page.
 *
 * A connection that broke without a word looks alive for most of a minute. Whoever stops,
 * or looks at a pressure, must know sooner.
 */

import type { Connection } from "./hass";

const BEAT_MS = 500;
/** So many beats without a word, and it is asked. */
const QUIET_BEATS = 4;
/** So many beats after it was asked an answer is late; a hold lasts longer. */
const LATE_BEATS = 2;
/** So many beats without an answer, and nobody is there. */
const ANSWER_BEATS = 6;

const known = new WeakMap<Connection, Pulse>();

export class Pulse {
  /** It was asked and has not answered. */
  lost = false;

  private readonly watching = new Set<() => void>();
  private timer = 0;
  // Counted, not timed: a browser that slept, or was busy, has heard nobody meanwhile.
  private quiet = 0;
  private asked: number | null = null;

  private constructor(private readonly connection: Connection) {}

  static of(connection: Connection): Pulse {
    const pulse = known.get(connection) ?? new Pulse(connection);
    known.set(connection, pulse);
    return pulse;
  }

  /** Be told when it is lost, or found; returns what ends that. */
  watch(changed: () => void): () => void {
    if (!this.watching.size) {
      this.heard();
      this.timer = window.setInterval(() => this.beat(), BEAT_MS);
    }
    this.watching.add(changed);
    return () => {
      this.watching.delete(changed);
      if (!this.watching.size) window.clearInterval(this.timer);
    };
  }

  /** It said something, whatever it was. */
  heard(): void {
    this.quiet = 0;
    this.asked = null;
    this.found(true);
  }

  /** It was asked and should have answered: not only just, as it is every few seconds. */
  get waiting(): boolean {
    return this.asked !== null && this.asked >= LATE_BEATS;
  }

  /** Ask now: somebody waits for an answer. */
  ask(): void {
    if (this.asked !== null || !this.connection.connected) return;
    this.asked = 0;
    this.connection.ping().then(
      () => this.heard(),
      // It is down, which the connection itself tells of.
      () => (this.asked = null),
    );
  }

  private beat(): void {
    if (!this.connection.connected) return;
    if (this.asked !== null) {
      this.asked++;
      if (this.asked >= ANSWER_BEATS) this.found(false);
    } else if (++this.quiet >= QUIET_BEATS) {
      this.ask();
    }
  }

  private found(there: boolean): void {
    if (this.lost !== there) return;
    this.lost = !there;
    for (const changed of [...this.watching]) changed();
  }
}
