"""Filtering by query parameters: `severity=High`, `creationDate.gt=…`, `relatedParty.id=9,10`.

Parameters are ANDed, a comma list is ORed, a path through a list holds for any of its elements.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sunline.kernel.errors import Invalid, Problem

from . import times
from .shapes import ANY, RFC3339, Leaf, Shape, locate, storable
from .texts import BAD_DATE, BAD_FILTER, BAD_VALUE, UNKNOWN_PARAMETER, UNSTORABLE

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
CONTROL = frozenset({"fields", "offset", "limit", "sort", "filter", "before", "after"})
JSONPATH = re.compile(r"\s*\$?\.?([\w.@]+)\s*\[\s*\?\s*\((.+)\)\s*\]\s*")
COMPARISON = re.compile(
    r"\s*@\.?([\w.@]+)\s*(==|!=|>=|<=|>|<)\s*(?:'([^']*)'|\"([^\"]*)\"|([^\s'\"]+))\s*"
)
SIGNS = {"==": "eq", "!=": "ne", ">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}


@dataclass(frozen=True, slots=True)
class Condition:
    """One attribute compared with one or several values; any of the values will do."""

    path: tuple[str, ...]
    operator: str
    values: tuple[str, ...]
    leaf: Leaf = ANY

    @property
    def name(self) -> str:
        """The dotted path."""
        return ".".join(self.path)

    def holds(self, resource: Any) -> bool:
        """Return whether a resource fits; `ne` means that no element has any of the values."""
        found = list(_walk(resource, self.path))
        if self.operator == "ne":
            return not any(self._fits(value, "eq") for value in found)
        return any(self._fits(value, self.operator) for value in found)

    def _fits(self, value: Any, sign: str) -> bool:
        return any(compare(value, wanted, sign, self.leaf) for wanted in self.values)


@dataclass(frozen=True, slots=True)
class ElementCondition:
    """A JSONPath filter: one element of the list at `path` fulfils all conditions."""

    path: tuple[str, ...]
    conditions: tuple[Condition, ...]

    def holds(self, resource: Any) -> bool:
        """Return whether any element fits."""
        return any(
            all(condition.holds(element) for condition in self.conditions)
            for element in _walk(resource, self.path)
        )


def parse(parameters: Sequence[tuple[str, str]], shape: Shape) -> list[Condition]:
    """Return the conditions of a query string; raise Invalid for what is not known."""
    found = []
    for name, text in parameters:
        if name in CONTROL:
            continue
        path = tuple(name.split("."))
        sign = "eq"
        if len(path) > 1 and path[-1] in OPERATORS:
            path, sign = path[:-1], path[-1]
        leaf = locate(shape, path)
        if leaf is None:
            raise Invalid([Problem(name[:80], "unknown_parameter", UNKNOWN_PARAMETER)])
        found.append(Condition(path, sign, _values(name, text, leaf), leaf))
    return found


def _values(name: str, text: str, leaf: Leaf) -> tuple[str, ...]:
    """Return the values of a comma list; surrounding quotes belong to the syntax."""
    if not storable(text):
        raise Invalid([Problem(name, "unstorable", UNSTORABLE)])
    parts = [text] if text.startswith('"') and text.endswith('"') else text.split(",")
    values = tuple(unquoted(part) for part in parts)
    for value in values:
        if leaf.kind == "date" and not RFC3339.fullmatch(value):
            raise Invalid([Problem(name, "bad_date", BAD_DATE)])
        if leaf.kind in ("number", "integer") and number(value) is None:
            raise Invalid([Problem(name, "bad_value", BAD_VALUE)])
    return values


def unquoted(text: str) -> str:
    """Return the value without the double quotes around it."""
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def number(text: str) -> float | None:
    """Return the text as a number, or None."""
    try:
        return float(text)
    except ValueError:
        return None


def compare(value: Any, wanted: str, sign: str, leaf: Leaf) -> bool:
    """Return how a JSON value compares with a text: dates as instants, numbers as numbers."""
    check = OPERATORS[sign]
    if isinstance(value, bool):
        return check(str(value).lower(), wanted.lower())
    if isinstance(value, int | float):
        other = number(wanted)
        return other is not None and check(float(value), other)
    if not isinstance(value, str):
        return False
    if leaf.kind == "date" or (sign not in ("eq", "ne") and RFC3339.fullmatch(wanted)):
        try:
            return check(times.read(value), times.read(wanted))
        except ValueError:
            return check(value, wanted)
    return check(value, wanted)


def _walk(value: Any, path: tuple[str, ...]) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _walk(item, path)
    elif not path:
        if value is not None:
            yield value
    elif isinstance(value, dict) and path[0] in value:
        yield from _walk(value[path[0]], path[1:])


def parse_jsonpath(text: str, shape: Shape) -> ElementCondition:
    """Return a `filter` such as `note[?(@.author=='Jack' && @.text!='')]`; else raise Invalid."""
    outer = JSONPATH.fullmatch(text) if len(text) <= 500 and storable(text) else None
    if outer is None:
        raise bad_filter()
    path = tuple(part for part in outer[1].split(".") if part)
    conditions = []
    for part in outer[2].split("&&"):
        inner = COMPARISON.fullmatch(part.strip("() "))
        if inner is None:
            raise bad_filter()
        below = tuple(name for name in inner[1].split(".") if name)
        leaf = locate(shape, (*path, *below))
        if leaf is None:
            raise bad_filter()
        value = next((text for text in inner.group(3, 4, 5) if text is not None), "")
        conditions.append(Condition(below, SIGNS[inner[2]], (value,), leaf))
    return ElementCondition(path, tuple(conditions))


def bad_filter() -> Invalid:
    """Return the refusal of a filter that is not understood."""
    return Invalid([Problem("filter", "bad_filter", BAD_FILTER)])
