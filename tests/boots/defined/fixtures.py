"""The definitions that the tests go by; none of them is shipped."""

from pathlib import Path

from custom_components.kumo_boots.boots.drivers.defined import Definition, load

FOLDER = Path(__file__).parent / "definitions"
NAMES = ("esp32_cuff", "theragun_gen4", "blockbluelight", "far_harbour", "quiet_mill")


def text_of(name: str) -> str:
    """Return a fixture as it is written."""
    return (FOLDER / f"{name}.yaml").read_text()


def definition(name: str) -> Definition:
    """Return a fixture, loaded."""
    return load(text_of(name), f"{name}.yaml")
