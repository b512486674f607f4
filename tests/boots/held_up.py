"""An event loop that is held up, as by a slow integration: the boots go on without it.

Nothing of ours runs meanwhile; what the boots say arrives in a burst afterwards.
"""

from collections.abc import Iterable

from .virtual_time import VirtualLoop
from .wired import CHANNELS, WiredBoots

STEP_S = 0.1


def hold_up(loop: VirtualLoop, all_boots: Iterable[WiredBoots], seconds: float) -> None:
    """Let time pass for the boots, and for nobody else."""
    said: list[tuple[WiredBoots, str, bytes]] = []
    for _ in range(round(seconds / STEP_S)):
        loop.jump(STEP_S)
        for boots in all_boots:
            boots.pass_time(STEP_S)
            if boots.backend is not None:
                said += [
                    (boots, CHANNELS[channel], bytes(frame))
                    for channel, frame in boots.unit.outbox
                ]
            boots.unit.outbox.clear()
            if boots.unit.drop:
                loop.call_soon(boots.drop_link)
                boots.unit.drop = False
    for boots, uuid, frame in said:
        loop.call_soon(boots.notify, uuid, frame)
