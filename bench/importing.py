"""(g) What it takes to import the integration and to set up an entry of it.

Every figure comes from a fresh interpreter, ours and the references in turn.
"""

import asyncio
from collections.abc import Iterable
import json
from pathlib import Path
import sys
from typing import Any

from .samples import Samples
from .table import Row, ratio

PART = "g"
LIMIT = 1.5
OURS = "kumo_boots"
REFERENCES = ("besen", "casper_glow", "acaia")
"""Core's platinum integrations that hold a Bluetooth link."""
SETUP_REFERENCES = ("besen", "casper_glow")
"""Those whose setup waits for nothing that the bench cannot take out of it."""
_ROOT = Path(__file__).resolve().parent.parent
_LIMIT_S = 60


async def _fresh(module: str, *arguments: str) -> dict[str, Any]:
    """Run a module of the bench in a fresh interpreter; return what it printed last."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        f"bench.{module}",
        *arguments,
        cwd=_ROOT,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_LIMIT_S):
            out, errors = await process.communicate()
    except BaseException:
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        raise RuntimeError(f"bench.{module} {arguments}: {errors.decode()[-2000:]}")
    told: dict[str, Any] = json.loads(out.decode().splitlines()[-1])
    return told


async def _in_turn(
    module: str, domains: Iterable[str], repeats: int, *more: str
) -> dict[str, list[dict[str, Any]]]:
    """Run it for each domain, in turn; with repeats, the first round does not count."""
    told: dict[str, list[dict[str, Any]]] = {domain: [] for domain in domains}
    for turn in range(-1 if repeats > 1 else 0, repeats):
        for domain, each in told.items():
            answer = await _fresh(module, domain, *more)
            if turn >= 0:
                each.append(answer)
    return told


def _ms(told: list[dict[str, Any]], key: str) -> Samples:
    return Samples.of((one[key] * 1000 for one in told), "ms")


async def _imports(how: str, what: str, *, quick: bool) -> list[Row]:
    told = await _in_turn("import_once", (OURS, *REFERENCES), 1 if quick else 5, how)
    return [
        ratio(
            PART,
            f"{what}; by {domain}",
            _ms(told[OURS], "s"),
            _ms(told[domain], "s"),
            limit=LIMIT,
            note=f"{told[OURS][0]['modules']} modules, there"
            f" {told[domain][0]['modules']}"
            if how == "own"
            else "",
        )
        for domain in REFERENCES
    ]


async def measure(*, quick: bool) -> list[Row]:
    """Measure part (g)."""
    rows = [
        *await _imports("whole", "import, all modules, from nothing", quick=quick),
        *await _imports("own", "import, on top of hass and bleak", quick=quick),
    ]
    told = await _in_turn("setup_once", (OURS, *SETUP_REFERENCES), 2 if quick else 5)
    for domain in SETUP_REFERENCES:
        ours, theirs = told[OURS], told[domain]
        entities = [one[0]["entities"] for one in (ours, theirs)]
        rows.append(
            ratio(
                PART,
                f"setup of an entry, imports done; by {domain}",
                _ms(ours, "setup_s"),
                _ms(theirs, "setup_s"),
                limit=LIMIT,
                note=f"{entities[0]} entities, there {entities[1]}",
            )
        )
        rows.append(
            ratio(
                PART,
                f"the same, by entity; by {domain}",
                Samples.of((one["setup_s"] * 1e3 / entities[0] for one in ours), "ms"),
                Samples.of(
                    (one["setup_s"] * 1e3 / entities[1] for one in theirs), "ms"
                ),
            )
        )
    return rows
