"""Keys are in no log, event, error, repr or diagnostics, whatever goes wrong.

The key is searched for in everything that anybody logs in this process, the simulator
and Home Assistant's own Bluetooth included; serial number and pair id, which a unit
tells everybody in radio range, in what the integration itself logs and tells.
"""

import base64
from collections.abc import Iterator
from dataclasses import replace
import json
import logging
from typing import Any

from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.const import MATCH_ALL
from homeassistant.core import Context, Event, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.kumo_boots.boots.drivers.open_boots import profile
from custom_components.kumo_boots.boots.errors import BootsError
from custom_components.kumo_boots.const import CONF_PAIR_ID
from custom_components.kumo_boots.diagnostics import async_get_config_entry_diagnostics
from custom_components.kumo_boots.remembered import RememberedUnit
from simulator.hostile.frames import IMPOSSIBLE, hostile_frames
from simulator.hostile.peripheral import HostilePeripheral
from simulator.house import House

from .conftest import HousePlan, until
from .entities.acting import Acting
from .entities.conftest import person
from .entry.running import run
from .flows.walking import add_pair

__all__ = ["person"]

OURS = ("custom_components.kumo_boots", "bleak_retry_connector")
"""What *Enable debug logging* shows: our own, and the manifest's loggers."""


@pytest.fixture
def house_plan() -> HousePlan:
    """Have one unit for both legs."""
    return {"pairs": 1, "proxies": 1, "speed": 20.0, "shape": "one_unit"}


def spellings(secret: bytes) -> Iterator[str]:
    """Return how a secret could stand in a text."""
    yield secret.hex()
    yield secret.hex(" ")
    yield secret.hex(":")
    yield repr(secret)[2:-1]
    yield repr(bytearray(secret))[12:-2]
    yield str(list(secret))[1:-1]
    yield str(int.from_bytes(secret))
    yield str(int.from_bytes(secret, "little"))
    for encode in (base64.b64encode, base64.urlsafe_b64encode, base64.b32encode):
        yield encode(secret).decode().rstrip("=")


def found(text: str, secret: bytes) -> list[str]:
    """Return the spellings of a secret that are in a text."""
    lowered = text.lower()
    return [each for each in spellings(secret) if each.lower() in lowered]


class Everything:
    """All that anybody says while a test runs."""

    def __init__(self, hass: HomeAssistant, caplog: pytest.LogCaptureFixture) -> None:
        """Listen to every event."""
        self._caplog = caplog
        self.events: list[str] = []
        self.errors: list[str] = []

        @callback
        def heard(event: Event[Any]) -> None:
            self.events.append(f"{event.event_type} {event.data!r}")

        hass.bus.async_listen(MATCH_ALL, heard)

    def log(self, *loggers: str) -> str:
        """Return what was logged, with all tracebacks; by all loggers if none is named."""
        formatter = logging.Formatter("%(name)s %(message)s")
        return "\n".join(
            formatter.format(record)
            for record in self._caplog.records
            if not loggers or record.name.startswith(loggers)
        )

    def failed(self, error: BaseException) -> None:
        """Keep an error with all that it came from."""
        cause: BaseException | None = error
        while cause is not None:
            said = (str(cause), repr(cause), repr(getattr(cause, "values", "")))
            told = getattr(cause, "translation_placeholders", None)
            self.errors += [*said, repr(told), repr(cause.args)]
            cause = cause.__cause__ or cause.__context__


async def test_secrets_stay_where_they_are(
    proxied_hass: HomeAssistant,
    house: House,
    person: Context,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Paired, run, and failed in many ways, with every logger at its loudest."""
    hass = proxied_hass
    caplog.set_level(logging.DEBUG)
    for name, logger in list(logging.root.manager.loggerDict.items()):
        if isinstance(logger, logging.Logger) and logger.level:
            caplog.set_level(logging.DEBUG, name)
    caplog.handler.setLevel(logging.DEBUG)
    said = Everything(hass, caplog)
    unit_of_house = house.boots["pair1"]
    entry = await add_pair(hass, house)
    boots = Acting(hass, entry, house)
    await until(lambda: boots.coordinator.data.connected and boots.phase == "ready")
    (known,) = boots.coordinator.remembered
    (unit,) = boots.coordinator.units
    key = known.key.secret
    assert unit_of_house.unit.keys.get(known.key.slot) == key

    async def fails(domain: str, service: str, **data: Any) -> None:
        with pytest.raises(HomeAssistantError) as error:
            await boots.call(domain, service, data, Context(user_id=person.user_id))
        said.failed(error.value)

    async def unlinked() -> None:
        """Lose the link, unless it is being let go already."""
        if unit.connected:
            unit_of_house.lose()
        await until(lambda: unit_of_house.connection is None and not unit.connected)

    diagnostics = [await async_get_config_entry_diagnostics(hass, entry)]
    await run(boots)
    await fails("kumo_boots", "start_session", pressure=59, mode="wave")
    await boots.call("kumo_boots", "stop_session")
    await until(lambda: boots.phase == "ready")

    # Junk, and capabilities that cannot be.
    # (No states: the session would go on to stop what they tell of.)
    junk = (frame for frame in hostile_frames() if frame[0] != profile.STATE)
    for _ in range(200):
        unit_of_house.notify(*_shortened(next(junk)))
    await until(lambda: "Ignored a notification" in said.log(*OURS))
    hostile = HostilePeripheral(unit_of_house)
    honest = unit_of_house.unit.read_capabilities
    lie = bytes(honest())[:3] + b"\xff" + bytes(honest())[4:]
    for frame in (lie, IMPOSSIBLE["giant"]):
        hostile.read(profile.CAPABILITIES, frame)
        await unlinked()
        with pytest.raises(BootsError) as error:
            await unit.ready(30)
        said.failed(error.value)
    hostile.read(profile.CAPABILITIES, lambda: bytes(honest()))

    # The boots forget this home.
    unit_of_house.press("reset")
    await unlinked()
    with pytest.raises(BootsError) as error:
        await unit.ready(30)
    said.failed(error.value)
    await until(
        lambda: any(
            flow["context"]["source"] == SOURCE_REAUTH
            for flow in hass.config_entries.flow.async_progress()
        )
    )
    diagnostics.append(await async_get_config_entry_diagnostics(hass, entry))
    reprs = [
        repr(thing)
        for thing in (
            known,
            known.key,
            known.identity,
            unit,
            unit.key,
            unit.identity,
            unit.capabilities,
            boots.coordinator.capabilities,
            boots.coordinator.data,
            boots.coordinator.session.state,
            boots.coordinator.pair.state,
            boots.coordinator,
        )
    ]
    await until(lambda: unit.link_status.state in {"waiting", "released"})
    assert await hass.config_entries.async_unload(entry.entry_id)

    # The key: nowhere at all. There was something to be searched.
    everything = {
        "logs": said.log(),
        "events": "\n".join(said.events),
        "errors": "\n".join(said.errors),
        "diagnostics": json.dumps(diagnostics),
        "reprs": "\n".join(reprs),
    }
    for loud in ("bumble", "habluetooth", *OURS):
        assert f"\n{loud}" in everything["logs"], loud
    for where, text in everything.items():
        assert text, where
        assert found(text, key) == [], where

    # What the unit tells everybody: not by us.
    everything["logs"] = said.log(*OURS)
    for public in (
        known.identity.serial.encode(),
        bytes.fromhex(entry.data[CONF_PAIR_ID]),
    ):
        for where, text in everything.items():
            # A pair that is added is named by its id in Home Assistant's own events.
            if where != "events":
                assert found(text, public) == [], where


def _shortened(frame: tuple[str, bytes]) -> tuple[str, bytes]:
    uuid, data = frame
    return (uuid if uuid.startswith("dcc") else "2A19"), data[:20]


def test_a_remembered_unit_shows_no_key() -> None:
    """However it is printed."""
    secret = bytes(range(100, 132))
    unit = RememberedUnit.from_dict(
        {
            "address": "C0:00:00:00:00:01",
            "name": "Boots",
            "legs": ["left"],
            "key": {"slot": 0, "secret": secret.hex()},
            "identity": {
                "manufacturer": "",
                "model": "",
                "serial": "OB-4711",
                "firmware": "",
            },
            "driver": profile.SERVICE,
        }
    )
    for text in (repr(unit), str(unit), f"{replace(unit, name='x')}"):
        assert found(text, secret) == []
        assert "4711" not in text
