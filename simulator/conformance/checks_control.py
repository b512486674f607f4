"""R8 and R13 to R15: the control point."""

import struct

from firmware import obp

from .client import Link
from .examination import Examination, Settings, rule
from .report import UncheckedError, expect

FEATURE_REQUESTS = (
    (obp.FEATURE_START_BUTTON, obp.OFFER, b"\x01\x00"),
    (obp.FEATURE_PAUSE, obp.PAUSE, b"\x01\x00"),
    (obp.FEATURE_PAUSE, obp.RESUME, b"\x01\x00"),
    (obp.FEATURE_CUSTOM, obp.PROGRAMME_BEGIN, b"\x07\x00\x00"),
    (obp.FEATURE_CUSTOM, obp.PROGRAMME_COMMIT, b""),
    (obp.FEATURE_CHILD_LOCK, obp.CHILD_LOCK, b"\x00"),
    (obp.FEATURE_IDENTIFY, obp.IDENTIFY, b""),
)


@rule(8)
async def missing_features(x: Examination) -> str:
    """Refuse what there is no feature bit for."""
    link = await x.rest()
    missing = []
    for feature, opcode, parameters in FEATURE_REQUESTS:
        if not x.features & feature:
            await link.refused(opcode, parameters, obp.NOT_SUPPORTED)
            missing.append(obp.OPCODES[opcode])
    for feature, name, wanted in (
        (obp.FEATURE_ZONE_SKIP, "zone skip", Settings(skip=1)),
        (obp.FEATURE_ZONE_BOOST, "zone boost", Settings(boost=1)),
    ):
        if not x.features & feature:
            await link.refused(obp.ARM, x.parameters(wanted), obp.NOT_SUPPORTED)
            missing.append(name)
    if not missing:
        raise UncheckedError("the unit has every feature that a request needs")
    return f"without {', '.join(missing)}"


async def _code(link: Link, frame: bytes, code: int, what: str) -> None:
    result = await link.result(frame)
    expect(result.code == code, f"{what}: {result.code:02X}, not {code:02X}")


@rule(13)
async def order_of_checks(x: Examination) -> str:
    """From the outside in, each with its own code."""
    await x.rest()
    link = await x.connect()
    await _code(link, b"\x7f\x01", obp.UNKNOWN_OPCODE, "unknown opcode")
    await _code(link, b"\x08\x02\x01\x00", obp.WRONG_LENGTH, "too short")
    await _code(link, b"\x08\x03" + bytes(13), obp.WRONG_LENGTH, "too long")
    await _code(link, b"\x08", obp.WRONG_LENGTH, "one byte")
    await _code(link, b"\x08\x04" + bytes(12), obp.NOT_AUTHORISED, "not authorised")
    link = await x.rest()
    frame = link.build(obp.ARM, x.parameters(Settings(legs=4)))
    wrong = frame[:-1] + bytes((frame[-1] ^ 1,))
    await _code(link, wrong, obp.WRONG_TAG, "wrong tag")
    await _code(link, frame, obp.OUT_OF_RANGE, "the same with the right tag")
    await _code(link, frame, obp.OLD_COUNTER, "the same again")
    await link.refused(obp.HEARTBEAT, b"\x01\x00", obp.WRONG_PHASE)
    await x.arm()
    other = struct.pack("<HIH", x.session ^ 1, x.nonce, 2000)
    await link.refused(obp.START, other, obp.WRONG_SESSION)
    both = x.start_parameters(delay_ms=2000, wrong=1)
    await link.refused(obp.START, both, obp.WRONG_NONCE)
    for _ in range(2):  # the first refusal leaves the nonce good
        data = await link.refused(
            obp.START, x.start_parameters(delay_ms=2000), obp.OUT_OF_RANGE
        )
        expect(data[:1] == b"\x03", "the position of the delay is not 3")
    await link.stop()
    await link.refused(obp.START, x.start_parameters(), obp.WRONG_NONCE)
    return "01 to 09; battery and worn cannot be made low from here"


@rule(14, inflates=True)
async def stop(x: Examination) -> str:
    """From an authorised and from a strange connection, by both kinds of write."""
    for strange, response in ((False, True), (False, False), (True, False)):
        link = await x.running()
        await x.inflated(5)
        if strange:
            x.quiet()
            link = await x.connect()
        if response:
            result = await link.result(b"\x00\x09anything")
            expect(result.code == obp.DONE, f"stop is answered {result.code:02X}")
        else:
            await link.stop()
        state = await link.until(
            "stopped",
            lambda state: state.phase in {obp.VENTING, obp.IDLE},
            1,
        )
        expect(state.zones == 0, "zones are held after a stop")
        await x.empty()
        expect((await link.read_state()).end == obp.END_STOPPED, "another end")
    link = await x.rest()
    result = await link.result(b"\x00\x07")
    expect(result.code == obp.DONE, "stop while idle is not done")
    await x.arm()
    await link.stop()
    await x.phase(obp.IDLE, 1)
    await link.refused(obp.START, x.start_parameters(), obp.WRONG_NONCE)
    return "by both writes, and from a connection that showed nothing"


@rule(15)
async def out_of_range(x: Examination) -> str:
    """Every parameter of *arm* beyond its limits, and the limits themselves."""
    link = await x.rest()
    lowest, highest, step = x.limits()
    told = x.own_capabilities
    zones = (1 << told[3]) - 1
    cases: list[tuple[Settings, int, int]] = [
        (Settings(target=lowest - 1), 2, lowest),
        (Settings(target=highest + 1), 2, highest),
        (Settings(duration=told[7] * 60 - 1), 3, told[7] * 60),
        (Settings(duration=told[8] * 60 + 1), 3, told[8] * 60),
        (Settings(legs=4), 4, told[2]),
    ]
    if step > 1 and lowest + 1 < highest:
        cases.append((Settings(target=lowest + 1), 2, lowest))
    if x.features & obp.FEATURE_ZONE_SKIP:
        cases.append((Settings(skip=zones), 5, zones))
    if x.features & obp.FEATURE_ZONE_BOOST:
        cases.append((Settings(boost=told[3] + 1), 6, told[3]))
        if highest - 10 < lowest + (highest - lowest) // step * step:
            top = lowest + (highest - lowest) // step * step
            cases.append((Settings(target=top, boost=1), 6, highest))
    for wanted, position, limit in cases:
        data = await link.refused(obp.ARM, x.parameters(wanted), obp.OUT_OF_RANGE)
        expect(
            data == struct.pack("<BH", position, limit),
            f"{wanted}: told {data.hex(' ')}, not position {position}, limit {limit}",
        )
    for wanted in (Settings(), Settings(duration=told[7] * 60)):
        await x.arm(wanted)
    times = [0, obp.OFFER_LIMIT_S + 1]
    if not x.features & obp.FEATURE_START_BUTTON:
        times = []
    for time in times:
        await link.stop()
        await link.refused(obp.OFFER, struct.pack("<H", time), obp.OUT_OF_RANGE)
    return f"{len(cases) + len(times)} values"
