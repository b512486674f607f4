"""Why something happened: every transition of a session carries one of these."""

from dataclasses import dataclass
from enum import StrEnum


class Actor(StrEnum):
    """Who, or what, caused it."""

    PERSON = "person"
    AUTOMATION = "automation"
    BOOTS = "boots"
    OTHER_CONTROLLER = "other_controller"
    SESSION = "session"
    """The session's own rules: time, limits, faults, the lease."""
    HOME_ASSISTANT = "home_assistant"
    """Shutdown, unload, reload."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cause:
    """Who did it and why."""

    actor: Actor
    why: str
    """A stable key in snake_case, for translation: requested, confirmed, time_up…"""
    user_id: str | None = None
    """Home Assistant's id of the person, where one is known."""


def by_rule(why: str) -> Cause:
    """Return the cause of something the session decided by its own rules."""
    return Cause(actor=Actor.SESSION, why=why)


def by_boots(why: str) -> Cause:
    """Return the cause of something a person did on the boots, or the boots did."""
    return Cause(actor=Actor.BOOTS, why=why)
