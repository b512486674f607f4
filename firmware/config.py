"""What one unit is: set by its maker, constant while it runs."""

from . import obp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

DEFAULTS = {
    "serial": "OB-0001",
    "manufacturer": "Open Boots",
    "model": "Recovery boots",
    "version": "1.0.0",
    "legs": 1,  # mask: bit 0 left, bit 1 right
    "chambers": 5,  # per leg, 1-8
    "min_mmhg": 20,
    "max_mmhg": 120,  # the unit's own ceiling, at most 240
    "step_mmhg": 5,
    "min_minutes": 1,
    "max_minutes": 60,
    "programmes": 0x003E,  # mask: relax, wave, squeeze, pulse, focus
    "features": 0x02AF,  # mask: all but worn detection, heat and charging is known
    "pair_id": b"\x00\x00\x00\x00",  # until *set pair id*
    "slots": 4,  # controllers the unit can remember, 4-15
    "notify_offset_ms": 0,  # R12: differs between the units of a pair
    "default_programme": 1,  # what the start button on the boots runs
    "default_mmhg": 30,
    "default_minutes": 15,
    "battery_start_percent": 10,  # below: too low to start
    "battery_stop_percent": 5,  # below: exhausted, fault bit 4
}


class Config:
    """The maker's values, checked; ValueError where the profile does not allow one."""

    def __init__(self, given: "Mapping[str, Any]") -> None:
        """Take ``given`` over DEFAULTS."""
        values: dict[str, Any] = dict(DEFAULTS)
        values.update(given)
        self.serial: str = values["serial"]
        self.manufacturer: str = values["manufacturer"]
        self.model: str = values["model"]
        self.version: str = values["version"]
        self.legs: int = values["legs"]
        self.chambers: int = values["chambers"]
        self.min_mmhg: int = values["min_mmhg"]
        self.max_mmhg: int = values["max_mmhg"]
        self.step_mmhg: int = values["step_mmhg"]
        self.min_minutes: int = values["min_minutes"]
        self.max_minutes: int = values["max_minutes"]
        self.features: int = values["features"]
        self.programmes: int = values["programmes"] & ~(1 << obp.CUSTOM)
        if self.features & obp.FEATURE_CUSTOM:
            self.programmes |= 1 << obp.CUSTOM
        self.pair_id = bytes(values["pair_id"])
        self.slots: int = values["slots"]
        self.notify_offset_ms: int = values["notify_offset_ms"]
        self.default_programme: int = values["default_programme"]
        self.default_mmhg: int = values["default_mmhg"]
        self.default_minutes: int = values["default_minutes"]
        self.battery_start_percent: int = values["battery_start_percent"]
        self.battery_stop_percent: int = values["battery_stop_percent"]
        if not (
            1 <= self.legs <= 3
            and 1 <= self.chambers <= 8
            and 1 <= self.min_mmhg <= self.max_mmhg <= 240
            and 1 <= self.step_mmhg <= 255
            and 1 <= self.min_minutes <= self.max_minutes <= 255
            and 4 <= self.slots <= 15
            and len(self.pair_id) == 4
        ):
            raise ValueError("the profile does not allow this")
        self.leg_list = [leg for leg in (0, 1) if self.legs & (1 << leg)]
        self.all_zones = (1 << self.chambers) - 1
        self.serial_bytes = self.serial.encode()

    def has(self, feature: int) -> bool:
        """Whether the unit has a feature."""
        return bool(self.features & feature)
