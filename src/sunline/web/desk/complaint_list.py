"""The page of complaints: counts by grade, state, level, flag and cause, and the tickets below."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from sunline.kernel import clock
from sunline.tickets import permissions
from sunline.tickets.queries import complaints as cases
from sunline.tickets.queries import tables
from sunline.tickets.types import Flag, Grade, Level

from .. import reading
from ..access import needs, viewer_of
from ..templatetags.complaint import case_row
from ..units import units_of

PERIOD = timedelta(days=30)
STATE_NAMES: dict[str, str | Promise] = {
    "open": _("In handling"),
    "answered": _("Answered"),
    "closed": _("Closed"),
    "ended": _("Withdrawn or refused"),
}
RISK_NAMES: dict[str, str | Promise] = {
    "high": _("High risk"),
    "middle": _("Middle risk"),
    "low": _("Low risk"),
}


@needs(permissions.VIEW)
@require_GET
def complaints(request: HttpRequest) -> HttpResponse:
    """Show the complaints of the viewer's units in figures, and the page of tickets."""
    viewer = viewer_of(request)
    wanted = wanted_of(request)
    figures = cases.complaint_figures(viewer, wanted)
    shown = cases.complaint_list(viewer, wanted, cursor=reading.cursor(request))
    context = {
        "wanted": wanted,
        "figures": figures,
        "page": shown,
        "grades": _cut(Grade.choices, figures.by_grade),
        "states": _cut(list(STATE_NAMES.items()), figures.by_state),
        "levels": _cut(Level.choices, figures.by_level),
        "flags": _cut(Flag.choices, figures.by_flag),
        "causes": _causes(figures.by_cause),
        "risks": RISK_NAMES.items(),
        "units": units_of(viewer, permissions.VIEW),
        "since": request.GET.get("since", ""),
        "until": request.GET.get("until", ""),
        "kept": [(name, value) for name in cases.CUTS if (value := getattr(wanted, name))],
    }
    return render(request, "desk/complaints.html", context)


def wanted_of(request: HttpRequest) -> cases.CaseFilter:
    """Return the filter that the address spells out; raise Invalid for codes that do not exist."""
    values, now = request.GET, clock.now()
    known = {*tables.rows(tables.CAUSE, now), cases.NO_CAUSE}
    return cases.CaseFilter(
        since=reading.day_start(values, "since") or now - PERIOD,
        until=reading.day_end(values, "until"),
        grade=reading.choice(values, "grade", Grade.values),
        state=reading.choice(values, "state", cases.STATES),
        level=reading.choice(values, "level", Level.values),
        flag=reading.choice(values, "flag", Flag.values),
        risk=reading.choice(values, "risk", cases.RISKS),
        cause=reading.choice(values, "cause", known),
        unit_id=reading.uuid(values, "unit"),
    )


def _cut(
    choices: Iterable[tuple[Any, Any]], counts: Mapping[str, int]
) -> list[tuple[str, str, int]]:
    return [(str(code), str(text), counts.get(str(code), 0)) for code, text in choices]


def _causes(counts: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """Return the causes that occur, the most frequent first; the unknown one last."""
    found = dict(counts)
    unknown = found.pop("", 0)
    lines = [(code, case_row(code, tables.CAUSE), count) for code, count in found.items()]
    lines.sort(key=lambda line: (-line[2], line[0]))
    return lines[:15] + ([(cases.NO_CAUSE, str(_("Not named yet")), unknown)] if unknown else [])
