"""What a defined device says, made a state, without a connection."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from custom_components.kumo_boots.boots.drivers.defined.numbers import NUMBERS
from custom_components.kumo_boots.boots.drivers.defined.reports import (
    Codes,
    Field,
    Report,
    told,
)
from custom_components.kumo_boots.boots.drivers.defined.session_values import (
    change_values,
    start_values,
)
from custom_components.kumo_boots.boots.drivers.defined.telling import Telling
from custom_components.kumo_boots.boots.errors import ProtocolError
from custom_components.kumo_boots.boots.model import (
    BootsState,
    Fault,
    Origin,
    Phase,
    Programme,
    Settings,
    Side,
)

from .fixtures import definition

CODES = Codes(programmes={Programme.WAVE: 2}, levels={3: 7}, legs={Side.LEFT: 1})


def clock() -> tuple[Callable[[], float], list[float]]:
    """Return a clock, and its hands."""
    now = [100.0]
    return lambda: now[0], now


def test_words_and_numbers() -> None:
    """Each kind of word, and what it cannot be."""
    state = told(
        BootsState(),
        {
            "level": 7.0,
            "programme": 2.0,
            "battery_percent": 102.0,
            "active_zones": 5.0,
            "charging": 1.0,
            "fault": "pump",
            "nonce": b"12",
            "pressures_left": 12.0,
        },
        CODES,
    )
    assert (state.target_mmhg, state.programme) == (3, Programme.WAVE)
    assert (state.battery_percent, state.charging) == (100, True)
    assert state.active_zones == {1, 3}
    assert state.faults == {Fault.PUMP}
    assert state.pressures_mmhg == {Side.LEFT: (12,)}
    assert told(state, {"fault": "none"}, CODES).faults == frozenset()
    assert told(state, {"level": 9.0, "programme": "wave"}, CODES).target_mmhg is None
    with pytest.raises(ProtocolError):
        told(state, {"cycles": -1.0}, CODES)


def test_text_with_groups_that_are_not_there() -> None:
    """What a line leaves out is left as it is; what is no number is none."""
    import re

    report = Report(
        name="line",
        characteristic="x",
        text=re.compile(r"B=(?P<battery_percent>\w*)(?: C=(?P<cycles>\d+))?"),
        fields=(
            Field(name="battery_percent"),
            Field(name="cycles", scale=2, add=1),
        ),
    )
    assert report.decode(b"B=7") == {"battery_percent": 7}
    assert report.decode(b"B=7 C=3") == {"battery_percent": 7, "cycles": 7}
    assert report.decode(b"C") is None
    with pytest.raises(ProtocolError, match="battery_percent is x"):
        report.decode(b"B=x")


def test_optional_fields() -> None:
    """A shorter message may leave them out, and no others."""
    field = Field(name="cycles", at=3)
    report = Report(name="r", characteristic="x", fields=(field,))
    with pytest.raises(ProtocolError, match="r ends before cycles"):
        report.decode(b"12")
    report = replace(report, fields=(replace(field, optional=True),))
    assert report.decode(b"12") == {}
    assert report.decode(b"1234") == {"cycles": 0x34}


def test_digits_that_are_none() -> None:
    """Half bytes above nine, letters, and what is no number at all."""
    for name, data in (
        ("bcd8", b"\x1a"),
        ("digits2", b"1x"),
        ("f32le", b"\0\0\xc0\x7f"),
    ):
        with pytest.raises(ProtocolError):
            NUMBERS[name].decode(data)


def test_empty_is_measured_or_waited_for() -> None:
    """Pressures tell; without them the time that the air takes."""
    now, hands = clock()
    measured = Telling(definition("far_harbour"), now)
    values = {"phase": "idle", "pressures_left": (0.0, 9.0)}
    assert measured.take_report(values).phase is Phase.VENTING
    values = {"phase": "idle", "pressures_left": (0.0, 3.0)}
    assert measured.take_report(values).phase is Phase.IDLE
    waited = Telling(definition("quiet_mill"), now)
    waited.recall(BootsState(phase=Phase.VENTING))
    assert waited.take_report({"phase": "idle"}).phase is Phase.VENTING
    hands[0] += 1
    assert waited.take_report({"phase": "idle"}).phase is Phase.IDLE


def test_who_started_is_taken_from_the_device_where_it_says_so() -> None:
    """Its own word counts, but for what we started."""
    now, hands = clock()
    telling = Telling(definition("quiet_mill"), now)
    state = telling.take_report({"phase": "holding", "origin": "other_controller"})
    assert state.origin is Origin.OTHER_CONTROLLER
    settings = Settings(programme=Programme.SQUEEZE, target_mmhg=1, duration_s=60)
    armed = telling.armed(settings, 3)
    assert telling.take(armed) == settings
    assert telling.take(armed) is None
    telling.starting(armed)
    assert telling.take_report({"phase": "idle"}).session_id is None
    assert telling.take_report({"phase": "holding"}).session_id == armed.session_id
    # Too long after the start it is not taken for ours.
    telling.starting(armed)
    hands[0] += 5
    telling.take_report({"phase": "idle"})
    assert telling.take_report({"phase": "holding"}).session_id is None


def test_battery() -> None:
    """One byte, at most a hundred."""
    now, _ = clock()
    telling = Telling(definition("quiet_mill"), now)
    telling.battery(b"\x66")
    assert telling.take_report({}).battery_percent == 100
    with pytest.raises(ProtocolError):
        telling.battery(b"")


def test_zones_that_take_part() -> None:
    """A mask of those that are not left out."""
    known = definition("far_harbour")
    wanted = Settings(
        programme=Programme.WAVE,
        target_mmhg=40,
        duration_s=60,
        legs=frozenset({Side.RIGHT}),
        skipped=frozenset({1}),
    )
    values = start_values(wanted, known)
    assert (values["zones"], values["legs"], values["programme"]) == (2, 2, 2)
    assert change_values(known, None, None, frozenset({2})) == {
        "set_zones": {"zones": 1}
    }
