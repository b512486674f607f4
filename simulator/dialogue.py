"""What is said to the boots in one evening, and what has to come of it.

The demo's dialogue: each act is in a language of its own, where the boots know that, and
in English where they do not.
"""

from dataclasses import dataclass
import json
from pathlib import Path
from typing import Final

ENGLISH: Final = "en"
_BOOTS: Final = Path(__file__).parent.parent / "custom_components" / "kumo_boots"


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """One thing that is said."""

    english: str
    own: str = ""
    """The same in the language of the act."""
    answers: bool = False
    """It is a bare word that answers a question, and names no boots."""
    phase: str
    """What the boots come to, as *Phase* shows it."""
    fills: bool = False
    """Whether air begins to flow; in every other turn none may."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """Some turns of one conversation."""

    language: str
    turns: tuple[Turn, ...]

    @property
    def spoken(self) -> str:
        """The language it can be spoken in today."""
        return self.language if self.language in languages() else ENGLISH

    def line(self, turn: Turn) -> str:
        """Return what is said in that language."""
        return turn.english if self.spoken == ENGLISH else turn.own


def languages() -> list[str]:
    """Return the languages that the boots both understand and speak."""
    return sorted(
        path.parent.name
        for path in (_BOOTS / "sentences").glob("*/kumo_boots.yaml")
        if (_BOOTS / "translations" / f"{path.parent.name}.json").exists()
    )


def bare_words(language: str) -> set[str]:
    """Return the words that answer a question of the boots without naming them."""
    path = _BOOTS / "translations" / f"{language}.json"
    common = json.loads(path.read_text(encoding="utf-8"))["common"]
    return {
        word.strip().casefold()
        for key in ("voice_words_yes", "voice_words_no")
        for word in common[key].split(",")
    }


ACTS: Final = (
    Act(
        language="en",
        turns=(
            Turn(english="yes", answers=True, phase="ready"),
            Turn(english="start the boots at 70", phase="ready"),
            Turn(
                english="start the boots on relax at 30 for 15 minutes",
                phase="awaiting",
            ),
            Turn(english="yes", answers=True, phase="running", fills=True),
        ),
    ),
    Act(
        language="es",
        turns=(
            Turn(
                english="how long is left in the boots",
                own="cuánto tiempo les queda a las botas",
                phase="running",
            ),
            Turn(
                english="make the boots softer",
                own="pon las botas más suaves",
                phase="running",
            ),
            Turn(
                english="make the boots stronger",
                own="pon las botas más fuertes",
                phase="running",
            ),
            Turn(english="no", own="no", answers=True, phase="running"),
            Turn(
                english="pause the boots",
                own="pausa las botas",
                phase="paused",
            ),
            Turn(
                english="continue the boots",
                own="continúa con las botas",
                phase="paused",
            ),
            Turn(english="yes", own="sí", answers=True, phase="running", fills=True),
        ),
    ),
    Act(
        language="de",
        turns=(
            Turn(
                english="my left calf hurts",
                own="meine linke Wade tut weh",
                phase="ready",
            ),
            Turn(
                english="when was my last boots session",
                own="wann war ich zuletzt in den Stiefeln",
                phase="ready",
            ),
            Turn(
                english="how full is the battery of the boots",
                own="wie voll ist der Akku der Stiefel",
                phase="ready",
            ),
        ),
    ),
)
"""A try too strong and a yes to nothing, a session, a break, and an end that hurts."""
