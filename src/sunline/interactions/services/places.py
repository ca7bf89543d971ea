"""Where things belong when nothing else says so."""

from __future__ import annotations

from uuid import UUID

from sunline.kernel.errors import Invalid, required
from sunline.staff import queries as staff


def top_unit() -> UUID:
    """Return the unit above all others; raise Invalid in an installation without units."""
    top = next((row for row in staff.unit_tree().rows if row.parent_id is None), None)
    if top is None:
        raise Invalid([required("home_unit_id")])
    return top.id
