"""Bluetooth proxies that fail, in one real Home Assistant; the witness judges."""

import asyncio

import pytest

from .conftest import MoveIn

pytestmark = pytest.mark.e2e


async def test_pain_2_one_dead_proxy_does_not_keep_the_boots_away(
    move_in: MoveIn,
) -> None:
    """It dies without a word mid-session: the boots vent, and another one serves."""
    resident, [pair] = await move_in(1, 2)
    witness = resident.house.witness
    await resident.set_up(pair, mode="relax", target_mmhg=40, minutes=20)
    await resident.ask(pair)
    await resident.say_yes(pair)
    async with asyncio.timeout(5):
        while len(witness.entries(kind="inflation")) < 2:
            await asyncio.sleep(0.05)
    holder = [
        entry["peer"].split("/")[0]
        for entry in witness.entries(boots="pair1-left", kind="link")
        if entry["event"] == "connected"
    ][-1]
    [proxy] = [proxy for proxy in resident.house.proxies if proxy.address == holder]
    await proxy.kill()
    await resident.all_empty(within_s=40)
    assert len(witness.entries(kind="inflation")) == 2

    await resident.ready(pair, within_s=150)
    assert len(witness.entries(kind="inflation")) == 2, "nothing starts by itself"
    await resident.ask(pair)
    await resident.say_yes(pair, within_s=90)
    async with asyncio.timeout(5):
        while len(witness.entries(kind="inflation")) < 4:
            await asyncio.sleep(0.05)
    await resident.stop(pair)
    await resident.all_empty()
