/** The visual editor, and what a new card begins with. */

import type { CardConfig, Hass } from "./hass";
import { DOMAIN } from "./hass";
import { pairs } from "./pair";
import { Words, loadWords } from "./words";

const BOOTS = {
  device: {
    filter: { integration: DOMAIN },
    // Legs and wearers are devices of their own; only a pair is for somebody.
    entity: { integration: DOMAIN, domain: "select" },
  },
};

/** The frontend's element; editors are not given `hass`. */
function theHass(): Hass | undefined {
  return (document.querySelector("home-assistant") as { hass?: Hass } | null)?.hass;
}

export async function configForm() {
  const hass = theHass();
  if (hass) await loadWords(hass);
  const say = (key: string): string => {
    const now = theHass();
    return now ? new Words(now).say(key) : key;
  };
  return {
    schema: [
      { name: "device_id", required: true, selector: BOOTS },
      { name: "name", selector: { text: {} } },
      { name: "shared_screen", selector: { boolean: {} } },
      { name: "compact", selector: { boolean: {} } },
    ],
    computeLabel: (field: { name: string }) => say(`editor_${field.name}`),
    computeHelper: (field: { name: string }) =>
      ["shared_screen", "compact"].includes(field.name)
        ? say(`editor_${field.name}_help`)
        : undefined,
  };
}

export function stubConfig(hass: Hass): Partial<CardConfig> {
  const [first] = pairs(hass);
  return first ? { device_id: first.id } : {};
}
