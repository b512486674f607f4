"""``python -m teach``: look at a recording, draft a definition, verify one.

::

    python -m teach look bundle.json
    python -m teach draft bundle.json > my_boots.yaml
    python -m teach verify my_boots.yaml bundle.json
    python -m teach look btsnoop_hci.log --mark at_rest=0 --mark started=21.5

A log of a phone has no labels: ``--mark`` says from which second on each holds.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
import sys

from custom_components.kumo_boots.boots.drivers.defined import DefinitionError, load

from .captures import CaptureError, read
from .drafting import draft
from .table import lines
from .verifying import Verdict, verify

SHOWN = 20
"""Frames that are not explained and are shown."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; returns the exit status."""
    said = _parser().parse_args(arguments)
    try:
        capture = read(said.recording, dict(said.mark))
        if said.what == "look":
            print("\n".join(lines(capture)))
        elif said.what == "draft":
            print(draft(capture), end="")
        else:
            text = said.definition.read_text()
            verdict = verify(load(text, said.definition.name), capture)
            print("\n".join(_report(verdict)))
            return 0 if verdict.percent >= said.at_least else 1
    except (CaptureError, DefinitionError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _report(verdict: Verdict) -> list[str]:
    share = f"{verdict.explained.total()} of {verdict.total} frames"
    said = [f"explained: {share} ({verdict.percent:.1f} %)"]
    said += [f"  {name}: {count}" for name, count in verdict.explained.most_common()]
    said += [f"  {label}: {' > '.join(each)}" for label, each in verdict.phases.items()]
    if verdict.left:
        said.append("not explained:")
    said += [
        f"  {frame.at_s:8.2f} s {frame.label} {frame.direction}"
        f" {frame.data.hex(' ')}: {why}"
        for frame, why in verdict.left[:SHOWN]
    ]
    return said


def _mark(text: str) -> tuple[str, float]:
    label, _, seconds = text.partition("=")
    return label, float(seconds)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m teach", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    commands = parser.add_subparsers(dest="what", required=True)
    for what, means in (
        ("look", "print what the bytes do"),
        ("draft", "print a draft of a definition"),
        ("verify", "say how much of a recording a definition explains"),
    ):
        command = commands.add_parser(what, help=means)
        if what == "verify":
            command.add_argument("definition", type=Path)
            command.add_argument("--at-least", type=float, default=100, metavar="%")
        command.add_argument("recording", type=Path)
        command.add_argument(
            "--mark", type=_mark, action="append", default=[], metavar="label=seconds"
        )
    return parser


if __name__ == "__main__":
    sys.exit(main())
