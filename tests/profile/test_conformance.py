"""The checklist: complete, passed by the simulated unit, failed by bad ones."""

from collections.abc import Callable

import pytest

from firmware import obp
from firmware.control import Control
from firmware.machine import Machine
from firmware.unit import Unit
from simulator.conformance.__main__ import main, simulated
from simulator.conformance.examination import CHECKLIST
from simulator.conformance.report import Verdict

from . import page

# Rules that take no more than a few seconds.
QUICK = [
    1,
    2,
    3,
    4,
    5,
    7,
    8,
    10,
    11,
    13,
    14,
    15,
    16,
    17,
    21,
    26,
    28,
    29,
    31,
    32,
    33,
    36,
]


def test_every_rule_of_the_page_is_on_the_list() -> None:
    """And no other."""
    assert sorted(CHECKLIST) == sorted(page.rules())


async def test_simulated_unit_passes() -> None:
    """All that takes no long wait; ``script/conform`` does the rest, too."""
    findings = await simulated(QUICK)
    assert [finding.rule for finding in findings] == QUICK
    wrong = [f.line() for f in findings if f.verdict is not Verdict.PASS]
    assert wrong == []


def _nonce_lives_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(obp, "NONCE_MS", 20_000)


def _any_nonce(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Machine, "nonce_is", lambda *_: True)


def _stop_needs_authorisation(monkeypatch: pytest.MonkeyPatch) -> None:
    good = Unit.write_control

    def write_control(
        self: Unit, data: bytes, with_response: bool, now_ms: int
    ) -> None:
        if data[:1] != b"\0" or self.authorisation.slot is not None:
            good(self, data, with_response, now_ms)

    monkeypatch.setattr(Unit, "write_control", write_control)


def _clamps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Control, "_check_ranges", lambda *_: None)


def _refused_arm_voids(monkeypatch: pytest.MonkeyPatch) -> None:
    good = Control._check_ranges

    def check(self: Control, opcode: int, parameters: bytes) -> object:
        wrong = good(self, opcode, parameters)
        if opcode == obp.ARM and wrong and self.unit.session:
            self.unit.session.nonce = None
        return wrong

    monkeypatch.setattr(Control, "_check_ranges", check)


def _idle_too_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Machine, "_tick_venting", Machine._enter_idle)


@pytest.mark.parametrize(
    ("spoil", "rule", "why"),
    [
        (_nonce_lives_on, 16, "not idle when the nonce died"),
        (_refused_arm_voids, 16, "start is answered 08, not 06"),
        (_any_nonce, 16, "start is answered 00, not 08"),
        (_stop_needs_authorisation, 14, "not within 1 s: stopped"),
        (_clamps, 15, "arm is answered 00, not 06"),
        (_idle_too_early, 10, "idle"),
    ],
)
async def test_bad_unit_fails(
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[pytest.MonkeyPatch], None],
    rule: int,
    why: str,
) -> None:
    """Each by the rule that it breaks, and for that reason."""
    spoil(monkeypatch)
    (finding,) = await simulated([rule])
    assert finding.verdict is Verdict.FAIL
    assert why in finding.why


@pytest.mark.parametrize(("spoilt", "status"), [(False, 0), (True, 1)])
def test_command_line(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    spoilt: bool,
    status: int,
) -> None:
    """A line for each rule, a sum, an exit code."""
    if spoilt:
        _clamps(monkeypatch)
    assert main(["--rule", "15", "--rule", "37"]) == status
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("R15")
    assert lines[1].startswith("R37  cannot be checked")
    assert lines[2] == f"{1 - status} pass, {status} fail, 1 cannot be checked"


def test_unknown_rule() -> None:
    """Told, not ignored."""
    with pytest.raises(SystemExit, match="no rule 99"):
        main(["--rule", "99"])
