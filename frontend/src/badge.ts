/** `custom:kumo-boots-badge`: the phase, and the time that is left. */

import { LitElement, css, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { configForm, stubConfig } from "./editor";
import type { CardConfig, Hass } from "./hass";
import { entitiesOf, nameOf, pairs } from "./pair";
import { Words, loadWords } from "./words";

const ICONS: Record<string, string> = {
  awaiting: "mdi:account-question",
  starting: "mdi:play-circle-outline",
  running: "mdi:seat-recline-extra",
  paused: "mdi:pause-circle",
  venting: "mdi:weather-windy",
  fault: "mdi:alert-circle",
};

@customElement("kumo-boots-badge")
export class KumoBootsBadge extends LitElement {
  @property({ attribute: false }) hass?: Hass;
  @state() private config?: CardConfig;

  static getStubConfig = stubConfig;
  static async getConfigForm() {
    const form = await configForm();
    return {
      ...form,
      schema: form.schema.filter(({ name }) => ["device_id", "name"].includes(name)),
    };
  }

  setConfig(config: CardConfig): void {
    this.config = config;
  }

  protected override willUpdate(): void {
    if (this.hass) loadWords(this.hass);
  }

  protected override render() {
    const { hass, config } = this;
    if (!hass || !config) return nothing;
    const device = hass.devices[config.device_id ?? pairs(hass)[0]?.id ?? ""];
    if (!device) return nothing;
    const words = new Words(hass);
    const entities = entitiesOf(hass, device.id);
    const phaseId = entities["sensor.phase"] ?? entities["sensor.phase_by_hand"] ?? "";
    const phase = hass.states[phaseId]?.state ?? "unavailable";
    const known = !["unavailable", "unknown"].includes(phase);
    const left = Number(hass.states[entities["sensor.time_remaining"] ?? ""]?.state);
    const running = ["running", "paused"].includes(phase) && left > 0;
    const text = known ? words.phase(phase, !entities["sensor.phase"]) : words.say("not_connected");
    return html`<button
      type="button"
      class=${phase}
      @click=${() =>
        this.dispatchEvent(
          new CustomEvent("hass-more-info", {
            detail: { entityId: phaseId },
            bubbles: true,
            composed: true,
          }),
        )}
    >
      <ha-icon
        .icon=${known ? (ICONS[phase] ?? "mdi:seat-recline-normal") : "mdi:bluetooth-off"}
        aria-hidden="true"
      ></ha-icon>
      <span class="what">
        <span class="name">${config.name || nameOf(device)}</span>
        <span>${text}${running ? ` · ${formatted(hass, entities["sensor.time_remaining"]!)}` : ""}</span>
      </span>
    </button>`;
  }

  static override styles = css`
    button {
      display: flex;
      align-items: center;
      gap: 8px;
      min-block-size: var(--ha-badge-size, 36px);
      padding: 2px 12px 2px 10px;
      border: var(--ha-card-border-width, 1px) solid
        var(--ha-card-border-color, var(--divider-color));
      border-radius: 18px;
      background: var(--ha-card-background, var(--card-background-color));
      color: var(--primary-text-color);
      font: inherit;
      text-align: start;
      cursor: pointer;
    }
    button:focus-visible {
      outline: 2px solid var(--primary-color);
    }
    ha-icon {
      --mdc-icon-size: 18px;
      color: var(--state-inactive-color, var(--secondary-text-color));
    }
    .running ha-icon,
    .awaiting ha-icon,
    .starting ha-icon {
      color: var(--primary-color);
    }
    .fault ha-icon {
      color: var(--error-color);
    }
    .what {
      display: flex;
      flex-direction: column;
      font-size: 12px;
      line-height: 16px;
    }
    .name {
      font-size: 10px;
      line-height: 12px;
      color: var(--secondary-text-color);
    }
  `;
}

function formatted(hass: Hass, entityId: string): string {
  const state = hass.states[entityId]!;
  const format = (hass as { formatEntityState?: (state: unknown) => string })
    .formatEntityState;
  return format ? format(state) : state.state;
}
