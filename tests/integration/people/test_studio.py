"""A studio: the ceiling, and one chair's settings for all."""

from collections.abc import AsyncGenerator

from homeassistant.auth.models import User
from homeassistant.core import Context, HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import ServiceValidationError
import pytest

from custom_components.kumo_boots.const import DOMAIN
from simulator.house import House

from ..conftest import HousePlan
from ..entities.acting import Acting, until
from ..entities.conftest import EVERYTHING, set_up
from .living import household, move_in
from .test_subentry_flow import suggested


@pytest.fixture
def house_plan() -> HousePlan:
    """Have two chairs."""
    return {
        "pairs": 2,
        "proxies": 2,
        "speed": 20.0,
        "config": {"features": EVERYTHING},
    }


@pytest.fixture
async def other(proxied_hass: HomeAssistant, house: House) -> AsyncGenerator[Acting]:
    """Return the other chair."""
    acting = await set_up(proxied_hass, house, "pair2")
    yield acting
    await proxied_hass.config_entries.async_unload(acting.entry.entry_id)


async def choose(boots: Acting, sure: bool = True, **options: object) -> str:
    """Go through the options flow; return the steps that were shown."""
    flow = boots.hass.config_entries.options
    form = await flow.async_init(boots.entry.entry_id)
    steps = [form["step_id"]]
    result = await flow.async_configure(form["flow_id"], {**suggested(form), **options})
    while result["type"] is FlowResultType.FORM:
        steps.append(result["step_id"])
        result = await flow.async_configure(result["flow_id"], {"sure": sure})
        sure = True
    return " ".join(map(str, steps))


async def copy(boots: Acting, source: Acting, who: User | None, **data: object) -> None:
    """Copy the settings of a chair to another."""
    await boots.call(
        DOMAIN,
        "copy_settings",
        {"source": source.device.id, **data},
        Context(user_id=None if who is None else who.id),
        device_id=boots.device.id,
    )


async def test_a_ceiling_above_80_is_asked_for_twice(boots: Acting) -> None:
    """When it is raised; a no leaves everything as it was."""
    assert await choose(boots, target_max_mmhg=80) == "init"
    assert await choose(boots, sure=False, target_max_mmhg=90) == (
        "init above_80 above_80"
    )
    await until(lambda: boots.coordinator.options.target_max_mmhg == 90)
    assert await choose(boots, target_max_mmhg=85) == "init"
    assert boots.entry.options["studio"] is False


async def test_one_chairs_settings_for_all(
    boots: Acting, other: Acting, hass_admin_user: User, person: Context
) -> None:
    """By an administrator's hand; the ceiling above 80 is asked for again."""
    await choose(other, target_max_mmhg=100, studio=True, wait_minutes=5)
    await until(lambda: other.coordinator.options.target_max_mmhg == 100)
    passer_by = await boots.hass.auth.async_get_user(str(person.user_id))
    for nobody in (None, passer_by):
        with pytest.raises(ServiceValidationError) as refusal:
            await copy(boots, other, nobody, sure=True)
        assert refusal.value.translation_key == "copy_needs_admin"
    with pytest.raises(ServiceValidationError) as refusal:
        await copy(boots, other, hass_admin_user)
    assert refusal.value.translation_key == "copy_above_80"
    assert "100 mmHg" in str(refusal.value)
    assert not boots.coordinator.options.studio

    await copy(boots, other, hass_admin_user, sure=True)
    assert boots.coordinator.options == other.coordinator.options
    assert boots.coordinator.options.studio
    assert boots.get("number", "target_pressure").state == "30"
    await other.set("target_pressure", 50)
    await copy(boots, other, hass_admin_user)
    assert boots.get("number", "target_pressure").state == "50"
    # Copying to itself changes nothing.
    await copy(other, other, hass_admin_user)
    with pytest.raises(ServiceValidationError) as refusal:
        await boots.call(
            DOMAIN, "copy_settings", {"source": "gone"}, device_id=boots.device.id
        )
    assert refusal.value.translation_key == "no_boots"


async def test_what_is_copied_is_the_guests_and_not_the_wearers(
    boots: Acting, other: Acting, hass_admin_user: User
) -> None:
    """Whoever wears them now keeps their own."""
    await other.set("target_pressure", 50)
    await move_in(boots, "Anna", follow_coach=False)
    await boots.set("target_pressure", 40)
    await copy(boots, other, hass_admin_user)
    assert household(boots).current.name == "Anna"
    assert boots.get("number", "target_pressure").state == "40"
