"""Units against a hostile central: refused with the right code, and nothing inflates."""

import pytest

from firmware import obp
from simulator.conformance.client import Key
from simulator.gatt import AUTHORISATION_UUID, CONTROL_UUID
from simulator.hostile.central import ATTACKS, Scene
from simulator.house import Boots, House

from .controller import SQUEEZE, Controller, Keys, until


def hear(boots: Boots, heard: list[tuple[str, bytes]]) -> None:
    """Note what is written to a unit, as anybody in radio range can."""
    server = boots.server
    assert server is not None
    for uuid, name, take in (
        (CONTROL_UUID, obp.CONTROL, boots._control),
        (AUTHORISATION_UUID, obp.AUTHORISATION, boots._authorise),
    ):

        def tapped(data: bytes, response: bool, name=name, take=take) -> None:
            heard.append((name, data))
            take(data, response)

        server.on_write(uuid, tapped)


@pytest.fixture
async def scene(house: House, left: Boots, keys: Keys) -> Scene:
    """Return the left unit, its controller's session heard, and an attacker."""
    right = house.boots["pair1-right"]
    heard: list[tuple[str, bytes]] = []
    hear(left, heard)
    async with Controller(house, left, keys) as controller:
        await controller.prove()
        await controller.begin(SQUEEZE)
        await until(lambda: left.witness.running)
        await controller.stop()
        await until(lambda: left.unit.phase == obp.IDLE, 20)
    recorded = [frame for frame in heard if frame[1][:1] != b"\0"]
    # The attacker was let in once, at another slot of each unit.
    theirs = {}
    for boots in (left, right):
        slot, secret = 1, bytes(range(32)) if boots is left else bytes(range(32, 64))
        boots.unit.keys.put(slot, secret)
        theirs[boots.name] = Key(slot, secret)
    return Scene(
        house,
        left,
        key=theirs[left.name],
        other=right,
        other_key=theirs[right.name],
        recorded=recorded,
    )


async def works(house: House, boots: Boots, keys: Keys) -> None:
    """See the unit's own controller start a session and stop it."""
    await until(lambda: boots.connection is None, 20)
    await until(lambda: boots.unit.phase == obp.IDLE, 20)
    count = len(house.witness.entries(boots=boots.name, kind="inflation"))
    async with Controller(house, boots, keys) as controller:
        await controller.prove()
        await controller.begin(SQUEEZE)
        await until(lambda: boots.witness.running)
        await controller.stop(response=True)
        await until(lambda: boots.unit.phase == obp.IDLE, 20)
    after = house.witness.entries(boots=boots.name, kind="inflation")
    assert len(after) == count + 1


@pytest.mark.parametrize("name", ATTACKS)
async def test_an_attack_is_refused_and_nothing_inflates(
    house: House, left: Boots, keys: Keys, scene: Scene, name: str
) -> None:
    """Each with the code of the profile; the unit's own controller goes on."""
    before = house.witness.entries(kind="inflation")
    await ATTACKS[name](scene)
    assert scene.seen
    wrong = [seen for seen in scene.seen if seen.answer != seen.expected]
    assert wrong == []
    assert house.witness.entries(kind="inflation") == before
    await works(house, left, keys)


@pytest.mark.parametrize("response", [False, True])
@pytest.mark.parametrize("frame", [b"\0", b"\0\x01", b"\0" + b"\xff" * 19])
async def test_anybody_can_stop(
    house: House, left: Boots, keys: Keys, frame: bytes, response: bool
) -> None:
    """Without a key, whatever else the frame holds, by either kind of write."""
    async with Controller(house, left, keys) as controller:
        await controller.prove()
        await controller.begin(SQUEEZE)
        await until(lambda: left.witness.running)
    # The session keeps its lease, so there is something to stop.
    scene = Scene(house, left, Key(9, b""), left, Key(9, b""))
    async with scene.connected() as stranger:
        assert left.witness.running
        await stranger.send(frame, response=response)
        await until(lambda: not left.witness.running)
        await until(lambda: left.unit.phase == obp.IDLE, 20)
    await works(house, left, keys)


async def test_a_session_is_not_taken_over(
    house: House, left: Boots, keys: Keys, scene: Scene
) -> None:
    """Another controller neither starts, commits nor keeps alive what is not theirs."""
    async with Controller(house, left, keys) as controller:
        await controller.prove()
        session = await controller.begin(SQUEEZE)
        await until(lambda: left.witness.running)
    async with scene.connected() as link:
        await link.prove(scene.key)
        for opcode in (obp.COMMIT, obp.HEARTBEAT):
            frame = link.build(opcode, session)
            await link.try_request("of a session of another", frame, obp.NOT_OWNER)
        wrong = bytes((session[0] ^ 1, session[1]))
        for opcode in (obp.COMMIT, obp.HEARTBEAT, obp.PAUSE):
            frame = link.build(opcode, wrong)
            await link.try_request("of no session", frame, obp.WRONG_SESSION)
        assert [s for s in scene.seen if s.answer != s.expected] == []
        # Nobody renews the lease: the boots let the air out by themselves.
        await until(lambda: not left.witness.running, 20)
        assert (await link.read_state()).end == 4
    await works(house, left, keys)
