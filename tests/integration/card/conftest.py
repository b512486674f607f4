"""A pair of boots, and screens that look at it."""

from ..coach.conftest import person
from ..entry.conftest import boots, house_plan

__all__ = ["boots", "house_plan", "person"]
