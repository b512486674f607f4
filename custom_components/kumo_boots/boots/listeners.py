"""Listeners: those who want to be called back."""

from collections.abc import Callable
import logging

_LOGGER = logging.getLogger(__name__)


class Listeners[**P]:
    """Called in the order in which they came. The failure of one ends nothing."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._callbacks: dict[object, Callable[P, None]] = {}

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._callbacks)

    def add(self, callback: Callable[P, None]) -> Callable[[], None]:
        """Call back from now on; returns how to end it."""
        token = object()
        self._callbacks[token] = callback

        def remove() -> None:
            self._callbacks.pop(token, None)

        return remove

    def tell(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Call everybody back."""
        for callback in tuple(self._callbacks.values()):
            try:
                callback(*args, **kwargs)
            except Exception:
                _LOGGER.exception("A listener failed")
