"""What goes wrong: on the air, in the boots, in Home Assistant."""

from collections.abc import Callable
from random import Random

from bleak.exc import BleakError
from hypothesis import strategies as st
from hypothesis.stateful import rule

from firmware import obp

from ..held_up import hold_up
from .record import Stranger
from .setting import Setting, which

OVER_RANGE_MMHG = 150.0
"""Above the range of the boots, and below what a sensor may say."""
FOREVER_MS = 1_000_000


def _mangler(how: str, seed: int) -> Callable[[str, bytes], list[bytes]]:
    """Return what becomes of the frames that a unit sends."""
    random = Random(seed)
    late: list[bytes] = []

    def mangle(_uuid: str, frame: bytes) -> list[bytes]:
        if random.random() < 0.5:
            return [frame]
        match how:
            case "corrupt":
                at = random.randrange(len(frame))
                flipped = frame[at] ^ (1 << random.randrange(8))
                return [frame[:at] + bytes([flipped]) + frame[at + 1 :]]
            case "truncate":
                return [frame[: random.randrange(len(frame))]]
            case "duplicate":
                return [frame, frame]
            case "lose":
                return []
        late.append(frame)
        return [] if len(late) < 3 else [late.pop(0)]

    return mangle


class Faults(Setting):
    """Everything that nobody wants."""

    # On the air

    @rule(index=which)
    def drop_link(self, index: int) -> None:
        """Lose the link once."""
        boots = self.boots(index)
        self.truth.disturb(boots)
        self.now(boots.drop_link)

    @rule(index=which, in_range=st.booleans())
    def walk(self, index: int, in_range: bool) -> None:
        """Go out of range, or come back."""
        boots = self.boots(index)
        self.truth.disturb(boots)

        def walk() -> None:
            boots.in_range = in_range
            if not in_range:
                boots.drop_link()

        self.now(walk)

    @rule(index=which, latency_s=st.sampled_from([0.0, 0.02, 0.1, 0.3]))
    def delay(self, index: int, latency_s: float) -> None:
        """Change the latency of a link."""
        self.truth.disturb(self.boots(index))
        self.boots(index).latency_s = latency_s

    @rule(index=which, stalled=st.booleans(), stubborn=st.booleans())
    def stall(self, index: int, stalled: bool, stubborn: bool) -> None:
        """Hold back writes, as a stalled proxy does; it may deliver them very late."""
        boots = self.boots(index)
        boots.stubborn = stubborn
        self.truth.disturb(boots)
        if stalled:
            boots.open_gate.clear()
        else:
            self.now(boots.open_gate.set)

    @rule(index=which, deaf=st.booleans())
    def deafen(self, index: int, deaf: bool) -> None:
        """Let nothing pass in either direction, without a word."""
        self.truth.disturb(self.boots(index))
        self.boots(index).deaf = deaf

    @rule(
        index=which,
        how=st.sampled_from(
            [None, None, "corrupt", "truncate", "duplicate", "lose", "late"]
        ),
        seed=st.integers(0, 9),
    )
    def mangle(self, index: int, how: str | None, seed: int) -> None:
        """Corrupt, truncate, duplicate, lose or delay what a unit says."""
        boots = self.boots(index)
        self.truth.record(boots).lied_lately(self.loop.time())
        self.truth.disturb(boots)
        boots.mangle = None if how is None else _mangler(how, seed)

    @rule(how=st.sampled_from([None, "refuse", "connects hang", "disconnects hang"]))
    def adapter(self, how: str | None) -> None:
        """Refuse or hold up what an adapter does."""
        wire = self.rig.wire
        self.truth.disturb()
        self.now(self.reset_adapter)
        wire.refuse = BleakError("refused") if how == "refuse" else None
        wire.connect_hangs = how == "connects hang"
        wire.disconnect_hangs = how == "disconnects hang"

    @rule(slots=st.sampled_from([0, 1, 9, 9]))
    def slots(self, slots: int) -> None:
        """Use up connections, or free them."""
        self.truth.disturb()
        self.rig.wire.slots = slots

    @rule(index=which, authorised=st.booleans())
    def taken(self, index: int, authorised: bool) -> None:
        """Let a stranger, or a phone app that the boots know, take the link."""
        boots = self.boots(index)
        if boots.backend is not None or not boots.in_range:
            return
        self.truth.disturb(boots)

        def take() -> None:
            boots.backend = Stranger()
            boots.unit.connected(boots.now_ms)
            if authorised:
                boots.unit.authorisation.slot = 3

        self.now(take)

    @rule(index=which, stop=st.booleans())
    def given_back(self, index: int, stop: bool) -> None:
        """Whoever took the link goes, perhaps with a stop."""
        boots = self.boots(index)
        if not self.truth.record(boots).strange:
            return
        self.truth.disturb(boots)
        if stop:
            boots.unit.write_control(bytes([obp.STOP, 0]), False, boots.now_ms)
        self.now(boots.drop_link)

    # In the boots

    @rule(index=which)
    def reboot(self, index: int) -> None:
        """Take a unit's power away for a moment."""
        boots = self.boots(index)
        self.truth.disturb(boots)
        # The witness is not told of sessions that end like this.
        if boots.unit.phase in obp.RUNNING:
            fact = {
                "session": boots.unit.session.number,
                "now_ms": boots.now_ms,
                "cause": "rebooted",
            }
            boots.facts.append(("inflation_end", fact))
        self.now(boots.reboot)

    @rule(index=which, percent=st.sampled_from([100, 8, 3]))
    def battery(self, index: int, percent: int) -> None:
        """Drain or change a battery."""
        self.boots(index).body.percent = percent

    @rule(
        index=which,
        chamber=st.integers(1, 5),
        how=st.sampled_from([None, "open", "closed"]),
    )
    def stick(self, index: int, chamber: int, how: str | None) -> None:
        """Let a valve stick, or free it."""
        body = self.boots(index).body
        self.truth.disturb(self.boots(index))
        body.stick(body.legs[0], chamber, how)

    @rule(index=which, chamber=st.integers(1, 5), seeing=st.booleans())
    def over_pressure(self, index: int, chamber: int, seeing: bool) -> None:
        """Force a chamber; the firmware may be one that does not look."""
        boots = self.boots(index)
        self.truth.record(boots).force(self.loop.time())
        self.truth.disturb(boots)
        if not seeing:
            boots.unit.guards.check = lambda *_: 0
        boots.body.overpressure(boots.body.legs[0], chamber, OVER_RANGE_MMHG)

    @rule(index=which)
    def forget_time(self, index: int) -> None:
        """Let a firmware forget how long its session was to be."""
        boots = self.boots(index)
        record, session = self.truth.record(boots), boots.unit.session
        if record.running is None or session.remaining_ms >= FOREVER_MS / 2:
            return
        record.due_ms = session.run_ms + session.remaining_ms
        session.remaining_ms = FOREVER_MS

    # In Home Assistant

    @rule(seconds=st.sampled_from([3, 8, 15]))
    def hold_up(self, seconds: int) -> None:
        """Hold up the event loop, while the boots go on."""
        self.truth.disturb()

        async def held_up() -> None:
            self.truth.held_up_s += seconds
            for record in self.truth.records:
                # What was not said meanwhile cannot be known.
                record.lied_at += seconds
            hold_up(self.loop, self.rig.boots, seconds)

        self.do(held_up())
        self.truth.disturb()

    @rule()
    def restart(self) -> None:
        """Home Assistant is killed, and comes back."""
        for record in self.truth.records:
            record.generation += 1
        self.do(self.restart_all())
