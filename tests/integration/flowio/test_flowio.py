"""From *Discovered* over its hazards to a session, and what becomes of the air."""

from datetime import timedelta
import json

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigEntryState
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util
import pytest

from custom_components.kumo_boots.boots.link import LinkState
from custom_components.kumo_boots.boots.model import Side
from custom_components.kumo_boots.const import DOMAIN
from custom_components.kumo_boots.diagnostics import async_get_config_entry_diagnostics
from custom_components.kumo_boots.live import message
from simulator.flowio import VirtualFlowIO
from simulator.house import House

from ..conftest import until
from ..entities.acting import Acting
from ..flows.walking import add_pair, begin, discovered, flows
from ..routines.evenings import SESSION, Evening

GENTLE = {"mode": "focus", "boost": 1, "pressure": 20, "duration": 5}


def flowio_address(bench: Acting) -> str:
    """Return the Bluetooth address, which is nobody's business."""
    address: str = bench.entry.data["units"][0]["address"]
    return address


def squeezed(flowio: VirtualFlowIO) -> float:
    """Return the true highest pressure, mmHg."""
    return flowio.flowio.body.highest_mmhg


async def run(bench: Acting, flowio: VirtualFlowIO, person: Context) -> None:
    """Have a person ask, confirm, and wait until the sleeve is filled."""
    told = await bench.ask("start_session", Context(user_id=person.user_id), **GENTLE)
    assert told["result"] == "awaiting_confirmation", told
    assert squeezed(flowio) < 1
    await bench.press("confirm_session", Context(user_id=person.user_id))
    assert bench.phase == "running"
    await until(lambda: squeezed(flowio) > 15, 60)


async def test_hazards_come_before_it_is_added(
    flowio: VirtualFlowIO, proxied_hass: HomeAssistant
) -> None:
    """No key, no button: precautions, hazards, a look, done."""
    (walk,) = await discovered(proxied_hass)
    await walk.submit({"understood": True})
    assert walk.result["step_id"] == "hazards"
    placeholders = walk.result["description_placeholders"]
    assert placeholders is not None
    assert placeholders["name"] == "FlowIO_1"
    assert {placeholders[key] for key in placeholders if key != "name"} == {"❌"}
    await walk.submit()
    assert walk.errors == {"understood": "acknowledge"}
    await walk.submit({"understood": True})
    assert walk.result["progress_action"] == "reading"
    await walk.settle()
    # Nobody is asked to put it on.
    assert walk.result["step_id"] == "done_bench"
    assert walk.defaults == {}
    await walk.submit()
    entry = walk.entry
    assert walk.screens == ["precautions", "hazards", "pair", "done_bench"]
    assert entry.state is ConfigEntryState.LOADED
    (unit,) = entry.data["units"]
    assert (unit["key"], unit["legs"]) == (None, ["left", "right"])
    assert (entry.title, flows(proxied_hass)) == ("FlowIO", [])
    assert not flowio.witness.running
    # Removing it has nobody to be forgotten by.
    assert await proxied_hass.config_entries.async_remove(entry.entry_id)


async def test_it_is_marked(bench: Acting) -> None:
    """Where everybody looks: on its own page; and for routines and voice."""
    mark = bench.get("binary_sensor", "bench_only")
    assert mark.state == "on"
    assert mark.attributes["friendly_name"] == "FlowIO Bench only"
    assert mark.attributes["device_class"] == "safety"
    assert bench.coordinator.bench_only
    # And on the card, which goes by the live view.
    assert message(bench.coordinator)["bench_only"] is True
    told = await async_get_config_entry_diagnostics(bench.hass, bench.entry)
    assert '"own_ceiling": false' in json.dumps(told)
    assert flowio_address(bench) not in json.dumps(told)


async def test_a_persons_session_runs_and_stop_vents(
    bench: Acting, flowio: VirtualFlowIO, house: House, person: Context
) -> None:
    """Pressures as they are; a stop that the witness saw."""
    await run(bench, flowio, person)
    await until(lambda: bench.coordinator.pair.state.phase == "holding", 60)
    chambers = bench.coordinator.pair.state.pressures_mmhg[Side.LEFT]
    truth = flowio.flowio.body.truth[0]
    assert chambers[0] == pytest.approx(truth[0], abs=4)
    assert 29 <= truth[0] < 45
    # Less is everybody's to ask for; more, and going on, a person's.
    await bench.set("target_pressure", 18)
    with pytest.raises(ServiceValidationError) as refusal:
        await bench.set("target_pressure", 40)
    assert refusal.value.translation_key == "bench_only"
    await bench.press("pause")
    await until(lambda: bench.phase == "paused")
    with pytest.raises(ServiceValidationError) as refusal:
        await bench.press("resume")
    assert refusal.value.translation_key == "bench_only"
    await bench.switch(False, person)
    assert bench.phase == "ready"
    assert squeezed(flowio) < 6
    (inflation,) = house.witness.entries(kind="inflation")
    assert inflation["cause"] == "controller"
    assert house.witness.entries(kind="ended")
    written = house.witness.entries(kind="write")
    assert ("^", 0x1F) in {(entry["action"], entry["ports"]) for entry in written}
    assert house.witness.entries(kind="empty")


@pytest.mark.parametrize("policy", ["ask", "direct"])
async def test_nothing_but_a_hand_asks(
    bench: Acting, house: House, person: Context, policy: str
) -> None:
    """An automation, a scene, a voice: refused, whatever the policy."""
    bench.hass.config_entries.async_update_entry(
        bench.entry, options={"policy": policy}
    )
    await until(lambda: bench.coordinator.session.policy == policy)
    told = await bench.ask("start_session", **GENTLE)
    assert (told["result"], told["reason"]) == ("refused", "bench_only")
    for context in (
        None,
        Context(parent_id="a"),
        Context(user_id=person.user_id, parent_id="a"),
    ):
        with pytest.raises(ServiceValidationError) as refusal:
            await bench.switch(True, context)
        assert refusal.value.translation_key == "bench_only"
    assert bench.phase == "ready"
    assert house.witness.entries(kind="inflation") == []


async def test_no_routine_and_no_plan(bench: Acting, house: House) -> None:
    """Neither may be asked for when nobody's hand does it."""
    evening = Evening(bench)
    routine = await evening.make(SESSION)
    told = await bench.ask("run_routine")
    assert (told["result"], told["reason"]) == ("refused", "bench_only")
    at = dt_util.now() + timedelta(hours=1)
    told = await bench.ask("plan_session", at=at, **GENTLE)
    assert (told["result"], told["reason"]) == ("refused", "bench_only")
    assert bench.coordinator.planner.plans == ()
    await bench.coordinator.planner._ask_for_routine(routine, late=False)
    assert evening.cause_of("not_run") == "bench_only"
    assert house.witness.entries(kind="inflation") == []


async def test_a_lost_link_tells_the_person(
    bench: Acting, flowio: VirtualFlowIO, house: House, person: Context
) -> None:
    """The air stays in: said by everything at hand; let out as soon as it is back."""
    await run(bench, flowio, person)
    house.air.set_range(flowio.address, False)
    await until(lambda: flowio.connection is None, 30)
    await until(lambda: bench.coordinator.session.state.stop_unconfirmed, 60)
    assert squeezed(flowio) > 10
    assert bench.get("binary_sensor", "problem").state == "on"
    notes = bench.hass.data["persistent_notification"]
    assert any("empty" in note["title"] for note in notes.values())
    house.air.set_range(flowio.address, True)
    await until(lambda: squeezed(flowio) < 6, 90)
    await until(lambda: bench.phase == "ready", 60)
    assert bench.get("binary_sensor", "problem").state == "off"
    assert len(house.witness.entries(kind="inflation")) == 1


async def test_it_is_vented_before_the_link_is_let_go(
    bench: Acting, flowio: VirtualFlowIO, house: House, person: Context
) -> None:
    """Unloading in a session: vented first, then disconnected."""
    await run(bench, flowio, person)
    assert await bench.hass.config_entries.async_unload(bench.entry.entry_id)
    await until(lambda: flowio.connection is None)
    assert squeezed(flowio) < 6
    told = [
        entry
        for entry in house.witness.entries()
        if entry["kind"] == "write" or entry.get("event") == "lost"
    ]
    assert told[-1]["kind"] == "link"
    assert (told[-2]["action"], told[-2]["ports"]) == ("^", 0x1F)


async def test_an_idle_release_vents_too(
    bench: Acting, flowio: VirtualFlowIO, house: House
) -> None:
    """Also when nothing is in it, as far as is known."""
    (unit,) = bench.coordinator.units
    unit.idle_release_s = 0.5
    await until(lambda: unit.link_status.state is LinkState.RELEASED, 30)
    await until(lambda: flowio.connection is None)
    (*_, last) = house.witness.entries(kind="write")
    assert (last["action"], last["ports"]) == ("^", 0x1F)
    assert bench.hass.config_entries.async_entries(DOMAIN) == [bench.entry]


@pytest.mark.parametrize(
    "house_plan", [{"pairs": 1, "proxies": 1, "speed": 20.0, "shape": "one_unit"}]
)
async def test_a_flowio_does_not_take_the_place_of_boots(
    proxied_hass: HomeAssistant, house: House
) -> None:
    """A device for the bench is added over its hazards, and in no other way."""
    entry = await add_pair(proxied_hass, house)
    flowio = VirtualFlowIO(house.air, house.witness)
    await flowio.start()
    await discovered(proxied_hass)
    walk = await begin(proxied_hass, SOURCE_RECONFIGURE, entry_id=entry.entry_id)
    await walk.submit()
    await walk.settle()
    assert walk.result["step_id"] == "none_found"
    await flowio.stop()
