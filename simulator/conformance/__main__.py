"""The command line of ``script/conform``."""

import argparse
import asyncio
from collections.abc import Iterable, Sequence
import sys

from firmware import obp
from simulator.house import Boots, House

from . import checks_control, checks_keys, checks_link, checks_safety, checks_session
from .client import Key
from .examination import CHECKLIST, Examination
from .report import Finding, Verdict
from .setting import OverTheAir, Setting, Simulated

MODULES = (checks_control, checks_keys, checks_link, checks_safety, checks_session)
SPEED = 10.0
# Units that are examined side by side in the simulator.
LANES = 8
# One is missing, so that R8 has something to look at.
FEATURES = 0x03FF & ~obp.FEATURE_WORN & ~obp.FEATURE_HEAT & ~obp.FEATURE_IDENTIFY


async def examine(
    setting: Setting, numbers: Iterable[int], keys: Iterable[Key] = ()
) -> list[Finding]:
    """Check some rules, one after the other."""
    async with Examination(setting) as examination:
        examination.keys.extend(keys)
        return [await examination.run(number) for number in numbers]


async def simulated(numbers: Sequence[int], speed: float = SPEED) -> list[Finding]:
    """Check rules against simulated units, each lane with a unit of its own."""
    lanes = min(LANES, len(numbers))
    async with House(
        pairs=lanes,
        proxies=0,
        speed=speed,
        shape="one_unit",
        config={"features": FEATURES},
    ) as house:
        units: list[Boots] = list(house.boots.values())
        found = await asyncio.gather(
            *(
                examine(Simulated(house, unit), numbers[lane::lanes])
                for lane, unit in enumerate(units)
            )
        )
    return sorted((f for lane in found for f in lane), key=lambda f: f.rule)


def summary(findings: Sequence[Finding]) -> str:
    """Return the last line."""
    counts = {v: sum(f.verdict is v for f in findings) for v in Verdict}
    return ", ".join(f"{count} {verdict}" for verdict, count in counts.items())


def _key(text: str) -> Key:
    slot, _, secret = text.partition(":")
    if len(bytes.fromhex(secret)) != 32:
        raise ValueError("a key has 32 bytes")
    return Key(int(slot), bytes.fromhex(secret))


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="script/conform",
        description="Check a peripheral against docs/open-boots-profile.md, rule by rule.",
        epilog="Without an address a simulated unit is examined. The exit code is 1 "
        "where a rule fails. A unit may be inflated only when nobody wears it.",
    )
    parser.add_argument(
        "--address", help="examine this unit, over this machine's adapter"
    )
    parser.add_argument(
        "--inflate",
        action="store_true",
        help="a real unit may inflate; nobody wears it",
    )
    parser.add_argument(
        "--key",
        action="append",
        default=[],
        type=_key,
        metavar="SLOT:HEX",
        help="a key of this unit, instead of pairing; may be given twice",
    )
    parser.add_argument(
        "--rule",
        action="append",
        type=int,
        metavar="N",
        help="only this rule; repeatable",
    )
    parser.add_argument(
        "--speed", type=float, default=SPEED, help="of the simulated air (default 10)"
    )
    return parser.parse_args(given)


async def run(arguments: argparse.Namespace) -> list[Finding]:
    """Do what the command line asks for."""
    numbers = sorted(arguments.rule or CHECKLIST)
    if unknown := set(numbers) - set(CHECKLIST):
        raise SystemExit(f"there is no rule {min(unknown)}")
    if arguments.address is None:
        return await simulated(numbers, arguments.speed)
    setting = OverTheAir(arguments.address, may_inflate=arguments.inflate)
    return await examine(setting, numbers, arguments.key)


def main(given: Sequence[str] | None = None) -> int:
    """Print a line for each rule; return the exit code."""
    findings = asyncio.run(run(_arguments(given)))
    for finding in findings:
        sys.stdout.write(finding.line() + "\n")
    sys.stdout.write(summary(findings) + "\n")
    return int(any(f.verdict is Verdict.FAIL for f in findings))


if __name__ == "__main__":
    sys.exit(main())
