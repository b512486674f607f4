"""From a recording to a draft that loads, and to what a definition explains."""

import json
from pathlib import Path
import struct
import subprocess
import sys

from hypothesis import given, strategies as st
import pytest

from custom_components.kumo_boots.boots.drivers.defined import load
from simulator.far_harbour import FarHarbour
from simulator.quiet_mill import QuietMill
from teach.__main__ import main
from teach.analysis import kinds, level_of, phase_of
from teach.btsnoop import traffic
from teach.captures import Capture, CaptureError, Frame, of_bundle, of_log, read
from teach.drafting import draft
from teach.table import lines
from teach.verifying import verify
from tests.boots.defined.fixtures import definition
from tests.json_schema import check_bundle

from .recordings import att, bundle, declared, far_harbour_log, mill_frames, snoop


def recorded(frames: list[bytes], label: str = "all") -> Capture:
    """Return a recording of these frames from one characteristic."""
    return Capture(
        frames=tuple(
            Frame(float(second), label, "from", "x", data)
            for second, data in enumerate(frames)
        )
    )


def test_what_the_bytes_do() -> None:
    """Constants, a length, a counter, the sum, and what changed with the labels."""
    (kind,) = kinds(of_bundle(bundle()))
    assert kind.constants == {0: 0x7E, 1: 5, 2: 0x53, 6: 91}
    assert 1 in kind.lengths
    assert kind.counters == (7,)
    best = kind.sums[0]
    assert (best.name, best.at, best.first, best.last) == ("sum8_twos", 8, 1, 8)
    assert set(kind.by_label) == {3, 4, 5}
    assert phase_of(kind) == (
        3,
        {0: "idle", 1: "inflating", 2: "inflating", 3: "inflating", 5: "venting"},
    )
    assert level_of(kind) == 4


@pytest.mark.parametrize(
    ("name", "characteristic"),
    [
        ("theragun_gen4", "0000ffe1-0000-1000-8000-00805f9b34fb"),
        ("blockbluelight", "0000fff1-0000-1000-8000-00805f9b34fb"),
        ("far_harbour", FarHarbour.state),
    ],
)
def test_the_checksum_of_each_exchange_is_found(name: str, characteristic: str) -> None:
    """In front or at the end, before a suffix, in two bytes: by trying the family."""
    known = definition(name)
    (report,) = [r for r in known.reports if r.name == "state"]
    body = bytes(byte or 0 for byte in report.starts)
    frames = [
        report.frame.encode(body.ljust(12, bytes([n * 37 & 0xFF])), n)
        for n in range(12)
    ]
    (kind,) = kinds(recorded(frames))
    checksums = [p.checksum for p in report.frame.parts if p.kind == "checksum"]
    assert [kind.sums[0].name] == checksums
    text = draft(
        Capture(
            name=name,
            properties={characteristic: ("notify",)},
            frames=tuple(
                Frame(f.at_s, f.label, "from", characteristic, f.data)
                for f in kind.frames
            ),
        )
    )
    drafted = load(text, "draft.yaml")
    assert not drafted.can_start
    verdict = verify(drafted, recorded_at(characteristic, frames))
    assert verdict.percent == 100, text


def recorded_at(characteristic: str, frames: list[bytes]) -> Capture:
    """Return a recording from a characteristic."""
    return Capture(
        frames=tuple(Frame(0.0, "all", "from", characteristic, f) for f in frames)
    )


def test_few_frames_tell_no_checksum() -> None:
    """Two frames fit half the family by accident: none is named."""
    capture = recorded([b"\x01\x02\x03", b"\x01\x03\x04"])
    (kind,) = kinds(capture)
    assert kind.sums == ()
    assert "no checksum can be told" in "\n".join(lines(capture))


def test_the_table_can_be_read() -> None:
    """Every byte has a line in words."""
    table = "\n".join(lines(of_bundle(bundle())))
    assert "20 frames" in table or "22 frames" in table
    assert "byte  0  always 7e" in table
    assert "byte  1  always 05, may be a length" in table
    assert (
        "byte  3  at_rest: 00; started: 01 02 03; stronger: 01 02; stopped: 05 00"
        in table
    )
    assert "byte  7  counts the frames" in table
    assert "checksum sum8_twos (big) at byte 8, over bytes 1 to 7" in table
    assert "byte  8  checksum" in table


def test_a_draft_loads_and_explains_what_it_was_made_from() -> None:
    """Every frame of the recording; and it cannot start."""
    capture = of_bundle(bundle())
    text = draft(capture)
    drafted = load(text, "draft.yaml")
    assert not drafted.can_start
    assert drafted.key == "quietmill"
    assert drafted.poll is not None
    verdict = verify(drafted, capture)
    assert verdict.percent == 100
    assert verdict.phases == {
        "at_rest": ["idle"],
        "started": ["inflating"],
        "stronger": ["inflating"],
        "stopped": ["venting", "idle"],
    }


def test_what_is_not_explained_is_told() -> None:
    """A broken frame, and one of another kind."""
    frames = [*mill_frames()]
    label, data = frames[3]
    frames[3] = label, data[:-1] + bytes([data[-1] ^ 1])
    frames.append(("stopped", QuietMill.framed(b"\x54\x00")))
    frames.append(("stopped", QuietMill.framed(bytes([0x53, 77, 1, 0, 91, 3]))))
    verdict = verify(definition("quiet_mill"), of_bundle(bundle(frames)))
    assert [why for _, why in verdict.left] == [
        "no report is like this",
        "no report is like this",
        "phase is 77",
    ]
    assert verdict.percent == pytest.approx(100 * (len(frames) - 3) / len(frames))
    assert verify(definition("quiet_mill"), Capture()).percent == 0


def test_a_phone_s_log() -> None:
    """Handles get their names, subscriptions are no messages, marks become labels."""
    capture = of_log(far_harbour_log(), {"started": 1.5, "stopped": 2.5})
    assert capture.labels == ["all", "started", "stopped"]
    assert [f.direction for f in capture.frames] == ["to"] * 6 + ["from"]
    assert {f.characteristic for f in capture.frames} == {
        FarHarbour.control,
        FarHarbour.state,
    }
    verdict = verify(definition("far_harbour"), capture)
    assert verdict.percent == 100, verdict.left
    assert verdict.explained == {
        "hello": 1,
        "start": 1,
        "stop": 3,
        "ask": 1,
        "state": 1,
    }
    text = draft(capture)
    assert "#   started: c5 06 01 10 02 28 15 03" in text
    assert not load(text, "draft.yaml").can_start


def test_a_log_without_names_has_handles() -> None:
    """And parts of packets are put together; what is short or strange is left out."""
    whole = att(0x1B, struct.pack("<H", 0x21) + bytes(10))
    first = whole[:9]
    rest = b"\x02" + struct.pack("<HH", 0x1040, len(whole) - 9) + whole[9:]
    log = snoop(
        [
            (0, True, b"\x02"),
            (0, True, first),
            (0, True, rest),
            (1, False, att(0x12, b"\x12")),
            (1, True, att(0x09, b"\x03" + bytes(12))),
            (1, True, att(0x09, b"")),
            (1, True, att(0x09, b"\x07" + struct.pack("<HBHH", 1, 2, 0x31, 0xFFF1))),
            (2, True, att(0x1D, struct.pack("<H", 0x31) + b"\x01")),
            (
                2,
                True,
                b"\x02" + struct.pack("<HH", 0x2040, 4) + struct.pack("<HH", 0, 4),
            ),
            (
                2,
                True,
                b"\x02"
                + struct.pack("<HH", 0x2040, 5)
                + struct.pack("<HH", 1, 5)
                + b"x",
            ),
            (2, True, b"\x02" + struct.pack("<HH", 0x2040, 2) + b"xx"),
            (3, True, declared()),
        ]
    )
    assert [(m.characteristic, m.data) for m in traffic(log)] == [
        ("handle-0021", bytes(10)),
        ("0000fff1-0000-1000-8000-00805f9b34fb", b"\x01"),
    ]


@given(st.binary(max_size=200))
def test_a_log_of_anything_is_read_or_refused(rest: bytes) -> None:
    """Whatever follows the first words of a log."""
    traffic(b"btsnoop\0" + struct.pack(">II", 1, 1002) + rest)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"{", "neither a bundle nor a btsnoop log"),
        (b"[]", "neither a bundle nor a btsnoop log"),
        (b'{"format": "other"}', "only version 1"),
        (b'{"format": "kumo_boots.bundle", "version": 2}', "only version 1"),
        (b'{"format": "kumo_boots.bundle", "version": 1}', "neither a bundle"),
        (b"btsnoop\0", "no btsnoop log"),
        (b"btsnoop\0" + struct.pack(">II", 1, 1), "another kind"),
    ],
)
def test_files_that_are_no_recording(data: bytes, says: str, tmp_path: Path) -> None:
    """The message says what is wrong."""
    path = tmp_path / "file"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=says):
        read(path)


def test_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Look, draft, verify; and what happens with a wrong file."""
    recording, drafted = tmp_path / "bundle.json", tmp_path / "mine.yaml"
    recording.write_text(json.dumps(bundle()))
    assert main(["look", str(recording)]) == 0
    assert "counts the frames" in capsys.readouterr().out
    assert main(["draft", str(recording)]) == 0
    drafted.write_text(capsys.readouterr().out)
    assert main(["verify", str(drafted), str(recording)]) == 0
    assert "(100.0 %)" in capsys.readouterr().out
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps(bundle([("x", b"\x00\x01")])))
    assert main(["verify", str(drafted), str(wrong)]) == 1
    assert (
        "not explained:\n      0.00 s x from 00 01: no report"
        in capsys.readouterr().out
    )
    assert main(["verify", str(wrong), str(recording)]) == 2
    assert main(["look", str(drafted)]) == 2
    assert main(["look", str(tmp_path / "none")]) == 2
    log = tmp_path / "btsnoop_hci.log"
    log.write_bytes(far_harbour_log())
    assert main(["look", str(log), "--mark", "started=1.5"]) == 0
    assert "labels: all, started" in capsys.readouterr().out


def test_it_is_a_module() -> None:
    """``python -m teach`` says what it can do."""
    done = subprocess.run(
        [sys.executable, "-m", "teach", "--help"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0
    assert "look at a recording" in done.stdout


def test_a_recording_of_the_tests_is_a_bundle() -> None:
    """As the schema says; and the check can fail."""
    check_bundle(bundle())
    for wrong in (
        {"version": 2},
        {"owner": "Petra"},
        {"left_out": -1},
        {"gatt": [{"uuid": "FFE0", "characteristics": []}]},
    ):
        with pytest.raises(AssertionError):
            check_bundle({**bundle(), **wrong})


def test_what_ships_does_not_import_it() -> None:
    """It is a tool of whoever writes definitions."""
    for path in Path("custom_components").rglob("*.py"):
        assert "import teach" not in path.read_text(), path
        assert "from teach" not in path.read_text(), path


def test_captures_are_never_read_as_something_else() -> None:
    """An error of a bundle is one of captures."""
    with pytest.raises(CaptureError):
        of_bundle({})
