"""One link, well kept: the pains of other integrations, each with its test."""

import asyncio
from collections.abc import AsyncGenerator
from itertools import pairwise
import logging
from typing import Any

from bleak.exc import BleakDeviceNotFoundError, BleakError
import bleak_retry_connector
from bleak_retry_connector import BleakNotFoundError
import pytest

from custom_components.kumo_boots.boots.drivers.open_boots import profile
from custom_components.kumo_boots.boots.errors import (
    BootsError,
    LinkError,
    LinkLostError,
    LinkReleasedError,
    LinkTimeoutError,
    NoSlotError,
    NotSeenError,
    ProtocolError,
)
from custom_components.kumo_boots.boots.gatt import Gatt
from custom_components.kumo_boots.boots.link import (
    Link,
    LinkReason,
    LinkState,
    LinkStatus,
)

from .wired import OUT_OF_SLOTS, Wire, WiredBoots


class Kept:
    """A link and what it told."""

    def __init__(self, wire: Wire, boots: WiredBoots, **changes: Any) -> None:
        """Subscribe to the state, as a driver does."""
        self.gatt: Gatt | None = None
        self.heard: list[bytes] = []
        self.lost = 0
        self.statuses: list[LinkStatus] = []
        self.opening: BaseException | None = None
        given: dict[str, Any] = {
            "address": boots.address,
            "name": boots.name,
            "find_device": wire.find_device(boots),
            "open_driver": self._open,
            "lost": self._lost,
            "status": self.statuses.append,
            "client_class": wire.client_class,
            "random": lambda: 1.0,
            **changes,
        }
        self.link = Link(**given)

    async def _open(self, gatt: Gatt) -> None:
        if self.opening is not None:
            raise self.opening
        await gatt.subscribe(profile.STATE, self.heard.append)
        self.gatt = gatt

    def _lost(self) -> None:
        self.lost += 1

    @property
    def words(self) -> list[tuple[str, str]]:
        """The transitions."""
        return [(status.state, status.reason) for status in self.statuses]


@pytest.fixture
async def boots(wire: Wire) -> WiredBoots:
    """One unit."""
    return wire.add("left")


@pytest.fixture
async def kept(wire: Wire, boots: WiredBoots) -> AsyncGenerator[Kept]:
    """Make a link to it; its unit does not drop who is not authorised."""
    boots.press("start_long")
    boots.unit.authorisation.window_until = 10**12
    kept = Kept(wire, boots)
    yield kept
    await kept.link.close()


def now() -> float:
    """Return the time."""
    return asyncio.get_running_loop().time()


async def test_on_demand_and_let_go(kept: Kept, boots: WiredBoots) -> None:
    """Connects when asked, and lets go after a while without need."""
    assert kept.link.status.reason is LinkReason.NEW
    await kept.link.ready(5)
    assert kept.link.status.state is LinkState.READY
    # Already up.
    await kept.link.ready(5)
    await asyncio.sleep(60)
    assert kept.gatt is not None
    await kept.gatt.read(profile.STATE)
    await asyncio.sleep(100)
    assert kept.link.status.state is LinkState.READY
    await asyncio.sleep(30)
    assert boots.backend is None
    assert kept.lost == 1
    assert kept.words == [
        ("connecting", "wanted"),
        ("ready", "connected"),
        ("released", "idle"),
    ]
    assert [(s.state, s.reason) for s in kept.link.history][0] == ("released", "new")
    # Intended ends are not repaired.
    await asyncio.sleep(300)
    assert boots.backend is None


async def test_held_link_stays(kept: Kept, boots: WiredBoots) -> None:
    """Until the last hold is released."""
    release = kept.link.hold("session")
    also = kept.link.hold("card")
    await kept.link.ready(5)
    assert kept.link.held_for == ("session", "card")
    await asyncio.sleep(1000)
    assert kept.link.up
    also()
    release()
    release()
    await asyncio.sleep(119)
    assert kept.link.up
    await asyncio.sleep(2)
    assert not kept.link.up


async def test_pain_1_no_slots_is_a_typed_error(wire: Wire, kept: Kept) -> None:
    """And soon, not after nine attempts of bleak-retry-connector."""
    wire.slots = 0
    began = now()
    with pytest.raises(NoSlotError) as caught:
        await kept.link.ready(60)
    assert OUT_OF_SLOTS in str(caught.value)
    assert now() - began < 6
    assert kept.link.status.reason is LinkReason.NO_SLOTS
    assert kept.link.journal.as_dict()["attempts"][-1]["reason"] == "no_slots"


async def test_pain_3_stale_device_is_never_reused(wire: Wire, kept: Kept) -> None:
    """A fresh device for every attempt: the wire refuses any older one."""
    kept.link.hold("session")
    for number in range(1, 4):
        await kept.link.ready(20)
        assert wire.asked >= number
        before = wire.asked
        wire.boots[kept.link.address].drop_link()
        await asyncio.sleep(20)
        assert wire.asked > before
    assert all(
        attempt["result"] == "connected"
        for attempt in kept.link.journal.as_dict()["attempts"]
    )


async def test_pain_4_silent_link_death_is_noticed(
    kept: Kept, boots: WiredBoots
) -> None:
    """Up by all accounts, but nothing comes any more."""
    kept.link.hold("session")
    await kept.link.ready(5)
    await asyncio.sleep(60)
    assert kept.link.up
    boots.mangle = lambda uuid, frame: []
    # The last word may be 10 s old.
    await asyncio.sleep(14)
    assert kept.link.status.state is LinkState.READY
    await asyncio.sleep(12)
    assert ("waiting", "silent") in kept.words
    boots.mangle = None
    await asyncio.sleep(5)
    assert kept.link.up
    assert kept.lost == 1


async def test_pain_4_every_call_ends(
    wire: Wire, kept: Kept, boots: WiredBoots
) -> None:
    """Reads, writes, subscriptions and the disconnect; the link is made anew."""
    kept.link.hold("session")
    await kept.link.ready(5)
    gatt = kept.gatt
    assert gatt is not None
    boots.deaf = True
    wire.disconnect_hangs = True
    began = now()
    with pytest.raises(LinkTimeoutError):
        await gatt.write(profile.CONTROL, b"\0\1", response=True)
    assert now() - began == pytest.approx(10, abs=0.1)
    assert not kept.link.up
    with pytest.raises(LinkLostError):
        await gatt.read(profile.STATE)
    await asyncio.sleep(6)
    assert ("waiting", "timed_out") in kept.words
    boots.deaf = False
    wire.disconnect_hangs = False
    boots.drop_link()
    await asyncio.sleep(10)
    assert kept.link.up


async def test_pain_4_a_loss_ends_calls_at_once(kept: Kept, boots: WiredBoots) -> None:
    """Nobody waits for a timeout when the loss is known."""
    await kept.link.ready(5)
    assert kept.gatt is not None
    boots.open_gate.clear()
    began = now()
    call = asyncio.create_task(kept.gatt.write(profile.CONTROL, b"\0\1", response=True))
    await asyncio.sleep(1)
    boots.drop_link()
    with pytest.raises(LinkLostError):
        await call
    assert now() - began < 1.1


async def test_late_notifications_of_an_old_link_are_dropped(
    kept: Kept, boots: WiredBoots
) -> None:
    """A generation that is over says nothing any more."""
    kept.link.hold("session")
    await kept.link.ready(5)
    assert boots.backend is not None
    late = boots.backend._callbacks[profile.STATE]
    count = len(kept.heard)
    late(bytearray(b"in time"))
    assert kept.heard[count:] == [b"in time"]
    boots.drop_link()
    await kept.link.ready(5)
    count = len(kept.heard)
    late(bytearray(b"too late"))
    assert b"too late" not in kept.heard[count:]


async def test_pain_7_phone_app_is_not_locked_out(
    wire: Wire, kept: Kept, boots: WiredBoots
) -> None:
    """*Bluetooth link free* lets go at once and stays away, but for a stop."""
    kept.link.hold("session")
    await kept.link.ready(5)
    kept.link.release_to_user(True)
    await asyncio.sleep(1)
    assert boots.backend is None
    assert kept.words[-1] == ("released", "user_released")
    tried = len(wire.connects)
    kept.link.seen()
    with pytest.raises(LinkReleasedError):
        await kept.link.ready(5)
    await asyncio.sleep(300)
    assert len(wire.connects) == tried
    # A stop takes it, and gives it back.
    let_go = kept.link.hold("stop", urgent=True)
    await kept.link.ready(5, urgent=True)
    assert boots.backend is not None
    let_go()
    await asyncio.sleep(1)
    assert boots.backend is None
    kept.link.release_to_user(False)
    await kept.link.ready(5)
    assert boots.backend is not None


async def test_pain_7_release_while_connecting_or_waiting(
    wire: Wire, kept: Kept, boots: WiredBoots
) -> None:
    """The attempt is given up, and so is the backoff."""
    kept.link.hold("session")
    wire.connect_hangs = True
    waiting = asyncio.create_task(kept.link.ready(30))
    await asyncio.sleep(1)
    kept.link.release_to_user(True)
    with pytest.raises(LinkReleasedError):
        await waiting
    await asyncio.sleep(1)
    assert kept.words[-1] == ("released", "user_released")
    wire.connect_hangs = False
    boots.in_range = False
    kept.link.release_to_user(False)
    await asyncio.sleep(1)
    assert kept.words[-1] == ("waiting", "not_seen")
    kept.link.release_to_user(True)
    await asyncio.sleep(1)
    assert kept.words[-1] == ("released", "user_released")


async def test_pain_8_no_reconnect_storm(wire: Wire, kept: Kept) -> None:
    """Attempts thin out to one a minute, however often the unit advertises."""
    wire.refuse = BleakError("refused")
    kept.link.hold("session")
    for _ in range(2400):
        await asyncio.sleep(0.5)
        kept.link.seen()
    # bleak-retry-connector makes two of each attempt.
    attempts = wire.connects[::2]
    gaps = [later - at for at, later in pairwise(attempts)]
    assert len(attempts) < 100
    assert min(gaps[8:]) > 14
    assert kept.link.status.attempts == len(attempts)
    wire.refuse = None
    await asyncio.sleep(16)
    kept.link.seen()
    await asyncio.sleep(1)
    assert kept.link.up


async def test_pain_8_a_link_that_breaks_at_once_backs_off(
    wire: Wire, kept: Kept, boots: WiredBoots
) -> None:
    """Success that does not last is no success."""
    kept.link.hold("session")
    for _ in range(1200):
        await asyncio.sleep(0.5)
        boots.drop_link()
    assert len(wire.connects) < 25


async def test_backoff_ends_with_an_advertisement(
    wire: Wire, kept: Kept, boots: WiredBoots
) -> None:
    """A unit that is switched on again is there at once."""
    boots.in_range = False
    kept.link.hold("session")
    await asyncio.sleep(200)
    assert wire.connects == []
    boots.in_range = True
    kept.link.seen()
    kept.link.seen()
    await asyncio.sleep(1)
    assert kept.link.up
    assert ("connecting", "seen") in kept.words
    # Nothing to end now.
    kept.link.seen()


async def test_backoff_ends_when_somebody_asks(kept: Kept, boots: WiredBoots) -> None:
    """Or when nobody holds the link any more."""
    boots.in_range = False
    release = kept.link.hold("session")
    await asyncio.sleep(200)
    boots.in_range = True
    await kept.link.ready(2)
    boots.in_range = False
    boots.drop_link()
    await asyncio.sleep(50)
    assert kept.link.status.state is LinkState.WAITING
    release()
    await asyncio.sleep(1)
    assert kept.words[-1] == ("released", "idle")


async def test_asking_and_giving_up_in_one_moment(
    kept: Kept, boots: WiredBoots
) -> None:
    """Released and asked for within the same backoff: the question counts."""
    boots.in_range = False
    release = kept.link.hold("session")
    await asyncio.sleep(200)
    boots.in_range = True
    release()
    await kept.link.ready(2)
    assert kept.link.up


async def test_loss_without_a_hold_is_not_repaired(
    wire: Wire, kept: Kept, boots: WiredBoots
) -> None:
    """Nobody needs it."""
    await kept.link.ready(5)
    boots.drop_link()
    await asyncio.sleep(100)
    assert len(wire.connects) == 1
    assert kept.words[-1] == ("released", "lost")


async def test_steady_link_is_made_again_at_once(
    wire: Wire, kept: Kept, boots: WiredBoots
) -> None:
    """A lease is 10 s: a loss within a session leaves no time for a backoff."""
    kept.link.hold("session")
    await asyncio.sleep(60)
    boots.drop_link()
    await asyncio.sleep(0.2)
    assert kept.link.up


async def test_pain_13_no_log_spam(
    wire: Wire, kept: Kept, boots: WiredBoots, caplog: pytest.LogCaptureFixture
) -> None:
    """One line down, one line up."""
    caplog.set_level(logging.INFO, "custom_components.kumo_boots")

    def lines() -> list[str]:
        found = [
            record.getMessage()
            for record in caplog.records
            if record.name.startswith("custom_components")
        ]
        caplog.clear()
        return found

    kept.link.hold("session")
    await asyncio.sleep(60)
    assert lines() == ["left: connected"]
    boots.in_range = False
    boots.drop_link()
    await asyncio.sleep(3600)
    assert lines() == ["left: not connected (lost)"]
    boots.in_range = True
    await asyncio.sleep(120)
    assert lines() == ["left: connected"]
    # A link that keeps breaking is down until it is steady.
    for _ in range(1200):
        await asyncio.sleep(0.5)
        boots.drop_link()
    assert len(lines()) <= 9
    await asyncio.sleep(120)
    assert lines() == ["left: connected"]


async def test_pain_13_idle_links_are_no_news(
    kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    """Letting go and connecting on demand is not logged again and again."""
    caplog.set_level(logging.INFO, "custom_components.kumo_boots")
    for _ in range(5):
        await kept.link.ready(5)
        await asyncio.sleep(130)
        assert not kept.link.up
    assert [record.getMessage() for record in caplog.records] == ["left: connected"]


async def test_pain_15_attempts_are_recorded(
    wire: Wire, kept: Kept, boots: WiredBoots
) -> None:
    """Result, reason, duration and which adapter or proxy."""
    await kept.link.ready(5)
    boots.in_range = False
    boots.drop_link()
    with pytest.raises(NotSeenError):
        await kept.link.ready(5)
    good, bad = kept.link.journal.as_dict()["attempts"]
    assert good["result"] == "connected"
    assert good["source"] == "wire"
    assert good["duration_s"] == pytest.approx(0.05, abs=0.01)
    assert (bad["result"], bad["reason"], bad["source"]) == ("failed", "not_seen", "")


@pytest.mark.parametrize(
    ("cause", "kind", "reason"),
    [
        (BleakDeviceNotFoundError("x", "not found"), NotSeenError, LinkReason.NOT_SEEN),
        (BleakNotFoundError("not found"), NotSeenError, LinkReason.NOT_SEEN),
        (TimeoutError(), LinkTimeoutError, LinkReason.TIMED_OUT),
        (
            TimeoutError("no connection slot became available"),
            NoSlotError,
            LinkReason.NO_SLOTS,
        ),
        (BleakError("whatever"), LinkError, LinkReason.FAILED),
        (EOFError(), LinkError, LinkReason.FAILED),
        (OSError("no bus"), LinkError, LinkReason.FAILED),
    ],
)
async def test_connect_errors_are_typed(
    wire: Wire, kept: Kept, cause: Exception, kind: type[LinkError], reason: LinkReason
) -> None:
    """So that a person is told what to do."""
    wire.refuse = cause
    with pytest.raises(kind) as caught:
        await kept.link.ready(60)
    assert type(caught.value) is kind
    assert kept.link.status.reason is reason
    assert len(wire.connects) <= 2


async def test_connect_that_hangs(wire: Wire, kept: Kept) -> None:
    """Ends by itself, whoever waits."""
    wire.connect_hangs = True
    began = now()
    with pytest.raises(LinkTimeoutError):
        await kept.link.ready(100)
    assert now() - began <= 46
    with pytest.raises(LinkTimeoutError) as caught:
        await kept.link.ready(1)
    assert "within 1 s" in str(caught.value)


@pytest.mark.parametrize("error", [ProtocolError("?"), ZeroDivisionError("a bug")])
async def test_opening_that_fails_ends_the_connection(
    kept: Kept, boots: WiredBoots, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever it fails with, the link goes on."""
    kept.opening = error
    kept.link.hold("session")
    with pytest.raises(BootsError):
        await kept.link.ready(5)
    await asyncio.sleep(1)
    assert boots.backend is None
    assert kept.lost == 0
    kept.opening = None
    await asyncio.sleep(61)
    assert kept.link.up
    caplog.clear()


async def test_hopeless_failures_wait_the_longest(wire: Wire, kept: Kept) -> None:
    """An advertisement mends no protocol."""
    kept.opening = ProtocolError("?")
    kept.link.hold("session")
    for _ in range(590):
        await asyncio.sleep(1)
        kept.link.seen()
    assert len(wire.connects) == 10


async def test_missing_characteristic_clears_the_cache(
    wire: Wire, kept: Kept, boots: WiredBoots
) -> None:
    """The cached services may be those of an older firmware."""
    boots.missing = {profile.STATE}
    with pytest.raises(ProtocolError):
        await kept.link.ready(5)
    assert wire.cleared == 1


async def test_errors_of_calls_are_typed(kept: Kept, boots: WiredBoots) -> None:
    """Bleak's and the backends' become ours."""
    await kept.link.ready(5)
    gatt = kept.gatt
    assert gatt is not None
    from bleak.exc import BleakGATTProtocolError, BleakGATTProtocolErrorCode

    refused = BleakGATTProtocolError(BleakGATTProtocolErrorCode.WRITE_NOT_PERMITTED)
    for raised, kind in (
        (refused, ProtocolError),
        (TimeoutError(), LinkTimeoutError),
        (EOFError(), LinkLostError),
        (asyncio.CancelledError(), LinkLostError),
    ):

        def fail(uuid: str, raised: BaseException = raised) -> bytes:
            raise raised

        boots.read = fail  # type: ignore[method-assign]
        with pytest.raises(kind):
            await gatt.read(profile.STATE)


async def test_call_that_fails_after_it_was_given_up(
    kept: Kept, boots: WiredBoots, caplog: pytest.LogCaptureFixture
) -> None:
    """A backend that reports the loss later than the link does."""
    await kept.link.ready(5)
    gatt = kept.gatt
    assert gatt is not None
    backend = boots.backend
    assert backend is not None

    async def stubborn(*_: object, **__: object) -> bytearray:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            raise BleakError("disconnected") from None
        return bytearray()

    backend.read_gatt_char = stubborn  # type: ignore[method-assign]
    call = asyncio.create_task(gatt.read(profile.STATE))
    await asyncio.sleep(1)
    boots.drop_link()
    with pytest.raises(LinkLostError):
        await call
    await asyncio.sleep(0)
    assert "never retrieved" not in caplog.text


async def test_closing(wire: Wire, kept: Kept, boots: WiredBoots) -> None:
    """For good, also while connecting."""
    kept.link.hold("session")
    await kept.link.ready(5)
    await kept.link.close()
    assert boots.backend is None
    assert kept.words[-1] == ("closed", "closed")
    with pytest.raises(LinkLostError):
        await kept.link.ready(5)
    kept.link.hold("again")
    await asyncio.sleep(100)
    assert len(wire.connects) == 1


async def test_closing_while_connecting(wire: Wire, kept: Kept) -> None:
    """Whoever waits is told."""
    wire.connect_hangs = True
    waiting = asyncio.create_task(kept.link.ready(30))
    await asyncio.sleep(1)
    await kept.link.close()
    with pytest.raises(LinkLostError):
        await waiting
    assert ("released", "closed") in kept.words


async def test_caller_that_is_cancelled_while_waiting(wire: Wire, kept: Kept) -> None:
    """Leaves no trace."""
    wire.connect_s = 1
    waiting = asyncio.create_task(kept.link.ready(30))
    other = asyncio.create_task(kept.link.ready(30))
    await asyncio.sleep(0.5)
    waiting.cancel()
    await other
    assert waiting.cancelled()


@pytest.mark.parametrize("fails", [False, True])
async def test_caller_that_gives_up_as_the_attempt_ends(
    kept: Kept, fails: bool
) -> None:
    """The two meet in one step of the loop."""
    waiting = asyncio.create_task(kept.link.ready(30))
    opened = kept.link._open_driver

    async def open_driver(gatt: Gatt) -> None:
        waiting.cancel()
        if fails:
            raise ProtocolError("?")
        await opened(gatt)

    kept.link._open_driver = open_driver
    other = asyncio.create_task(kept.link.ready(30))
    await asyncio.wait((waiting, other))
    assert waiting.cancelled()
    assert (other.exception() is not None) is fails


async def test_caller_that_gives_up_as_the_link_comes_up(kept: Kept) -> None:
    """Told by a listener of the link's state."""
    waiting = asyncio.create_task(kept.link.ready(30))

    def told(status: LinkStatus) -> None:
        if status.state is LinkState.READY:
            waiting.cancel()

    kept.link._tell = told
    await asyncio.wait((waiting,))
    assert waiting.cancelled()
    assert kept.link.up


async def test_caller_that_gives_up_as_the_link_is_released(kept: Kept) -> None:
    """And is told nothing any more."""
    waiting = asyncio.create_task(kept.link.ready(30))
    await asyncio.sleep(0.01)
    waiting.cancel()
    kept.link.release_to_user(True)
    await asyncio.wait((waiting,))
    assert waiting.cancelled()


async def test_client_class_is_looked_up_at_every_connect(
    wire: Wire, boots: WiredBoots, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Home Assistant puts its own in the module's place, perhaps after our import."""
    kept = Kept(wire, boots, client_class=None)
    monkeypatch.setattr(
        bleak_retry_connector, "BleakClientWithServiceCache", wire.client_class
    )
    await kept.link.ready(5)
    assert boots.backend is not None
    await kept.link.close()


async def test_a_unit_is_left_in_peace_before_it_is_let_go(
    wire: Wire, boots: WiredBoots
) -> None:
    """On purpose only; what it is told still arrives."""
    told: list[bytes] = []

    async def farewell() -> None:
        assert kept.gatt is not None
        told.append(await kept.gatt.read(profile.STATE))

    boots.press("start_long")
    boots.unit.authorisation.window_until = 10**12
    kept = Kept(wire, boots, farewell=farewell, idle_release_s=10)
    release = kept.link.hold("test")
    await kept.link.ready(5)
    boots.drop_link()
    await asyncio.sleep(5)
    assert kept.lost == 1
    assert told == []
    await kept.link.ready(5)
    release()
    await asyncio.sleep(20)
    assert kept.words[-1] == ("released", "idle")
    assert len(told) == 1
    await kept.link.ready(5)
    await kept.link.close()
    assert len(told) == 2


@pytest.mark.parametrize("how", ["hangs", "fails"])
async def test_a_farewell_has_its_limit(
    wire: Wire, boots: WiredBoots, how: str
) -> None:
    """A unit that cannot be left in peace is let go all the same."""

    async def farewell() -> None:
        if how == "fails":
            raise ProtocolError
        await asyncio.sleep(3600)

    kept = Kept(wire, boots, farewell=farewell)
    await kept.link.ready(5)
    began = now()
    await kept.link.close()
    assert now() - began < 12
    assert boots.backend is None
    assert kept.link.status.state is LinkState.CLOSED
