"""As much of JSON schema as the schemas in ``docs/`` use."""

import json
from pathlib import Path
import re
from typing import Any

_DOCS = Path(__file__).parents[1] / "docs"


def schema_of(name: str) -> dict[str, Any]:
    """Return what a page of ``docs/`` promises to programs."""
    schema: dict[str, Any] = json.loads((_DOCS / f"{name}.schema.json").read_text())
    return schema


EVENTS = schema_of("events")
BUNDLE = schema_of("bundle")

_TYPES: dict[str, tuple[type, ...]] = {
    "array": (list,),
    "object": (dict,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "null": (type(None),),
}
_KNOWN = {"$ref", "description", "enum", "type", "pattern", "minimum", "items"} | {
    "required",
    "properties",
}


def check(
    value: Any,
    schema: dict[str, Any],
    where: str = "",
    among: dict[str, Any] = EVENTS,
) -> None:
    """Raise AssertionError unless a value is as the schema says, and all of it known.

    Readers ignore keys that they do not know; what is told today has to be written down.
    """
    assert set(schema) <= _KNOWN, (where, schema)
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        check(value, among["$defs"][name], where, among)
    if "enum" in schema:
        assert value in schema["enum"], (where, value)
    if "type" in schema:
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        types = tuple(each for kind in kinds for each in _TYPES[kind])
        assert isinstance(value, types), (where, value)
        assert not isinstance(value, bool), (where, value)
    if "pattern" in schema and isinstance(value, str):
        assert re.search(schema["pattern"], value), (where, value)
    if "minimum" in schema and value is not None:
        assert value >= schema["minimum"], (where, value)
    if "items" in schema:
        for each in value:
            check(each, schema["items"], f"{where}[]", among)
    if "properties" in schema:
        assert set(schema["required"]) <= set(value), (where, value)
        assert set(value) <= set(schema["properties"]), (where, value)
        for key, each in value.items():
            check(each, schema["properties"][key], f"{where}.{key}", among)


def check_bundle(bundle: dict[str, Any]) -> None:
    """Raise AssertionError unless a support bundle is as docs/bundle.schema.json says."""
    check(bundle, BUNDLE["$defs"]["bundle"], "bundle", BUNDLE)
