"""After a warning sign nothing starts until the wearer has read them."""

from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError
import pytest

from .conftest import ANNA_ID, Coached


async def test_a_warning_locks_until_its_wearer_has_read_it(
    boots: Coached, person: Context
) -> None:
    """A request is refused and says what to do; then it is as before, but gentler."""
    await boots.report(kind="pain", one_sided=True, wearer="Anna")
    await boots.coordinator.household.async_choose(boots.anna)
    with pytest.raises(ServiceValidationError) as refusal:
        await boots.switch(True)
    assert refusal.value.translation_key == "locked_after_warning"
    assert boots.diary.locked(ANNA_ID)
    assert not boots.inflations
    await boots.says("acknowledge_warning", person)
    assert not boots.diary.locked(ANNA_ID)
    await boots.run(person)
    settings = boots.coordinator.session.state.settings
    assert settings is not None
    assert settings.target_mmhg <= 30


async def test_a_warning_ends_a_request_that_waits(boots: Coached) -> None:
    """It stops first, whoever reports it."""
    await boots.coordinator.household.async_choose(boots.anna)
    await boots.switch(True)
    await boots.report(kind="pain", one_sided=True)
    assert boots.diary.locked(ANNA_ID)
    assert boots.phase == "ready"
    assert not boots.inflations
