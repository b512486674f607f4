"""The controllers that the unit remembers: one 32-byte key in each slot."""

from .body import Store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

STORED = "keys"
ENTRY_BYTES = 33  # slot and key


class Keys:
    """Keys by slot, kept across restarts (R34)."""

    def __init__(self, store: Store, slots: int) -> None:
        """Read what was stored; ``slots`` is how many there may be."""
        self.store = store
        self.slots = slots
        self._keys: dict[int, bytes] = {}
        stored = store.get(STORED) or b""
        for at in range(0, len(stored) - ENTRY_BYTES + 1, ENTRY_BYTES):
            if stored[at] < slots:
                self._keys[stored[at]] = bytes(stored[at + 1 : at + ENTRY_BYTES])

    def __len__(self) -> int:
        """Return how many controllers are remembered."""
        return len(self._keys)

    def __iter__(self) -> "Iterator[int]":
        """Go through the slots that are taken."""
        return iter(sorted(self._keys))

    def get(self, slot: int) -> "bytes | None":
        """Return the slot's key, or None."""
        return self._keys.get(slot)

    def free_slot(self) -> "int | None":
        """Return the lowest slot that is free, or None."""
        for slot in range(self.slots):
            if slot not in self._keys:
                return slot
        return None

    def put(self, slot: int, key: bytes) -> None:
        """Remember a controller."""
        self._keys[slot] = key
        self._save()

    def erase(self, slot: int) -> None:
        """Forget a controller."""
        self._keys.pop(slot, None)
        self._save()

    def erase_all(self) -> None:
        """Forget everybody."""
        self._keys = {}
        self._save()

    def _save(self) -> None:
        stored = b""
        for slot in sorted(self._keys):
            stored += bytes([slot]) + self._keys[slot]
        self.store[STORED] = stored
