/** The card's words: the integration's translations, in the language of who looks. */

import type { Hass } from "./hass";
import { DOMAIN } from "./hass";
import { written } from "./locale";
import { minutes, zoneKeys } from "./moment";

const CATEGORIES = [
  "common",
  "config_subentries",
  "device",
  "entity",
  "issues",
  "selector",
];
const asked = new Map<string, Promise<unknown>>();

/** Fetch the words of a language, once; Home Assistant then hands out a new `hass`. */
export function loadWords(hass: Hass): Promise<unknown> {
  let promise = asked.get(hass.language);
  if (!promise) {
    promise = Promise.all(
      CATEGORIES.map((category) => hass.loadBackendTranslation(category, DOMAIN)),
    );
    asked.set(hass.language, promise);
    promise.catch(() => asked.delete(hass.language));
  }
  return promise;
}

export type Values = Record<string, string | number>;

export class Words {
  constructor(private readonly hass: Hass) {}

  /** A text of the integration, by its path: `issues.fault_pump.title`. */
  text(path: string, values?: Values): string {
    return this.hass.localize(`component.${DOMAIN}.${path}`, values) || "";
  }

  /** A text of the card's own. */
  say(key: string, values?: Values): string {
    return this.text(`common.card_${key}`, values);
  }

  phase(phase: string | null, byHand = false): string {
    return phase === null
      ? this.say("unknown")
      : this.text(`entity.sensor.phase${byHand ? "_by_hand" : ""}.state.${phase}`);
  }

  mode(mode: string): string {
    return mode === "own"
      ? this.text("common.mode_own")
      : this.text(`selector.mode.options.${mode}`) || mode;
  }

  /** How strong, as the boots count it: 40 mmHg, or level 2. */
  strength(value: number, measure: string): string {
    return this.text(`common.strength_${measure}`, { strength: value });
  }

  number(value: number): string {
    return written(value, this.hass);
  }

  /** A length, in minutes. */
  minutes(seconds: number): string {
    return this.number(minutes(seconds));
  }

  wearer(name: string): string {
    return name === "guest"
      ? this.text("entity.select.for_whom.state.guest") || name
      : name;
  }

  zone(zone: number, chambers: number): string {
    const key = zoneKeys(chambers)[zone - 1] ?? "";
    return key.startsWith("chamber_")
      ? this.text("entity.sensor.pressure_chamber.name", { number: zone })
      : this.text(`entity.sensor.pressure_${key}.name`);
  }
}
