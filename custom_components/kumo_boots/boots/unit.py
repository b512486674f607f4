"""One physical controller of boots: its link, its driver and what it reported."""

import asyncio
from collections.abc import Callable
from random import random as standard_random
from typing import Any

from bleak.backends.device import BLEDevice

from .commands import CONNECT_S, Commands
from .connecting import ClientClass
from .credentials import Credentials
from .driver import Armed, ControllerKey, Driver
from .errors import AuthorisationError, LinkLostError, ProtocolError, StoppedError
from .gatt import Gatt
from .journal import Journal
from .link import Link, LinkStatus
from .link_status import LinkState
from .listeners import Listeners
from .model import BootsState, Capabilities, Identity, Origin, Phase, Settings, Side
from .stopping import Stopping

IDENTITY_STALE_S = 3600
"""A unit away for longer may have got another firmware: its identity is read again.
Not at every connection, because a reconnect within a session has little time."""


class Unit:
    """One unit; every method raises ``BootsError``s only.

    What changes the inflation needs a link that is up and raises
    ``LinkLostError`` otherwise: nothing waits for a unit that is away. Nothing is
    ever sent twice but a stop. Commands raise ``StoppedError`` when a stop
    overtakes them. A unit without a key can be read, stopped and paired with.
    """

    rssi: int | None = None
    """Signal strength, dBm, as whoever scans last set it."""

    def __init__(
        self,
        *,
        address: str,
        name: str,
        key: ControllerKey | None,
        driver: type[Driver],
        find_device: Callable[[], BLEDevice | None],
        legs: frozenset[Side] = frozenset(),
        idle_release_s: float = 120,
        client_class: ClientClass | None = None,
        random: Callable[[], float] = standard_random,
    ) -> None:
        """``legs`` are those remembered, until the capabilities were read.

        ``find_device`` gives the freshest device, or None when the unit is not
        heard; the link is let go after ``idle_release_s`` without need.
        """
        self._address = address
        self._name = name
        self._credentials = Credentials(key)
        self._driver_class = driver
        self._legs = legs
        self._time = asyncio.get_running_loop().time
        self._journal = Journal(
            names=driver.characteristics, secret=driver.secret_characteristics
        )
        self._link = Link(
            address=address,
            name=name,
            find_device=find_device,
            open_driver=self._open,
            lost=self._lost,
            farewell=self._farewell,
            status=self._link_changed,
            journal=self._journal,
            client_class=client_class,
            idle_release_s=idle_release_s,
            random=random,
        )
        self._driver: Driver | None = None
        self._state = BootsState()
        self._capabilities: Capabilities | None = None
        self._identity: Identity | None = None
        self._last_up = self._told_at = self._time()
        self._heard_at: float | None = None
        self._advertised_running: bool | None = None
        self._remembered: BootsState | None = None
        self._remembered_until = 0.0
        self._find_device = find_device
        self._listeners = Listeners[[]]()
        self._stopping = Stopping(
            name,
            self._link,
            driver=lambda: self._driver,
            state=lambda: self._state,
            changed=self._changed,
        )
        self._commands = Commands(
            name, self._link, driver=lambda: self._driver, stopping=self._stopping
        )

    @property
    def address(self) -> str:
        """The Bluetooth address."""
        return self._address

    @property
    def name(self) -> str:
        """The name for logs."""
        return self._name

    @property
    def key(self) -> ControllerKey | None:
        """What pairing gave."""
        return self._credentials.key

    @property
    def state(self) -> BootsState:
        """What the unit reported last; kept while it is away.

        ``connected`` and ``fresh`` tell whether it can still be true.
        """
        return self._state

    @property
    def capabilities(self) -> Capabilities | None:
        """What the unit can do; None before the first connection."""
        return self._capabilities

    @property
    def identity(self) -> Identity | None:
        """What the unit says of itself; None before the first connection."""
        return self._identity

    @property
    def link_status(self) -> LinkStatus:
        """Where the link is, and why."""
        return self._link.status

    @property
    def connected(self) -> bool:
        """Whether the link is up, subscribed and (with a key) authorised."""
        return self._driver is not None and self._link.up

    @property
    def available(self) -> bool:
        """Whether the unit is there, or nothing says that it is not."""
        status = self._link.status
        return (
            self.connected
            or status.state is LinkState.RELEASED
            or (status.attempts == 0 and status.state is not LinkState.CLOSED)
        )

    @property
    def journal(self) -> Journal:
        """What the unit said and was told lately."""
        return self._journal

    @property
    def sides(self) -> frozenset[Side]:
        """The legs that the unit serves."""
        known = self._capabilities
        return known.legs if known is not None else self._legs

    @property
    def bench_only(self) -> bool:
        """Whether it lacks a fail-safe that boots need to be worn."""
        known = self._capabilities
        safe = self._driver_class.fail_safes if known is None else known.fail_safes
        return not safe.complete

    @property
    def stopping(self) -> bool:
        """Whether a stop is still being repeated."""
        return self._stopping.active

    @property
    def released_to_user(self) -> bool:
        """Whether the link is left to another app."""
        return self._link.left_to_user

    @property
    def in_sight(self) -> bool:
        """Whether it is connected, or some adapter or proxy hears it now."""
        return self.connected or self._find_device() is not None

    @property
    def advertised_running(self) -> bool | None:
        """Whether it advertises a session; None while connected, or before it did."""
        return self._advertised_running

    @property
    def doubtful(self) -> bool:
        """Whether it may do by now what it did not when it reported last.

        It is not connected, and advertises a session or is left to another app.
        """
        return not self.connected and bool(
            self._advertised_running or self.released_to_user
        )

    @property
    def refused(self) -> AuthorisationError | None:
        """Why the unit refused the key; None when it accepted it or was not asked."""
        return self._credentials.refused

    @property
    def idle_release_s(self) -> float:
        """After how long without need the link is let go, s."""
        return self._link.idle_release_s

    @idle_release_s.setter
    def idle_release_s(self, seconds: float) -> None:
        self._link.idle_release_s = seconds

    def heard(self, within_s: float) -> bool:
        """Whether it was connected, or an advertisement came, in the last seconds."""
        at = self._time() if self.connected else self._heard_at
        return at is not None and self._time() - at <= within_s

    @property
    def silent_s(self) -> float:
        """For how long it has neither been connected nor told its state, s."""
        return 0.0 if self.connected else self._time() - self._told_at

    def fresh(self, within_s: float) -> bool:
        """Whether the unit told its state within the last seconds and is still there."""
        at = self._driver.reported_at if self._driver is not None else None
        return self.connected and at is not None and self._time() - at <= within_s

    def listen(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back on every change of state, link, capabilities or stopping."""
        return self._listeners.add(callback)

    def diagnostics(self) -> dict[str, Any]:
        """Return the link's history and the journal, in a form that JSON can hold."""
        now = self._time()
        return {
            "link": [status.as_dict(now) for status in self._link.history],
            "held_for": list(self._link.held_for),
            **self._journal.as_dict(),
        }

    def hold(self, why: str) -> Callable[[], None]:
        """Keep the link up, reconnecting without end, until the result is called."""
        return self._link.hold(why)

    async def ready(self, timeout_s: float) -> None:
        """Connect on demand; raises what the attempt failed with (see ``Link.ready``)."""
        await self._link.ready(timeout_s)

    def seen(self, running: bool | None = None) -> None:
        """Tell that an advertisement was heard.

        ``running`` is whether it says that a session runs (``Advertised.running``);
        None when it says nothing of that.
        """
        self._heard_at = self._time()
        self._link.seen()
        if running not in (None, self._advertised_running) and not self.connected:
            self._advertised_running = running
            self._changed()

    def release_to_user(self, on: bool) -> None:
        """Leave the link to another app, but for a stop, or take it back."""
        self._link.release_to_user(on)
        self._changed()

    async def arm(self, settings: Settings) -> Armed:
        """Prepare a session; ``settings.legs`` must be legs of this unit."""
        return await self._commands.do(lambda driver: driver.arm(settings))

    async def start(self, armed: Armed, delay_ms: int = 0) -> None:
        """Begin to inflate ``delay_ms`` (at most ``armed.delay_limit_ms``) from now."""
        await self._commands.do(lambda driver: driver.start(armed, delay_ms))

    async def commit(self, armed: Armed) -> None:
        """Make the started session last."""
        await self._commands.do(lambda driver: driver.commit(armed))

    async def pause(self) -> None:
        """Empty all chambers and keep the session."""
        await self._commands.do(lambda driver: driver.pause())

    async def resume(self) -> None:
        """Inflate again after a pause."""
        await self._commands.do(lambda driver: driver.resume())

    async def change(
        self,
        *,
        target_mmhg: int | None = None,
        remaining_s: int | None = None,
        skipped: frozenset[int] | None = None,
        boosted: int | None = None,
    ) -> None:
        """Change the running session; None leaves as it is, ``boosted=0`` takes it off."""
        await self._commands.do(
            lambda driver: driver.change(
                target_mmhg=target_mmhg,
                remaining_s=remaining_s,
                skipped=skipped,
                boosted=boosted,
            )
        )

    async def heartbeat(self) -> None:
        """Renew the lease of this controller's running session."""
        await self._commands.do(lambda driver: driver.heartbeat())

    async def offer(self, seconds: int) -> None:
        """Let a press on the boots accept a session (1–3600 s); connects on demand."""
        await self._commands.do(lambda driver: driver.offer(seconds), CONNECT_S)

    async def identify(self) -> None:
        """Make the unit show itself; connects on demand."""
        await self._commands.do(lambda driver: driver.identify(), CONNECT_S)

    async def set_child_lock(self, on: bool) -> None:
        """Lock or unlock the boots' start button; connects on demand."""
        await self._commands.do(lambda driver: driver.set_child_lock(on), CONNECT_S)

    async def set_pair_id(self, pair_id: bytes) -> None:
        """Give the unit the 4 bytes of its pair; connects on demand."""
        await self._commands.do(lambda driver: driver.set_pair_id(pair_id), CONNECT_S)

    async def forget_me(self) -> None:
        """Make the unit forget this controller's key; connects on demand."""
        await self._commands.do(lambda driver: driver.forget_me(), CONNECT_S)

    async def pair(self, timeout_s: float) -> ControllerKey:
        """Exchange keys, waiting for the button; the key is kept in ``key`` too.

        Connects again when the unit drops the connection, as it does with those
        who have not authorised themselves. ``PairingWindowClosedError`` when
        nobody held the button in time.
        """
        key = await self._credentials.pair(self._commands, timeout_s)
        self._changed()
        return key

    async def stop(self, timeout_s: float | None = None) -> None:
        """Let the air out; returns when the unit reports that it is empty.

        Overtakes everything, connects on demand, takes the link back from another
        app and needs no key. ``StopNotConfirmedError`` after ``timeout_s`` (None:
        never); the stop goes on then (``stopping``), as when the caller is
        cancelled.
        """
        self._commands.give_up(StoppedError(f"{self._name}: overtaken by a stop"))
        await self._stopping.stop(timeout_s)

    async def close(self) -> None:
        """Disconnect for good; ends a stop that is still being repeated, too."""
        self._commands.give_up(LinkLostError(f"{self._name}: closed"))
        await self._stopping.close()
        await self._link.close()

    def recall(self, session_id: int | None, left_s: float) -> None:
        """Say which session of ours it ran when it was last known; None: none.

        For protocols that do not tell whose session runs: what they run when they are
        connected next is taken to be that one, for the ``left_s`` (s) that it can
        still run. Starts nothing.
        """
        if session_id is not None:
            self._remembered_until = self._time() + left_s
            self._remembered = BootsState(
                phase=Phase.HOLDING,
                origin=Origin.THIS_CONTROLLER,
                session_id=session_id,
            )

    async def _open(self, gatt: Gatt) -> None:
        """Make a new connection usable. Nothing is started from here."""
        stale = self._time() - self._last_up > IDENTITY_STALE_S
        known = None if stale else self._identity
        driver = self._driver_class(gatt, self._reported, self.key, known)
        if self._time() >= self._remembered_until:
            self._remembered = None
        driver.recall(self._remembered or self._state)
        try:
            await self._read(driver)
        except BaseException:
            driver.close()
            raise
        self._advertised_running = None
        self._remembered = None
        self._driver = driver

    async def _read(self, driver: Driver) -> None:
        if self._stopping.active:
            await driver.stop_now()
        capabilities, identity = await driver.open()
        if self.sides not in (frozenset(), capabilities.legs):
            raise ProtocolError(f"{self._name}: it serves another leg than before")
        self._capabilities, self._identity = capabilities, identity
        try:
            await self._credentials.show(driver)
        except AuthorisationError:
            # A stop needs no key.
            if not self._stopping.active:
                raise

    async def _farewell(self) -> None:
        assert self._driver is not None
        await self._driver.farewell()

    def _lost(self) -> None:
        assert self._driver is not None
        self._driver.close()
        self._driver = None
        self._last_up = self._heard_at = self._told_at = self._time()
        self._commands.lost(LinkLostError(f"{self._name}: the link was lost"))

    def _link_changed(self, _: LinkStatus) -> None:
        self._changed()

    def _reported(self, state: BootsState) -> None:
        self._state = state
        self._told_at = self._time()
        self._changed()

    def _changed(self) -> None:
        self._stopping.news()
        self._listeners.tell()
