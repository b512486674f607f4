"""What an entry remembers of its boots, so that everything is there before they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Self

from .boots.driver import ControllerKey
from .boots.levels import as_counted
from .boots.limits import Limits
from .boots.model import (
    Capabilities,
    FailSafes,
    Feature,
    Identity,
    Measure,
    Programme,
    Side,
)
from .const import CONF_CAPABILITIES, CONF_UNITS


@dataclass(frozen=True, kw_only=True, slots=True)
class RememberedUnit:
    """One unit of a pair."""

    address: str
    name: str
    legs: frozenset[Side]
    key: ControllerKey | None
    """None for a unit that knows nobody."""
    identity: Identity
    driver: str
    """UUID of the service by which its driver is found."""

    def as_dict(self) -> dict[str, Any]:
        """Make it storable."""
        return {
            "address": self.address,
            "name": self.name,
            "legs": sorted(self.legs),
            "key": None if self.key is None else self.key.as_dict(),
            "identity": {
                "manufacturer": self.identity.manufacturer,
                "model": self.identity.model,
                "serial": self.identity.serial,
                "firmware": self.identity.firmware,
            },
            "driver": self.driver,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what ``as_dict`` made."""
        key = data["key"]
        return cls(
            address=data["address"],
            name=data["name"],
            legs=frozenset(Side(leg) for leg in data["legs"]),
            key=None if key is None else ControllerKey.from_dict(key),
            identity=Identity(**data["identity"]),
            driver=data["driver"],
        )


def capabilities_as_dict(capabilities: Capabilities) -> dict[str, Any]:
    """Make capabilities storable."""
    return {
        "legs": sorted(capabilities.legs),
        "chambers": capabilities.chambers,
        "target_min_mmhg": capabilities.target_min_mmhg,
        "target_max_mmhg": capabilities.target_max_mmhg,
        "target_step_mmhg": capabilities.target_step_mmhg,
        "duration_min_s": capabilities.duration_min_s,
        "duration_max_s": capabilities.duration_max_s,
        "programmes": [programme.value for programme in capabilities.programmes],
        "features": capabilities.features.value,
        "lease_s": capabilities.lease_s,
        "untold": sorted(capabilities.untold),
        "pair_id": None if capabilities.pair_id is None else capabilities.pair_id.hex(),
        "fail_safes": {
            "vents_on_silence": capabilities.fail_safes.vents_on_silence,
            "vents_on_power_loss": capabilities.fail_safes.vents_on_power_loss,
            "own_ceiling": capabilities.fail_safes.own_ceiling,
            "own_timer": capabilities.fail_safes.own_timer,
        },
        "measure": capabilities.measure.value,
        "nominal_mmhg": list(capabilities.nominal_mmhg),
        "by_hand": capabilities.by_hand,
    }


def capabilities_from_dict(data: Mapping[str, Any]) -> Capabilities:
    """Read what ``capabilities_as_dict`` made."""
    pair_id = data["pair_id"]
    return Capabilities(
        legs=frozenset(Side(leg) for leg in data["legs"]),
        chambers=data["chambers"],
        target_min_mmhg=data["target_min_mmhg"],
        target_max_mmhg=data["target_max_mmhg"],
        target_step_mmhg=data["target_step_mmhg"],
        duration_min_s=data["duration_min_s"],
        duration_max_s=data["duration_max_s"],
        programmes=tuple(Programme(programme) for programme in data["programmes"]),
        features=Feature(data["features"]),
        lease_s=data["lease_s"],
        pair_id=None if pair_id is None else bytes.fromhex(pair_id),
        fail_safes=FailSafes(**data["fail_safes"]),
        # What was remembered before there were others.
        measure=Measure(data.get("measure", Measure.MMHG)),
        nominal_mmhg=tuple(data.get("nominal_mmhg", ())),
        by_hand=data.get("by_hand", False),
        untold=frozenset(data.get("untold", ())),
    )


def readable_units(data: Mapping[str, Any]) -> tuple[RememberedUnit, ...]:
    """Return the units of an entry's data; none when they cannot be read."""
    try:
        return tuple(RememberedUnit.from_dict(unit) for unit in data[CONF_UNITS])
    except KeyError, TypeError, ValueError:
        return ()


def limits_of_guests(data: Mapping[str, Any]) -> Limits:
    """Return the gentlest limits, as the boots of an entry's data count."""
    capabilities = capabilities_from_dict(data[CONF_CAPABILITIES])
    return Limits(
        target_max_mmhg=as_counted(Limits().target_max_mmhg, capabilities),
        measure=capabilities.measure,
    )


def pair_hash(pair_id: bytes) -> bytes:
    """Return what units with this pair id advertise (Open Boots Profile, R4)."""
    return sha256(pair_id).digest()[:2]
