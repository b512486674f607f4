"""A draft of a definition: what the recording shows, and what a person has to add.

The loader takes a draft as it is. It cannot start anything: what starts and stops is
never guessed.
"""

from collections.abc import Iterable
import re

from .analysis import Kind, kinds, level_of, phase_of
from .captures import Capture
from .table import describe

BATTERY = "00002a19-0000-1000-8000-00805f9b34fb"
INFORMATION = {
    "00002a29-0000-1000-8000-00805f9b34fb": "manufacturer",
    "00002a24-0000-1000-8000-00805f9b34fb": "model",
    "00002a26-0000-1000-8000-00805f9b34fb": "firmware",
}
SIG = "-0000-1000-8000-00805f9b34fb"
STANDARD = re.compile("00002[ab][0-9a-f]{2}" + SIG)
"""Characteristics with a meaning of their own, which take no commands of a maker's."""


def draft(capture: Capture) -> str:
    """Return the text of a definition, with remarks where a person has to look."""
    return "\n".join(_lines(capture)) + "\n"


def _lines(capture: Capture) -> Iterable[str]:
    told = [kind for kind in kinds(capture) if kind.direction == "from"]
    sent = [kind for kind in kinds(capture) if kind.direction == "to"]
    key = re.sub(r"[^a-z0-9]+", "_", capture.name.lower()).strip("_") or "my_boots"
    yield "# A draft, made from a recording. Remarks say what has to be added or checked."
    yield "format: 1"
    yield f"key: {key if key[0].isalpha() else 'boots_' + key}"
    yield f"name: {capture.name or 'My boots'!r}"
    yield "source: a recording of the device"
    yield "confidence: unverified"
    yield "match:"
    yield from _match(capture)
    names = _names(capture, told, sent)
    yield "characteristics:"
    for uuid, name in names.items():
        yield f"  {name}: {{uuid: {uuid}{_ways(capture, uuid, told)}}}"
    framed = [("status", kind) for kind in told[:1] if kind.sums]
    framed += [("command", kind) for kind in sent[:1] if kind.sums]
    if framed:
        yield "frames:"
    for name, kind in framed:
        yield from _frame(name, kind)
    if sent:
        yield from _sent(sent)
    yield "# commands:"
    yield '#   start: "01 {level:u8} {minutes:u8}"   # what starts a session'
    yield '#   stop: "00"                            # what stops it, at any time'
    if told:
        yield from _status(told[0], names)
    yield from _rest(capture, names, told)


def _match(capture: Capture) -> Iterable[str]:
    own = [service for service in capture.services if not service.endswith(SIG)]
    if own:
        yield f"  - service: {own[0]}"
    elif capture.name:
        yield f"  - name: {capture.name + '*'!r}"
    else:
        yield "  - name: 'My boots*'   # how it calls itself"


def _names(capture: Capture, told: list[Kind], sent: list[Kind]) -> dict[str, str]:
    """Name the characteristics: those that spoke, and those that can be written."""
    named = {kind.characteristic: "" for kind in (*told, *sent)}
    for uuid, properties in capture.properties.items():
        standard = STANDARD.match(uuid) is not None
        if not standard and any(way.startswith("write") for way in properties):
            named.setdefault(uuid, "")
    names: dict[str, str] = {}
    for uuid in named:
        speaks = uuid in [kind.characteristic for kind in told]
        base = "state" if speaks else "control"
        number = sum(name.startswith(base) for name in names.values())
        names[uuid] = base if not number else f"{base}_{number + 1}"
    return names


def _ways(capture: Capture, uuid: str, told: list[Kind]) -> str:
    properties = capture.properties.get(uuid, ())
    ways = ""
    answered, unanswered = "write" in properties, "write-without-response" in properties
    if answered or unanswered:
        both = "both" if answered and unanswered else ""
        ways += (
            f", write: {both or ('with_response' if answered else 'without_response')}"
        )
    if "notify" in properties or uuid in [kind.characteristic for kind in told]:
        ways += ", notify: true"
    if "read" in properties:
        ways += ", read: true"
    return ways


def _head(kind: Kind) -> int:
    """Return how many first bytes are always the same and belong to the frame."""
    size = 0
    while size in kind.constants and size < min(kind.size - 1, 2):
        size += 1
    return size


def _frame(name: str, kind: Kind) -> Iterable[str]:
    found = kind.sums[0]
    start = found.at % kind.size
    yield f"  # {describe(found, kind.size)}; fits all of {kind.distinct} frames"
    yield f"  {name}:"
    if start < found.first:
        yield f"    - {{fixed: {_hex(kind, 0, start)}, name: start}}"
        yield f"    - {{checksum: {found.name}, order: {found.order}}}"
        yield "    - {payload: all}"
        return
    head = max(found.first, _head(kind))
    over = "payload"
    if found.first:
        yield f"    - {{fixed: {_hex(kind, 0, found.first)}, name: start}}"
    if head > found.first:
        yield f"    - {{fixed: {_hex(kind, found.first, head)}, name: inner}}"
        over = "inner to payload"
    yield "    - {payload: all}"
    yield f"    - {{checksum: {found.name}, order: {found.order}, over: {over}}}"
    end = start + len(kind.summed)
    if end < kind.size:
        yield f"    - {{fixed: {_hex(kind, end, kind.size)}, name: end}}"


def _hex(kind: Kind, first: int, last: int) -> str:
    return '"' + kind.frames[0].data[first:last].hex(" ") + '"'


def _before(kind: Kind) -> int:
    """Return where the message begins within the frame."""
    if not kind.sums:
        return 0
    found, start = kind.sums[0], kind.sums[0].at % kind.size
    if start < found.first:
        return start + len(kind.summed)
    return max(found.first, _head(kind))


def _sent(sent: list[Kind]) -> Iterable[str]:
    yield "# What the phone sent, by label:"
    for kind in sent:
        for label in dict.fromkeys(frame.label for frame in kind.frames):
            said = {f.data.hex(" ") for f in kind.frames if f.label == label}
            for frame in sorted(said)[:4]:
                yield f"#   {label}: {frame}"


def _status(kind: Kind, names: dict[str, str]) -> Iterable[str]:
    before = _before(kind)
    first = kind.constants.get(before)
    yield "status:"
    yield "  state:"
    yield f"    from: {names[kind.characteristic]}"
    yield f'    bytes: "{".." if first is None else f"{first:02x}"}"'
    fields = list(_fields(kind, before))
    if any(not line.lstrip().startswith("#") for line in fields):
        yield "    fields:"
    yield from fields


def _fields(kind: Kind, before: int) -> Iterable[str]:
    phase, level = phase_of(kind), level_of(kind)
    for at in sorted(set(kind.by_label) | set(kind.constants)):
        if at < before or at in kind.summed:
            continue
        if phase and at == phase[0]:
            said = ", ".join(f"{value}: {word}" for value, word in phase[1].items())
            yield "      # By the labels; which is which while it runs is to be checked."
            yield f"      phase: {{at: {at - before}, map: {{{said}}}}}"
        elif at == level:
            yield f"      level: {{at: {at - before}}}"
        elif at in kind.by_label:
            yield f"      # Byte {at - before}: {_said(kind, at)}"


def _said(kind: Kind, at: int) -> str:
    return "; ".join(
        f"{label} {' '.join(map(str, values[:6]))}"
        for label, values in kind.by_label[at].items()
    )


def _rest(capture: Capture, names: dict[str, str], told: list[Kind]) -> Iterable[str]:
    source = told[0].characteristic if told else ""
    if "read" in capture.properties.get(source, ()):
        yield f"poll: {{every_s: 1, read: {names[source]}}}"
    known = [what for uuid, what in INFORMATION.items() if uuid in capture.values]
    if known:
        yield f"device_information: [{', '.join(known)}]"
    if BATTERY in capture.values:
        yield "battery: true"
    yield "capabilities:"
    yield "  # All of this is to be checked against the device and its leaflet."
    yield "  legs: {left: 0, right: 0}"
    yield "  zones: 1"
    yield "  levels: [{mmhg: 20}]"
    yield "  minutes: {min: 1, max: 20}"
    yield "  programmes: {squeeze: 0}"
