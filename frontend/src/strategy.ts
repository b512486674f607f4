/** `custom:kumo-boots`: one line of configuration for a whole recovery dashboard. */

import type { Device, Hass } from "./hass";
import { entitiesOf, nameOf, pairs, partsOf, pressureSensors } from "./pair";
import { Words, loadWords } from "./words";

interface StrategyConfig {
  device_id?: string;
  shared_screen?: boolean;
}

type Card = Record<string, unknown>;

export class KumoBootsStrategy extends HTMLElement {
  static async generate(config: StrategyConfig, hass: Hass) {
    await loadWords(hass);
    const say = await wordsOf(hass);
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

const LOOK_MS = 100;
/** Five seconds: a page without its words is better than none. */
const LOOKS = 50;

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

/** The words arrive in a later `hass` than the one that was given. */
async function wordsOf(hass: Hass): Promise<Say> {
  const home = document.querySelector("home-assistant") as { hass?: Hass } | null;
  for (let looks = 0; ; looks++) {
    const words = new Words(home?.hass ?? hass);
    if (words.say("loading") || looks === LOOKS) return (key) => words.say(key);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
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

/** The tiles of a routine: begin it, where it is, when it asks by itself. */
function routine(hass: Hass, device: Device): Card[] {
  const entities = entitiesOf(hass, device.id);
  const tile = (key: string, more: Card = {}): Card[] => {
    const entity = entities[key];
    return entity
      ? [
          {
            type: "tile",
            entity,
            // The heading has the routine's own.
            name: { type: "entity" },
            grid_options: { columns: 12 },
            ...more,
          },
        ]
      : [];
  };
  const next = entities["sensor.routine_next_run"];
  return [
    { type: "heading", heading: nameOf(device), heading_style: "subtitle" },
    // When it was pressed last is nothing that a person wants to know of a button.
    ...tile("button.routine_start", { hide_state: true }),
    ...tile("sensor.routine_step"),
    ...tile("sensor.routine_next_run", {
      visibility: [{ condition: "state", entity: next, state_not: "unknown" }],
    }),
  ];
}

function page(
  pair: Device,
  hass: Hass,
  config: StrategyConfig,
  say: Say,
  counted: Set<string>,
  subview: boolean,
) {
  const week = partsOf(hass, pair, "wearer")
    .map((device) => entitiesOf(hass, device.id)["sensor.time_this_week"])
    .filter((id): id is string => id !== undefined && counted.has(id));
  const calendars = Object.entries(entitiesOf(hass, pair.id))
    .filter(([key]) => key.startsWith("calendar."))
    .map(([, id]) => id);
  const whole = entitiesOf(hass, pair.id);
  const phase = whole["sensor.phase"] ?? whole["sensor.phase_by_hand"];
  const seen = [...(phase ? [phase] : []), ...pressureSensors(hass, pair.id)];
  const story: Card[] = [
    heading(say("history"), "mdi:chart-line"),
    {
      type: "history-graph",
      // A session takes twenty minutes: it should be more than a line on the graph.
      hours_to_show: 1,
      entities: seen.map((entity) => ({ entity, name: shortly(hass, pair, entity) })),
    },
  ];
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
  const routines = partsOf(hass, pair, "routine").flatMap((device) =>
    routine(hass, device),
  );
  const evenings: Card[] = routines.length
    ? [heading(say("routines"), "mdi:weather-night"), ...routines]
    : [];
  const right = [...evenings, ...plans, ...story, ...figures];
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
      { type: "grid", cards: right },
    ],
  };
}
