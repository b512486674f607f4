"""The units' small permanent memory: in this process, or in files of a folder."""

import json
from pathlib import Path
from typing import override


class FileStore(dict[str, bytes]):
    """A dictionary that writes itself into a JSON file at every change."""

    def __init__(self, path: Path) -> None:
        """Read what is there."""
        super().__init__()
        self._path = path
        if path.exists():
            kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
            self.update({key: bytes.fromhex(value) for key, value in kept.items()})

    @override
    def __setitem__(self, key: str, value: bytes) -> None:
        super().__setitem__(key, bytes(value))
        plain = {key: value.hex() for key, value in self.items()}
        part = self._path.with_suffix(".part")
        part.write_text(json.dumps(plain), encoding="utf-8")
        part.replace(self._path)


class Stores:
    """One store a unit. They outlive a unit's restart; with a folder, this process."""

    def __init__(self, folder: Path | None) -> None:
        """Keep everything in this folder (made if need be), or nowhere."""
        self._folder = folder
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    def of(self, name: str) -> dict[str, bytes]:
        """Return the store of a unit."""
        if self._folder is None:
            return {}
        return FileStore(self._folder / f"{name}.json")
