"""Finding customers, and one customer whole: 三户, contacts on all channels, tickets, bills."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from sunline.customers import permissions, queries, services
from sunline.customers.queries.billing import billing_of
from sunline.interactions import permissions as contact_permissions
from sunline.interactions import queries as contacts
from sunline.kernel import clock
from sunline.kernel.errors import SunlineError
from sunline.tickets import permissions as ticket_permissions
from sunline.tickets import queries as tickets
from sunline.tickets.types import WorkFilter

from .. import reading
from ..access import needs, viewer_of

PURPOSES = (
    ("call_back", _("Calling the customer back")),
    ("verify", _("Checking who is speaking")),
    ("visit", _("Arranging a visit")),
    ("complaint", _("Handling a complaint")),
    ("send", _("Sending documents")),
)


@needs(permissions.VIEW)
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show the customers that a number, a name or an account may mean."""
    text = reading.text(request.GET, "q", most=60)
    hits = queries.find(text, viewer=viewer_of(request), limit=25, now=clock.now()) if text else []
    return render(request, "customers/search.html", {"text": text, "hits": hits})


@needs(permissions.VIEW)
@require_safe
def customer_page(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Show a customer with everything that is known, masked."""
    return render(request, "customers/customer.html", about(request, customer_id))


def about(request: HttpRequest, customer_id: UUID) -> dict[str, Any]:
    """Return what a customer's page shows."""
    viewer, now = viewer_of(request), clock.now()
    customer = queries.customer_for(viewer, customer_id)
    context: dict[str, Any] = {
        "customer": customer,
        "may_reveal": viewer.may(permissions.REVEAL.code, customer.home_unit_path)
        and not viewer.viewing_as,
        "may_register": viewer.may(ticket_permissions.REGISTER.code),
        "may_explain": viewer.may(ticket_permissions.EXPLAIN_DATA.code),
        "purposes": PURPOSES,
    }
    if viewer.may(ticket_permissions.VIEW.code):
        wanted = WorkFilter(view="all", customer_id=customer.id)
        context["tickets"] = tickets.work_list(viewer, wanted, now=now, limit=10).items
    if viewer.may(contact_permissions.VIEW.code):
        context["contacts"] = contacts.timeline(customer.id, viewer=viewer, limit=15)
    return context


@needs(contact_permissions.VIEW)
@require_safe
def timeline(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Show further contacts of a customer."""
    viewer = viewer_of(request)
    customer = queries.customer_for(viewer, customer_id)
    cursor = reading.cursor(request)
    page = contacts.timeline(customer.id, viewer=viewer, cursor=cursor, limit=15)
    context = {"customer": customer, "contacts": page}
    part = request.headers.get("HX-Request")
    name = "customers/contact_rows.html" if part else "customers/contacts.html"
    return render(request, name, context)


@needs(permissions.VIEW)
@require_safe
def bills(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Show balance, bills and usage as the billing system tells them now, or that it does not."""
    lines = billing_of(viewer_of(request), customer_id)
    context = {"customer_id": customer_id, "lines": lines}
    part = request.headers.get("HX-Request")
    name = "customers/bills.html" if part else "customers/bills_page.html"
    return render(request, name, context)


@needs(permissions.REVEAL)
@require_http_methods(["POST"])
def reveal(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Show one masked value in full, with the purpose written down."""
    viewer = viewer_of(request)
    field = reading.needed(request.POST, "field", most=64)
    code = reading.choice(request.POST, "purpose", {*dict(PURPOSES), "other"})
    words = reading.text(request.POST, "words", most=100)
    purpose = ": ".join(part for part in (code if code != "other" else "", words) if part)
    context: dict[str, Any] = {"revealed_field": field}
    try:
        value = services.reveal(viewer, customer_id, field, purpose, now=clock.now())
        context["value"] = value
        status = 200
    except SunlineError as error:
        if error.status != 400:
            raise
        context["problem"] = getattr(error, "problems", [None])[0] or error
        status = 422
    if request.headers.get("HX-Request"):
        response = render(request, "customers/revealed.html", context, status=status)
    else:
        context |= about(request, customer_id)
        response = render(request, "customers/customer.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
