"""Copies of our files in the configuration of Home Assistant.

Home Assistant looks for some things only there. A copy of ours is ours as long as it is
as we wrote it; one that a person has edited is theirs, and left alone.
"""

from enum import StrEnum
from hashlib import sha256
from pathlib import Path


class Result(StrEnum):
    """What became of one copy."""

    INSTALLED = "installed"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    """A person has edited it, or it is not from here: left as it is."""
    IN_USE = "in_use"
    """Something is made from it: not removed."""
    REMOVED = "removed"


def hash_of(text: bytes) -> str:
    """Return what a copy is known by."""
    return sha256(text).hexdigest()


def read(place: Path) -> bytes | None:
    """Return what is there; None for nothing."""
    return place.read_bytes() if place.exists() else None


def put(text: bytes, place: Path, key: str, ours: dict[str, str]) -> Result:
    """Write a copy, or bring ours up to date; ``ours`` has the hash of each by its key."""
    there = read(place)
    if there is not None and text != there and ours.get(key) != hash_of(there):
        return Result.KEPT
    ours[key] = hash_of(text)
    if there == text:
        return Result.UNCHANGED
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(text)
    return Result.INSTALLED if there is None else Result.UPDATED
