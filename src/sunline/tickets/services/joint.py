"""Joint handling (会办) and fact requests (协查): one unit leads, others assist."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from sunline.kernel.errors import Invalid, Problem
from sunline.kernel.types import Subject
from sunline.sla import services as sla
from sunline.staff.queries import unit_tree
from sunline.staff.types import Viewer

from .. import events, policies
from ..errors import JointTwice, NothingOpen
from ..models import JointWork, Ticket
from ..rules.lifecycle import Verb
from ..types import JointKind, TicketRef
from .changing import Change, changing, tier_of, traits_of
from .handling import check_unit, text_of
from .parts import open_works

JOINT = "joint"  # what the unit's own clock hangs on
PAST = _("This moment has passed.")
LEADS = _("This unit leads the ticket already.")


def ask_joint(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    unit_id: UUID,
    text: str,
    due_at: datetime | None = None,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Ask another unit to assist (会办); the lead stays, and the unit's clock runs from now."""
    with changing(viewer, ticket_id, Verb.ASK_JOINT, now=now, version=version) as change:
        _ask(change, JointKind.ASSIST, unit_id, text_of(text), due_at)
    return change.ref()


def ask_fact(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    unit_id: UUID,
    text: str,
    due_at: datetime | None = None,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Ask another unit for a fact (协查) without moving responsibility."""
    with changing(viewer, ticket_id, Verb.ASK_FACT, now=now, version=version) as change:
        _ask(change, JointKind.FACT, unit_id, text_of(text), due_at)
    return change.ref()


def _ask(
    change: Change, kind: JointKind, unit_id: UUID, text: str, due_at: datetime | None
) -> None:
    ticket, now = change.ticket, change.now
    check_unit(unit_id)
    if due_at is not None and due_at <= now:
        raise Invalid([Problem("due_at", "past", PAST)])
    if unit_id == ticket.unit_id:
        raise Invalid([Problem("unit_id", "leads", LEADS)])
    work = JointWork(
        ticket=ticket,
        unit_id=unit_id,
        kind=kind,
        task=text,
        asked_by=change.viewer.actor.id,
        asked_at=now,
        due_at=due_at or now + timedelta(minutes=policies.JOINT_TIME.at(now)),
    )
    try:
        with transaction.atomic():
            work.save(force_insert=True)
    except IntegrityError:
        raise JointTwice(number=ticket.number) from None
    _start_clock(ticket, work, now)
    change.record(
        events.JointAsked, joint=work.id, joint_unit=unit_id, work=kind.value, due_at=work.due_at
    )
    change.note(text, "joint")


def _start_clock(ticket: Ticket, work: JointWork, now: datetime) -> None:
    planned = sla.plan_clocks(
        {**traits_of(ticket), "tier": tier_of(ticket)},
        purposes=("ola",),
        unit_path=unit_tree().path(work.unit_id),
        rural=False,
        now=now,
    )
    sla.start(planned, subject=Subject(JOINT, work.id), unit_id=work.unit_id)


def accept_joint(
    viewer: Viewer, ticket_id: UUID, *, now: datetime, version: int | None = None
) -> TicketRef:
    """Take the unit's part on."""
    with changing(viewer, ticket_id, Verb.ACCEPT_JOINT, now=now, version=version) as change:
        work = _own_work(change)
        if work.accepted_at is not None:
            raise NothingOpen(number=change.ticket.number)
        work.accepted_by, work.accepted_at = viewer.actor.id, now
        work.save(update_fields=["accepted_by", "accepted_at"])
        change.record(events.JointAccepted, joint=work.id, joint_unit=work.unit_id)
    return change.ref()


def reply_joint(
    viewer: Viewer, ticket_id: UUID, *, text: str, now: datetime, version: int | None = None
) -> TicketRef:
    """Hand the unit's part or fact to the unit that leads."""
    text = text_of(text)
    with changing(viewer, ticket_id, Verb.REPLY_JOINT, now=now, version=version) as change:
        work = _own_work(change)
        work.replied_by, work.replied_at, work.reply = viewer.actor.id, now, text
        work.accepted_at = work.accepted_at or now
        work.accepted_by = work.accepted_by or viewer.actor.id
        work.save()
        sla.stop(work.id, now=now)
        change.record(events.JointReplied, joint=work.id, joint_unit=work.unit_id)
        change.note(text, "joint")
    return change.ref()


def cancel_joint(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    unit_id: UUID,
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Take another unit's part back."""
    note = text_of(note, "note", needed=False)
    with changing(viewer, ticket_id, Verb.CANCEL_JOINT, now=now, version=version) as change:
        work = open_works(ticket_id).filter(unit_id=unit_id).first()
        if work is None:
            raise NothingOpen(number=change.ticket.number)
        end_works(change, [work])
        change.note(note, "joint")
    return change.ref()


def end_works(change: Change, works: list[JointWork]) -> None:
    """Cancel parts that are no longer needed, as when their ticket ends."""
    for work in works:
        work.cancelled_at = change.now
        work.save(update_fields=["cancelled_at"])
        sla.stop(work.id, now=change.now)
        change.record(events.JointCancelled, joint=work.id, joint_unit=work.unit_id)


def _own_work(change: Change) -> JointWork:
    """Return the open part of the viewer's unit, the oldest where there are several."""
    tree, move = unit_tree(), change.move
    for work in open_works(change.ticket.id).order_by("id"):
        if change.viewer.may(move.permission, tree.path(work.unit_id)):
            return work
    raise NothingOpen(number=change.ticket.number)
