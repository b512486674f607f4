"""What a row may do: as a person at a screen, with hands on the boots, with the air."""

import asyncio
from collections.abc import Callable, Mapping
import contextlib
import json
from time import monotonic
from typing import Any

from firmware import obp
from simulator.home import HomeError
from simulator.house import Boots
from simulator.witness import Entry

from .ground import Ground, Lane
from .truth import NOISE_MMHG, Comparison, truth
from .verdict import LEASE_AND_VENT_S, STOP_S, TRUE_S, Yes

TARGET_MMHG = 30
MINUTES = 15
MODE = "squeeze"
"""All chambers at once: soon full, soon empty."""
RUNS_S = 20.0
READY_S = 60.0
MARGIN_MMHG = 3.0
"""What the noise of a sensor may hide."""


class RowError(Exception):
    """A row could not be played to its end."""


class Scene:
    """One pair of boots on its lane, for one row."""

    def __init__(self, ground: Ground, lane: Lane, since: int) -> None:
        """Begin to watch; ``since`` is the first witness entry that counts."""
        assert lane.pair is not None
        self.ground = ground
        self.lane = lane
        self.pair = lane.pair
        self.units = lane.units
        self.left = lane.units[0]
        self.right = lane.units[-1]
        self.proxies = lane.proxies
        self.since = since
        self.log_from = ground.log_size()
        self.began = monotonic()
        self.yeses: list[Yes] = []
        self.stops: list[tuple[str, float, bool]] = []
        """What a stop came to, how long that took, and whether it is as it must be."""
        self.seen: list[tuple[str, bool]] = []
        """What a row saw, and whether that is right."""
        self.comparison = Comparison(self.units, self._shown)

    # --- looking ---

    def shows(self, key: str = "sensor.phase") -> str | None:
        """Return what an entity of the pair shows."""
        return self.ground.mirror.get(self.pair.entity(key))

    def _shown(self) -> str | None:
        return self.shows() if self.ground.mirror.live else None

    def entries(self, kind: str, boots: Boots | None = None) -> list[Entry]:
        """Return what the witness wrote about this pair since the row began."""
        names = {boots.name} if boots else {unit.name for unit in self.units}
        return [
            entry
            for entry in self.ground.house.witness.entries(self.since, kind=kind)
            if entry["boots"] in names
        ]

    @property
    def truth(self) -> str:
        """What the boots truly do."""
        return truth(self.units)

    def why(self) -> str:
        """Return the reason that is shown for the last change of phase."""
        attributes = self.ground.mirror.attributes(self.pair.entity("sensor.phase"))
        return str(attributes.get("cause"))

    async def says(self, *reasons: str) -> None:
        """Wait until one of these is the reason that is shown."""
        with contextlib.suppress(HomeError):
            await self.until(lambda: self.why() in reasons, "the reason", STOP_S)
        self.note(f"says {self.why()}", self.why() in reasons)

    async def until(
        self, condition: Callable[[], Any], what: str, within_s: float = 30.0
    ) -> None:
        """Wait until something is so; HomeError naming ``what``."""
        try:
            async with asyncio.timeout(within_s):
                while not condition():
                    await asyncio.sleep(0.02)
        except TimeoutError as error:
            raise HomeError(f"not within {within_s:g} s: {what}") from error

    async def until_shows(self, *words: str, within_s: float = RUNS_S) -> None:
        """Wait until the phase is one of these."""
        wanted = " or ".join(words)
        try:
            await self.ground.mirror.until(
                lambda: self.shows() in words, wanted, within_s
            )
        except HomeError as error:
            raise RowError(
                f"{error} (it shows {self.shows()}, the boots: {self.truth})"
            ) from error

    def note(self, text: str, right: bool) -> None:
        """Keep what was seen, for the table."""
        self.seen.append((text, right))

    def went_on(self) -> None:
        """Say whether the session that began is the one that runs."""
        ended = self.entries("ended")
        causes = ", ".join(sorted({str(entry["cause"]) for entry in ended}))
        self.note(
            f"ended ({causes})" if ended else f"goes on, shows {self.shows()}",
            not ended and self.shows() == "running" and self.truth == "running",
        )

    # --- a person at a screen ---

    async def do(
        self, action: str, key: str, data: Mapping[str, Any] | None = None
    ) -> str:
        """Perform an action on an entity; returns the error's key, "" for none."""
        try:
            await self.ground.home.service(
                action, data, target={"entity_id": self.pair.entity(key)}
            )
        except HomeError as error:
            try:
                told = json.loads(str(error))
            except ValueError:
                return str(error) or "failed"
            return str(told.get("translation_key") or told.get("message") or told)
        return ""

    async def press(self, button: str) -> str:
        """Press a button on the screen."""
        return await self.do("button.press", f"button.{button}")

    async def set_up(self) -> None:
        """Choose what the next session will be."""
        await self.do("select.select_option", "select.mode", {"option": MODE})
        for key, value in (("target_pressure", TARGET_MMHG), ("duration", MINUTES)):
            await self.do("number.set_value", f"number.{key}", {"value": value})

    async def ask(self) -> None:
        """Ask for a session, and wait until it waits for a yes."""
        await self.let_go(False)
        await self.set_up()
        if error := await self.do("switch.turn_on", "switch.session"):
            raise RowError(f"the request was refused: {error}")
        await self.until_shows("awaiting", within_s=10)

    async def yes(self) -> str:
        """Confirm; returns the error's key. From here on each leg may inflate once."""
        self.yeses.append(Yes(monotonic()))
        return await self.press("confirm_session")

    async def run(self) -> None:
        """Ask, confirm, and wait until both legs truly run, and that is shown."""
        await self.ask()
        if error := await self.yes():
            raise RowError(f"the yes was refused: {error}")
        await self.runs()

    async def runs(self) -> None:
        """Wait until both legs truly run, and that is shown."""
        await self.until_shows("running")
        await self.until(
            lambda: all(unit.witness.running for unit in self.units), "both legs run"
        )

    async def full(self) -> None:
        """Wait until there is truly air in every leg."""
        await self.until(
            lambda: all(
                unit.body.highest_mmhg > TARGET_MMHG / 2 for unit in self.units
            ),
            "air in both legs",
        )

    async def stop(self) -> str:
        """Press *stop*; keep what the person learns of it, and when."""
        began = monotonic()
        held_air = self.truth != "empty"
        error = await self.press("stop")
        took = monotonic() - began
        for yes in self.yeses:
            yes.over = min(yes.over, monotonic())
        if not error:
            # What was measured empty is truly so, but for the sensors' noise.
            right = all(
                not unit.witness.running
                and unit.body.highest_mmhg < NOISE_MMHG + MARGIN_MMHG
                for unit in self.units
            )
            self.stops.append(("confirmed", took, right and took < STOP_S))
        elif error == "stop_not_reached":
            self.stops.append(
                ("not reached: told", took, not held_air and took < STOP_S)
            )
        elif error == "stop_not_confirmed":
            told = await self._told()
            self.stops.append(
                ("told" if told else "NOT TOLD", took, told and took < STOP_S)
            )
        else:
            self.stops.append((error, took, False))
        return error

    async def _told(self) -> bool:
        """Whether the notification and the repair are there that a person sees."""
        home, entry_id = self.ground.home, self.pair.entry_id
        for _ in range(20):
            notes = await home.call("persistent_notification/get")
            issues = (await home.call("repairs/list_issues"))["issues"]
            if any(entry_id in note["notification_id"] for note in notes) and any(
                entry_id in issue["issue_id"] for issue in issues
            ):
                return True
            await asyncio.sleep(0.1)
        return False

    async def empties(
        self, what: str = "vented", within_s: float = LEASE_AND_VENT_S
    ) -> None:
        """Wait until all legs are truly empty without anybody's doing; keep how long."""
        began = monotonic()

        def empty() -> bool:
            return not any(
                unit.witness.running or unit.body.highest_mmhg > NOISE_MMHG
                for unit in self.units
            )

        await self.until(empty, "both legs truly empty", 4 * within_s)
        took = monotonic() - began
        self.stops.append((what, took, took < within_s))
        for yes in self.yeses:
            yes.over = min(yes.over, monotonic())

    async def acknowledge(self) -> None:
        """Press stop on the left boots until it counts: not while they measure air."""

        def taken() -> bool:
            if self.left.unit.phase == obp.FAULT:
                self.left.faults.press("stop")
            return self.left.unit.phase != obp.FAULT

        await self.until(taken, "the boots take it that the fault was seen")

    async def ready(self, within_s: float = READY_S) -> None:
        """Wait until the next session can be asked for."""
        await self.until_shows("ready", within_s=within_s)

    async def shown(self, word: str) -> None:
        """Wait until the boots are shown as they are; keep how long that takes."""
        began = monotonic()
        await self.until_shows(word, within_s=STOP_S)
        took = monotonic() - began
        self.note(f"{word} shown after {took:.1f} s", took < TRUE_S)

    async def told(self) -> None:
        """Wait until a person is told that a stop was not confirmed; keep how long."""
        began = monotonic()
        told = False
        while not told and monotonic() < began + STOP_S:
            told = await self._told()
        took = monotonic() - began
        self.stops.append(("told" if told else "NOT TOLD", took, told))

    async def let_go(self, on: bool) -> None:
        """Leave the link to a phone app, or take it back."""
        await self.ground.let_go(self.pair, on)

    async def reload(self, entry_id: str) -> None:
        """Reload an entry of Home Assistant."""
        await self.ground.home.rest(
            "POST", f"config/config_entries/entry/{entry_id}/reload"
        )

    # --- hands ---

    def at_write(self, opcode: int, then: Callable[[], Any], boots: Boots) -> None:
        """Do something when the next such request arrives at a unit."""
        self._at({"boots": boots.name, "kind": "write", "opcode": opcode}, then)

    def at_handshake(self, then: Callable[[], Any], boots: Boots) -> None:
        """Do something when a unit is next asked to authorise a connection."""
        self._at({"boots": boots.name, "kind": "handshake"}, then)

    def _at(self, facts: Mapping[str, Any], then: Callable[[], Any]) -> None:
        def heard(entry: Entry) -> None:
            if facts.items() <= entry.items():
                end()
                then()

        end = self.ground.house.witness.listen(heard)

    @property
    def held(self) -> list[str]:
        """Which of its units are connected, once for each proxy that holds it."""
        addresses = {unit.address for unit in self.units}
        return [
            address
            for proxy in self.ground.house.proxies
            if proxy.alive
            for address in proxy.held & addresses
        ]

    async def mend(self) -> None:
        """Take every fault back, as far as hands can."""
        for proxy in self.proxies:
            proxy.stall_writes(0)
            proxy.slots = max(proxy.slots, 9)
            if not proxy.alive:
                await proxy.revive()
        for unit in self.units:
            faults = unit.faults
            unit.drop_at = None
            faults.range(True)
            faults.refuse(False)
            faults.delay(0)
            faults.frames("none")
            faults.version(None)
            faults.repair()
            faults.drain(90)
            if unit.taken:
                await faults.give()
            if not unit.on:
                await faults.power(True)
