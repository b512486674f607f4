"""The protocols; importing this package registers them all.

A new one is a module or folder here and a line below: no other layer names a
protocol.
"""

from .flowio import FlowIO
from .open_boots import OpenBoots

__all__ = ["FlowIO", "OpenBoots"]
