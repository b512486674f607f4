"""What a defined device says, made a state: whose session runs, and when it is empty.

Such devices do not say who started what runs. What follows a start of ours, over this
connection or the last, is taken to be ours; anything else was started on the boots.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import count

from ...driver import Armed
from ...errors import ProtocolError
from ...model import CYCLING, EMPTY_MMHG, BootsState, Origin, Phase, Settings
from .definition import Definition
from .reports import Values, told

_numbers = count(1)
RUNNING = CYCLING | {Phase.PAUSED}
BEGINS_S = 4.0
"""How long after a start the device may take to say that it runs."""


class Telling:
    """The state of one device, for as long as a connection lives."""

    def __init__(self, definition: Definition, time: Callable[[], float]) -> None:
        """Begin with nothing known."""
        self._definition = definition
        self._time = time
        self._armed: tuple[Armed, Settings] | None = None
        self._ours: int | None = None
        """The number of our session, while it runs or is about to."""
        self._begins_until = 0.0
        self._ran_at: float | None = None
        """When the device said last that it runs."""
        self._said = BootsState()
        """As the device says it."""
        self.state = BootsState()

    def recall(self, state: BootsState) -> None:
        """Take what the last connection knew: our session goes on by itself."""
        if state.origin is Origin.THIS_CONTROLLER and state.phase in RUNNING:
            self._ours = state.session_id
        if state.phase in RUNNING or state.phase is Phase.VENTING:
            self._ran_at = self._time()

    def battery(self, data: bytes) -> None:
        """Take the Battery service's level."""
        if len(data) != 1:
            raise ProtocolError(f"a battery level of {len(data)} bytes")
        self._said = replace(self._said, battery_percent=min(data[0], 100))

    def armed(self, settings: Settings, for_s: float) -> Armed:
        """Promise to start once."""
        number = next(_numbers)
        armed = Armed(
            session_id=number,
            nonce=number,
            expires_at=self._time() + for_s,
            delay_limit_ms=round(for_s * 1000),
        )
        self._armed = armed, settings
        return armed

    def take(self, armed: Armed) -> Settings | None:
        """Return what was armed, once."""
        mine, self._armed = self._armed, None
        return mine[1] if mine is not None and mine[0].nonce == armed.nonce else None

    def starting(self, armed: Armed) -> None:
        """Tell that the start is about to be sent."""
        self._ours = armed.session_id
        self._begins_until = self._time() + BEGINS_S

    def take_report(self, values: Values) -> BootsState:
        """Return the state after a report; ``ProtocolError`` for what cannot be."""
        said = self._said = told(self._said, values, self._definition.codes)
        now = self._time()
        phase = said.phase
        if phase in RUNNING:
            self._ran_at = now
        elif phase is not Phase.UNKNOWN and now > self._begins_until:
            self._ours = None
        if phase is Phase.IDLE and not self._empty(said, now):
            phase = Phase.VENTING
        runs = phase in RUNNING
        ours = runs and self._ours is not None
        self.state = replace(
            said,
            phase=phase,
            origin=self._origin(said, runs=runs, ours=ours),
            session_id=self._ours if ours else None,
            target_mmhg=said.target_mmhg if runs else None,
            remaining_s=said.remaining_s if runs else None,
            legs=self._definition.capabilities.legs if runs else frozenset(),
        )
        return self.state

    def _empty(self, said: BootsState, now: float) -> bool:
        """Whether the air is out: measured, or after the time that it takes."""
        known = [
            pressure
            for leg in said.pressures_mmhg.values()
            for pressure in leg
            if pressure is not None
        ]
        if known:
            return max(known) <= EMPTY_MMHG
        return self._ran_at is None or now >= self._ran_at + self._definition.empties_s

    def _origin(self, said: BootsState, *, runs: bool, ours: bool) -> Origin:
        if ours:
            return Origin.THIS_CONTROLLER
        if said.origin is not Origin.NONE:
            return said.origin
        return Origin.BOOTS if runs else Origin.NONE
