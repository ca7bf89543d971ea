"""Revisits: who is to be called, and the rates over the answers of a period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from sunline.kernel import clock
from sunline.tickets import permissions, queries
from sunline.tickets.queries import RevisitFigures

from .. import reading
from ..access import needs, viewer_of

VIEWS = (
    ("due", _("Call now")),
    ("later", _("Call later")),
    ("fallback", _("Asked in writing")),
    ("done", _("Revisited")),
)
MEASURES: dict[str, str | Promise] = {
    "answered": _("Answers"),
    "required": _("Revisits owed"),
    "revisited": _("Called"),
    "reached": _("Reached and asked"),
    "satisfied": _("Satisfied"),
    "reopened": _("Reopened"),
    "given_up": _("Not reached by calls"),
    "promise_broken": _("Promise not kept"),
}
# What each count is a share of.
BASES = {
    "required": "answered",
    "revisited": "required",
    "reached": "revisited",
    "satisfied": "reached",
    "reopened": "answered",
    "given_up": "required",
    "promise_broken": "reached",
}
PERIOD = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Rate:
    """A count, and its share of another; `share` is None where there is nothing to divide by."""

    code: str
    label: str | Promise
    count: int
    base: str | Promise
    share: float | None


@needs(permissions.VIEW_REVISITS)
@require_GET
def revisits(request: HttpRequest) -> HttpResponse:
    """Show one view of the revisits with the rates of the period above it."""
    viewer, now = viewer_of(request), clock.now()
    values = request.GET
    view = reading.choice(values, "view", {**dict(VIEWS), "rows": ""}, "due")
    measure = reading.choice(values, "measure", MEASURES)
    since = reading.day_start(values, "since") or now - PERIOD
    until = reading.day_end(values, "until") or now + timedelta(seconds=1)
    shown = queries.revisit_rows(
        viewer,
        view,
        now=now,
        measure=measure,
        since=since,
        until=until,
        cursor=reading.cursor(request),
    )
    counted = queries.revisit_counts(viewer, now=now)
    figures = queries.revisit_figures(viewer, since, until)
    context = {
        "page": shown,
        "view": view,
        "views": [(code, label, counted.get(code)) for code, label in VIEWS],
        "measure": MEASURES.get(measure, ""),
        "rates": rates(figures),
        "score": figures.score,
        "since": since,
        "until": until,
        "days": _days(values.get("since", ""), values.get("until", ""), since, now),
    }
    return render(request, "desk/revisits.html", context)


def _days(since: str, until: str, default: datetime, now: datetime) -> tuple[str, str]:
    return since or f"{default:%Y-%m-%d}", until or f"{now:%Y-%m-%d}"


def rates(figures: RevisitFigures) -> list[Rate]:
    """Return every count with its share of what it is counted among."""
    found = []
    for code, label in MEASURES.items():
        count, base = getattr(figures, code), BASES.get(code, "")
        of = getattr(figures, base) if base else 0
        share = 100 * count / of if of else None
        found.append(Rate(code, label, count, MEASURES.get(base, ""), share))
    return found
