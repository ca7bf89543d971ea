"""One ticket: its page, its parts for live updates, and the acts on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sunline.insight import permissions as insight
from sunline.kernel import clock
from sunline.kernel.errors import Conflict, Invalid, NotFound
from sunline.quality import queries as quality
from sunline.routing import permissions as routing_permissions
from sunline.routing import queries as routing
from sunline.sla import queries as sla
from sunline.staff import queries as staff
from sunline.staff.types import Viewer
from sunline.tickets import permissions, queries
from sunline.tickets.acts import Act, Group
from sunline.tickets.queries import TicketView
from sunline.tickets.queries.reading import related
from sunline.tickets.types import FINAL, TimelineEntry

from .. import reading
from ..access import needs, viewer_of
from ..files import uploaded
from ..units import open_units
from . import watchers
from .acts import Form, form_groups
from .appeals import appeal_context
from .complaints import case_context
from .field_card import field_context
from .granting import grant_choices, grant_context
from .redress import redress_context


@needs(permissions.VIEW)
@require_GET
def ticket_page(request: HttpRequest, number: str) -> HttpResponse:
    """Show a ticket with what may be done to it now."""
    ticket = queries.ticket_for(viewer_of(request), number)
    template = "desk/ticket.html"
    if request.headers.get("HX-Request"):
        # Live updates: `part=history` leaves the forms alone, so that no typed text is lost.
        quiet = request.GET.get("part") == "history"
        template = "desk/ticket_history.html" if quiet else "desk/ticket_body.html"
    response = render(request, template, about(request, ticket))
    response["Vary"] = "HX-Request, Cookie"
    return response


@needs(permissions.VIEW)
@require_GET
def ticket_watchers(request: HttpRequest, number: str) -> HttpResponse:
    """Show who else has the ticket open, and remember that the viewer has."""
    viewer = viewer_of(request)
    ticket = queries.ticket_for(viewer, number)
    others = watchers.others(ticket.id, viewer.actor.label, clock.now())
    return render(request, "desk/watchers.html", {"watchers": others})


def act_view(act: Act) -> Callable[..., HttpResponse]:
    """Return the view of one act: `POST /tickets/{number}/{slug}`."""

    @needs(act.permission)
    @require_POST
    def view(request: HttpRequest, number: str) -> HttpResponse:
        return perform(request, number, act)

    view.__doc__ = f"{act.verb} a ticket."
    return view


def perform(request: HttpRequest, number: str, act: Act) -> HttpResponse:
    """Do an act, and show the ticket as it is after it, or the form again with what was typed."""
    viewer = viewer_of(request)
    ticket = queries.ticket_for(viewer, number)
    try:
        version = reading.number(request.POST, "version")
        values = act.read(sent(request))
        act.run(viewer, ticket.id, **values, version=version, now=clock.now())
    except Invalid as error:
        failed = Form(act, kept(request), tuple(error.problems))
        message = "" if error.problems else error.message
        return again(request, number, failed, 422, message=message)
    except Conflict as error:
        return again(request, number, Form(act, kept(request)), 409, message=error.message)
    return after(request, number, act)


def sent(request: HttpRequest) -> Mapping[str, Any]:
    """Return what a form sent, its files among its fields."""
    if not request.FILES:
        return request.POST
    values: MultiValueDict[str, Any] = MultiValueDict(dict(request.POST.lists()))
    for name in request.FILES:
        values.setlist(name, list(uploaded(request.FILES.getlist(name)[:1])))
    return values


def kept(request: HttpRequest) -> dict[str, Any]:
    """Return what was typed; boxes of one name stay a list."""
    return {name: values if len(values) > 1 else values[0] for name, values in request.POST.lists()}


def after(request: HttpRequest, number: str, act: Act) -> HttpResponse:
    """Show the ticket after an act that went well."""
    try:
        ticket = queries.ticket_for(viewer_of(request), number)
    except NotFound:
        # The act took the ticket out of the viewer's sight, as returning an order does.
        messages.success(request, str(act.done))
        return elsewhere(request, "/tickets")
    if not request.headers.get("HX-Request"):
        messages.success(request, str(act.done))
        # What is done to an outage is asked for on its own page.
        return redirect("outage" if act.group is Group.OUTAGE else "ticket", number=ticket.number)
    context = about(request, ticket) | {"done": act.done}
    return render(request, "desk/ticket_body.html", context)


def elsewhere(request: HttpRequest, path: str) -> HttpResponse:
    """Lead the browser to another page, from a fragment as from a form."""
    if not request.headers.get("HX-Request"):
        return redirect(path)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = path
    return response


def again(
    request: HttpRequest, number: str, failed: Form, status: int, *, message: str = ""
) -> HttpResponse:
    """Show the ticket as it is now with the form that did not go through, its text kept."""
    ticket = queries.ticket_for(viewer_of(request), number)
    context = about(request, ticket, failed) | {"warning": message}
    if status == 409:
        typed = reading.number(failed.values, "version", 0) or 0
        context["changes"] = [entry for entry in context["timeline"] if entry.sequence > typed]
    fragment = bool(request.headers.get("HX-Request"))
    page = "desk/ticket_body.html" if fragment else "desk/ticket.html"
    response = render(request, page, context, status=status)
    if fragment:
        response["HX-Retarget"], response["HX-Reswap"] = "#ticket", "outerHTML"
    return response


def about(request: HttpRequest, ticket: TicketView, failed: Form | None = None) -> dict[str, Any]:
    """Return what a ticket's page shows."""
    viewer = viewer_of(request)
    running = sla.clocks_of(ticket.id)
    around = queries.situation(ticket.id, running)
    verbs = queries.allowed_verbs(viewer, ticket, around)
    entries = queries.timeline(viewer, ticket)
    owner = staff.account_row(ticket.owner_id) if ticket.owner_id else None
    return {
        "ticket": ticket,
        "around": around,
        **case_context(around),
        **grant_context(viewer, ticket, around, verbs),
        "grant_choices": grant_choices(viewer, around),
        **appeal_context(around, verbs),
        "chain": queries.chain(viewer, ticket.id) if around.chained else [],
        "copies": copies(viewer, ticket, around),
        "may_merge": "merge" in verbs,
        "may_clear": "not_duplicate" in verbs,
        "owner": owner.staff_no if owner else "",
        "frequency": queries.frequency(ticket.customer_id, now=clock.now()),
        "final": ticket.state in FINAL,
        "timeline": list(reversed(entries)),
        "clocks": [{"clock": row, "why": sla.explain(row)} for row in running],
        "act_groups": form_groups(verbs, failed) if not viewer.viewing_as else [],
        "related": related(viewer, ticket.id) if around.linked else [],
        "units": open_units() if verbs else [],
        "people": people(viewer, ticket, verbs),
        "colleagues": colleagues(ticket) if "offer_handover" in verbs else [],
        "given_to": given_to(entries),
        "checklist": checklist(ticket, verbs),
        "script": script(viewer) if "revisit" in verbs else "",
        "review": quality.review_of(viewer, ticket.id, now=clock.now()),
        "may_mark": viewer.may(insight.EDIT_WEEKLY.code) and not viewer.viewing_as,
        **redress_context(ticket, verbs, around),
        **field_context(around, verbs),
        "may_grant": viewer.may(permissions.GRANT.code),
        "may_explain_data": viewer.may(permissions.EXPLAIN_DATA.code),
        **why_so(viewer, ticket),
    }


def copies(viewer: Viewer, ticket: TicketView, around: queries.Situation) -> list[Any]:
    """Return what an open ticket may be a copy of."""
    if ticket.closed_at or not around.suspicions:
        return []
    return queries.suspicions(viewer, ticket.id)


def given_to(entries: list[TimelineEntry]) -> dict[str, str]:
    """Return the staff numbers of those who were named as handlers, by the id on the entry."""
    named = [entry.data.get("handler") for entry in entries if entry.kind == "ticket.assigned"]
    ids = {UUID(str(one)) for one in named if one}
    return {str(row.id): row.staff_no for row in staff.account_rows(ids).values()} if ids else {}


def why_so(viewer: Viewer, ticket: TicketView) -> dict[str, Any]:
    """Return why the handler got the ticket, for them and for those who see the queues."""
    mine = ticket.handler_id is not None and ticket.handler_id == viewer.account_id
    if ticket.handler_id is None or not (mine or viewer.may(routing_permissions.VIEW.code)):
        return {}
    return {"assigned": routing.why(ticket.id), "mine": mine}


def checklist(ticket: TicketView, verbs: list[str]) -> list[Any]:
    """Return the questions that the unit's reply must pass, where the viewer checks it."""
    if "approve" not in verbs:
        return []
    return queries.questions(ticket.kind, ticket.topic_id, clock.now())


def script(viewer: Viewer) -> str:
    """Return what a revisit caller says, in neutral words that ask for no good mark."""
    return _(
        "Hello, this is Sunline Telecom, staff number %(no)s. We have answered your request. Is "
        "the matter solved? From 1 to 10, how satisfied are you with how it was handled? Was what "
        "we promised kept, and how was our manner? Whatever you say helps us."
    ) % {"no": viewer.actor.label}


def people(viewer: Viewer, ticket: TicketView, verbs: list[str]) -> list[Any]:
    """Return the people a ticket may be given to: those of the unit it is with."""
    if not {"assign", "transfer"} & set(verbs):
        return []
    unit_id = ticket.unit_id or viewer.unit_id
    return list(staff.people_of_unit(unit_id)) if unit_id else []


def colleagues(ticket: TicketView) -> list[Any]:
    """Return the people whom a case may be handed to: those of the customer's home."""
    return list(staff.people_of_unit(ticket.home_unit_id))
