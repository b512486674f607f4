"""Print the exact requirements of Home Assistant components, for pyproject.toml.

The tests start a real ``hass --skip-pip``, so everything its components need must
already be in the environment, at the versions Home Assistant itself pins. After
moving to another Home Assistant release, paste the result into the dependency group
``components``:

    .venv/bin/python script/component_pins.py
    .venv/bin/python script/component_pins.py --check

With ``--check`` it compares instead: the group with the components, and every
installed package with Home Assistant's constraints.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
import json
from pathlib import Path
import sys
import tomllib

import homeassistant
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"
ROOT = Path(homeassistant.__file__).parent

COMPONENTS = (
    # What the integration itself stands on.
    "bluetooth",
    "bluetooth_adapters",
    "usb",
    # Where virtual boots reach a real Home Assistant: an ESPHome Bluetooth proxy.
    # It loads the components of all its platforms, whatever the proxy has.
    "esphome",
    "assist_satellite",
    "camera",
    "infrared",
    "radio_frequency",
    # What a person's own Home Assistant has beside it.
    "assist_pipeline",
    "auth",
    "automation",
    "blueprint",
    "config",
    "conversation",
    "diagnostics",
    "energy",
    "ffmpeg",
    "file_upload",
    "frontend",
    "hardware",
    "history",
    "homeassistant_alerts",
    "homekit",
    "http",
    "image_upload",
    "intent",
    "logbook",
    "lovelace",
    "media_source",
    "mobile_app",
    "my",
    "onboarding",
    "person",
    "recorder",
    "repairs",
    "scene",
    "script",
    "search",
    "stt",
    "system_health",
    "tag",
    "trace",
    "tts",
    "wake_word",
    "webhook",
    "websocket_api",
    "zeroconf",
    "zone",
    # Bluetooth LE integrations of the highest quality scale, to measure against.
    "acaia",
    "besen",
    "casper_glow",
)


def manifest(domain: str) -> dict:
    """Return a component's manifest."""
    path = ROOT / "components" / domain / "manifest.json"
    return json.loads(path.read_text(encoding="utf-8"))


def closure(domains: tuple[str, ...]) -> set[str]:
    """Return the components and everything they depend on."""
    seen: set[str] = set()
    todo = list(domains)
    while todo:
        domain = todo.pop()
        if domain in seen:
            continue
        seen.add(domain)
        todo += manifest(domain).get("dependencies", [])
    return seen


def pins() -> dict[str, str]:
    """Return the requirements of all components, by normalized name."""
    found: dict[str, str] = {}
    for domain in sorted(closure(COMPONENTS)):
        for requirement in manifest(domain).get("requirements", []):
            found[canonicalize_name(Requirement(requirement).name)] = requirement
    return dict(sorted(found.items()))


def differences() -> list[str]:
    """Return how this environment differs from Home Assistant's."""
    groups = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["dependency-groups"]
    ours, theirs = set(groups["components"]), set(pins().values())
    found = [f"missing from the group components: {pin}" for pin in theirs - ours]
    found += [f"in the group components for nothing: {pin}" for pin in ours - theirs]
    constraints = (ROOT / "package_constraints.txt").read_text(encoding="utf-8")
    for line in constraints.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        constraint = Requirement(line)
        try:
            installed = version(constraint.name)
        except PackageNotFoundError:
            continue
        if not constraint.specifier.contains(installed, prereleases=True):
            found.append(f"{constraint.name} {installed} is not {constraint.specifier}")
    return sorted(found)


def main() -> int:
    """Print the requirements as TOML strings, or check them."""
    if "--check" in sys.argv[1:]:
        found = differences()
        print(*found, sep="\n", end="\n" if found else "")
        return bool(found)
    for requirement in pins().values():
        print(f'  "{requirement}",')
    return 0


if __name__ == "__main__":
    sys.exit(main())
