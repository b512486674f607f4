"""R1 to R7 and R9 to R12: advertising, connection, state, pressures."""

import asyncio
import hashlib
from itertools import pairwise
import struct

from firmware import obp

from .client import BATTERY, NAMES, Link, now
from .examination import Examination, rule
from .report import UncheckedError, expect
from .setting import Heard

PROPERTIES = {
    obp.CAPABILITIES: {"read"},
    obp.STATE: {"read", "notify"},
    obp.PRESSURES: {"notify"},
    obp.CONTROL: {"write", "write-without-response", "notify"},
    obp.AUTHORISATION: {"write", "notify"},
    BATTERY: {"read", "notify"},
    **{uuid: {"read"} for uuid, _ in NAMES},
}
SCAN_S = 10.0
SLACK_S = 1.0


async def _heard(x: Examination) -> Heard:
    await x.link.close()
    heard = await x.setting.heard(SCAN_S)
    if heard is None:
        raise UncheckedError(f"not heard advertising within {SCAN_S:.0f} s")
    return heard


@rule(1)
async def characteristics(x: Examination) -> str:
    """Everything is there, and readable without pairing."""
    link = await x.connect()
    for uuid, wanted in PROPERTIES.items():
        found = link.client.services.get_characteristic(uuid)
        if found is None:
            expect(False, f"there is no characteristic {uuid}")
        else:
            missing = wanted - set(found.properties)
            expect(not missing, f"{uuid} lacks {', '.join(sorted(missing))}")
    for uuid, name in NAMES:
        text = bytes(await link.client.read_gatt_char(uuid))
        expect(len(text) > 0, f"the {name} is empty")
        text.decode()
    expect(1 <= len(link.serial) <= 20, "the serial number has not 1 to 20 bytes")
    level = bytes(await link.client.read_gatt_char(BATTERY))
    expect(len(level) == 1 and level[0] <= 100, f"battery level {level.hex()}")
    return f"serial number {link.serial.decode()}"


@rule(2)
async def address(x: Examination) -> str:
    """Find the unit again under its address; for a lifetime nobody waits."""
    await x.connect()
    await x.connect()
    first = int(x.setting.address[:2], 16) if ":" in x.setting.address else 0
    form = "static random" if first >> 6 == 3 else "public, or hidden by the system"
    return f"the same twice; form: {form}"


@rule(3)
async def advertisement(x: Examination) -> str:
    """Look for the service's UUID and a short name."""
    heard = await _heard(x)
    expect(obp.SERVICE in heard.uuids, "the service's UUID is not advertised")
    expect(bool(heard.name), "no name is advertised")
    expect(len(heard.name.encode()) <= 8, f"the name {heard.name!r} is longer than 8")
    return heard.name


@rule(4)
async def service_data(x: Examination) -> str:
    """Five bytes that agree with the capabilities."""
    heard = await _heard(x)
    data = heard.service_data
    if data is None:
        expect(False, "no service data in the scan response")
        return ""
    expect(len(data) >= 5, f"service data of {len(data)} bytes")
    told = await (await x.connect()).capabilities()
    expect(data[0] == obp.VERSION_MAJOR == told[0], "another major version")
    expect(data[1] & 3 == told[2], "other legs than in the capabilities")
    expect(data[1] & 0xF0 == 0 and data[4] == 0, "reserved bits are not 0")
    pair_id = told[15:19]
    wanted = hashlib.sha256(pair_id).digest()[:2] if any(pair_id) else bytes(2)
    expect(data[2:4] == wanted, f"pair hash {data[2:4].hex()}, not {wanted.hex()}")
    return data.hex(" ")


@rule(5)
async def one_connection(x: Examination) -> None:
    """Not heard while connected, and heard again afterwards."""
    await x.connect()
    heard = await x.setting.heard(2)
    expect(heard is None, "it advertises while it is connected")
    expect(x.link.connected, "the link was lost meanwhile")
    await _heard(x)


async def _dropped(link: Link, within_s: float) -> float:
    begun = now()
    while link.connected:
        expect(now() - begun < within_s, f"not dropped within {within_s:.0f} s")
        await asyncio.sleep(0.05)
    return now() - begun


@rule(6)
async def unauthorised(x: Examination) -> str:
    """Say nothing for ten seconds; reading goes until then."""
    link = await x.connect()
    waited = await _dropped(link, 13)
    expect(waited > 7, f"dropped after {waited:.1f} s already")
    expect(len(link.states) > 0, "no state was notified before authorisation")
    told = x.own_capabilities[19]
    if told >> 4 == told & 0xF:
        return f"after {waited:.1f} s; no room for a pairing, which begins them anew"
    link = await x.connect()
    await asyncio.sleep(5)
    await x.key(len(x.keys))
    again = await _dropped(link, 13)
    expect(again > 7, f"dropped {again:.1f} s after the window closed")
    return f"after {waited:.1f} s, and {again:.1f} s after a pairing"


@rule(7)
async def unknown(x: Examination) -> str:
    """Write an opcode that is not known; the rest goes on."""
    link = await x.rest()
    result = await link.result(b"\x7f\x01" + bytes(14))
    expect(result.code == obp.UNKNOWN_OPCODE, f"answered {result.code:02X}")
    await x.arm()
    await link.stop()
    expect(len(x.own_capabilities) >= 20, "capabilities shorter than 20 bytes")
    return "by an unknown opcode"


@rule(9)
async def state_cadence(x: Examination) -> str:
    """At once, every second in an offer, every ten seconds while idle."""
    link = await x.rest()
    x.need(obp.FEATURE_START_BUTTON, "start button, so there are no offers")
    await asyncio.sleep(0.5)
    at = len(link.states)
    await link.done(obp.OFFER, struct.pack("<H", 60))
    begun = now()
    while len(link.states) == at:
        expect(now() - begun < SLACK_S, "no state at once after *offer*")
        await asyncio.sleep(0.005)
    late = now() - begun
    await asyncio.sleep(5)
    fresh = [state for state in link.states[at:] if state.phase == obp.OFFERED]
    expect(len(fresh) >= 5, f"{len(fresh)} states in 5 s of an offer")
    numbers = [state.frame[0] for state in link.states[at:]]
    steps = {(b - a) & 0xFF for a, b in pairwise(numbers)}
    expect(steps == {1}, "sequence numbers do not grow by 1")
    await link.stop()
    await x.empty()
    begun = now()
    at = len(link.states)
    await asyncio.sleep(11)
    expect(len(link.states) > at, "no state within 11 s of being idle")
    return f"{late * 1000:.0f} ms after the result"


@rule(10, inflates=True)
async def measured_empty(x: Examination) -> str:
    """Venting until every pressure is low."""
    link = await x.running()
    await x.inflated(10)
    await link.stop()
    begun = now()
    await x.phase(obp.VENTING, 1)
    state = await x.empty()
    for state in link.states:
        expect(
            state.phase != obp.IDLE or state.peak <= obp.EMPTY_MMHG + 1,
            f"idle at {state.peak} mmHg",
        )
    return f"empty {(now() - begun) * x.setting.speed:.1f} s after stop"


@rule(11)
async def read_is_notification(x: Examination) -> None:
    """Compare a read with what was notified last."""
    link = await x.rest()
    await x.arm()
    await asyncio.sleep(0.5)
    read = await link.read_state()
    last = link.states[-1].frame
    for span in (slice(1, 4), slice(6, 19)):
        expect(read.frame[span] == last[span], f"{read.frame.hex()} and {last.hex()}")
    await link.stop()


@rule(12, inflates=True)
async def pressures_cadence(x: Examination) -> str:
    """Four a second and leg while running, few while idle."""
    link = await x.running()
    await x.phase(obp.INFLATING, 5)
    legs = [leg for leg in (0, 1) if x.own_capabilities[2] >> leg & 1]
    link.pressures.clear()
    await asyncio.sleep(4)
    running = list(link.pressures)
    await link.stop()
    await x.empty()
    link.pressures.clear()
    await asyncio.sleep(6)
    for leg in legs:
        frames = [frame for _, frame in running if frame[1] == leg]
        expect(12 <= len(frames) <= 20, f"{len(frames)} frames of a leg in 4 s")
        for frame in frames:
            expect(len(frame) >= 4 + 2 * frame[3], "a frame is too short")
            expect(frame[3] == x.own_capabilities[3], "another number of chambers")
        numbers = [frame[0] for frame in frames]
        for a, b in pairwise(numbers):
            expect((b - a) & 0xFF == 1, "sequence numbers do not grow by 1")
        idle = [frame for _, frame in link.pressures if frame[1] == leg]
        expect(1 <= len(idle) <= 3, f"{len(idle)} frames of a leg in 6 s of idle")
    return f"{len(running) / len(legs) / 4:.1f} a second; offsets need both units"
