import { css } from "lit";

/** Narrow and wide, one of many chairs, and who sees few colours: after all else. */
export const sizes = css`
  /* As narrow as the preview of the card picker. */
  @container (max-width: 250px) {
    .stage {
      grid-template-columns: minmax(0, 1fr);
    }
    .card {
      padding: 12px;
    }
    .head,
    .row,
    .routine ol,
    .routine .deeds {
      flex-wrap: wrap;
    }
    .head {
      gap: 4px;
    }
    .whom {
      max-inline-size: 100%;
      box-sizing: border-box;
    }
    .notice {
      flex-direction: column;
      gap: 4px;
      padding: 8px;
      hyphens: auto;
    }
    .notice .title {
      font-size: 14px;
    }
    .tonal {
      padding-inline: 8px;
    }
  }
  @container (min-width: 400px) {
    .stage {
      column-gap: 12px;
    }
    .legs {
      gap: 10px;
    }
    figcaption {
      font-size: 13px;
    }
    .unit {
      gap: 8px;
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
  .compact .time span {
    font-size: 11px;
  }
  .compact .phase {
    flex: 1;
    justify-content: flex-start;
    text-align: start;
  }
  .compact .stop {
    min-block-size: 64px;
    font-size: 18px;
  }
  /* What is asked takes more lines there, and stop is the largest all the same. */
  @container (max-width: 250px) {
    .compact .stop {
      flex-direction: column;
      gap: 0;
      min-block-size: 96px;
    }
  }

  @media (forced-colors: active) {
    .stop,
    .tonal,
    .modes label {
      border: 2px solid ButtonText;
    }
  }
`;
