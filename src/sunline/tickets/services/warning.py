"""Telling the right people of a ticket's limits, and supervising what is far beyond them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sunline.kernel.errors import Conflict
from sunline.kernel.types import Subject
from sunline.sla import services as sla
from sunline.staff.types import system_viewer

from ..models import Appeal, JointWork, Ticket
from ..rules.lifecycle import Verb
from ..types import FINAL, SuperviseCause
from .changing import SUBJECT, changing
from .joint import JOINT
from .pressing import supervise_by_rule

# The rung of a clock from which a ticket comes under supervision by itself.
SUPERVISED = 200


def warn(subject: Subject, *, clock_id: UUID, rung: int, tell_at: datetime, now: datetime) -> None:
    """Put a rung of a clock on the lists of those who are to know; raise nothing for what ended.

    The subject is a ticket or another unit's part in one. A ticket on the last rung comes under
    supervision (督办), once.
    """
    found = _place(subject)
    if found is None:
        return
    ticket, unit_id, handler_id = found
    sla.notify(
        clock_id,
        rung,
        handler_id=handler_id,
        unit_id=unit_id,
        home_unit_id=ticket.home_unit_id,
        label=ticket.number,
        tell_at=tell_at,
        now=now,
    )
    if rung >= SUPERVISED and subject.kind == SUBJECT:
        _supervise(ticket.id, now)


def _place(subject: Subject) -> tuple[Ticket, UUID | None, UUID | None] | None:
    """Return the open ticket with the unit and the person who have the work, or None."""
    if subject.kind == JOINT:
        work = JointWork.objects.filter(id=subject.id).select_related("ticket").first()
        if work is None or work.ticket.state in FINAL:
            return None
        return work.ticket, work.unit_id, work.accepted_by
    ticket = Ticket.objects.filter(id=subject.id).first() if subject.kind == SUBJECT else None
    if ticket is None or (ticket.state in FINAL and not _has_appeal(ticket.id)):
        return None
    return ticket, ticket.unit_id, ticket.handler_id


def _has_appeal(ticket_id: UUID) -> bool:
    """Return whether a door still waits, as it may when the ticket has long ended."""
    return Appeal.objects.filter(ticket_id=ticket_id, ended_at=None).exists()


def _supervise(ticket_id: UUID, now: datetime) -> None:
    try:
        with changing(system_viewer(), ticket_id, Verb.SUPERVISE, now=now) as change:
            supervise_by_rule(change, SuperviseCause.OVERDUE)
    except Conflict:
        return  # it was answered meanwhile, or is supervised already
