"""A protocol as data: what a definition says, ready to be used."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Literal

from ...driver import Heard
from ...errors import ProtocolError
from ...model import CYCLING, Capabilities, Phase
from .framing import Frame
from .reports import Codes, Field, Report
from .templates import Template, Value


class Confidence(StrEnum):
    """How it is known that a definition is right."""

    DOCUMENTED = "documented"
    """By a public description of the protocol."""
    CAPTURED = "captured"
    """By traffic that was recorded and is explained by it."""
    UNVERIFIED = "unverified"
    """Not at all yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """What a device of this kind advertises; all that is given has to fit."""

    service: str = ""
    name: str = ""
    """With ``*`` and ``?``."""
    manufacturer: int | None = None

    def fits(self, heard: Heard) -> bool:
        """Whether a device that advertises this is meant."""
        return (
            (not self.service or self.service in heard.service_uuids)
            and (not self.name or fnmatchcase(heard.name, self.name))
            and self.manufacturer in (None, *heard.manufacturer_data)
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Characteristic:
    """One characteristic that is used."""

    uuid: str
    write: Literal["", "with_response", "without_response", "both"] = ""
    notify: bool = False
    read: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One message to the device."""

    template: Template
    characteristic: str
    frame: Frame

    def encode(self, values: Mapping[str, Value], counter: int = 0) -> bytes:
        """Return the frame; ``ProtocolError`` when it cannot be made of this."""
        number = counter % (self.frame.counts or 1)
        return self.frame.encode(self.template.fill(values), number)


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step of the handshake: send a command, or wait for a report."""

    send: str = ""
    wait_for: str = ""
    within_s: float = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Repeated:
    """What is sent, or read, again and again while connected."""

    every_s: float
    send: str = ""
    read: str = ""


@dataclass(frozen=True, kw_only=True)
class Definition:
    """One protocol."""

    key: str
    name: str
    source: str
    confidence: Confidence
    match: tuple[Match, ...]
    characteristics: Mapping[str, Characteristic]
    commands: Mapping[str, tuple[Message, ...]]
    reports: tuple[Report, ...]
    handshake: tuple[Step, ...]
    poll: Repeated | None
    keep_alive: Repeated | None
    device_information: frozenset[str]
    battery: bool
    """Whether the device has the standard Battery service."""
    capabilities: Capabilities
    codes: Codes
    empties_s: float
    """How long the air takes to go out after the boots say that nothing runs, where
    no pressures are reported."""

    @property
    def can_start(self) -> bool:
        """Whether a session can be started by it."""
        return "start" in self.commands

    @property
    def tells_pressure(self) -> bool:
        """Whether some report tells a pressure, so that too much can be noticed."""
        return bool(self.told & {"pressures_left", "pressures_right", "peak_mmhg"})

    @property
    def told(self) -> frozenset[str]:
        """The words that reports can tell."""
        return frozenset(
            word
            for report in self.reports
            for word in (*report.sets, *(field.name for field in report.fields))
        )

    def encode(
        self, command: str, values: Mapping[str, Value], counter: int = 0
    ) -> list[bytes]:
        """Return the frames of a command; ``ProtocolError`` when it cannot be made."""
        return [
            message.encode(values, counter + number)
            for number, message in enumerate(self.commands[command])
        ]

    def phases(self) -> frozenset[Phase]:
        """Return the phases that reports can tell."""
        said = {
            word
            for report in self.reports
            for word in (report.sets.get("phase"), *_mapped(report.fields))
        }
        return frozenset(Phase(word) for word in said if word is not None)

    def prove(self) -> str | None:
        """Return why a stop is not expressible in every state; None when it is.

        By encoding it: with nothing known, as before the first report and the
        handshake, and for every number that a counter can have. What is needed from
        a report, a session or a handshake is not there in each of these.
        """
        if "stop" not in self.commands:
            return "it can start, but does not say how to stop"
        counts = max(message.frame.counts for message in self.commands["stop"])
        for counter in sorted({0, 1, max(counts - 1, 0)}):
            try:
                stop = self.encode("stop", {}, counter)
            except ProtocolError as error:
                return f"stop cannot be said at any time: {error}"
            if self._starting_frame(counter + len(stop) - 1) in stop:
                return "start and stop are the same bytes: a stop could start"
        phases = self.phases()
        if Phase.IDLE not in phases or not phases & CYCLING:
            return "no report tells that nothing runs (idle), and that something does"
        if self.poll is None:
            return "it has to say how to ask for the state (poll), so that a stop can be seen"
        return None

    def _starting_frame(self, counter: int) -> bytes | None:
        """Return what starts, where it is always the same."""
        try:
            return self.commands["start"][-1].encode({}, counter)
        except ProtocolError:
            return None


def _mapped(fields: tuple[Field, ...]) -> list[str]:
    return [
        word
        for field in fields
        if field.name == "phase" and field.map is not None
        for word in field.map.values()
    ]
