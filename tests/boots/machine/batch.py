"""One batch of examples, in a process of its own."""

import logging
import traceback

from hypothesis import seed, settings
from hypothesis.stateful import run_state_machine_as_test

from . import PHASES, SETTINGS, Machine
from .setting import Setting


def run(
    number: int, examples: int, steps: int, shrink: bool
) -> tuple[int, int, str | None]:
    """Run one batch; return its seed, how many examples were begun and what failed."""
    logging.disable()
    before = Setting.examples
    machine = seed(number)(type("Seeded", (Machine,), {}))
    failure = None
    try:
        run_state_machine_as_test(
            machine,
            settings=settings(
                SETTINGS,
                max_examples=examples,
                stateful_step_count=steps,
                phases=PHASES[: None if shrink else -1],
            ),
        )
    except BaseException:  # noqa: BLE001
        failure = traceback.format_exc()
    return number, Setting.examples - before, failure
