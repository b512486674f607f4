"""Nothing is shipped on a guess: each definition brings an exchange that it explains."""

from collections.abc import Callable
from pathlib import Path
import shutil

import pytest

from custom_components.kumo_boots.described import SHIPPED

from .exchange import EXCHANGES, check_shipped
from .fixtures import FOLDER

FAR = "far_harbour.yaml"


def test_what_is_shipped_explains_what_was_said() -> None:
    """Its source, its confidence, a start, a stop and what the boots told; none today."""
    for path in SHIPPED.glob("*.y*ml"):
        check_shipped(path)


def test_one_that_could_be_shipped() -> None:
    """The check passes where everything is there."""
    check_shipped(FOLDER / FAR)


def _missing(_definitions: Path, exchanges: Path) -> None:
    (exchanges / FAR).unlink()


def _changed(what: str, to: str) -> Callable[[Path, Path], None]:
    def change(_definitions: Path, exchanges: Path) -> None:
        text = (exchanges / FAR).read_text()
        assert what in text
        (exchanges / FAR).write_text(text.replace(what, to))

    return change


def _guessed(definitions: Path, _exchanges: Path) -> None:
    text = (definitions / FAR).read_text()
    (definitions / FAR).write_text(
        text.replace("confidence: documented", "confidence: unverified")
    )


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_missing, "no exchange"),
        (_guessed, "a guess"),
        (_changed("C5 06 FF 10", "C5 06 FF 11"), "start"),
        (_changed("C5 02 01 11", "C5 02 01 10"), "stop"),
        (_changed("command: stop", "command: pause"), "stop"),
        (_changed("4D 26 24", "4D 26 25"), "means nothing"),
        (_changed("remaining_s: 900", "remaining_s: 901"), "remaining_s"),
    ],
)
def test_one_that_could_not(
    tmp_path: Path, spoil: Callable[[Path, Path], None], told: str
) -> None:
    """Whatever is not there, or not so, is noticed."""
    definitions, exchanges = tmp_path / "definitions", tmp_path / "exchanges"
    shutil.copytree(FOLDER, definitions)
    shutil.copytree(EXCHANGES, exchanges)
    spoil(definitions, exchanges)
    with pytest.raises(AssertionError, match=told):
        check_shipped(definitions / FAR, exchanges)
