"""The wearer's phone: asked, told what to do, and answered with a thumb."""

from ..entities.acting import until
from ..people.living import move_in
from ..question.companion import Companion
from ..question.conftest import new_phone, phone, relay
from .conftest import ByHandActing

__all__ = ["new_phone", "phone", "relay"]


async def test_a_whole_session_on_the_phone(
    boots: ByHandActing, phone: Companion
) -> None:
    """The question in levels, the start, the word, the stop, the word."""
    await move_in(boots, "Anna", phone=phone.device_id)
    await boots.switch(True)
    await until(lambda: "Start" in phone.buttons)
    assert "level 1, 15 minutes" in phone.notification["message"]
    assert "mmHg" not in phone.notification["message"]
    await phone.press("Start")
    await until(lambda: "It runs" in phone.buttons)
    assert "Set level 1 on the boots and 15 minutes" in phone.notification["message"]
    await phone.answer("somebody else's")
    assert boots.phase == "starting"
    await phone.press("It runs")
    await until(lambda: boots.phase == "running")
    await until(lambda: not phone.screen)
    await boots.switch(False)
    await until(lambda: "They are off" in phone.buttons)
    await phone.press("They are off")
    await until(lambda: boots.phase == "ready")
    await until(lambda: not phone.screen)
