"""Boots that speak the Open Boots Profile (docs/open-boots-profile.md)."""

from .driver import OpenBoots

__all__ = ["OpenBoots"]
