"""Who listens and fails keeps nobody else from hearing."""

import pytest

from custom_components.kumo_boots.people.wearer import GUEST

from ..entities.acting import Acting


async def test_a_listener_that_fails_keeps_nobody_from_hearing(
    boots: Acting, caplog: pytest.LogCaptureFixture
) -> None:
    """Of the diary, the coach, the household and the live view."""
    coordinator = boots.coordinator
    listens = {
        "diary": coordinator.diary.listen,
        "coach": coordinator.coach.listen,
        "household": coordinator.household.listen,
        "live": coordinator.listen_live,
    }
    heard: list[str] = []

    def fail() -> None:
        raise RuntimeError("deaf")

    ends = [listen(fail) for listen in listens.values()]
    for name, listen in listens.items():

        def hear(name: str = name) -> None:
            heard.append(name)

        ends.append(listen(hear))
    coordinator.diary.forget("nobody")
    await coordinator.household.async_choose(GUEST)
    coordinator.set_setpoints(target_mmhg=25)
    assert set(heard) == set(listens)
    assert "deaf" in caplog.text
    for end in ends:
        end()
        end()
    heard.clear()
    coordinator.set_setpoints(target_mmhg=30)
    assert not heard
