/** What Home Assistant's dashboards find in this file. */

import "./ready";

import "./badge";
import "./card";
import type { Hass } from "./hass";
import { DOMAIN } from "./hass";
import { KumoBootsStrategy } from "./strategy";
import { Words, loadWords } from "./words";

interface Listed {
  type: string;
  name: string;
  description: string;
  [more: string]: unknown;
}

function list(where: string, what: Listed): Listed {
  const page = window as unknown as Record<string, Listed[] | undefined>;
  (page[where] ??= []).push(what);
  return what;
}

function suggestion(type: string) {
  return (hass: Hass, entityId: string) => {
    const entity = hass.entities[entityId];
    if (entity?.platform !== DOMAIN || !entity.device_id) return null;
    const ours = Object.values(hass.entities).some(
      (each) =>
        each.device_id === entity.device_id && each.translation_key === "for_whom",
    );
    return ours ? { config: { type, device_id: entity.device_id } } : null;
  };
}

const card = list("customCards", {
  type: "kumo-boots-card",
  name: "Kumo Boots",
  description: "Both legs live, with start, stop and everything in between.",
  preview: true,
  documentationURL: "https://github.com/kumo-boots/kumo-boots#the-card",
  getEntitySuggestion: suggestion("custom:kumo-boots-card"),
});
const badge = list("customBadges", {
  type: "kumo-boots-badge",
  name: "Kumo Boots",
  description: "What the boots do, and the time that is left.",
  preview: true,
  getEntitySuggestion: suggestion("custom:kumo-boots-badge"),
});
const strategy = list("customStrategies", {
  type: "kumo-boots",
  strategyType: "dashboard",
  name: "Kumo Boots",
  description: "A recovery page; with many boots an overview of them all.",
});

if (!customElements.get("ll-strategy-dashboard-kumo-boots")) {
  customElements.define("ll-strategy-dashboard-kumo-boots", KumoBootsStrategy);
}

/** The lists above are made before there is a language. */
async function translate(): Promise<void> {
  await customElements.whenDefined("home-assistant");
  const root = document.querySelector("home-assistant") as { hass?: Hass } | null;
  for (let second = 0; second < 30 && !root?.hass?.connection; second++) {
    await new Promise((done) => setTimeout(done, 1000));
  }
  if (!root?.hass) return;
  await loadWords(root.hass);
  const words = new Words(root.hass);
  for (const [listed, key] of [
    [card, "card"],
    [badge, "badge"],
    [strategy, "strategy"],
  ] as const) {
    listed.description = words.say(`about_${key}`) || listed.description;
  }
}

void translate();
