"""Section 6: pairing, proof, forgetting."""

import pytest

from firmware import authorisation, crypto, obp

from .bench import SECRET, Bench, Refused

WRONG = bytes(16)


def confirm(bench: Bench, slot: int, key: bytes) -> list[bytes]:
    """Send the controller's confirmation."""
    serial = bench.unit.config.serial_bytes
    shown = authorisation.confirmation(key, b"C", slot, serial)
    return bench.authorise(b"\x02" + shown)


def test_r32_key_is_stored_only_after_the_right_confirmation() -> None:
    """A wrong one ends the exchange."""
    bench = Bench()
    bench.connect()
    bench.press("start_long")
    slot, key = bench.exchange()
    assert len(bench.unit.keys) == 0
    assert bench.authorise(b"\x02" + WRONG) == [b"\x8f\x04"]
    assert confirm(bench, slot, key) == [b"\x8f\x05"]
    assert len(bench.unit.keys) == 0
    slot, key = bench.exchange()
    assert confirm(bench, slot, key) == [bytes((0x83, slot))]
    assert bench.unit.keys.get(slot) == key


@pytest.mark.parametrize(
    "point",
    [
        bytes(32),
        b"\x01" + bytes(31),
        bytes.fromhex(
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"
        ),
    ],
)
def test_r32_public_key_with_an_all_zero_result_is_refused(point: bytes) -> None:
    """Points of small order."""
    bench = Bench()
    bench.connect()
    bench.press("start_long")
    assert bench.authorise(b"\x01\x00" + point[:16]) == []
    assert bench.authorise(b"\x01\x01" + point[16:]) == [b"\x8f\x03"]


def test_r32_success_closes_the_window() -> None:
    """One exchange uses one window."""
    bench = Bench()
    bench.connect()
    bench.pair()
    ours = crypto.public_key(SECRET)
    assert bench.authorise(b"\x01\x00" + ours[:16]) == [b"\x8f\x01"]


def test_r32_confirmation_after_the_window_is_too_late() -> None:
    """Nothing of the exchange is left."""
    bench = Bench()
    bench.connect()
    bench.press("start_long")
    bench.run(59_900)
    slot, key = bench.exchange()
    bench.run(100)
    bench.now += 10  # no tick has closed it yet
    assert confirm(bench, slot, key) == [b"\x8f\x05"]
    assert len(bench.unit.keys) == 0


def test_r32_exchange_does_not_outlive_its_connection() -> None:
    """The window does."""
    bench = Bench()
    bench.connect()
    bench.press("start_long")
    slot, key = bench.exchange()
    bench.disconnect()
    bench.connect()
    assert confirm(bench, slot, key) == [b"\x8f\x05"]
    slot, key = bench.exchange()
    assert confirm(bench, slot, key) == [bytes((0x83, slot))]


def test_r32_every_exchange_has_a_fresh_key_of_the_unit() -> None:
    """The same controller key gives another shared key."""
    bench = Bench()
    bench.connect()
    bench.press("start_long")
    assert bench.exchange()[1] != bench.exchange()[1]


def test_r33_window_closed_and_opening() -> None:
    """The two frames that tell it."""
    bench = Bench()
    bench.connect()
    assert bench.authorise(b"\x01\x00" + WRONG) == [b"\x8f\x01"]
    bench.take("authorisation")
    bench.press("start_long")
    assert bench.take("authorisation") == [b"\x85"]
    bench.run(60_100)
    assert bench.authorise(b"\x01\x00" + WRONG) == [b"\x8f\x01"]


def test_r33_long_press_again_begins_the_minute_anew() -> None:
    """Told again, and under child lock, too."""
    bench = Bench().ready()
    bench.request(obp.CHILD_LOCK, b"\1")
    bench.press("start_long")
    bench.run(40_000)
    bench.take("authorisation")
    bench.press("start_long")
    assert bench.take("authorisation") == [b"\x85"]
    bench.run(59_000)
    assert bench.authorise(b"\x01\x00" + WRONG) == []


def test_r33_window_does_not_open_while_a_session_runs() -> None:
    """Nor while one is armed; arming closes it."""
    bench = Bench().ready()
    bench.press("start_long")
    bench.arm()
    assert bench.authorise(b"\x01\x00" + WRONG) == [b"\x8f\x01"]
    bench.press("start_long")
    assert bench.unit.authorisation.window_until is None
    bench.start()
    bench.press("start_long")
    assert bench.unit.authorisation.window_until is None
    bench.stop()
    bench.run(5000)
    bench.press("start_long")
    bench.press("start")
    assert bench.unit.phase == obp.INFLATING
    assert bench.unit.authorisation.window_until is None


def test_r34_four_keys_are_kept_across_restarts() -> None:
    """The fifth controller is one too many."""
    bench = Bench()
    bench.connect()
    assert [bench.pair() for _ in range(4)] == [0, 1, 2, 3]
    bench.press("start_long")
    assert bench.authorise(b"\x01\x00" + WRONG) == [b"\x8f\x02"]
    bench.boot()
    bench.run(100)
    bench.connect()
    for slot in range(4):
        bench.prove(slot)
    assert list(bench.unit.keys) == [0, 1, 2, 3]
    assert bench.unit.read_capabilities()[19] == 0x44


def test_r34_reset_on_the_boots_erases_all() -> None:
    """Keys, custom programme, child lock; and stops."""
    bench = Bench(pair_id=b"abcd").ready()
    bench.upload(bytes((1, 0, 5, 3, 4, 2, 0)))
    bench.request(obp.CHILD_LOCK, b"\1")
    bench.running()
    bench.press("reset")
    assert bench.body.safe()
    assert bench.unit.end == obp.END_ON_BOOTS
    with pytest.raises(Refused) as refused:
        bench.request(obp.IDENTIFY)
    assert refused.value.code == obp.NOT_AUTHORISED
    assert bench.unit.custom is None
    assert not bench.unit.child_lock
    assert bench.unit.pair_id == b"abcd"
    bench.boot()
    assert len(bench.unit.keys) == 0
    bench.connect()
    assert bench.authorise(b"\x10\x00" + WRONG) == [b"\x8f\x06"]


def test_r35_three_wrong_answers_drop_the_connection() -> None:
    """Counted over all kinds, within one connection."""
    bench = Bench().ready()
    bench.press("start_long")
    bench.exchange()
    bench.authorise(b"\x02" + WRONG)
    bench.authorise(b"\x10\x07" + WRONG)
    assert not bench.unit.drop
    assert len(bench.authorise(b"\x10\x00" + WRONG)) == 2
    assert bench.authorise(b"\x11" + WRONG) == [b"\x8f\x07"]
    assert bench.unit.drop
    bench.disconnect()
    bench.connect()
    bench.authorise(b"\x10\x07" + WRONG)
    bench.authorise(b"\x10\x07" + WRONG)
    bench.prove()
    assert not bench.unit.drop


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"\x01",
        b"\x01\x00" + bytes(15),
        b"\x01\x00" + bytes(17),
        b"\x01\x01" + bytes(16),
        b"\x01\x02" + bytes(16),
        b"\x02" + bytes(16),
        b"\x02" + bytes(15),
        b"\x10\x00" + bytes(15),
        b"\x11" + bytes(16),
        b"\x11" + bytes(17),
        b"\x81\x00" + bytes(16),
        b"\xff" * 20,
    ],
)
def test_r35_unexpected_frame_or_length(frame: bytes) -> None:
    """Told, and not held against anybody."""
    bench = Bench()
    bench.connect()
    bench.press("start_long")
    for _ in range(5):
        assert bench.authorise(frame) == [b"\x8f\x05"]
    assert not bench.unit.drop


def test_r35_part_zero_starts_anew() -> None:
    """The second part belongs to the last first one."""
    bench = Bench()
    bench.connect()
    bench.press("start_long")
    assert bench.authorise(b"\x01\x00" + WRONG) == []
    slot, key = bench.exchange()
    assert confirm(bench, slot, key)[0][0] == 0x83


def test_r35_wrong_proof_of_one_slot_with_the_key_of_another() -> None:
    """A key opens its own slot only."""
    bench = Bench().ready()
    other = bench.pair()
    bench.keys[0], bench.keys[other] = bench.keys[other], bench.keys[0]
    with pytest.raises(AssertionError):
        bench.prove(0)


def test_r35_pairing_and_proof_are_one_exchange() -> None:
    """Beginning one drops the other."""
    bench = Bench().ready()
    bench.press("start_long")
    slot, key = bench.exchange()
    bench.authorise(b"\x10\x00" + WRONG)
    assert confirm(bench, slot, key) == [b"\x8f\x05"]
    bench.authorise(b"\x10\x00" + WRONG)
    assert bench.authorise(b"\x01\x00" + WRONG) == []
    assert bench.authorise(b"\x11" + WRONG) == [b"\x8f\x05"]
    assert not bench.unit.drop


def test_r35_order_of_checks_of_a_public_key() -> None:
    """Length, window, slots, order of the parts."""
    bench = Bench()
    bench.connect()
    assert bench.authorise(b"\x01\x01") == [b"\x8f\x05"]
    assert bench.authorise(b"\x01\x01" + WRONG) == [b"\x8f\x01"]
    for _ in range(4):
        bench.pair()
    assert bench.authorise(b"\x01\x01" + WRONG) == [b"\x8f\x01"]
    bench.press("start_long")
    assert bench.authorise(b"\x01\x01" + WRONG) == [b"\x8f\x02"]
    bench.unit.keys.erase_all()
    assert bench.authorise(b"\x01\x01" + WRONG) == [b"\x8f\x05"]


def test_r35_a_failed_new_proof_leaves_the_old_one() -> None:
    """Until the new one is complete."""
    bench = Bench().ready()
    bench.authorise(b"\x10\x00" + WRONG)
    bench.authorise(b"\x11" + WRONG)
    bench.request(obp.IDENTIFY)


def test_r35_proof_is_not_reusable() -> None:
    """The unit's nonce is another each time; reflecting its proof fails too."""
    bench = Bench().ready()
    serial, key = bench.unit.config.serial_bytes, bench.keys[0]
    first = bench.authorise(b"\x10\x00" + WRONG)
    shown = authorisation.proof(key, b"C", 0, serial, WRONG, first[0][1:])
    assert bench.authorise(b"\x11" + shown) == [b"\x92\x00"]
    # Else the counter would begin anew under the same key.
    assert bench.authorise(b"\x11" + shown) == [b"\x8f\x05"]
    second = bench.authorise(b"\x10\x00" + WRONG)
    assert second[0] != first[0]
    assert bench.authorise(b"\x11" + shown) == [b"\x8f\x07"]
    third = bench.authorise(b"\x10\x00" + WRONG)
    assert bench.authorise(b"\x11" + third[1][1:]) == [b"\x8f\x07"]


def test_r35_slot_erased_during_the_proof() -> None:
    """Nothing is compared with a key that is gone."""
    bench = Bench().ready()
    answers = bench.authorise(b"\x10\x00" + WRONG)
    serial, key = bench.unit.config.serial_bytes, bench.keys[0]
    shown = authorisation.proof(key, b"C", 0, serial, WRONG, answers[0][1:])
    bench.unit.keys.erase(0)
    assert bench.authorise(b"\x11" + shown) == [b"\x8f\x07"]


def test_r36_forget_me_erases_the_key_and_the_authorisation() -> None:
    """Only this controller's."""
    bench = Bench().ready()
    other = bench.pair()
    bench.prove(0)
    bench.request(obp.FORGET_ME)
    with pytest.raises(Refused) as refused:
        bench.request(obp.IDENTIFY)
    assert refused.value.code == obp.NOT_AUTHORISED
    assert list(bench.unit.keys) == [other]
    assert bench.authorise(b"\x10\x00" + WRONG) == [b"\x8f\x06"]
    assert bench.pair() == 0


@pytest.mark.parametrize("at", [0, 7, 15])
def test_r37_comparing_looks_at_every_byte(at: int) -> None:
    """As many steps for a difference in the first byte as in the last."""

    class Counted(bytes):
        looked = 0

        def __getitem__(self, i: int) -> int:  # type: ignore[override]
            Counted.looked += 1
            return super().__getitem__(i)

    shown = bytearray(16)
    shown[at] = 1
    Counted.looked = 0
    assert not crypto.same(Counted(shown), bytes(16))
    assert Counted.looked == 16


def test_damaged_store_is_survived() -> None:
    """Half an entry, a slot that cannot be."""
    store = {"keys": b"\x09" + bytes(32) + b"\x01" + b"k" * 32 + b"\x02half"}
    bench = Bench(store=store)
    assert list(bench.unit.keys) == [1]
    assert bench.unit.keys.get(1) == b"k" * 32
