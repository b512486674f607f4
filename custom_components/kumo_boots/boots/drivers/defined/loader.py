"""Reading definitions: text in, a definition or problems with their lines out."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, override

import voluptuous as vol
import yaml

from .building import build
from .definition import Definition
from .schema import KEYS, SCHEMA, did_you_mean
from .wrong import Path, WrongError

LONGEST = 256 * 1024
"""A definition is a few kilobytes; what is longer than this many characters is none."""
DEEPEST = 16


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a definition that cannot be."""

    file: str
    line: int
    message: str
    suggestion: str = ""

    @override
    def __str__(self) -> str:
        """Return it as compilers do: file, line, what, and what may have been meant."""
        hint = f" ({self.suggestion})" if self.suggestion else ""
        return f"{self.file}:{self.line}: {self.message}{hint}"


class DefinitionError(ValueError):
    """A definition cannot be used; ``problems`` say where and why."""

    def __init__(self, problems: list[Problem]) -> None:
        """Keep the problems, in the order of their lines."""
        self.problems = sorted(problems, key=lambda problem: problem.line)
        super().__init__("\n".join(map(str, self.problems)))


def load(text: str, file: str) -> Definition:
    """Return the definition in ``text``; ``DefinitionError`` naming ``file`` if none."""
    lines: dict[Path, int] = {}

    def problem(path: Path, message: str, suggestion: str = "") -> Problem:
        while path and path not in lines:
            path = path[:-1]
        return Problem(file, lines.get(path, 1), message, suggestion)

    data = _plain(text, file, lines)
    try:
        checked = SCHEMA(data)
    except vol.MultipleInvalid as error:
        raise DefinitionError(
            [problem(tuple(each.path), *_words(each)) for each in error.errors]
        ) from error
    try:
        definition = build(checked)
    except WrongError as error:
        raise DefinitionError(
            [problem(error.path, str(error), error.suggestion)]
        ) from error
    if definition.can_start and (why := definition.prove()):
        raise DefinitionError([problem(("commands", "stop"), why)])
    return definition


def _words(error: vol.Invalid) -> tuple[str, str]:
    """Return what is wrong, for the person who wrote it, and what may be meant."""
    where = str(error.path[-1]) if error.path else ""
    message = str(error.msg)
    if message.startswith(("extra keys not allowed", "not a valid option")):
        return f"'{where}' means nothing here", did_you_mean(where, KEYS)
    if message.startswith("required key not provided"):
        return f"'{where}' is missing", ""
    if message.startswith(("expected a mapping", "expected a dict")):
        return f"'{where or 'it'}' needs keys of its own", ""
    if message.startswith("expected a list"):
        return f"'{where}' needs a list", ""
    return f"'{where}': {message}" if where else message, ""


def _plain(text: str, file: str, lines: dict[Path, int]) -> Any:
    """Return YAML as mappings, lists and text; fill in the line of every value."""
    if len(text) > LONGEST:
        raise DefinitionError([Problem(file, 1, "this is too long for a definition")])
    try:
        depth = 0
        for event in yaml.parse(text, yaml.SafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                raise DefinitionError(
                    [_at(file, event.start_mark, "it is nested too deeply")]
                )
            if isinstance(event, yaml.AliasEvent):
                raise DefinitionError(
                    [_at(file, event.start_mark, "there are no aliases in definitions")]
                )
        node = yaml.compose(text, yaml.SafeLoader)
        if node is None:
            raise DefinitionError([Problem(file, 1, "there is nothing in it")])
        return _walk(node, (), file, lines)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise DefinitionError([_at(file, mark, f"no YAML: {error.problem}")]) from error
    except (yaml.YAMLError, ValueError) as error:
        raise DefinitionError([Problem(file, 1, f"no YAML: {error}")]) from error


def _at(file: str, mark: Any, message: str) -> Problem:
    return Problem(file, 1 if mark is None else mark.line + 1, message)


def _walk(node: yaml.Node, path: Path, file: str, lines: dict[Path, int]) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [
            _walk(each, (*path, number), file, lines)
            for number, each in enumerate(node.value)
        ]
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key, value in _pairs(node, file):
            if key.value in found:
                raise DefinitionError(
                    [_at(file, key.start_mark, f"'{key.value}' is there twice")]
                )
            lines[(*path, key.value)] = key.start_mark.line + 1
            found[key.value] = _walk(value, (*path, key.value), file, lines)
        return found
    return node.value


def _pairs(
    node: yaml.MappingNode, file: str
) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise DefinitionError([_at(file, key.start_mark, "a key is a word")])
        yield key, value
