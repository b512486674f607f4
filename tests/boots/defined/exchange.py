"""What is known to have been said between boots and their app, held against a definition.

Each definition that is shipped has such a file in ``exchanges/``, under its key: bytes that
were recorded, or that a document gives, and what they mean.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from custom_components.kumo_boots.boots.drivers.defined import Confidence, load
from custom_components.kumo_boots.boots.drivers.defined.definition import Definition
from custom_components.kumo_boots.boots.drivers.defined.reports import told
from custom_components.kumo_boots.boots.model import BootsState

EXCHANGES = Path(__file__).parent / "exchanges"
NEEDED = {"start", "stop"}
"""No definition is shipped whose start and stop nobody has seen."""


def check_shipped(path: Path, exchanges: Path = EXCHANGES) -> None:
    """Raise AssertionError unless a definition is fit to be shipped."""
    definition = load(path.read_text(), path.name)
    assert definition.can_start, f"{path.name} cannot start"
    assert definition.source, f"{path.name} does not say where it is from"
    assert definition.confidence is not Confidence.UNVERIFIED, f"{path.name}: a guess"
    exchange = exchanges / f"{definition.key}.yaml"
    assert exchange.exists(), f"{path.name} has no exchange"
    check(definition, yaml.safe_load(exchange.read_text()))


def check(definition: Definition, exchange: Mapping[str, Any]) -> None:
    """Raise AssertionError where a definition says something else than was said."""
    assert exchange["source"], "where was it heard?"
    unseen = NEEDED - {sent["command"] for sent in exchange["sent"]}
    assert not unseen, f"nobody has seen how to {', '.join(sorted(unseen))}"
    for sent in exchange["sent"]:
        frames = definition.encode(
            sent["command"], sent.get("values", {}), sent.get("counter", 0)
        )
        wanted = [bytes.fromhex(each) for each in sent["bytes"]]
        assert frames == wanted, f"{sent['command']}: {[f.hex(' ') for f in frames]}"
    assert exchange["told"]
    for heard in exchange["told"]:
        state = _heard(definition, bytes.fromhex(heard["bytes"]))
        for name, value in heard["state"].items():
            assert _plain(getattr(state, name)) == value, f"{name} of {heard['bytes']}"


def _heard(definition: Definition, frame: bytes) -> BootsState:
    for report in definition.reports:
        values = report.decode(frame)
        if values is not None:
            return told(BootsState(), values, definition.codes)
    raise AssertionError(f"{frame.hex(' ')} means nothing")


def _plain(value: Any) -> Any:
    """Return a value as YAML has it."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    return list(value) if isinstance(value, tuple) else value
