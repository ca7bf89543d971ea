"""Pressing for an answer: chase (催单), urge (催办), supervision (督办) and its report."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from sunline.kernel.errors import Invalid, Problem
from sunline.staff.types import Viewer

from .. import events, policies
from ..errors import NothingOpen, SupervisedAlready
from ..models import Pressure, Ticket
from ..rules.lifecycle import Verb
from ..types import SuperviseCause, TicketRef
from .changing import Change, changing
from .handling import text_of

URGE, SUPERVISE = "urge", "supervise"
PAST = _("This moment has passed.")


def chase(
    viewer: Viewer, ticket_id: UUID, *, text: str = "", now: datetime, version: int | None = None
) -> TicketRef:
    """Note that the customer asked where the answer is (催单); enough of them start supervision."""
    text = text_of(text, needed=False)
    with changing(viewer, ticket_id, Verb.CHASE, now=now, version=version) as change:
        change.ticket.chases += 1
        change.record(events.Chased, times=change.ticket.chases)
        change.note(text, "chase")
        if change.ticket.chases >= policies.URGE_CHASES.at(now):
            supervise_by_rule(change, SuperviseCause.CHASES)
    return change.ref()


def urge(
    viewer: Viewer, ticket_id: UUID, *, text: str = "", now: datetime, version: int | None = None
) -> TicketRef:
    """Urge the unit that has the order (催办)."""
    text = text_of(text, needed=False)
    with changing(viewer, ticket_id, Verb.URGE, now=now, version=version) as change:
        ticket = change.ticket
        Pressure.objects.create(
            ticket=ticket, kind=URGE, unit_id=ticket.unit_id, text=text, by=viewer.actor.id, at=now
        )
        times = Pressure.objects.filter(ticket_id=ticket.id, kind=URGE).count()
        change.record(events.Urged, times=times)
        change.note(text, "urge")
    return change.ref()


def supervise(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    text: str,
    report_due_at: datetime | None = None,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Put a ticket under supervision (督办), with a moment by which the unit reports."""
    text = text_of(text)
    if report_due_at is not None and report_due_at <= now:
        raise Invalid([Problem("report_due_at", "past", PAST)])
    with changing(viewer, ticket_id, Verb.SUPERVISE, now=now, version=version) as change:
        if is_supervised(change.ticket):
            raise SupervisedAlready(number=change.ticket.number)
        _supervise(change, text, report_due_at or _report_due(now), "")
    return change.ref()


def supervise_by_rule(change: Change, cause: SuperviseCause) -> None:
    """Put a ticket under change under supervision because a rule says so, unless it is already."""
    if not is_supervised(change.ticket):
        _supervise(change, "", _report_due(change.now), cause.value)


def is_supervised(ticket: Ticket) -> bool:
    """Return whether a report is still due on the ticket."""
    return Pressure.objects.filter(ticket_id=ticket.id, kind=SUPERVISE, reported_at=None).exists()


def _report_due(now: datetime) -> datetime:
    return now + timedelta(minutes=policies.REPORT_TIME.at(now))


def _supervise(change: Change, text: str, due_at: datetime, cause: str) -> None:
    ticket = change.ticket
    try:
        with transaction.atomic():
            Pressure.objects.create(
                ticket=ticket,
                kind=SUPERVISE,
                unit_id=ticket.unit_id,
                cause=cause,
                text=text,
                by=None if cause else change.viewer.actor.id,
                at=change.now,
                report_due_at=due_at,
            )
    except IntegrityError:
        raise SupervisedAlready(number=ticket.number) from None
    change.record(events.Supervised, cause=cause, report_due_at=due_at)
    change.note(text, "supervise")


def report(
    viewer: Viewer, ticket_id: UUID, *, text: str, now: datetime, version: int | None = None
) -> TicketRef:
    """Report to management on a supervised ticket; raises NothingOpen when none is due."""
    text = text_of(text)
    with changing(viewer, ticket_id, Verb.REPORT, now=now, version=version) as change:
        due = Pressure.objects.filter(ticket_id=ticket_id, kind=SUPERVISE, reported_at=None)
        if not due.update(reported_at=now, reported_by=viewer.actor.id, report=text):
            raise NothingOpen(number=change.ticket.number)
        change.record(events.Reported)
        change.note(text, "report")
    return change.ref()


def supplement(
    viewer: Viewer, ticket_id: UUID, *, text: str, now: datetime, version: int | None = None
) -> TicketRef:
    """Add facts to the request (补充 / 追单); whoever handles it sees them on the timeline."""
    text = text_of(text)
    with changing(viewer, ticket_id, Verb.SUPPLEMENT, now=now, version=version) as change:
        change.record(events.Supplemented)
        change.note(text, "supplement")
    return change.ref()
