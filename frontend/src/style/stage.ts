import { css } from "lit";

/** The legs and what they do, a routine's steps, what a session will be. */
export const stage = css`
  /* The legs, and what they do */
  .stage {
    display: grid;
    grid-template-columns: minmax(0, 1.3fr) minmax(0, 1fr);
    justify-items: center;
    align-items: center;
    gap: 12px 8px;
  }
  .stage > :only-child {
    grid-column: 1 / -1;
  }
  .legs {
    display: flex;
    justify-content: center;
    gap: 4px;
    max-inline-size: 100%;
    direction: ltr;
  }
  figure {
    margin: 0;
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: 4px;
    /* One leg is as wide as the other, whatever it is called. */
    flex: 1 1 0;
    min-inline-size: 0;
  }
  figure svg {
    /* A layer of its own: what moves is painted alone. */
    contain: content;
    will-change: transform;
    block-size: 180px;
    max-inline-size: 100%;
  }
  .base {
    fill: color-mix(in srgb, var(--primary-text-color) 9%, transparent);
  }
  .base.skipped {
    fill: none;
    stroke: var(--kumo-line);
    stroke-dasharray: 3 4;
  }
  .fill {
    fill: color-mix(in oklab, var(--kumo-low), var(--kumo-high) calc(var(--level) * 100%));
    clip-path: inset(calc((1 - var(--level)) * 100%) 0 0 0) fill-box;
  }
  .active {
    fill: none;
    stroke: var(--primary-text-color);
    stroke-width: 2;
    stroke-linejoin: round;
  }
  svg text {
    fill: var(--primary-text-color);
    stroke: var(--ha-card-background, var(--card-background-color, #fff));
    stroke-width: 4px;
    stroke-linejoin: round;
    paint-order: stroke;
    font-size: 15px;
    font-weight: 500;
    text-anchor: middle;
    dominant-baseline: central;
    font-variant-numeric: tabular-nums;
  }
  figcaption {
    display: flex;
    flex-direction: column;
    align-items: center;
    text-align: center;
    font-size: 12px;
    color: var(--primary-text-color);
    --mdc-icon-size: 16px;
  }
  .unit,
  .unit span {
    display: inline-flex;
    align-items: center;
    gap: 2px;
  }
  .unit {
    gap: 4px;
    min-block-size: 20px;
    color: var(--secondary-text-color);
  }
  .silent .unit {
    visibility: hidden;
  }
  .unit .low {
    color: var(--primary-text-color);
    font-weight: 700;
  }
  .now {
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: 8px;
    inline-size: 100%;
    min-inline-size: 0;
  }
  .ring {
    position: relative;
    inline-size: 112px;
    block-size: 112px;
  }
  .ring circle {
    fill: none;
    stroke-width: 8;
    stroke-linecap: round;
  }
  .track {
    stroke: var(--kumo-tint);
  }
  .left {
    stroke: var(--kumo-high);
  }
  .left.asking {
    stroke-dashoffset: 0;
    stroke: var(--warning-color, #ffa600);
  }
  .time {
    position: absolute;
    inset: 0;
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: center;
  }
  .time b {
    font-size: 28px;
    font-weight: 400;
    line-height: 1.1;
    font-variant-numeric: tabular-nums;
  }
  .time span {
    font-size: 12px;
    line-height: 1.1;
    color: var(--secondary-text-color);
  }
  .phase {
    min-block-size: 44px;
    display: flex;
    align-items: center;
    text-align: center;
    font-size: 15px;
    font-weight: 500;
    line-height: 22px;
  }
  .pressure {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: 4px 20px;
    margin: 0;
    white-space: nowrap;
    text-align: center;
  }
  .pressure dt {
    font-size: 12px;
    color: var(--secondary-text-color);
  }
  .pressure dd {
    margin: 0;
    /* A number is read before its unit, whichever way the unit is written. */
    unicode-bidi: plaintext;
    font-size: 22px;
    font-variant-numeric: tabular-nums;
  }
  .pressure small {
    font-size: 12px;
    color: var(--secondary-text-color);
  }
  .guidance {
    font-size: 16px;
    line-height: 1.5;
  }
  .guidance .tonal {
    background: var(--kumo-action);
    color: var(--kumo-on-action);
  }

  /* A routine's steps */
  .line {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 0 12px;
    font-size: 14px;
  }
  .line span:last-child {
    color: var(--secondary-text-color);
  }
  .routine ol {
    display: flex;
    gap: 4px;
    margin: 8px 0 0;
    padding: 0;
    list-style: none;
  }
  .routine li {
    flex: 1 1 0;
    min-inline-size: 36px;
    container-type: inline-size;
    text-align: center;
    font-size: 12px;
    color: var(--secondary-text-color);
  }
  .bead {
    display: grid;
    place-items: center;
    block-size: 32px;
    border-radius: 16px;
    background: var(--kumo-tint);
    --mdc-icon-size: 18px;
  }
  .now .bead,
  .routine .now .bead {
    background: var(--kumo-action);
    color: var(--kumo-on-action);
  }
  .routine .now {
    display: block;
    color: var(--primary-text-color);
    font-weight: 500;
  }
  .routine .deeds {
    display: flex;
    gap: 8px;
    margin-block-start: 8px;
  }
  .routine .deeds .tonal {
    flex: 1 1 0;
    padding: 0;
  }
  /* Where there is no room for a name there is the icon, and its label. */
  @container (max-width: 52px) {
    .routine .name {
      visibility: hidden;
    }
  }
  .routine .name {
    display: block;
    margin-block-start: 4px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  /* What it will be */
  .controls {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 12px 24px;
  }
  .modes {
    display: flex;
    /* In some languages a word is longer than a fifth of a phone. */
    flex-wrap: wrap;
    gap: 6px;
    margin: 0;
    padding: 0;
    border: none;
    min-inline-size: 0;
  }
  .modes label {
    position: relative;
    flex: 1 1 0;
    min-inline-size: min-content;
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: 2px;
    padding: 8px 2px;
    text-align: center;
    border-radius: 12px;
    background: var(--kumo-tint);
    font-size: 12px;
    cursor: pointer;
    --mdc-icon-size: 22px;
  }
  .modes input {
    position: absolute;
    inset: 0;
    margin: 0;
    opacity: 0;
    cursor: inherit;
  }
  .modes .chosen {
    background: var(--kumo-action);
    color: var(--kumo-on-action);
    font-weight: 500;
  }
  .modes:disabled label {
    cursor: default;
  }
  .modes:disabled label:not(.chosen) {
    color: var(--secondary-text-color);
  }
  .modes label:focus-within {
    outline: 3px solid var(--primary-text-color);
    outline-offset: 1px;
  }
`;
