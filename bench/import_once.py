"""Import all modules of an integration in this fresh interpreter, and say how long.

    python -m bench.import_once DOMAIN whole|own

``whole``: from nothing. ``own``: what every Bluetooth integration has in common (Home
Assistant, its bluetooth and platforms, bleak and its retry connector) was there before.
"""

from importlib import import_module
import json
from pathlib import Path
import sys
from time import perf_counter

_ROOT = Path(__file__).resolve().parent.parent
COMMON = (
    "bleak_retry_connector",
    "homeassistant.bootstrap",
    "homeassistant.helpers.update_coordinator",
    "homeassistant.components.diagnostics",
    "homeassistant.components.bluetooth",
    "homeassistant.components.bluetooth.active_update_coordinator",
    "homeassistant.components.bluetooth.passive_update_coordinator",
    "homeassistant.components.binary_sensor",
    "homeassistant.components.button",
    "homeassistant.components.event",
    "homeassistant.components.light",
    "homeassistant.components.notify",
    "homeassistant.components.number",
    "homeassistant.components.persistent_notification",
    "homeassistant.components.repairs",
    "homeassistant.components.select",
    "homeassistant.components.sensor",
    "homeassistant.components.switch",
    "homeassistant.components.system_health",
    "homeassistant.components.websocket_api",
    "homeassistant.helpers.selector",
)


def modules(domain: str) -> list[str]:
    """Return the integration's modules by name, the package first."""
    core = f"homeassistant.components.{domain}"
    ours = _ROOT / "custom_components" / domain
    if ours.is_dir():
        folder, package = ours, f"custom_components.{domain}"
    else:
        homeassistant = import_module("homeassistant")
        folder = Path(homeassistant.__path__[0]) / "components" / domain
        package = core
    found = [
        ".".join((package, *path.relative_to(folder).with_suffix("").parts))
        for path in sorted(folder.rglob("*.py"))
        if path.name != "__init__.py"
    ]
    return [package, *found]


def main(domain: str, how: str) -> None:
    """Import, and print the seconds."""
    sys.path.insert(0, str(_ROOT))
    names = modules(domain)
    if how == "own":
        for name in COMMON:
            import_module(name)
    began = perf_counter()
    for name in names:
        import_module(name)
    took = perf_counter() - began
    print(json.dumps({"s": took, "modules": len(names)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
