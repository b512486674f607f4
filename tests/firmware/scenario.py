"""The firmware's core, end to end, under any Python: MicroPython's, too.

    MICROPYPATH=. micropython tests/firmware/scenario.py

Prints ``scenario ok`` at the end; anything else is a failure.
"""

import struct
import sys

from firmware import crypto, obp
from tests.firmware.bench import Bench, Refused


def check(what: str, truth: bool) -> None:
    """Fail loudly, also where assert is compiled away."""
    if not truth:
        raise AssertionError(what)
    sys.stdout.write("ok: " + what + "\n")


def refused(bench: Bench, opcode: int, parameters: bytes) -> int:
    """Return the code that a request is refused with; -1 where it is done."""
    try:
        bench.request(opcode, parameters)
    except Refused as error:
        return error.code
    return -1


def main() -> None:
    """Pair, prove, arm, start, commit, live on heartbeats, stop; then silence."""
    scalar = bytes.fromhex(
        "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"
    )
    point = bytes.fromhex(
        "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c"
    )
    product = bytes.fromhex(
        "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"
    )
    check("X25519 of RFC 7748", crypto.x25519(scalar, point) == product)
    code = bytes.fromhex(
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )
    said = b"what do ya want for nothing?"
    check("HMAC of RFC 4231", crypto.hmac_sha256(b"Jefe", said) == code)
    check("CRC", crypto.crc16(b"123456789") == 0x29B1)

    bench = Bench()
    unit, body = bench.unit, bench.body
    check("idle after switching on", unit.phase == obp.IDLE)
    check("20 bytes of capabilities", len(unit.read_capabilities()) == 20)
    bench.connect()
    check(
        "no pairing without the window",
        bench.authorise(b"\x01\x00" + bytes(16)) == [b"\x8f\x01"],
    )
    bench.prove(bench.pair())
    check("authorised", unit.authorisation.slot == 0)
    check("one key is kept", len(bench.store["keys"]) == 33)

    wrong = struct.pack("<HIH", 1, 2, 0)
    check("start without arm", refused(bench, obp.START, wrong) == obp.WRONG_NONCE)
    bench.arm()
    bench.run(3100)
    check("a nonce dies", unit.phase == obp.IDLE)
    bench.arm()
    bench.start(300)
    bench.of_session(obp.COMMIT)
    bench.run(200)
    check("not before the delay", body.safe())
    bench.until(obp.HOLDING)
    check("filled to target", 39 < body.values[0][0] < 46)
    check("the other leg is empty", max(body.values[1]) == 0)
    bench.set(obp.SET_TARGET, 30)
    bench.run(1500)
    check("a lower target at once", body.values[0][0] < 36)
    bench.run(60_000, beat=True)
    check("cycles go on", bench.state()["cycles"] >= 2)
    bench.of_session(obp.PAUSE)
    check("pause opens everything", body.safe())
    bench.run(2000)
    bench.of_session(obp.RESUME)
    bench.run(1000)
    check("resume fills", not body.safe())
    bench.stop(with_response=False)
    check("stop opens everything at once", body.safe())
    bench.run(5000)
    check("idle when empty", unit.phase == obp.IDLE)

    bench.running()
    bench.run(20_000, beat=True)
    bench.disconnect()
    bench.run(10_100)
    check("silence ends it", unit.end == obp.END_LEASE and body.safe())
    starts = bench.seen("inflation_start")
    ends = bench.seen("inflation_end")
    check("the witness knows", len(starts) == 3 and len(ends) == 3)

    bench.run(5000)
    bench.connect()
    bench.prove()
    bench.running()
    bench.boot()
    check("a restart opens everything", body.safe())
    check("and says so", bench.unit.end == obp.END_RESTARTED)
    for garbage in (b"", b"\x02", b"\xff" * 20, bytes(20), b"\x0a" * 13):
        bench.unit.write_control(garbage, True, bench.now)
        bench.unit.write_authorisation(garbage, bench.now)
    check("garbage is harmless", body.safe())
    sys.stdout.write("scenario ok\n")


main()
