"""What is asked of an outage before it is written: its fields, its time, and that it is alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from sunline.kernel.errors import Invalid, Problem, required, too_long, unknown_choice
from sunline.staff.queries import unit_tree
from sunline.staff.types import UnitRow

from ..models import Outage
from ..outage_errors import OutageOverlaps
from ..queries import outages
from ..rules import outages as rules
from ..types import NewOutage, OutageCause, Product

MOST_TOLD = 300
MOST_AREAS = 50
LONGEST = timedelta(days=30)
FURTHEST = timedelta(days=180)
BEFORE_START = _("The end comes after the start.")
NOT_SO_LONG = _("An outage ends within 30 days of its start.")
NOT_BEGUN = _("An outage has begun already; what is to come are planned works.")
BEGUN = _("Planned works begin later than now.")
TOO_OLD = _("This is too long ago or too far ahead.")
PASSED = _("This moment has passed.")
ONE_UNIT = _("Area codes lie in one unit; choose the one.")
EACH_OTHER = _("These areas overlap each other: “%(one)s” and “%(other)s”.")
NO_AREA = _("This unit does not exist or is closed.")


def check_new(new: NewOutage, now: datetime) -> list[UnitRow]:
    """Return the units of the areas; raise Invalid with every problem of the fields."""
    problems = _field_problems(new) + _span_problems(new, now)
    tree = unit_tree()
    units = [row for row in (tree.get(key) for key in dict.fromkeys(new.unit_ids)) if row]
    if any(row.closed for row in units) or len(units) < len(set(new.unit_ids)):
        problems.append(Problem("unit_ids", "unknown", NO_AREA))
    problems += _area_problems(new, units)
    if problems:
        raise Invalid(problems)
    return units


def _area_problems(new: NewOutage, units: Sequence[UnitRow]) -> list[Problem]:
    problems = []
    if new.codes and len(units) > 1:
        problems.append(Problem("unit_ids", "one_unit", ONE_UNIT))
    for place, unit in enumerate(units):
        other = next((row for row in units[:place] if _nested(row, unit)), None)
        if other is not None:
            names = {"one": other.name, "other": unit.name}
            problems.append(Problem("unit_ids", "overlap_each_other", EACH_OTHER, names))
    codes = codes_of(new)
    twice = next((code for place, code in enumerate(codes) if code in codes[:place]), "")
    if twice:
        names = {"one": twice, "other": twice}
        problems.append(Problem("codes", "overlap_each_other", EACH_OTHER, names))
    return problems


def _nested(one: UnitRow, other: UnitRow) -> bool:
    return one.path.startswith(other.path) or other.path.startswith(one.path)


def _field_problems(new: NewOutage) -> list[Problem]:
    problems = []
    if new.cause not in OutageCause.values:
        problems.append(unknown_choice("cause"))
    if not new.products:
        problems.append(required("products"))
    if any(code not in Product.values for code in new.products):
        problems.append(unknown_choice("products"))
    if not new.unit_ids:
        problems.append(required("unit_ids"))
    for name in ("unit_ids", "codes", "names"):
        if len(getattr(new, name)) > MOST_AREAS:
            problems.append(too_long(name, MOST_AREAS))
    for name in ("codes", "names"):
        if any(len(one) > 32 for one in getattr(new, name)):
            problems.append(too_long(name, 32))
    if len(new.text.strip()) > MOST_TOLD:
        problems.append(too_long("text", MOST_TOLD))
    return problems


def _span_problems(new: NewOutage, now: datetime) -> list[Problem]:
    problems = []
    start, end = new.started_at, new.estimated_end_at
    if end <= start:
        problems.append(Problem("estimated_end_at", "before_start", BEFORE_START))
    elif end - start > LONGEST:
        problems.append(Problem("estimated_end_at", "out_of_range", NOT_SO_LONG))
    elif end <= now:
        problems.append(Problem("estimated_end_at", "past", PASSED))
    if not now - LONGEST <= start <= now + FURTHEST:
        problems.append(Problem("started_at", "out_of_range", TOO_OLD))
    elif new.planned and start <= now:
        problems.append(Problem("started_at", "past", BEGUN))
    elif not new.planned and start > now:
        problems.append(Problem("started_at", "not_begun", NOT_BEGUN))
    return problems


def codes_of(new: NewOutage) -> list[str]:
    """Return the area codes as tickets keep them."""
    return [code.strip().upper() for code in new.codes if code.strip()]


def extent_of(new: NewOutage, units: Sequence[UnitRow]) -> rules.Extent:
    """Return a new outage as rules compare it."""
    codes = codes_of(new) or [""]
    areas = tuple(rules.Area(unit.path, code) for unit in units for code in codes)
    return rules.Extent(areas, frozenset(new.products), new.started_at, new.estimated_end_at)


def check_alone(extent: rules.Extent, now: datetime, but: UUID | None = None) -> None:
    """Raise OutageOverlaps for another outage of the same place, product and time."""
    for row, other in outages.live_extents():
        until = rules.expected_end(row.ended_at, row.estimated_end_at, now)
        lasting = rules.Extent(other.areas, other.products, other.since, until)
        if row.id != but and rules.overlap(extent, lasting):
            raise OutageOverlaps(number=row.ticket.number)


def check_estimate(outage: Outage, end: datetime, now: datetime) -> None:
    """Raise Invalid for an end that cannot be, OutageOverlaps where it meets another outage."""
    if end <= outage.started_at:
        raise Invalid([Problem("estimated_end_at", "before_start", BEFORE_START)])
    if end <= now:
        raise Invalid([Problem("estimated_end_at", "past", PASSED)])
    if end - outage.started_at > LONGEST:
        raise Invalid([Problem("estimated_end_at", "out_of_range", NOT_SO_LONG)])
    own = outages.extent_of(outage, list(outage.areas.all()))
    check_alone(rules.Extent(own.areas, own.products, own.since, end), now, but=outage.id)
