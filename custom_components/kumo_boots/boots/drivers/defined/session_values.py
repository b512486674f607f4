"""What a session gives to the templates of its commands."""

from ...errors import LimitError
from ...limits import check_target
from ...model import Measure, Settings
from .definition import Definition

type Numbers = dict[str, float]


def check_length(duration_s: int, definition: Definition) -> None:
    """Raise ``LimitError`` for a length between two minutes where minutes are sent."""
    sent = {n for m in definition.commands["start"] for n in m.template.names}
    if "minutes" in sent and duration_s % 60:
        raise LimitError(
            field="duration",
            value=duration_s,
            minimum=definition.capabilities.duration_min_s,
            maximum=definition.capabilities.duration_max_s,
            step=60,
        )


def start_values(settings: Settings, definition: Definition) -> Numbers:
    """Return the values for *start*; the settings have been checked."""
    can, codes = definition.capabilities, definition.codes
    return {
        **_strength(definition, settings.target_mmhg),
        "minutes": settings.duration_s / 60,
        "seconds": settings.duration_s,
        "programme": codes.programmes[settings.programme],
        "legs": sum(codes.legs[leg] for leg in settings.legs),
        "zones": _mask(can.chambers, settings.skipped),
    }


def change_values(
    definition: Definition,
    target_mmhg: int | None,
    remaining_s: int | None,
    skipped: frozenset[int] | None,
) -> dict[str, Numbers]:
    """Return the commands for a change, what lowers first, and their values.

    ``LimitError`` for what the device does not allow.
    """
    can = definition.capabilities
    wanted: dict[str, Numbers] = {}
    if skipped is not None:
        if any(not 1 <= zone <= can.chambers for zone in skipped) or (
            len(skipped) >= can.chambers
        ):
            raise LimitError(
                field="zones", value=max(skipped), minimum=1, maximum=can.chambers
            )
        wanted["set_zones"] = {"zones": _mask(can.chambers, skipped)}
    if target_mmhg is not None:
        check_target(target_mmhg, None, None, can)
        wanted["set_target"] = _strength(definition, target_mmhg)
    if remaining_s is not None:
        if not 1 <= remaining_s <= can.duration_max_s:
            raise LimitError(
                field="remaining",
                value=remaining_s,
                minimum=1,
                maximum=can.duration_max_s,
            )
        wanted["set_remaining"] = {
            "seconds": remaining_s,
            # Rather a little shorter: the session's own clock ends it anyway.
            "minutes": max(1, remaining_s // 60),
        }
    return wanted


def _strength(definition: Definition, target_mmhg: int) -> Numbers:
    if definition.capabilities.measure is Measure.LEVELS:
        return {"level": definition.codes.levels[target_mmhg]}
    return {"target_mmhg": target_mmhg}


def _mask(chambers: int, skipped: frozenset[int]) -> int:
    return sum(
        1 << (zone - 1) for zone in range(1, chambers + 1) if zone not in skipped
    )
