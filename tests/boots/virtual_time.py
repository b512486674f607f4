"""An event loop whose clock jumps to the next thing to do.

Tests of backoffs, leases and whole sessions take milliseconds. It suits what has no
other input than the loop itself: nothing that opens sockets or reads another clock.
"""

import asyncio
import selectors
from typing import Any, override


class _Selector(selectors.DefaultSelector):
    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0

    @override
    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            # Only another thread can go on from here.
            return super().select(None)
        events = super().select(0)
        if not events:
            self.now += timeout
        return events


class VirtualLoop(asyncio.SelectorEventLoop):
    """Time passes only while everything waits."""

    def __init__(self) -> None:
        """Start at an arbitrary time."""
        self._clock = _Selector()
        super().__init__(self._clock)

    @override
    def time(self) -> float:
        """Return the virtual time, s."""
        return self._clock.now

    def jump(self, seconds: float) -> None:
        """Let time pass while nothing runs: the loop is held up."""
        self._clock.now += seconds
