/** Home Assistant as a connection sees it, for tests without a browser. */

import { vi } from "vitest";
import type { Connection } from "../src/hass";

type Callback = (message: unknown) => void;

export class Home implements Connection {
  connected = true;
  /** It is there, but nothing arrives: the connection broke without a word. */
  deaf = false;
  /** The boots are set up. */
  there = true;
  pings = 0;
  private readonly waiting: (() => void)[] = [];
  private readonly events = new Map<string, Set<() => void>>();
  private readonly subscribed = new Set<Callback>();

  ping(): Promise<unknown> {
    this.pings++;
    return this.deaf
      ? new Promise((resolve) => this.waiting.push(() => resolve(null)))
      : Promise.resolve(null);
  }

  async subscribeMessage<T>(callback: (message: T) => void): Promise<() => Promise<void>> {
    if (!this.there) throw { code: "not_found" };
    this.subscribed.add(callback as Callback);
    return async () => void this.subscribed.delete(callback as Callback);
  }

  addEventListener(event: string, callback: () => void): void {
    this.events.set(event, (this.events.get(event) ?? new Set()).add(callback));
  }

  removeEventListener(event: string, callback: () => void): void {
    this.events.get(event)?.delete(callback);
  }

  get listeners(): number {
    return this.subscribed.size;
  }

  tell(message: unknown): void {
    for (const callback of [...this.subscribed]) callback(message);
  }

  /** What was on its way arrives after all. */
  recover(): void {
    this.deaf = false;
    for (const answer of this.waiting.splice(0)) answer();
  }
}

/** A browser's clock and page, as far as the card needs them. */
export function aPage(): void {
  vi.useFakeTimers({ now: Date.parse("2026-11-26T20:00:00Z") });
  vi.stubGlobal("window", globalThis);
  vi.stubGlobal("document", {
    hidden: false,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  });
}
