"""The warnings of limits that a person is told of, and acknowledging them."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from sunline.kernel import clock
from sunline.quality import queries as quality
from sunline.sla import permissions, queries, services

from .. import reading
from ..access import needs, viewer_of


@needs(permissions.VIEW_WARNINGS)
@require_GET
def warnings(request: HttpRequest) -> HttpResponse:
    """Show what the viewer was told of and has not acknowledged."""
    return _show(request)


def _show(request: HttpRequest) -> HttpResponse:
    viewer, now = viewer_of(request), clock.now()
    shown = queries.warnings_for(viewer, now=now, cursor=reading.cursor(request))
    late, measures = quality.overdue_for(viewer, now=now)
    context = {
        "page": shown,
        "late_reviews": late,
        "late_measures": measures,
        "may_acknowledge": viewer.may(permissions.ACKNOWLEDGE.code) and not viewer.viewing_as,
        "here": "/warnings",
    }
    fragment = request.headers.get("HX-Request")
    response = render(request, f"desk/{'warnings' if fragment else 'warning_page'}.html", context)
    response["Vary"] = "HX-Request, Cookie"
    return response


@needs(permissions.ACKNOWLEDGE)
@require_POST
def acknowledge(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Note that a warning was seen, and show what is left."""
    services.acknowledge(viewer_of(request), notice_id, now=clock.now())
    return _show(request) if request.headers.get("HX-Request") else redirect("/warnings")
