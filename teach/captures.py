"""What was recorded: frames with labels, from a bundle or from a phone's log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
import json
from pathlib import Path
from typing import Any, Literal

from .btsnoop import MAGIC, traffic

BUNDLE = "kumo_boots.bundle"
VERSION = 1

type Direction = Literal["from", "to"]


class CaptureError(ValueError):
    """The file is no recording that can be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One message, as it was on the air."""

    at_s: float
    label: str
    direction: Direction
    """From the device, or to it."""
    characteristic: str
    """UUID; ``handle-0012`` where a log does not tell it."""
    data: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Capture:
    """A recording, in the order of time."""

    name: str = ""
    services: tuple[str, ...] = ()
    """Those that it advertises."""
    manufacturers: tuple[int, ...] = ()
    properties: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What each characteristic can, by UUID."""
    values: Mapping[str, bytes] = field(default_factory=dict)
    """Standard characteristics that were read."""
    frames: tuple[Frame, ...] = ()

    @property
    def labels(self) -> list[str]:
        """The labels in the order of the recording."""
        return list(dict.fromkeys(frame.label for frame in self.frames))


def read(path: Path, marks: Mapping[str, float] | None = None) -> Capture:
    """Read a bundle, or a btsnoop log with the ``marks`` at which each label begins, s."""
    data = path.read_bytes()
    if data.startswith(MAGIC):
        return of_log(data, marks or {})
    try:
        return of_bundle(json.loads(data))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CaptureError(
            f"{path.name} is neither a bundle nor a btsnoop log: {error}"
        ) from error


def of_bundle(bundle: Mapping[str, Any]) -> Capture:
    """Take a bundle as the integration makes it."""
    if bundle.get("format") != BUNDLE or bundle.get("version") != VERSION:
        raise CaptureError(f"only version {VERSION} of {BUNDLE} is known here")
    characteristics = [
        each for service in bundle["gatt"] for each in service["characteristics"]
    ]
    return Capture(
        name=bundle["device"]["name"],
        services=tuple(bundle["device"]["services"]),
        manufacturers=tuple(bundle["device"]["manufacturers"]),
        properties={c["uuid"]: tuple(c["properties"]) for c in characteristics},
        values={
            c["uuid"]: bytes.fromhex(c["value"]) for c in characteristics if c["value"]
        },
        frames=tuple(
            Frame(
                float(each["at_s"]),
                each["label"],
                "from",
                each["characteristic"],
                bytes.fromhex(each["data"]),
            )
            for each in bundle["recording"]
        ),
    )


def of_log(data: bytes, marks: Mapping[str, float]) -> Capture:
    """Take a btsnoop log; ``marks`` say from which second on each label holds."""
    messages = traffic(data)
    begins = sorted((at, label) for label, at in marks.items())

    def label_at(at_s: float) -> str:
        return next((label for at, label in reversed(begins) if at <= at_s), "all")

    return Capture(
        frames=tuple(
            Frame(m.at_s, label_at(m.at_s), m.direction, m.characteristic, m.data)
            for m in messages
        ),
    )
