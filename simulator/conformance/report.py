"""What a check can end with."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Of one rule."""

    PASS = "pass"
    FAIL = "fail"
    UNCHECKED = "cannot be checked"


class BrokenRuleError(Exception):
    """The unit does not do what the rule says."""


class UncheckedError(Exception):
    """The rule cannot be checked here; the message says why."""


@dataclass(frozen=True)
class Finding:
    """A rule, what came of it, and why or how."""

    rule: int
    verdict: Verdict
    why: str = ""

    def line(self) -> str:
        """Return it for a terminal."""
        return f"R{self.rule:<3} {self.verdict:<18} {self.why}".rstrip()


def expect(truth: bool, otherwise: str) -> None:
    """Raise ``BrokenRuleError`` where something is not so."""
    if not truth:
        raise BrokenRuleError(otherwise)
