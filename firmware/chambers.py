"""The unit's hands: what it measured, and which valves and pumps it moves."""

from . import obp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .body import Body
    from .config import Config

# A chamber this far above its target lets air out until it is down to the target.
BLEED_ABOVE_MMHG = 5


class Chambers:
    """Measured pressures and commanded valves of all legs that the unit serves."""

    def __init__(self, config: "Config", body: "Body") -> None:
        """Know nothing yet; ``let_out`` is the first thing to call."""
        self.config = config
        self.body = body
        self.failed = False  # valves or pump did not answer
        self.values: dict[int, list[float | None]] = {}
        self._commanded: dict[int, tuple[int, int]] = {}  # leg: open, fill
        self._full: dict[int, int] = {}
        self._bleeding: dict[int, int] = {}
        for leg in config.leg_list:
            self.values[leg] = [None] * config.chambers
            self._full[leg] = 0
            self._bleeding[leg] = 0

    def measure(self) -> None:
        """Read every chamber's gauge pressure."""
        for leg in self.config.leg_list:
            try:
                read = self.body.pressures(leg)
            except OSError:
                read = None
            if read is None or len(read) != self.config.chambers:
                read = [None] * self.config.chambers
            self.values[leg] = read

    def all_values(self) -> "list[float | None]":
        """Return the pressures of all legs in one list."""
        values: list[float | None] = []
        for leg in self.config.leg_list:
            values.extend(self.values[leg])
        return values

    def below(self, limit: float) -> bool:
        """Whether every chamber was measured below a pressure in mmHg."""
        for value in self.all_values():
            if value is None or not value < limit:
                return False
        return True

    def empty(self) -> bool:
        """Whether every chamber was measured empty (R10)."""
        return self.below(obp.EMPTY_MMHG)

    def let_out(self) -> None:
        """Open every valve and stop every pump, whatever was commanded before.

        What does not answer must not keep the rest from opening.
        """
        for leg in self.config.leg_list:
            self._commanded[leg] = (-1, -1)
            self._full[leg] = 0
            self._bleeding[leg] = 0
            try:
                self.body.fill(leg, 0)
            except OSError:
                self.failed = True
            try:
                self.body.set_valves(leg, self.config.all_zones)
            except OSError:
                self.failed = True

    def begin_step(self) -> None:
        """Another set of zones is filled from now on."""
        for leg in self.config.leg_list:
            self._full[leg] = 0

    def closed(self, leg: int, zones: int) -> int:
        """Return which of the filled or held zones are really closed."""
        return zones & ~self._bleeding[leg]

    def work(
        self,
        legs: int,
        filling: int,
        holding: int,
        forced: "dict[int, int]",
        targets: "list[int]",
    ) -> int:
        """Fill, hold and bleed; return the mask of zones that are full in every leg.

        ``forced`` are zones of a leg that must be open whatever the programme says.
        """
        full_everywhere = self.config.all_zones
        for leg in self.config.leg_list:
            if not legs & (1 << leg):
                self._command(leg, self.config.all_zones, 0)
                continue
            bleeding = self._bleeding[leg]
            for i in range(self.config.chambers):
                value = self.values[leg][i]
                if value is None:
                    continue
                if value >= targets[i]:
                    self._full[leg] |= filling & (1 << i)
                if value > targets[i] + BLEED_ABOVE_MMHG:
                    bleeding |= 1 << i
                elif value <= targets[i]:
                    bleeding &= ~(1 << i)
            self._bleeding[leg] = bleeding & (filling | holding)
            self._full[leg] |= forced[leg] & filling
            full_everywhere &= self._full[leg]
            shut = self.closed(leg, filling | holding) & ~forced[leg]
            self._command(
                leg, self.config.all_zones & ~shut, filling & shut & ~self._full[leg]
            )
        return full_everywhere

    def _command(self, leg: int, open_zones: int, fill: int) -> None:
        if self._commanded.get(leg) == (open_zones, fill):
            return
        try:
            # The pump stops before a valve closes in front of it.
            self.body.fill(leg, 0)
            self.body.set_valves(leg, open_zones)
            if fill:
                self.body.fill(leg, fill)
            self._commanded[leg] = (open_zones, fill)
        except OSError:
            self.failed = True
