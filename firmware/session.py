"""What a unit knows of one session, from *arm* until it is idle again."""

from . import obp
from .programme import Cycle, chamber_targets, worked_zones

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .config import Config
    from .programme import Programme


class Session:
    """Armed first, then started; times ending in ``_at`` are the real clock's."""

    def __init__(
        self,
        number: int,
        programme: "Programme",
        target: int,
        duration_s: int,
        legs: int,
        skip: int,
        boost: int,
        slot: int = obp.NO_SLOT,
        origin: int = obp.ORIGIN_BOOTS,
    ) -> None:
        """Keep checked settings; nothing runs yet."""
        self.number = number
        self.programme = programme
        self.target = target
        self.remaining_ms = duration_s * 1000
        self.legs = legs
        self.skip = skip
        self.boost = boost
        self.slot = slot
        self.origin = origin
        self.run_ms = 0
        self.cycles = 0
        self.nonce: int | None = None
        self.armed_at = 0
        self.started_at = 0
        self.begins_at: int | None = None  # when inflation begins; None: it has
        self.beat_at = 0
        self.committed = False
        self.cycle: Cycle | None = None
        self.targets: list[int] = []
        self.former_targets: list[int] = []  # R28: count a while after a lower target
        self.lowered_ms = 0
        self.over = False
        # For the witness: what led to the inflation.
        self.trail: list[tuple[str, int, int]] = []  # request, number, time
        self.inflating_told = False

    def remaining_s(self) -> int:
        """Return the remaining time in s, rounded up; 0 when the session is over."""
        return 0 if self.over else (self.remaining_ms + 999) // 1000

    def run_s(self) -> int:
        """Return how long the session has run, in s, rounded up; pauses do not count."""
        return (self.run_ms + 999) // 1000

    def compute_targets(self, config: "Config") -> None:
        """Take target, gradient and boost over for the cycle that begins."""
        self.targets = chamber_targets(
            self.programme, self.target, config.min_mmhg, config.chambers, self.boost
        )
        self.former_targets = self.targets

    def lower_targets(self, config: "Config", programme_ms: int) -> None:
        """Apply a lower target at once (R21); a higher one waits for the next cycle."""
        wanted = chamber_targets(
            self.programme, self.target, config.min_mmhg, config.chambers, self.boost
        )
        if not self.targets:
            return
        self.lowered_ms = programme_ms
        self.targets = [
            min(wanted[i], self.targets[i]) for i in range(len(self.targets))
        ]

    def zones(self, config: "Config") -> int:
        """Return the zones that the next cycle works."""
        return worked_zones(self.programme, config.chambers, self.skip, self.boost)

    def begin_cycle(self, config: "Config", programme_ms: int) -> Cycle:
        """Begin at the first zone: at the start and after a pause."""
        self.compute_targets(config)
        self.cycle = Cycle(self.programme, self.zones(config), programme_ms)
        return self.cycle

    def active_zones(self) -> int:
        """Return the mask of the zones being filled or held."""
        if self.cycle is None or self.over:
            return 0
        return self.cycle.filling | self.cycle.holding

    def begin_pause(self) -> None:
        """All zones open; the next inflation begins a new cycle."""
        self.cycle = None
        self.targets = []
        self.former_targets = []
        self.inflating_told = False
