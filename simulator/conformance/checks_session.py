"""R16 to R25: starting, running and ending a session, and the buttons."""

import asyncio
import struct

from firmware import obp

from .client import now
from .examination import LEASE_S, NONCE_S, Examination, Settings, rule
from .report import expect

SLACK_S = 1.5


@rule(16)
async def nonce(x: Examination) -> str:
    """Once, in time, over the same connection, and only the last one."""
    link = await x.rest()
    await x.arm()
    first = x.session, x.nonce
    await x.arm()
    expect(x.session not in {0, first[0]}, "the session's number is 0 or the last one")
    expect(x.nonce != first[1], "the same nonce twice")
    void = struct.pack("<HIH", x.session, first[1], 0)
    await link.refused(obp.START, void, obp.WRONG_NONCE)
    wrong = x.parameters(Settings(legs=4))
    await link.refused(obp.ARM, wrong, obp.OUT_OF_RANGE)
    # The nonce is checked before the delay, so this tells that it still is good.
    late = x.start_parameters(delay_ms=2000)
    await link.refused(obp.START, late, obp.OUT_OF_RANGE)
    await asyncio.sleep(NONCE_S + 0.5)
    expect((await link.read_state()).phase == obp.IDLE, "not idle when the nonce died")
    await link.refused(obp.START, x.start_parameters(), obp.WRONG_NONCE)
    await x.arm()
    old = x.start_parameters()
    await x.connect()
    link = x.link
    await link.prove(await x.key())
    await link.refused(obp.START, old, obp.WRONG_NONCE)
    expect((await link.read_state()).zones == 0, "something inflates")
    return "too late, voided, and over another connection"


@rule(17, inflates=True)
async def delay(x: Examination) -> str:
    """Inflating at once by name, in truth after the delay; a nonce works once."""
    link = await x.rest()
    await x.arm()
    at = len(link.states)
    begun = now()
    await x.start(delay_ms=1000)
    await link.refused(obp.START, x.start_parameters(), obp.WRONG_NONCE)
    await link.done(obp.COMMIT, x.of_session)
    first = await link.until("zones fill", lambda state: state.zones != 0, 3)
    # A read may have seen it after a notification did.
    filling = [state.at for state in [*link.states[at:], first] if state.zones]
    waited = min(filling) - begun
    expect(0.9 <= waited <= 1.6, f"filling {waited:.2f} s after a start with 1 s delay")
    expect(
        any(s.phase == obp.INFLATING and not s.zones for s in link.states[at:]),
        "the phase was not inflating during the delay",
    )
    await link.stop()
    return f"{waited:.2f} s after a start with a delay of 1 s"


async def _ends(x: Examination, end: int, after_s: float, *, beat: bool) -> str:
    begun = now()
    if beat:
        x.beat()
    state = await x.link.until(
        f"end {obp.ENDS[end]}",
        lambda state: state.phase in {obp.VENTING, obp.IDLE, obp.FAULT},
        after_s + SLACK_S,
    )
    waited = now() - begun
    expect(state.end == end, f"it ended with {state.end}, not {end}")
    expect(waited > after_s - SLACK_S, f"after {waited:.1f} s already")
    return f"after {waited:.1f} s"


@rule(18, inflates=True)
async def not_committed(x: Examination) -> str:
    """Send heartbeats, but no commit."""
    await x.rest()
    await x.arm()
    await x.start()
    return await _ends(x, obp.END_NOT_COMMITTED, LEASE_S, beat=True)


@rule(19, inflates=True)
async def lease(x: Examination) -> str:
    """Lives on heartbeats, survives a reconnection, ends in silence."""
    await x.running()
    await asyncio.sleep(LEASE_S + 2)
    state = await x.link.read_state()
    expect(state.session == x.session, "it did not live on heartbeats")
    x.quiet()
    await x.connect()
    await x.link.prove(await x.key())
    await x.link.done(obp.HEARTBEAT, x.of_session)
    return await _ends(x, obp.END_LEASE, LEASE_S, beat=False)


@rule(20, inflates=True)
async def pause(x: Examination) -> str:
    """Empty, and time stands still; then a new cycle."""
    await x.rest()
    x.need(obp.FEATURE_PAUSE, "pause")
    link = await x.running()
    await x.inflated(10)
    await link.done(obp.PAUSE, x.of_session)
    state = await link.read_state()
    expect((state.phase, state.zones) == (obp.PAUSED, 0), "zones are held in a pause")
    await link.until("empty", lambda s: s.peak <= 5, 30 / x.setting.speed + 2)
    later = await link.read_state()
    expect(later.remaining == state.remaining, "the remaining time goes on")
    await link.done(obp.RESUME, x.of_session)
    await x.inflated(10)
    await link.done(obp.PAUSE, x.of_session)
    limit_s = obp.PAUSE_LIMIT_MS / 1000 / x.setting.speed
    if limit_s > 120:
        return "ten minutes of it were not waited for"
    ended = await link.until("ended", lambda s: s.phase != obp.PAUSED, limit_s + 3)
    expect(ended.end == obp.END_PAUSED, f"the pause ended with {ended.end}")
    return "and too long a one ends the session"


@rule(21, inflates=True)
async def change(x: Examination) -> str:
    """Set a lower target, and a time that is too long."""
    await x.rest()
    lowest, highest, step = x.limits()
    high = lowest + min(4, (highest - lowest) // step) * step
    link = await x.running(Settings(target=high))
    longest = x.own_capabilities[8] * 60
    await x.inflated(high - 3)
    await x.set(obp.SET_TARGET, lowest)
    expect((await link.read_state()).target == lowest, "the state tells another target")
    if high - lowest >= 10:
        await link.until(
            "let air out",
            lambda s: s.peak <= lowest + 6,
            10 / x.setting.speed + 2,
        )
    too_long = struct.pack("<HBH", x.session, obp.SET_REMAINING, longest + 1)
    await link.refused(obp.SET, too_long, obp.OUT_OF_RANGE)
    await x.set(obp.SET_REMAINING, 120)
    state = await link.read_state()
    expect(state.remaining <= 120, "the remaining time was not set")
    await link.stop()
    return f"from {high} to {lowest} mmHg"


@rule(22, inflates=True)
async def other_controllers(x: Examination) -> str:
    """They may pause, resume, set and stop, and keep nothing alive."""
    await x.rest()
    other = await x.key(1)
    await x.running()
    x.quiet()
    link = x.link
    await link.prove(other)
    await link.refused(obp.HEARTBEAT, x.of_session, obp.NOT_OWNER)
    await link.refused(obp.COMMIT, x.of_session, obp.NOT_OWNER)
    await x.set(obp.SET_REMAINING, 120)
    if x.features & obp.FEATURE_PAUSE:
        await link.done(obp.PAUSE, x.of_session)
        await link.done(obp.RESUME, x.of_session)
    result = await link.result(b"\x00\x01")
    expect(result.code == obp.DONE, "stop was refused")
    await x.empty()
    await link.prove(await x.key())
    await x.arm()
    await link.prove(other)
    await link.refused(obp.START, x.start_parameters(), obp.NOT_OWNER)
    await link.stop()
    return "with a second key"


@rule(23, inflates=True)
async def time_is_up(x: Examination) -> str:
    """Completed by itself."""
    link = await x.running()
    await x.set(obp.SET_REMAINING, 20)
    begun = now()
    state = await link.until(
        "time is up", lambda s: s.phase in {obp.VENTING, obp.IDLE}, 25
    )
    expect(state.end == obp.END_COMPLETED, f"it ended with {state.end}")
    took = (now() - begun) * x.setting.speed
    return f"20 s took {took:.1f} s of the unit's time"


@rule(24, inflates=True)
async def stop_button(x: Examination) -> str:
    """Whatever the child lock says."""
    link = await x.rest()
    locked = bool(x.features & obp.FEATURE_CHILD_LOCK)
    if locked:
        await link.done(obp.CHILD_LOCK, b"\x01")
    try:
        await x.running()
        await x.setting.press("stop")
        await link.until("stopped", lambda s: s.phase in {obp.VENTING, obp.IDLE}, 1)
        await x.empty()
        end = (await link.read_state()).end
        expect(end == obp.END_ON_BOOTS, f"it ended with {end}")
        if x.features & obp.FEATURE_START_BUTTON:
            await link.done(obp.OFFER, b"\x3c\x00")
            await x.setting.press("stop")
            await x.phase(obp.IDLE, 1)
    finally:
        if locked:
            await link.request(obp.CHILD_LOCK, b"\x00")
    return "with child lock" if locked else "the unit has no child lock"


@rule(25, inflates=True)
async def start_button(x: Examination) -> str:
    """Accept an offer without air; start an own session otherwise."""
    link = await x.rest()
    x.need(obp.FEATURE_START_BUTTON, "start button")
    await link.done(obp.OFFER, b"\x3c\x00")
    await x.setting.press("start")
    state = await link.until("accepted", lambda s: bool(s.flags & 4), 2)
    expect((state.phase, state.zones) == (obp.OFFERED, 0), "the press did more")
    begun = now()
    await link.until("the offer is over", lambda s: s.phase == obp.IDLE, 12)
    expect(now() - begun > 8, "an accepted offer ended too early")
    await link.done(obp.OFFER, b"\x3c\x00")
    await x.connect()
    await x.phase(obp.IDLE, 1)
    await x.rest()
    await x.setting.press("start")
    state = await x.link.until("a session of the boots", lambda s: s.zones != 0, 3)
    expect(state.origin == obp.ORIGIN_BOOTS, f"origin {state.origin}")
    expect(state.frame[11] == obp.NO_SLOT, "a controller's slot")
    await asyncio.sleep(LEASE_S + SLACK_S)
    later = await x.link.read_state()
    expect(later.session == state.session, "it ended without heartbeats")
    await x.link.stop()
    await x.empty()
    if not x.features & obp.FEATURE_CHILD_LOCK:
        return "the unit has no child lock"
    await x.link.done(obp.CHILD_LOCK, b"\x01")
    try:
        await x.setting.press("start")
        await asyncio.sleep(0.5)
        expect((await x.link.read_state()).phase == obp.IDLE, "child lock was ignored")
    finally:
        await x.link.request(obp.CHILD_LOCK, b"\x00")
    return ""
