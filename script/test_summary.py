"""Print what script/test did, a line for each layer, and end as its parts ended.

    python script/test_summary.py FOLDER

FOLDER holds steps.tsv, with a line for each step (layer, name, exit status, start,
end), and the JUnit files of pytest.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
import sys
from xml.etree import ElementTree as ET

# pytest's exit status when it found no test to run.
NO_TESTS = 5


@dataclass
class Layer:
    """The counts of one layer."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0

    def count(self, *, failed: bool, skipped: bool, seconds: float) -> None:
        """Add one test or check."""
        self.seconds += seconds
        if failed:
            self.failed += 1
        elif skipped:
            self.skipped += 1
        else:
            self.passed += 1

    def __str__(self) -> str:
        """Return the counts in words."""
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


def layer_of(case: ET.Element) -> str:
    """Return the folder below tests that a test case is in."""
    # A test that could not even be imported has a name and no class name.
    path = case.get("classname") or case.get("name") or ""
    parts = path.replace("/", ".").split(".")
    if len(parts) < 3 or parts[0] != "tests":
        return "tests"
    return f"tests/{parts[1]}"


def read_tests(path: Path, layers: dict[str, Layer]) -> None:
    """Count the tests of a JUnit file."""
    # Our own pytest wrote it a moment ago.
    for case in ET.parse(path).iter("testcase"):  # noqa: S314
        layers.setdefault(layer_of(case), Layer()).count(
            failed=case.find("failure") is not None or case.find("error") is not None,
            skipped=case.find("skipped") is not None,
            seconds=float(case.get("time") or 0),
        )


def main(folder: Path) -> int:
    """Print the summary."""
    layers: dict[str, Layer] = {}
    tests: dict[str, Layer] = {}
    broken: list[str] = []
    began: list[float] = []
    ended: list[float] = []
    for path in sorted(folder.glob("*.xml")):
        read_tests(path, tests)
    steps = (folder / "steps.tsv").read_text(encoding="utf-8")
    for line in steps.splitlines():
        name, step, status, start, end = line.split("\t")
        began.append(float(start))
        ended.append(float(end))
        failed = status != "0"
        if name != "tests":
            layers.setdefault(name, Layer()).count(
                failed=failed, skipped=False, seconds=float(end) - float(start)
            )
        failing = failed and int(status) != NO_TESTS
        if failing and name != "tests":
            broken.append(step)
        elif failing and not any(layer.failed for layer in tests.values()):
            # It ended badly without a failed test: say so in the counts as well.
            tests.setdefault("tests", Layer()).failed += 1
            broken.append(f"{step} (exit status {status})")
    layers.update(sorted(tests.items(), key=lambda item: item[0]))

    print("\n== Summary")
    for name, layer in layers.items():
        print(f"{name:20} {layer!s:36} {layer.seconds:7.1f} s")
    for step in broken:
        print(f"failed: {step}")
    if began:
        print(f"{'in all':57} {max(ended) - min(began):7.1f} s")
    total = Layer(
        passed=sum(layer.passed for layer in layers.values()),
        failed=sum(layer.failed for layer in layers.values()),
        skipped=sum(layer.skipped for layer in layers.values()),
    )
    print(f"\n{total}")
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
