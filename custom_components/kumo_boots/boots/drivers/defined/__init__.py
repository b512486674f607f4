"""Protocols that are told by a definition, a YAML file, instead of by a module."""

from .definition import Confidence, Definition
from .driver import REMEMBERED, Defined, driver_from
from .loader import DefinitionError, Problem, load

__all__ = [
    "REMEMBERED",
    "Confidence",
    "Defined",
    "Definition",
    "DefinitionError",
    "Problem",
    "driver_from",
    "load",
]
