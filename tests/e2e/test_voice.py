"""Everything that can be said, in all languages, to a Home Assistant with real boots."""

import pytest

from ..integration.voice.test_sentences import LANGUAGES, corpus
from .conftest import MoveIn

pytestmark = pytest.mark.e2e


async def test_nothing_that_is_said_starts_anything(move_in: MoveIn) -> None:
    """Each sentence is a conversation of its own: it is answered, and no yes is one."""
    resident, [pair] = await move_in()
    home, witness = resident.home, resident.house.witness
    await resident.set_up(pair, mode="relax", target_mmhg=40, minutes=20)
    await home.service("kumo_boots.install_sentences", {"languages": [*LANGUAGES]})
    rooms = {corpus(language).get("area", "Living room") for language in LANGUAGES}
    for room in sorted(rooms):
        await home.call("config/area_registry/create", name=room)
    for language in LANGUAGES:
        for group in corpus(language)["said"]:
            for each in group["says"]:
                told = await home.call(
                    "conversation/process", text=each["text"], language=language
                )
                response = told["response"]
                assert response["speech"]["plain"]["speech"].strip(), each["text"]
                # What nobody has understood is told by a code of its own.
                code = response["data"].get("code")
                assert code in (None, "failed_to_handle"), (each["text"], response)
    assert witness.entries(kind="inflation") == []
    await resident.stop(pair)
    await resident.all_empty()
