"""The library works as a package of its own, without Home Assistant."""

import ast
from pathlib import Path
import subprocess
import sys

LIBRARY = Path(__file__).parents[2] / "custom_components" / "kumo_boots" / "boots"
ALLOWED = ("bleak", "bleak_retry_connector", "cryptography", "voluptuous", "yaml")

SCRIPT = """
import importlib, pkgutil, sys

class Wall:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("homeassistant", "habluetooth", "custom_components"):
            raise ImportError("the library reached for " + name)

sys.meta_path.insert(0, Wall())
sys.path[:] = [sys.argv[1]] + [entry for entry in sys.path if entry]
import boots
modules = [m.name for m in pkgutil.walk_packages(boots.__path__, "boots.")]
for name in modules:
    importlib.import_module(name)
from boots.driver import DRIVERS
print(len(modules), *[driver.key for driver in DRIVERS.values()])
"""


def test_imports_in_a_bare_environment(tmp_path: Path) -> None:
    """As a top-level package ``boots``, with Home Assistant out of reach."""
    (tmp_path / "boots").symlink_to(LIBRARY, target_is_directory=True)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    count, *drivers = done.stdout.split()
    assert int(count) > 15
    assert drivers == ["flowio", "open_boots"]


def test_imports_nothing_else() -> None:
    """By what the files say: the standard library and five packages."""
    for path in LIBRARY.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            for name in names:
                root = name.split(".")[0]
                assert root in ALLOWED or root in sys.stdlib_module_names, (path, name)
