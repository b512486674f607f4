/** A footer of the dashboard's own lies over what is at the bottom: stop goes above it. */

import type { ReactiveController, ReactiveControllerHost } from "lit";

const VIEW = "hui-sections-view";

export class Footer implements ReactiveController {
  private view: Element | null = null;
  private footer: Element | null = null;
  private readonly watching = new ResizeObserver(() => this.measure());

  constructor(private readonly host: ReactiveControllerHost & HTMLElement) {
    host.addController(this);
  }

  hostConnected(): void {
    this.view = around(this.host);
  }

  hostDisconnected(): void {
    this.watching.disconnect();
    this.footer = null;
  }

  /** The view may have got one, or have lost it, since. */
  hostUpdated(): void {
    const footer = this.view?.shadowRoot?.querySelector("hui-view-footer") ?? null;
    if (footer === this.footer) return;
    this.watching.disconnect();
    this.footer = footer;
    if (footer) this.watching.observe(footer);
    else this.measure();
  }

  private measure(): void {
    const { footer } = this;
    const over = footer?.hasAttribute("sticky")
      ? footer.clientHeight + (parseFloat(getComputedStyle(footer).bottom) || 0)
      : 0;
    this.host.style.setProperty("--kumo-footer", `${over}px`);
  }
}

function around(element: Element): Element | null {
  for (let node: Node | null = element; node; ) {
    if (node instanceof Element && node.localName === VIEW) return node;
    node = node instanceof ShadowRoot ? node.host : node.parentNode;
  }
  return null;
}
