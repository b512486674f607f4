"""What people and routines ask for, on a screen and on the boots."""

import asyncio
import contextlib
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, precondition, rule

from custom_components.kumo_boots.boots.errors import BootsError
from custom_components.kumo_boots.boots.model import BOTH, Programme, Settings, Side
from custom_components.kumo_boots.boots.session import Policy
from custom_components.kumo_boots.boots.session_state import SessionPhase
from firmware import obp

from ..rig import EVENING, ME, ROUTINE
from .setting import Setting, which

legs = st.sampled_from([BOTH, frozenset({Side.LEFT}), frozenset({Side.RIGHT})])


class People(Setting):
    """Everything that somebody wants."""

    tasks = Bundle("tasks")

    @rule(
        target=tasks,
        mmhg=st.integers(4, 12).map(lambda n: n * 5),
        legs=legs,
        minutes=st.integers(1, 20),
    )
    def request(
        self, mmhg: int, legs: frozenset[Side], minutes: int
    ) -> asyncio.Task[Any]:
        """Ask for something, above the limits too."""
        self.truth.wanted_mmhg.add(mmhg)
        if self.session.policy is Policy.DIRECT:
            self.permit()
        wanted = Settings(
            programme=Programme.RELAX,
            target_mmhg=mmhg,
            duration_s=minutes * 60,
            legs=legs,
        )
        return self.begin(self.session.request(wanted, ROUTINE))

    @rule(legs=legs, seconds=st.sampled_from([0.1, 1, 4]))
    def evening(self, legs: frozenset[Side], seconds: float) -> None:
        """Request and confirm, as people mostly do, and let it begin."""
        wanted = replace(EVENING, duration_s=60, legs=legs)
        self.permit(EVENING.target_mmhg)

        async def evening() -> None:
            self.acting = True
            with contextlib.suppress(BootsError):
                await self.session.request(wanted, ROUTINE)
                if self.session.policy is Policy.ASK:
                    await self.session.confirm(ME)
            self.acting = False
            self.truth.acted()
            await asyncio.sleep(seconds)

        self.do(evening())

    @rule(target=tasks)
    @precondition(lambda self: self.session.state.phase is SessionPhase.AWAITING)
    def confirm(self) -> asyncio.Task[Any]:
        """Confirm as a person."""
        self.permit()
        return self.begin(self.session.confirm(ME))

    @rule(target=tasks)
    def resume(self) -> asyncio.Task[Any]:
        """Go on after a pause, if there is one."""
        self.permit()
        return self.begin(self.session.resume(ME))

    @rule(target=tasks)
    def pause(self) -> asyncio.Task[Any]:
        """Let the air out for a while."""
        return self.begin(self.session.pause(ME))

    @rule(target=tasks, mmhg=st.integers(20, 60), seconds=st.integers(60, 1000))
    def change(self, mmhg: int, seconds: int) -> asyncio.Task[Any]:
        """Change what runs or waits, beyond the limits too."""
        self.truth.wanted_mmhg.add(mmhg)
        return self.begin(self.session.change(ME, target_mmhg=mmhg, duration_s=seconds))

    @rule(target=tasks)
    def stop(self) -> asyncio.Task[Any]:
        """Stop, while anything may be under way."""
        return self.begin(self.stop_watched())

    @rule()
    @precondition(lambda self: self.session.state.phase is SessionPhase.AWAITING)
    def decline(self) -> None:
        """Say no to what waits."""
        with contextlib.suppress(BootsError):
            self.do(self.session.decline(ME))

    @rule(task=tasks)
    def cancel(self, task: asyncio.Task[Any]) -> None:
        """Cancel a command in the middle."""
        task.cancel()

    @rule(target=tasks, on=st.booleans())
    def lock(self, on: bool) -> asyncio.Task[Any]:
        """Lock the start buttons, or unlock them."""
        return self.begin(self.rig.pair.set_child_lock(on))

    @rule(index=which, on=st.booleans())
    def leave_the_link(self, index: int, on: bool) -> None:
        """Leave a link to a phone app, or take it back."""
        unit = self.rig.units[index % len(self.rig.units)]
        self.truth.disturb(self.boots(index))
        self.now(lambda: unit.release_to_user(on))

    @rule(index=which, button=st.sampled_from(["start", "stop"]))
    def press(self, index: int, button: str) -> None:
        """Press a button on the boots."""
        boots = self.boots(index)
        if button == "start" and boots.unit.phase == obp.OFFERED:
            self.permit()
        self.now(lambda: boots.press(button))

    @rule(seconds=st.sampled_from([0.05, 0.2, 0.5, 1, 3, 6, 13, 40]))
    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.do(asyncio.sleep(seconds))

    @rule()
    def stop_and_see(self) -> None:
        """With boots in reach, a stop empties them, whatever went on."""
        self.do(self.stop_for_good())
