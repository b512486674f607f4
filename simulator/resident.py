"""A person at home: adds boots, asks for a session, says yes, watches, stops.

Everything is done as a signed-in person's browser does it. The hands on the boots
are the simulator's. ``script/demo``, the end-to-end tests and the bench share it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .home import Home, HomeError
from .house import Boots, House

DOMAIN = "kumo_boots"
_FLOW_LIMIT_S = 90


@dataclass(kw_only=True)
class Adding:
    """What it took to add one pair, counted as a person would."""

    screens: int = 0
    clicks: int = 1
    """The first is on the discovered card."""
    steps: list[str] = field(default_factory=list)
    entry_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One added pair: its title and its entities by name of what they are."""

    entry_id: str
    title: str
    entities: dict[str, str]

    def entity(self, key: str) -> str:
        """Return the entity id for ``domain.translation_key``."""
        try:
            return self.entities[key]
        except KeyError as error:
            raise HomeError(f"{self.title} has no {key}") from error


class Resident:
    """Somebody who lives in this home, with boots from this house."""

    def __init__(self, home: Home, house: House) -> None:
        """Sit down on the sofa."""
        self.home = home
        self.house = house

    async def add_proxies(self) -> None:
        """Add the house's Bluetooth proxies as the ESPHome devices they are."""
        for proxy in self.house.proxies:
            await self.home.add_proxy(proxy.port)

    async def discovered(self, number: int, within_s: float = 60) -> list[str]:
        """Wait for so many discovered pairs; return their flows' ids."""
        found: list[str] = []
        try:
            async with asyncio.timeout(within_s):
                while True:
                    found = [
                        flow["flow_id"]
                        for flow in await self.home.call("config_entries/flow/progress")
                        if flow["handler"] == DOMAIN
                        and flow["context"]["source"] == "bluetooth"
                    ]
                    if len(found) >= number:
                        return found
                    await asyncio.sleep(0.2)
        except TimeoutError as error:
            raise HomeError(
                f"{len(found)} of {number} pairs discovered in {within_s:g} s"
            ) from error

    async def add(self, flow_id: str) -> Adding:
        """Walk through the screens, holding the boots' buttons when asked to."""
        adding = Adding()
        flow = await self.home.flow(flow_id)
        pressed = False
        async with asyncio.timeout(_FLOW_LIMIT_S):
            while flow["type"] in {"form", "progress", "progress_done", "menu"}:
                step = flow.get("step_id") or flow.get("progress_action") or ""
                if not adding.steps or adding.steps[-1] != step:
                    adding.steps.append(step)
                    adding.screens += 1
                if flow["type"] == "form":
                    if flow.get("errors"):
                        raise HomeError(f"{step} was refused: {flow['errors']}")
                    data = _filled(flow["data_schema"] or [])
                    adding.clicks += 1 + sum(value is True for value in data.values())
                    flow = await self.home.answer(flow_id, data)
                elif flow["type"] == "menu":
                    adding.clicks += 1
                    flow = await self.home.answer(
                        flow_id, {"next_step_id": flow["menu_options"][0]}
                    )
                else:
                    if not pressed:
                        pressed = True
                        self.hold_start()
                    await asyncio.sleep(0.3)
                    flow = await self.home.flow(flow_id)
        if flow["type"] != "create_entry":
            raise HomeError(f"not added: {flow.get('reason', flow)}")
        adding.entry_id = flow["result"]["entry_id"]
        return adding

    async def add_by_hand(self, answers: Mapping[str, Mapping[str, Any]]) -> Pair:
        """Add boots without Bluetooth; ``answers`` are what is typed, by screen."""
        flow = await self.home.rest(
            "POST", "config/config_entries/flow", {"handler": DOMAIN}
        )
        flow = await self.home.answer(flow["flow_id"], {"next_step_id": "by_hand"})
        while flow["type"] == "form":
            if flow.get("errors"):
                raise HomeError(f"{flow['step_id']} was refused: {flow['errors']}")
            data = _filled(flow["data_schema"] or [])
            data |= answers.get(flow["step_id"], {})
            flow = await self.home.answer(flow["flow_id"], data)
        if flow["type"] != "create_entry":
            raise HomeError(f"not added: {flow.get('reason', flow)}")
        [pair] = await self.pairs()
        return pair

    def hold_start(self) -> None:
        """Hold the start button of all boots until they blink."""
        for boots in self.house.boots.values():
            boots.faults.press("start_long")

    async def pairs(self) -> list[Pair]:
        """Return the pairs that have been added, with their enabled entities."""
        entries = await self.home.call("config_entries/get", domain=DOMAIN)
        registry = await self.home.call("config/entity_registry/list")
        pairs = []
        for entry in entries:
            entities: dict[str, str] = {}
            for row in registry:
                if (
                    row["config_entry_id"] == entry["entry_id"]
                    and not row["disabled_by"]
                ):
                    domain = row["entity_id"].split(".")[0]
                    side = next(
                        (
                            f"{leg}."
                            for leg in ("left", "right")
                            if f"_{leg}_" in row["unique_id"]
                        ),
                        "",
                    )
                    entities[f"{domain}.{side}{row['translation_key']}"] = row[
                        "entity_id"
                    ]
            pairs.append(
                Pair(
                    entry_id=entry["entry_id"],
                    title=entry["title"],
                    entities=entities,
                )
            )
        return pairs

    async def add_to(
        self, pair: Pair, kind: str, answers: Mapping[str, Mapping[str, Any]]
    ) -> dict[str, Any]:
        """Add a wearer or a routine; ``answers`` are what is typed, by screen.

        What is not typed is what the screen suggests. Returns the finished flow.
        """
        flow = await self.home.start_subentry(pair.entry_id, kind)
        while flow["type"] == "form":
            if flow.get("errors"):
                raise HomeError(f"{flow['step_id']} was refused: {flow['errors']}")
            data = _suggested(flow["data_schema"]) | dict(
                answers.get(flow["step_id"], {})
            )
            flow = await self.home.answer_subentry(flow["flow_id"], data)
        if flow["type"] != "create_entry":
            raise HomeError(f"no {kind}: {flow.get('reason', flow)}")
        return flow

    async def ready(self, pair: Pair, within_s: float = 30) -> None:
        """Wait until the pair's session can be asked for."""
        await self.until_phase(pair, "ready", within_s)

    async def device(self, pair: Pair, entity: str = "switch.session") -> str:
        """Return the id of the device that an entity of the pair belongs to."""
        wanted = pair.entity(entity)
        for row in await self.home.call("config/entity_registry/list"):
            if row["entity_id"] == wanted:
                return str(row["device_id"])
        raise LookupError(wanted)

    async def boots_of(self, pair: Pair) -> dict[str, Boots]:
        """Return a pair's own boots in the house, by their leg."""
        device_id = await self.device(pair)
        [device] = [
            each
            for each in await self.home.call("config/device_registry/list")
            if each["id"] == device_id
        ]
        addresses = {address for _, address in device["connections"]}
        return {
            name.rpartition("-")[2]: boots
            for name, boots in self.house.boots.items()
            if str(boots.address).upper() in addresses
        }

    async def set_up(
        self, pair: Pair, *, mode: str, target_mmhg: int, minutes: int
    ) -> None:
        """Choose what the next session will do."""
        home = self.home
        await home.service(
            "select.select_option",
            {"option": mode},
            target={"entity_id": pair.entity("select.mode")},
        )
        for key, value in (("target_pressure", target_mmhg), ("duration", minutes)):
            await home.service(
                "number.set_value",
                {"value": value},
                target={"entity_id": pair.entity(f"number.{key}")},
            )

    async def ask(self, pair: Pair) -> None:
        """Turn the session switch on, and wait for *Waiting for your OK*."""
        await self.home.service(
            "switch.turn_on", target={"entity_id": pair.entity("switch.session")}
        )
        await self.until_phase(pair, "awaiting", 10)

    async def say_yes(self, pair: Pair, within_s: float = 60) -> None:
        """Press *Confirm session*, and wait until it runs."""
        await self.press(pair, "confirm_session")
        await self.until_phase(pair, "running", within_s)

    async def stop(self, pair: Pair, within_s: float = 60) -> None:
        """Press *Stop and let the air out*, and wait until the boots are empty."""
        await self.press(pair, "stop")
        await self.until_phase(pair, "ready", within_s)

    async def all_empty(self, within_s: float = 1) -> None:
        """Wait until the witness has seen all boots empty since they inflated last.

        The boots' sensors are noisy, so that what they measured may be true a
        moment later.
        """
        try:
            async with asyncio.timeout(within_s):
                while any(map(self._holds_air, self.house.boots)):
                    await asyncio.sleep(0.02)
        except TimeoutError as error:
            raise HomeError("boots that were stopped are not truly empty") from error

    def _holds_air(self, boots: str) -> bool:
        """Tell whether boots were not seen empty since they inflated last."""
        seen = [
            entry["kind"]
            for entry in self.house.witness.entries(boots=boots)
            if entry["kind"] in ("inflation", "empty")
        ]
        return seen[-1:] == ["inflation"]

    async def options(self, entry_id: str, **changes: Any) -> None:
        """Change options of a pair through its form."""
        flow = await self.home.rest(
            "POST", "config/config_entries/options/flow", {"handler": entry_id}
        )
        done = await self.home.rest(
            "POST",
            f"config/config_entries/options/flow/{flow['flow_id']}",
            _suggested(flow["data_schema"]) | changes,
        )
        if done["type"] != "create_entry":
            raise HomeError(f"the options were refused: {done}")

    async def press(self, pair: Pair, button: str) -> None:
        """Press one of the pair's buttons."""
        await self.home.service(
            "button.press", target={"entity_id": pair.entity(f"button.{button}")}
        )

    async def until_phase(self, pair: Pair, phase: str, within_s: float = 30) -> None:
        """Wait until *Phase* shows this."""
        entity = pair.entity("sensor.phase")
        await self.home.until(
            lambda states: states.get(entity, {}).get("state") == phase,
            f"{pair.title}: {phase}",
            within_s=within_s,
        )

    async def watch(
        self, pair: Pair, listener: Callable[[dict[str, Any]], None]
    ) -> Callable[[], Awaitable[Any]]:
        """Subscribe to the live view at full rate; the answer ends it."""
        return await self.home.subscribe(
            f"{DOMAIN}/live", listener, entry_id=pair.entry_id
        )

    async def remember(
        self, entity_id: str, sums: Iterable[tuple[datetime, float]]
    ) -> None:
        """Have the recorder know what a sum of minutes was at the end of these hours."""
        rows = [
            {
                "start": at.replace(minute=0, second=0, microsecond=0).isoformat(),
                "state": minutes,
                "sum": minutes,
            }
            for at, minutes in sums
        ]
        await self.home.call(
            "recorder/import_statistics",
            metadata={
                "statistic_id": entity_id,
                "source": "recorder",
                "name": None,
                "unit_of_measurement": "min",
                "unit_class": "duration",
                "has_mean": False,
                "mean_type": 0,
                "has_sum": True,
            },
            stats=rows,
        )


def _suggested(schema: list[dict[str, Any]] | None) -> dict[str, Any]:
    """Leave a screen as it suggests to be filled."""
    data = {
        row["name"]: row.get(
            "default", (row.get("description") or {}).get("suggested_value")
        )
        for row in schema or ()
    }
    return {name: value for name, value in data.items() if value is not None}


def _filled(schema: list[dict[str, Any]]) -> dict[str, Any]:
    """Answer a screen: acknowledge what must be, keep what is suggested."""
    data: dict[str, Any] = {}
    for row in schema:
        if row.get("default") is not None:
            data[row["name"]] = row["default"]
        if row["name"] == "understood":
            data[row["name"]] = True
    return data
