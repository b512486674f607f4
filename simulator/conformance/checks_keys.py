"""R32 to R41: pairing and proof; what only a controller can break."""

from firmware import obp

from .checks_link import _dropped
from .client import Key
from .examination import Examination, rule
from .report import UncheckedError, expect

WRONG = bytes(16)


@rule(32)
async def confirmation(x: Examination) -> str:
    """No key without the right confirmation, none from a bad point."""
    await x.rest()
    link = await x.connect()
    before = (await link.capabilities())[19] >> 4
    await x.setting.press("start_long")
    await link.exchange()
    answer = await link.ask(b"\x02" + WRONG)
    expect(answer == b"\x8f\x04", f"a wrong confirmation: {answer.hex(' ')}")
    await link.say(b"\x01\x00" + WRONG)
    answer = await link.ask(b"\x01\x01" + WRONG)
    expect(answer == b"\x8f\x03", f"a bad public key: {answer.hex(' ')}")
    first = await link.exchange()
    second = await link.exchange()
    expect(first.secret != second.secret, "the same key twice")
    answer = await link.confirm(second)
    expect(answer == bytes((0x83, second.slot)), f"not stored: {answer.hex(' ')}")
    x.keys.append(second)
    after = (await link.capabilities())[19] >> 4
    expect(after == before + 1, "not one more controller is remembered")
    answer = await link.ask(b"\x01\x00" + WRONG)
    expect(answer == b"\x8f\x01", f"the window stays open: {answer.hex(' ')}")
    return ""


@rule(33)
async def window(x: Examination) -> str:
    """Look at it closed and opening."""
    link = await x.rest()
    answer = await link.ask(b"\x01\x00" + WRONG)
    expect(answer == b"\x8f\x01", f"a closed window: {answer.hex(' ')}")
    link.forget_words()
    await x.setting.press("start_long")
    await link.opened()
    await x.arm()
    answer = await link.ask(b"\x01\x00" + WRONG)
    expect(answer == b"\x8f\x01", "the window outlives an arm")
    await link.stop()
    return "its 60 s were not waited for"


@rule(34)
async def keys_are_kept(x: Examination) -> str:
    """Four of them, over a restart, until the reset."""
    await x.rest()
    expect(x.own_capabilities[19] & 0xF >= 4, "room for fewer than four controllers")
    room = x.own_capabilities[19] & 0xF
    taken = (await x.link.capabilities())[19] >> 4
    faults = x.setting.faults
    made: list[Key] = []
    for _ in range(room - taken):
        await x.setting.press("start_long")
        key = await x.link.exchange()
        await x.link.confirm(key)
        made.append(key)
    await x.setting.press("start_long")
    answer = await x.link.ask(b"\x01\x00" + WRONG)
    expect(answer == b"\x8f\x02", f"all slots are taken: {answer.hex(' ')}")
    await faults.reboot()
    link = await x.connect()
    for key in made:
        await link.prove(key)
    await x.setting.press("reset")
    link = await x.connect()
    told = await link.capabilities()
    expect(told[19] >> 4 == 0, "keys outlive a reset")
    answer = await link.ask(bytes((0x10, x.keys[0].slot)) + WRONG)
    expect(answer == b"\x8f\x06", "a proof after the reset")
    x.keys.clear()
    return f"{room} keys"


@rule(35)
async def three_wrong_answers(x: Examination) -> str:
    """Then the link is dropped; noise does not count."""
    await x.rest()
    key = await x.key()
    link = await x.connect()
    for frame in (b"\x01\x00", b"\x11" + WRONG, b"\x02" + WRONG, b"\x77" * 18):
        answer = await link.ask(frame)
        expect(answer == b"\x8f\x05", f"{frame[:2].hex()}: {answer.hex(' ')}")
    for slot in (0xEE, 0xEE):
        answer = await link.ask(bytes((0x10, slot)) + WRONG)
        expect(answer == b"\x8f\x06", f"an unknown slot: {answer.hex(' ')}")
    await link.ask(bytes((0x10, key.slot)) + WRONG)
    await link.word()
    link.forget_words()
    await link.say(b"\x11" + WRONG)
    waited = await _dropped(link, 2)
    return f"dropped after {waited * 1000:.0f} ms"


@rule(36)
async def forget_me(x: Examination) -> str:
    """Let the key and the authorisation go."""
    await x.rest()
    key = await x.key(1)
    link = x.link
    await link.prove(key)
    await link.done(obp.FORGET_ME)
    x.keys.remove(key)
    result = await link.request(obp.OFFER, b"\x01\x00")
    expect(result.code == obp.NOT_AUTHORISED, f"still answered {result.code:02X}")
    answer = await link.ask(bytes((0x10, key.slot)) + WRONG)
    expect(answer == b"\x8f\x06", f"the key is still there: {answer.hex(' ')}")
    return ""


@rule(37)
async def constant_time(_: Examination) -> str:
    """Not from here."""
    raise UncheckedError("microseconds drown in the radio's; read the unit's code")


async def _controllers(_: Examination) -> str:
    raise UncheckedError("a rule for controllers, not for units")


for number in range(38, 42):
    rule(number)(_controllers)
