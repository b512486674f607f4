"""What a definition may say.

The schema is written with voluptuous and read with PyYAML, as everything that people
write for Home Assistant is; both exist without it. The reference for people,
docs/definitions.md, is generated from ``SECTIONS``: a key that is not described
there is not in the schema.

Every scalar of a definition is text until this schema says what it is: no ``010``
that is 8, no ``on`` that is true.
"""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
import re
from typing import Any

import voluptuous as vol

from ...model import STANDARD_TIMES, Side
from .checksums import CHECKSUMS
from .definition import Confidence
from .numbers import NUMBERS, RAW

FORMAT = 1
"""The version of the schema; a definition names the one that it was written for."""


class Kind:
    """What a value is: a check with words for it."""

    def __init__(self, means: str, check: Callable[[str], Any]) -> None:
        """``means`` completes *expected*; ``check`` raises ``ValueError``."""
        self.means = means
        self._check = check

    def __call__(self, value: Any) -> Any:
        """Return the value as what it is; ``vol.Invalid`` if it is not."""
        if not isinstance(value, str):
            raise vol.Invalid(f"expected {self.means}")
        try:
            return self._check(value)
        except ValueError as error:
            why = f": {error}" if error.args and isinstance(error, _Said) else ""
            raise vol.Invalid(f"expected {self.means}, not '{value}'{why}") from error


class _Said(ValueError):
    """An error whose text is for people."""


def did_you_mean(word: str, known: Any) -> str:
    """Return a hint at what was meant, or ''."""
    close = get_close_matches(word, list(known), n=1)
    return f"did you mean '{close[0]}'?" if close else ""


def _one_of(words: Any) -> Kind:
    known = list(words)

    def check(value: str) -> str:
        if value not in known:
            raise _Said(did_you_mean(value, known))
        return value

    return Kind("one of " + ", ".join(known), check)


def _within(low: int, high: int) -> Kind:
    def check(value: str) -> int:
        number = int(value, 0) if value.lower().startswith("0x") else int(value)
        if not low <= number <= high:
            raise ValueError
        return number

    return Kind(f"a whole number from {low} to {high}", check)


def _decimal(value: str) -> float:
    number = float(value)
    if not abs(number) <= 1e6:
        raise ValueError
    return number


def _matching(pattern: str, means: str, change: Callable[[str], Any] = str) -> Kind:
    def check(value: str) -> Any:
        if not re.fullmatch(pattern, value):
            raise ValueError
        return change(value)

    return Kind(means, check)


def _uuid(value: str) -> str:
    value = value.lower()
    if re.fullmatch(r"[0-9a-f]{4}", value):
        return f"0000{value}-0000-1000-8000-00805f9b34fb"
    if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value):
        raise ValueError
    return value


def _flag(value: str) -> bool:
    return {"true": True, "yes": True, "false": False, "no": False}[value]


def _pattern(value: str) -> tuple[int | None, ...]:
    return tuple(None if each == ".." else int(each, 16) for each in value.split())


def _text_pattern(value: str) -> re.Pattern[str]:
    try:
        return re.compile(value)
    except re.error as error:
        raise _Said(str(error)) from error


def _bits(value: str) -> tuple[int, int]:
    first, _, last = value.partition("-")
    return int(first), int(last or first)


TEXT = _matching(r"(?s).{1,500}", "a text of at most 500 characters")
WORD = _matching(r"[a-z][a-z0-9_]{0,39}", "a word of small letters, digits and _")
UUID = Kind("a UUID, of 4 or of 36 characters", _uuid)
FLAG = _one_of(("true", "false", "yes", "no"))
YES = Kind("true or false", lambda value: _flag(FLAG(value)))
HEX = _matching(
    r"(?:[0-9A-Fa-f]{2} *){1,64}",
    "bytes in hexadecimal, like AA 01",
    bytes.fromhex,
)
BYTES = _matching(
    r"(?:[0-9A-Fa-f]{2}|\.\.)(?: (?:[0-9A-Fa-f]{2}|\.\.))*",
    "bytes in hexadecimal with .. for any, like AA .. 01",
    _pattern,
)
REGEX = Kind("a regular expression", _text_pattern)
BITS = _matching(
    r"\d{1,2}(?:-\d{1,2})?", "a bit, or a first and a last, like 4-6", _bits
)
NUMBER = Kind("a number", _decimal)
BYTE = _within(0, 255)
WHOLE = _within(0, 65535)
COUNT = _within(1, 64)
SECONDS = Kind("a number of seconds from 0.2 to 600", lambda v: _seconds(_decimal(v)))
TYPE = Kind(
    "a type (" + ", ".join(NUMBERS) + ", or raw1 to raw64)",
    lambda v: (
        v if v in NUMBERS or RAW.fullmatch(v) else _said(did_you_mean(v, NUMBERS))
    ),
)


def _seconds(value: float) -> float:
    if not 0.2 <= value <= 600:
        raise ValueError
    return value


def _said(text: str) -> str:
    raise _Said(text)


def _key(name: str, means: str) -> Any:
    return vol.Optional(name, description=means)


def _must(name: str, means: str) -> Any:
    return vol.Required(name, description=means)


MATCH = {
    _key(
        "service", "a service that it advertises; never one that strangers share"
    ): UUID,
    _key("name", "its name, with `*` and `?`"): TEXT,
    _key("manufacturer", "the company's number in its manufacturer data"): WHOLE,
}
CHARACTERISTIC = {
    _must("uuid", "which one"): UUID,
    _key("write", "how it takes messages"): _one_of(
        ("with_response", "without_response", "both")
    ),
    _key("notify", "whether it is subscribed to"): YES,
    _key("read", "whether it can be read"): YES,
}
PART = {
    _key("fixed", "bytes that are always the same"): HEX,
    _key("head", "so many first bytes of the message go here"): COUNT,
    _key("payload", "the rest of the message goes here (write `all`)"): _one_of(
        ("all",)
    ),
    _key("length", "a number of so many bytes: how long the parts `over` are"): _within(
        1, 4
    ),
    _key(
        "counter", "a number of so many bytes that grows by one with each frame"
    ): _within(1, 4),
    _key("checksum", "which one: over the parts `over`"): _one_of(CHECKSUMS),
    _key("name", "what `over` calls this part; by default what it is"): WORD,
    _key(
        "over", "the first and the last part, like `payload` or `head to payload`"
    ): _matching(
        r"[a-z][a-z0-9_]*(?: to [a-z][a-z0-9_]*)?",
        "a part, or two with ' to ' between",
        lambda value: tuple(value.split(" to ")),
    ),
    _key("order", "which byte of a number comes first"): _one_of(("little", "big")),
    _key("add", "what the length says beyond that, may be negative"): _within(-64, 64),
}
MESSAGE = {
    _key("bytes", "a template of bytes in hexadecimal"): TEXT,
    _key("text", "a template of text"): TEXT,
    _key("to", "the characteristic; `control` if there is only one choice"): WORD,
    _key("frame", "the frame; the one called `command` if there is one"): WORD,
}
FIELD = {
    _key("at", "the first byte, 0 the first one of the message"): BYTE,
    _key("type", "how it is written; `u8` by default"): TYPE,
    _key("bits", "only these bits of it, 0 the lowest"): BITS,
    _key("scale", "what it is multiplied with"): NUMBER,
    _key("add", "what is added then"): NUMBER,
    _key("count", "so many, one after the other (pressures)"): COUNT,
    _key("map", "what each number, or text, means"): {TEXT: WORD},
    _key("optional", "whether a shorter message may leave it out"): YES,
}
REPORT = {
    _must("from", "the characteristic"): WORD,
    _key("frame", "the frame; the one called `status` if there is one"): WORD,
    _key("bytes", "what the message begins with, `..` for any byte"): BYTES,
    _key(
        "text", "a regular expression for the whole message, with named groups"
    ): REGEX,
    _key("fields", "what is where"): {WORD: FIELD},
    _key("sets", "what such a message means by itself"): {WORD: WORD},
}
STEP = {
    _key("send", "a command"): WORD,
    _key("wait_for", "a report"): WORD,
    _key("within_s", "how long to wait for it"): SECONDS,
}
REPEATED = {
    _must("every_s", "how often"): SECONDS,
    _key("send", "a command"): WORD,
    _key("read", "a characteristic"): WORD,
}
PRESSURE = {
    _must("min", "mmHg"): _within(1, 300),
    _must("max", "mmHg"): _within(1, 300),
    _key("step", "mmHg; 1 by default"): _within(1, 100),
}
LEVEL = {
    _must("mmhg", "the pressure that the maker names for it, mmHg"): _within(1, 300),
    _key("code", "the device's number for it; by default 1 for the first"): WHOLE,
}
MINUTES = {
    _must("min", "the shortest session"): _within(1, 240),
    _must("max", "the longest session"): _within(1, 240),
}
FAIL_SAFES = {
    _key("vents_on_silence", "lets the air out when its controller is silent"): YES,
    _key("silence_s", "after so long"): SECONDS,
    _key("vents_on_power_loss", "lets the air out without power"): YES,
    _key("own_ceiling", "has a pressure that nothing exceeds"): YES,
    _key("own_timer", "ends a session by itself"): YES,
}
CAPABILITIES = {
    _must("legs", "the legs that one device serves, each with its code"): {
        _one_of(Side): WHOLE
    },
    _must("zones", "chambers per leg"): _within(1, 8),
    _key("pressure", "the range, where the device takes a pressure"): PRESSURE,
    _key("levels", "the levels, gentlest first, where it only has those"): [LEVEL],
    _must("minutes", "how long a session can be"): MINUTES,
    _must("programmes", "those it has, each with its code"): {
        _one_of(STANDARD_TIMES): WHOLE
    },
    _key(
        "empties_s", "how long the air takes to go out after a stop, 10 by default"
    ): SECONDS,
    _key(
        "fail_safes", "what it guarantees by itself; what is left out is not so"
    ): FAIL_SAFES,
}
DEFINITION = {
    _must("format", f"the version of this page: {FORMAT}"): _within(FORMAT, FORMAT),
    _must("key", "a short name, which stays the same for ever"): WORD,
    _must("name", "what people call the device"): TEXT,
    _must("source", "where this is known from"): TEXT,
    _must("confidence", "how well it is known"): _one_of(Confidence),
    _must("match", "what it advertises; one of the list has to fit"): [MATCH],
    _must("characteristics", "those that are used, by a name of your own"): {
        WORD: CHARACTERISTIC
    },
    _key("frames", "what is around the messages: parts from first to last"): {
        WORD: [PART]
    },
    _key("commands", "what is sent: a template, a message, or a list of those"): {
        WORD: vol.Any(TEXT, MESSAGE, [vol.Any(TEXT, MESSAGE)])
    },
    _key("status", "what it says, by a name of your own"): {WORD: REPORT},
    _key("handshake", "what happens first on every connection"): [STEP],
    _key("poll", "how it is asked for its state"): REPEATED,
    _key("keep_alive", "what keeps it connected"): REPEATED,
    _key("device_information", "what its Device Information service tells"): [
        _one_of(("manufacturer", "model", "serial", "firmware"))
    ],
    _key("battery", "whether it has the standard Battery service"): YES,
    _must("capabilities", "what it can do"): CAPABILITIES,
}
SECTIONS: Mapping[str, Mapping[Any, Any]] = {
    "A definition": DEFINITION,
    "match": MATCH,
    "characteristics": CHARACTERISTIC,
    "frames: a part": PART,
    "commands: a message": MESSAGE,
    "status: a report": REPORT,
    "status: a field": FIELD,
    "handshake: a step": STEP,
    "poll, keep_alive": REPEATED,
    "capabilities": CAPABILITIES,
    "capabilities: pressure": PRESSURE,
    "capabilities: a level": LEVEL,
    "capabilities: minutes": MINUTES,
    "capabilities: fail_safes": FAIL_SAFES,
}

COMMANDS: Mapping[str, str] = {
    "start": "begins a session; may be a list, sent one after the other",
    "stop": "ends it, at any time",
    "pause": "lets the air out and keeps the session",
    "resume": "goes on after a pause",
    "set_target": "changes the pressure or the level of a running session",
    "set_remaining": "changes what is left; whole minutes are rounded down",
    "set_zones": "changes the zones that take part in a running session",
    "identify": "makes the device show itself",
}
"""The commands that mean something. Others are for handshake, poll and keep-alive."""

SCHEMA = vol.Schema(DEFINITION)
KEYS = frozenset(str(key) for section in SECTIONS.values() for key in section)
