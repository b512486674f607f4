"""The support bundle: a recording as JSON, with nothing in it that says whose it is.

Version 1 of the format. No Bluetooth addresses, no serial numbers, no names of the
household: what might hold one is masked, and a message that holds one is left out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
import re
from typing import Any

FORMAT = "kumo_boots.bundle"
VERSION = 1
MASK = "*"

SERIAL = "00002a25-0000-1000-8000-00805f9b34fb"
STANDARD = frozenset(
    f"0000{number}-0000-1000-8000-00805f9b34fb"
    for number in ("2a19", "2a24", "2a26", "2a27", "2a28", "2a29")
)
"""What is read: battery, model, firmware, hardware, software, manufacturer."""
SHORTEST = 4
"""Shorter names and serials are in many messages by accident."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Characteristic:
    """One characteristic of the device."""

    uuid: str
    properties: tuple[str, ...]
    value: bytes | None = None
    """Of a standard one that could be read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """One service of the device."""

    uuid: str
    characteristics: tuple[Characteristic, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One notification."""

    at_s: float
    """Since the recording began."""
    label: str
    characteristic: str
    data: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Private:
    """What must not be in a bundle."""

    address: str
    serial: bytes = b""
    household: frozenset[str] = frozenset()
    """Words of the names of people and of the home, in small letters."""

    def in_bytes(self) -> frozenset[bytes]:
        """Return how it would look in a message."""
        address = bytes.fromhex(self.address.replace(":", ""))
        plain = address.hex()
        # The last three bytes are what tells devices of one maker apart.
        found = {address[3:], address[3:][::-1]}
        found |= {text.encode() for text in (plain[6:], plain[6:].upper())}
        found |= {name.encode() for name in self.household if len(name) >= SHORTEST}
        if len(self.serial) >= SHORTEST:
            found.add(self.serial)
        return frozenset(found)


@dataclass(kw_only=True)
class Recording:
    """What was seen and heard of one device."""

    name: str
    service_uuids: tuple[str, ...]
    manufacturers: tuple[int, ...]
    services: tuple[Service, ...] = ()
    serial: bytes = b""
    """Only to be kept out of the bundle."""
    messages: list[Message] = field(default_factory=list)
    label: str = ""
    """What the person is doing now."""
    lost: bool = False
    """Whether the device has ended the connection."""


def bundle_of(
    recording: Recording, private: Private, made_with: Mapping[str, str]
) -> dict[str, Any]:
    """Return the bundle, free of what is private."""
    hidden = private.in_bytes()
    kept = [each for each in recording.messages if not _holds(each.data, hidden)]
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_with": dict(made_with),
        "device": {
            "name": masked(recording.name, private, numbers=True),
            "services": sorted(recording.service_uuids),
            "manufacturers": sorted(recording.manufacturers),
        },
        "gatt": [
            {
                "uuid": service.uuid,
                "characteristics": [
                    {
                        "uuid": each.uuid,
                        "properties": sorted(each.properties),
                        "value": _value(each, private),
                    }
                    for each in service.characteristics
                ],
            }
            for service in recording.services
        ],
        "recording": [
            {
                "at_s": round(each.at_s, 3),
                "label": each.label,
                "characteristic": each.characteristic,
                "data": each.data.hex(),
            }
            for each in kept
        ],
        "left_out": len(recording.messages) - len(kept),
    }


def masked(text: str, private: Private, *, numbers: bool = False) -> str:
    """Return a text without names of the household, the serial and the address.

    ``numbers`` masks all words with three digits or more, too: device names often end
    with a part of the address or of the serial.
    """
    plain = private.address.replace(":", "").lower()
    secret = {plain, plain[6:], private.serial.decode("ascii", "replace").lower()} - {
        ""
    }

    def word(found: re.Match[str]) -> str:
        said = found[0].lower()
        if said in private.household or any(each in said for each in secret):
            return MASK
        digits = sum(character.isdigit() for character in said)
        return MASK if numbers and digits >= 3 else found[0]

    text = text.replace(private.address, MASK).replace(private.address.lower(), MASK)
    if serial := private.serial.decode("ascii", "replace"):
        text = text.replace(serial, MASK)
    return re.sub(r"[^\W_]+", word, text)


def _value(each: Characteristic, private: Private) -> str | None:
    if each.value is None:
        return None
    if len(each.value) < SHORTEST:
        return each.value.hex()
    text = each.value.decode("utf-8", "replace")
    return masked(text, private).encode().hex()


def _holds(data: bytes, hidden: Iterable[bytes]) -> bool:
    plain = data.lower()
    return any(each in data or each.lower() in plain for each in hidden)
