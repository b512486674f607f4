"""Shown on a real Home Assistant with virtual boots: the main job, or a scenario.

What is reported at the end is what the witness inside the boots saw.
"""

import argparse
import asyncio
import contextlib
import signal
import sys

from .home import HomeError
from .scenarios import SCENARIOS, Options, Play
from .show import Show

CHECK_LIMIT_S = 240


def arguments() -> tuple[Play, Options]:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="script/demo", description=__doc__)
    parser.add_argument(
        "--scenario",
        choices=[*SCENARIOS],
        default="session",
        help="what is shown (session: the main job)",
    )
    parser.add_argument(
        "--check", action="store_true", help="unattended and bounded; an exit code"
    )
    parser.add_argument("--boots", type=int, default=1, metavar="N", help="pairs (1)")
    parser.add_argument(
        "--speed",
        type=float,
        default=10,
        metavar="X",
        help="pneumatics and programme run so much faster (10); 1 is real time",
    )
    parser.add_argument(
        "--port", type=int, default=0, help="Home Assistant's port (a free one)"
    )
    parsed = parser.parse_args()
    if not 1 <= parsed.boots <= 32:
        parser.error("--boots is 1 to 32 pairs")
    if not 0.5 <= parsed.speed <= 60:
        parser.error("--speed is 0.5 to 60")
    return SCENARIOS[parsed.scenario], Options(
        check=parsed.check, boots=parsed.boots, speed=parsed.speed, port=parsed.port
    )


async def run(play: Play, options: Options) -> int:
    """Run until the end, the limit, or a signal; return the exit code."""
    show = Show()
    task = asyncio.create_task(play(options, show))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    try:
        limit = CHECK_LIMIT_S + 30 * options.boots if options.check else None
        async with asyncio.timeout(limit):
            await task
    except asyncio.CancelledError:
        print("\nstopped: Home Assistant has let the air out and ended")
        return 130 if options.check else 0
    except (HomeError, TimeoutError) as error:
        print(f"\n✗ {error or 'took too long'}", file=sys.stderr)
        return 1
    return 0


def main() -> None:
    """Run the demo."""
    play, options = arguments()
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(asyncio.run(run(play, options)))


if __name__ == "__main__":
    main()
