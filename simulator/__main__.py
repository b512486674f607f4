"""Virtual boots for a Home Assistant of your own: ``python -m simulator``."""

import argparse
import asyncio
from collections.abc import Sequence
import inspect
import json
import logging
from pathlib import Path
import shlex
import signal
import sys
from typing import Any

from .control import (
    BOOTS_COMMANDS,
    HOST,
    Commands,
    Control,
    ControlError,
    ControlServer,
)
from .faults import Faults
from .house import House
from .places import RealRadio

READY = "simulator ready "

_INTRODUCTION = """\
Virtual compression boots that speak the Open Boots Profile, and the Bluetooth they
need: each proxy looks to Home Assistant like an ESPHome Bluetooth proxy, so that no
Bluetooth adapter and no change to Home Assistant is needed.

With your own Home Assistant, on this machine:
  1. python -m simulator --pairs 1 --port 6053
  2. Settings > Devices & services > Add integration > ESPHome. Host 127.0.0.1, port
     6053. There is no password and no encryption key. (Home Assistant in a container
     needs the host's network: the simulator listens on loopback only. From another
     machine: ssh -L 6053:127.0.0.1:6053 this-machine.)
  3. Boots are discovered within a few seconds. Add them, and when the form asks for the
     button on the boots, press it:
       python -m simulator do 7053 press boots=pair1 button=start_long

With a Bluetooth dongle instead, over the air (one unit; Linux may have to let go of the
dongle first, and access to it needs rights):
  python -m simulator --transport usb:0

Ctrl-C switches everything off.
"""


def _commands_help() -> str:
    lines = ["commands (for --fault and do; boots is a unit, a pair or *):"]
    lines += [
        _command_help(name, getattr(Faults, name), " boots") for name in BOOTS_COMMANDS
    ]
    lines += [
        _command_help(name.removeprefix("do_"), function, "")
        for name, function in inspect.getmembers(Commands, inspect.isfunction)
        if name.startswith("do_")
    ]
    return "\n".join(lines)


def _command_help(name: str, function: Any, first: str) -> str:
    arguments = "".join(
        f" {p.name}" if p.default is p.empty else f" [{p.name}]"
        for p in list(inspect.signature(function).parameters.values())[1:]
    )
    summary = (inspect.getdoc(function) or "").partition("\n\n")[0].replace("\n", " ")
    return f"  {name}{first}{arguments}\n      {summary}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m simulator",
        description=_INTRODUCTION,
        epilog=f"{_commands_help()}\n\nA running simulator: python -m simulator do PORT "
        "COMMAND [NAME=VALUE …]",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--pairs", "--boots", type=int, default=1, help="pairs of boots (1)"
    )
    parser.add_argument(
        "--shape",
        choices=("two_units", "one_unit"),
        default="two_units",
        help="a controller per leg (the default), or one for both legs",
    )
    parser.add_argument(
        "--chambers", type=int, choices=range(1, 9), default=5, help="per leg (5)"
    )
    parser.add_argument(
        "--speed",
        type=float,
        default=1.0,
        help="air and programmes run so many times as fast (1); the link, the lease "
        "and the time to confirm stay real",
    )
    parser.add_argument("--proxies", type=int, default=1, help="Bluetooth proxies (1)")
    parser.add_argument(
        "--slots", type=int, default=3, help="connections that each proxy can hold (3)"
    )
    parser.add_argument(
        "--port", type=int, default=6053, help="of the first proxy (6053); 0: any free"
    )
    parser.add_argument(
        "--control", type=int, default=7053, help="control port (7053); 0: any free"
    )
    parser.add_argument(
        "--seed", type=int, default=1, help="of addresses, pair ids and noise (1)"
    )
    parser.add_argument(
        "--strangers",
        action="store_true",
        help="the two units of a pair do not know that they are one",
    )
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="FOLDER",
        help="keep the boots' keys there, so that they stay paired after a restart",
    )
    parser.add_argument(
        "--transport",
        metavar="NAME",
        help="put one unit on a real Bluetooth controller, named as Bumble names "
        "it (usb:0, serial:/dev/ttyACM0); no air and no proxies then",
    )
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar='"COMMAND NAME=VALUE …"',
        help='do this at the start, or after=SECONDS; e.g. "drop boots=pair1-left '
        'at=20", "frames boots=* fault=corrupt value=0.1", "take boots=pair1 after=30"',
    )
    parser.add_argument("--verbose", action="store_true", help="log what happens")
    return parser


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def parse_command(words: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """Return the name and the arguments of ``COMMAND NAME=VALUE …``."""
    if not words or any("=" not in word for word in words[1:]):
        raise ControlError(f"not a command: {shlex.join(words)}")
    pairs = (word.partition("=") for word in words[1:])
    return words[0], {name: _value(value) for name, _, value in pairs}


async def _fault(commands: Commands, text: str) -> None:
    name, args = parse_command(shlex.split(text))
    await asyncio.sleep(float(args.pop("after", 0)))
    await commands.do(name, args)


async def _serve(options: argparse.Namespace) -> None:
    real = RealRadio(options.transport) if options.transport else None
    house = House(
        pairs=1 if real else options.pairs,
        proxies=0 if real else options.proxies,
        speed=options.speed,
        shape="one_unit" if real else options.shape,
        chambers=options.chambers,
        seed=options.seed,
        base_port=options.port,
        slots=options.slots,
        acquainted=not options.strangers,
        keep=options.keep,
        place=real,
    )
    commands = Commands(house)
    control = ControlServer(house, options.control)
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, over.set)
    try:
        await control.start()
        async with house, asyncio.TaskGroup() as tasks:
            faults = [
                tasks.create_task(_fault(commands, text)) for text in options.fault
            ]
            ready = {
                "proxies": commands.do_list()["proxies"],
                "control": control.port,
                "host": HOST,
                "boots": list(house.boots),
            }
            print(READY + json.dumps(ready), flush=True)
            await over.wait()
            for task in faults:
                task.cancel()
    finally:
        await control.stop()


async def _run(options: argparse.Namespace) -> None:
    try:
        await _serve(options)
    except* ControlError as group:
        # A fault on the command line was refused.
        raise ControlError(str(group.exceptions[0])) from group


async def _do(port: int, words: Sequence[str]) -> None:
    name, args = parse_command(words)
    async with Control(port) as control:
        print(json.dumps(await control.do(name, **args), indent=2))


def main(arguments: Sequence[str]) -> int:
    """Run the simulator, or tell a running one to do something."""
    try:
        if arguments[:1] == ["do"] and len(arguments) > 2:
            asyncio.run(_do(int(arguments[1]), arguments[2:]))
            return 0
        options = _parser().parse_args(arguments)
        logging.basicConfig(level=logging.DEBUG if options.verbose else logging.WARNING)
        asyncio.run(_run(options))
    except (ControlError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
