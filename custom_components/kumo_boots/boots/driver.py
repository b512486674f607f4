"""The interface between a protocol's bytes and the model, and the registry."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Self

from .gatt import Gatt
from .model import BootsState, Capabilities, FailSafes, Identity, Settings, Side


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """What a unit tells everybody in its advertisements."""

    name: str = ""
    service_uuids: frozenset[str] = frozenset()
    """128-bit form, lower case."""
    manufacturer_data: Mapping[int, bytes] = field(default_factory=dict)
    """By the company's number (Bluetooth SIG, Assigned Numbers)."""
    service_data: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ControllerKey:
    """What a unit and this controller agreed on when they were paired."""

    slot: int
    """Under which number the unit remembers this controller."""
    secret: bytes = field(repr=False)
    """32 bytes, known to the two only."""

    def as_dict(self) -> dict[str, int | str]:
        """Return a form that JSON can hold."""
        return {"slot": self.slot, "secret": self.secret.hex()}

    @classmethod
    def from_dict(cls, data: Mapping[str, int | str]) -> Self:
        """Take what ``as_dict`` gave; ``ValueError`` when it is no such thing."""
        try:
            key = cls(int(data["slot"]), bytes.fromhex(str(data["secret"])))
        except KeyError as error:
            raise ValueError(f"no {error} in the key") from error
        if len(key.secret) != 32:
            raise ValueError("a secret has 32 bytes")
        return key


@dataclass(frozen=True, kw_only=True, slots=True)
class Armed:
    """A unit's promise to start once, and only within the life of its nonce."""

    session_id: int
    nonce: int = field(repr=False)
    expires_at: float
    """When the nonce is dead for sure; the event loop's clock, s."""
    delay_limit_ms: int
    """The longest delay that *start* may ask for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Advertised:
    """What a unit says of itself before anybody connects."""

    version: int
    """Major version of its protocol."""
    legs: frozenset[Side]
    pairing_open: bool
    running: bool | None
    """None where it does not say."""
    pair_hash: bytes | None
    """Equal for two units that may be one pair; None where the unit has no pair."""


class Driver(ABC):
    """One protocol, over one connection.

    A driver lives as long as the connection. It never connects, retries or
    queues anything by itself; every method raises ``BootsError``s only.
    """

    key: ClassVar[str]
    """Short stable name of the protocol."""
    service_uuid: ClassVar[str]
    """The service by which units are recognised; '' where more than that is asked."""
    local_name: ClassVar[str] = ""
    """What the advertised name of units begins with that do not advertise the service."""
    needs_key: ClassVar[bool] = True
    """Whether units are paired with: without, whoever connects is obeyed."""
    fail_safes: ClassVar[FailSafes]
    characteristics: ClassVar[Mapping[str, str]] = {}
    """Short names of the characteristics, for diagnostics."""
    secret_characteristics: ClassVar[frozenset[str]] = frozenset()
    """Those whose frames never appear in diagnostics."""

    def __init__(
        self,
        gatt: Gatt,
        publish: Callable[[BootsState], None],
        key: ControllerKey | None,
        identity: Identity | None = None,
    ) -> None:
        """Speak over ``gatt``; ``publish`` gets every state the unit reports.

        Without ``key`` only reading, stopping and pairing are possible. A known
        ``identity`` saves reading it again.
        """
        self._gatt = gatt
        self._publish = publish
        self._key = key
        self._identity = identity

    @classmethod
    def remembered_as(cls) -> str:
        """Return the name under which the registry has this driver, and entries too."""
        return cls.service_uuid

    @classmethod
    def recognises(cls, heard: Heard) -> bool:
        """Whether a unit that advertises this speaks the protocol."""
        return cls.service_uuid in heard.service_uuids or (
            bool(cls.local_name) and heard.name.startswith(cls.local_name)
        )

    def recall(self, state: BootsState) -> None:
        """Take what the unit reported over its last connection.

        For protocols that do not say whose session runs, or which.
        """

    @classmethod
    @abstractmethod
    def advertised(cls, service_data: Mapping[str, bytes]) -> Advertised | None:
        """Decode an advertisement's service data; None when it is not this protocol's."""

    @property
    @abstractmethod
    def reported_at(self) -> float | None:
        """When the unit last told its state, on the event loop's clock (s)."""

    @abstractmethod
    async def open(self) -> tuple[Capabilities, Identity]:
        """Read what the unit is, subscribe, and publish its state."""

    @abstractmethod
    async def authorise(self) -> None:
        """Prove who we are; nothing without a key. ``AuthorisationError`` if refused."""

    @abstractmethod
    async def refresh(self) -> BootsState:
        """Ask for the state now; it is published too."""

    @abstractmethod
    async def arm(self, settings: Settings) -> Armed:
        """Prepare a session; nothing inflates yet.

        ``settings.legs`` are legs this unit serves. Raises ``LimitError`` or a
        ``RefusedError``.
        """

    @abstractmethod
    async def start(self, armed: Armed, delay_ms: int) -> None:
        """Begin to inflate ``delay_ms`` from now; ``NonceExpiredError`` when too late."""

    @abstractmethod
    async def commit(self, armed: Armed) -> None:
        """Make the started session last; without it the unit ends it after one lease."""

    @abstractmethod
    async def stop_now(self) -> None:
        """Send a stop ahead of everything that waits; no answer is awaited."""

    @abstractmethod
    async def stop(self) -> None:
        """Send a stop and return when the unit said that it got it.

        Success is what the unit reports afterwards, never this return.
        """

    @abstractmethod
    async def pause(self) -> None:
        """Empty all chambers and keep the session."""

    @abstractmethod
    async def resume(self) -> None:
        """Inflate again after a pause."""

    @abstractmethod
    async def change(
        self,
        *,
        target_mmhg: int | None = None,
        remaining_s: int | None = None,
        skipped: frozenset[int] | None = None,
        boosted: int | None = None,
    ) -> None:
        """Change the running session; None leaves as it is, ``boosted=0`` takes it off."""

    @abstractmethod
    async def heartbeat(self) -> None:
        """Renew the lease of this controller's running session."""

    async def farewell(self) -> None:
        """Leave the unit so that it can be left alone: before a link is let go on purpose.

        For units that do not let the air out by themselves. What takes longer than the
        link waits is given up.
        """

    def close(self) -> None:
        """End what goes on by itself: the connection is over."""

    @abstractmethod
    async def offer(self, seconds: int) -> None:
        """Let a press on the boots accept a session within 1–3600 s."""

    @abstractmethod
    async def identify(self) -> None:
        """Make the unit show itself."""

    @abstractmethod
    async def set_child_lock(self, on: bool) -> None:
        """Lock or unlock the start button on the boots; never the stop button."""

    @abstractmethod
    async def set_pair_id(self, pair_id: bytes) -> None:
        """Give the unit the 4 bytes it shares with the other leg's."""

    @abstractmethod
    async def forget_me(self) -> None:
        """Make the unit forget this controller's key."""

    @abstractmethod
    async def pair(self, wait_s: float) -> ControllerKey:
        """Exchange keys; waits up to ``wait_s`` for the window to open.

        Raises ``PairingWindowClosedError``, ``ControllersFullError`` or
        ``PairingError``. The connection is authorised afterwards.
        """


def driver_for(heard: Heard) -> type[Driver] | None:
    """Return the driver for a unit that advertises this, if there is one."""
    return next((each for each in DRIVERS.values() if each.recognises(heard)), None)


DRIVERS: dict[str, type[Driver]] = {}
"""Drivers by ``remembered_as``; each driver's module adds its own."""


def register[D: type[Driver]](driver: D) -> D:
    """Put a driver into the registry (a class decorator)."""
    DRIVERS[driver.remembered_as()] = driver
    return driver
