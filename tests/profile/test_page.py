"""The page against the firmware: what drifts fails."""

import re

import pytest

from firmware import config, control, guards, obp, programme, upload

from . import page
from .examples import PAGE, tables

TITLES = list(tables())


@pytest.mark.parametrize("title", TITLES)
def test_worked_examples_are_what_the_firmware_does(title: str) -> None:
    """Changed the profile on purpose? ``python -m tests.profile.examples``."""
    assert page.example_tables()[title] == tables()[title]


def test_page_has_no_other_examples() -> None:
    """Nothing in section 8 that no test computes."""
    assert list(page.example_tables()) == TITLES


def test_rules_are_numbered_without_a_gap() -> None:
    """A rule can be named by its number."""
    assert list(page.rules()) == list(range(1, 42))


def test_uuids() -> None:
    """Section 1's table against the constants."""
    found = dict(
        re.findall(
            r"(?m)^\| ([A-Z][A-Za-z ]+?)(?: \(.*?\))? \| `(dcc0.*?)` \|", page.text()
        )
    )
    assert found == {
        "Open Boots service": obp.SERVICE,
        "Capabilities": obp.CAPABILITIES,
        "State": obp.STATE,
        "Pressures": obp.PRESSURES,
        "Control point": obp.CONTROL,
        "Authorisation": obp.AUTHORISATION,
    }


def test_byte_budget() -> None:
    """The longest frame of each kind, as the examples really are."""
    budget: dict[str, int] = {}
    for row in page.grid("frame", "bytes").rows:
        for name, size in ((row[0], row[1]), (row[3], row[4])):
            budget[name] = int(size)
    examples = tables()
    session, before = examples["A session"], examples["Before a session"]
    arm = next(label for label in session if label.startswith("arm"))
    authorisation = examples["Pairing"] | examples["Proof"]
    del authorisation["link key"]
    part_parameters = control.RULES[obp.PROGRAMME_PART][1]
    assert budget == {
        "capabilities": len(
            examples["Read and advertised"]["capabilities, one controller remembered"]
        ),
        "arm request": len(session[arm]),
        "state": len(session["state, armed"]),
        "start request": len(session["start, delay 300 ms"]),
        "pressures (8 chambers)": len(obp.pack_pressures(0, 0, 0, [0.0] * 8)),
        "programme part request": 2
        + part_parameters
        + obp.COUNTER_BYTES
        + obp.TAG_BYTES,
        "stop request": len(session["stop"]),
        "arm result": len(session[arm + ": result"]),
        "heartbeat request": len(session["heartbeat"]),
        "longest authorisation frame": max(map(len, authorisation.values())),
    }
    assert max(budget.values()) == 20
    every = [frame for table in (session, before) for frame in table.values()]
    assert max(map(len, every)) == 20


def test_phases_faults_and_ends() -> None:
    """Section 3's three lists in one table."""
    phases: dict[int, str] = {}
    faults: dict[int, str] = {}
    ends: dict[int, str] = {}
    for row in page.grid("phase", "", "fault flag").rows:
        number, name = row[0].split(" ", 1)
        phases[int(number)] = name.split(" (")[0]
        if row[2]:
            _, bit, name = row[2].split(" ", 2)
            faults[int(bit)] = name
        if row[4]:
            number, name = row[4].split(" ", 1)
            ends[int(number)] = name
    assert tuple(phases.values()) == obp.PHASES
    assert list(phases) == list(range(10))
    assert faults == {
        0: "over-pressure",
        1: "a chamber does not fill",
        2: "a chamber does not empty",
        3: "a sensor fails",
        4: "battery exhausted",
        5: "pump or valve fails",
        6: "restarted during a session",
    }
    flags = (
        obp.OVER_PRESSURE,
        obp.NOT_FILLING,
        obp.NOT_EMPTYING,
        obp.SENSOR_FAILS,
        obp.BATTERY_EXHAUSTED,
        obp.PUMP_FAILS,
        obp.RESTARTED,
    )
    assert flags == tuple(1 << bit for bit in faults)
    assert ends == {
        obp.END_NONE: "none yet",
        obp.END_COMPLETED: "completed",
        obp.END_STOPPED: "stopped by a controller",
        obp.END_ON_BOOTS: "stopped on the boots",
        obp.END_LEASE: "lease expired",
        obp.END_FAULT: "fault",
        obp.END_PAUSED: "paused too long",
        obp.END_NOT_COMMITTED: "not committed",
        obp.END_RESTARTED: "restarted",
    }


def _phases(cell: str) -> tuple[int, ...]:
    if cell == "any":
        return control.ANY
    if span := re.fullmatch(r"(\d)–(\d)", cell):
        return tuple(range(int(span[1]), int(span[2]) + 1))
    return tuple(obp.PHASES.index(name) for name in cell.split(", "))


def _parameter_bytes(cell: str) -> tuple[int, int]:
    """Count the bytes that a cell of the table of requests describes."""
    if cell.startswith("none"):
        return 0, 0
    if cell == "4 bytes":
        return 4, 4
    sizes = {"u8": 1, "u16": 2, "u32": 4}
    fixed = sum(sizes[word] for word in re.findall(r"\bu(?:8|16|32)\b", cell))
    if span := re.search(r"(\d)–(\d) bytes", cell):
        return fixed + int(span[1]), fixed + int(span[2])
    return fixed, fixed


def test_requests() -> None:
    """Opcodes, names, lengths and phases of section 4 against the firmware's rules."""
    rows = page.grid("opcode", "request", "parameters").rows
    assert [int(row[0], 16) for row in rows] == list(range(len(obp.OPCODES)))
    assert tuple(row[1] for row in rows) == obp.OPCODES
    for row in rows[1:]:
        shortest, longest, phases, _ = control.RULES[int(row[0], 16)]
        # *set pair id* and *start* hold spans of numbers in brackets.
        parameters = re.sub(r"\(.*?\)", "", row[2]).replace("skip mask", "mask")
        assert _parameter_bytes(parameters) == (shortest, longest), row[1]
        assert _phases(row[3]) == phases, row[1]


def test_result_codes() -> None:
    """The table of codes against the constants."""
    rows = page.grid("code", "meaning", "data").rows
    assert [int(row[0], 16) for row in rows] == list(range(len(obp.CODES)))
    assert tuple(row[1].split(": nothing")[0] for row in rows) == obp.CODES
    named = {
        "checksum": obp.WRONG_PROGRAMME,
        "not worn": obp.NOT_WORN,
        "nonce": obp.WRONG_NONCE,
        "out of range": obp.OUT_OF_RANGE,
    }
    for word, code in named.items():
        assert word in obp.CODES[code]


def test_authorisation_errors() -> None:
    """R35 lists what ``8F`` tells."""
    found = {
        int(code, 16): meaning
        for code, meaning in re.findall(
            r"(0\d) ([a-z][a-z ]+?)[,.]", page.rules()[35].split(". ")[0] + "."
        )
        if int(code, 16) in obp.AUTH_ERRORS
    }
    assert found == obp.AUTH_ERRORS


def test_programmes() -> None:
    """Section 5's programmes against the firmware's."""
    rows = page.grid("programme", "kind", "gradient, mmHg per chamber").rows[:-1]
    for row in rows:
        number = int(row[0].split()[0])
        kind, name = row[1].split(" ", 1)
        standard = programme.STANDARD[number]
        assert (int(kind), name) == (standard.kind, obp.KINDS[standard.kind])
        assert [int(cell) * 1000 for cell in row[3:]] == [
            standard.hold_ms,
            standard.release_ms,
            standard.rest_ms,
        ]
        assert int(row[2]) == standard.gradient
    assert len(rows) == len(programme.STANDARD)


def test_features() -> None:
    """Section 2's feature bits against the constants."""
    line = re.search(r"(?m)^Features: (.*?)\.? A unit that", page.text())
    assert line is not None
    found = re.findall(r"(?:bit )?(\d) ([a-z ]+?)(?:,| \(|\.|$)", line[1])
    assert found == [
        ("0", "pause"),
        ("1", "zone skip"),
        ("2", "zone boost"),
        ("3", "custom programme"),
        ("4", "worn detection"),
        ("5", "child lock"),
        ("6", "heat"),
        ("7", "identify"),
        ("8", "charging is known"),
        ("9", "start button on the boots"),
    ]
    assert obp.FEATURE_START_BUTTON == 1 << 9
    assert obp.FEATURE_CHILD_LOCK == 1 << 5
    assert obp.FEATURE_IDENTIFY == 1 << 7
    assert obp.FEATURE_CHARGING == 1 << 8
    assert obp.FEATURE_WORN == 1 << 4
    assert obp.FEATURE_CUSTOM == 1 << 3
    assert obp.FEATURE_PAUSE | obp.FEATURE_ZONE_SKIP | obp.FEATURE_ZONE_BOOST == 7


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (6, f"within {obp.UNAUTHORISED_MS // 1000} s"),
        (10, f"below {obp.EMPTY_MMHG} mmHg"),
        (10, f"{obp.VENT_LIMIT_MS // 1000} s of venting"),
        (12, "every 250 ms"),
        (16, f"an age of {obp.NONCE_MS // 1000} s"),
        (20, f"pause of {obp.PAUSE_LIMIT_MS // 60_000} min"),
        (25, f"{obp.ACCEPTED_MS // 1000} s from then"),
        (
            27,
            f"above {obp.HELD_MMHG} mmHg for {obp.HELD_LIMIT_MS // 1000} s",
        ),
        (28, f"ceiling + {guards.OVER_CEILING_MMHG} mmHg"),
        (28, f"own target + {guards.OVER_TARGET_MMHG} mmHg"),
        (
            30,
            f"below −{-guards.SENSOR_LOWEST_MMHG} or above {guards.SENSOR_HIGHEST_MMHG}",
        ),
        (34, "At least four keys"),
    ],
)
def test_numbers_in_rules(rule: int, words: str) -> None:
    """A number that the firmware uses stands in its rule."""
    assert words in page.rules()[rule]


def test_numbers_outside_rules() -> None:
    """Numbers that stand in tables and in the text around the rules."""
    text = page.text()
    for words in (
        f"lease, s: always {obp.LEASE_MS // 1000} ",
        f"life of a nonce, tenths of a second: always {obp.NONCE_MS // 100} ",
        f"opens for {obp.WINDOW_MS // 1000} s",
        f"or after {obp.FULL_AFTER_MS // 1000} s",
        f"own target is {obp.BOOST_MMHG} mmHg higher",
        f"delay u16 ms (0–{obp.DELAY_LIMIT_MS})",
        f"time u16 s (1–{obp.OFFER_LIMIT_S})",
        f"gives the length ({upload.SHORTEST}–{upload.LONGEST};",
        f"`{obp.UNKNOWN_PRESSURE:04X}` unknown",
    ):
        assert words in text, words
    ranges = re.search(r"is uploaded as 7 bytes: (.*?)reserved", text)
    assert ranges is not None
    spans = re.findall(r"\((\d+)–(\d+)\)", ranges[1])
    assert [tuple(map(int, span)) for span in spans] == list(upload.RANGES[:-1])
    assert config.DEFAULTS["slots"] == 4


def test_every_rule_of_a_unit_has_a_test_that_names_it() -> None:
    """R1 to R3 and R5 are the port's; R38 to R41 are the controller's."""
    sources = (PAGE.parents[1] / "tests" / "firmware").glob("test_*.py")
    text = "\n".join(path.read_text() for path in sources)
    names = re.findall(r"def (test_r\w+)", text)
    named = {int(number) for name in names for number in re.findall(r"r(\d\d)_", name)}
    assert set(range(1, 38)) - named == {1, 2, 3, 5}
