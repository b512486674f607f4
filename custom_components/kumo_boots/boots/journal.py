"""What a unit said and was told lately, for diagnostics."""

from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

FRAMES = 200
"""Frames kept of each characteristic, so that the pressures (up to 8 a second)
cannot push out the commands."""
FRAME_BYTES = 64
"""Bytes kept of a frame: those of the Open Boots Profile have 20, but nobody is made to
keep to that."""
ATTEMPTS = 50
"""Connection attempts kept."""


class Journal:
    """Ring buffers of frames and of connection attempts, with nothing secret."""

    def __init__(
        self,
        *,
        names: Mapping[str, str] | None = None,
        secret: frozenset[str] = frozenset(),
        frames: int = FRAMES,
        attempts: int = ATTEMPTS,
    ) -> None:
        """``names``: short names by characteristic; ``secret`` ones are only counted."""
        self._names = names or {}
        self._secret = secret
        self._size = frames
        self._frames: dict[str, deque[tuple[datetime, str, bytes | None, int]]] = {}
        self._attempts: deque[dict[str, Any]] = deque(maxlen=attempts)

    def frame(self, direction: str, uuid: str, data: bytes) -> None:
        """Keep a frame; ``direction`` is read, written, sent (no response) or notified."""
        ring = self._frames.get(uuid)
        if ring is None:
            ring = self._frames[uuid] = deque(maxlen=self._size)
        kept = None if uuid in self._secret else bytes(data[:FRAME_BYTES])
        ring.append((datetime.now(UTC), direction, kept, len(data)))

    def attempt(
        self, *, result: str, reason: str, duration_s: float, source: str
    ) -> None:
        """Keep how an attempt to connect ended, and through which adapter or proxy."""
        self._attempts.append(
            {
                "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "result": result,
                "reason": reason,
                "duration_s": round(duration_s, 3),
                "source": source,
            }
        )

    def as_dict(self) -> dict[str, Any]:
        """Return everything, oldest first, in a form that JSON can hold."""
        frames = sorted(
            (
                (at, direction, self._names.get(uuid, uuid), data, length)
                for uuid, ring in self._frames.items()
                for at, direction, data, length in ring
            ),
            key=lambda frame: frame[0],
        )
        return {
            "attempts": list(self._attempts),
            "frames": [
                {
                    "at": at.isoformat(timespec="milliseconds"),
                    "direction": direction,
                    "characteristic": name,
                    "hex": f"redacted ({length} bytes)" if data is None else data.hex(),
                }
                for at, direction, name, data, length in frames
            ],
        }
