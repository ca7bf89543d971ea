"""First-contact ownership (首问负责): the first owner stays until a handover is accepted."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from sunline.kernel.errors import Conflict, Invalid, unknown_choice
from sunline.staff.queries import account_row
from sunline.staff.types import Viewer

from .. import events, permissions
from ..errors import NothingOpen, NotOwner
from ..models import Handling, Handover
from ..rules.lifecycle import Verb
from ..types import TicketRef
from .changing import Change, changing
from .handling import text_of


def offer_handover(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    taker_id: UUID,
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Offer the case to somebody else; its owner stays responsible until they accept.

    Raises NotOwner for anybody but the owner or whoever may assign.
    """
    note = text_of(note, "note", needed=False)
    if account_row(taker_id) is None:
        raise Invalid([unknown_choice("taker_id")])
    with changing(viewer, ticket_id, Verb.OFFER_HANDOVER, now=now, version=version) as change:
        owner = change.ticket.owner_id
        if owner not in (None, viewer.actor.id) and not viewer.may(permissions.ASSIGN.code):
            holder = account_row(owner)
            raise NotOwner(number=change.ticket.number, owner=holder.staff_no if holder else "")
        if taker_id == owner:
            raise Invalid([unknown_choice("taker_id")])
        try:
            with transaction.atomic():
                Handover.objects.create(
                    ticket=change.ticket, giver=owner, taker_id=taker_id, note=note, offered_at=now
                )
        except IntegrityError:
            raise Conflict() from None
        change.record(events.HandoverOffered, taker=taker_id)
        change.note(note, "handover")
    return change.ref()


def take_handover(
    viewer: Viewer, ticket_id: UUID, *, now: datetime, version: int | None = None
) -> TicketRef:
    """Accept the case: from now on the viewer answers for it to the customer."""
    with changing(viewer, ticket_id, Verb.TAKE_HANDOVER, now=now, version=version) as change:
        _settle(change, accepted_at=now)
        change.ticket.owner_id = viewer.actor.id
        change.record(events.HandoverTaken, owner=viewer.actor.id)
    return change.ref()


def decline_handover(
    viewer: Viewer, ticket_id: UUID, *, note: str, now: datetime, version: int | None = None
) -> TicketRef:
    """Decline the case with a reason; its owner stays."""
    note = text_of(note, "note")
    with changing(viewer, ticket_id, Verb.DECLINE_HANDOVER, now=now, version=version) as change:
        _settle(change, declined_at=now)
        change.record(events.HandoverDeclined)
        change.note(note, "handover")
    return change.ref()


def _settle(change: Change, **moment: datetime) -> None:
    offers = Handover.objects.filter(
        ticket_id=change.ticket.id, accepted_at=None, declined_at=None, taker=change.viewer.actor.id
    )
    if not offers.update(**moment):
        raise NothingOpen(number=change.ticket.number)


def note_breach(change: Change) -> None:
    """Record a breach when the case has been moved on twice without anybody accepting it."""
    moved = Handling.objects.filter(
        ticket_id=change.ticket.id, outcome__in=("moved", "returned"), accepted_at=None
    ).count()
    if moved == 2:
        change.record(events.OwnershipBreached, cause="moved_unaccepted")
