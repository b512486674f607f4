"""From checked data to a definition: what refers to something has to find it."""

from collections.abc import Iterable, Mapping
import re
from types import MappingProxyType
from typing import Any

from ...errors import ProtocolError
from ...model import Capabilities, FailSafes, Feature, Measure, Programme, Side
from .definition import (
    Characteristic,
    Confidence,
    Definition,
    Match,
    Message,
    Repeated,
    Step,
)
from .framing import BARE, Frame
from .framing_parts import frame_of
from .reports import Codes
from .reports_reading import report_of
from .schema import COMMANDS, did_you_mean
from .templates import VALUES, TemplateError, bytes_template, text_template
from .wrong import Path, WrongError

SHARED_SERVICES = frozenset(
    f"0000{number}-0000-1000-8000-00805f9b34fb"
    for number in ("fff0", "ffe0", "ffe5", "fee7", "180a", "180f", "1800", "1801")
)
"""Services of serial modules and of everybody: alone they match strangers' devices."""
STANDARD = re.compile("00002[ab][0-9a-f]{2}-0000-1000-8000-00805f9b34fb")
"""Characteristics that Bluetooth itself gives a meaning."""
CONTROL = "control"
DEFAULT_LEASE_S = 10.0
"""How long a lost device is waited for, where it does not say when it lets go."""
DEFAULT_EMPTIES_S = 10.0


def build(data: Mapping[str, Any]) -> Definition:
    """Return the definition; ``WrongError`` for what does not fit together."""
    characteristics = {
        name: Characteristic(**said) for name, said in data["characteristics"].items()
    }
    frames = {
        name: frame_of(parts, ("frames", name))
        for name, parts in data.get("frames", {}).items()
    }
    commands = {
        name: _command(said, ("commands", name), characteristics, frames)
        for name, said in data.get("commands", {}).items()
    }
    for name, each in characteristics.items():
        if each.write and STANDARD.match(each.uuid):
            raise WrongError(
                ("characteristics", name),
                "this one has a meaning of its own in Bluetooth, and takes no commands",
            )
    reports = tuple(
        report_of(name, said, characteristics, frames)
        for name, said in data.get("status", {}).items()
    )
    handshake = tuple(
        _step(said, ("handshake", number), commands, {each.name for each in reports})
        for number, said in enumerate(data.get("handshake", ()))
    )
    poll = _repeated(data, "poll", commands, characteristics)
    keep_alive = _repeated(data, "keep_alive", commands, characteristics)
    used = {step.send for step in handshake}
    used |= {each.send for each in (poll, keep_alive) if each is not None}
    for name in commands:
        if name not in COMMANDS and name not in used:
            raise WrongError(
                ("commands", name),
                f"nothing uses the command '{name}'",
                did_you_mean(name, COMMANDS),
            )
    definition = Definition(
        key=data["key"],
        name=data["name"],
        source=data["source"],
        confidence=Confidence(data["confidence"]),
        match=_matches(data["match"]),
        characteristics=MappingProxyType(characteristics),
        commands=MappingProxyType(commands),
        reports=reports,
        handshake=handshake,
        poll=poll,
        keep_alive=keep_alive,
        device_information=frozenset(data.get("device_information", ())),
        battery=data.get("battery", False),
        capabilities=_capabilities(
            data, commands, {f.name for r in reports for f in r.fields}
        ),
        codes=_codes(data["capabilities"]),
        empties_s=data["capabilities"].get("empties_s", DEFAULT_EMPTIES_S),
    )
    _check_names(definition)
    if definition.can_start:
        _check_strength(definition)
    return definition


def _matches(said: list[dict[str, Any]]) -> tuple[Match, ...]:
    if not said:
        raise WrongError(("match",), "something has to be matched")
    for number, each in enumerate(said):
        path: Path = ("match", number)
        if not each:
            raise WrongError(path, "this would match everything")
        named = each.get("name", "").strip("*?") or "manufacturer" in each
        if each.get("service") in SHARED_SERVICES and not named:
            raise WrongError(
                (*path, "service"),
                "this service alone would match strangers' devices",
                "add a name or a manufacturer",
            )
        if len(each) == 1 and not each.get("name", "x").strip("*?"):
            raise WrongError((*path, "name"), "this name would match everything")
    return tuple(Match(**each) for each in said)


def known[T](name: str, among: Mapping[str, T], path: Path, what: str) -> T:
    """Return what a name refers to."""
    if name not in among:
        raise WrongError(
            path, f"there is no {what} '{name}'", did_you_mean(name, among)
        )
    return among[name]


def _command(
    said: Any,
    path: Path,
    characteristics: Mapping[str, Characteristic],
    frames: Mapping[str, Frame],
) -> tuple[Message, ...]:
    if isinstance(said, list):
        if not said:
            raise WrongError(path, "there is nothing to send")
        return tuple(
            _message(each, (*path, number), characteristics, frames)
            for number, each in enumerate(said)
        )
    return (_message(said, path, characteristics, frames),)


def _message(
    said: Any,
    path: Path,
    characteristics: Mapping[str, Characteristic],
    frames: Mapping[str, Frame],
) -> Message:
    if isinstance(said, str):
        said = {"bytes": said}
    if len(said.keys() & {"bytes", "text"}) != 1:
        raise WrongError(path, "a message has either 'bytes' or 'text'")
    try:
        template = (
            bytes_template(said["bytes"])
            if "bytes" in said
            else text_template(said["text"])
        )
    except TemplateError as error:
        raise WrongError(path, str(error)) from error
    writable = [name for name, each in characteristics.items() if each.write]
    default = writable[0] if len(writable) == 1 else CONTROL
    to = said.get("to", default)
    if not known(to, characteristics, path, "characteristic").write:
        raise WrongError(path, f"'{to}' does not say how it takes messages ('write')")
    frame = BARE
    if "frame" in said or "command" in frames:
        frame = known(said.get("frame", "command"), frames, path, "frame")
    return Message(template=template, characteristic=to, frame=frame)


def _step(
    said: dict[str, Any],
    path: Path,
    commands: Mapping[str, Any],
    reports: Iterable[str],
) -> Step:
    if len(said.keys() & {"send", "wait_for"}) != 1:
        raise WrongError(path, "a step has either 'send' or 'wait_for'")
    if "send" in said:
        known(said["send"], commands, (*path, "send"), "command")
        _no_start(said["send"], (*path, "send"))
    else:
        named = dict.fromkeys(reports)
        known(said["wait_for"], named, (*path, "wait_for"), "report in 'status'")
    return Step(**said)


def _repeated(
    data: Mapping[str, Any],
    what: str,
    commands: Mapping[str, Any],
    characteristics: Mapping[str, Characteristic],
) -> Repeated | None:
    if what not in data:
        return None
    said, path = data[what], (what,)
    if len(said.keys() & {"send", "read"}) != 1:
        raise WrongError(path, "it has either 'send' or 'read'")
    if "send" in said:
        known(said["send"], commands, (*path, "send"), "command")
        _no_start(said["send"], (*path, "send"))
    elif not known(
        said["read"], characteristics, (*path, "read"), "characteristic"
    ).read:
        raise WrongError(
            (*path, "read"), f"'{said['read']}' is not said to be readable"
        )
    return Repeated(**said)


def _no_start(command: str, path: Path) -> None:
    """Refuse to send by itself what only a person may begin, let go on or change."""
    if command in ("start", "resume", "set_target", "set_remaining", "set_zones"):
        raise WrongError(path, f"'{command}' is never sent without being asked for")


def _capabilities(
    data: Mapping[str, Any], commands: Mapping[str, Any], told: set[str]
) -> Capabilities:
    said = data["capabilities"]
    path: Path = ("capabilities",)
    levels = tuple(level["mmhg"] for level in said.get("levels", ()))
    if ("pressure" in said) == bool(levels):
        raise WrongError(path, "it has either a 'pressure' or 'levels'")
    if list(levels) != sorted(set(levels)):
        raise WrongError(
            (*path, "levels"), "each level is stronger than the one before"
        )
    # Where there are levels, it is levels that are counted.
    pressure = said.get("pressure") or {"min": 1, "max": len(levels)}
    for what, limits in (("pressure", pressure), ("minutes", said["minutes"])):
        if limits["min"] > limits["max"]:
            raise WrongError((*path, what), "'min' is above 'max'")
    if not said["legs"] or not said["programmes"]:
        raise WrongError(path, "it has at least one leg and one programme")
    fail_safes = said.get("fail_safes", {})
    features = Feature(0)
    if {"pause", "resume"} <= commands.keys():
        features |= Feature.PAUSE
    if "set_zones" in commands or any(
        "zones" in message.template.names for message in commands.get("start", ())
    ):
        features |= Feature.ZONE_SKIP
    if "identify" in commands:
        features |= Feature.IDENTIFY
    for word, feature in (("charging", Feature.CHARGING), ("worn", Feature.WORN)):
        if word in told:
            features |= feature
    return Capabilities(
        legs=frozenset(Side(leg) for leg in said["legs"]),
        chambers=said["zones"],
        target_min_mmhg=pressure["min"],
        target_max_mmhg=pressure["max"],
        target_step_mmhg=pressure.get("step", 1),
        duration_min_s=said["minutes"]["min"] * 60,
        duration_max_s=said["minutes"]["max"] * 60,
        programmes=tuple(p for p in Programme if p in said["programmes"]),
        features=features,
        lease_s=fail_safes.get("silence_s", DEFAULT_LEASE_S),
        pair_id=None,
        measure=Measure.LEVELS if levels else Measure.MMHG,
        nominal_mmhg=levels,
        untold=_untold(told, battery=data.get("battery", False)),
        fail_safes=FailSafes(
            vents_on_silence=fail_safes.get("vents_on_silence", False),
            vents_on_power_loss=fail_safes.get("vents_on_power_loss", False),
            own_ceiling=fail_safes.get("own_ceiling", False),
            own_timer=fail_safes.get("own_timer", False),
        ),
    )


def _untold(told: set[str], *, battery: bool) -> frozenset[str]:
    """Return what no report tells: it becomes no entity."""
    words = {
        "pressures": {"pressures_left", "pressures_right"},
        "battery": {"battery_percent"},
        "cycles": {"cycles"},
        "remaining": {"remaining_s"},
    }
    untold = {what for what, any_of in words.items() if not told & any_of}
    return frozenset(untold - {"battery"} if battery else untold)


def _codes(said: Mapping[str, Any]) -> Codes:
    return Codes(
        programmes=MappingProxyType(
            {Programme(name): code for name, code in said["programmes"].items()}
        ),
        levels=MappingProxyType(
            {
                number: level.get("code", number)
                for number, level in enumerate(said.get("levels", ()), 1)
            }
        ),
        legs=MappingProxyType(
            {Side(name): code for name, code in said["legs"].items()}
        ),
    )


def _check_names(definition: Definition) -> None:
    """Refuse places of templates that neither a session nor a report fills."""
    learned = {field.name for report in definition.reports for field in report.fields}
    for name, messages in definition.commands.items():
        for place in sorted({n for m in messages for n in m.template.names}):
            if place not in VALUES and place not in learned:
                raise WrongError(
                    ("commands", name),
                    f"nothing gives a value for {{{place}}}",
                    did_you_mean(place, VALUES),
                )


def _check_strength(definition: Definition) -> None:
    """Refuse what a person could choose and the device would not hear of."""
    can = definition.capabilities
    names = {n for m in definition.commands["start"] for n in m.template.names}
    path: Path = ("commands", "start")
    if len(can.nominal_mmhg) > 1 and "level" not in names:
        raise WrongError(path, "there are levels, and {level} is not sent")
    if not can.nominal_mmhg and can.target_min_mmhg != can.target_max_mmhg:
        if "target_mmhg" not in names:
            raise WrongError(path, "there is a pressure, and {target_mmhg} is not sent")
    if len(can.programmes) > 1 and "programme" not in names:
        raise WrongError(path, "there are programmes, and {programme} is not sent")
    try:
        for values in samples(definition):
            definition.encode("start", values)
    except ProtocolError as error:
        raise WrongError(
            path, f"not everything that can be chosen fits: {error}"
        ) from error


def samples(definition: Definition) -> Iterable[dict[str, float]]:
    """Return the least and the most that a start may ask for."""
    can, codes = definition.capabilities, definition.codes
    learned = {
        field.name: bytes(field.size)
        for report in definition.reports
        for field in report.fields
        if not field.type
    }
    for target, seconds in (
        (can.target_min_mmhg, can.duration_min_s),
        (can.target_max_mmhg, can.duration_max_s),
    ):
        yield {
            **learned,  # type: ignore[dict-item]
            "target_mmhg": target,
            "level": codes.levels.get(target, 0),
            "minutes": seconds // 60,
            "seconds": seconds,
            "programme": max(codes.programmes.values()),
            "legs": sum(codes.legs.values()),
            "zones": (1 << can.chambers) - 1,
        }
