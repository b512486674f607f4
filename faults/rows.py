"""The rows: every fault by name, and how to play it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from .scene import Scene

type Play = Callable[[Scene], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One fault.

    ``play`` begins with boots that are ready and connected to nobody, and may leave
    any fault behind. ``proxies``: how many of its own it needs. ``alone``: it concerns
    the whole Home Assistant. ``seconds``: about how long it takes, to begin with the
    longest. ``outages``, ``fewest``, ``begins``: see ``verdict.logged``.
    """

    name: str
    play: Play
    proxies: int = 1
    alone: bool = False
    seconds: float = 10.0
    outages: int = 0
    fewest: int | None = None
    begins: int = 0


ROWS: dict[str, Row] = {}


def row(
    name: str,
    *,
    proxies: int = 1,
    alone: bool = False,
    seconds: float = 10.0,
    outages: int = 0,
    fewest: int | None = None,
    begins: int = 0,
) -> Callable[[Play], Play]:
    """Make a row of a function."""

    def add(play: Play) -> Play:
        ROWS[name] = Row(
            name=name,
            play=play,
            proxies=proxies,
            alone=alone,
            seconds=seconds,
            outages=outages,
            fewest=fewest,
            begins=begins,
        )
        return play

    return add
