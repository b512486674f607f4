"""Evenings in a real Home Assistant: with answers, without, interrupted, restarted."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from simulator.evening import FURNITURE, MASSAGER, PANEL, RED, STEPS, Evening
from simulator.home import Home
from simulator.house import House
from simulator.phone import buttons

from .conftest import SPEED

pytestmark = pytest.mark.e2e

LONG = {"duration": {"minutes": 10}}

type AtHome = Callable[[], Awaitable[Evening]]


@pytest.fixture
async def at_home() -> AsyncIterator[AtHome]:
    """Return what furnishes a home for an evening."""
    async with AsyncExitStack() as stack:

        async def furnish() -> Evening:
            house = await stack.enter_async_context(House(1, 1, speed=SPEED, slots=9))
            home = await stack.enter_async_context(Home(configuration=FURNITURE))
            return await Evening.at_home(home, house)

        yield furnish


def inflations(evening: Evening) -> int:
    """Return how often the witness saw a leg inflate."""
    return len(evening.house.witness.entries(kind="inflation"))


async def restart(evening: Evening) -> None:
    """Stop Home Assistant and start it again."""
    await evening.home.restart()
    await evening.come_back()


async def test_from_due_to_the_glass_of_water(at_home: AtHome) -> None:
    """Confirmed on the phone; every step in order; history and calendar tell it."""
    evening = await at_home()
    await evening.make(5)
    await evening.touch("Evening now?", "Start")
    shown = await evening.phone.until_asked("Evening 2/6")
    assert set(buttons(shown)) == {"Skip", "Pause", "Stop"}
    await evening.touch("boots on?", "Start")
    await evening.told("step_started light", within_s=90)
    await evening.home.until(
        lambda states: states[PANEL]["attributes"].get("rgb_color") == [*RED],
        "it is red",
    )
    await evening.told("finished")
    assert evening.kinds() == [
        "asked",
        "started",
        *(f"step_{what} {step}" for step in STEPS for what in ("started", "finished")),
        "finished",
    ]
    for entity_id in (PANEL, MASSAGER):
        await evening.is_on(entity_id, False)
    await evening.resident.all_empty()
    assert inflations(evening) == 2
    assert not evening.phone.shown
    tags = {
        shown["data"]["tag"]
        for shown in evening.phone.history
        if "tag" in shown.get("data", {})
    }
    assert len(tags) == 1, "one routine is one notification"
    assert await evening.calendar() == ["Session (Ann)", "Evening"]
    await evening.in_logbook("Evening: Light is done", "finished Evening")


async def test_with_boots_by_hand() -> None:
    """Nothing is controlled, and nothing is made up: a person starts and ends it."""
    async with House(0, 0) as house, Home(configuration=FURNITURE) as home:
        evening = await Evening.by_hand(home, house)
        await evening.make(5, session={"duration": {"minutes": 1}})
        await evening.touch("Evening now?", "Start")
        shown = await evening.phone.until_asked("boots on?", within_s=60)
        assert "level 1, 1 minutes" in shown["message"]
        await evening.phone.touch(shown, "Start")
        await evening.touch("start them now", "It runs")
        shown = await evening.phone.until_asked("Evening 3/6")
        assert set(buttons(shown)) == {"Skip", "Stop"}
        await evening.told("started", of="session")
        await evening.resident.press(evening.pair, "they_are_off")
        await evening.told("finished", within_s=90)
        assert evening.kinds() == [
            "asked",
            "started",
            *(
                f"step_{what} {step}"
                for step in STEPS
                for what in ("started", "finished")
            ),
            "finished",
        ]
        assert await evening.calendar() == ["Session (Ann)", "Evening"]
        await evening.in_logbook("Evening: Light is done", "finished Evening")
        states = await home.call("get_states")
        ours = [each for each in states if "sofa_boots" in each["entity_id"]]
        assert ours
        assert all(
            each["attributes"].get("device_class") != "pressure" for each in ours
        )


async def test_without_an_answer_and_with_boots_that_are_off(at_home: AtHome) -> None:
    """Nobody answers: quietly given up. The boots are off: said, and the light shines."""
    evening = await at_home()
    await evening.resident.options(evening.pair.entry_id, wait_minutes=1)
    await evening.make(4)
    await evening.phone.until_asked("Evening now?")
    told = await evening.told("not_run", within_s=90)
    assert told["cause"] == "no_answer"
    async with asyncio.timeout(10):
        while evening.phone.shown:
            await asyncio.sleep(0.1)
    for boots in evening.house.boots.values():
        await boots.faults.power(False)
    await evening.start()
    await evening.told("step_started session")
    await evening.touch("boots on?", "Start")
    await evening.told("failed", of="session", within_s=60)
    await evening.told("finished", within_s=120)
    assert "step_failed session" in evening.kinds()
    assert "step_finished light" in evening.kinds()
    assert inflations(evening) == 0


async def test_stop_in_the_middle(at_home: AtHome) -> None:
    """On the phone, by the boots' own Stop, and in the light: everything ends."""
    evening = await at_home()
    await evening.make(
        massage={**LONG, "entity_id": MASSAGER},
        light={**LONG, "entity_id": PANEL, "brightness_pct": 60},
    )
    await evening.start()
    await evening.is_on(MASSAGER, True)
    await evening.touch("Massage", "Stop")
    await evening.told("stopped massage")
    await evening.is_on(MASSAGER, False)

    await evening.start()
    await evening.told("step_started massage", times=2)
    await evening.touch("Massage", "Skip")
    await evening.touch("boots on?", "Start")
    await evening.told("started", of="session")
    await evening.resident.stop(evening.pair)
    told = await evening.told("stopped session")
    assert told["actor"] == "person"
    await evening.resident.all_empty()
    assert "step_started light" not in evening.kinds()
    async with asyncio.timeout(10):
        while evening.phone.shown:
            await asyncio.sleep(0.1)

    await evening.start()
    await evening.told("step_started massage", times=3)
    await evening.touch("Massage", "Skip")
    await evening.touch("boots on?", "Not now")
    await evening.is_on(PANEL, True)
    await evening.touch("Light", "Stop")
    await evening.told("stopped light")
    await evening.is_on(PANEL, False)
    await evening.resident.all_empty()
    assert "step_started elevation" not in evening.kinds()


async def test_home_assistant_is_restarted(at_home: AtHome) -> None:
    """In mobility, in the session, in the light: it goes on, and inflates nothing."""
    evening = await at_home()
    await evening.make(
        steps={"steps": ["mobility", "session", "light", "water"]},
        mobility={"duration": {"seconds": 25}},
        session={"duration": {"minutes": 10}, "pressure": 30},
        light={**LONG, "entity_id": PANEL, "brightness_pct": 60},
    )
    await evening.start()
    await evening.told("step_started mobility")
    await restart(evening)
    step = evening.pair.entity("sensor.routine_step")
    await evening.home.until(
        lambda states: states[step]["state"] in ("mobility", "session"), "it goes on"
    )
    await evening.touch("boots on?", "Start")
    await evening.told("started", of="session")
    await asyncio.sleep(3)
    assert inflations(evening) == 2

    await restart(evening)
    shown = await evening.phone.until_asked("boots on?", within_s=90)
    assert "10 minutes" not in shown["message"]
    await asyncio.sleep(3)
    assert inflations(evening) == 2
    await evening.phone.touch(shown, "Not now")
    await evening.told("step_skipped session")
    await evening.is_on(PANEL, True)

    await restart(evening)
    await evening.is_on(PANEL, True)
    await evening.home.until(
        lambda states: states.get(step, {}).get("state") == "light", "the light"
    )
    await evening.home.service("kumo_boots.skip_step")
    await evening.told("finished")
    await evening.is_on(PANEL, False)
    assert inflations(evening) == 2
