"""R26 to R31: fail-safes, most of which only a simulated unit can be made to show."""

import struct

from firmware import crypto, obp

from .client import State
from .examination import Examination, Settings, rule
from .report import UncheckedError, expect

RELAX = bytes((1, 0, 5, 3, 4, 2, 0))


async def _fault(x: Examination, flag: int, seconds: float) -> State:
    state = await x.link.until(
        f"fault {flag:02X}", lambda s: bool(s.faults & flag), seconds
    )
    expect(state.phase == obp.FAULT, f"phase {state.phase} with a fault flag")
    expect(state.zones == 0, "zones are held in a fault")
    return state


@rule(26, inflates=True)
async def restart(x: Examination) -> str:
    """Open, idle, and it says what happened."""
    faults = x.setting.faults
    await x.running()
    await x.inflated(10)
    x.quiet()
    await faults.reboot()
    link = await x.connect()
    state = await x.empty()
    expect(state.end == obp.END_RESTARTED, f"it says that it ended with {state.end}")
    expect(bool(state.faults & obp.RESTARTED), "fault bit 6 is not set")
    await link.prove(await x.key())
    await x.arm()
    state = await link.read_state()
    expect(not state.faults & obp.RESTARTED, "fault bit 6 outlives an arm")
    await link.stop()
    return "power itself cannot be taken from a valve here"


@rule(27, inflates=True)
async def held(x: Examination) -> str:
    """Hold a chamber for longer than 90 s; then let a valve stick in a pause."""
    faults = x.setting.faults
    await x.rest()
    x.need(obp.FEATURE_PAUSE, "pause")
    lowest, highest, step = x.limits()
    target = lowest + min(6, (highest - lowest) // step) * step
    expect(target > obp.HELD_MMHG + 5, "targets are too low for this check")
    link = await x.running(Settings(target=target))
    await x.inflated(target - 2)
    faults.stick(1, "closed")
    try:
        await link.done(obp.PAUSE, x.of_session)
        await _fault(x, obp.NOT_EMPTYING, 125 / x.setting.speed + 3)
    finally:
        faults.repair()
    await _clear(x)
    return f"{await _opened(x, target)}; a fault by a valve that sticks"


async def _opened(x: Examination, target: int) -> str:
    """Let the other chambers take their 12 s each, and hold for a minute."""
    chambers = x.own_capabilities[3]
    if not x.features & obp.FEATURE_CUSTOM or chambers < 4:
        return "no programme can hold a chamber for 90 s"
    link = await x.rest()
    answer = await _upload(x, bytes((1, 0, 0, 60, 1, 0, 0)))
    expect(answer == (obp.DONE, b""), f"the custom programme is refused: {answer}")
    for chamber in range(2, chambers + 1):
        x.setting.faults.stick(chamber, "open")
    try:
        await x.running(Settings(programme=obp.CUSTOM, target=target))
        begun = (await x.inflated(obp.HELD_MMHG + 1)).at
        opened = await link.until(
            "the first valve opens", lambda s: not s.zones & 1, 100 / x.setting.speed
        )
    finally:
        x.setting.faults.repair()
    expect(opened.phase in {obp.INFLATING, obp.HOLDING}, "held for all of its cycle")
    took = (opened.at - begun) * x.setting.speed
    expect(85 < took < 95, f"the valve opened after {took:.0f} s")
    await link.stop()
    await x.empty()
    return f"opened after {took:.0f} s"


async def _clear(x: Examination) -> None:
    x.quiet()
    await x.link.until("empty", lambda s: s.peak < 4, 40 / x.setting.speed + 3)
    await x.setting.press("stop")
    await x.phase(obp.IDLE, 1)


@rule(28, inflates=True)
async def over_pressure(x: Examination) -> str:
    """Above the ceiling for a second."""
    faults = x.setting.faults
    await x.running()
    await x.inflated(10)
    faults.overpressure()
    state = await _fault(x, obp.OVER_PRESSURE, 5)
    expect(state.end == obp.END_FAULT, f"the session ended with {state.end}")
    await _clear(x)
    return "above the ceiling; a chamber that does not fill takes three cycles"


@rule(29, inflates=True)
async def fault(x: Examination) -> str:
    """Nothing starts until somebody pressed stop."""
    faults = x.setting.faults
    link = await x.rest()
    faults.sensor(1)
    await _fault(x, obp.SENSOR_FAILS, 5)
    data = await link.refused(obp.ARM, x.parameters(), obp.FAULTED)
    expect(data == struct.pack("<H", obp.SENSOR_FAILS), "other flags in the result")
    await link.stop()
    expect((await link.read_state()).phase == obp.FAULT, "a controller cleared it")
    faults.repair()
    await _clear(x)
    await x.arm()
    await link.stop()
    return ""


@rule(30, inflates=True)
async def sensor(x: Examination) -> str:
    """Nothing, too little, too much."""
    faults = x.setting.faults
    for reading in (None, -60.0, 450.0):
        await x.running()
        faults.sensor(1, reading)
        try:
            await _fault(x, obp.SENSOR_FAILS, 5)
        finally:
            faults.repair()
        await _clear(x)
    return "no reading, -60 and 450 mmHg"


async def _upload(x: Examination, data: bytes) -> tuple[int, bytes]:
    head = struct.pack("<BH", len(data), crypto.crc16(data))
    await x.link.done(obp.PROGRAMME_BEGIN, head)
    await x.link.done(obp.PROGRAMME_PART, b"\x00" + data)
    result = await x.link.request(obp.PROGRAMME_COMMIT)
    return result.code, result.data


@rule(31)
async def custom_programme(x: Examination) -> str:
    """Upload wrong and right ones."""
    link = await x.rest()
    x.need(obp.FEATURE_CUSTOM, "custom programme")
    restarted = True
    try:
        await x.setting.faults.reboot()
        link = await x.connect()
        await x.rest()
        link = x.link
    except UncheckedError:
        restarted = False
    custom = x.parameters(Settings(programme=obp.CUSTOM))
    if restarted:
        await link.refused(obp.ARM, custom, obp.NOT_SUPPORTED)
    for position, value, limit in (
        (1, 6, 5),
        (2, 5, 4),
        (3, 21, 20),
        (4, 61, 60),
        (5, 0, 1),
        (6, 61, 60),
        (7, 1, 0),
    ):
        wrong = bytearray(RELAX)
        wrong[position - 1] = value
        answer = await _upload(x, bytes(wrong))
        expected = (obp.OUT_OF_RANGE, struct.pack("<BH", position, limit))
        expect(answer == expected, f"byte {position}: {answer}")
    head = struct.pack("<BH", len(RELAX), crypto.crc16(RELAX) ^ 1)
    await link.done(obp.PROGRAMME_BEGIN, head)
    await link.done(obp.PROGRAMME_PART, b"\x00" + RELAX)
    await link.refused(obp.PROGRAMME_COMMIT, b"", obp.WRONG_PROGRAMME)
    expect(await _upload(x, RELAX) == (obp.DONE, b""), "a right programme is refused")
    await link.done(obp.ARM, custom)
    state = await link.read_state()
    expect(state.frame[14] == obp.CUSTOM | 1 << 4, "the state tells another programme")
    await link.stop()
    return "" if restarted else "nobody can restart the unit, so that it forgets"
