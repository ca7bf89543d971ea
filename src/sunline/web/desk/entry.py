"""Registering a ticket at the desk, with the contact it came from."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sunline.customers import queries as customers
from sunline.customers.types import CustomerView
from sunline.interactions import permissions as contact_permissions
from sunline.interactions import services as interactions
from sunline.interactions.types import ChannelKind, WrapUp
from sunline.kernel import clock, idempotency
from sunline.kernel.errors import Invalid, NotFound, SunlineError
from sunline.staff.types import Viewer
from sunline.tickets import permissions, queries, services
from sunline.tickets.acts.shape import told
from sunline.tickets.queries.kin import Likely
from sunline.tickets.types import Complexity, Kind, Registration, Scope, TicketRef, Urgency

from .. import reading
from ..access import needs, viewer_of
from .classify import asked, suggested, taken, topic_of

MOST_TEXT = 10_000
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "token"})
CHANNELS = ("phone", "hall", "wechat", "webchat", "sms", "app", "social", "paper", "regulator")


@needs(permissions.REGISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def new_ticket(request: HttpRequest) -> HttpResponse:
    """Show the form of a new ticket, and register it."""
    values: Mapping[str, Any] = request.POST if request.method == "POST" else request.GET
    if "take" in request.POST:
        topic_id, kind = taken(request.POST)
        values = {**request.POST.dict(), "topic_id": topic_id or "", "kind": kind}
        return form(request, values)
    if request.method != "POST" or "look" in values:
        return form(request, values)
    try:
        number = register_once(viewer_of(request), values, clock.now())
    except Invalid as error:
        return form(request, values, error, status=422)
    except SunlineError as error:
        return form(request, values, error, status=error.status)
    messages.success(request, _("Ticket %(number)s was registered.") % {"number": number})
    return redirect("ticket", number=number)


@needs(permissions.REGISTER)
@require_safe
def customer_choices(request: HttpRequest) -> HttpResponse:
    """Show the customers that a typed number or name may mean, as choices."""
    return render(request, "desk/customer_choices.html", found(viewer_of(request), request.GET))


@needs(permissions.REGISTER)
@require_POST
def copies(request: HttpRequest) -> HttpResponse:
    """Show the customer's open tickets that the one being written may be a copy of."""
    viewer, values = viewer_of(request), request.POST
    text = f"{values.get('title', '')}\n{values.get('description', '')}"[:10_000]
    rows: list[Likely] = []
    with suppress(SunlineError):
        customer = customer_of(viewer, values)
        contact = reading.text(values, "contact", most=120)
        rows = queries.likely_copies(
            viewer,
            text,
            customer_id=customer.id if customer else None,
            contact=contact,
            now=clock.now(),
        )
    return render(request, "desk/copies.html", {"copies": rows})


def found(viewer: Viewer, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the customers that fit what was typed."""
    text = reading.text(values, "look_for", most=60)
    enough = len(text) >= 2
    hits = customers.find(text, viewer=viewer, limit=6) if enough else []
    return {"hits": hits, "looked": enough}


def form(
    request: HttpRequest,
    values: Mapping[str, Any],
    error: SunlineError | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Show the form with what was typed and what is wrong with it."""
    viewer = viewer_of(request)
    problems = list(error.problems) if isinstance(error, Invalid) else []
    chosen = None
    with suppress(SunlineError):
        chosen = customer_of(viewer, values)
    topic_id = topic_of(values)
    description = str(values.get("description") or "")[:MOST_TEXT]
    context = {
        "values": values,
        "problems": problems,
        "message": error.message if error and not problems else "",
        "chosen": chosen,
        "kinds": Kind.choices,
        "urgencies": Urgency.choices,
        "scopes": Scope.choices,
        "complexities": Complexity.choices,
        "fields": asked(topic_id, values, problems),
        "suggestions": [] if topic_id else suggested(description),
        "channels": [(code, ChannelKind(code).label) for code in CHANNELS],
        "topic_id": str(topic_id or ""),
        "token": values.get("token") or uuid4(),
    }
    if "look" in values:
        context |= found(viewer, values)
    return render(request, "desk/new_ticket.html", context, status=status)


def customer_of(viewer: Viewer, values: Mapping[str, Any]) -> CustomerView | None:
    """Return the customer that was chosen, or None; raise NotFound for one out of sight."""
    customer_id = reading.uuid(values, "customer_id")
    return customers.customer_for(viewer, customer_id) if customer_id else None


def line_of(
    viewer: Viewer, customer: CustomerView | None, values: Mapping[str, Any]
) -> UUID | None:
    """Return the service number that a link named, if it is the chosen customer's."""
    subscriber_id = reading.uuid(values, "subscriber_id")
    if customer is None or subscriber_id is None:
        return None
    with suppress(NotFound):
        return customers.subscriber_for(viewer, customer.id, subscriber_id).id
    return None


def register_once(viewer: Viewer, values: Mapping[str, Any], now: datetime) -> str:
    """Return the number of the form's ticket; the same form sent twice gives the same one.

    A form that was changed before it was sent again is another matter and makes another ticket.
    """
    token = reading.uuid(values, "token") or uuid4()
    typed = sorted((name, str(value)) for name, value in values.items() if name not in NOT_TYPED)
    key = idempotency.fingerprint(str(token), *(part for field in typed for part in field))

    def work() -> idempotency.Answer:
        return idempotency.Answer(201, register(viewer, values, now).number)

    return str(idempotency.once(f"desk:{viewer.actor.id}", key, key, now=now, work=work).body)


def register(viewer: Viewer, values: Mapping[str, Any], now: datetime) -> TicketRef:
    """Register the contact, its ticket and, when it is finished at once, the answer."""
    customer = customer_of(viewer, values)
    contact = reading.text(values, "contact", most=120)
    channel = reading.choice(values, "channel", CHANNELS, "phone")
    description = reading.needed(values, "description", most=MOST_TEXT)
    title = reading.text(values, "title", most=255)
    topic_id = reading.uuid(values, "topic_id")
    at_once = reading.flag(values, "at_once")
    answer = reading.needed(values, "answer", most=MOST_TEXT) if at_once else ""
    hit = customers.by_number(contact) if contact else None
    same = hit is not None and customer is not None and hit.customer_id == customer.id
    home = customer.home_unit_id if customer else viewer.unit_id
    interaction_id = None
    if viewer.may(contact_permissions.REGISTER.code):
        interaction_id = interactions.open_contact(
            channel=channel,
            viewer=viewer,
            now=now,
            address=contact,
            customer_id=customer.id if customer else None,
            home_unit_id=home,
            subject=title,
            body=description,
        ).interaction_id
    made = services.register(
        viewer,
        Registration(
            kind=reading.choice(values, "kind", Kind.values, Kind.ENQUIRY),
            title=title,
            description=description,
            channel=channel,
            home_unit_id=home,
            urgency=reading.choice(values, "urgency", Urgency.values, Urgency.NORMAL),
            complexity=reading.choice(values, "complexity", Complexity.values, Complexity.SIMPLE),
            scope=reading.choice(values, "scope", Scope.values, Scope.ONE),
            topic_id=topic_id,
            details=told(values),
            customer_id=customer.id if customer else None,
            subscriber_id=hit.subscriber_id if hit and same else line_of(viewer, customer, values),
            interaction_id=interaction_id,
            contact=contact,
            tier=customer.tier if customer else "ordinary",
            rural=customer.rural if customer else False,
            area_code=reading.text(values, "area_code", most=32),
            fragile=bool(customer and customer.fragile),
            asked_at=reading.local_moment(values, "asked_at"),
        ),
        now=now,
    )
    if interaction_id:
        code = WrapUp.SOLVED if at_once else WrapUp.TICKET
        interactions.wrap_up(interaction_id, code=code, topic_id=topic_id, viewer=viewer, now=now)
    if at_once:
        accepted = reading.flag(values, "accepted")
        made = services.finish_at_once(viewer, made.id, text=answer, accepted=accepted, now=now)
    return made
