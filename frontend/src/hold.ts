/**
 * A button that means it: hold it, or press it twice.
 *
 * A finger or a mouse has to stay; a keyboard, a switch or a screen reader cannot, and
 * presses again within a while instead. Fires `holding` when that begins, and `held`.
 */

import { LitElement, css, html } from "lit";
import type { PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";

export const HOLD_MS = 1200;
const ARMED_MS = 10_000;
/** Two presses that are closer are one: a key that is kept down, a switch that bounces. */
const APART_MS = 400;
const HINT_MS = 4000;

@customElement("kumo-hold-button")
export class HoldButton extends LitElement {
  @property() label = "";
  /** Said while a second press is waited for. */
  @property() again = "";
  /** Said when it was let go too soon. */
  @property() hint = "";
  @property() icon = "";
  @property({ type: Boolean }) disabled = false;
  /** What the yes is for: a hold that was begun for something else is none. */
  @property() of = "";

  @state() private holding = false;
  @state() private armed = false;
  @state() private early = false;

  private timer = 0;
  private disarm = 0;
  private hinted = 0;
  private armedAt = 0;
  private virtual = false;

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("blur", this.leave);
    document.addEventListener("visibilitychange", this.leave);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("blur", this.leave);
    document.removeEventListener("visibilitychange", this.leave);
    this.leave();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("of") || (changed.has("disabled") && this.disabled)) {
      this.leave();
    }
  }

  protected override render() {
    const text = this.armed ? this.again : this.early ? this.hint : this.label;
    return html`<button
        type="button"
        class=${this.holding ? "holding" : this.armed ? "armed" : ""}
        ?disabled=${this.disabled}
        @pointerdown=${this.down}
        @pointerup=${this.up}
        @pointerleave=${this.release}
        @pointercancel=${this.release}
        @contextmenu=${(event: Event) => event.preventDefault()}
        @click=${this.pressed}
        @keydown=${(event: KeyboardEvent) => event.repeat && event.preventDefault()}
      >
        <span class="fill"></span>
        ${this.icon ? html`<ha-icon .icon=${this.icon}></ha-icon>` : null}
        <span class="text">${text}</span>
      </button>
      <span class="said" role="status">${this.armed || this.early ? text : ""}</span>`;
  }

  private down(event: PointerEvent): void {
    this.virtual =
      (event.width === 0 && event.height === 0) ||
      (event.width === 1 && event.height === 1 && event.pressure === 0);
    if (this.virtual || event.button !== 0 || this.disabled) return;
    // A finger is kept by what it touched first; one that slips off has to be noticed.
    (event.target as Element).releasePointerCapture?.(event.pointerId);
    // Two fingers hold nothing: one of them may be a palm's, or a child's.
    if (this.holding) {
      this.release();
      return;
    }
    this.early = false;
    this.holding = true;
    this.dispatchEvent(new CustomEvent("holding", { bubbles: true, composed: true }));
    this.timer = window.setTimeout(() => {
      if (!this.holding) return;
      this.release();
      this.fire();
    }, HOLD_MS);
  }

  private up(): void {
    if (this.holding) {
      this.early = true;
      window.clearTimeout(this.hinted);
      this.hinted = window.setTimeout(() => (this.early = false), HINT_MS);
    }
    this.release();
  }

  private readonly release = (): void => {
    window.clearTimeout(this.timer);
    this.holding = false;
  };

  /** Nobody is here any more: where the finger is lifted it is not heard. */
  private readonly leave = (): void => {
    this.release();
    this.unarm();
  };

  private pressed(event: MouseEvent): void {
    // A finger's click comes after its own down and up, which have said all.
    if (event.detail !== 0 && !this.virtual) return;
    if (this.armed) {
      if (performance.now() - this.armedAt < APART_MS) return;
      this.unarm();
      this.fire();
      return;
    }
    this.armed = true;
    this.armedAt = performance.now();
    this.dispatchEvent(new CustomEvent("holding", { bubbles: true, composed: true }));
    this.disarm = window.setTimeout(() => this.unarm(), ARMED_MS);
  }

  private unarm(): void {
    window.clearTimeout(this.disarm);
    window.clearTimeout(this.hinted);
    this.armed = this.early = false;
  }

  private fire(): void {
    this.early = false;
    if (this.disabled) return;
    this.dispatchEvent(new CustomEvent("held"));
  }

  static override styles = css`
    :host {
      display: block;
    }
    button {
      position: relative;
      overflow: hidden;
      display: flex;
      align-items: center;
      justify-content: center;
      gap: 8px;
      inline-size: 100%;
      min-block-size: 52px;
      padding: 8px 16px;
      border: none;
      border-radius: 26px;
      background: var(--kumo-action);
      color: var(--kumo-on-action);
      font: inherit;
      font-size: 16px;
      font-weight: 500;
      line-height: 1.25;
      cursor: pointer;
      touch-action: none;
      user-select: none;
      -webkit-user-select: none;
      -webkit-tap-highlight-color: transparent;
    }
    button:focus-visible {
      outline: 3px solid var(--primary-text-color);
      outline-offset: 2px;
    }
    button:disabled {
      opacity: 0.5;
      cursor: default;
    }
    .armed {
      box-shadow: inset 0 0 0 3px var(--kumo-on-action);
    }
    .fill {
      position: absolute;
      inset: 0;
      background: var(--kumo-on-action);
      opacity: 0.28;
      transform: scaleX(0);
      transform-origin: left;
    }
    :host(:dir(rtl)) .fill {
      transform-origin: right;
    }
    .holding .fill {
      transform: scaleX(1);
      transition: transform 1200ms linear;
    }
    .text,
    ha-icon {
      position: relative;
    }
    .text {
      min-inline-size: 0;
      overflow-wrap: anywhere;
    }
    /* As in half a row of a phone. */
    @container (max-width: 250px) {
      button {
        padding: 8px;
        font-size: 14px;
        hyphens: auto;
      }
      ha-icon {
        display: none;
      }
    }
    .said {
      position: absolute;
      inline-size: 1px;
      block-size: 1px;
      overflow: hidden;
      clip-path: inset(50%);
      white-space: nowrap;
    }
    @media (prefers-reduced-motion: reduce) {
      .holding .fill {
        transition: transform 1200ms steps(4);
      }
    }
  `;
}
