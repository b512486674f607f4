/** `custom:kumo-boots-card`: a pair of boots, live, with everything a person does. */

import { LitElement, html, nothing } from "lit";
import type { PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { classMap } from "lit/directives/class-map.js";
import { guard } from "lit/directives/guard.js";
import { CHOOSING, actions } from "./actions";
import { controls } from "./controls";
import { Deeds } from "./deeds";
import { Doing } from "./doing";
import { configForm, stubConfig } from "./editor";
import { planned, pressure, ringOf, weekOf } from "./extras";
import type { CardConfig, Hass } from "./hass";
import { hands } from "./hands";
import "./hold";
import { legs } from "./legs";
import { Live } from "./live";
import type { Message, Routine, Settings } from "./message";
import { activeZones, byHand, finePhase, settingsOf } from "./moment";
import { Footer } from "./footer";
import { notices } from "./notices";
import { entitiesOf, nameOf, pairs, wearerDevice } from "./pair";
import { example } from "./example";
import { rating } from "./rating";
import { Size } from "./size";
import type { Stepper } from "./stepper";
import { styles } from "./style";
import { timeline } from "./timeline";
import { whom } from "./whom";
import { Words, loadWords } from "./words";


@customElement("kumo-boots-card")
export class KumoBootsCard extends LitElement {
  @property({ attribute: false }) hass?: Hass;
  /** Set by the card picker. */
  @property({ type: Boolean }) preview = false;
  @state() private config?: CardConfig;
  @state() private rated = "";
  /** What was chosen a moment ago for the next session, and has not arrived. */
  @state() private chosen: Partial<Settings> = {};

  private readonly live = new Live(this);
  private readonly size = new Size(this);
  protected readonly footer = new Footer(this);
  private readonly doing = new Doing(this, this.live, () => new Words(this.hass!));

  static getConfigForm = configForm;
  static getStubConfig = stubConfig;

  setConfig(config: CardConfig): void {
    this.config = config;
  }

  getCardSize(): number {
    return this.config?.compact ? 4 : 14;
  }

  getGridOptions() {
    return this.config?.compact
      ? { columns: 6, min_columns: 6, rows: "auto" }
      : { columns: 12, min_columns: 6, rows: "auto" };
  }

  /** Home Assistant tells of every state in the house: that can wait for the next beat. */
  protected override shouldUpdate(changed: PropertyValues): boolean {
    const told = changed.size === 1 && changed.get("hass") !== undefined;
    if (told) this.live.soon();
    return !told;
  }

  protected override willUpdate(): void {
    if (!this.hass) return;
    loadWords(this.hass);
    const deviceId = this.deviceId;
    if (deviceId) this.live.look(this.hass, deviceId);
    const kind = this.config?.compact ? "compact" : "whole";
    this.size.of = `${deviceId} ${kind}`;
    const message = this.message;
    if (this.speaks && (message || this.live.lost)) this.size.show(message !== null);
    else this.size.wait(this.live.missing ? null : kind);
  }

  /** The words of a language come a moment later than the boots. */
  private get speaks(): boolean {
    return new Words(this.hass!).say("loading") !== "";
  }

  /** The chosen boots, or the only ones. */
  private get deviceId(): string | null {
    if (this.config?.device_id) return this.config.device_id;
    const known = this.hass ? pairs(this.hass) : [];
    return known[0]?.id ?? null;
  }

  private get message(): Message | null {
    return this.preview && !this.deviceId ? example() : this.live.message;
  }

  protected override render() {
    const { hass, config, deviceId } = this;
    if (!hass || !config) return nothing;
    const words = new Words(hass);
    const message = this.speaks ? this.message : null;
    const name = config.name || nameOf(hass.devices[deviceId ?? ""]) || "Kumo Boots";
    if (!message) {
      return html`<ha-card
        ><div class="card empty" role="region" aria-label=${name}>
          ${this.head(name, null, words)}
          <p>
            ${this.live.missing || !deviceId
              ? words.say("no_boots")
              : words.say("loading")}
          </p>
          ${deviceId ? this.stop(words) : nothing}
        </div></ha-card
      >`;
    }
    const phase = this.phase(message, words);
    return html`<ha-card>
      <div
        class=${classMap({
          card: true,
          compact: config.compact === true,
          silent: this.live.silent,
          [message.session.phase]: true,
        })}
        role="region"
        aria-label=${name}
        @holding=${() => this.live.ask()}
      >
        ${this.head(name, message, words)} ${this.alarms(name, message, words)}
        <div class="stage">
          ${message.legs && !config.compact && !byHand(message)
            ? legs(message, words, message.capabilities?.chambers ?? this.counted(message))
            : nothing}
          <div class="now">
            ${ringOf(message, words, this.live.now)}
            <div class="phase">${phase}</div>
            ${byHand(message) ? nothing : pressure(message, words)}
          </div>
        </div>
        ${byHand(message)
          ? hands(message, words, {
              entities: entitiesOf(hass, deviceId ?? ""),
              silent: this.live.silent,
              press: (button) => void this.doing.do("said", () => this.deeds.press(button)),
            })
          : nothing}
        ${message.routine ? this.timeline(message, message.routine, words) : nothing}
        ${config.compact || !message.capabilities
          ? nothing
          : this.controls(message, words)}
        ${this.actions(message, words)} ${this.stop(words)}
        ${config.compact ? nothing : this.foot(message, words)}
        <span class="said" role="status"
          >${this.doing.is("stop")
            ? words.say("stop_busy")
            : words.phase(message.phase, byHand(message))}</span
        >
      </div>
    </ha-card>`;
  }

  /** Not built anew while only pressures change. */
  private controls(message: Message, words: Words) {
    const hass = this.hass!;
    const entities = entitiesOf(hass, this.deviceId ?? "");
    const { capabilities, coach, limits, own_limits, session, wearer_id } = message;
    const of = JSON.stringify([session.phase, wearer_id, this.doing.is("stop")]);
    const shown = [
      ...[capabilities, coach, limits, own_limits, of, this.live.silent],
      // A choice that was refused is none.
      ...[settingsOf(message), this.doing.wrong],
    ];
    return guard([hass.localize, entities, this.config, JSON.stringify(shown)], () =>
      controls(message, words, {
        entities,
        silent: this.live.silent,
        shared: this.config?.shared_screen === true,
        of,
        set: (entity, value) => this.doing.do("set", () => this.deeds.set(entity, value)),
        choosing: (key, value) => {
          const { [key]: _, ...others } = this.chosen;
          this.chosen = value === null ? others : { ...others, [key]: value };
        },
        choose: (entity, option) =>
          this.doing.do("mode", () => this.deeds.choose(entity, option)),
      }),
    );
  }

  private async settle(): Promise<boolean> {
    const steppers = this.renderRoot.querySelectorAll<Stepper>("kumo-stepper");
    const set = await Promise.all([...steppers].map((each) => each.settle()));
    return set.every(Boolean);
  }

  private timeline(message: Message, routine: Routine, words: Words) {
    const act = (key: string) =>
      void this.doing.do(key === "stop" ? "routine_stop" : "routine", () =>
        this.deeds.routine(key),
      );
    return timeline(routine, words, {
      now: this.live.now,
      shared: this.config?.shared_screen === true,
      steady: !message.capabilities?.features.includes("pause"),
      act: this.live.silent ? null : act,
    });
  }

  private counted(message: Message): number {
    return message.legs?.left?.pressures_mmhg?.length || 5;
  }

  private get deeds(): Deeds {
    return new Deeds(this.hass!, this.deviceId ?? "", () => this.live.now);
  }

  private head(name: string, message: Message | null, words: Words) {
    const hass = this.hass!;
    const entity = entitiesOf(hass, this.deviceId ?? "")["select.for_whom"];
    return html`<div class="head">
      <div class="title" role="heading" aria-level="2">
        ${this.config?.page
          ? html`<a href=${this.pageUrl} @click=${this.follow}>${name}</a>`
          : name}
      </div>
      ${message
        ? whom(message, words, {
            options: this.config?.compact
              ? []
              : ((hass.states[entity ?? ""]?.attributes.options ?? []) as string[]),
            silent: this.live.silent,
            choose: (option) =>
              void this.doing.do("whom", () => this.deeds.choose(entity!, option)),
          })
        : nothing}
    </div>`;
  }

  private get pageUrl(): string {
    return `/${location.pathname.split("/")[1]}/${this.config?.page}`;
  }

  /** As the frontend does it: without loading the page anew. */
  private follow(event: Event): void {
    event.preventDefault();
    history.pushState(null, "", this.pageUrl);
    window.dispatchEvent(new CustomEvent("location-changed", { detail: {} }));
  }

  private alarms(name: string, message: Message, words: Words) {
    const hass = this.hass!;
    const own = wearerDevice(hass, this.deviceId ?? "", message.wearer_id);
    const button = own && entitiesOf(hass, own)["button.acknowledge_precautions"];
    const wearerId = message.wearer_id;
    return html`${this.live.offline || this.live.missing
      ? html`<section class="notice over" role="alert">
          <ha-icon icon="mdi:lan-disconnect" aria-hidden="true"></ha-icon>
          <div>
            <strong class="title"
              >${words.say(
                this.live.offline
                  ? "offline"
                  : this.live.lost
                    ? "no_boots"
                    : "coming_back",
              )}</strong
            >
          </div>
        </section>`
      : nothing}
    ${notices(message, words, {
      name,
      shared: this.config?.shared_screen === true,
      blocked:
        this.live.silent || ["start", ...CHOOSING].some((what) => this.doing.is(what)),
      readPrecautions: button
        ? () => void this.doing.do("read", () => this.deeds.press(button))
        : null,
      readWarning: wearerId
        ? () => void this.doing.do("read", () => this.deeds.readWarning(wearerId))
        : null,
      goOn: (offer) =>
        void this.doing.do("start", () =>
          this.deeds.start(message, offer, true, performance.now()),
        ),
    })}
    ${this.doing.wrong
      ? html`<section class="notice grave" role="alert">
          <ha-icon icon="mdi:alert-circle-outline" aria-hidden="true"></ha-icon>
          <div><p>${this.doing.wrong}</p></div>
        </section>`
      : nothing}`;
  }

  private phase(message: Message, words: Words): string {
    if (message.session.phase === "running") {
      const fine = finePhase(message);
      const zones = activeZones(message);
      const count = message.capabilities?.chambers ?? 0;
      if (fine === "inflating" && zones.length && zones.length < count) {
        return words.say("inflating", {
          zones: zones.map((zone) => words.zone(zone, count)).join(", "),
        });
      }
      if (fine) return words.say(`${fine}${fine === "inflating" ? "_all" : ""}`);
    }
    if (!message.available && message.phase === "ready" && !byHand(message)) {
      return words.say("not_connected");
    }
    return words.phase(message.phase, byHand(message));
  }

  /** With what was chosen a moment ago: a press means what is shown. */
  private wanted(message: Message): Message {
    const { setpoints } = message;
    return { ...message, setpoints: setpoints && { ...setpoints, ...this.chosen } };
  }

  private actions(message: Message, words: Words) {
    return actions(this.wanted(message), words, {
      deeds: this.deeds,
      busy: (what) => this.doing.is(what),
      shared: this.config?.shared_screen === true,
      compact: this.config?.compact === true,
      silent: this.live.silent,
      choosing: Object.keys(this.chosen).length > 0,
      settle: () => this.settle(),
      do: (what, act) => void this.doing.do(what, act),
    });
  }

  /** Always there, never disabled, and the largest. */
  private stop(words: Words) {
    const stop = () => void this.doing.do("stop", () => this.deeds.stop());
    return html`<button
      type="button"
      class="stop"
      @click=${this.deviceId ? stop : nothing}
    >
      <ha-icon icon="mdi:stop" aria-hidden="true"></ha-icon>
      ${words.say(this.doing.is("stop") ? "stop_busy" : "stop") || "Stop"}
    </button>`;
  }

  private foot(message: Message, words: Words) {
    const hass = this.hass!;
    const entities = entitiesOf(hass, this.deviceId ?? "");
    const calendar = Object.entries(entities).find(([key]) =>
      key.startsWith("calendar."),
    )?.[1];
    return html`${this.rating(message, words)}
    ${planned(hass, calendar, words)}
    ${message.week_s ? weekOf(message.week_s, hass, words, this.live.now) : nothing}`;
  }

  private rating(message: Message, words: Words) {
    const hass = this.hass!;
    const own = wearerDevice(hass, this.deviceId ?? "", message.wearer_id);
    if (!own || message.session.phase !== "idle" || this.config?.shared_screen) {
      return nothing;
    }
    return rating(hass, entitiesOf(hass, own), words, {
      rated: this.rated,
      now: this.live.now,
      rate: async (button, session) => {
        const done = await this.doing.do("rate", () => this.deeds.press(button));
        if (done) this.rated = session;
      },
    });
  }

  static override styles = styles;
}
