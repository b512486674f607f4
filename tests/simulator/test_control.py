"""The control channel and the command line."""

import asyncio
from collections.abc import AsyncIterator
import json
import signal
import socket
import sys
from typing import Any

import pytest

from simulator.__main__ import READY, main, parse_command
from simulator.control import BOOTS_COMMANDS, Control, ControlError, ControlServer
from simulator.house import House

from .controller import until


@pytest.fixture
async def house(socket_enabled: None) -> AsyncIterator[House]:
    """Run one pair with one proxy."""
    async with House(speed=10) as made:
        yield made


@pytest.fixture
async def control(house: House) -> AsyncIterator[Control]:
    """Connect to the house's control channel."""
    server = ControlServer(house)
    await server.start()
    async with Control(server.port) as client:
        yield client
    await server.stop()


async def test_list_state_and_witness(house: House, control: Control) -> None:
    """What there is, how it is, and what happened."""
    listed = await control.do("list")
    assert [boots["boots"] for boots in listed["boots"]] == [
        "pair1-left",
        "pair1-right",
    ]
    assert listed["proxies"] == [
        {"name": "proxy1", "host": "127.0.0.1", "port": house.proxies[0].port}
    ]
    state = (await control.do("state", boots="pair1-left"))["pair1-left"]
    assert state["pressures_mmhg"] == {"left": [0.0] * 5}
    assert state["phase"] in {"venting", "idle"}
    entries = (await control.do("witness"))["entries"]
    assert entries == house.witness.entries()[: len(entries)]
    since = entries[-1]["n"]
    await control.do("press", boots="pair1-left", button="start_long")
    later = (await control.do("witness", since=since, kind="injected"))["entries"]
    assert [(e["boots"], e["button"]) for e in later] == [("pair1-left", "start_long")]


async def test_commands_for_units_pairs_and_all(house: House, control: Control) -> None:
    """One name, a pair's name, a star."""
    assert set(await control.do("drain", boots="pair1-left", percent=50)) == {
        "pair1-left"
    }
    assert set(await control.do("drain", boots="pair1", percent=40)) == set(house.boots)
    assert set(await control.do("charge", boots="*", on=True)) == set(house.boots)
    assert all(b.body.charging for b in house.boots.values())
    assert house.boots["pair1-right"].body.percent == pytest.approx(40, abs=0.1)
    assert await control.do("drop", boots="*") == {"pair1-left": 0, "pair1-right": 0}
    await control.do("reboot", boots="pair1-left", off_s=0.05)
    powers = house.witness.entries(boots="pair1-left", kind="power")
    assert [entry["on"] for entry in powers] == [True, False, True]


async def test_proxy_commands(house: House, control: Control) -> None:
    """Slots, death and resurrection, stalled writes."""
    proxy = house.proxies[0]
    await control.do("slots", proxy="proxy1", n=1)
    assert proxy.slots == 1
    await control.do("kill", proxy="proxy1")
    assert not proxy.alive
    await control.do("revive", proxy="proxy1")
    assert proxy.alive
    await control.do("stall", proxy="proxy1", seconds=0.05)
    assert not proxy.writes_flow.is_set()
    await until(proxy.writes_flow.is_set)


@pytest.mark.parametrize(
    ("command", "args", "why"),
    [
        ("dance", {}, "no command dance"),
        ("drop", {"boots": "pair9"}, "no boots pair9"),
        ("kill", {"proxy": "proxy9"}, "no proxy proxy9"),
        ("press", {"boots": "pair1", "button": "nose"}, "no button nose"),
        ("press", {"boots": "pair1"}, "missing a required argument"),
        ("drain", {"percent": "much"}, "not supported between"),
        ("stick", {"chamber": 99, "how": "open"}, "no chamber 99"),
        ("stick", {"chamber": 1, "how": "ajar"}, "open or closed"),
    ],
)
async def test_refused(
    control: Control, command: str, args: dict[str, Any], why: str
) -> None:
    """A refusal says why, and the channel goes on."""
    with pytest.raises(ControlError, match=why):
        await control.do(command, **args)
    assert await control.do("list")


async def test_not_json_and_gone(house: House) -> None:
    """Nonsense is answered; a server that is gone is told."""
    server = ControlServer(house)
    await server.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    for nonsense in (b"hello\n", b"[1]\n", b"3\n", b"\xff\n"):
        writer.write(nonsense)
        answer = json.loads(await reader.readline())
        assert answer["ok"] is False
        assert answer["error"]
    writer.close()
    client = Control(server.port)
    await client.do("list")
    await server.stop()
    with pytest.raises((ControlError, ConnectionError)):
        await client.do("list")
    await client.close()
    await client.close()


async def test_the_command_line(socket_enabled: None) -> None:
    """It says ready, does what it is told, obeys ``do``, and ends on SIGTERM."""
    simulator = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "simulator", "--port", "0", "--control", "0", "--shape", "one_unit"),
        *("--boots", "2", "--proxies", "2", "--speed", "5", "--chambers", "4"),
        *("--fault", "drain boots=pair1 percent=7"),
        *("--fault", "press boots=pair2 button=start after=1"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert simulator.stdout is not None
    async with asyncio.timeout(20):
        line = (await simulator.stdout.readline()).decode()
    assert line.startswith(READY)
    ready = json.loads(line.removeprefix(READY))
    assert ready["boots"] == ["pair1", "pair2"]
    assert [proxy["name"] for proxy in ready["proxies"]] == ["proxy1", "proxy2"]
    async with Control(ready["control"]) as control:

        async def state(boots: str) -> dict[str, Any]:
            return (await control.do("state", boots=boots))[boots]

        assert (await state("pair1"))["battery_percent"] == pytest.approx(7, abs=0.1)
        async with asyncio.timeout(5):
            while not (await state("pair2"))["running"]:
                await asyncio.sleep(0.05)
    assert (
        await asyncio.to_thread(
            main, ["do", str(ready["control"]), "press", "boots=pair2", "button=stop"]
        )
        == 0
    )
    simulator.send_signal(signal.SIGTERM)
    async with asyncio.timeout(10):
        assert await simulator.wait() == 0


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody with only the help can use it."""
    with pytest.raises(SystemExit):
        main(["--help"])
    text = capsys.readouterr().out
    assert "ESPHome" in text
    for command in (*BOOTS_COMMANDS, "witness", "state", "slots", "kill", "revive"):
        assert f"\n  {command} " in text


@pytest.mark.parametrize(
    "arguments",
    [
        ["--port", "0", "--control", "0", "--fault", "dance boots=pair1"],
        ["--port", "0", "--control", "0", "--fault", "drop pair1"],
        ["--transport", "telepathy:0", "--control", "0"],
        ["do", "1", "list"],
    ],
)
def test_mistakes_end_with_a_message(
    arguments: list[str], socket_enabled: None, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong fault or a simulator that is not there: exit code 1 and why."""
    assert main(arguments) == 1
    assert capsys.readouterr().err.strip()


def test_a_port_that_is_taken(
    socket_enabled: None, capsys: pytest.CaptureFixture[str]
) -> None:
    """Everything is undone, and the message names the port."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for which in (["--port", port, "--control", "0"], ["--control", port]):
            assert main(which) == 1
            assert port in capsys.readouterr().err


def test_commands_in_words() -> None:
    """Values are JSON where they can be, else text."""
    assert parse_command(["frames", "boots=*", "fault=corrupt", "value=0.1"]) == (
        "frames",
        {"boots": "*", "fault": "corrupt", "value": 0.1},
    )
    assert parse_command(["stick", "how=null"]) == ("stick", {"how": None})
    with pytest.raises(ControlError):
        parse_command([])
