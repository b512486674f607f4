"""The scene of an example: boots, their session, and how it begins and ends."""

import asyncio
from collections.abc import Coroutine
import contextlib
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from custom_components.kumo_boots.boots.errors import BootsError
from custom_components.kumo_boots.boots.limits import Limits
from custom_components.kumo_boots.boots.session import Policy
from custom_components.kumo_boots.boots.session_state import SessionPhase
from firmware import obp

from ..rig import EVENING, ME, Rig
from ..virtual_time import VirtualLoop
from ..wired import Wire, WiredBoots
from .truth import Truth

LIMITS = Limits(target_max_mmhg=50, duration_max_s=900)
STEP_S = 0.1
IDLE_STEP_S = 0.3
STOP_LIMIT_S = 10
RUNNING_BIT = 8
"""Of the service data's second byte (Open Boots Profile, R4)."""

which = st.integers(0, 1)


async def _coarsely(boots: WiredBoots) -> None:
    """Let a unit's time pass in larger steps than usual, for speed."""
    while True:
        step_s = IDLE_STEP_S if boots.unit.phase == obp.IDLE else STEP_S
        await asyncio.sleep(step_s)
        boots.pass_time(step_s)
        boots.settle()


class Setting(RuleBasedStateMachine):
    """One pair of boots in one home, in virtual time."""

    examples = 0
    """How many were begun in this process."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        Setting.examples += 1
        self.loop = VirtualLoop()
        self.patch = patch.object(WiredBoots, "_tick", _coarsely)
        self.patch.start()
        self.begun: list[asyncio.Task[Any]] = []
        self.acting = False
        """Somebody does something that is waited for."""
        self.rig: Rig | None = None

    def do[T](self, job: Coroutine[Any, Any, T]) -> T:
        """Let something happen, and time pass with it."""
        return self.loop.run_until_complete(job)

    def begin(self, job: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Begin something and do not wait for it."""

        async def begin() -> asyncio.Task[Any]:
            task = asyncio.create_task(job)
            task.add_done_callback(lambda task: task.cancelled() or task.exception())
            task.add_done_callback(lambda _: self.truth.acted())
            await asyncio.sleep(0)
            return task

        task = self.do(begin())
        self.begun.append(task)
        return task

    def now(self, act: Any) -> None:
        """Do something in the loop."""

        async def now() -> None:
            act()
            await asyncio.sleep(0)

        self.do(now())

    def somebody_acts(self) -> bool:
        """Whether a command of a person's, or a yes on the boots, is under way."""
        confirmation = None if self.rig is None else self.session._confirmation
        return (
            self.rig is None
            or self.acting
            or (confirmation is not None and not confirmation.done())
            or any(not task.done() for task in self.begun)
        )

    def boots(self, index: int) -> WiredBoots:
        """Return a unit's boots, whichever shape they have."""
        assert self.rig is not None
        return self.rig.boots[index % len(self.rig.boots)]

    @property
    def session(self) -> Any:
        """Return the session of the moment."""
        assert self.rig is not None
        return self.rig.session

    def permit(self, mmhg: int | None = None) -> None:
        """Note that a person let us inflate."""
        self.truth.permits.append(self.loop.time())
        if mmhg is not None:
            self.truth.wanted_mmhg.add(mmhg)

    @initialize(
        units=st.sampled_from([2, 2, 1]),
        policy=st.sampled_from([Policy.ASK, Policy.ASK, Policy.DIRECT]),
        on_leg_lost=st.sampled_from(["stop", "continue"]),
        running_s=st.sampled_from([None, 0, 2, 20]),
    )
    def begin_all(
        self, units: int, policy: Policy, on_leg_lost: str, running_s: float | None
    ) -> None:
        """Switch everything on; mostly with a session that runs for a while."""

        async def begin() -> Rig:
            rig = Rig(Wire(), units=units, ready_timeout_s=8, stop_limit_s=STOP_LIMIT_S)
            self.truth = Truth(
                rig, target_max_mmhg=LIMITS.target_max_mmhg, on_leg_lost=on_leg_lost
            )
            self.options = {
                "limits": LIMITS,
                "policy": policy,
                "on_leg_lost": on_leg_lost,
                "wait_s": 60,
            }
            rig.open_session(**self.options)
            self.truth.follow()
            self.truth.acting = self.somebody_acts
            self.advertising = asyncio.create_task(self._advertise(rig))
            await asyncio.sleep(0.5)
            if running_s is not None:
                self.permit(EVENING.target_mmhg)
                await rig.session.request(replace(EVENING, duration_s=90), ME)
                if policy is Policy.ASK:
                    await rig.session.confirm(ME)
                await asyncio.sleep(running_s)
            return rig

        self.rig = self.do(begin())

    @staticmethod
    async def _advertise(rig: Rig) -> None:
        """Have the units heard that are in range and not connected."""
        while True:
            await asyncio.sleep(1)
            for boots, unit in zip(rig.boots, rig.units, strict=True):
                if boots.in_range and boots.backend is None:
                    unit.seen(bool(boots.unit.advertisement()[1] & RUNNING_BIT))

    async def stop_watched(self) -> None:
        """Stop as a person, and judge what comes of it."""
        truth = self.truth
        before = self.loop.time(), truth.held_up_s, truth.generation
        truth.stops.append(self.loop.time())
        truth.stopped(*before, await self.session.stop(ME), STOP_LIMIT_S)

    async def restart_all(self) -> None:
        """Home Assistant is killed, and comes back."""
        rig = self.rig
        ran = rig.session.ran
        await rig.session._end()
        await rig.pair.close()
        await asyncio.gather(*self.begun, return_exceptions=True)
        rig.restart()
        self.truth.disturb()
        await asyncio.sleep(1)
        rig.open_session(**self.options)
        self.truth.follow()
        if ran is not None:
            rig.session.recall(ran)
        with contextlib.suppress(BootsError):
            await rig.connect()

    def reset_adapter(self) -> None:
        """End what hangs: a connection whose end hung is over then, too."""
        wire = self.rig.wire
        if wire.disconnect_hangs:
            for boots in self.rig.boots:
                boots.drop_link()
        wire.refuse = None
        wire.connect_hangs = wire.disconnect_hangs = False

    def repair(self) -> None:
        """Put everything right that is wrong with boots and air."""
        self.reset_adapter()
        self.rig.wire.slots = 9
        for boots in self.rig.boots:
            boots.in_range = True
            boots.deaf = boots.stubborn = False
            boots.mangle = None
            boots.latency_s = min(boots.latency_s, 0.1)
            boots.body.repair()
            boots.body.percent = 100
            boots.open_gate.set()
            self.see(boots)
            if self.truth.record(boots).strange:
                boots.drop_link()
        self.truth.disturb()

    @staticmethod
    def see(boots: WiredBoots) -> None:
        """Have the firmware watch its sensors again."""
        boots.unit.guards.__dict__.pop("check", None)

    async def stop_for_good(self) -> None:
        """With boots in reach, a stop empties them."""
        rig = self.rig
        self.repair()
        # A unit at rest notices within a second that it is not empty (R10).
        await asyncio.sleep(2)
        await self.stop_watched()
        async with asyncio.timeout(120):
            while rig.pair.stopping or rig.pair.inflatable:
                await asyncio.sleep(0.5)
        for boots in rig.boots:
            assert boots.body.empty
            assert boots.unit.phase not in obp.RUNNING
        await asyncio.sleep(1)
        assert rig.session.state.phase in (
            SessionPhase.IDLE,
            SessionPhase.UNKNOWN,
            SessionPhase.FAULT,
        )
        assert not rig.session.state.stop_unconfirmed

    @invariant()
    def the_invariants_hold(self) -> None:
        """Everything that was seen since the last step was as it has to be."""
        if self.rig is not None:
            self.truth.check(sum(not task.done() for task in self.begun))

    def teardown(self) -> None:
        """Everything ends, and nothing is left."""

        async def end() -> None:
            await self.stop_for_good()
            self.advertising.cancel()
            await self.rig.close()
            assert all(boots.backend is None for boots in self.rig.boots)
            await self.rig.wire.close()
            for task in self.begun:
                task.cancel()
            await asyncio.gather(*self.begun, return_exceptions=True)
            await asyncio.sleep(1)
            left = asyncio.all_tasks() - {asyncio.current_task()}
            assert not left, left

        try:
            if self.rig is not None:
                self.do(end())
                self.truth.check(sum(not task.done() for task in self.begun))
        finally:
            self.patch.stop()
            self.loop.close()
