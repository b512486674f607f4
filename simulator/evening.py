"""An evening at home: a massager, an LED panel, Ann with her phone, and her routine.

All of it is real in Home Assistant: ordinary entities, the companion app's own ways, the
routine added on its own screens. The demo and the end-to-end tests share it.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any, Self

from .home import Home, HomeError
from .house import House
from .phone import Phone
from .resident import DOMAIN, Pair, Resident

PANEL, MASSAGER = "light.led_panel", "switch.massager"
RED = (255, 0, 0)
"""What the panel shines in during its step; white otherwise."""

FURNITURE = """
input_boolean:
  massager_on:
  panel_on:
input_number:
  panel_level:
    min: 0
    max: 255
    initial: 0
input_text:
  panel_colour:
    initial: "255,255,255"
template:
  - switch:
      - name: Massager
        unique_id: massager
        state: "{{ is_state('input_boolean.massager_on', 'on') }}"
        turn_on:
          action: input_boolean.turn_on
          target: {entity_id: input_boolean.massager_on}
        turn_off:
          action: input_boolean.turn_off
          target: {entity_id: input_boolean.massager_on}
  - light:
      - name: LED panel
        unique_id: led_panel
        state: "{{ is_state('input_boolean.panel_on', 'on') }}"
        level: "{{ states('input_number.panel_level') | int(0) }}"
        turn_on:
          action: input_boolean.turn_on
          target: {entity_id: input_boolean.panel_on}
        turn_off:
          action: input_boolean.turn_off
          target: {entity_id: input_boolean.panel_on}
        rgb: "{{ states('input_text.panel_colour').split(',') | map('int') | list }}"
        set_rgb:
          - action: input_text.set_value
            target: {entity_id: input_text.panel_colour}
            data: {value: "{{ r }},{{ g }},{{ b }}"}
          - &level
            if: "{{ brightness is defined }}"
            then:
              action: input_number.set_value
              target: {entity_id: input_number.panel_level}
              data: {value: "{{ brightness }}"}
          - &bright
            action: input_boolean.turn_on
            target: {entity_id: input_boolean.panel_on}
        set_level: [*level, *bright]
"""
"""Added to the home's configuration.yaml."""

STEPS = ("mobility", "massage", "session", "light", "elevation", "water")
EVERY_DAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

type Event = dict[str, Any]


class Evening:
    """What happens to the routine, and the hands that answer."""

    def __init__(self, resident: Resident, pair: Pair, phone: Phone) -> None:
        """Sit down; ``begin`` opens the eyes."""
        self.resident = resident
        self.home: Home = resident.home
        self.house: House = resident.house
        self.pair = pair
        self.phone = phone
        self.events: list[Event] = []
        """Everything told of routines and sessions, with the seconds since ``begin``."""
        self.tell: Callable[[float, str], None] = lambda seconds, text: None
        """Is called with each line of the story."""
        self._began = monotonic()
        self._news = asyncio.Event()

    @classmethod
    async def at_home(cls, home: Home, house: House) -> Self:
        """Add the boots, Ann and her phone; returns when the boots are ready."""
        resident = Resident(home, house)
        await resident.add_proxies()
        await resident.add((await resident.discovered(1))[0])
        [pair] = await resident.pairs()
        await resident.ready(pair)
        return await cls._sit_down(resident, pair)

    @classmethod
    async def by_hand(cls, home: Home, house: House) -> Self:
        """Add boots without Bluetooth instead, with four levels."""
        resident = Resident(home, house)
        pair = await resident.add_by_hand(
            {
                "by_hand": {"name": "Sofa boots", "measure": "levels"},
                "by_hand_levels": {"levels": 4},
            }
        )
        return await cls._sit_down(resident, pair)

    @classmethod
    async def _sit_down(cls, resident: Resident, pair: Pair) -> Self:
        phone = Phone(resident.home)
        device_id = await phone.register()
        await resident.add_to(
            pair, "wearer", {"user": {"name": "Ann", "phone": device_id}}
        )
        [pair] = await resident.pairs()
        await resident.press(pair, "acknowledge_precautions")
        evening = cls(resident, pair, phone)
        await evening.begin()
        return evening

    async def begin(self) -> None:
        """Follow what is told, and what the devices do."""
        self._began = monotonic()
        for event_type in (f"{DOMAIN}_routine", f"{DOMAIN}_session"):
            await self.home.subscribe(
                "subscribe_events", self._happened, event_type=event_type
            )
        await self.home.subscribe(
            "subscribe_events", self._changed, event_type="state_changed"
        )

    async def come_back(self) -> None:
        """Follow everything again after Home Assistant was started anew."""
        await self.phone.attach()
        await self.begin()

    @property
    def now(self) -> float:
        """Seconds since ``begin``."""
        return monotonic() - self._began

    def _happened(self, event: Event) -> None:
        of = event["event_type"].removeprefix(f"{DOMAIN}_")
        told = {"of": of, "at": self.now, **event["data"]}
        self.events.append(told)
        step = f" {told['step']}" if told.get("step") else ""
        self.tell(self.now, f"{of:<8} {told['kind']}{step} ({told['cause']})")
        self._news.set()

    def _changed(self, event: Event) -> None:
        entity_id = event["data"]["entity_id"]
        new = event["data"]["new_state"]
        if entity_id in (PANEL, MASSAGER) and new is not None:
            level = new["attributes"].get("brightness")
            bright = f", brightness {level}" if level else ""
            self.tell(self.now, f"device   {entity_id} is {new['state']}{bright}")

    # ---- making it

    async def make(
        self, due_in_s: float | None = None, **answers: Mapping[str, Any]
    ) -> None:
        """Add the routine on its screens; due in a moment, if so many seconds are said."""
        short = {"duration": {"seconds": 3}}
        filled: dict[str, Mapping[str, Any]] = {
            "user": {"name": "Evening"},
            "steps": {"steps": [*STEPS]},
            "mobility": short,
            "massage": {**short, "entity_id": MASSAGER},
            "session": {"duration": {"minutes": 2}, "pressure": 30},
            "light": {
                **short,
                "entity_id": PANEL,
                "brightness_pct": 60,
                "rgb": [*RED],
            },
            "elevation": short,
            "schedule": {"days": [], "finish_by": False, "enabled": True},
            **answers,
        }
        if due_in_s is not None:
            at = datetime.now(UTC) + timedelta(seconds=due_in_s)
            filled["schedule"] = {
                "days": [*EVERY_DAY],
                "at": at.strftime("%H:%M:%S"),
                "finish_by": False,
                "enabled": True,
            }
        await self.resident.add_to(self.pair, "routine", filled)
        [self.pair] = await self.resident.pairs()

    async def start(self) -> None:
        """Press the routine's own button."""
        await self.resident.press(self.pair, "routine_start")

    # ---- following it

    def kinds(self, of: str = "routine") -> list[str]:
        """Return what was told, with the step it was about."""
        return [
            event["kind"] + (f" {event['step']}" if event.get("step") else "")
            for event in self.events
            if event["of"] == of
        ]

    async def told(
        self, what: str, of: str = "routine", within_s: float = 60, times: int = 1
    ) -> Event:
        """Wait until something was told; HomeError where it is not."""
        try:
            async with asyncio.timeout(within_s):
                while self.kinds(of).count(what) < times:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError as error:
            raise HomeError(
                f"not told within {within_s:g} s: {what}; told: {self.kinds(of)}"
            ) from error
        of_it = [event for event in self.events if event["of"] == of]
        place = [i for i, kind in enumerate(self.kinds(of)) if kind == what][-1]
        return of_it[place]

    async def touch(self, what: str, button: str) -> None:
        """Wait for a notification that says ``what``, and touch a button of it."""
        shown = await self.phone.until_asked(what)
        text = shown["message"].splitlines()[-1]
        self.tell(self.now, f"phone    «{shown['title']}» {text} → {button}")
        await self.phone.touch(shown, button)

    async def is_on(self, entity_id: str, on: bool, within_s: float = 30) -> None:
        """Wait until a device is on, or off."""
        wanted = "on" if on else "off"
        await self.home.until(
            lambda states: states.get(entity_id, {}).get("state") == wanted,
            f"{entity_id} is {wanted}",
            within_s=within_s,
        )

    async def in_logbook(self, *lines: str) -> None:
        """Wait until the logbook tells these; it is written every few seconds."""
        async with asyncio.timeout(20):
            while True:
                rows = await self.home.rest("GET", "logbook")
                said = {row.get("message", "") for row in rows}
                if all(any(line in each for each in said) for line in lines):
                    return
                await asyncio.sleep(0.5)

    async def calendar(self) -> list[str]:
        """Return what the calendar tells of today, in order."""
        now = datetime.now(UTC)
        entity_id = self.pair.entity("calendar.calendar")
        answer = await self.home.service(
            "calendar.get_events",
            {
                "start_date_time": (now - timedelta(hours=1)).isoformat(),
                "end_date_time": (now + timedelta(hours=30)).isoformat(),
            },
            target={"entity_id": entity_id},
            response=True,
        )
        return [event["summary"] for event in answer[entity_id]["events"]]
