"""The cycle of devices that run none themselves: phases on a clock, closed by pressures.

Pure logic: it is told the time and what was measured, and answers what the valves and
the pump are to do. It sends nothing.
"""

from .controller import CycleController, Stage
from .emptying import Emptying
from .orders import Do, Order, vent

__all__ = ["CycleController", "Do", "Emptying", "Order", "Stage", "vent"]
