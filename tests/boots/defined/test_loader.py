"""What is wrong with a definition: the file, the line, and what may have been meant."""

from contextlib import suppress

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.kumo_boots.boots.drivers.defined import (
    Confidence,
    DefinitionError,
    load,
)
from custom_components.kumo_boots.boots.model import Feature, Phase, Side

from .fixtures import NAMES, definition, text_of

BASE = text_of("far_harbour")


def problems(text: str) -> list[str]:
    """Return what the loader says of a text."""
    with pytest.raises(DefinitionError) as caught:
        load(text, "mine.yaml")
    assert str(caught.value) == "\n".join(map(str, caught.value.problems))
    return [str(problem) for problem in caught.value.problems]


def changed(before: str, after: str, text: str = BASE) -> tuple[str, int]:
    """Return a fixture with a change, and the line of that."""
    assert text.count(before) >= 1, before
    at = text.index(before)
    return text.replace(before, after, 1), text[:at].count("\n") + 1


@pytest.mark.parametrize("name", NAMES)
def test_fixtures_load_and_their_stop_is_proven(name: str) -> None:
    """All of them can start, and stop in every state."""
    known = definition(name)
    assert known.can_start
    assert known.prove() is None
    assert known.key == name


def test_what_a_definition_becomes() -> None:
    """Capabilities come from what is there, and from nothing else."""
    known = definition("far_harbour")
    assert known.confidence is Confidence.DOCUMENTED
    assert known.capabilities.legs == frozenset(Side)
    assert known.capabilities.features == Feature.PAUSE
    assert known.capabilities.nominal_mmhg == ()
    assert Phase.PAUSED in known.phases()
    assert definition("theragun_gen4").capabilities.nominal_mmhg == (10, 20, 30)
    text, _ = changed("{legs:u8}", "{legs:u8} {zones:u8}")
    text, _ = changed('  ask: "20"', '  ask: "20"\n  identify: "30"', text)
    text, _ = changed("battery_low: {at: 1, bits: 7}", "worn: {at: 1, bits: 7}", text)
    features = load(text, "mine.yaml").capabilities.features
    assert Feature.ZONE_SKIP | Feature.IDENTIFY | Feature.WORN in features
    text, _ = changed('  ask: "20"', '  ask: "20"\n  set_zones: "30 {zones:u8}"')
    assert Feature.ZONE_SKIP in load(text, "mine.yaml").capabilities.features


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("confidence: documented", "confidance: documented", "'confidance' means nothing here (did you mean 'confidence'?)"),
        ("confidence: documented", "confidence: documentd", "'confidence': expected one of documented, captured, unverified, not 'documentd': did you mean 'documented'?"),
        ("format: 1", "format: 2", "'format': expected a whole number from 1 to 1, not '2'"),
        ("key: far_harbour", "key: Far Harbour", "'key': expected a word of small letters, digits and _, not 'Far Harbour'"),
        ("manufacturer: 0xFFFF", "manufacturer: 0x1FFFF", "'manufacturer': expected a whole number from 0 to 65535, not '0x1FFFF'"),
        ("manufacturer: 0xFFFF", "manufacturer: [1]", "'manufacturer': expected a whole number from 0 to 65535"),
        ('- name: "FarHarbour*"\n    manufacturer: 0xFFFF', '- name: "*"', "this name would match everything"),
        ('- name: "FarHarbour*"\n    manufacturer: 0xFFFF', "- service: FFE5", "this service alone would match strangers' devices (add a name or a manufacturer)"),
        ('- name: "FarHarbour*"\n    manufacturer: 0xFFFF', "- service: FFF0", "this service alone would match strangers' devices"),
        ('- name: "FarHarbour*"\n    manufacturer: 0xFFFF', '- {service: FFE0, name: "*"}', "this service alone would match strangers' devices"),
        ('  - service: 5e11a9d0-7c3b-4e0e-9d55-0c2f6f6b1d01\n  - name: "FarHarbour*"\n    manufacturer: 0xFFFF', "  []", "something has to be matched"),
        ('- name: "FarHarbour*"\n    manufacturer: 0xFFFF', "- {}", "this would match everything"),
        ("5e11a9d0-7c3b-4e0e-9d55-0c2f6f6b1d02", "5e11a9d0", "'uuid': expected a UUID, of 4 or of 36 characters, not '5e11a9d0'"),
        ("write: both", "write: sometimes", "'write': expected one of with_response, without_response, both, not 'sometimes'"),
        ("5e11a9d0-7c3b-4e0e-9d55-0c2f6f6b1d02", "2B29", "this one has a meaning of its own in Bluetooth, and takes no commands"),
        ("notify: true", "notify: maybe", "'notify': expected one of true, false, yes, no, not 'maybe'"),
        ('fixed: "C5"', "fixed: C", "'fixed': expected bytes in hexadecimal, like AA 01, not 'C'"),
        ('fixed: "C5"', "fixed: C5\n      head: 1", "a part is exactly one of fixed, head, payload, length, counter, checksum"),
        ("- {counter: 1}", "- {counter: 1}\n    - {counter: 1, name: other}", "a frame has at most one counter"),
        ("- {counter: 1}", "- {counter: 1}\n    - {counter: 1}", "two parts are called 'counter' (give one a 'name')"),
        ("    - payload: all\n", "", "a frame has exactly one payload"),
        ("    - payload: all\n", "    - payload: all\n    - head: 1\n", "the head comes before the payload"),
        ("over: counter to payload", "over: countr to payload", "no part is called 'countr' (did you mean 'counter'?)"),
        ("over: counter to payload", "over: payload to counter", "the first part comes after the last"),
        ("over: counter to payload", "over: Counter", "'over': expected a part, or two with ' to ' between, not 'Counter'"),
        ("over: length to payload", "over: length to checksum", "a checksum cannot be over itself or a later one"),
        ("crc16_modbus", "crc16_modbuss", "did you mean 'crc16_modbus'?"),
        ('hello: "01"', "hello: 1", "'1' is not bytes in hexadecimal, like AA 01"),
        ('hello: "01"', "hello: []", "there is nothing to send"),
        ('hello: "01"', "hello: {to: control}", "a message has either 'bytes' or 'text'"),
        ('hello: "01"', 'hello: {bytes: "01", to: contrl}', "there is no characteristic 'contrl' (did you mean 'control'?)"),
        ('hello: "01"', 'hello: {bytes: "01", frame: comand}', "there is no frame 'comand' (did you mean 'command'?)"),
        ('hello: "01"', 'helo: "01"', "there is no command 'hello' (did you mean 'helo'?)"),
        ("{minutes:bcd8}", "{minuts:bcd8}", "nothing gives a value for {minuts} (did you mean 'minutes'?)"),
        ("{target_mmhg:u8} {minutes", "28 {minutes", "there is a pressure, and {target_mmhg} is not sent"),
        ("{programme:u8}", "01", "there are programmes, and {programme} is not sent"),
        ("{minutes:bcd8}", "{seconds:u8}", "not everything that can be chosen fits: 1800.0 does not fit into 1 bytes"),
        ("resume:", "resum:", "nothing uses the command 'resum' (did you mean 'resume'?)"),
        ("from: state", "from: stat", "there is no characteristic 'stat' (did you mean 'state'?)"),
        ("from: state", "from: control", "'control' neither notifies nor is read"),
        ('    bytes: "81"\n', '    bytes: "81"\n    frame: statu\n', "there is no frame 'statu' (did you mean 'status'?)"),
        ('    bytes: "81"\n', "", "a report has either 'bytes' or 'text'"),
        ('    bytes: "81"\n', '    text: "("\n', "'text': expected a regular expression, not '(': missing ), unterminated subpattern at position 0"),
        ('    bytes: "81"\n', '    bytes: "8"\n', "'bytes': expected bytes in hexadecimal with .. for any, like AA .. 01, not '8'"),
        ('    bytes: "81"\n', '    text: "(?P<nounce>.*)"\n', "the text has no group called 'nonce' (did you mean 'nounce'?)"),
        ("type: raw4", "type: raw", "'type': expected a type"),
        ("type: u16le}\n      battery", "type: u16}\n      battery", "did you mean 'u16le'?"),
        ("battery_percent:", "batery_percent:", "'batery_percent' means nothing; what is learned for the handshake is raw bytes (did you mean 'battery_percent'?)"),
        ("battery_percent: {at: 6}", "battery_percent: {at: 6, type: raw1}", "'battery_percent' is no raw bytes"),
        ("battery_percent: {at: 6}", "battery_percent: {type: u8}", "'battery_percent' needs to say where it is ('at')"),
        ("battery_percent: {at: 6}", "battery_percent: {at: 6, scale: many}", "'scale': expected a number, not 'many'"),
        ("battery_percent: {at: 6}", "battery_percent: {at: 6, scale: 1e9}", "'scale': expected a number, not '1e9'"),
        ("battery_percent: {at: 6}", "end: {at: 6}", "'end' needs a 'map' of what its numbers mean"),
        ("5: paused", "5: pausd", "'pausd' is no phase (did you mean 'paused'?)"),
        ("bits: 0-3", "bits: 3-8", "there are 8 bits, 0 the lowest"),
        ("battery_low: {at: 1, bits: 7}", "battery_low: {at: 1, type: s8, bits: 7}", "only unsigned numbers have bits here"),
        ("{from: state, bytes: \"82 01\"}", "{from: state, bytes: \"82 01\", sets: {worn: yes}}", "'worn' has no words to be one of"),
        ("- send: hello", "- send: helo", "there is no command 'helo' (did you mean 'hello'?)"),
        ("- send: hello", "- send: start", "'start' is never sent without being asked for"),
        ("- send: hello", "- {send: hello, wait_for: welcome}", "a step has either 'send' or 'wait_for'"),
        ("wait_for: challenge", "wait_for: chalenge", "there is no report in 'status' 'chalenge' (did you mean 'challenge'?)"),
        ("send: ask}", "send: resume}", "'resume' is never sent without being asked for"),
        ("send: ask}", "send: ask, read: state}", "it has either 'send' or 'read'"),
        ("send: ask}", "read: state}", "'state' is not said to be readable"),
        ("every_s: 1", "every_s: 0.1", "'every_s': expected a number of seconds from 0.2 to 600, not '0.1'"),
        ("pressure: {min: 20, max: 80, step: 5}", "zons: 2", "'zons' means nothing here (did you mean 'zones'?)"),
        ("  pressure: {min: 20, max: 80, step: 5}\n", "", "it has either a 'pressure' or 'levels'"),
        ("pressure: {min: 20, max: 80, step: 5}", "pressure: {min: 90, max: 80}", "'min' is above 'max'"),
        ("pressure: {min: 20, max: 80, step: 5}", "pressure: much", "'pressure' needs keys of its own"),
        ("pressure: {min: 20, max: 80, step: 5}", "levels: [{mmhg: 30}, {mmhg: 20}]", "each level is stronger than the one before"),
        ("pressure: {min: 20, max: 80, step: 5}", "levels: many", "'levels' needs a list"),
        ("legs: {left: 1, right: 2}", "legs: {}", "it has at least one leg and one programme"),
        ("legs: {left: 1, right: 2}", "legs: {lft: 1}", "did you mean 'left'?"),
        ("  minutes: {min: 1, max: 30}\n", "", "'minutes' is missing"),
    ],
)  # fmt: skip
def test_each_mistake_is_named(before: str, after: str, says: str) -> None:
    """In words, with what may have been meant, and the line it is on."""
    text, line = changed(before, after)
    found = problems(text)
    assert any(says in problem for problem in found), found
    lines = [int(problem.split(":")[1]) for problem in found]
    # What refers to a change in vain is told where it refers.
    near = (
        range(line - 12, line + 60)
        if "there is no" in says
        else range(line - 12, line + 6)
    )
    assert any(each in near for each in lines), (line, found)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('  stop: "11"\n', "", "it can start, but does not say how to stop"),
        ('stop: "11"', 'stop: "11 {nonce}"', "stop cannot be said at any time: nonce is not known"),
        ('stop: "11"', 'stop: "11 {programme:u8}"', "stop cannot be said at any time: programme is not known"),
        ("0: idle", "0: resting", "no report tells that nothing runs (idle)"),
        ("poll: {every_s: 1, send: ask}", "keep_alive: {every_s: 1, send: ask}", "it has to say how to ask for the state (poll)"),
    ],
)  # fmt: skip
def test_a_start_without_a_sure_stop(before: str, after: str, says: str) -> None:
    """What can start and cannot stop at any time is no definition."""
    text, _ = changed(before, after)
    (found,) = problems(text)
    assert says in found


def test_what_a_command_needs_is_told_where_the_command_is() -> None:
    """However far away the reason is."""
    text, _ = changed(", write: both", "")
    assert problems(text) == [
        "mine.yaml:29: 'control' does not say how it takes messages ('write')"
    ]
    text, _ = changed(
        "pressure: {min: 20, max: 80, step: 5}", "levels: [{mmhg: 30}, {mmhg: 40}]"
    )
    assert problems(text) == ["mine.yaml:31: there are levels, and {level} is not sent"]


def test_a_command_of_several_messages() -> None:
    """One after the other, each with a number of its own."""
    text, _ = changed(
        'start: "10 {programme:u8} {target_mmhg:u8} {minutes:bcd8} {legs:u8}"',
        'start: ["10 {programme:u8}", {bytes: "14 {target_mmhg:u8}"}, "16"]',
    )
    known = load(text, "mine.yaml")
    frames = known.encode("start", {"programme": 1, "target_mmhg": 40}, 255)
    assert [frame[2:-2].hex(" ") for frame in frames] == [
        "ff 10 01",
        "00 14 28",
        "01 16",
    ]
    # The last of them would start again where it is a stop, too.
    again, _ = changed('"16"]', '"11"]', text)
    assert "a stop could start" in problems(again)[0]


def test_a_toggle_is_no_stop() -> None:
    """Where start and stop are the same bytes, a stop at rest would start."""
    text, _ = changed('stop: "20 00 00"', 'stop: "20 00 01"', text_of("blockbluelight"))
    (found,) = problems(text)
    assert "a stop could start" in found


def test_a_draft_need_not_start() -> None:
    """What is not known yet may be left out, start and stop with it."""
    text, _ = changed('  start: "20 00 01"\n', "", text_of("blockbluelight"))
    text, _ = changed('  stop: "20 00 00"\n', "", text)
    assert not load(text, "mine.yaml").can_start


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "mine.yaml:1: there is nothing in it"),
        ("- 1", "'it' needs keys of its own"),
        ("a: [", "no YAML: "),
        ("a: 1\na: 2", "mine.yaml:2: 'a' is there twice"),
        ("a: &x 1\nb: *x", "mine.yaml:2: there are no aliases in definitions"),
        ("? [a]\n: b", "mine.yaml:1: a key is a word"),
        ("a: \x07", "no YAML: "),
        ("[" * 5000, "it is nested too deeply"),
        ("# " + "x" * 300_000, "this is too long for a definition"),
    ],
)  # fmt: skip
def test_no_definition_at_all(text: str, says: str) -> None:
    """Whatever file somebody puts there, the answer is a sentence."""
    assert any(says in problem for problem in problems(text)), problems(text)


def test_several_mistakes_are_told_at_once() -> None:
    """In the order of their lines."""
    text, first = changed("format: 1", "format: 2")
    text, second = changed("zones: 2", "zones: 20", text)
    lines = [int(problem.split(":")[1]) for problem in problems(text)]
    assert lines == [first, second]


@given(
    st.sampled_from(NAMES),
    st.integers(0, 4000),
    st.sampled_from(
        ["", "{", "}", ":", "-", "'", '"', "0", "x", "\n", "  ", "\x00", "é"]
    ),
    st.integers(0, 12),
)
@settings(max_examples=150, deadline=None)
def test_a_slip_of_the_pen_never_raises_anything_else(
    name: str, at: int, put: str, cut: int
) -> None:
    """Whatever is put in or left out somewhere: a definition, or problems with lines."""
    text = text_of(name)
    at %= len(text)
    text = text[:at] + put + text[at + cut :]
    with suppress(DefinitionError):
        load(text, "mine.yaml")
