"""Explaining where a number's data went: the page of a ticket, a sheet, and a number by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sunline.customers import queries as customers
from sunline.kernel import clock
from sunline.kernel.errors import Conflict, Invalid, SunlineError
from sunline.knowledge import queries as knowledge
from sunline.tickets import permissions, queries, services
from sunline.tickets.queries import TicketView
from sunline.tickets.queries.data_use import TOP, Explained, ServiceUse
from sunline.tickets.queries.data_words import amount, category, spoken
from sunline.tickets.types import DataPeriod, ProofClass

from .. import reading
from ..access import needs, viewer_of

WIDTH, HEIGHT, LOW = 640, 180, 170
TOPIC = "billing.dispute.data"  # of a ticket that is made from the page of a number


@dataclass(frozen=True, slots=True)
class Bar:
    """One day or hour of a drawing, in its units, with its label and amount."""

    x: float
    y: float
    width: float
    height: float
    label: str
    amount: str


@dataclass(frozen=True, slots=True)
class Line:
    """A service in the table of a sheet, in the viewer's language."""

    name: str
    category: str
    amount: str
    share: int
    up: str
    background: int
    night: int
    note: str


@needs(permissions.EXPLAIN_DATA)
@require_safe
def data_use(request: HttpRequest, number: str) -> HttpResponse:
    """Show what is told of the data use of a ticket's number, and the sheets made so far."""
    return show(request, queries.ticket_for(viewer_of(request), number))


def show(
    request: HttpRequest, ticket: TicketView, error: SunlineError | None = None
) -> HttpResponse:
    """Show the page of a ticket, with why no sheet was made."""
    viewer, now = viewer_of(request), clock.now()
    verbs = queries.allowed_verbs(viewer, ticket) if not viewer.viewing_as else []
    context = {
        "ticket": ticket,
        "told": customers.data_use_of(ticket.subscriber_id) if ticket.subscriber_id else None,
        "sheets": queries.sheets_of(viewer, ticket),
        "verified": queries.verified(ticket.id, ProofClass.CALL_DETAIL, now),
        "may_explain": "explain_data_use" in verbs,
        "periods": DataPeriod.choices,
        "table": next(iter(knowledge.address_tables(1)), None),
        "error": error,
    }
    return render(request, "desk/data_use.html", context, status=error.status if error else 200)


@needs(permissions.EXPLAIN_DATA)
@require_POST
def explain(request: HttpRequest, number: str) -> HttpResponse:
    """Make a sheet of a period and show it."""
    viewer = viewer_of(request)
    ticket = queries.ticket_for(viewer, number)
    try:
        services.explain_data_use(
            viewer,
            ticket.id,
            period=reading.text(request.POST, "period", most=16),
            version=reading.number(request.POST, "version"),
            now=clock.now(),
        )
    except (Conflict, Invalid) as error:
        return show(request, queries.ticket_for(viewer, number), error)
    newest = queries.sheets_of(viewer, ticket)[0]
    return redirect("ticket-data-sheet", number=ticket.number, sheet_id=newest.id)


@needs(permissions.EXPLAIN_DATA)
@require_safe
def sheet(request: HttpRequest, number: str, sheet_id: UUID) -> HttpResponse:
    """Show an explanation sheet; whoever reads it is written down."""
    ticket = queries.ticket_for(viewer_of(request), number)
    return show_sheet(request, ticket, sheet_id)


def show_sheet(
    request: HttpRequest, ticket: TicketView, sheet_id: UUID, error: SunlineError | None = None
) -> HttpResponse:
    """Show a sheet, with why it was not sent."""
    viewer, now = viewer_of(request), clock.now()
    found = services.open_data_sheet(viewer, ticket.id, sheet_id, now=now)
    newest = queries.sheets_of(viewer, ticket)[0]
    verbs = queries.allowed_verbs(viewer, ticket) if not viewer.viewing_as else []
    explained = found.explained
    context = {
        "ticket": ticket,
        "sheet": found,
        "total": amount(explained.total),
        "counted": amount(explained.counted),
        "included": amount(explained.included) if explained.included else "",
        "usual": amount(explained.usual) if explained.usual else "",
        "kinds": [
            (category(code), amount(size), explained.share(size))
            for code, size in explained.categories
        ],
        "unresolved": explained.share(explained.unresolved),
        "spoken": spoken(found),
        "days": bars([(f"{day:%m-%d}", size) for day, size in explained.days]),
        "hours": bars([(f"{hour:02d}", size) for hour, size in enumerate(explained.hours)]),
        "services": [line(use, explained) for use in explained.services],
        "top": TOP,
        "bound": [(one.channel, one.shown) for one in _bound(ticket)],
        "may_send": "send_data_sheet" in verbs and newest.id == sheet_id,
        "verified": queries.verified(ticket.id, ProofClass.CALL_DETAIL, now),
        "size": f"0 0 {WIDTH} {HEIGHT}",
        "error": error,
    }
    status = error.status if error else 200
    response = render(request, "desk/data_sheet.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _bound(ticket: TicketView) -> list[customers.Bound]:
    return customers.bound_addresses(ticket.subscriber_id) if ticket.subscriber_id else []


def bars(points: Sequence[tuple[str, int]]) -> list[Bar]:
    """Return points in the units of the drawing."""
    most = max((size for _label, size in points), default=0) or 1
    step, scale = WIDTH / max(1, len(points)), (LOW - 10) / most
    return [
        Bar(
            round(index * step + 2, 1),
            round(LOW - size * scale, 1),
            round(step - 4, 1),
            round(size * scale, 1),
            label,
            amount(size),
        )
        for index, (label, size) in enumerate(points)
    ]


def line(use: ServiceUse, explained: Explained) -> Line:
    """Return a service as the table shows it."""
    english = (get_language() or "").startswith("en")
    return Line(
        name=(english and use.service_en) or use.service or _("Not known"),
        category=category(use.category) if use.category else "",
        amount=amount(use.size),
        share=explained.share(use.size),
        up=amount(use.up),
        background=round(100 * use.background / use.size) if use.size else 0,
        night=round(100 * use.night / use.size) if use.size else 0,
        note=(english and use.note_en) or use.note,
    )


@needs(permissions.EXPLAIN_DATA)
@require_POST
def send(request: HttpRequest, number: str, sheet_id: UUID) -> HttpResponse:
    """Send the newest sheet to the customer's bound address."""
    viewer = viewer_of(request)
    ticket = queries.ticket_for(viewer, number)
    queries.data_sheet(viewer, ticket, sheet_id)
    try:
        services.send_data_sheet(
            viewer,
            ticket.id,
            channel=reading.text(request.POST, "channel", most=8),
            version=reading.number(request.POST, "version"),
            now=clock.now(),
        )
    except (Conflict, Invalid) as error:
        return show_sheet(request, queries.ticket_for(viewer, number), sheet_id, error)
    messages.success(request, _("The explanation is on its way to the customer's bound address."))
    return redirect("ticket-data-sheet", number=ticket.number, sheet_id=sheet_id)


@needs(permissions.EXPLAIN_DATA)
@require_safe
def of_number(request: HttpRequest, customer_id: UUID, subscriber_id: UUID) -> HttpResponse:
    """Show the sums of a customer's number, and the tickets on which it may be explained."""
    viewer, now = viewer_of(request), clock.now()
    found = customers.subscriber_for(viewer, customer_id, subscriber_id)
    context: dict[str, Any] = {
        "line": found,
        "customer_id": customer_id,
        "told": customers.data_use_of(subscriber_id),
        "tickets": queries.open_of_number(viewer, customer_id, subscriber_id, now=now),
        "may_register": viewer.may(permissions.REGISTER.code),
        "topic_id": knowledge.topic_id(TOPIC),
    }
    return render(request, "customers/data_use.html", context)
