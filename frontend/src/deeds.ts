/** What a person does with the card. Each call is their own hand, in this moment. */

import type { Hass } from "./hass";
import { DOMAIN } from "./hass";
import type { Message, Settings } from "./message";
import type { Words } from "./words";

interface Told {
  result: string;
  message?: string;
  request?: number | null;
}

/** What arrives later than this starts nothing: who said it may have gone, ms. */
const FRESH_MS = 5000;

const ROUTINE: Record<string, string> = {
  skip: "skip_step",
  pause: "pause_routine",
  resume: "resume_routine",
  longer: "extend_step",
  stop: "stop_routine",
};

/** Home Assistant said no; the message is for the person. */
export class Refusal extends Error {}

export class Deeds {
  constructor(
    private readonly hass: Hass,
    private readonly deviceId: string,
    /** Home Assistant's clock, ms. */
    private readonly clock: () => number,
  ) {}

  /** What only counts soon: a network that stands still keeps what was pressed. */
  private soon(service: string, data: Record<string, unknown> = {}): Promise<Told> {
    return this.act(service, { ...data, said: new Date(this.clock()).toISOString() });
  }

  private async act(service: string, data: Record<string, unknown> = {}): Promise<Told> {
    const answer = await this.hass.callService(
      DOMAIN,
      service,
      data,
      { device_id: [this.deviceId] },
      false,
      true,
    );
    const [told] = (answer.response?.boots ?? []) as Told[];
    if (told?.result === "refused") throw new Refusal(told.message);
    return told ?? { result: "" };
  }

  /**
   * Ask for what is shown; with `yes` also say yes, to this request and no other. It was
   * said at a moment of this page, ms.
   */
  async start(
    message: Message,
    settings: Settings,
    yes: boolean,
    said: number,
  ): Promise<void> {
    const fresh = () => performance.now() - said < FRESH_MS;
    if (!fresh()) return;
    const inLevels = message.capabilities?.measure === "levels";
    const told = await this.soon("start_session", {
      mode: settings.mode,
      [inLevels ? "level" : "pressure"]: settings.strength,
      duration: settings.duration_s / 60,
      ...(settings.legs === null ? {} : { legs: settings.legs }),
      ...(message.wearer === null ? {} : { wearer: message.wearer_id ?? "guest" }),
    });
    if (yes && fresh() && told.request != null) await this.confirm(told.request);
  }

  /** Say yes to the request with this number. */
  confirm(request: number): Promise<Told> {
    return this.soon("confirm_session", { request });
  }

  stop(): Promise<Told> {
    return this.act("stop_session");
  }

  pause(): Promise<Told> {
    return this.act("pause_session");
  }

  resume(): Promise<Told> {
    return this.soon("resume_session");
  }

  /** Skip its step, have it stand still or go on, have more of it, end it. */
  async routine(key: string): Promise<void> {
    await this.hass.callService(
      DOMAIN,
      ROUTINE[key]!,
      {},
      { device_id: [this.deviceId] },
      false,
    );
  }

  /** Stop, and let the coach know why. */
  async tooStrong(): Promise<void> {
    await this.act("report_discomfort", { kind: "too_strong" });
  }

  async readWarning(wearerId: string): Promise<void> {
    await this.hass.callService(
      DOMAIN,
      "acknowledge_warning",
      { wearer: wearerId },
      { device_id: [this.deviceId] },
      false,
    );
  }

  async press(entityId: string): Promise<void> {
    await this.call("button", "press", entityId);
  }

  async set(entityId: string, value: number): Promise<void> {
    await this.call("number", "set_value", entityId, { value });
  }

  async choose(entityId: string, option: string): Promise<void> {
    await this.call("select", "select_option", entityId, { option });
  }

  private async call(
    domain: string,
    service: string,
    entityId: string,
    data: Record<string, unknown> = {},
  ): Promise<void> {
    await this.hass.callService(domain, service, data, { entity_id: entityId }, false);
  }
}

/** Say for a person what went wrong; a connection that is lost has a number only. */
export function said(error: unknown, words: Words): string {
  if (error instanceof Error) return error.message;
  const told = error as { code?: unknown; message?: unknown } | null;
  return typeof told?.message === "string" && typeof told.code === "string"
    ? told.message
    : words.say("offline");
}
