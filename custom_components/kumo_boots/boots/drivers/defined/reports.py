"""Reports: what the device says, as patterns with fields, and what that means."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
import re
from types import MappingProxyType

from ...errors import ProtocolError
from ...model import BootsState, End, Fault, Origin, Phase, Programme, Side
from .framing import BARE, Frame
from .numbers import NUMBERS

type Values = dict[str, float | str | bytes | tuple[float, ...]]

LONGEST = 512
"""An attribute has no more bytes (Bluetooth Core, vol. 3 part F)."""
NO_FAULT = "none"


class Meaning(StrEnum):
    """What kind of value a word of a report has."""

    NUMBER = "number"
    FLAG = "flag"
    MASK = "mask"
    WORD = "word"
    LIST = "list"


WORDS: Mapping[str, tuple[Meaning, str]] = MappingProxyType(
    {
        "phase": (Meaning.WORD, "what the boots do; a map to the phases is needed"),
        "programme": (Meaning.WORD, "by its code in the capabilities"),
        "end": (Meaning.WORD, "how the last session ended; a map is needed"),
        "origin": (Meaning.WORD, "who started what runs; a map is needed"),
        "fault": (Meaning.WORD, "what is wrong; a map is needed, `none` is nothing"),
        "level": (Meaning.NUMBER, "by its code in the capabilities"),
        "target_mmhg": (Meaning.NUMBER, "the foot's target, mmHg"),
        "peak_mmhg": (Meaning.NUMBER, "the highest pressure now, mmHg"),
        "remaining_s": (Meaning.NUMBER, "what is left, s (`scale: 60` for minutes)"),
        "cycles": (Meaning.NUMBER, "how many cycles are over"),
        "battery_percent": (Meaning.NUMBER, "0 to 100"),
        "battery_low": (Meaning.FLAG, "1 when the battery is low"),
        "charging": (Meaning.FLAG, "1 while charging"),
        "worn": (Meaning.FLAG, "1 while somebody wears the boots"),
        "active_zones": (Meaning.MASK, "the zones that work now; bit 0 is the foot"),
        "skipped": (Meaning.MASK, "the zones left out; bit 0 is the foot"),
        "pressures_left": (Meaning.LIST, "gauge pressures from the foot up, mmHg"),
        "pressures_right": (Meaning.LIST, "gauge pressures from the foot up, mmHg"),
    }
)
"""The words that mean something; any other is learned, for the handshake."""

ENUMS: Mapping[str, type[StrEnum]] = MappingProxyType(
    {
        "phase": Phase,
        "programme": Programme,
        "end": End,
        "origin": Origin,
        "fault": Fault,
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """Where in a report's body a value is, and how it is written."""

    name: str
    at: int = 0
    type: str = "u8"
    """A number's; '' for learned bytes."""
    size: int = 1
    bits: tuple[int, int] | None = None
    """First and last bit of the number, 0 the lowest."""
    scale: float = 1.0
    add: float = 0.0
    map: Mapping[str, str] | None = None
    """By the number's digits, or by the text."""
    count: int = 1
    optional: bool = False
    """May lie beyond the end of the report."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """One kind of message from the device."""

    name: str
    characteristic: str
    frame: Frame = BARE
    starts: tuple[int | None, ...] = ()
    """What the body begins with; None is any byte."""
    text: re.Pattern[str] | None = None
    fields: tuple[Field, ...] = ()
    sets: Mapping[str, str] = field(default_factory=dict)
    """What such a report means by itself."""

    def decode(self, data: bytes) -> Values | None:
        """Return what it says; None for another kind of message.

        ``ProtocolError`` when it is this kind, and cannot be.
        """
        try:
            body = self.frame.decode(data[:LONGEST])
        except ProtocolError:
            return None
        if self.text is not None:
            return self._decode_text(self.text, body)
        if len(body) < len(self.starts) or any(
            wanted not in (None, byte)
            for wanted, byte in zip(self.starts, body, strict=False)
        ):
            return None
        values: Values = dict(self.sets)
        for each in self.fields:
            end = each.at + each.size * each.count
            if end <= len(body):
                values[each.name] = _decode(each, body[each.at : end])
            elif not each.optional:
                raise ProtocolError(f"{self.name} ends before {each.name}")
        return values

    def _decode_text(self, pattern: re.Pattern[str], body: bytes) -> Values | None:
        found = pattern.fullmatch(body.decode("ascii", "replace").strip("\0\r\n "))
        if found is None:
            return None
        values: Values = dict(self.sets)
        for each in self.fields:
            said = found[each.name]
            if said is not None:
                values[each.name] = _meant(each, said)
        return values


def _decode(each: Field, data: bytes) -> float | str | bytes | tuple[float, ...]:
    if not each.type:
        return data
    numbers = [
        NUMBERS[each.type].decode(data[at : at + each.size])
        for at in range(0, len(data), each.size)
    ]
    if each.bits is not None:
        low, high = each.bits
        numbers = [(int(n) >> low) & ((1 << (high - low + 1)) - 1) for n in numbers]
    if each.map is not None:
        return _meant(each, f"{numbers[0]:g}")
    scaled = tuple(number * each.scale + each.add for number in numbers)
    is_list = each.name in WORDS and WORDS[each.name][0] is Meaning.LIST
    return scaled if is_list else scaled[0]


def _meant(each: Field, said: str) -> float | str:
    if each.map is not None:
        if said not in each.map:
            raise ProtocolError(f"{each.name} is {said}")
        return each.map[said]
    try:
        return float(said) * each.scale + each.add
    except ValueError as error:
        raise ProtocolError(f"{each.name} is {said}") from error


@dataclass(frozen=True, kw_only=True, slots=True)
class Codes:
    """The device's own numbers for what has a name here."""

    programmes: Mapping[Programme, int]
    levels: Mapping[int, int]
    """By the number of the level, from 1."""
    legs: Mapping[Side, int]


def told(state: BootsState, values: Values, codes: Codes) -> BootsState:
    """Return the state after a report; ``ProtocolError`` for what cannot be."""
    changes: dict[str, object] = {}
    pressures = dict(state.pressures_mmhg)
    for name, value in values.items():
        if name not in WORDS:
            continue
        match WORDS[name][0]:
            case Meaning.LIST:
                side = Side(name.removeprefix("pressures_"))
                each = value if isinstance(value, tuple) else (value,)
                pressures[side] = tuple(_number(name, pressure) for pressure in each)
                changes["pressures_mmhg"] = MappingProxyType(pressures)
            case Meaning.WORD:
                changes |= _word(name, value, codes)
            case Meaning.FLAG:
                changes[name] = bool(_number(name, value))
            case Meaning.MASK:
                mask = _number(name, value)
                changes[name] = frozenset(z for z in range(1, 9) if mask >> (z - 1) & 1)
            case _:
                changes |= _quantity(name, _number(name, value), codes)
    return replace(state, **changes)  # type: ignore[arg-type]


def _number(name: str, value: object) -> int:
    try:
        number = round(float(value))  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError) as error:
        raise ProtocolError(f"{name} is {value!r}") from error
    if number < 0:
        raise ProtocolError(f"{name} is {number}")
    return number


def _word(name: str, value: object, codes: Codes) -> dict[str, object]:
    if name == "programme" and not isinstance(value, str):
        by_code = {code: programme for programme, code in codes.programmes.items()}
        return {name: by_code.get(_number(name, value))}
    if name == "fault":
        faults = [] if value == NO_FAULT else [Fault(str(value))]
        return {"faults": frozenset(faults)}
    return {name: ENUMS[name](str(value))}


def _quantity(name: str, number: int, codes: Codes) -> dict[str, object]:
    if name == "level":
        by_code = {code: level for level, code in codes.levels.items()}
        return {"target_mmhg": by_code.get(number)}
    if name == "battery_percent":
        # Some devices say a little more while they charge.
        return {name: min(number, 100)}
    return {name: number}
