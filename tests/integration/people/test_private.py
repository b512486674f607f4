"""Who somebody is stays in the house."""

from datetime import timedelta
import json

from custom_components.kumo_boots.diagnostics import async_get_config_entry_diagnostics

from ..entities.acting import Acting
from .living import Remembered, move_in


async def test_diagnostics_tell_of_limits_and_not_of_people(
    boots: Acting, diary: Remembered
) -> None:
    """Names, persons, phones and what is remembered of them are not in them."""
    anna = await move_in(
        boots,
        "Annabella",
        person="person.annabella",
        phone="her_phone",
        quiet_from="22:00:00",
        quiet_to="07:00:00",
        follow_coach=False,
    )
    diary.add(anna, timedelta(hours=9), sitting_id="her_session")
    told = await async_get_config_entry_diagnostics(boots.hass, boots.entry)
    text = json.dumps(told).lower()
    assert anna.wearer_id is not None
    private = ["annabella", "her_phone", "her_session", "2026-11-01", anna.wearer_id]
    assert [word for word in private if word.lower() in text] == []
    assert told["household"]["current"] == 1
    assert told["household"]["limits"]["target_max_mmhg"] == 60
    (wearer,) = told["household"]["wearers"]
    assert wearer["quiet_to"] == "07:00:00"
    assert wearer["may_start"] is True
    await boots.choose("for_whom", "guest")
    told = await async_get_config_entry_diagnostics(boots.hass, boots.entry)
    assert told["household"]["current"] == 0
