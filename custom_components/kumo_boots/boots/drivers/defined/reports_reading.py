"""Reading a report's fields from a definition."""

from collections.abc import Mapping
from typing import Any

from .definition import Characteristic
from .framing import BARE, Frame
from .numbers import NUMBERS
from .reports import ENUMS, NO_FAULT, WORDS, Field, Meaning, Report
from .schema import did_you_mean
from .wrong import Path, WrongError


def report_of(
    name: str,
    said: Mapping[str, Any],
    characteristics: Mapping[str, Characteristic],
    frames: Mapping[str, Frame],
) -> Report:
    """Return the report; ``WrongError`` when it does not fit together."""
    path: Path = ("status", name)
    source = said["from"]
    if source not in characteristics:
        raise WrongError(
            (*path, "from"),
            f"there is no characteristic '{source}'",
            did_you_mean(source, characteristics),
        )
    if not (characteristics[source].notify or characteristics[source].read):
        raise WrongError((*path, "from"), f"'{source}' neither notifies nor is read")
    frame_name = said.get("frame", "status")
    if frame_name not in frames and "frame" in said:
        raise WrongError(
            (*path, "frame"),
            f"there is no frame '{frame_name}'",
            did_you_mean(frame_name, frames),
        )
    if len(said.keys() & {"bytes", "text"}) != 1:
        raise WrongError(path, "a report has either 'bytes' or 'text'")
    text = said.get("text")
    fields = tuple(
        _field(word, each, (*path, "fields", word), in_text=text is not None)
        for word, each in said.get("fields", {}).items()
    )
    for field in fields:
        if text is not None and field.name not in text.groupindex:
            raise WrongError(
                (*path, "fields", field.name),
                f"the text has no group called '{field.name}'",
                did_you_mean(field.name, text.groupindex),
            )
    for word, value in said.get("sets", {}).items():
        _check_word(word, value, (*path, "sets", word))
    return Report(
        name=name,
        characteristic=source,
        frame=frames.get(frame_name, BARE),
        starts=said.get("bytes", ()),
        text=text,
        fields=fields,
        sets=dict(said.get("sets", {})),
    )


def _field(word: str, said: Mapping[str, Any], path: Path, *, in_text: bool) -> Field:
    kind = said.get("type", "u8")
    is_raw = kind not in NUMBERS
    size = int(kind.removeprefix("raw")) if is_raw else NUMBERS[kind].size
    if word in WORDS:
        meaning = WORDS[word][0]
        if is_raw:
            raise WrongError((*path, "type"), f"'{word}' is no raw bytes")
        if meaning is Meaning.WORD and word != "programme" and "map" not in said:
            raise WrongError(path, f"'{word}' needs a 'map' of what its numbers mean")
        for code, value in said.get("map", {}).items():
            _check_word(word, value, (*path, "map", code))
    elif not is_raw:
        raise WrongError(
            path,
            f"'{word}' means nothing; what is learned for the handshake is raw bytes",
            did_you_mean(word, WORDS),
        )
    if not in_text and "at" not in said:
        raise WrongError(path, f"'{word}' needs to say where it is ('at')")
    bits = said.get("bits")
    if bits is not None and not bits[0] <= bits[1] < 8 * size:
        raise WrongError((*path, "bits"), f"there are {8 * size} bits, 0 the lowest")
    if bits is not None and (is_raw or not kind.startswith("u")):
        raise WrongError((*path, "bits"), "only unsigned numbers have bits here")
    return Field(
        name=word,
        at=said.get("at", 0),
        type="" if is_raw else kind,
        size=size,
        bits=bits,
        scale=said.get("scale", 1.0),
        add=said.get("add", 0.0),
        map={_plain(code): value for code, value in said["map"].items()}
        if "map" in said
        else None,
        count=said.get("count", 1),
        optional=said.get("optional", False),
    )


def _plain(code: str) -> str:
    """Return a code as its digits: 0x10 is 16."""
    return str(int(code, 16)) if code.lower().startswith("0x") else code


def _check_word(word: str, value: str, path: Path) -> None:
    if word not in ENUMS:
        raise WrongError(
            path, f"'{word}' has no words to be one of", did_you_mean(word, ENUMS)
        )
    among = [*ENUMS[word], *([NO_FAULT] if word == "fault" else [])]
    if value not in among:
        raise WrongError(path, f"'{value}' is no {word}", did_you_mean(value, among))
