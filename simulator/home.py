"""A real Home Assistant in a throw-away folder, driven the way its own page drives it.

``Home`` writes a minimal, onboarded configuration (user ``demo``, password
``demo``), starts the unmodified ``hass`` of this environment as a process of its
own, and speaks to it over REST and WebSocket as a signed-in person would. The
emulated Bluetooth proxies are added as ordinary ESPHome devices.
"""

import asyncio
from base64 import b64encode
import contextlib
import json
import os
from pathlib import Path
import shutil
import signal
import socket
import sys
import tempfile
from types import TracebackType
from typing import Self

import bcrypt

from .home_client import PASSWORD, USER, HomeClient, HomeError

__all__ = ["PASSWORD", "USER", "Home", "HomeError", "free_port"]

_ROOT = Path(__file__).resolve().parent.parent
_COMPONENTS = (
    "assist_pipeline",
    "bluetooth_adapters",
    "config",
    "conversation",
    "diagnostics",
    "frontend",
    "history",
    "logbook",
    "mobile_app",
    "recorder",
    "repairs",
    "system_health",
)
"""Named one by one, since ``default_config`` needs binaries a test machine lacks."""

_START_LIMIT_S = 120
_STOP_LIMIT_S = 40


def free_port() -> int:
    """Return a TCP port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Home(HomeClient):
    """One Home Assistant; an async context that leaves no process behind.

    ``configuration`` is YAML appended to configuration.yaml. ``components`` False
    leaves ``custom_components`` out (the bench's empty house). ``port`` 0 picks a
    free one. ``keep`` leaves the folder in place for a look afterwards.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        configuration: str = "",
        components: bool = True,
        folder: Path | None = None,
        keep: bool = False,
    ) -> None:
        """Remember what to build; nothing is written before ``start``."""
        self.port = port or free_port()
        super().__init__(f"http://127.0.0.1:{self.port}")
        self._configuration = configuration
        self._components = components
        self._given = folder
        self._keep = keep
        self.folder = folder or Path()
        self.environment: dict[str, str] = {}
        """Added to the environment of the next start."""
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        """Start and sign in."""
        try:
            await self.start()
        except BaseException:
            await self._leave()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop, however the block ended."""
        await self._leave()

    async def _leave(self) -> None:
        await self.stop()
        if not self._keep and self._given is None and self.folder != Path():
            shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def running(self) -> bool:
        """Whether the process is alive."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        """The process id of the running ``hass``."""
        if self._process is None:
            raise HomeError("Home Assistant was not started")
        return self._process.pid

    @property
    def log(self) -> str:
        """What Home Assistant has logged so far."""
        # The file repeats the console, but is not there when the start itself fails.
        for name in ("home-assistant.log", "console.log"):
            if (file := self.folder / name).exists():
                return file.read_text(errors="replace")
        return ""

    async def start(self) -> None:
        """Start the process and sign in; raises HomeError within two minutes."""
        if self.folder == Path():
            self.folder = Path(tempfile.mkdtemp(prefix="kumo-home-"))
        await asyncio.to_thread(self._furnish)
        environment = os.environ | self.environment
        # Home Assistant compiles thousands of files; without a cache each start does.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        with (self.folder / "console.log").open("ab") as console:
            self._process = await asyncio.create_subprocess_exec(
                str(Path(sys.executable).parent / "hass"),
                "--config",
                str(self.folder),
                "--skip-pip",
                stdin=asyncio.subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                env=environment,
                start_new_session=True,
            )
        try:
            async with asyncio.timeout(_START_LIMIT_S):
                await self.connect(lambda: self.running)
        except (TimeoutError, HomeError) as error:
            raise HomeError(
                f"Home Assistant did not start ({error}):\n{self.log[-4000:]}"
            ) from error

    async def stop(self) -> int | None:
        """Ask it to stop as a service manager would; kill it only if it does not."""
        await self.disconnect()
        process = self._process
        if process is None:
            return None
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), _STOP_LIMIT_S)
            except TimeoutError:
                await self.kill()
        self._process = None
        return process.returncode

    async def kill(self) -> None:
        """End it without a word (SIGKILL), as a power cut would."""
        await self.disconnect()
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            await self._process.wait()
        self._process = None

    def freeze(self) -> None:
        """Let it do nothing at all (SIGSTOP), as an event loop that is blocked."""
        os.killpg(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on after ``freeze``."""
        os.killpg(self.pid, signal.SIGCONT)

    async def restart(self) -> None:
        """Stop and start again with the same folder."""
        await self.stop()
        await self.start()

    def _furnish(self) -> None:
        storage = self.folder / ".storage"
        if storage.exists():
            return
        storage.mkdir(parents=True)
        (self.folder / "configuration.yaml").write_text(
            "homeassistant:\n  name: Demo\n  unit_system: metric\n  time_zone: UTC\n"
            "  country: ES\n  currency: EUR\n"
            "logger:\n  default: warning\n  logs:\n"
            "    custom_components.kumo_boots: info\n"
            + "".join(f"{name}:\n" for name in _COMPONENTS)
            + self._configuration
        )
        if self._components:
            (self.folder / "custom_components").symlink_to(_ROOT / "custom_components")
        password = b64encode(bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)))
        for key, version, data in (
            # As YAML, http settings are a trial that is reverted after five minutes.
            ("http", 1, {"server_port": self.port, "server_host": ["127.0.0.1"]}),
            # core_config's step would start integrations that need the internet.
            (
                "onboarding",
                4,
                {"done": ["user", "core_config", "analytics", "integration"]},
            ),
            (
                "auth_provider.homeassistant",
                1,
                {"users": [{"username": USER, "password": password.decode()}]},
            ),
        ):
            (storage / key).write_text(
                json.dumps(
                    {"version": version, "minor_version": 1, "key": key, "data": data}
                )
            )
