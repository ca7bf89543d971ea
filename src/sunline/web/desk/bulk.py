"""One act on many tickets: chosen on a list, looked over, done behind, told one by one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from sunline.kernel import clock
from sunline.kernel.errors import Invalid, NotFound
from sunline.staff import queries as staff
from sunline.tickets import permissions, queries, services
from sunline.tickets.acts import BY_SLUG

from .. import reading
from ..access import needs, viewer_of
from ..units import open_units
from .acts import Form, several
from .lists import wanted_of

SHOWN = 30


@needs(permissions.VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: HttpRequest) -> HttpResponse:
    """Show what an act would meet, and ask for it."""
    viewer, now = viewer_of(request), clock.now()
    act = BY_SLUG.get(request.GET.get("act", ""))
    if act is None or act not in several(viewer):
        raise NotFound
    ids = chosen(request)
    found = queries.preview(viewer, act.verb, ids)
    problems: tuple[Any, ...] = ()
    if request.method == "POST":
        try:
            act.read(request.POST)
            values = {field.name: _kept(request, field.name) for field in act.fields}
            run = services.ask_bulk(viewer, act.slug, values, found.ids, now=now)
            return redirect("bulk-run", run_id=run)
        except Invalid as error:
            problems = tuple(error.problems)
    context = {
        "act": act,
        "form": Form(act, request.POST.dict(), problems, open=True),
        "found": found,
        "numbers": found.numbers[:SHOWN],
        "more": max(found.fit - SHOWN, 0),
        "chosen": len(ids),
        "units": open_units(),
        "people": staff.people_of_unit(viewer.unit_id) if viewer.unit_id else [],
        "message": next((one.message for one in problems if one.field == "ids"), ""),
        "query": request.GET.urlencode(),
    }
    return render(request, "desk/bulk.html", context, status=422 if problems else 200)


def chosen(request: HttpRequest) -> list[UUID]:
    """Return the tickets that were ticked, or everything that the view matches."""
    if reading.flag(request.GET, "matching"):
        return queries.matching_ids(viewer_of(request), wanted_of(request), clock.now())
    found = [reading.uuid({"id": one}, "id") for one in request.GET.getlist("id")]
    return [one for one in found if one is not None]


def _kept(request: HttpRequest, name: str) -> Any:
    values = request.POST.getlist(name)
    return values if len(values) > 1 else request.POST.get(name, "")


@needs(permissions.VIEW)
@require_safe
def bulk_run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Show how far a run has got and what became of each ticket."""
    viewer = viewer_of(request)
    run = queries.run_for(viewer, run_id)
    outcome = reading.choice(request.GET, "outcome", ("done", "refused"))
    context = {
        "run": run,
        "act": BY_SLUG.get(run["act"]),
        "page": queries.run_lines(viewer, run_id, outcome=outcome, cursor=reading.cursor(request)),
        "outcome": outcome,
        "here": request.get_full_path(),
    }
    fragment = bool(request.headers.get("HX-Request"))
    template = "desk/bulk_state.html" if fragment else "desk/bulk_run.html"
    response = render(request, template, context)
    response["Vary"] = "HX-Request, Cookie"
    return response
