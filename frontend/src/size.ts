/**
 * How large the card was: it takes its place on the page before it has anything to show,
 * so that nothing else moves when it has.
 */

import type { ReactiveController, ReactiveControllerHost } from "lit";

const KEPT = "kumo-boots-card-sizes";
/** The card's look makes it so tall at least. */
const ROOM = "--kumo-room";
/** So many cards and widths are remembered. */
const MANY = 24;
/** Cards of about the same width are as tall. */
const ABOUT_PX = 40;
/**
 * How tall a card is at first, px, up to which width: two legs of five chambers, and
 * nobody has worn them yet. Measured (`test_a_first_visit`).
 */
const USUAL: Record<Kind, readonly (readonly [number, number])[]> = {
  whole: [
    [340, 803],
    [440, 726],
    [Infinity, 670],
  ],
  compact: [
    [160, 529],
    [250, 384],
    [340, 330],
    [Infinity, 260],
  ],
};

export type Kind = "whole" | "compact";

export class Size implements ReactiveController {
  /** What is shown: other boots, or another kind of card, have another size. */
  of = "";

  private readonly observer: ResizeObserver;
  private shown = false;

  constructor(private readonly host: ReactiveControllerHost & HTMLElement) {
    host.addController(this);
    this.observer = new ResizeObserver(([seen]) => {
      const box = seen?.borderBoxSize[0];
      if (box && this.shown) this.keep(box.inlineSize, box.blockSize);
    });
  }

  hostConnected(): void {
    this.observer.observe(this.host);
  }

  hostDisconnected(): void {
    this.observer.disconnect();
  }

  /** Make room for what will be shown, as it was or usually is; none for nothing. */
  wait(kind: Kind | null): void {
    this.shown = false;
    const width = this.host.getBoundingClientRect().width;
    const usual = kind && USUAL[kind].find(([most]) => width <= most)![1];
    const room = read()[this.key(width)] ?? usual ?? 0;
    this.host.style.setProperty(ROOM, `${room}px`);
  }

  /** It is as large as what is shown; remembered where that is the whole of it. */
  show(whole: boolean): void {
    this.shown = whole;
    if (this.host.style.getPropertyValue(ROOM)) this.host.style.removeProperty(ROOM);
  }

  private key(width: number): string {
    return `${this.of} ${Math.round(width / ABOUT_PX)}`;
  }

  private keep(width: number, height: number): void {
    const sizes = read();
    const key = this.key(width);
    if (sizes[key] === height) return;
    delete sizes[key];
    sizes[key] = height;
    const last = Object.entries(sizes).slice(-MANY);
    try {
      localStorage.setItem(KEPT, JSON.stringify(Object.fromEntries(last)));
    } catch {
      // A browser may keep nothing; the page then moves once.
    }
  }
}

function read(): Record<string, number> {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Record<string, number>;
  } catch {
    return {};
  }
}
