import { css } from "lit";

/** What can be done, stop the largest; the week. */
export const deeds = css`
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
    inset-block-end: calc(12px + var(--kumo-footer, 0px));
    z-index: 3;
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
`;
