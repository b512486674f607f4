"""What a pair and its session need of a unit, of whatever kind it is."""

from collections.abc import Callable
from typing import Protocol

from .driver import Armed
from .model import BootsState, Capabilities, Settings, Side


class AnyUnit(Protocol):
    """One physical controller of boots: on a Bluetooth link, or in a person's hands.

    ``Unit`` is the one, ``ByHand`` the other. What a method means and raises is said
    at ``Unit``; what a kind of unit cannot do raises ``NotSupportedError`` there.
    """

    @property
    def name(self) -> str:
        """The name for logs."""

    @property
    def sides(self) -> frozenset[Side]:
        """The legs that it serves."""

    @property
    def capabilities(self) -> Capabilities | None:
        """What it can do; None where that is not known yet."""

    @property
    def state(self) -> BootsState:
        """What it reported last, or what was reported of it."""

    @property
    def connected(self) -> bool:
        """Whether what it reported is how it is."""

    @property
    def available(self) -> bool:
        """Whether it is there, or nothing says that it is not."""

    @property
    def in_sight(self) -> bool:
        """Whether it can be reached now, or is heard."""

    @property
    def doubtful(self) -> bool:
        """Whether it may do by now what it did not when it reported last."""

    @property
    def silent_s(self) -> float:
        """For how long nothing was known of it, s."""

    @property
    def bench_only(self) -> bool:
        """Whether it lacks a fail-safe that boots need to be worn."""

    @property
    def stopping(self) -> bool:
        """Whether a stop has been asked for that nobody has reported done."""

    def heard(self, within_s: float) -> bool:
        """Whether it was there in the last seconds."""

    def fresh(self, within_s: float) -> bool:
        """Whether its state is known as of the last seconds."""

    def listen(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back on every change; returns how to end it."""

    def hold(self, why: str) -> Callable[[], None]:
        """Keep in touch with it until the result is called."""

    async def ready(self, timeout_s: float) -> None:
        """Get in touch with it."""

    async def arm(self, settings: Settings) -> Armed:
        """Prepare a session; nothing inflates yet."""

    async def start(self, armed: Armed, delay_ms: int = 0) -> None:
        """Begin; returns when it was told to, or when a person says that it runs."""

    async def commit(self, armed: Armed) -> None:
        """Make the started session last."""

    async def pause(self) -> None:
        """Empty all chambers and keep the session."""

    async def resume(self) -> None:
        """Inflate again after a pause."""

    async def change(
        self,
        *,
        target_mmhg: int | None = None,
        remaining_s: int | None = None,
        skipped: frozenset[int] | None = None,
        boosted: int | None = None,
    ) -> None:
        """Change the running session."""

    async def heartbeat(self) -> None:
        """Renew the lease of the running session."""

    async def offer(self, seconds: int) -> None:
        """Let a press on the boots accept a session."""

    async def identify(self) -> None:
        """Make it show itself."""

    async def set_child_lock(self, on: bool) -> None:
        """Lock or unlock the start button on the boots."""

    async def stop(self, timeout_s: float | None = None) -> None:
        """Let the air out; ``StopNotConfirmedError`` after ``timeout_s``."""

    async def close(self) -> None:
        """End everything, for good."""
