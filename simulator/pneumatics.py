"""The air side of one unit: chambers, valves, a pump, sensors, a battery.

``Pneumatics`` is the ``body`` that a firmware unit works on, and it knows the truth
that the witness writes down. Its time is the programme clock (seconds, given by
``advance``), which may run faster than the real one. Pressures are gauge, in mmHg.

The numbers are chosen for full-leg sleeves: a wave or sequential cycle at 40 mmHg
takes 20 to 60 s, and everything is empty about 5 to 8 s after a stop, as described
for such devices (cycles of 20 to 60 s; 30 to 100 mmHg).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import exp
from random import Random

LEGS = (0, 1)

# mmHg/s that one hose lets through into a chamber of volume 1, and that the pump
# has for all hoses of one leg together.
HOSE_MMHG_PER_S = 14.0
PUMP_MMHG_PER_S = 50.0
# The pump stalls there.
STALL_MMHG = 300.0
# Volume of each chamber: the thigh holds half as much again as the foot.
SMALLEST_VOLUME = 1.0
LARGEST_VOLUME = 1.5
# An open valve, an emptying chamber: 40 mmHg are below 5 after 5 s.
VENT_TAU_S = 2.4
# A closed chamber loses air through seams and hoses.
LEAK_TAU_S = 400.0
# Below this there is nothing left that could flow.
NOTHING_MMHG = 0.01
# What a unit measures as empty (below 5, R10) may be this much in truth.
EMPTY_MMHG = 6.0

NOISE_MMHG = 0.25
_NOISE_LENGTH = 1021

# An hour and a half of pumping, or a day and a half of standing by.
PUMP_PERCENT_PER_S = 100 / 5400
STANDBY_PERCENT_PER_S = 100 / 130_000
CHARGE_PERCENT_PER_S = 100 / 7200

# How long an over-pressure is held even when the valve is open, so that a sensor
# must notice it (the profile allows 1 s, R28).
OVERPRESSURE_S = 1.5


@dataclass
class Jam:
    """A chamber's pressure that is held up by force, and until when."""

    mmhg: float
    until_s: float


class Pneumatics:
    """The body of one unit, with everything that can go wrong with it.

    ``legs``: mask of the legs served (bit 0 left, bit 1 right); ``chambers``: 1–8 per
    leg; ``seed`` fixes the noise; ``watch(kind, leg, mask)`` is told of every valve
    (``"valves"``, mask open) and pump (``"fill"``, mask fed) command that changes
    something.
    """

    def __init__(
        self,
        legs: int,
        chambers: int,
        *,
        seed: int = 0,
        watch: Callable[[str, int, int], None] | None = None,
    ) -> None:
        """Start empty, with all valves open, worn, and the battery full."""
        if legs not in {1, 2, 3} or not 1 <= chambers <= 8:
            raise ValueError(f"legs mask {legs}, {chambers} chambers")
        self.legs = tuple(leg for leg in LEGS if legs >> leg & 1)
        self.chambers = chambers
        self.all_open = (1 << chambers) - 1
        self.watch = watch
        self.clock_s = 0.0
        self.percent = 100.0
        self.charging: bool | None = False
        self.is_worn: bool | None = True
        self.identified = 0
        self.powered = True
        self.peaks: dict[int, list[float]] = {}
        self.truth: dict[int, list[float]] = {
            leg: [0.0] * chambers for leg in self.legs
        }
        self._open = dict.fromkeys(self.legs, self.all_open)
        self._fed = dict.fromkeys(self.legs, 0)
        self._stuck_open = dict.fromkeys(self.legs, 0)
        self._stuck_closed = dict.fromkeys(self.legs, 0)
        self._jams: dict[tuple[int, int], Jam] = {}
        self._sensors: dict[tuple[int, int], float | None] = {}
        self._still = dict.fromkeys(self.legs, True)
        span = (LARGEST_VOLUME - SMALLEST_VOLUME) / max(1, chambers - 1)
        self._volume = [SMALLEST_VOLUME + span * i for i in range(chambers)]
        rng = Random(seed)
        self._noise = [rng.gauss(0, NOISE_MMHG) for _ in range(_NOISE_LENGTH)]
        self._noise_at = 0
        self.reset_peaks()

    # --- the firmware's side (see firmware/body.py) ---

    def set_valves(self, leg: int, mask_open: int) -> None:
        """Open the chambers of the mask, close the others; without power all are open."""
        mask = mask_open & self.all_open if self.powered else self.all_open
        if self._open[leg] == mask:
            return
        self._open[leg] = mask
        self._still[leg] = False
        if self.watch:
            self.watch("valves", leg, mask)

    def fill(self, leg: int, mask: int) -> None:
        """Feed the chambers of the mask; 0 switches this leg's pump off."""
        mask = mask & self.all_open if self.powered else 0
        if self._fed[leg] == mask:
            return
        self._fed[leg] = mask
        self._still[leg] = False
        if self.watch:
            self.watch("fill", leg, mask)

    def pressures(self, leg: int) -> list[float | None] | None:
        """Return what the sensors of a leg read, mmHg; None for a leg not served."""
        if leg not in self.truth:
            return None
        at = self._noise_at
        self._noise_at = (at + self.chambers) % (_NOISE_LENGTH - self.chambers)
        read: list[float | None] = [
            p + n
            for p, n in zip(
                self.truth[leg], self._noise[at : at + self.chambers], strict=True
            )
        ]
        for (of, chamber), value in self._sensors.items():
            if of == leg:
                read[chamber] = value
        return read

    def battery(self) -> tuple[int | None, bool | None]:
        """Return charge in percent, and whether it charges (None: not known)."""
        return int(self.percent + 0.5), self.charging

    def worn(self) -> bool | None:
        """Return whether somebody wears the boots; None when there is no such sensor."""
        return self.is_worn

    def identify(self) -> None:
        """Blink; ``identified`` counts how often."""
        self.identified += 1

    # --- time ---

    def advance(self, seconds: float) -> None:
        """Let programme time pass: air flows, the battery drains."""
        self.clock_s += seconds
        pumping = 0
        # One pump feeds all hoses: the more fill, the slower each of them.
        for leg in self.legs:
            pumping += (self._fed[leg] & ~self._vented(leg)).bit_count()
        if pumping:
            supply = len(self.legs) * PUMP_MMHG_PER_S / pumping
            rate = min(HOSE_MMHG_PER_S, supply)
        else:
            rate = 0.0
        for leg in self.legs:
            if not self._still[leg]:
                self._flow(leg, seconds, rate)
        if self._jams:
            self._force()
        self._drain(seconds, pumping)

    def _vented(self, leg: int) -> int:
        """Return the mask of chambers that are really open to the air."""
        return (self._open[leg] | self._stuck_open[leg]) & ~self._stuck_closed[leg]

    def _flow(self, leg: int, seconds: float, rate: float) -> None:
        truth = self.truth[leg]
        peaks = self.peaks[leg]
        vented = self._vented(leg)
        fed = self._fed[leg] & ~vented
        out = exp(-seconds / VENT_TAU_S)
        leak = exp(-seconds / LEAK_TAU_S)
        still = not fed
        for i, p in enumerate(truth):
            bit = 1 << i
            if vented & bit:
                p *= out
                if p < NOTHING_MMHG:
                    p = 0.0
            elif fed & bit:
                grown = exp(-rate / self._volume[i] * seconds / STALL_MMHG)
                p = STALL_MMHG - (STALL_MMHG - p) * grown
                peaks[i] = max(peaks[i], p)
            else:
                p *= leak
            if p:
                still = False
            truth[i] = p
        self._still[leg] = still

    def _force(self) -> None:
        for (leg, chamber), jam in list(self._jams.items()):
            held = not self._vented(leg) >> chamber & 1
            if self.clock_s > jam.until_s and not held:
                del self._jams[leg, chamber]
                continue
            # Every chamber counts as disturbed from here on.
            self._still[leg] = False
            self.truth[leg][chamber] = jam.mmhg
            self.peaks[leg][chamber] = max(self.peaks[leg][chamber], jam.mmhg)

    def _drain(self, seconds: float, pumping: int) -> None:
        if self.charging:
            change = CHARGE_PERCENT_PER_S
        else:
            change = -PUMP_PERCENT_PER_S if pumping else -STANDBY_PERCENT_PER_S
        self.percent = min(100.0, max(0.0, self.percent + change * seconds))

    # --- the truth ---

    @property
    def valves_open(self) -> bool:
        """Whether every valve was told to open and no pump runs."""
        return all(
            self._open[leg] == self.all_open and not self._fed[leg] for leg in self.legs
        )

    @property
    def highest_mmhg(self) -> float:
        """The highest true pressure of any chamber now."""
        return max(map(max, self.truth.values()))

    @property
    def empty(self) -> bool:
        """Whether every chamber is truly below 5 mmHg."""
        return self.highest_mmhg < EMPTY_MMHG

    def open_mask(self, leg: int) -> int:
        """Return which valves of a leg were told to be open."""
        return self._open[leg]

    def fed_mask(self, leg: int) -> int:
        """Return which chambers of a leg the pump feeds."""
        return self._fed[leg]

    def reset_peaks(self) -> None:
        """Count peak pressures anew from now on."""
        self.peaks = {leg: list(values) for leg, values in self.truth.items()}

    # --- what can go wrong ---

    def power(self, on: bool) -> None:
        """Take the power away (valves fall open, the pump stops) or give it back."""
        self.powered = on
        if not on:
            for leg in self.legs:
                self.set_valves(leg, self.all_open)
                self.fill(leg, 0)

    def stick(self, leg: int, chamber: int, how: str | None) -> None:
        """Stick a valve ``"open"`` or ``"closed"``; None frees it. Chambers from 1."""
        bit = 1 << self._index(leg, chamber)
        self._stuck_open[leg] &= ~bit
        self._stuck_closed[leg] &= ~bit
        if how == "open":
            self._stuck_open[leg] |= bit
        elif how == "closed":
            self._stuck_closed[leg] |= bit
        elif how is not None:
            raise ValueError(f"a valve sticks open or closed, not {how}")
        self._still[leg] = False

    def overpressure(self, leg: int, chamber: int, mmhg: float) -> None:
        """Force a chamber to a pressure until its valve opens (at least 1.5 s)."""
        key = (leg, self._index(leg, chamber))
        self._jams[key] = Jam(mmhg, self.clock_s + OVERPRESSURE_S)
        self._still[leg] = False

    def break_sensor(self, leg: int, chamber: int, mmhg: float | None) -> None:
        """Let a sensor read always the same, or nothing at all (None)."""
        self._sensors[leg, self._index(leg, chamber)] = mmhg

    def repair(self) -> None:
        """Free all valves and sensors."""
        self._sensors.clear()
        self._jams.clear()
        for leg in self.legs:
            self._stuck_open[leg] = self._stuck_closed[leg] = 0
            self._still[leg] = False

    def _index(self, leg: int, chamber: int) -> int:
        if leg not in self.truth or not 1 <= chamber <= self.chambers:
            raise ValueError(f"no chamber {chamber} of leg {leg}")
        return chamber - 1

    def as_dict(self) -> Mapping[str, object]:
        """Return the truth for people and tests."""
        return {
            "pressures_mmhg": {
                ("left", "right")[leg]: [round(p, 2) for p in values]
                for leg, values in self.truth.items()
            },
            "open": {("left", "right")[leg]: self._open[leg] for leg in self.legs},
            "fed": {("left", "right")[leg]: self._fed[leg] for leg in self.legs},
            "battery_percent": round(self.percent, 2),
            "charging": self.charging,
            "worn": self.is_worn,
            "identified": self.identified,
            "empty": self.empty,
        }
