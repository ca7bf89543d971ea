"""The work list and the search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from sunline.kernel import clock
from sunline.tickets import permissions, queries
from sunline.tickets.types import (
    Complexity,
    Feedback,
    Grade,
    Kind,
    ReportingType,
    Scope,
    State,
    Truth,
    Urgency,
    WorkFilter,
)

from .. import reading
from ..access import any_person, needs, viewer_of
from ..units import units_of
from .acts import several

VIEWS = (
    ("mine", _("Mine")),
    ("unassigned", _("Unassigned")),
    ("unit", _("My unit")),
    ("to_check", _("To check")),
    ("to_answer", _("To answer")),
    ("due_soon", _("Due soon")),
    ("overdue", _("Overdue")),
    ("joint", _("Asked to join")),
    ("supervised", _("Supervised")),
    ("escalated", _("Escalated to us")),
    ("long_term", _("On account")),
    ("open", _("All open")),
    ("all", _("All tickets")),
)


# What else a list is cut by: the first choice of each, and its words.
CUTS: dict[str, tuple[Any, Sequence[tuple[str, Any]]]] = {
    "reporting_type": (_("Any type"), ReportingType.choices),
    "complexity": (_("Any complexity"), Complexity.choices),
    "scope": (_("Any number affected"), Scope.choices),
    "feedback": (_("Any feedback"), Feedback.choices),
    "truth": (_("Checked or not"), [("unchecked", Truth.UNCHECKED.label), *Truth.choices[1:]]),
}


def cut(values: Mapping[str, Any], name: str) -> str:
    """Return the choice of a further filter; raise Invalid for one that does not exist."""
    return reading.choice(values, name, dict(CUTS[name][1]))


def cuts(wanted: WorkFilter) -> list[tuple[str, Any, Sequence[tuple[str, Any]], str]]:
    """Return the further filters with what is chosen in each."""
    return [(name, *held, getattr(wanted, name)) for name, held in CUTS.items()]


@any_person
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Lead everybody to the page their work starts on."""
    viewer = viewer_of(request)
    if viewer.may(permissions.VIEW.code):
        return redirect("/tickets")
    return redirect("/account")


@needs(permissions.VIEW)
@require_GET
def work_list(request: HttpRequest) -> HttpResponse:
    """Show one view of the viewer's tickets with its filters; a fragment for live updates."""
    viewer, now = viewer_of(request), clock.now()
    wanted = wanted_of(request)
    shown = queries.work_list(viewer, wanted, now=now, cursor=reading.cursor(request), limit=25)
    counted = queries.counts(viewer, now=now)
    context = {
        "page": shown,
        "wanted": wanted,
        "views": [(code, label, counted.get(code)) for code, label in VIEWS],
        "kinds": Kind.choices,
        "states": State.choices,
        "urgencies": Urgency.choices,
        "grades": Grade.choices,
        "units": units_of(viewer, permissions.VIEW),
        "bulk_acts": several(viewer),
        "cuts": cuts(wanted),
        "cut": any(getattr(wanted, name) for name in CUTS),
        "narrowed": wanted != WorkFilter(view=wanted.view),
        "may_register": viewer.may(permissions.REGISTER.code),
        "here": request.get_full_path(),
    }
    page = "desk/work.html" if request.headers.get("HX-Request") else "desk/work_list.html"
    response = render(request, page, context)
    response["Vary"] = "HX-Request, Cookie"
    return response


def wanted_of(request: HttpRequest) -> WorkFilter:
    """Return the filter that the address spells out; raise Invalid for codes that do not exist."""
    values = request.GET
    return WorkFilter(
        view=reading.choice(values, "view", dict(VIEWS), "mine"),
        state=reading.choice(values, "state", State.values),
        kind=reading.choice(values, "kind", Kind.values),
        urgency=reading.choice(values, "urgency", Urgency.values),
        reporting_type=cut(values, "reporting_type"),
        complexity=cut(values, "complexity"),
        scope=cut(values, "scope"),
        feedback=cut(values, "feedback"),
        truth=cut(values, "truth"),
        unit_id=reading.uuid(values, "unit"),
        grade=reading.choice(values, "grade", Grade.values),
        since=reading.day_start(values, "since"),
        until=reading.day_end(values, "until"),
    )
