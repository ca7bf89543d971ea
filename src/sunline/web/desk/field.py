"""Field work: the list and the room of the dispatcher, and the engineer's own page on the phone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sunline.kernel import clock
from sunline.kernel.errors import Invalid, NotFound, SunlineError, required
from sunline.staff import queries as staff
from sunline.staff.types import Viewer
from sunline.tickets import permissions, queries, services
from sunline.tickets.acts import BY_SLUG, BY_VERB, Act
from sunline.tickets.queries import FieldFilter
from sunline.tickets.types import FieldKind, FieldState

from .. import reading
from ..access import needs, viewer_of
from .acts import Form
from .tickets import kept, sent

OWN_SLUGS = frozenset({"start-field", "complete-field", "photo-field", "book-field", "fail-field"})


@dataclass(frozen=True, slots=True)
class Visit:
    """An order on the engineer's page, with what can be done and what went wrong."""

    line: Any
    forms: list[Form] = field(default_factory=list)
    room: list[Any] = field(default_factory=list)
    message: str = ""


@needs(permissions.BOOK_FIELD, permissions.ASSIGN_FIELD)
@require_GET
def field_orders(request: HttpRequest) -> HttpResponse:
    """Show the field orders of the viewer's units, and the room of the next days."""
    return show(request)


def show(
    request: HttpRequest,
    problem: SunlineError | None = None,
    typed: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show the page, with what was wrong with a number of visits."""
    viewer, now = viewer_of(request), clock.now()
    wanted = wanted_of(request)
    units = queries.field_units(viewer)
    unit_id = wanted.unit_id if wanted.unit_id in units else next(iter(units), None)
    counts = queries.field_counts(viewer, wanted, now=now)
    room = queries.room(unit_id, now) if unit_id else []
    context = {
        "wanted": wanted,
        "page": queries.field_list(viewer, wanted, now=now, cursor=reading.cursor(request)),
        "states": [(str(one.value), one.label, counts[one.value]) for one in FieldState],
        "kinds": FieldKind.choices,
        "units": units,
        "unit_id": unit_id,
        "engineers": staff.people_of_unit(unit_id) if unit_id else [],
        "room": [room[place : place + 3] for place in range(0, len(room), 3)],
        "may_set": unit_id is not None and not viewer.viewing_as,
        "now": now,
        "typed": typed or {},
        "message": problem.message if problem else "",
        "problems": list(problem.problems) if isinstance(problem, Invalid) else [],
    }
    return render(request, "desk/field.html", context, status=422 if problem else 200)


def wanted_of(request: HttpRequest) -> FieldFilter:
    """Return the filter that the address spells out; raise Invalid for unknown codes."""
    values = request.GET
    return FieldFilter(
        state=reading.choice(values, "state", FieldState.values),
        kind=reading.choice(values, "kind", FieldKind.values),
        day=reading.day(values, "day"),
        engineer_id=reading.uuid(values, "engineer"),
        unit_id=reading.uuid(values, "unit"),
        late=reading.flag(values, "late"),
    )


@needs(permissions.ASSIGN_FIELD)
@require_POST
def set_room(request: HttpRequest) -> HttpResponse:
    """Set how many visits a unit makes in a window of a day."""
    try:
        unit_id = reading.uuid(request.POST, "unit_id")
        capacity = reading.number(request.POST, "capacity")
        if unit_id is None or capacity is None:
            raise Invalid([required("unit_id" if unit_id is None else "capacity")])
        services.set_capacity(
            viewer_of(request),
            unit_id=unit_id,
            slot=reading.needed(request.POST, "slot", most=32),
            capacity=capacity,
            now=clock.now(),
        )
    except Invalid as error:
        return show(request, error, request.POST)
    messages.success(request, _("The number of visits was set."))
    return redirect(f"/field?unit={unit_id}")


@needs(permissions.DO_FIELD)
@require_GET
def own_orders(request: HttpRequest) -> HttpResponse:
    """Show an engineer the visits of today and of the next days."""
    return show_own(request)


def show_own(
    request: HttpRequest, number: str = "", failed: Form | None = None, message: str = ""
) -> HttpResponse:
    """Show the visits, one of them with a form that did not go through."""
    viewer, now = viewer_of(request), clock.now()
    lines = queries.own_field_orders(viewer, now=now)
    units = {line.row.unit_id for line in lines if "book_field" in line.verbs}
    rooms = {unit_id: queries.free_room(unit_id, now) for unit_id in units}
    visits = []
    for line in lines:
        mine = line.row.ticket.number == number
        forms = [] if viewer.viewing_as else [Form(BY_VERB[verb]) for verb in line.verbs]
        if mine and failed is not None:
            forms = [failed if form.act is failed.act else form for form in forms]
        visits.append(Visit(line, forms, rooms.get(line.row.unit_id, []), message if mine else ""))
    context = {"visits": visits, "today": now}
    return render(request, "desk/field_mine.html", context, status=422 if failed else 200)


@needs(permissions.DO_FIELD)
@require_POST
def own_act(request: HttpRequest, number: str, slug: str) -> HttpResponse:
    """Do one step on an own visit, and show the visits after it."""
    viewer = viewer_of(request)
    ticket = queries.ticket_for(viewer, number)
    act = BY_SLUG.get(slug)
    if act is None or slug not in OWN_SLUGS:
        raise NotFound
    try:
        run(viewer, ticket.id, act, sent(request))
    except Invalid as error:
        form = Form(act, kept(request), tuple(error.problems), open=True)
        return show_own(request, number, form, "" if error.problems else error.message)
    except SunlineError as error:
        response = show_own(request, number, Form(act, kept(request), open=True), error.message)
        response.status_code = error.status
        return response
    messages.success(request, str(act.done))
    return redirect("field-mine")


def run(viewer: Viewer, ticket_id: UUID, act: Act, values: Mapping[str, Any]) -> None:
    """Run an act with what a form sent."""
    act.run(viewer, ticket_id, **act.read(values), now=clock.now())
