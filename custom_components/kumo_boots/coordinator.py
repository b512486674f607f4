"""One pair of boots in Home Assistant: what they report goes out, nothing is polled."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
import logging
from typing import Any, override

from homeassistant.components import bluetooth
from homeassistant.components.bluetooth import BluetoothReachabilityIntent
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util

from .alarms import Alarms
from .boots.listeners import Listeners
from .boots.model import Capabilities, Identity, Settings
from .boots.pair import Pair
from .boots.session import Actor, Cause, Limits, Session
from .by_hand.hands import hands_of
from .const import DOMAIN
from .history import History
from .kept_run import KeptRun
from .last_heard import LastHeard
from .link_free import LinkFree
from .looking import Looking
from .memory_of_boots import MemoryOfBoots
from .options import Options
from .people.announcing import Announcing
from .people.coaching import Coach
from .people.diary import Diary
from .people.household import Household
from .people.keeping import Keeping
from .people.own_setpoints import OwnSetpoints, setpoints_store
from .people.phone import Place
from .people.question import Question
from .people.wearer import Wearer
from .presence import Presence
from .remembered import RememberedUnit
from .routines.announcing import announce
from .routines.planner import Planner
from .routines.routines import Routines
from .routines.runner import Runner
from .routines.telling import Telling
from .setpoints import changed, first_setpoints, lowest_limit, settings_from, within
from .snapshot import COARSE, CoarsePhase, Setpoints, Snapshot
from .units import unit_of

__all__ = [
    "CoarsePhase",
    "KumoBootsConfigEntry",
    "KumoBootsCoordinator",
    "Setpoints",
    "Snapshot",
]

_LOGGER = logging.getLogger(__name__)

type KumoBootsConfigEntry = ConfigEntry[KumoBootsCoordinator]


class KumoBootsCoordinator(DataUpdateCoordinator[Snapshot]):
    """Publishes snapshots of one pair; ``data`` is there from the beginning."""

    config_entry: KumoBootsConfigEntry
    pair: Pair
    session: Session
    setpoints: Setpoints

    def __init__(self, hass: HomeAssistant, entry: KumoBootsConfigEntry) -> None:
        """Make the pair of an entry; nothing connects yet."""
        # What cannot be read fails here, before anything has to be shut down.
        self.options = Options.of(entry.options)
        self._memory = MemoryOfBoots(hass, entry)
        super().__init__(hass, _LOGGER, config_entry=entry, name=entry.title)
        self.diary = Diary(hass, entry.entry_id)
        self.coach = Coach(self)
        self.household = Household(hass, entry, self.diary, self.coach.advice)
        self.units = tuple(
            unit_of(hass, unit, self.options.idle_release_s) for unit in self.remembered
        )
        """The Bluetooth units; boots by hand have none."""
        self.place = Place(hass, f"{DOMAIN}_{entry.entry_id}_question")
        """Where the wearer's phone shows what is asked, and what is under way."""
        self.hands = hands_of(hass, entry, self.capabilities, self.place)
        """Boots by hand; None where Bluetooth reaches them."""
        self.pair = Pair(self.units) if self.hands is None else self.hands.pair
        self.session = Session(
            self.pair,
            limits=self.limits,
            policy=self.options.policy,
            wait_s=self.options.wait_min * 60,
            on_leg_lost=self.options.on_leg_lost,
            now=dt_util.utcnow,
        )
        self.setpoints = first_setpoints(self.limits, self.capabilities)
        self.alarms = Alarms(hass, entry)
        self.alarms.wearing = self.household
        self.alarms.by_hand = self.capabilities.by_hand
        self._store = setpoints_store(hass, entry.entry_id)
        self.own_setpoints = OwnSetpoints(self._store)
        self.routines = Routines(hass, entry)
        self.runner = Runner(hass, self)
        self.planner = Planner(self)
        self._visit = self.household.visit
        self._kept_run = KeptRun(hass, entry.entry_id)
        self._history = History()
        self._live = Listeners[[]]()
        self._looking = Looking(hass, entry)
        self._link_free = LinkFree(hass, self.units, self._changed)
        self.last_heard = LastHeard(hass, entry, self.units)
        self._asked_for_key = False
        self._unsubscribe: list[Callable[[], None]] = []
        self._flush: CALLBACK_TYPE | None = None
        self._closing: asyncio.Task[None] | None = None

    # ---- life

    async def async_start(self) -> None:
        """Restore the setpoints and begin to watch; connects in the background only."""
        await self.own_setpoints.async_load()
        await self.diary.async_load()
        await self.household.async_load()
        self.household.attend(self.session)
        self.session.limits = self.limits
        self.setpoints = self.setpoints_of(
            self.household.current, back=self.household.shared
        )
        self.diary.keep_only(self.config_entry.subentries)
        keeping = Keeping(
            self.session, self.pair, self.diary, self._who, self.hass.loop.time
        )
        announcing = Announcing(self.hass, self.config_entry, self._who)
        if (ran := await self._kept_run.async_load()) is not None:
            if self.hands is not None:
                self.hands.recall(ran)
            left_s = ran.left_s(dt_util.utcnow())
            for unit, number in zip(self.units, ran.session_ids, strict=False):
                unit.recall(number, left_s)
            self.session.recall(ran)
        self._presence = Presence(
            self.hass, self.units, self._changed, self._looking.heard
        )
        self._unsubscribe = [
            self._presence.close,
            self.pair.listen(self._pair_changed),
            self.session.listen_state(self._changed),
            self.household.listen(self._household_changed),
            self.household.close,
            *keeping.start(),
            announcing.start(self.session),
            self.coach.start(),
        ]
        if self.hands is not None:
            self._unsubscribe.append(self.hands.start(self.household))
        await self.last_heard.async_load()
        self._publish(self._now())
        await self.runner.async_load()
        self._unsubscribe += [
            Question(self.hass, self, self.household).close,
            Telling(self).close,
            announce(self),
            self.runner.close,
            self.routines.close,
            await self.planner.async_start(),
        ]
        for unit in self.units:
            if bluetooth.async_address_present(self.hass, unit.address):
                self._looking.look(unit)

    async def async_vent_and_close(self, why: str) -> None:
        """Let the air out, then let go of the boots. Safe to call twice."""
        if self._closing is None:
            self._closing = self.hass.async_create_task(
                self._vent_and_close(why), f"{self.name} lets the air out", True
            )
        await asyncio.shield(self._closing)

    async def _vent_and_close(self, why: str) -> None:
        self.runner.keep_left()
        await self.session.close(Cause(actor=Actor.HOME_ASSISTANT, why=why))
        await self.pair.close()

    @override
    async def async_shutdown(self) -> None:
        """Stop watching; called when the entry was unloaded or could not be set up."""
        await super().async_shutdown()
        if self._flush is not None:
            self._flush()
            self._flush = None
        self._link_free.close()
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._unsubscribe = []
        await self.async_vent_and_close("unload")
        await self.diary.async_flush()
        await self.planner.async_flush()
        await self.runner.async_flush()

    @override
    async def _async_update_data(self) -> Snapshot:
        """Return the truth of this moment, for *update entity*."""
        return self._now()

    # ---- publishing

    def _now(self) -> Snapshot:
        session = self.session.state
        return Snapshot(
            pair=self.pair.state,
            session=session,
            setpoints=self.setpoints,
            phase=COARSE[session.phase],
            available=self._presence.available,
            connected=self._presence.connected,
            links=tuple(unit.link_status for unit in self.units),
            rssi=tuple(unit.rssi for unit in self.units),
            link_free=self._link_free.on,
        )

    @callback
    def _pair_changed(self) -> None:
        self._presence.link_changed()
        if self._memory.update(self.units, self.pair.capabilities):
            self._fit_setpoints()
        if any(unit.refused for unit in self.units):
            self.ask_for_key()
        else:
            self._asked_for_key = False
        self._changed()

    @callback
    def _changed(self) -> None:
        self._kept_run.update(self.session.ran)
        snapshot = self._now()
        now = self.hass.loop.time()
        if self._history.due(snapshot) or self._history.rising(now):
            self._publish(snapshot)
        elif self._flush is None:
            age = now - self._history.published_at
            wait = max(0.0, self.options.history_interval_s - age)
            self._flush = async_call_later(self.hass, wait, self._flush_now)
        self._live.tell()

    @callback
    def _flush_now(self, _now: datetime) -> None:
        self._flush = None
        self._publish(self._now())

    @callback
    def _publish(self, snapshot: Snapshot) -> None:
        if self._flush is not None:
            self._flush()
            self._flush = None
        published = self._history.publish(snapshot, self.hass.loop.time())
        self.alarms.update(snapshot, self.units)
        self.async_set_updated_data(published)

    @callback
    def listen_live(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call at every change of pair or session, at the full rate."""
        return self._live.add(listener)

    # ---- the boots

    @property
    def capabilities(self) -> Capabilities:
        """What the boots can do, as they said last: known from pairing on."""
        return self._memory.capabilities

    @property
    def remembered(self) -> tuple[RememberedUnit, ...]:
        """What is remembered of each unit, in the order of ``pair.units``."""
        return self._memory.units

    @property
    def bench_only(self) -> bool:
        """Whether a fail-safe is missing that boots need to be worn.

        Then only a person's own hand asks for a session: no routine, no voice.
        """
        return self.pair.bench_only

    @property
    def identities(self) -> tuple[Identity, ...]:
        """What each unit says of itself, in the order of ``pair.units``."""
        return tuple(unit.identity for unit in self.remembered)

    @callback
    def ask_for_key(self) -> None:
        """Ask the person to pair again; once, until the boots accept the key."""
        if not self._asked_for_key:
            self._asked_for_key = True
            self.config_entry.async_start_reauth(self.hass)

    @callback
    def set_link_free(self, free: bool) -> None:
        """Leave the Bluetooth link to a phone app for up to 2 h, or take it back."""
        self._link_free.set(free)

    def reachability(self) -> str:
        """Return why the boots cannot be reached, for people; never to be parsed."""
        return " / ".join(
            bluetooth.async_address_reachability_diagnostics(
                self.hass, unit.address, BluetoothReachabilityIntent.CONNECTION
            )
            for unit in self.units
            if not unit.connected
        )

    # ---- what the person wants

    def _who(self) -> Wearer:
        """Return whose legs are in the boots."""
        return self.household.current

    @property
    def limits(self) -> Limits:
        """The limits of who wears the boots, in force now."""
        return self.household.limits_of(self.household.current)

    @property
    def target_max_mmhg(self) -> int:
        """The lower of the boots' and the wearer's highest target."""
        return lowest_limit(self.limits, self.capabilities)[0]

    @property
    def duration_max_s(self) -> int:
        """The lower of the boots' and the wearer's longest session."""
        return lowest_limit(self.limits, self.capabilities)[1]

    @callback
    def apply_options(self, options: Options) -> None:
        """Take changed options and wearers in place; a running session goes on."""
        if options == self.options:
            self.household.refresh()
            return
        self.options = options
        self.session.policy = options.policy
        self.session.wait_s = options.wait_min * 60
        self.session.on_leg_lost = options.on_leg_lost
        for unit in self.units:
            unit.idle_release_s = options.idle_release_s
        self.household.refresh()
        self._publish(self._now())

    @callback
    def _household_changed(self) -> None:
        """Take over who wears the boots and what they may; a running session goes on."""
        household = self.household
        self.session.limits = self.limits
        self.own_setpoints.forget_all_but(
            {each.wearer_id for each in household.wearers}
        )
        if household.visit != self._visit:
            self._visit = household.visit
            self._keep(self.setpoints_of(household.current, back=True))
        self._fit_setpoints()
        self._publish(self._now())

    @callback
    def _fit_setpoints(self) -> None:
        """Move the setpoints to where other limits, or other boots, allow them."""
        moved = within(self.setpoints, self.limits, self.capabilities)
        if moved != self.setpoints:
            _LOGGER.info("%s: setpoints moved to the new limits", self.name)
            self._keep(moved)

    def setpoints_of(self, wearer: Wearer, *, back: bool = False) -> Setpoints:
        """Return what a wearer finds: the coach's recommendation, else what they left.

        A guest who comes ``back`` after somebody else may be another one.
        """
        limits = self.household.limits_of(wearer)
        own = self.own_setpoints.of(wearer.wearer_id)
        if own is None or (back and wearer.is_guest):
            own = first_setpoints(limits, self.capabilities)
        advised = replace(own, **self.household.recommendation_of(wearer))
        return within(advised, limits, self.capabilities)

    @callback
    def set_setpoints(self, **changes: Any) -> None:
        """Change, keep and publish setpoints; raises LimitError naming the limit."""
        self._keep(changed(self.setpoints, changes, self.limits, self.capabilities))
        self._changed()

    @callback
    def _keep(self, setpoints: Setpoints) -> None:
        self.setpoints = setpoints
        self.own_setpoints.keep(self.household.current.wearer_id, setpoints)

    def settings_from_setpoints(
        self, wearer: Wearer | None = None, **overrides: Any
    ) -> Settings:
        """Return settings for a request: the setpoints, but for what is asked instead.

        ``wearer`` is whose setpoints; by default who wears the boots now.

        ``overrides`` are fields of Settings (programme, target_mmhg, duration_s, legs,
        skipped, boosted, times); a None is ignored. Another programme than the
        setpoints' comes with its own rhythm and without their boost.
        """
        setpoints = self.setpoints
        if wearer is not None and wearer.wearer_id != self.household.current.wearer_id:
            setpoints = self.setpoints_of(wearer, back=True)
        return settings_from(setpoints, overrides)
