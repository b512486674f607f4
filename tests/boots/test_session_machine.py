"""Whatever people, boots and links do, in whatever order: the invariants hold.

Several shards with seeds of their own, so that workers share them and a failure is
one that comes again. ``script/fuzz`` goes on with other seeds.
"""

from hypothesis import seed, settings
import pytest

from .machine import SETTINGS, Machine

# A quarter of a minute each; more under coverage on a busy machine.
pytestmark = pytest.mark.timeout(300)

SHARDS = 8
EXAMPLES = 2_000


def _shard(number: int) -> type:
    """Return the test case of one shard."""
    machine = seed(number)(type(f"Machine{number}", (Machine,), {}))
    case = machine.TestCase
    case.settings = settings(SETTINGS, max_examples=EXAMPLES // SHARDS)
    return case


for _number in range(SHARDS):
    globals()[f"TestShard{_number}"] = _shard(_number)
