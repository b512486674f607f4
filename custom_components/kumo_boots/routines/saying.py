"""What a routine says: titles, what to do now, what did not work, and its buttons."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from ..exceptions import number
from ..people.phone import PROMPT, SILENT, Message
from ..wording import Words
from .routine import BootsSession, Mobility, Step
from .run import RoutineEvent, Run, RunPhase

BUTTONS: Final[Mapping[RunPhase, tuple[str, ...]]] = {
    RunPhase.ASKING: ("start", "not_now"),
    RunPhase.RUNNING: ("skip", "pause", "stop"),
    RunPhase.PAUSED: ("resume", "skip", "stop"),
}
"""Android shows three."""


def buttons(run: Run, *, by_hand: bool) -> tuple[str, ...]:
    """Return what can be answered now; a session by hand cannot be paused."""
    in_boots = isinstance(run.routine.steps[run.index], BootsSession)
    return tuple(
        word
        for word in BUTTONS[run.phase]
        if not (word == "pause" and in_boots and by_hand)
    )


def title(words: Words, run: Run) -> str:
    """Return where a routine is."""
    routine = run.routine
    if run.phase is RunPhase.ASKING:
        return words.say("common.routine_asked_title", routine=routine.name)
    return words.say(
        "common.routine_step_title",
        routine=routine.name,
        number=str(run.index + 1),
        count=str(len(routine.steps)),
        step=name_of(words, routine.steps[run.index]),
    )


def name_of(words: Words, step: Step) -> str:
    """Return what a step is called."""
    return words.say(f"selector.routine_step.options.{step.kind}")


def what_to_do(words: Words, run: Run) -> str:
    """Return what the person does now."""
    if run.phase is RunPhase.ASKING:
        steps = ", ".join(name_of(words, step) for step in run.routine.steps)
        return words.say("common.routine_asked_message", steps=steps)
    step = run.routine.steps[run.index]
    text = step.text if isinstance(step, Mobility) else ""
    text = text or words.say(f"common.routine_do_{step.kind}")
    if run.phase is RunPhase.PAUSED:
        return words.say("common.routine_paused", text=text)
    if step.duration_s:
        minutes = number(step.duration_s / 60)
        text = words.say("common.routine_minutes", text=text, minutes=minutes)
    return text


def what_failed(words: Words, event: RoutineEvent) -> str:
    """Return which step was left out, and why."""
    if event.error is not None:
        reason = words.of_error(event.error)
    else:
        reason = words.maybe(f"common.routine_why_{event.cause.why}")
    step = words.say(f"selector.routine_step.options.{event.step}")
    return words.say("common.routine_left_out", step=step, reason=reason).strip()


def shown(
    words: Words,
    run: Run,
    said: str,
    ids: Mapping[str, str],
    *,
    loud: bool,
) -> Message:
    """Return the notification of a run; ``said`` is what comes before what to do."""
    text = what_to_do(words, run)
    data: dict[str, Any] = {
        **PROMPT,
        **({} if loud else SILENT),
        "actions": [
            {"action": action, "title": words.say(f"common.routine_button_{word}")}
            for word, action in ids.items()
        ],
    }
    if run.ends_at is not None and run.phase is RunPhase.RUNNING:
        data |= _clock(run.ends_at)
    return {
        "title": title(words, run),
        "message": f"{said}\n{text}" if said else text,
        "data": data,
    }


def _clock(ends_at: datetime) -> dict[str, Any]:
    """Have Android count down by itself (companion app docs)."""
    return {"chronometer": True, "when": round(ends_at.timestamp())}
