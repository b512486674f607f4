"""What ran is kept, so that a restart can tell what became of it."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest

from custom_components.kumo_boots.boots.model import Programme, Settings, Times
from custom_components.kumo_boots.boots.session import Ran, SessionEvent
from custom_components.kumo_boots.const import DOMAIN
from custom_components.kumo_boots.kept_run import (
    KeptRun,
    ran_as_dict,
    ran_from_dict,
    run_store,
)

from ..conftest import until
from ..entities.acting import Acting
from .running import run

RAN = Ran(
    settings=Settings(
        programme=Programme.WAVE,
        target_mmhg=30,
        duration_s=900,
        skipped=frozenset({2}),
        boosted=1,
        times=Times(hold_s=1, release_s=2, rest_s=3),
    ),
    started_at=dt_util.utcnow(),
    remaining_s=800,
    known_at=dt_util.utcnow(),
    lease_s=10.0,
)


def kept(boots: Acting, storage: dict[str, Any]) -> dict[str, Any] | None:
    """Return what is stored of the run."""
    stored = storage.get(f"{DOMAIN}.{boots.entry.entry_id}.run")
    return None if stored is None else stored["data"]


@pytest.mark.parametrize(
    "ran", [RAN, replace(RAN, settings=replace(RAN.settings, times=None), lease_s=None)]
)
def test_what_is_kept_is_read_again(ran: Ran) -> None:
    """All of it."""
    assert ran_from_dict(ran_as_dict(ran)) == ran


async def test_it_is_written_when_it_changes_and_every_minute(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    """And no more often: flash cards wear out."""
    keeping = KeptRun(hass, "one")

    def stored() -> dict[str, Any] | None:
        return hass_storage.get(f"{DOMAIN}.one.run", {}).get("data")

    assert await keeping.async_load() is None
    keeping.update(None)
    await hass.async_block_till_done()
    assert stored() is None
    keeping.update(RAN)
    await hass.async_block_till_done()
    assert stored() == ran_as_dict(RAN)
    later = replace(RAN, remaining_s=790, known_at=RAN.known_at + timedelta(seconds=10))
    keeping.update(later)
    await hass.async_block_till_done()
    assert stored() == ran_as_dict(RAN)
    for newer in (
        replace(later, known_at=RAN.known_at + timedelta(seconds=60)),
        replace(later, remaining_s=1000),
        replace(later, settings=replace(RAN.settings, target_mmhg=40)),
    ):
        keeping.update(newer)
        await hass.async_block_till_done()
        assert stored() == ran_as_dict(newer)
    assert await KeptRun(hass, "one").async_load() == newer
    keeping.update(None)
    await hass.async_block_till_done()
    assert stored() == {}
    assert await KeptRun(hass, "one").async_load() is None


async def test_what_changes_while_it_is_written_is_written_too(
    hass: HomeAssistant, hass_storage: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One after the other: the last word stays."""
    keeping = KeptRun(hass, "one")
    save, written = keeping._store.async_save, asyncio.Event()

    async def slowly(data: dict[str, Any]) -> None:
        await written.wait()
        await save(data)

    monkeypatch.setattr(keeping._store, "async_save", slowly)
    keeping.update(RAN)
    keeping.update(None)
    keeping.update(replace(RAN, remaining_s=700))
    written.set()
    await hass.async_block_till_done()
    assert hass_storage[f"{DOMAIN}.one.run"]["data"]["remaining_s"] == 700


@pytest.mark.parametrize(
    "data",
    [{"settings": {}}, ran_as_dict(RAN) | {"known_at": "2026-11-23T20:00:00"}],
)
async def test_what_cannot_be_read_is_said(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
    data: dict[str, Any],
) -> None:
    """It does not keep the boots from being set up."""
    await run_store(hass, "one").async_save(data)
    assert await KeptRun(hass, "one").async_load() is None
    assert "cannot be read" in caplog.text


async def test_an_unload_and_a_reload_end_it_and_nothing_is_left_to_tell(
    boots: Acting, hass_storage: dict[str, Any]
) -> None:
    """They let the air out first, and that is told then."""
    await run(boots, duration_s=900)
    await until(lambda: kept(boots, hass_storage))
    stored = kept(boots, hass_storage)
    assert stored is not None
    assert stored["settings"]["duration_s"] == 900
    await boots.hass.config_entries.async_reload(boots.entry.entry_id)
    assert boots.empty
    await until(lambda: kept(boots, hass_storage) == {})
    assert not boots.coordinator.session.recalling
    await until(lambda: boots.coordinator.data.connected)
    assert boots.coordinator.session.state.continue_offer is None
    await boots.hass.config_entries.async_remove(boots.entry.entry_id)
    assert kept(boots, hass_storage) is None


async def test_invariant_8_after_an_end_without_a_word_it_is_lost_and_offered(
    boots: Acting, hass_storage: dict[str, Any]
) -> None:
    """As when Home Assistant was killed for longer than the lease; nothing starts."""
    await run(boots, duration_s=900)
    await until(lambda: kept(boots, hass_storage))
    stored = kept(boots, hass_storage)
    before = len(boots.inflations)
    coordinator = boots.coordinator
    # Nobody says anything to the boots any more.
    await coordinator.session._end()
    await coordinator.pair.close()
    coordinator._closing = boots.hass.async_create_task(asyncio.sleep(0))
    await boots.hass.config_entries.async_unload(boots.entry.entry_id)
    assert kept(boots, hass_storage) == stored
    await until(lambda: boots.empty, 40)
    assert await boots.hass.config_entries.async_setup(boots.entry.entry_id)
    events: list[SessionEvent] = []
    session = boots.coordinator.session
    session.listen_events(events.append)
    await until(lambda: events, 40)
    assert [(event.kind, event.cause.why) for event in events] == [("lost", "lease")]
    offer = session.state.continue_offer
    assert offer is not None
    assert 800 < offer.duration_s <= 900
    assert session.state.last_end is not None
    assert session.state.last_end.settings is not None
    assert session.state.last_end.settings.duration_s == 900
    await until(lambda: kept(boots, hass_storage) == {})
    await until(lambda: boots.phase == "ready")
    assert len(boots.inflations) == before
