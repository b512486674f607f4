"""From discovered to stopped, in one real Home Assistant; the witness judges."""

import asyncio
from typing import Any

import pytest

from simulator.phone import Phone, buttons
from simulator.resident import Pair, Resident

from .conftest import MoveIn

pytestmark = pytest.mark.e2e


def _kinds(resident: Resident, kind: str, since: int = 0) -> list[dict[str, Any]]:
    return resident.house.witness.entries(since, kind=kind)


async def _run(resident: Resident, pair: Pair, target_mmhg: int = 40) -> None:
    await resident.set_up(pair, mode="relax", target_mmhg=target_mmhg, minutes=20)
    await resident.ask(pair)
    await resident.say_yes(pair)


async def _until_witness(
    resident: Resident, kind: str, number: int, within_s: float
) -> list[dict[str, Any]]:
    async with asyncio.timeout(within_s):
        while len(found := _kinds(resident, kind)) < number:
            await asyncio.sleep(0.05)
    return found


async def test_from_discovered_to_stopped(move_in: MoveIn) -> None:
    """Added through the real flow, asked, confirmed, changed, stopped, empty."""
    resident, [pair] = await move_in()
    witness = resident.house.witness
    await resident.set_up(pair, mode="relax", target_mmhg=40, minutes=20)
    await resident.ask(pair)
    await asyncio.sleep(1)
    assert not witness.entries(kind="inflation")

    messages: list[dict[str, Any]] = []
    await resident.say_yes(pair)
    end = await resident.watch(pair, messages.append)
    await asyncio.sleep(6)
    seen = [
        value
        for message in messages
        for leg in message["legs"].values()
        for value in leg["pressures_mmhg"] or []
        if value is not None
    ]
    assert max(seen) == pytest.approx(40, abs=6)
    assert len(messages) > 20, "the live view is at full rate"

    await resident.home.service(
        "number.set_value",
        {"value": 30},
        target={"entity_id": pair.entity("number.target_pressure")},
    )
    await asyncio.sleep(1)
    assert messages[-1]["target_mmhg"] == 30
    async with asyncio.timeout(10):
        while messages[-1]["legs"]["left"]["phase"] != "holding":
            await asyncio.sleep(0.05)
    assert not resident.house.boots["pair1-left"].body.empty

    await resident.stop(pair)
    await resident.all_empty()
    await end()
    assert [entry["cause"] for entry in _kinds(resident, "inflation")] == [
        "controller"
    ] * 2
    assert len(_kinds(resident, "empty")) == 2
    for entry in _kinds(resident, "ended"):
        assert entry["open_ms"] < 50
    for skew in _kinds(resident, "skew"):
        assert skew["ms"] < 250
    for boots in resident.house.boots.values():
        assert boots.body.empty


async def test_the_wearer_is_asked_once_on_their_own_phone(move_in: MoveIn) -> None:
    """By the companion app: *Not now* and *Start*, each of which counts once."""
    resident, [pair] = await move_in()
    home = resident.home
    phone = Phone(home)
    await resident.add_to(
        pair, "wearer", {"user": {"name": "Ann", "phone": await phone.register()}}
    )
    [pair] = await resident.pairs()
    await resident.press(pair, "acknowledge_precautions")

    await resident.ask(pair)
    first = await phone.until_asked("Ann, boots on?")
    assert set(buttons(first)) == {"Start", "Not now"}
    await phone.touch(first, "Not now")
    await resident.ready(pair)
    await phone.touch(first, "Start")
    await asyncio.sleep(1)
    assert not _kinds(resident, "inflation")

    await resident.ask(pair)
    second = await phone.until_asked("Ann, boots on?")
    assert not set(buttons(first).values()) & set(buttons(second).values())
    await phone.touch(second, "Start")
    await _until_witness(resident, "inflation", 2, within_s=30)
    await phone.touch(second, "Start")
    await resident.stop(pair)
    await asyncio.sleep(1)
    assert len(_kinds(resident, "inflation")) == 2
    asked = [shown for shown in phone.history if "boots on?" in shown["message"]]
    assert len(asked) == 2


async def test_a_short_loss_of_the_link_does_not_end_the_session(
    move_in: MoveIn,
) -> None:
    """Dropped and found again within the lease: it goes on, nothing starts anew."""
    resident, [pair] = await move_in()
    await _run(resident, pair)
    await asyncio.sleep(3)
    resident.house.boots["pair1-left"].faults.drop()
    await asyncio.sleep(12)
    assert await resident.home.state(pair.entity("sensor.phase")) == "running"
    assert len(_kinds(resident, "inflation")) == 2
    assert not _kinds(resident, "ended")
    await resident.stop(pair)


async def test_a_long_loss_of_one_leg_vents_both_and_starts_nothing(
    move_in: MoveIn,
) -> None:
    """Out of range for longer than the lease: both empty, and stay empty when back."""
    resident, [pair] = await move_in()
    await _run(resident, pair)
    await asyncio.sleep(2)
    left = resident.house.boots["pair1-left"]
    left.faults.range(in_range=False)
    await _until_witness(resident, "empty", 2, within_s=40)
    causes = {entry["boots"]: entry["cause"] for entry in _kinds(resident, "ended")}
    assert set(causes) == {"pair1-left", "pair1-right"}
    left.faults.range(in_range=True)
    await resident.ready(pair, within_s=60)
    await asyncio.sleep(5)
    assert len(_kinds(resident, "inflation")) == 2
    assert all(boots.body.empty for boots in resident.house.boots.values())


async def test_home_assistant_stopped_and_started_mid_session(
    move_in: MoveIn,
) -> None:
    """A shutdown lets the air out first; the next start finds the boots and waits."""
    resident, [pair] = await move_in()
    await _run(resident, pair)
    await asyncio.sleep(2)
    await resident.home.stop()
    stopped_at = resident.house.witness.clock()
    ended = _kinds(resident, "ended")
    assert len(ended) == 2
    assert all(
        entry["t"] < stopped_at and entry["open_ms"] is not None for entry in ended
    )
    await resident.home.start()
    await resident.ready(pair, within_s=60)
    await asyncio.sleep(3)
    assert len(_kinds(resident, "inflation")) == 2
    await _run(resident, pair)
    await _until_witness(resident, "inflation", 4, within_s=10)
    await resident.stop(pair)


async def test_eight_pairs_at_once(move_in: MoveIn) -> None:
    """Eight pairs run together, and one stop without a target empties them all."""
    resident, pairs = await move_in(8, 2)
    assert len(pairs) == 8
    await asyncio.gather(*(_run(resident, pair) for pair in pairs))
    await _until_witness(resident, "inflation", 16, within_s=30)
    await asyncio.sleep(3)
    answer = await resident.home.service("kumo_boots.stop_session", response=True)
    await _until_witness(resident, "empty", 16, within_s=40)
    assert len(answer) >= 1
    assert len(_kinds(resident, "inflation")) == 16
    assert {entry["cause"] for entry in _kinds(resident, "inflation")} == {"controller"}
