"""What is added to a ticket without moving it: notes, chases, messages, links."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from sunline.kernel.errors import Conflict, Invalid, Problem, unknown_choice
from sunline.staff.types import Viewer

from .. import events
from ..access import may_see
from ..models import Hold, Relation, Ticket
from ..rules.lifecycle import TABLE, Verb
from ..types import RelationKind, State, TicketRef
from .changing import changing
from .handling import text_of

NO_SUCH_TICKET = _("There is no ticket with this number, or you may not see it.")
ITSELF = _("A ticket cannot be linked to itself.")


def add_note(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    text: str,
    public: bool = False,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Write a note; only a public one may be read by the customer."""
    text = text_of(text)
    with changing(viewer, ticket_id, Verb.NOTE, now=now, version=version) as change:
        change.record(events.Noted, public=public)
        change.note(text, "public" if public else "internal", public=public)
    return change.ref()


def add_message(viewer: Viewer, ticket_id: UUID, *, message_id: UUID, now: datetime) -> TicketRef:
    """Note that the customer wrote again; a ticket that waited for them goes on."""
    with changing(viewer, ticket_id, Verb.ADD_MESSAGE, now=now) as change:
        change.record(events.MessageAdded, message=message_id)
        if change.ticket.state == State.AWAITING_CUSTOMER:
            change.move = TABLE[Verb.RESUME]
            Hold.objects.filter(ticket_id=ticket_id, until=None).update(until=now)
            change.go(State.IN_HANDLING)
            change.record(events.Resumed)
    return change.ref()


def relate(
    viewer: Viewer,
    ticket_id: UUID,
    other_number: str,
    *,
    kind: str,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Link another ticket that the viewer may see.

    Raises Invalid for a number that leads to no such ticket or to the ticket itself, and Conflict
    when the two are linked already.
    """
    if kind not in RelationKind.values:
        raise Invalid([unknown_choice("kind")])
    other = Ticket.objects.filter(number=typed_number(other_number)).first()
    if other is None or not may_see(viewer, other):
        raise Invalid([Problem("other_number", "unknown_ticket", NO_SUCH_TICKET)])
    if other.id == ticket_id:
        raise Invalid([Problem("other_number", "itself", ITSELF)])
    with changing(viewer, ticket_id, Verb.RELATE, now=now, version=version) as change:
        try:
            with transaction.atomic():
                Relation.objects.create(
                    ticket=change.ticket, other=other, kind=kind, by=viewer.actor.id, at=now
                )
        except IntegrityError as error:
            raise Conflict() from error
        change.record(events.Related, other=other.id, relation=kind)
    return change.ref()


def typed_number(text: str) -> str:
    """Return a ticket number as it is kept, from one typed in full width or lower case."""
    return unicodedata.normalize("NFKC", text.replace("\0", "")).strip().upper()
