/**
 * A number that goes up and down in steps, never beyond its limit, with marks.
 *
 * What is chosen is set once the finger rests, and shown as chosen until the boots, or
 * Home Assistant, say the same. Fires `choosing` with what is shown so; null for nothing.
 */

import { LitElement, css, html, nothing } from "lit";
import type { PropertyValues } from "lit";
import { customElement, property } from "lit/decorators.js";
import { stepped } from "./moment";

const REST_MS = 600;
const FORGET_MS = 5000;
const NOT_SET = () => Promise.resolve(false);

export interface Mark {
  at: number;
  /** What the coach advises, the coach's limit, the limit of the wearer's own. */
  kind: "coach" | "coach_limit" | "limit";
  text: string;
}

/** They are made anew with every message. */
function differ(marks: Mark[], before: Mark[] | undefined): boolean {
  return JSON.stringify(marks) !== JSON.stringify(before);
}

@customElement("kumo-stepper")
export class Stepper extends LitElement {
  @property() label = "";
  @property() unit = "";
  @property() less = "";
  @property() more = "";
  @property({ type: Number }) value: number | null = null;
  @property({ type: Number }) min = 0;
  /** The limit of who wears the boots: it goes no further. */
  @property({ type: Number }) max = 0;
  /** The most that the boots can: the end of the bar. */
  @property({ type: Number }) most = 0;
  @property({ type: Number }) step = 1;
  @property({ attribute: false, hasChanged: differ }) marks: Mark[] = [];
  @property({ type: Boolean }) disabled = false;
  /** Whoever stands here may only take away. */
  @property({ type: Boolean }) onlyLess = false;
  /** As the language of who looks has it. */
  @property({ attribute: false }) write: (value: number) => string = String;
  /** What it is chosen for: a choice for something else is none. */
  @property() of = "";
  /** Sets it; false where that is refused. */
  @property({ attribute: false }) set: (value: number) => Promise<boolean> = NOT_SET;

  /** What was chosen and nobody has confirmed yet. */
  private pending: number | null = null;
  private setting = Promise.resolve(true);
  private rest = 0;
  private forget = 0;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.drop();
  }

  protected override willUpdate(changed: PropertyValues): void {
    const other = changed.has("of") || (changed.has("disabled") && this.disabled);
    const arrived = this.pending === this.value && !this.rest;
    if (other || arrived) this.drop();
  }

  /** Have what was chosen be set before what it is for begins; false where it is not. */
  settle(): Promise<boolean> {
    if (this.rest) this.tell();
    return this.setting;
  }

  private choose(value: number | null): void {
    if (value === this.pending) return;
    this.pending = value;
    this.requestUpdate();
    this.dispatchEvent(new CustomEvent("choosing", { detail: value }));
  }

  private drop(): void {
    window.clearTimeout(this.rest);
    window.clearTimeout(this.forget);
    this.rest = 0;
    this.setting = Promise.resolve(true);
    this.choose(null);
  }

  private tell(): void {
    window.clearTimeout(this.rest);
    this.rest = 0;
    const value = this.pending!;
    this.setting = this.set(value).then((set) => {
      if (value !== this.pending || this.rest) return set;
      if (set) this.forget = window.setTimeout(() => this.drop(), FORGET_MS);
      else this.drop();
      return set;
    });
  }

  protected override render() {
    const value = this.pending ?? this.value;
    const shown = value === null ? "–" : this.write(value);
    const span = Math.max(1, this.most - this.min);
    const place = (at: number) =>
      `${Math.min(100, Math.max(0, ((at - this.min) / span) * 100))}%`;
    return html`<div class="row">
        <button
          type="button"
          aria-label=${this.less}
          ?disabled=${this.disabled || value === null || value <= this.min}
          @click=${() => this.go(-1)}
        >
          <ha-icon icon="mdi:minus"></ha-icon>
        </button>
        <div
          class="value ${this.pending === null ? "" : "pending"}"
          role="spinbutton"
          tabindex=${this.disabled ? -1 : 0}
          aria-label=${this.label}
          aria-valuemin=${this.min}
          aria-valuemax=${this.max}
          aria-valuenow=${value ?? nothing}
          aria-valuetext="${shown} ${this.unit}"
          aria-disabled=${this.disabled}
          @keydown=${this.key}
        >
          <span class="label">${this.label}</span>
          <span class="number">${shown}<small> ${this.unit}</small></span>
        </div>
        <button
          type="button"
          aria-label=${this.more}
          ?disabled=${this.disabled ||
          this.onlyLess ||
          value === null ||
          value >= this.max}
          @click=${() => this.go(1)}
        >
          <ha-icon icon="mdi:plus"></ha-icon>
        </button>
      </div>
      <div class="bar">
        <div class="barred" style="inline-size:calc(100% - ${place(this.max)})"></div>
        <div class="done" style="inline-size:${place(value ?? this.min)}"></div>
        ${this.marks.map(
          (mark) =>
            html`<span
              class="mark ${mark.kind}"
              style="inset-inline-start:${place(mark.at)}"
            ></span>`,
        )}
      </div>
      <div class="legend">
        ${this.marks.map(
          (mark) =>
            html`<span><i class="mark ${mark.kind}"></i>${mark.text}</span>`,
        )}
      </div>`;
  }

  private go(direction: 1 | -1): void {
    const value = this.pending ?? this.value;
    if (value === null || this.disabled || (direction > 0 && this.onlyLess)) return;
    const next = stepped(value, direction, this);
    if (next === value) return;
    this.choose(next);
    window.clearTimeout(this.rest);
    window.clearTimeout(this.forget);
    this.rest = window.setTimeout(() => this.tell(), REST_MS);
  }

  private key(event: KeyboardEvent): void {
    const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key] as 1 | -1 | undefined;
    if (direction === undefined) return;
    event.preventDefault();
    this.go(direction);
  }

  static override styles = css`
    :host {
      display: block;
      min-inline-size: 0;
    }
    .row {
      display: flex;
      align-items: center;
      justify-content: space-between;
      gap: 4px;
    }
    button {
      flex: none;
      display: grid;
      place-items: center;
      inline-size: 44px;
      block-size: 44px;
      border: none;
      border-radius: 50%;
      background: var(--kumo-tint);
      color: var(--primary-text-color);
      cursor: pointer;
    }
    button:disabled {
      opacity: 0.4;
      cursor: default;
    }
    button:focus-visible,
    .value:focus-visible {
      outline: 2px solid var(--kumo-action);
      outline-offset: 2px;
    }
    .value {
      display: flex;
      flex-direction: column;
      align-items: center;
      border-radius: 8px;
      padding: 0 4px;
      min-inline-size: 0;
    }
    .label {
      font-size: 12px;
      color: var(--secondary-text-color);
    }
    .number {
      unicode-bidi: plaintext;
      font-size: 22px;
      line-height: 1.2;
      font-variant-numeric: tabular-nums;
      white-space: nowrap;
    }
    small {
      font-size: 12px;
      color: var(--secondary-text-color);
    }
    .pending .number {
      font-style: italic;
    }
    .bar {
      position: relative;
      block-size: 6px;
      margin: 8px 4px 6px;
      border-radius: 3px;
      background: var(--kumo-tint);
    }
    .done {
      block-size: 100%;
      border-radius: 3px;
      background: var(--kumo-action);
    }
    .barred {
      position: absolute;
      inset-block: 0;
      inset-inline-end: 0;
      border-radius: 3px;
      background: repeating-linear-gradient(
        -45deg,
        transparent 0 3px,
        var(--kumo-line) 3px 5px
      );
    }
    .mark {
      display: inline-block;
      inline-size: 2px;
      block-size: 12px;
      border-radius: 1px;
      background: var(--primary-text-color);
    }
    .bar .mark {
      position: absolute;
      inset-block-start: -3px;
      margin-inline-start: -1px;
    }
    .mark.coach_limit {
      inline-size: 6px;
      border: 1.5px solid var(--primary-text-color);
      background: var(--card-background-color, #fff);
      box-sizing: border-box;
    }
    .bar .mark.coach_limit {
      margin-inline-start: -3px;
    }
    .mark.coach {
      inline-size: 8px;
      block-size: 8px;
      border-radius: 50%;
      background: var(--card-background-color, #fff);
      border: 2px solid var(--primary-text-color);
      box-sizing: border-box;
    }
    .bar .mark.coach {
      z-index: 1;
      inset-block-start: -1px;
      margin-inline-start: -4px;
    }
    .legend {
      display: flex;
      flex-wrap: wrap;
      gap: 0 12px;
      min-block-size: 16px;
      font-size: 11px;
      color: var(--secondary-text-color);
    }
    .legend span {
      display: inline-flex;
      align-items: center;
      gap: 4px;
    }
  `;
}
