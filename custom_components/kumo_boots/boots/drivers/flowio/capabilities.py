"""What a FlowIO with a sleeve can do, driven from here; and what it does not guarantee."""

from ...model import BOTH, Capabilities, FailSafes, Feature, Programme
from .profile import PORTS

LEASE_S = 4.0
"""After this long without a word the connection counts as gone: the device notices about
then, stops, and keeps the air in."""

CAPABILITIES = Capabilities(
    # A port's hose may lead to one leg or be split to both; nothing tells.
    legs=BOTH,
    chambers=PORTS,
    target_min_mmhg=10,
    # The device has no ceiling: this is ours, what beginners are advised to.
    target_max_mmhg=60,
    target_step_mmhg=1,
    duration_min_s=60,
    duration_max_s=1800,
    programmes=tuple(Programme),
    features=Feature.PAUSE
    | Feature.ZONE_SKIP
    | Feature.ZONE_BOOST
    | Feature.CUSTOM_PROGRAMME,
    lease_s=LEASE_S,
    pair_id=None,
    fail_safes=FailSafes(
        vents_on_silence=False,
        vents_on_power_loss=False,
        own_ceiling=False,
        own_timer=False,
    ),
)
