"""Faults of the link and of the proxies."""

import asyncio

from bumble.core import BaseBumbleError

from firmware import obp
from simulator.central import Central

from .rows import row
from .scene import Scene

DISCOVERY_OPERATION = 4
"""Within the 26 operations in which a proxy finds the services of a unit."""
SUPERVISION_S = 8.0
"""After this a proxy notices that a unit is out of range."""
OVER_S = 30.0
"""How long a start may take to fail."""


async def _confirm(scene: Scene) -> None:
    """Say yes; whatever becomes of it, a person then stops, and it is over."""
    error = await scene.yes()
    scene.note(error or "started", True)
    if not error:
        await scene.runs()
    await scene.until_shows("running", "ready", "awaiting", "venting", within_s=OVER_S)
    await scene.stop()


@row("link lost while services are read", outages=1, fewest=0, seconds=12)
async def lost_at_discovery(scene: Scene) -> None:
    """bleak-retry-connector may try again at once, and nobody learns of it."""
    scene.left.faults.drop(at=DISCOVERY_OPERATION)
    await _ask_and_start(scene)


@row("link lost while connecting", outages=1, seconds=12)
async def lost_at_connect(scene: Scene) -> None:
    """The yes is answered with the reason; it connects again by itself."""
    scene.at_handshake(scene.left.faults.drop, scene.left)
    await _ask_and_start(scene)


async def _ask_and_start(scene: Scene) -> None:
    await scene.ask()
    await _confirm(scene)


async def _lost_at(scene: Scene, opcode: int) -> None:
    scene.at_write(opcode, scene.left.faults.drop, scene.left)
    await _ask_and_start(scene)


@row("link lost while arming", outages=1, seconds=12)
async def lost_at_arm(scene: Scene) -> None:
    """None of the two starts."""
    await _lost_at(scene, obp.ARM)
    scene.note(
        f"{len(scene.entries('inflation'))} legs", not scene.entries("inflation")
    )


@row("link lost while starting", outages=1, seconds=12)
async def lost_at_start(scene: Scene) -> None:
    """The one that heard it ends by itself or is stopped."""
    await _lost_at(scene, obp.START)


@row("link lost while committing", outages=1, seconds=12)
async def lost_at_commit(scene: Scene) -> None:
    """As before: no leg goes on alone."""
    await _lost_at(scene, obp.COMMIT)


@row("link lost while running", outages=1, seconds=12)
async def lost_while_running(scene: Scene) -> None:
    """Back within the lease it goes on, and nothing begins anew."""
    await scene.run()
    scene.left.faults.drop()
    await scene.until(
        lambda: len(scene.entries("link", scene.left)) > 2, "connected again"
    )
    await asyncio.sleep(obp.LEASE_MS / 1000 + 1)
    scene.went_on()
    await scene.stop()


@row("link lost while pausing", outages=1, seconds=12)
async def lost_at_pause(scene: Scene) -> None:
    """Paused together or stopped together, never one alone."""
    await scene.run()
    scene.at_write(obp.PAUSE, scene.left.faults.drop, scene.left)
    error = await scene.press("pause")
    await scene.until_shows("paused", "ready", within_s=OVER_S)
    shown = scene.shows()
    scene.note(
        f"{error or 'no error'}: {shown}",
        not any(unit.witness.running for unit in scene.units),
    )
    await scene.stop()


@row("link lost while stopping", outages=1, seconds=12)
async def lost_at_stop(scene: Scene) -> None:
    """The stop is repeated over the next connection."""
    await scene.run()
    await scene.full()
    scene.at_write(obp.STOP, scene.left.faults.drop, scene.left)
    await scene.stop()


async def _late(scene: Scene, seconds: float) -> None:
    await scene.ask()
    unarmed = len(scene.units)

    def armed() -> None:
        nonlocal unarmed
        unarmed -= 1
        if not unarmed:
            for proxy in scene.proxies:
                proxy.stall_writes(seconds)

    for unit in scene.units:
        scene.at_write(obp.ARM, armed, unit)
    error = await scene.yes()
    await scene.until(
        lambda: all(proxy.writes_flow.is_set() for proxy in scene.proxies),
        "writes flow again",
        60,
    )
    begun = scene.entries("inflation")
    scene.note(f"{error}: {len(begun)} legs", bool(error) and not begun)
    await scene.stop()


@row("start delivered 5 s late", seconds=20)
async def start_5_s_late(scene: Scene) -> None:
    """It arrives after its time of 3 s, and is refused by the boots."""
    await _late(scene, 5)


@row("start delivered 30 s late", outages=1, seconds=45)
async def start_30_s_late(scene: Scene) -> None:
    """The call was given up before; nothing may inflate when the proxy goes on."""
    await _late(scene, 30)


@row("out of range", outages=1, seconds=45)
async def out_of_range(scene: Scene) -> None:
    """Both legs vent; a stop that cannot arrive is told, and is there when they are."""
    await scene.run()
    await scene.full()
    scene.left.faults.range(False)
    await scene.stop()
    await scene.empties()
    scene.left.faults.range(True)
    await scene.ready()


@row("out of range, nobody stops", outages=1, seconds=40)
async def out_of_range_alone(scene: Scene) -> None:
    """Both legs vent by themselves, and nothing begins when they are back."""
    await scene.run()
    await scene.full()
    scene.left.faults.range(False)
    await scene.empties()
    await scene.says("leg_lost", "lease")
    scene.left.faults.range(True)
    await scene.ready()


@row("no slot on any proxy, then freed", proxies=2, outages=1, seconds=40)
async def no_slots(scene: Scene) -> None:
    """The yes is answered with the reason; freed, the next yes starts."""
    for proxy in scene.proxies:
        proxy.slots = 0
    await scene.ask()
    error = await scene.yes()
    begun = scene.entries("inflation")
    scene.note(f"{error}: {len(begun)} legs", error == "no_slots" and not begun)
    await scene.stop()
    for proxy in scene.proxies:
        proxy.slots = 9
    await scene.ready()
    await scene.run()
    await scene.stop()


@row("proxy dies without a word, and is back", outages=1, seconds=60)
async def proxy_back(scene: Scene) -> None:
    """The boots vent; the stop is told, and confirmed once the proxy is back."""
    await scene.run()
    await scene.full()
    [proxy] = scene.proxies
    await proxy.kill()
    await scene.empties()
    await scene.stop()
    await proxy.revive()
    await scene.ready()


@row("proxy dies for good, another serves", proxies=2, outages=1, seconds=150)
async def proxy_gone(scene: Scene) -> None:
    """The dead one is noticed after 90 s; then the next session runs over the other."""
    await scene.run()
    await scene.full()
    held = {address for proxy in scene.proxies for address in proxy.held}
    dead = max(scene.proxies, key=lambda proxy: len(proxy.held))
    scene.note(f"{len(dead.held)} of {len(held)} legs on it", bool(dead.held))
    await dead.kill()
    await scene.empties()
    await scene.ready(within_s=170)
    await scene.run()
    await scene.stop()


@row("a phone app takes the link", outages=1, seconds=40)
async def phone(scene: Scene) -> None:
    """Both legs vent; given back, they are ready."""
    await scene.run()
    await scene.full()
    await scene.left.faults.take()
    await scene.empties()
    await scene.says("leg_lost", "lease")
    await scene.left.faults.give()
    await scene.ready()


@row("a stranger hogs the link", outages=1, fewest=0, seconds=50)
async def stranger(scene: Scene) -> None:
    """Dropped by the boots every 10 s, it cannot keep them from their person."""
    async with Central(scene.ground.house.air) as central:

        async def hog() -> None:
            while True:
                try:
                    connection = await central.connect(scene.left.address, 2)
                    while connection.handle in central.device.connections:
                        await asyncio.sleep(0.1)
                except TimeoutError, BaseBumbleError, OSError:
                    await asyncio.sleep(0.1)

        hogging = asyncio.create_task(hog())
        await scene.until(lambda: scene.left.connection, "the stranger is connected")
        await scene.ask()
        await _confirm(scene)
        hogging.cancel()
        await asyncio.gather(hogging, return_exceptions=True)
    await scene.ready()


@row("the Bluetooth (ESPHome) entry reloaded", outages=1, seconds=25)
async def proxy_reloaded(scene: Scene) -> None:
    """Back within the lease it goes on; else the boots vent. Nothing begins anew."""
    await scene.run()
    await scene.reload(scene.lane.proxy_entries[0])
    await asyncio.sleep(obp.LEASE_MS / 1000 + 2)
    ended = scene.entries("ended")
    scene.note(f"ended, says {scene.why()}" if ended else "goes on", True)
    await scene.stop()
