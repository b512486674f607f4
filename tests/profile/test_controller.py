"""The page against the controller's code in custom_components."""

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
import pytest

from custom_components.kumo_boots.boots.drivers.open_boots import (
    authorisation,
    frames,
    profile,
)
from custom_components.kumo_boots.boots.model import (
    BOOST_MMHG,
    EMPTY_MMHG,
    STANDARD_TIMES,
    End,
    Feature,
    Origin,
    Phase,
    Programme,
    Settings,
    Side,
    Times,
)
from firmware import obp, programme

from . import page

EXAMPLES = page.example_tables()
KEYS = EXAMPLES["Keys"]
PROOF = EXAMPLES["Proof"]
SESSION = EXAMPLES["A session"]
BEFORE = EXAMPLES["Before a session"]
ARM = next(label for label in SESSION if label.startswith("arm"))
SETTINGS = Settings(
    programme=Programme.RELAX,
    target_mmhg=40,
    duration_s=900,
    legs=frozenset({Side.LEFT}),
    skipped=frozenset({5}),
    boosted=2,
)
NUMBER = 0x1234


def _request(opcode: profile.Opcode, number: int, parameters: bytes = b"") -> bytes:
    """Build a request as section 4 says, with the controller's tag."""
    body = bytes((opcode, number)) + parameters + number.to_bytes(2, "little")
    return body + authorisation.tag(PROOF["link key"], body)


def test_keys() -> None:
    """The controller comes to the page's keys."""
    private = X25519PrivateKey.from_private_bytes(KEYS["controller's private key"])
    assert authorisation.public_key(private) == KEYS["controller's public key"]
    key = authorisation.pairing_key(private, KEYS["unit's public key"])
    assert key == KEYS["key"]


def test_confirmations() -> None:
    """Both sides' confirmations of the pairing."""
    unit, key = KEYS["serial number"], KEYS["key"]
    pairing = EXAMPLES["Pairing"]
    assert pairing["unit's confirmation"] == b"\x82\x00" + authorisation.confirmation(
        key, authorisation.UNIT, 0, unit
    )
    assert pairing["controller's confirmation"] == (
        b"\x02" + authorisation.confirmation(key, authorisation.CONTROLLER, 0, unit)
    )


def test_proofs_and_link_key() -> None:
    """Both sides' proofs, and the key of the tags."""
    unit, key = KEYS["serial number"], KEYS["key"]
    nc, nu = PROOF["controller's nonce"][2:], PROOF["unit's nonce"][1:]
    for label, role, first in (
        ("unit's proof", authorisation.UNIT, b"\x91"),
        ("controller's proof", authorisation.CONTROLLER, b"\x11"),
    ):
        assert PROOF[label] == first + authorisation.proof(key, role, 0, unit, nc, nu)
    assert PROOF["link key"] == authorisation.link_key(key, nc, nu)


@pytest.mark.parametrize(
    ("table", "label", "opcode", "parameters"),
    [
        (BEFORE, "identify", profile.Opcode.IDENTIFY, b""),
        (BEFORE, "child lock on", profile.Opcode.CHILD_LOCK, b"\x01"),
        (BEFORE, "set pair id", profile.Opcode.SET_PAIR_ID, bytes.fromhex("5eed0042")),
        (
            SESSION,
            ARM,
            profile.Opcode.ARM,
            frames.arm_parameters(SETTINGS, custom=False),
        ),
        (
            SESSION,
            "start, delay 300 ms",
            profile.Opcode.START,
            frames.start_parameters(NUMBER, 0xC0DE2A01, 300),
        ),
        (SESSION, "commit", profile.Opcode.COMMIT, frames.session_parameters(NUMBER)),
        (SESSION, "heartbeat", profile.Opcode.HEARTBEAT, b"\x34\x12"),
        (
            SESSION,
            "set target 35",
            profile.Opcode.SET,
            frames.set_parameters(NUMBER, profile.SetField.TARGET, 35),
        ),
        (
            SESSION,
            "set remaining 600",
            profile.Opcode.SET,
            frames.set_parameters(NUMBER, profile.SetField.REMAINING, 600),
        ),
        (
            SESSION,
            "set skip mask 01",
            profile.Opcode.SET,
            frames.set_parameters(NUMBER, profile.SetField.SKIP, 1),
        ),
        (
            SESSION,
            "set boosted zone 3",
            profile.Opcode.SET,
            frames.set_parameters(NUMBER, profile.SetField.BOOST, 3),
        ),
        (SESSION, "pause", profile.Opcode.PAUSE, frames.session_parameters(NUMBER)),
        (SESSION, "resume", profile.Opcode.RESUME, frames.session_parameters(NUMBER)),
    ],
)
def test_requests(
    table: dict[str, bytes], label: str, opcode: profile.Opcode, parameters: bytes
) -> None:
    """The controller writes what the page shows."""
    assert _request(opcode, table[label][1], parameters) == table[label]


def test_stop() -> None:
    """The one request without a tag."""
    assert frames.stop_request(0x63) == SESSION["stop"]


def test_results() -> None:
    """Every result on the page names its request."""
    for table in (BEFORE, SESSION, EXAMPLES["Refusals"]):
        for label, data in table.items():
            if label.endswith(": result"):
                result = frames.decode_result(data)
                request = table[label.removesuffix(": result")]
                assert (result.opcode, result.number) == (request[0] & 0x7F, request[1])
    armed = frames.decode_armed(frames.decode_result(SESSION[ARM + ": result"]))
    assert armed == (NUMBER, 0xC0DE2A01, 1000)


def test_custom_programme() -> None:
    """The bytes of an upload."""
    times = Times(hold_s=3, release_s=5, rest_s=2)
    assert frames.custom_programme(Programme.RELAX, times) == BEFORE["custom programme"]


def test_capabilities_and_advertisement() -> None:
    """What the page's unit says of itself."""
    read = EXAMPLES["Read and advertised"]
    decoded = frames.decode_capabilities(
        read["capabilities, one controller remembered"]
    )
    told = decoded.capabilities
    assert (told.legs, told.chambers) == (frozenset({Side.LEFT}), 5)
    assert (told.target_min_mmhg, told.target_max_mmhg) == (20, 120)
    assert (told.target_step_mmhg, told.duration_max_s) == (5, 3600)
    assert told.programmes == tuple(STANDARD_TIMES)
    assert Feature.WORN not in told.features
    assert Feature.START_BUTTON in told.features
    assert (told.lease_s, decoded.nonce_s) == (10, profile.NONCE_S)
    assert told.pair_id == bytes.fromhex("5eed0042")
    seen = frames.decode_advertisement(read["service data (R4)"])
    assert seen.pair_hash == frames.pair_hash(told.pair_id)
    assert not seen.pairing_open
    assert not seen.running


def test_states() -> None:
    """The controller reads the page's states as the page's story tells them."""
    labels = [label for label in SESSION if label.startswith("state")]
    states = {label: frames.decode_state(SESSION[label], 0).state for label in labels}
    assert [state.phase for state in states.values()] == [
        Phase.ARMED,
        Phase.INFLATING,
        Phase.HOLDING,
        Phase.PAUSED,
        Phase.VENTING,
        Phase.IDLE,
    ]
    inflating = states["state, inflating zone 2, holding zone 1"]
    assert inflating.active_zones == {1, 2}
    assert inflating.origin is Origin.THIS_CONTROLLER
    assert inflating.target_mmhg == 40
    assert inflating.session_id == NUMBER
    assert (inflating.skipped, inflating.boosted) == ({5}, 2)
    assert inflating.peak_mmhg == 41
    assert states["state, paused"].remaining_s == 600
    assert states["state, venting"].remaining_s == 0
    assert states["state, idle again"].end is End.STOPPED
    assert states["state, idle again"].session_id is None
    offered = frames.decode_state(BEFORE["state, offered and accepted"], 0).state
    assert offered.phase is Phase.OFFERED
    assert offered.accepted


def test_pressures() -> None:
    """Tenths of a mmHg, negative and unknown."""
    decoded = frames.decode_pressures(SESSION["pressures"])
    assert decoded.side is Side.LEFT
    assert decoded.values_mmhg == (40.5, 12.2, 0.0, -0.3, None)


def test_tables_are_the_same_on_both_sides() -> None:
    """Firmware and controller name the same numbers alike."""
    uuids = [
        "SERVICE",
        "CAPABILITIES",
        "STATE",
        "PRESSURES",
        "CONTROL",
        "AUTHORISATION",
    ]
    assert [getattr(profile, u) for u in uuids] == [getattr(obp, u) for u in uuids]
    assert tuple(phase.value for phase in profile.PHASES) == obp.PHASES
    assert tuple(end.value for end in profile.ENDS) == obp.ENDS
    assert tuple(fault.value for fault in profile.FAULTS) == obp.FAULTS
    names = tuple(opcode.name.lower().replace("_", " ") for opcode in profile.Opcode)
    assert names == obp.OPCODES
    assert list(profile.Opcode) == list(range(len(obp.OPCODES)))
    for code in profile.Code:
        assert getattr(obp, code.name) == code
    assert len(profile.Code) == len(obp.CODES)
    assert (EMPTY_MMHG, BOOST_MMHG) == (obp.EMPTY_MMHG, obp.BOOST_MMHG)
    assert (profile.DELAY_MAX_MS, profile.OFFER_MAX_S) == (
        obp.DELAY_LIMIT_MS,
        obp.OFFER_LIMIT_S,
    )


def test_programmes_are_the_same_on_both_sides() -> None:
    """Kinds, gradients and rhythm."""
    assert set(profile.PROGRAMMES) == set(programme.STANDARD)
    for number, name in profile.PROGRAMMES.items():
        standard = programme.STANDARD[number]
        assert profile.KINDS[name] == standard.kind
        assert profile.GRADIENTS_MMHG[name] == standard.gradient
        times = STANDARD_TIMES[name]
        assert (times.hold_s, times.release_s, times.rest_s) == (
            standard.hold_ms / 1000,
            standard.release_ms / 1000,
            standard.rest_ms / 1000,
        )
