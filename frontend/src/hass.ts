/** The part of Home Assistant's frontend that the card uses. */

export const DOMAIN = "kumo_boots";

export interface EntityState {
  entity_id: string;
  state: string;
  attributes: Record<string, unknown>;
}

export interface EntityEntry {
  entity_id: string;
  device_id?: string | null;
  platform?: string;
  translation_key?: string;
}

export interface Device {
  id: string;
  name: string | null;
  name_by_user?: string | null;
  identifiers: [string, string][];
}

export interface Connection {
  connected: boolean;
  ping(): Promise<unknown>;
  subscribeMessage<T>(
    callback: (message: T) => void,
    message: Record<string, unknown>,
    options?: { resubscribe?: boolean },
  ): Promise<() => Promise<void>>;
  addEventListener(event: "ready" | "disconnected", callback: () => void): void;
  removeEventListener(event: "ready" | "disconnected", callback: () => void): void;
}

export interface ServiceAnswer {
  response?: Record<string, unknown>;
}

export interface Hass {
  language: string;
  config?: { time_zone: string };
  /** What the profile says of numbers and times. */
  locale?: { number_format?: string; time_format?: string };
  connection: Connection;
  states: Record<string, EntityState>;
  entities: Record<string, EntityEntry>;
  devices: Record<string, Device>;
  localize(key: string, values?: Record<string, string | number>): string;
  callWS<T>(message: Record<string, unknown>): Promise<T>;
  loadBackendTranslation(category: string, integration?: string): Promise<unknown>;
  callService(
    domain: string,
    service: string,
    data?: Record<string, unknown>,
    target?: Record<string, unknown>,
    notifyOnError?: boolean,
    returnResponse?: boolean,
  ): Promise<ServiceAnswer>;
}

/** What a person chose in the editor. */
export interface CardConfig {
  type: string;
  device_id?: string;
  name?: string;
  shared_screen?: boolean;
  compact?: boolean;
  /** Where the name leads to: another view of the same dashboard. */
  page?: string;
}
