"""What a definition explains of a recording."""

from collections import Counter
from dataclasses import dataclass, field
import re

from custom_components.kumo_boots.boots.drivers.defined import Definition
from custom_components.kumo_boots.boots.drivers.defined.definition import Message
from custom_components.kumo_boots.boots.drivers.defined.numbers import NUMBERS
from custom_components.kumo_boots.boots.drivers.defined.reports import told
from custom_components.kumo_boots.boots.errors import ProtocolError
from custom_components.kumo_boots.boots.model import BootsState

from .captures import Capture, Frame


@dataclass
class Verdict:
    """How many frames mean something, and those that do not."""

    total: int = 0
    explained: Counter[str] = field(default_factory=Counter)
    """By the name of the report or command."""
    left: list[tuple[Frame, str]] = field(default_factory=list)
    """With why, where that is known."""
    phases: dict[str, list[str]] = field(default_factory=dict)
    """What the boots did under each label, as the definition has it."""

    @property
    def percent(self) -> float:
        """How much is explained, 0–100; of nothing, nothing."""
        return 100 * self.explained.total() / self.total if self.total else 0.0


def verify(definition: Definition, capture: Capture) -> Verdict:
    """Replay a recording against a definition."""
    verdict = Verdict()
    state = BootsState()
    for frame in capture.frames:
        verdict.total += 1
        try:
            if frame.direction == "to":
                name = _command(definition, frame)
            else:
                name, state = _report(definition, frame, state)
                phases = verdict.phases.setdefault(frame.label, [])
                if phases[-1:] != [state.phase]:
                    phases.append(state.phase)
        except ProtocolError as error:
            verdict.left.append((frame, str(error)))
        else:
            verdict.explained[name] += 1
    return verdict


def _report(
    definition: Definition, frame: Frame, state: BootsState
) -> tuple[str, BootsState]:
    for report in definition.reports:
        uuid = definition.characteristics[report.characteristic].uuid
        if uuid != frame.characteristic:
            continue
        values = report.decode(frame.data)
        if values is not None:
            return report.name, told(state, values, definition.codes)
    raise ProtocolError("no report is like this")


def _command(definition: Definition, frame: Frame) -> str:
    for name, messages in definition.commands.items():
        for message in messages:
            uuid = definition.characteristics[message.characteristic].uuid
            if uuid == frame.characteristic and _like(message, frame.data):
                return name
    raise ProtocolError("no command is like this")


def _like(message: Message, data: bytes) -> bool:
    """Whether a message can be what was sent, whatever its values were."""
    try:
        body = message.frame.decode(data)
    except ProtocolError:
        return False
    pattern = b"".join(
        re.escape(piece)
        if isinstance(piece, bytes)
        else b".{%d}" % NUMBERS[piece.type].size
        if piece.type
        else b".+"
        for piece in message.template.pieces
    )
    return re.fullmatch(pattern, body, re.DOTALL) is not None
