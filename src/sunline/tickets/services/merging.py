"""Splitting a request into parts (拆单), and merging tickets of one matter (并单), undoably."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from sunline.kernel.errors import Conflict, Invalid, NotFound, Problem
from sunline.sla import services as sla
from sunline.staff.types import Viewer

from .. import events
from ..access import may_see
from ..errors import HasMerged, NothingOpen, OtherCustomer, WrongState
from ..models import Merge, Relation, Ticket
from ..rules.lifecycle import Verb
from ..types import FINAL, Registration, RelationKind, Result, State, TicketRef
from .changing import ATTENTION, LOCKED, Change, changing, tier_of
from .handling import text_of
from .registration import register

UNKNOWN = _("There is no ticket with this number that you may see.")
ITSELF = _("A ticket cannot be merged into itself.")
# What merging changes on the ticket that goes.
KEPT = ("state", "result", "closed_at", "next_due_at")
FIELDS = {field.attname: field for field in Ticket._meta.concrete_fields if field.attname in KEPT}


def split(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    title: str,
    text: str,
    kind: str = "",
    topic_id: UUID | None = None,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Make a part of the request a ticket of its own (拆单); the ticket waits for its parts."""
    text = text_of(text)
    with changing(viewer, ticket_id, Verb.SPLIT, now=now, version=version) as change:
        ticket = change.ticket
        part = register(
            viewer,
            Registration(
                kind=kind or str(ticket.kind),
                title=title[:255],
                description=text,
                channel=ticket.channel,
                home_unit_id=ticket.home_unit_id,
                urgency=str(ticket.urgency),
                topic_id=topic_id or ticket.topic_id,
                customer_id=ticket.customer_id,
                subscriber_id=ticket.subscriber_id,
                contact=ticket.contact,
                tier=tier_of(ticket),
                rural=ticket.customer is not None and ticket.customer.rural,
            ),
            now=now,
        )
        Relation.objects.create(
            ticket_id=part.id, other=ticket, kind=RelationKind.PART_OF, by=viewer.actor.id, at=now
        )
        change.record(events.Split, part=part.id)
    return change.ref()


def merge(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    into_number: str,
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Merge a ticket into another of the same customer (并单); `unmerge` undoes it.

    The merged ticket's clocks run on and count for the other one: a merge gains no time. Raises
    Invalid for an unknown number or itself, OtherCustomer, HasMerged, WrongState.
    """
    note = text_of(note, "note", needed=False)
    target_id = _target(viewer, into_number)
    if target_id == ticket_id:
        raise Invalid([Problem("into_number", "itself", ITSELF)])
    with transaction.atomic():
        _lock_both(ticket_id, target_id)
        with changing(viewer, ticket_id, Verb.MERGE, now=now, version=version) as change:
            ticket = change.ticket
            with changing(viewer, target_id, Verb.SUPPLEMENT, now=now) as other:
                _check_pair(ticket, other.ticket)
                _keep(change, other.ticket, viewer, now)
                other.due_at = _earlier(other.ticket.next_due_at, ticket.next_due_at)
                other.record(events.TookIn, other=ticket.id)
                other.note(ticket.description, "merged")
            ticket.result, ticket.closed_at = Result.MERGED, now
            change.go(State.MERGED)
            change.record(events.MergedInto, into=target_id)
            change.note(note, "merge")
    return change.ref()


def _target(viewer: Viewer, number: str) -> UUID:
    found = Ticket.objects.filter(number=number.strip()[:24]).first()
    if found is None or not may_see(viewer, found):
        raise Invalid([Problem("into_number", "unknown", UNKNOWN)])
    return found.id


def _lock_both(one: UUID, other: UUID) -> None:
    """Lock two tickets in key order, so that two merges never wait for each other."""
    for key in sorted((one, other)):
        if not LOCKED.rows(key):
            raise NotFound()


def _check_pair(ticket: Ticket, target: Ticket) -> None:
    if ticket.merged.filter(undone_at=None).exists():
        raise HasMerged(number=ticket.number)
    same = (
        (ticket.customer_id is not None and ticket.customer_id == target.customer_id)
        or (ticket.subscriber_id is not None and ticket.subscriber_id == target.subscriber_id)
        or (ticket.contact_index != "" and ticket.contact_index == target.contact_index)
    )
    if not same:
        raise OtherCustomer([Problem("into_number", "other_customer", OtherCustomer.text)])


def _keep(change: Change, target: Ticket, viewer: Viewer, now: datetime) -> None:
    ticket = change.ticket
    before: dict[str, Any] = {name: getattr(ticket, name) for name in KEPT}
    try:
        with transaction.atomic():
            Merge.objects.create(
                ticket=ticket,
                into=target,
                by=viewer.actor.id,
                at=now,
                before={
                    name: DjangoJSONEncoder().default(value)
                    if isinstance(value, datetime)
                    else value
                    for name, value in before.items()
                },
            )
    except IntegrityError:
        raise Conflict() from None


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(one, other) if one and other else one or other


def unmerge(
    viewer: Viewer, ticket_id: UUID, *, now: datetime, version: int | None = None
) -> TicketRef:
    """Take a merged ticket out again, just as it was; raises WrongState once the other ended."""
    merged = Merge.objects.filter(ticket_id=ticket_id, undone_at=None).first()
    target_id = merged.into_id if merged is not None else ticket_id
    with transaction.atomic():
        _lock_both(ticket_id, target_id)
        with changing(viewer, ticket_id, Verb.UNMERGE, now=now, version=version) as change:
            ticket = change.ticket
            merged = Merge.objects.filter(ticket_id=ticket_id, undone_at=None).first()
            if merged is None or merged.into_id != target_id:
                raise NothingOpen(number=ticket.number)
            with changing(viewer, target_id, Verb.NOTE, now=now) as other:
                if other.ticket.state in FINAL:
                    label = State(other.ticket.state).label
                    raise WrongState(number=other.ticket.number, state=label)
                other.due_at = sla.next_due(target_id) or now + ATTENTION
                other.record(events.Unmerged, other=ticket_id)
            _restore(ticket, merged.before)
            merged.undone_by, merged.undone_at = viewer.actor.id, now
            merged.save(update_fields=["undone_by", "undone_at"])
            change.record(events.Unmerged, other=target_id)
    return change.ref()


def _restore(ticket: Ticket, before: dict[str, Any]) -> None:
    for name in KEPT:
        setattr(ticket, name, FIELDS[name].to_python(before[name]))
