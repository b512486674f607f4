import { css } from "lit";

/** Home Assistant's own look, with the colours of a cloud for the air; whose it is, and what a person has to know. */
export const frame = css`
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
    overflow-wrap: break-word;
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
  .notice .tonal {
    max-inline-size: 100%;
    overflow-wrap: anywhere;
  }
`;
