import { css } from "lit";

/** Home Assistant's own look, with the colours of a cloud for the air. */
export const styles = css`
  :host {
    --kumo-low: var(--kumo-boots-color-low, #8fd6e6);
    --kumo-high: var(--kumo-boots-color-high, #1f6fb5);
    --kumo-action: var(--kumo-boots-color-action, #1667a8);
    --kumo-on-action: #fff;
    --kumo-tint: color-mix(in srgb, var(--primary-text-color) 8%, transparent);
    --kumo-line: color-mix(in srgb, var(--primary-text-color) 24%, transparent);
    --kumo-stop: #c62828;
    display: block;
    block-size: 100%;
  }
  ha-card {
    block-size: 100%;
    min-block-size: var(--kumo-room, 0);
    box-sizing: border-box;
    container-type: inline-size;
  }
  .card {
    position: relative;
    display: flex;
    flex-direction: column;
    gap: 14px;
    padding: 16px;
    color: var(--primary-text-color);
  }
  .said {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  p {
    margin: 0 0 6px;
  }
  p:last-child {
    margin-block-end: 0;
  }

  /* Whose, and which */
  .head {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 12px;
    min-block-size: 36px;
  }
  .title {
    min-inline-size: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    font-size: 20px;
    font-weight: 500;
    line-height: 1.3;
  }
  .head .title {
    white-space: nowrap;
  }
  .title a {
    color: inherit;
    text-decoration: underline;
    text-decoration-color: var(--kumo-line);
    text-underline-offset: 4px;
  }
  .whom {
    display: inline-flex;
    align-items: center;
    gap: 4px;
    flex: none;
    max-inline-size: 50%;
    padding: 0 12px 0 8px;
    border-radius: 18px;
    min-block-size: 36px;
    background: var(--kumo-tint);
    font-size: 14px;
    --mdc-icon-size: 18px;
  }
  .whom select {
    min-inline-size: 0;
    max-inline-size: 100%;
    min-block-size: 36px;
    border: none;
    background: none;
    color: inherit;
    font: inherit;
  }
  .whom option {
    background: var(--card-background-color);
    color: var(--primary-text-color);
  }
  .whom:focus-within {
    outline: 2px solid var(--kumo-action);
  }
  .whom select:focus-visible {
    outline: none;
  }

  /* What a person has to know */
  .notice {
    display: flex;
    gap: 12px;
    padding: 12px;
    border-radius: 12px;
    background: var(--kumo-tint);
    font-size: 14px;
    line-height: 1.45;
  }
  .notice > ha-icon {
    flex: none;
  }
  .notice > div {
    flex: 1;
    min-inline-size: 0;
  }
  .notice .title {
    display: block;
    font-size: 15px;
    font-weight: 500;
  }
  .notice.grave {
    background: color-mix(in srgb, var(--kumo-stop) 14%, transparent);
    box-shadow: inset 4px 0 0 var(--kumo-stop);
  }
  :host(:dir(rtl)) .notice.grave {
    box-shadow: inset -4px 0 0 var(--kumo-stop);
  }
  /* Over the title, so that nothing moves when it comes and goes. */
  .notice.over {
    position: absolute;
    inset-inline: 8px;
    inset-block-start: 8px;
    z-index: 2;
    background: var(--ha-card-background, var(--card-background-color, #fff));
    box-shadow:
      inset 0 0 0 1px var(--kumo-line),
      0 4px 12px rgb(0 0 0 / 25%);
  }
  .notice.stop_unconfirmed {
    background: var(--kumo-stop);
    color: #fff;
    font-size: 15px;
  }
  .notice summary {
    cursor: pointer;
  }
  .notice details > p:first-of-type {
    margin-block-start: 8px;
  }
  .notice .tonal,
  .notice kumo-hold-button {
    margin-block-start: 8px;
  }

  /* The legs, and what they do */
  .stage {
    display: grid;
    grid-template-columns: minmax(0, 1.3fr) minmax(0, 1fr);
    justify-items: center;
    align-items: center;
    gap: 12px;
  }
  .stage > :only-child {
    grid-column: 1 / -1;
  }
  .legs {
    display: flex;
    justify-content: center;
    gap: 4px;
    direction: ltr;
  }
  figure {
    margin: 0;
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: 4px;
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
    font-size: 13px;
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
    gap: 8px;
    min-block-size: 20px;
    color: var(--secondary-text-color);
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
    color: var(--secondary-text-color);
  }
  .phase {
    min-block-size: 44px;
    display: flex;
    align-items: center;
    text-align: center;
    font-size: 16px;
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
    justify-content: space-between;
    gap: 12px;
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
    gap: 6px;
    margin: 0;
    padding: 0;
    border: none;
    min-inline-size: 0;
  }
  .modes label {
    position: relative;
    flex: 1 1 0;
    min-inline-size: 0;
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: 2px;
    padding: 8px 2px;
    border-radius: 12px;
    background: var(--kumo-tint);
    font-size: 12px;
    cursor: pointer;
    --mdc-icon-size: 22px;
  }
  .modes label span {
    max-inline-size: 100%;
    overflow: hidden;
    text-overflow: ellipsis;
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

  /* What can be done */
  .actions {
    display: flex;
    flex-direction: column;
    gap: 8px;
  }
  .actions:empty {
    display: none;
  }
  .row {
    display: flex;
    gap: 8px;
  }
  .row > * {
    flex: 1 1 0;
  }
  .asked {
    text-align: center;
    font-size: 14px;
    line-height: 1.45;
  }
  .tonal {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    min-block-size: 44px;
    padding: 6px 16px;
    border: none;
    border-radius: 22px;
    background: var(--kumo-tint);
    color: inherit;
    font: inherit;
    font-size: 15px;
    font-weight: 500;
    cursor: pointer;
  }
  .tonal:disabled {
    opacity: 0.5;
    cursor: default;
  }
  .tonal:focus-visible,
  .stop:focus-visible {
    outline: 3px solid var(--primary-text-color);
    outline-offset: 2px;
  }
  .stop {
    position: sticky;
    inset-block-end: 12px;
    z-index: 1;
    display: flex;
    align-items: center;
    justify-content: center;
    gap: 10px;
    inline-size: 100%;
    min-block-size: 72px;
    padding: 8px 16px;
    border: none;
    border-radius: 20px;
    background: var(--kumo-stop);
    color: #fff;
    font: inherit;
    font-size: 22px;
    font-weight: 600;
    cursor: pointer;
    --mdc-icon-size: 32px;
    touch-action: manipulation;
  }
  .idle .stop,
  .empty .stop {
    background: color-mix(
      in srgb,
      var(--kumo-stop) 12%,
      var(--ha-card-background, var(--card-background-color, #fff))
    );
    color: var(--primary-text-color);
    box-shadow: inset 0 0 0 2px var(--kumo-stop);
  }
  .idle .stop ha-icon,
  .empty .stop ha-icon {
    color: var(--kumo-stop);
  }

  /* The week */
  .rating {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
    font-size: 14px;
  }
  .rating span {
    flex: 1 1 100%;
  }
  .rating .tonal {
    flex: 1 1 auto;
  }
  .planned {
    display: flex;
    align-items: center;
    gap: 8px;
    font-size: 14px;
    --mdc-icon-size: 20px;
  }
  .planned ha-icon {
    color: var(--secondary-text-color);
  }
  .bars {
    display: flex;
    gap: 6px;
    margin-block-start: 8px;
  }
  .bars div {
    flex: 1;
    display: flex;
    flex-direction: column;
    justify-content: flex-end;
    block-size: 64px;
    text-align: center;
  }
  .bars i {
    display: block;
    min-block-size: 3px;
    inline-size: min(100%, 28px);
    margin-inline: auto;
    border-radius: 4px 4px 2px 2px;
    background: var(--kumo-high);
  }
  .bars i[style="block-size:0%"] {
    background: var(--kumo-tint);
  }
  .bars span {
    font-size: 11px;
    line-height: 18px;
    color: var(--secondary-text-color);
  }
  .bars .today span {
    font-weight: 700;
    color: var(--primary-text-color);
  }

  /* As narrow as the preview of the card picker. */
  @container (max-width: 250px) {
    .stage {
      grid-template-columns: minmax(0, 1fr);
    }
  }
  @container (min-width: 400px) {
    .legs {
      gap: 10px;
    }
    figure svg {
      block-size: 220px;
    }
    .ring {
      inline-size: 136px;
      block-size: 136px;
    }
    .time b {
      font-size: 32px;
    }
    .phase {
      font-size: 17px;
    }
    .pressure {
      column-gap: 28px;
    }
    .controls {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
    .modes {
      grid-column: 1 / -1;
    }
  }
  @container (min-width: 640px) {
    .card {
      padding: 20px 24px;
      gap: 18px;
    }
    figure svg {
      block-size: 260px;
    }
    .legs {
      gap: 20px;
    }
    .ring {
      inline-size: 168px;
      block-size: 168px;
    }
    .time b {
      font-size: 42px;
    }
  }
  /* One of many chairs */
  .compact .stage {
    grid-template-columns: minmax(0, 1fr);
    justify-items: start;
  }
  .compact .now {
    flex-direction: row;
    flex-wrap: wrap;
    gap: 16px;
  }
  .compact .ring {
    inline-size: 84px;
    block-size: 84px;
  }
  .compact .time b {
    font-size: 20px;
  }
  .compact .phase {
    flex: 1;
    justify-content: flex-start;
    text-align: start;
  }
  .compact .stop {
    min-block-size: 56px;
    font-size: 18px;
  }

  @media (forced-colors: active) {
    .stop,
    .tonal,
    .modes label {
      border: 2px solid ButtonText;
    }
  }
`;
