"""Reads of the figures, each within the viewer's units."""

from __future__ import annotations

from collections import Counter
from datetime import date
from uuid import UUID

from django.db.models import Sum

from sunline.staff.queries import unit_tree
from sunline.staff.types import Viewer

from .. import permissions
from ..models import DayCount
from ..types import CountRow


def day_counts(
    viewer: Viewer, day_from: date, day_to: date, *, unit_id: UUID | None = None
) -> list[CountRow]:
    """Return the counts of a period, both days included, of the viewer's units.

    With `unit_id` only of that unit and those below it.
    """
    rows = DayCount.objects.filter(
        day__range=(day_from, day_to), unit_id__in=_units(viewer, unit_id), count__gt=0
    ).order_by("day", "measure", "cut", "unit_id")
    return [CountRow(*row) for row in rows.values_list("day", "unit_id", "measure", "cut", "count")]


def totals(
    viewer: Viewer, day_from: date, day_to: date, *, unit_id: UUID | None = None
) -> Counter[tuple[str, str]]:
    """Return the sum over a period by measure and cut, and by measure alone with a blank cut."""
    rows = (
        DayCount.objects.filter(day__range=(day_from, day_to), unit_id__in=_units(viewer, unit_id))
        .values_list("measure", "cut")
        .annotate(total=Sum("count"))
        .order_by()
    )
    found: Counter[tuple[str, str]] = Counter()
    for measure, cut, total in rows:
        if cut:
            found[measure, cut] += total
        found[measure, ""] += total
    return found


def _units(viewer: Viewer, unit_id: UUID | None) -> list[UUID]:
    viewer.require(permissions.VIEW.code)
    tree = unit_tree()
    seen = tree.ids_below(viewer.paths(permissions.VIEW.code))
    if unit_id is None:
        return seen
    path = tree.path(unit_id)
    below = set(tree.ids_below([path])) if path else set()
    return [unit for unit in seen if unit in below]
