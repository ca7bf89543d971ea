"""Units as choices of a form."""

from __future__ import annotations

from uuid import UUID

from sunline.staff import queries as staff
from sunline.staff.permissions import Permission
from sunline.staff.types import UnitRow, Viewer


def units_of(viewer: Viewer, permission: Permission) -> list[UnitRow]:
    """Return the open units for which the viewer holds the permission, by path."""
    paths = tuple(viewer.paths(permission.code))
    return [row for row in staff.unit_tree().rows if row.path.startswith(paths) and not row.closed]


def open_units() -> list[UnitRow]:
    """Return every unit that is not closed, by path."""
    return [row for row in staff.unit_tree().rows if not row.closed]


def unit(unit_id: UUID | None) -> UnitRow | None:
    """Return a unit, or None."""
    return staff.unit_tree().get(unit_id)
