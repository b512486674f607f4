/** The subscription to the live view: only while the card is on a screen. */

import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { Connection, Hass } from "./hass";
import { DOMAIN } from "./hass";
import type { Message } from "./message";
import { read } from "./message";
import { gone } from "./moment";
import { Pulse } from "./pulse";

const AGAIN_MS = 3000;
/** So long a restart may take; after that the boots are not coming back. */
const LOST_MS = 120_000;
const SECOND_MS = 1000;
/** Legs report four times a second, and not in step: all are drawn in one frame. */
const DRAW_MS = 250;
/** The phases in which time goes by on the screen without a message. */
const COUNTING = new Set(["awaiting", "running"]);

export class Live implements ReactiveController {
  /** What was told last; of what is told no more only the shape is left. */
  message: Message | null = null;
  /** Home Assistant itself is away. */
  offline = false;
  /** These boots are not there (any more, or yet). */
  missing = false;

  /** Nobody reports now: nothing is known, and nothing but a stop is worth a try. */
  get silent(): boolean {
    return this.offline || this.missing || !this.heard;
  }

  /** Since the card looks again, something was told. */
  private heard = false;
  /** Since when they are missing, ms of this page. */
  private missed = 0;
  /** How far the clock of this screen is ahead of Home Assistant's, ms. */
  private ahead = 0;
  private pulse: Pulse | null = null;
  private unwatch: (() => void) | null = null;
  private connection: Connection | null = null;
  private deviceId = "";
  private end: (() => void) | null = null;
  private timer = 0;
  private again = 0;
  private drawing = 0;

  constructor(private readonly host: ReactiveControllerHost & HTMLElement) {
    host.addController(this);
  }

  /** Look at other boots, or through another connection. */
  look(hass: Hass, deviceId: string): void {
    if (hass.connection === this.connection && deviceId === this.deviceId) return;
    this.close();
    this.connection = hass.connection;
    this.deviceId = deviceId;
    this.message = null;
    this.missing = false;
    this.open();
  }

  hostConnected(): void {
    document.addEventListener("visibilitychange", this.visibility);
    this.open();
  }

  hostDisconnected(): void {
    document.removeEventListener("visibilitychange", this.visibility);
    this.close();
  }

  private readonly visibility = (): void => {
    if (document.hidden) this.close();
    else this.open();
  };

  /** Now by Home Assistant's clock, ms: that of a tablet on a wall may be wrong. */
  get now(): number {
    return Date.now() - this.ahead;
  }

  /** Whoever waits for an answer wants to know soon that none will come. */
  ask(): void {
    this.pulse?.ask();
  }

  /** Whoever was asked has not answered yet. */
  get waiting(): boolean {
    return this.pulse?.waiting ?? false;
  }

  private readonly ready = (): void => {
    this.offline = false;
    this.unsubscribe();
    void this.subscribe();
  };

  private readonly pulsed = (): void => {
    if (this.pulse?.lost) this.disconnected();
    // What was told meanwhile may be lost: it is told anew.
    else this.ready();
  };

  private readonly disconnected = (): void => {
    this.offline = true;
    this.fade();
    this.host.requestUpdate();
  };

  /** They have not come back for so long that nobody waits for them. */
  get lost(): boolean {
    return this.missing && performance.now() - this.missed > LOST_MS;
  }

  private miss(missing: boolean): void {
    if (missing && !this.missing) this.missed = performance.now();
    this.missing = missing;
  }

  private fade(): void {
    this.heard = false;
    if (this.message) this.message = gone(this.message);
  }

  private open(): void {
    if (!this.connection || document.hidden || !this.host.isConnected) return;
    if (this.timer) return;
    this.connection.addEventListener("ready", this.ready);
    this.connection.addEventListener("disconnected", this.disconnected);
    this.pulse = Pulse.of(this.connection);
    this.unwatch = this.pulse.watch(this.pulsed);
    this.offline = !this.connection.connected || this.pulse.lost;
    this.host.requestUpdate();
    this.timer = window.setInterval(() => {
      const { message } = this;
      const counting =
        message && (COUNTING.has(message.session.phase) || message.routine?.ends_at);
      if (counting || this.missing) this.soon();
    }, SECOND_MS);
    void this.subscribe();
  }

  private close(): void {
    window.clearInterval(this.timer);
    this.timer = 0;
    this.connection?.removeEventListener("ready", this.ready);
    this.connection?.removeEventListener("disconnected", this.disconnected);
    this.unwatch?.();
    this.unwatch = null;
    this.unsubscribe();
    // Who looks again must not take what was for what is.
    this.fade();
  }

  private unsubscribe(): void {
    window.clearTimeout(this.again);
    window.clearTimeout(this.drawing);
    this.drawing = 0;
    this.end?.();
    this.end = null;
  }

  /** Another phase or request is shown at once, pressures at the pace of the eye. */
  private hear(message: Message): void {
    const before = this.message;
    this.pulse?.heard();
    if (message.at !== null) this.ahead = Date.now() - Date.parse(message.at);
    // An entry that is set up anew tells nothing meanwhile, not even what there is.
    this.miss(message.capabilities === null && before !== null);
    if (this.missing) {
      this.message = gone(before!);
      this.message.session.stop_unconfirmed = message.session.stop_unconfirmed;
    } else this.message = message;
    const silent = !this.heard;
    this.heard = !this.missing;
    if (
      silent ||
      before?.session.phase !== message.session.phase ||
      before.session.request !== message.session.request ||
      before.session.stop_unconfirmed !== message.session.stop_unconfirmed ||
      before.faults.length !== message.faults.length
    ) {
      this.host.requestUpdate();
    } else {
      this.soon();
    }
  }

  /** Draw at the next beat, which all cards of the page share. */
  soon(): void {
    this.drawing ||= window.setTimeout(
      () => {
        this.drawing = 0;
        this.host.requestUpdate();
      },
      DRAW_MS - (performance.now() % DRAW_MS),
    );
  }

  private async subscribe(): Promise<void> {
    const connection = this.connection;
    if (!connection) return;
    let over = false;
    let stop: (() => Promise<void>) | null = null;
    const end = (): void => {
      over = true;
      // A connection that was lost has forgotten it already.
      stop?.().catch(() => undefined);
    };
    this.end = end;
    try {
      stop = await connection.subscribeMessage<unknown>(
        (message) => {
          if (over) return;
          this.hear(read(message));
        },
        { type: `${DOMAIN}/live`, device_id: this.deviceId },
        { resubscribe: false },
      );
      if (over) end();
    } catch {
      // Once the connection is back, it is `ready` that asks again.
      if (over || !connection.connected) return;
      // After a restart the boots are set up a little later.
      this.miss(true);
      this.fade();
      this.host.requestUpdate();
      this.again = window.setTimeout(() => void this.subscribe(), AGAIN_MS);
    }
  }
}
