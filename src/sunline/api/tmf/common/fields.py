"""The `fields` parameter: the named attributes, and always those that say what it is."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sunline.kernel.errors import Invalid, Problem

from .texts import UNKNOWN_ATTRIBUTE

ALWAYS = ("id", "href", "@type")
META = frozenset({"@type", "@baseType", "@schemaLocation"})


def wanted(parameter: str | None, known: Collection[str]) -> frozenset[str] | None:
    """Return the first-level attributes asked for, or None for all of them.

    `none` and names below the first level are understood. Raises Invalid for unknown names.
    """
    if parameter is None or not parameter.strip():
        return None
    names = [part.strip().strip('"').split(".", 1)[0] for part in parameter.split(",")]
    names = [name for name in names if name and name != "none"]
    for name in names:
        if name not in known:
            raise Invalid([Problem("fields", "unknown_attribute", UNKNOWN_ATTRIBUTE)])
    return frozenset(names) | frozenset(ALWAYS)


def select(resource: dict[str, Any], names: frozenset[str] | None) -> dict[str, Any]:
    """Return the resource with the named attributes only."""
    if names is None:
        return resource
    return {name: value for name, value in resource.items() if name in names}
