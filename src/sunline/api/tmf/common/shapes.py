"""What a resource looks like: attributes, their types, what is mandatory, which `@type` belongs.

Written by hand instead of generated: the published schemas are stricter than the conformance
profiles on input, and their `oneOf` branches overlap. A test holds these against the documents.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sunline.kernel.errors import Problem, required, unknown_choice, wrong_type

from .texts import BAD_DATE, BLANK, TOO_BIG, TOO_DEEP, UNSTORABLE

DEEPEST = 24
RFC3339 = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[Tt]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)"
    r"(\.\d{1,12})?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
META = frozenset({"@type", "@baseType", "@schemaLocation"})


@dataclass(frozen=True, slots=True)
class Leaf:
    """A plain value."""

    kind: str
    choices: frozenset[str] = frozenset()


TEXT, DATE, NUMBER = Leaf("text"), Leaf("date"), Leaf("number")
INTEGER, BOOLEAN, ANY = Leaf("integer"), Leaf("boolean"), Leaf("any")
BAG = Leaf("object")


@dataclass(frozen=True, slots=True)
class Many:
    """A list of the same."""

    of: Node


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: its `@type`, attributes and the mandatory ones.

    `types` are subclasses named by `@type`; one that is not among them is read as this shape.
    """

    type: str
    attributes: Mapping[str, Node]
    required: tuple[str, ...] = ()
    types: Mapping[str, Shape] = field(default_factory=dict)
    typed: bool = True


Node = Leaf | Many | Shape


def extended(base: Shape, type_: str, *required_: str, **attributes: Node) -> Shape:
    """Return a shape with more attributes and its own `@type`."""
    return Shape(type_, {**base.attributes, **attributes}, (*base.required, *required_))


def problems(node: Node, value: Any, path: str = "") -> list[Problem]:
    """Return what is wrong with a value; an empty list when it fits."""
    found: list[Problem] = []
    _check(node, value, path, found, 0)
    return found


def _check(node: Node, value: Any, path: str, found: list[Problem], depth: int) -> None:
    if isinstance(node, Shape):
        _check_object(node, value, path, found, depth)
    elif isinstance(node, Many):
        if not isinstance(value, list):
            found.append(wrong_type(path))
            return
        for index, item in enumerate(value):
            _check(node.of, item, f"{path}[{index}]", found, depth + 1)
    else:
        _check_leaf(node, value, path, found, depth)


def _check_object(shape: Shape, value: Any, path: str, found: list[Problem], depth: int) -> None:
    if not isinstance(value, dict):
        found.append(wrong_type(path or "body"))
        return
    named = value.get("@type")
    shape = shape.types.get(named, shape) if isinstance(named, str) else shape
    for name in shape.required:
        if name not in value or value[name] is None:
            found.append(required(_join(path, name)))
        elif depth == 0 and isinstance(value[name], str) and not value[name].strip():
            found.append(Problem(_join(path, name), "blank", BLANK))
    for name, item in value.items():
        if name in shape.required and item is None:
            continue
        spot = _join(path, name)
        if name in META:
            _check_leaf(TEXT, item, spot, found, depth)
        else:
            if not storable(name):
                found.append(Problem(path or "body", "unstorable", UNSTORABLE))
            _check(shape.attributes.get(name, ANY), item, spot, found, depth + 1)


def _check_leaf(leaf: Leaf, value: Any, path: str, found: list[Problem], depth: int) -> None:
    kind = leaf.kind
    if kind in ("any", "object"):
        if kind == "object" and not isinstance(value, dict):
            found.append(wrong_type(path))
            return
        _check_any(value, path, found, depth)
    elif kind in ("text", "date"):
        if not isinstance(value, str):
            found.append(wrong_type(path))
        elif not storable(value):
            found.append(Problem(path, "unstorable", UNSTORABLE))
        elif leaf.choices and value not in leaf.choices:
            found.append(unknown_choice(path))
        elif kind == "date" and not RFC3339.fullmatch(value):
            found.append(Problem(path, "bad_date", BAD_DATE))
    elif kind == "boolean":
        if not isinstance(value, bool):
            found.append(wrong_type(path))
    elif isinstance(value, bool) or not isinstance(value, int | float):
        found.append(wrong_type(path))
    elif not keeps(value):
        found.append(Problem(path, "too_big", TOO_BIG))
    elif kind == "integer" and not float(value).is_integer():
        found.append(wrong_type(path))


def _check_any(value: Any, path: str, found: list[Problem], depth: int) -> None:
    """Check what the shape does not know: it is kept as it is, within reason."""
    if depth > DEEPEST:
        found.append(Problem(path.split(".", 1)[0], "too_deep", TOO_DEEP))
    elif isinstance(value, str):
        if not storable(value):
            found.append(Problem(path, "unstorable", UNSTORABLE))
    elif isinstance(value, int | float):
        if not keeps(value):
            found.append(Problem(path, "too_big", TOO_BIG))
    elif isinstance(value, dict):
        for name, item in value.items():
            if not storable(name):
                found.append(Problem(path, "unstorable", UNSTORABLE))
            _check_any(item, f"{path}.{name}", found, depth + 1)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _check_any(item, f"{path}[{index}]", found, depth + 1)


def storable(text: str) -> bool:
    """Return whether every database can keep the text: no NUL character."""
    return "\x00" not in text


def keeps(value: float) -> bool:
    """Return whether a number comes back as it was.

    PostgreSQL writes a great float out as a whole number, so both kinds end at 64 bits.
    """
    return -(2**63) <= value < 2**63


def with_types(node: Node, value: Any) -> Any:
    """Return the value with the `@type` that its place asks for, at every level."""
    if isinstance(node, Many):
        return [with_types(node.of, item) for item in value] if isinstance(value, list) else value
    if not isinstance(node, Shape) or not isinstance(value, dict):
        return value
    named = value.get("@type")
    shape = node.types.get(named, node) if isinstance(named, str) else node
    result = {
        name: with_types(shape.attributes[name], item) if name in shape.attributes else item
        for name, item in value.items()
    }
    if node.typed:
        result.setdefault("@type", node.type)
    return result


def locate(node: Node, path: tuple[str, ...]) -> Leaf | None:
    """Return the plain value that a dotted path leads to, through lists, or None."""
    for name in path:
        while isinstance(node, Many):
            node = node.of
        if not isinstance(node, Shape):
            return ANY if isinstance(node, Leaf) and node.kind in ("any", "object") else None
        if name in META:
            return TEXT
        known = node.attributes.get(name)
        for other in node.types.values():
            known = known or other.attributes.get(name)
        if known is None:
            return None
        node = known
    while isinstance(node, Many):
        node = node.of
    return node if isinstance(node, Leaf) else None


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
