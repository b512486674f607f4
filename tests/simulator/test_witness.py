"""The witness believes valves, pump and pressures, and nobody else."""

import json

from simulator.pneumatics import Pneumatics
from simulator.witness import OFF, UnitWitness, Witness, phase_name


class Scene:
    """One unit with a firmware that the test plays."""

    def __init__(self, boots: str = "left", witness: Witness | None = None) -> None:
        """Everything is idle and empty."""
        self.t = 100.0
        self.phase = 0
        self.witness = witness or Witness(lambda: self.t)
        self.body = Pneumatics(1, 5)
        self.unit = UnitWitness(self.witness, boots, "pair1", self.body)
        self.unit.attach(lambda: self.phase)

    def inflate(self, told: bool = True) -> None:
        """Fill for a second; the firmware tells why after the pump is on."""
        self.phase = 3
        self.body.set_valves(0, 0)
        self.body.fill(0, 31)
        if told:
            self.unit.told("inflation_start", cause="controller", now_ms=1, session=7)
        self.unit.look()
        self.wait(2)

    def wait(self, seconds: float) -> None:
        """Let time pass, real and programme."""
        for _ in range(round(seconds * 20)):
            self.t += 0.05
            self.body.advance(0.05)
            self.unit.look()

    def let_out(self, phase: int = 8) -> None:
        """Open all valves."""
        self.body.fill(0, 0)
        self.body.set_valves(0, 31)
        self.phase = phase

    def kinds(self) -> list[str]:
        """Return what was written, in order."""
        return [entry["kind"] for entry in self.witness.entries()]


def test_a_session_as_it_should_be() -> None:
    """Inflation with its cause, a stop with its latency, and empty when measured."""
    scene = Scene()
    scene.inflate()
    scene.unit.stop("command")
    scene.t += 0.004
    scene.let_out()
    scene.unit.told("inflation_end", cause="stopped", session=7, now_ms=2)
    scene.unit.look()
    scene.wait(8)
    inflation, *_, ended, empty = (
        e for e in scene.witness.entries() if e["kind"] != "firmware"
    )
    assert inflation["cause"] == "controller"
    assert inflation["session"] == 7
    assert inflation["phase"] == "inflating"
    assert "now_ms" not in inflation
    assert ended["cause"] == "stopped"
    assert ended["open_ms"] == 4
    assert 10 < ended["peaks_mmhg"]["left"][0] < 40
    assert 500 < empty["after_ms"] < 8000
    assert empty["stop_ms"] == empty["after_ms"] + 4
    assert empty["after_programme_s"] * 1000 == empty["after_ms"]
    # One line each, and JSON can hold them.
    assert json.loads(json.dumps(scene.witness.entries())) == scene.witness.entries()
    assert scene.kinds().count("empty") == 1


def test_unexplained_inflation() -> None:
    """A pump that runs without a word, or in the wrong phase, is told as such."""
    scene = Scene()
    scene.inflate(told=False)
    assert scene.witness.entries(kind="inflation")[0]["cause"] == "unexplained"
    scene.let_out(phase=0)
    scene.wait(10)
    scene.phase = 0
    scene.body.set_valves(0, 0)
    scene.body.fill(0, 1)
    scene.unit.look()
    assert [e["phase"] for e in scene.witness.entries(kind="inflation")] == [
        "inflating",
        "idle",
    ]
    assert {e["cause"] for e in scene.witness.entries(kind="ended")} == {"unexplained"}


def test_cycles_are_not_starts() -> None:
    """Within a session zones fill again and again; that is one start."""
    scene = Scene()
    scene.inflate()
    for _ in range(3):
        scene.let_out(phase=6)
        scene.wait(10)
        scene.inflate()
    assert scene.kinds().count("inflation") == 1
    assert "ended" not in scene.kinds()
    assert scene.unit.running


def test_a_stop_that_does_not_open_the_valves() -> None:
    """The firmware says it vents, the valves say no: the session has not ended."""
    scene = Scene()
    scene.inflate()
    scene.unit.stop("command")
    scene.phase = 8
    scene.wait(3)
    assert "ended" not in scene.kinds()
    scene.let_out()
    scene.wait(10)
    (ended,) = scene.witness.entries(kind="ended")
    assert 2990 < ended["open_ms"] < 3060


def test_stop_while_nothing_runs() -> None:
    """It is written down, and that is all."""
    scene = Scene()
    scene.unit.stop("button")
    scene.wait(1)
    assert scene.kinds() == ["stop"]
    assert scene.witness.entries()[0]["running"] is False


def test_feeding_an_open_chamber_is_no_inflation() -> None:
    """Air that goes straight out inflates nothing."""
    scene = Scene()
    scene.body.fill(0, 31)
    scene.unit.look()
    assert scene.kinds() == []


def test_skew_of_a_pair() -> None:
    """Both legs within 12 s; later or the same leg again is another session."""
    one = Scene("left")
    two = Scene("right", one.witness)
    one.inflate()
    one.t += 0.02
    two.inflate()
    (skew,) = one.witness.entries(kind="skew")
    assert skew["boots"] == "right"
    assert skew["other"] == "left"
    assert abs(skew["ms"] - 2020) < 1
    for scene in (one, two):
        scene.let_out()
        scene.wait(1)
        scene.let_out()
    one.inflate()
    one.let_out()
    one.wait(1)
    two.inflate()
    assert len(one.witness.entries(kind="skew")) == 1
    one.inflate()
    assert len(one.witness.entries(kind="skew")) == 2


def test_since_filters_and_listeners() -> None:
    """Entries come by number, boots and kind; nobody can change the log."""
    witness = Witness()
    heard = []
    end = witness.listen(heard.append)
    witness.record("a", "power", on=True)
    end()
    for boots in "bab":
        witness.record(boots, "link", event="connected")
    assert [e["n"] for e in witness.entries()] == [1, 2, 3, 4]
    assert [e["n"] for e in witness.entries(2)] == [3, 4]
    assert [e["n"] for e in witness.entries(boots="a")] == [1, 3]
    assert [e["n"] for e in witness.entries(1, boots="a", kind="link")] == [3]
    assert [e["n"] for e in heard] == [1]
    witness.entries()[0]["n"] = 99
    assert witness.entries()[0]["n"] == 1
    times = [e["t"] for e in witness.entries()]
    assert times == sorted(times)


def test_words_for_phases() -> None:
    """Unknown ones stay numbers."""
    assert [phase_name(p) for p in (0, 9, OFF, 42)] == ["idle", "fault", "off", "42"]


def test_bytes_become_text() -> None:
    """The firmware may tell bytes; JSON cannot hold them."""
    scene = Scene()
    scene.unit.told("authorised", key=b"\x01\x02")
    assert scene.witness.entries()[0]["key"] == "0102"
