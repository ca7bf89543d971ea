"""Asking customers to rate an answer."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils.translation import gettext, override

from sunline.interactions import queries as interactions
from sunline.interactions import services as sending
from sunline.kernel import log
from sunline.kernel.errors import NotFound, SunlineError
from sunline.kernel.ids import local_day
from sunline.kernel.types import SYSTEM, Subject
from sunline.staff.types import system_viewer
from sunline.tickets.types import State

from ..events import SurveySent
from ..models import Survey
from ..rules import rating as rules

if TYPE_CHECKING:
    from sunline.tickets.models import Ticket

SUBJECT = "survey"
PORTAL = "portal"


def invite(ticket_id: UUID, *, now: datetime, answer: int | None = None) -> str | None:
    """Ask the customer to rate the answer given at the ticket's version `answer`, or the present.

    Returns the link's token, or None when nobody is asked: asked already, no longer waiting for
    the customer's word, refused to be asked, or no way to reach them.
    """
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        survey = new_survey(ticket_id, token, now)
        ticket = survey.ticket
        survey.answer = answer or ticket.version
        survey.channel = channel_for(ticket)
        asked = Survey.objects.filter(ticket_id=ticket_id, answer=survey.answer).exists()
        if asked or ticket.state != State.AWAITING_REVISIT:
            return None
        if not survey.channel or _refused(ticket):
            return None
        survey.save(force_insert=True)
        if survey.channel != PORTAL and not _sent(survey, ticket, token, now):
            survey.channel = PORTAL
            survey.save(update_fields=["channel"])
        record_sent(survey, ticket, now)
    return token


def new_survey(ticket_id: UUID, token: str, now: datetime) -> Survey:
    """Return an unsaved survey about the ticket's present answer; raises NotFound."""
    survey = Survey(
        ticket_id=ticket_id,
        token_hash=rules.hashed(token),
        channel=PORTAL,
        sent_at=now,
        expires_at=now + rules.OPEN_FOR,
    )
    try:
        ticket = survey.ticket
    except ObjectDoesNotExist:
        raise NotFound() from None
    survey.answer, survey.handler_id = ticket.version, ticket.handler_id
    return survey


def record_sent(survey: Survey, ticket: Ticket, now: datetime) -> None:
    log.record(
        SurveySent(ticket_id=ticket.id, home=ticket.home_unit_id, channel=survey.channel),
        subject=Subject(SUBJECT, survey.id),
        actor=SYSTEM,
        now=now,
        sequence=1,
    )


def channel_for(ticket: Ticket) -> str:
    """Return how the customer can be asked: email, sms, portal (on their own visit), or blank."""
    if not ticket.contact:
        return ""
    wanted = "email" if "@" in ticket.contact else "sms"
    return wanted if interactions.can_send_by(wanted) else PORTAL


def _refused(ticket: Ticket) -> bool:
    """Return whether the customer said that they do not want to be asked."""
    customer = ticket.customer
    return (
        customer is not None
        and customer.consents.filter(purpose="survey", until=None, granted=False).exists()
    )


def _sent(survey: Survey, ticket: Ticket, token: str, now: datetime) -> bool:
    """Owe the customer the link; return False for an address that nothing can be sent to."""
    try:
        with transaction.atomic():
            _send(survey, ticket, token, now)
    except SunlineError:
        return False
    return True


def _send(survey: Survey, ticket: Ticket, token: str, now: datetime) -> None:
    interaction_id = ticket.interaction_id
    if interaction_id is None:
        interaction_id = sending.open_contact(
            channel=survey.channel,
            viewer=system_viewer(),
            now=now,
            address=ticket.contact,
            customer_id=ticket.customer_id,
            home_unit_id=ticket.home_unit_id,
            direction="outbound",
            subject=ticket.number,
            external_id=f"survey-{survey.id}",
        ).interaction_id
    with override(settings.LANGUAGE_CODE):
        subject, body = invitation(ticket.number, ticket.title, token, survey.expires_at)
    sending.send(
        interaction_id,
        body=body,
        subject=subject,
        to=ticket.contact,
        viewer=system_viewer(),
        now=now,
        key=f"survey-{survey.id}",
        channel=survey.channel,
    )


def invitation(number: str, title: str, token: str, expires_at: datetime) -> tuple[str, str]:
    """Return subject and body of the request in the active language, in neutral words."""
    params = {
        "number": number,
        "title": title,
        "link": f"{settings.PUBLIC_URL}/r/{token}",
        "day": f"{local_day(expires_at):%Y-%m-%d}",
    }
    subject = gettext("[%(number)s] How was our answer?") % params
    body = gettext(
        "Hello,\n\n"
        "we have answered your request %(number)s (%(title)s). Is the matter solved? Please tell "
        "us here, whatever your opinion is:\n\n"
        "%(link)s\n\n"
        "The link is for you alone and works until %(day)s. If the matter is not solved, somebody "
        "else will look at it again.\n\n"
        "Sunline Telecom Hotline"
    )
    return subject, body % params
