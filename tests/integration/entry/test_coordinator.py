"""What reaches the entities, when, and who is behind a call."""

import asyncio
from dataclasses import replace
from typing import Any

from habluetooth import get_manager
from homeassistant.components.bluetooth import (
    async_last_service_info,
    async_request_active_scan,
)
from homeassistant.core import Context, HomeAssistant, State, callback
import pytest

from custom_components.kumo_boots.boots.errors import LimitError, LinkReleasedError
from custom_components.kumo_boots.boots.link import LinkReason
from custom_components.kumo_boots.boots.model import Origin, Programme
from custom_components.kumo_boots.boots.session import Actor
from custom_components.kumo_boots.callers import async_cause_from
from custom_components.kumo_boots.const import DOMAIN, LINK_FREE_S
from custom_components.kumo_boots.snapshot import CoarsePhase, Setpoints, Snapshot
from simulator.house import House

from ..conftest import until
from ..entities.acting import Acting
from ..entities.conftest import entry_of
from .running import PERSON, run


def watch(boots: Acting) -> list[Snapshot]:
    """Collect what is published from now on."""
    seen: list[Snapshot] = []
    boots.coordinator.async_add_listener(lambda: seen.append(boots.coordinator.data))
    return seen


async def test_pain_5_a_short_loss_does_not_flicker(boots: Acting) -> None:
    """A link that comes back within ten seconds was never away."""
    seen = watch(boots)
    lost = boots.coordinator.units[0]
    boots.house.boots["pair1-left"].faults.drop()
    await until(lambda: not lost.connected)
    let_go = boots.coordinator.pair.hold("test")
    await until(lambda: lost.connected)
    assert all(snapshot.available and snapshot.connected for snapshot in seen)
    let_go()


async def test_a_long_loss_is_told_once(impatient: None, boots: Acting) -> None:
    """After the grace, and no more often than that."""
    seen = watch(boots)
    for unit in boots.house.boots.values():
        unit.faults.range(False)
    await until(lambda: not boots.coordinator.data.available, 60)
    assert not boots.coordinator.data.connected
    steps = [snapshot.available for snapshot in seen]
    assert steps == sorted(steps, reverse=True)
    assert boots.coordinator.reachability() != ""
    for unit in boots.house.boots.values():
        unit.faults.range(True)
    await until(lambda: boots.coordinator.data.available, 60)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a short grace."""
    monkeypatch.setattr("custom_components.kumo_boots.presence.LINK_LOSS_GRACE_S", 0.3)


async def let_go(boots: Acting) -> None:
    """Have the links end because nobody needs them."""
    coordinator = boots.coordinator
    for unit in coordinator.units:
        unit.idle_release_s = 0.1
    coordinator.pair.hold("test")()
    await until(lambda: not any(unit.connected for unit in coordinator.units))
    assert {unit.link_status.reason for unit in coordinator.units} == {LinkReason.IDLE}


async def test_links_that_nobody_needs_are_no_loss(
    impatient: None, boots: Acting
) -> None:
    """Not connected, at once, but available; and they stay let go."""
    coordinator = boots.coordinator
    await let_go(boots)
    assert not coordinator.data.connected
    assert coordinator.data.available
    await until(lambda: all(unit.rssi for unit in coordinator.units))
    await asyncio.sleep(1)
    assert coordinator.data.available
    assert not any(unit.connected for unit in coordinator.units)


async def test_boots_that_fall_silent_are_away_until_they_are_heard(
    impatient: None, boots: Acting
) -> None:
    """As Home Assistant notices for boots that are not linked, minutes later."""
    coordinator = boots.coordinator
    await let_go(boots)
    await asyncio.sleep(0.5)
    for unit in boots.house.boots.values():
        await unit.faults.power(False)
    manager = get_manager()
    for unit in coordinator.units:
        info = async_last_service_info(boots.hass, unit.address)
        for tell in list(manager._connectable_unavailable_callbacks[unit.address]):
            tell(info)
    assert not coordinator.data.available
    for unit in boots.house.boots.values():
        await unit.faults.power(True)
    await until(lambda: coordinator.data.available)
    assert not any(unit.connected for unit in coordinator.units)


async def test_a_session_begun_on_the_boots_is_seen(boots: Acting) -> None:
    """Though nobody needed the link; they say it when they advertise."""
    coordinator = boots.coordinator
    await let_go(boots)
    for unit in coordinator.units:
        unit.idle_release_s = 60
    coordinator._looking._looked_at.clear()
    boots.house.boots["pair1-left"].faults.press("start")
    # Home Assistant asks every five minutes; now, for the test.
    await async_request_active_scan(boots.hass, 5)
    await until(lambda: coordinator.data.phase == "running")
    assert coordinator.session.state.origin is Origin.BOOTS


async def test_boots_left_to_an_app_are_not_ready_while_they_say_they_run(
    boots: Acting,
) -> None:
    """Nobody looks then; what they advertise makes the phase unknown, not *ready*."""
    coordinator = boots.coordinator
    coordinator.set_link_free(True)
    await until(lambda: not coordinator.data.connected)
    boots.house.boots["pair1-left"].faults.press("start")
    await until(lambda: boots.inflations)
    await async_request_active_scan(boots.hass, 5)
    unit = next(u for u in coordinator.units if "left" in u.sides)
    assert unit.advertised_running
    assert coordinator.data.phase is None
    assert coordinator.data.link_free
    assert (await coordinator.session.stop(PERSON)).result == "stopped"
    await until(lambda: boots.empty, 5)


async def test_pain_12_a_session_writes_few_rows(boots: Acting) -> None:
    """Live values are published at the interval; phases, ends and stops at once."""
    await run(boots)
    # The first fill is shown soon, once.
    await until(lambda: (boots.coordinator.data.pair.peak_mmhg or 0) > 20, 15)
    rows: list[State] = []
    boots.hass.bus.async_listen(
        "state_changed",
        callback(lambda event: rows.append(event.data["new_state"])),
    )
    reports = 0

    def report() -> None:
        nonlocal reports
        reports += 1

    boots.coordinator.listen_live(report)
    await until(lambda: reports > 100, 40)
    assert [row for row in rows if row.entity_id.startswith("sensor.")] == []

    await boots.coordinator.session.stop(PERSON)
    await until(lambda: boots.phase == "ready", 5)
    phases = [row.state for row in rows if row.entity_id == boots.id("sensor", "phase")]
    assert list(dict.fromkeys(phases)) == ["venting", "ready"]


async def test_peaks_are_published_at_the_interval(
    boots: Acting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a chamber reached since then, not what it happens to hold."""
    await run(boots)
    seen = watch(boots)
    boots.hass.config_entries.async_update_entry(
        boots.entry, options={"history_detail": "fine"}
    )
    await until(lambda: len(seen) == 1)
    coordinator = boots.coordinator
    # The first fill is shown soon; what comes then waits.
    await until(lambda: (coordinator.data.pair.peak_mmhg or 0) > 25, 20)
    shown = len(seen)
    reported: list[float] = []

    def note() -> None:
        if len(seen) <= shown:
            reported.append(coordinator.pair.state.peak_mmhg or 0)

    note()
    # Called after the coordinator has taken in the same report.
    coordinator.pair.listen(note)
    began = boots.hass.loop.time()
    await until(lambda: len(seen) > shown, 15)
    assert boots.hass.loop.time() - began > 9
    # Where less than that changes, what is shown stays.
    assert seen[shown].pair.peak_mmhg == pytest.approx(max(reported), abs=1)
    assert max(reported) > 25


async def test_update_entity_shows_the_truth(boots: Acting) -> None:
    """Asked for by hand."""
    await boots.coordinator.async_refresh()
    assert boots.coordinator.data.phase is CoarsePhase.READY


async def test_setpoints_are_checked_kept_and_restored(
    boots: Acting, hass_storage: dict[str, Any]
) -> None:
    """Across reloads; what cannot be read is forgotten."""
    boots.coordinator.set_setpoints(target_mmhg=45, mode=Programme.WAVE)
    with pytest.raises(LimitError):
        boots.coordinator.set_setpoints(target_mmhg=75)
    assert boots.coordinator.data.setpoints.target_mmhg == 45
    await boots.coordinator._store.async_save(boots.coordinator.setpoints.as_dict())
    await boots.hass.config_entries.async_reload(boots.entry.entry_id)
    assert boots.coordinator.setpoints == Setpoints(
        mode=Programme.WAVE, target_mmhg=45, duration_s=900
    )

    await boots.coordinator._store.async_save({"mode": "sideways"})
    await boots.hass.config_entries.async_reload(boots.entry.entry_id)
    assert boots.coordinator.setpoints.mode is Programme.RELAX


async def test_setpoints_are_within_limits_that_moved_meanwhile(
    proxied_hass: HomeAssistant, house: House, hass_storage: dict[str, Any]
) -> None:
    """While Home Assistant was off, say."""
    entry = entry_of(house)
    entry.add_to_hass(proxied_hass)
    proxied_hass.config_entries.async_update_entry(
        entry, options={"target_max_mmhg": 30}
    )
    setpoints = Setpoints(mode=Programme.RELAX, target_mmhg=60, duration_s=900)
    hass_storage[f"{DOMAIN}.{entry.entry_id}"] = {
        "version": 1,
        "key": f"{DOMAIN}.{entry.entry_id}",
        "data": setpoints.as_dict(),
    }
    assert await proxied_hass.config_entries.async_setup(entry.entry_id)
    assert entry.runtime_data.setpoints == replace(setpoints, target_mmhg=30)


async def test_pain_7_the_link_is_left_to_a_phone_app(
    boots: Acting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For two hours at most; nothing connects meanwhile but a stop."""
    coordinator = boots.coordinator
    coordinator.set_link_free(True)
    await until(lambda: not coordinator.data.connected)
    assert coordinator.data.link_free
    with pytest.raises(LinkReleasedError):
        await coordinator.pair.identify()
    assert LINK_FREE_S == 2 * 60 * 60
    monkeypatch.setattr("custom_components.kumo_boots.link_free.LINK_FREE_S", 0.2)
    coordinator.set_link_free(True)  # from now on, again
    await until(lambda: not coordinator.data.link_free)
    await coordinator.pair.identify()

    monkeypatch.setattr("custom_components.kumo_boots.link_free.LINK_FREE_S", 60)
    coordinator.set_link_free(True)
    await until(lambda: not coordinator.data.connected)
    boots.house.boots["pair1-left"].faults.press("start")
    await until(lambda: boots.inflations)
    assert (await coordinator.session.stop(PERSON)).result in {
        "stopped",
        "already_idle",
    }
    await until(lambda: boots.empty, 5)
    assert coordinator.data.link_free


async def test_who_is_behind_a_call(boots: Acting, hass: HomeAssistant) -> None:
    """A person: signed in, active, not made by the system, and acting directly."""
    person = await hass.auth.async_create_user("Demo")
    system = await hass.auth.async_create_system_user("Cloud")
    gone = await hass.auth.async_create_user("Gone")
    await hass.auth.async_deactivate_user(gone)

    async def actor(context: Context | None) -> Actor:
        return (await async_cause_from(boots.hass, context)).actor

    assert await actor(Context(user_id=person.id)) is Actor.PERSON
    for context in (
        None,
        Context(),
        Context(user_id=system.id),
        Context(user_id=gone.id),
        Context(user_id="nobody"),
        Context(user_id=person.id, parent_id="automation"),
    ):
        assert await actor(context) is Actor.AUTOMATION
    cause = await async_cause_from(
        boots.hass, Context(user_id=person.id), why="because"
    )
    assert (cause.user_id, cause.why) == (person.id, "because")


async def test_what_the_boots_tell_of_themselves_is_remembered(boots: Acting) -> None:
    """For the next start, without a reload."""
    coordinator = boots.coordinator
    before = coordinator.capabilities
    for unit in boots.house.boots.values():
        unit.unit.config.max_mmhg = 100
        unit.faults.drop()
    await until(lambda: not any(unit.connected for unit in coordinator.units))
    await coordinator.pair.identify()
    await until(lambda: coordinator.capabilities.target_max_mmhg == 100)
    assert before.target_max_mmhg != 100
    assert boots.entry.data["capabilities"]["target_max_mmhg"] == 100
    assert boots.coordinator is coordinator
    assert len(coordinator.identities) == 2


async def test_one_boot_alone_tells_of_itself(
    proxied_hass: HomeAssistant, house: House
) -> None:
    """What the pair can do is known when both have told."""
    await house.boots["pair1-right"].faults.power(False)
    entry = entry_of(house)
    entry.add_to_hass(proxied_hass)
    units = [dict(unit) for unit in entry.data["units"]]
    for unit in units:
        unit["identity"] = unit["identity"] | {"firmware": "0.0.1"}
    proxied_hass.config_entries.async_update_entry(
        entry, data={**entry.data, "units": units}
    )
    assert await proxied_hass.config_entries.async_setup(entry.entry_id)
    left, right = entry.runtime_data.units
    await until(lambda: left.connected)
    assert not right.connected
    told = [identity.firmware for identity in entry.runtime_data.identities]
    assert told == [house.boots["pair1-left"].config["version"], "0.0.1"]
