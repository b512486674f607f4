"""A sleeve on a manifold, as simple as it can be, for the cycle controller."""

from collections.abc import Callable

from custom_components.kumo_boots.boots.cycles import CycleController, Do, Order
from custom_components.kumo_boots.boots.model import Phase, Programme, Settings

CHAMBERS = 5
CEILING = 60
OUTSIDE = 0.1
RELAX = Settings(programme=Programme.RELAX, target_mmhg=40, duration_s=600)


def controller(settings: Settings = RELAX, *, now: float = 0.0) -> CycleController:
    """Return a controller of five chambers, 10–60 mmHg."""
    return CycleController(
        settings, chambers=CHAMBERS, lowest_mmhg=10, ceiling_mmhg=CEILING, now=now
    )


class Plant:
    """Air in five chambers; ``step`` lets time pass and the controller look."""

    def __init__(
        self,
        control: CycleController,
        *,
        fills_mmhg_s: float = 6.0,
        empties: float = 0.5,
    ) -> None:
        """Begin empty; ``empties`` is the part of the air that leaves in a second."""
        self.control = control
        self.now = 0.0
        self.mmhg = dict.fromkeys(range(1, CHAMBERS + 1), 0.0)
        self.highest = dict(self.mmhg)
        self.fills_mmhg_s = fills_mmhg_s
        self.empties = empties
        self.order: Order = control.look(0.0, {})
        self.orders: list[Order] = []
        self.phases: list[Phase] = []

    def pass_time(self, seconds: float) -> None:
        """Let the air flow as ordered."""
        self.now += seconds
        for zone in self.order.zones:
            if self.order.do is Do.FILL:
                self.mmhg[zone] += self.fills_mmhg_s * seconds
            elif self.order.do is Do.VENT:
                self.mmhg[zone] *= (1 - self.empties) ** seconds
            self.highest[zone] = max(self.highest[zone], self.mmhg[zone])

    def step(self, seconds: float = 0.4, *, blind: bool = False) -> None:
        """Let time pass, measure what is open, and have the controller look."""
        self.pass_time(seconds)
        # A manifold that is open to the outside tells mostly of the air outside.
        part = OUTSIDE if self.order.do is Do.VENT else 1.0
        measured = {} if blind else {z: part * self.mmhg[z] for z in self.order.zones}
        order = self.control.look(self.now, measured)
        if order != self.order:
            self.orders.append(order)
        self.order = order
        if self.phases[-1:] != [self.control.phase]:
            self.phases.append(self.control.phase)

    def run(self, until: Callable[[], object], limit_s: float = 3600) -> None:
        """Go on until something is so."""
        began = self.now
        while not until():
            assert self.now - began < limit_s, "it does not come to that"
            self.step()
