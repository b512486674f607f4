"""As much of JSON schema as docs/events.schema.json uses."""

import json
from pathlib import Path
import re
from typing import Any

SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "docs/events.schema.json").read_text()
)
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "null": (type(None),),
}
_KNOWN = {"$ref", "description", "enum", "type", "pattern", "minimum"} | {
    "required",
    "properties",
}


def check(value: Any, schema: dict[str, Any], where: str = "") -> None:
    """Raise AssertionError unless a value is as the schema says, and all of it known.

    Readers ignore keys that they do not know; what is told today has to be written down.
    """
    assert set(schema) <= _KNOWN, (where, schema)
    if "$ref" in schema:
        check(value, SCHEMA["$defs"][schema["$ref"].removeprefix("#/$defs/")], where)
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
    if "properties" in schema:
        assert set(schema["required"]) <= set(value), (where, value)
        assert set(value) <= set(schema["properties"]), (where, value)
        for key, each in value.items():
            check(each, schema["properties"][key], f"{where}.{key}")
