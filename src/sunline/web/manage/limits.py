"""Limits with their sources, the profiles they come from, and calendars."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sunline.kernel import clock
from sunline.kernel.errors import Invalid, SunlineError, required
from sunline.sla import permissions, queries, services
from sunline.sla.services import CalendarForm
from sunline.sla.types import NewLimit
from sunline.staff import queries as staff
from sunline.staff.types import Viewer

from .. import reading
from ..access import needs, viewer_of
from ..units import open_units
from .forms import Form, read, tried
from .frame import change, page
from .limit_forms import calendar_fields, day_fields, limit_fields, limit_form, periods

HERE = "/manage/limits"
MONTH = timedelta(days=30)


@needs(permissions.VIEW)
@require_safe
def limits(request: HttpRequest) -> HttpResponse:
    """Show every limit with its source, and calendars with what they lack."""
    return show(request)


def show(
    request: HttpRequest, error: SunlineError | None = None, refused: str = ""
) -> HttpResponse:
    """Show the page, with the form that was refused."""
    viewer, now = viewer_of(request), clock.now()
    rows = queries.limits(viewer)
    may_change = viewer.may(permissions.MANAGE.code)
    forms: list[Form] = []
    if may_change:
        wanted = None if error else reading.uuid(request.GET, "limit")
        chosen = next((row for row in rows if row.rule.id == wanted), None)
        told = {
            slug: tried(request, error) if slug == refused else {}
            for slug in ("limit", "day", "calendar")
        }
        forms = [
            limit_form(limit_fields(viewer, chosen), bool(chosen), told["limit"]),
            Form(
                "day",
                f"{HERE}/days",
                _("Set a day of a calendar"),
                _("Set the day"),
                day_fields(viewer),
                hint=_("Without periods the day is off. Clocks that run keep their moments."),
                **told["day"],
            ),
            Form(
                "calendar",
                f"{HERE}/calendars/new",
                _("New calendar"),
                _("Add the calendar"),
                calendar_fields(),
                **told["calendar"],
            ),
        ]
    context = {
        "limits": sorted(rows, key=lambda row: (row.profile, row.code, row.since)),
        "profiles": queries.profiles(viewer),
        "calendars": queries.calendars(viewer),
        "units": open_units(),
        "today": timezone.localdate(now),
        "notes": queries.health_texts(now),
        "means": _means(request, viewer, now),
        "may_change": may_change,
    }
    return page(request, "manage/limits.html", context, forms=forms, error=error)


def _means(request: HttpRequest, viewer: Viewer, now: datetime) -> list[queries.MeanRow] | None:
    """Return the means of the last month when asked for: it takes a look at each of its clocks."""
    if not reading.flag(request.GET, "means"):
        return None
    return queries.means(viewer, since=now - MONTH, until=now)


@needs(permissions.MANAGE)
@require_POST
def publish(request: HttpRequest) -> HttpResponse:
    """Publish a dated version of a limit."""
    viewer = viewer_of(request)

    def act() -> None:
        found = read(request.POST, limit_fields(viewer))
        applies = {
            name.partition(".")[2]: tuple(values)
            for name, values in found.items()
            if name.startswith("applies.") and values
        }
        plain = {name: value for name, value in found.items() if "." not in name}
        services.publish_limit(viewer, NewLimit(**plain, applies=applies), now=clock.now())

    return change(
        request,
        act,
        done=_("The limit was published."),
        back=HERE,
        again=lambda error: show(request, error, "limit"),
    )


@needs(permissions.MANAGE)
@require_POST
def confirm_limit(request: HttpRequest, limit_id: UUID) -> HttpResponse:
    """Confirm the figure of a limit."""
    viewer = viewer_of(request)
    return change(
        request,
        lambda: services.confirm_limit(viewer, limit_id, now=clock.now()),
        done=_("The limit was confirmed."),
        back=HERE,
        again=lambda error: show(request, error),
    )


@needs(permissions.MANAGE)
@require_POST
def set_profile(request: HttpRequest, code: str) -> HttpResponse:
    """Switch a profile on or off, and say for which units it holds."""
    viewer = viewer_of(request)

    def act() -> None:
        unit_id = reading.uuid(request.POST, "unit_id")
        services.set_profile(
            viewer,
            code,
            active=reading.flag(request.POST, "active"),
            unit_path=staff.unit_tree().path(unit_id) if unit_id else "/",
            now=clock.now(),
        )

    return change(
        request,
        act,
        done=_("The profile was changed."),
        back=HERE,
        again=lambda error: show(request, error),
    )


@needs(permissions.MANAGE)
@require_POST
def set_day(request: HttpRequest) -> HttpResponse:
    """Set a day of a calendar apart from its rule."""
    viewer = viewer_of(request)

    def act() -> None:
        found = read(request.POST, day_fields(viewer))
        services.set_day(
            viewer,
            found["calendar"],
            found["day"],
            periods=periods(found["periods"]),
            reason=found["reason"],
            now=clock.now(),
        )

    return change(
        request,
        act,
        done=_("The day was set."),
        back=HERE,
        again=lambda error: show(request, error, "day"),
    )


@needs(permissions.MANAGE)
@require_POST
def clear_day(request: HttpRequest, code: str) -> HttpResponse:
    """Give a day back to the calendar's rule."""
    viewer = viewer_of(request)

    def act() -> None:
        services.clear_day(viewer, code, _day(request), now=clock.now())

    return change(
        request,
        act,
        done=_("The day follows the rule again."),
        back=HERE,
        again=lambda error: show(request, error),
    )


def _day(request: HttpRequest) -> date:
    found = reading.day(request.POST, "day")
    if found is None:
        raise Invalid([required("day")])
    return found


@needs(permissions.MANAGE)
@require_POST
def add_calendar(request: HttpRequest) -> HttpResponse:
    """Add a calendar."""
    viewer = viewer_of(request)

    def act() -> None:
        found = read(request.POST, calendar_fields())
        week = {
            name.partition(".")[2]: periods(value)
            for name, value in found.items()
            if name.startswith("week.") and value
        }
        plain = {name: value for name, value in found.items() if "." not in name}
        services.add_calendar(viewer, CalendarForm(**plain, week=week), now=clock.now())

    return change(
        request,
        act,
        done=_("The calendar was added."),
        back=HERE,
        again=lambda error: show(request, error, "calendar"),
    )
