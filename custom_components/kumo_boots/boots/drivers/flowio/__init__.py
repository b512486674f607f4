"""FlowIO, the open pneumatics platform with five ports (bench only)."""

from .driver import FlowIO

__all__ = ["FlowIO"]
