"""JSON merge-patch (RFC 7396): objects merge, arrays are replaced whole, null removes."""

from __future__ import annotations

from typing import Any


def merged(target: Any, patch: Any) -> Any:
    """Return the target with the patch applied; neither is changed."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


def changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Return the first-level attributes that differ, with their new value or None if removed."""
    return {
        name: after.get(name)
        for name in {**before, **after}
        if before.get(name) != after.get(name) or (name in before) != (name in after)
    }
