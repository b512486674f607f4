/** Which entities and devices belong to a pair of boots. */

import type { Device, Hass } from "./hass";
import { DOMAIN } from "./hass";

const known = new WeakMap<Hass["entities"], Record<string, Record<string, string>>>();

/** Entity ids of a device by what they are: `number.target_pressure`. */
export function entitiesOf(hass: Hass, deviceId: string): Record<string, string> {
  const devices = known.get(hass.entities) ?? {};
  known.set(hass.entities, devices);
  return (devices[deviceId] ??= search(hass, deviceId));
}

function search(hass: Hass, deviceId: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of Object.values(hass.entities)) {
    if (entry.platform !== DOMAIN || entry.device_id !== deviceId) continue;
    const domain = entry.entity_id.split(".")[0]!;
    found[`${domain}.${entry.translation_key ?? ""}`] = entry.entity_id;
  }
  return found;
}

/** The devices of all pairs, in the order of their names. */
export function pairs(hass: Hass): Device[] {
  const ids = new Set(
    Object.values(hass.entities)
      .filter(
        (entry) =>
          entry.platform === DOMAIN && entry.translation_key === "for_whom",
      )
      .map((entry) => entry.device_id),
  );
  return Object.values(hass.devices)
    .filter((device) => ids.has(device.id))
    .sort((one, other) => nameOf(one).localeCompare(nameOf(other)));
}

export function nameOf(device: Device | undefined): string {
  return device?.name_by_user || device?.name || "";
}

/** The wearers of a pair, or its routines: devices beside its own. */
export function partsOf(hass: Hass, pair: Device, kind: "wearer" | "routine"): Device[] {
  const own = pair.identifiers.find(([domain]) => domain === DOMAIN)?.[1];
  return Object.values(hass.devices)
    .filter((device) =>
      device.identifiers.some(([, id]) => id.startsWith(`${own}_${kind}_`)),
    )
    .sort((one, other) => nameOf(one).localeCompare(nameOf(other)));
}

/** The device of whoever wears a pair. */
export function wearerDevice(
  hass: Hass,
  pairId: string,
  wearerId: string | null,
): string | null {
  const own = hass.devices[pairId]?.identifiers.find(([domain]) => domain === DOMAIN);
  if (!own || wearerId === null) return null;
  const wanted = `${own[1]}_wearer_${wearerId}`;
  const device = Object.values(hass.devices).find((each) =>
    each.identifiers.some(([domain, id]) => domain === DOMAIN && id === wanted),
  );
  return device?.id ?? null;
}

/** The legs of a pair, as parts of it: their chambers' sensors. */
export function pressureSensors(hass: Hass, pairId: string): string[] {
  const own = hass.devices[pairId]?.identifiers.find(([domain]) => domain === DOMAIN);
  if (!own) return [];
  return Object.values(hass.entities)
    .filter((entry) => {
      const device = hass.devices[entry.device_id ?? ""];
      return (
        entry.platform === DOMAIN &&
        entry.entity_id.startsWith("sensor.") &&
        (entry.translation_key ?? "").startsWith("pressure_") &&
        device?.identifiers.some(([, id]) =>
          [`${own[1]}_left`, `${own[1]}_right`].includes(id),
        )
      );
    })
    .map((entry) => entry.entity_id);
}
