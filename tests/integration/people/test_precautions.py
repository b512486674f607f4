"""Only the wearer says that they have read the precautions, and with their own hand."""

from typing import Any

from homeassistant.auth.models import User
from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
import pytest

from custom_components.kumo_boots.const import DOMAIN
from custom_components.kumo_boots.people.wearer import Wearer

from ..entities.acting import Acting, until
from .living import household, move_in, move_out


def button_of(boots: Acting, wearer: Wearer) -> str:
    """Return the button on a wearer's device."""
    entity_id = er.async_get(boots.hass).async_get_entity_id(
        "button",
        DOMAIN,
        f"{boots.entry.entry_id}_wearer_{wearer.wearer_id}_acknowledge_precautions",
    )
    assert entity_id is not None
    return entity_id


async def spouse(boots: Acting, user: User) -> Wearer:
    """Have somebody with an account of their own, who has read nothing yet."""
    hass = boots.hass
    assert await async_setup_component(
        hass,
        "person",
        {"person": [{"id": "anna", "name": "Anna", "user_id": user.id}]},
    )
    assert hass.states.get("person.anna") is not None
    return await move_in(boots, "Anna", person="person.anna", acknowledged=None)


async def press(boots: Acting, wearer: Wearer, who: User | None) -> None:
    """Press the button as a user, or as nobody."""
    context = Context(user_id=None if who is None else who.id)
    await boots.call(
        "button", "press", entity_id=button_of(boots, wearer), context=context
    )


def has_read(boots: Acting, wearer: Wearer) -> bool:
    """Tell whether the precautions count as read."""
    known = household(boots).wearer(wearer.wearer_id)
    return known is not None and known.acknowledged is not None


@pytest.fixture
async def installer(hass_admin_user: User) -> User:
    """Return an administrator who is somebody else."""
    return hass_admin_user


async def test_an_installer_cannot_acknowledge_for_a_spouse(
    boots: Acting, installer: User
) -> None:
    """Neither by the button nor by the action; she can, with either."""
    own = await boots.hass.auth.async_create_user("Anna", group_ids=["system-users"])
    anna = await spouse(boots, own)
    assert er.async_get(boots.hass).async_get(button_of(boots, anna)) is not None
    for who in (installer, None):
        with pytest.raises(ServiceValidationError) as refusal:
            await press(boots, anna, who)
        assert refusal.value.translation_key == "acknowledge_yourself"
        with pytest.raises(ServiceValidationError) as refusal:
            await boots.call(
                DOMAIN,
                "acknowledge_precautions",
                wearer="Anna",
                understood=True,
                context=Context(user_id=None if who is None else who.id),
            )
        assert refusal.value.translation_key == "acknowledge_yourself"
        assert "Only Anna" in str(refusal.value)
    assert not has_read(boots, anna)
    with pytest.raises(ServiceValidationError):
        await boots.switch(True)

    await press(boots, anna, own)
    await until(lambda: has_read(boots, anna))
    await boots.switch(True)
    assert boots.phase == "awaiting"


async def test_a_person_who_is_gone_has_no_hand(boots: Acting, installer: User) -> None:
    """Else whoever removes a person could speak for them."""
    own = await boots.hass.auth.async_create_user("Anna", group_ids=["system-users"])
    anna = await spouse(boots, own)
    boots.hass.states.async_remove("person.anna")
    for who in (installer, own):
        with pytest.raises(ServiceValidationError):
            await press(boots, anna, who)
    assert not has_read(boots, anna)


async def test_somebody_without_an_account_needs_anybodys_hand(
    boots: Acting, installer: User
) -> None:
    """A hand, though: not an automation's; and the text is theirs to read first."""
    anna = await move_in(boots, "Anna", acknowledged=None)
    told = await boots.ask("acknowledge_precautions", wearer="Anna")
    assert told["acknowledged"] is False
    text = told["precautions"]
    for said in ("Do not use", "Ask a professional first", "urgent care", "Anna"):
        assert said in text
    assert "{" not in text
    with pytest.raises(ServiceValidationError) as refusal:
        await boots.call(DOMAIN, "acknowledge_precautions", wearer="Anna")
    assert refusal.value.translation_key == "acknowledge_by_reading"
    for nobody in ("guest", "Carla"):
        with pytest.raises(ServiceValidationError) as refusal:
            await boots.ask("acknowledge_precautions", wearer=nobody)
        assert refusal.value.translation_key == "unknown_wearer"
    with pytest.raises(ServiceValidationError):
        await press(boots, anna, None)
    assert not has_read(boots, anna)

    told = await boots.ask(
        "acknowledge_precautions",
        Context(user_id=installer.id),
        wearer="Anna",
        understood=True,
    )
    assert told["acknowledged"] is True
    assert (told["name"], told["wearer"]) == (boots.entry.title, "Anna")
    await until(lambda: has_read(boots, anna))


async def test_a_wearer_who_leaves_takes_their_device_along(boots: Acting) -> None:
    """Their entities, too; what they set is forgotten."""
    anna = await move_in(boots, "Anna", follow_coach=False)
    assert anna.wearer_id is not None
    button: Any = button_of(boots, anna)
    await boots.set("target_pressure", 50)
    assert boots.coordinator.own_setpoints.of(anna.wearer_id) is not None
    await move_out(boots, anna)
    await until(lambda: boots.hass.states.get(button) is None)
    assert er.async_get(boots.hass).async_get(button) is None
    assert boots.coordinator.own_setpoints.of(anna.wearer_id) is None
    assert boots.coordinator.setpoints.target_mmhg == 30
