/** `custom:kumo-boots`: one line of configuration for a whole recovery dashboard. */

import type { Device, Hass } from "./hass";
import { entitiesOf, nameOf, pairs, pressureSensors } from "./pair";
import { Words, loadWords } from "./words";

interface StrategyConfig {
  device_id?: string;
  shared_screen?: boolean;
}

type Card = Record<string, unknown>;

export class KumoBootsStrategy extends HTMLElement {
  static async generate(config: StrategyConfig, hass: Hass) {
    await loadWords(hass);
    const say = wordsOf(hass);
    const known = pairs(hass).filter(
      (pair) => !config.device_id || pair.id === config.device_id,
    );
    const counted = await withStatistics(hass);
    const pages = known.map((pair) =>
      page(pair, hass, config, say, counted, known.length > 1),
    );
    const views = known.length > 1 ? [overview(known, config, say), ...pages] : pages;
    return views.length
      ? { views }
      : {
          views: [
            { title: "Kumo Boots", cards: [{ type: "markdown", content: say("no_boots") }] },
          ],
        };
  }
}

type Say = (key: string) => string;

/** What has statistics already: a graph of nothing is an answer to nobody. */
async function withStatistics(hass: Hass): Promise<Set<string>> {
  try {
    const listed = await hass.callWS<{ statistic_id: string }[]>({
      type: "recorder/list_statistic_ids",
      statistic_type: "sum",
    });
    return new Set(listed.map((each) => each.statistic_id));
  } catch {
    // A home may do without the recorder.
    return new Set();
  }
}

function wordsOf(hass: Hass): Say {
  // The words arrive in a later `hass` than the one that was given.
  const now = document.querySelector("home-assistant") as { hass?: Hass } | null;
  const words = new Words(now?.hass ?? hass);
  return (key) => words.say(key);
}

function heading(text: string, icon: string): Card {
  return { type: "heading", heading: text, icon };
}

/** Name an entity on a page that is about its pair alone. */
function shortly(hass: Hass, pair: Device, entityId: string): string {
  const whole = String(hass.states[entityId]?.attributes.friendly_name ?? entityId);
  return whole.replace(nameOf(pair), "").trim() || whole;
}

/** All chairs, with the time left on each and a stop. */
function overview(known: Device[], config: StrategyConfig, say: Say) {
  return {
    title: say("overview"),
    path: "overview",
    icon: "mdi:view-grid",
    type: "sections",
    max_columns: 4,
    sections: known.map((pair) => ({
      type: "grid",
      cards: [
        {
          type: "custom:kumo-boots-card",
          device_id: pair.id,
          compact: true,
          page: pair.id,
          ...(config.shared_screen ? { shared_screen: true } : {}),
          grid_options: { columns: "full" },
        },
      ],
    })),
  };
}

function page(
  pair: Device,
  hass: Hass,
  config: StrategyConfig,
  say: Say,
  counted: Set<string>,
  subview: boolean,
) {
  const own = pair.identifiers[0]?.[1] ?? "";
  const wearers = Object.values(hass.devices).filter((device) =>
    device.identifiers.some(([, id]) => id.startsWith(`${own}_wearer_`)),
  );
  const week = wearers
    .map((device) => entitiesOf(hass, device.id)["sensor.time_this_week"])
    .filter((id): id is string => id !== undefined && counted.has(id));
  const calendars = Object.entries(entitiesOf(hass, pair.id))
    .filter(([key]) => key.startsWith("calendar."))
    .map(([, id]) => id);
  const phase = entitiesOf(hass, pair.id)["sensor.phase"];
  const seen = [...(phase ? [phase] : []), ...pressureSensors(hass, pair.id)];
  const story: Card[] = seen.length
    ? [
        heading(say("history"), "mdi:chart-line"),
        {
          type: "history-graph",
          hours_to_show: 3,
          entities: seen.map((entity) => ({ entity, name: shortly(hass, pair, entity) })),
        },
      ]
    : [];
  const figures: Card[] = week.length
    ? [
        heading(say("weeks"), "mdi:chart-bar"),
        {
          type: "statistics-graph",
          chart_type: "bar",
          period: "day",
          days_to_show: 28,
          stat_types: ["change"],
          entities: week,
        },
      ]
    : [];
  const plans: Card[] = calendars.length
    ? [
        heading(say("plans"), "mdi:calendar"),
        { type: "calendar", initial_view: "listWeek", entities: calendars },
      ]
    : [];
  const right = [...plans, ...story, ...figures];
  return {
    title: nameOf(pair),
    path: pair.id,
    icon: "mdi:seat-recline-extra",
    type: "sections",
    subview,
    max_columns: 2,
    sections: [
      {
        type: "grid",
        cards: [
          {
            type: "custom:kumo-boots-card",
            device_id: pair.id,
            ...(config.shared_screen ? { shared_screen: true } : {}),
            grid_options: { columns: "full" },
          },
        ],
      },
      ...(right.length ? [{ type: "grid", cards: right }] : []),
    ],
  };
}
