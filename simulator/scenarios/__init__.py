"""What the demo can show, by the name it is asked for."""

from collections.abc import Callable, Coroutine, Mapping
from types import MappingProxyType

from ..show import Show
from . import evening, session, voice
from .options import Options

__all__ = ["SCENARIOS", "Options", "Play"]

type Play = Callable[[Options, Show], Coroutine[None, None, None]]

SCENARIOS: Mapping[str, Play] = MappingProxyType(
    {"session": session.play, "evening": evening.play, "voice": voice.play}
)
