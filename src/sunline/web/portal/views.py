"""The public pages: submit a request, follow it, add to it, rate the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sunline.customers import queries as customers
from sunline.interactions import queries as contacts
from sunline.interactions import services as interactions
from sunline.interactions.types import Arrival
from sunline.kernel import clock, masking
from sunline.kernel.errors import Invalid, NotFound, SunlineError
from sunline.kernel.types import Actor
from sunline.quality import queries as surveys
from sunline.quality import services as quality
from sunline.staff import queries as staff
from sunline.staff.types import Viewer, system_viewer
from sunline.tickets import queries, services
from sunline.tickets.queries import TicketView
from sunline.tickets.types import FINAL, Kind, Registration, State

from .. import happenings, reading
from ..access import public, turned_away
from ..desk.classify import asked, topic_of
from . import forms, guard

COOKIE = "sunline_request"
STAYS = timedelta(minutes=30)


def speaking_for(label: str) -> Viewer:
    """Return the viewer of a portal act: the customer is named, the portal decides what is done."""
    return replace(system_viewer(), actor=Actor(Actor.SUBSCRIBER, None, label))


@public
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Show the two things a customer comes for."""
    return render(request, "portal/start.html", {})


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest) -> HttpResponse:
    """Show the form of a request, and take it in."""
    if request.method != "POST":
        return submit_form(request, {"token": uuid4()})
    if request.POST.get("website"):  # a field that people do not see and robots fill in
        return submit_form(request, request.POST, Invalid(), status=422)
    try:
        guard.limit(request, "submit")
        wanted = forms.read(request.POST)
        sent = forms.files(request.FILES.getlist("files"))
        number = take_in(wanted, sent, clock.now())
    except Invalid as error:
        return submit_form(request, request.POST, error, status=422)
    except SunlineError as error:
        return submit_form(request, request.POST, error, status=error.status)
    response = redirect("portal-ticket", number=number)
    remember(response, number)
    messages.success(request, _("Thank you. We have received your request."))
    return response


def submit_form(
    request: HttpRequest,
    values: Mapping[str, Any],
    error: SunlineError | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Show the form with what was typed and what is wrong with it."""
    problems = list(error.problems) if isinstance(error, Invalid) else []
    context = {
        "values": values,
        "problems": problems,
        "message": error.message if error else "",
        "kinds": [(kind.value, kind.label) for kind in forms.KINDS],
        "topic_id": str(values.get("topic_id") or ""),
        "fields": asked(topic_of(values), values, problems),
    }
    return render(request, "portal/submit.html", context, status=status)


def take_in(wanted: forms.Submission, sent: Any, now: datetime) -> str:
    """Store the contact and register its ticket; the same form sent twice gives the same number."""
    viewer = speaking_for(masking.phone(wanted.phone))
    hit = customers.by_address(wanted.phone)
    home = hit.home_unit_id if hit else staff.unit_tree().rows[0].id
    title = wanted.text.splitlines()[0][:60]
    with transaction.atomic():
        received = interactions.receive(
            Arrival(
                channel="portal",
                address=wanted.phone,
                body=wanted.text,
                trimmed=wanted.text,
                external_id=f"portal-{wanted.token}" if wanted.token else f"portal-{uuid4()}",
                at=now,
                subject=title,
                name=wanted.name,
                attachments=sent,
                home_unit_id=home,
            ),
            viewer=viewer,
            now=now,
        )
        if received.duplicate:
            known = queries.by_interaction(received.interaction_id)
            if known:
                return queries.ticket_for(system_viewer(), known).number
        made = services.register(
            viewer,
            Registration(
                kind=wanted.kind or Kind.ENQUIRY,
                title=title,
                description=wanted.text,
                channel="portal",
                home_unit_id=home,
                topic_id=wanted.topic_id,
                details=wanted.details,
                customer_id=hit.customer_id if hit else None,
                subscriber_id=hit.subscriber_id if hit else None,
                interaction_id=received.interaction_id,
                contact=wanted.phone,
                tier=hit.tier if hit else "ordinary",
                rural=hit.rural if hit else False,
            ),
            now=now,
        )
    return made.number


def remember(response: HttpResponse, number: str) -> None:
    """Let this browser see one ticket for a while."""
    response.set_signed_cookie(
        COOKIE,
        number,
        salt=COOKIE,
        max_age=STAYS,
        httponly=True,
        samesite="Lax",
        secure=_secure(),
    )


def _secure() -> bool:
    return bool(settings.SESSION_COOKIE_SECURE)


def proven(request: HttpRequest, number: str) -> TicketView:
    """Return the ticket that this browser has proved to be its own; raise NotFound."""
    try:
        held = request.get_signed_cookie(COOKIE, salt=COOKIE, max_age=STAYS)
    except (KeyError, signing.BadSignature):
        raise NotFound from None
    if held != number:
        raise NotFound
    return queries.ticket_for(system_viewer(), number)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Ask for number and code, and lead to the ticket."""
    if request.method != "POST":
        return render(request, "portal/track.html", {"values": request.GET})
    try:
        number = reading.needed(request.POST, "number", most=24).upper()[:24]
        code = reading.needed(request.POST, "code", most=12)
        ticket = guard.prove(request, number, code, clock.now())
    except NotFound as unknown:
        error = _("Number and code do not belong together. Please check both.")
        told = {"values": request.POST, "message": error}
        page = render(request, "portal/track.html", told, status=422)
        return turned_away(page, unknown.status)
    except SunlineError as refusal:
        problems = list(refusal.problems) if isinstance(refusal, Invalid) else []
        context: dict[str, Any] = {
            "values": request.POST,
            "message": refusal.message,
            "problems": problems,
        }
        status = 422 if isinstance(refusal, Invalid) else refusal.status
        return render(request, "portal/track.html", context, status=status)
    response = redirect("portal-ticket", number=ticket.number)
    remember(response, ticket.number)
    return response


@public
@never_cache
@require_safe
def ticket_page(request: HttpRequest, number: str) -> HttpResponse:
    """Show a ticket in the customer's words."""
    try:
        ticket = proven(request, number)
    except NotFound as error:
        return turned_away(redirect("portal-track"), error.status)
    return show(request, ticket)


def show(
    request: HttpRequest, ticket: TicketView, error: SunlineError | None = None, status: int = 200
) -> HttpResponse:
    """Show the public side of a ticket, with what was wrong with an act on it."""
    steps = [
        entry
        for entry in queries.timeline(system_viewer(), ticket, public=True)
        if entry.kind in happenings.PUBLIC and (entry.kind != "ticket.noted" or entry.public)
    ]
    context = {
        "ticket": ticket,
        "steps": list(reversed(steps)),
        "code": guard.code_of(ticket.number),
        "open": ticket.state not in FINAL,
        # What was typed into one form keeps its token, so that a second attempt stays the same.
        "token": form_token(request),
        "may_rate": ticket.state == State.AWAITING_REVISIT,
        "scores": range(1, 11),
        "values": request.POST,
        "problems": list(error.problems) if isinstance(error, Invalid) else [],
        "message": error.message if error else "",
    }
    return render(request, "portal/ticket.html", context, status=status)


@public
@require_POST
def add_message(request: HttpRequest, number: str) -> HttpResponse:
    """Take in a further message to a ticket."""
    ticket, now = proven(request, number), clock.now()
    try:
        guard.limit(request, "message")
        text = reading.needed(request.POST, "text", most=forms.MOST_TEXT)
        sent = forms.files(request.FILES.getlist("files"))
        write_again(ticket, text, sent, form_token(request), now)
    except Invalid as error:
        return show(request, ticket, error, status=422)
    except SunlineError as error:
        return show(request, ticket, error, status=error.status)
    messages.success(request, _("Your message was added."))
    return redirect("portal-ticket", number=number)


def form_token(request: HttpRequest) -> UUID:
    """Return what tells one form from the next: the token it was shown with, or a new one."""
    try:
        return reading.uuid(request.POST, "token") or uuid4()
    except Invalid:
        return uuid4()


def write_again(ticket: TicketView, text: str, sent: Any, token: UUID, now: datetime) -> None:
    """Store a further message of the ticket's contact and tell the ticket; a form counts once."""
    viewer = speaking_for(ticket.contact)
    earlier = contacts.interaction_of_work(ticket.interaction_id) if ticket.interaction_id else None
    with transaction.atomic():
        # The ticket before the contact, as everybody who holds both.
        services.lock(ticket.id)
        received = interactions.receive(
            Arrival(
                channel="portal",
                address=earlier.reply_to if earlier else "",
                body=text,
                trimmed=text,
                external_id=f"portal-{ticket.number}-{token}",
                at=now,
                thread_key=ticket.number,
                customer_id=ticket.customer_id,
                home_unit_id=ticket.home_unit_id,
                attachments=sent,
            ),
            viewer=viewer,
            now=now,
        )
        if not received.duplicate:
            services.add_message(viewer, ticket.id, message_id=received.message_id, now=now)


@public
@require_POST
def rate_tracked(request: HttpRequest, number: str) -> HttpResponse:
    """Take the rating of a customer who follows the ticket on the portal."""
    ticket = proven(request, number)
    try:
        quality.rate_ticket(ticket.id, **rating(request.POST), now=clock.now())
    except Invalid as error:
        return show(request, ticket, error, status=422)
    except SunlineError as error:
        return show(request, ticket, error, status=error.status)
    messages.success(request, _("Thank you for your rating."))
    return redirect("portal-ticket", number=number)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest, token: str) -> HttpResponse:
    """Show the survey whose link somebody holds, and take the answer."""
    now = clock.now()
    survey = surveys.survey_by_token(token, now=now)
    context: dict[str, Any] = {"survey": survey, "scores": range(1, 11), "values": request.POST}
    if request.method != "POST":
        return render(request, "portal/rate.html", context)
    try:
        quality.rate(token, **rating(request.POST), now=now)
    except Invalid as error:
        context |= {"problems": list(error.problems), "message": error.message}
        return render(request, "portal/rate.html", context, status=422)
    except SunlineError as error:
        context["message"] = error.message
        return render(request, "portal/rate.html", context, status=error.status)
    return redirect("portal-rated")


@public
@require_safe
def rated(request: HttpRequest) -> HttpResponse:
    """Thank for a rating."""
    return render(request, "portal/rated.html", {})


def rating(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return score, solved and comment as they were given; raise Invalid."""
    solved = reading.choice(values, "solved", {"yes", "no"})
    return {
        "score": reading.number(values, "score"),
        "solved": {"yes": True, "no": False}.get(solved),
        "comment": reading.text(values, "comment", most=2000),
    }
