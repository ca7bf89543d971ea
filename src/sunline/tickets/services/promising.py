"""Calling the customer back when it was promised (承诺回复): the moment given is a clock."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sunline.kernel.errors import Invalid, required
from sunline.kernel.types import Subject
from sunline.sla import services as sla
from sunline.staff.types import Viewer

from .. import events
from ..errors import NothingOpen
from ..rules.lifecycle import Verb
from ..types import TicketRef
from .changing import ATTENTION, SUBJECT, changing
from .handling import text_of


def promise_callback(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    due_at: datetime | None = None,
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Promise the customer a call by a moment; raises BadPromise for one past or too far away."""
    note = text_of(note, "note", needed=False)
    if due_at is None:
        raise Invalid([required("due_at")])
    with changing(viewer, ticket_id, Verb.PROMISE_CALLBACK, now=now, version=version) as change:
        ticket = change.ticket
        unit_id = viewer.unit_id or ticket.home_unit_id
        sla.promise(Subject(SUBJECT, ticket.id), due_at, unit_id=unit_id, now=now)
        change.due_at = sla.next_due(ticket.id) or now + ATTENTION
        change.record(events.CallbackPromised, due_at=due_at)
        change.note(note, "promise")
    return change.ref()


def keep_callback(
    viewer: Viewer, ticket_id: UUID, *, text: str, now: datetime, version: int | None = None
) -> TicketRef:
    """Note that the customer was called as promised, and what was said.

    Raises NothingOpen when no call was promised.
    """
    text = text_of(text)
    with changing(viewer, ticket_id, Verb.KEEP_CALLBACK, now=now, version=version) as change:
        ticket = change.ticket
        kept = sla.keep(ticket.id, now=now)
        if not kept:
            raise NothingOpen(number=ticket.number)
        change.due_at = sla.next_due(ticket.id) or now + ATTENTION
        late = any(clock.breached_at is not None for clock in kept)
        change.record(events.CallbackMade, late=late)
        change.note(text, "promise")
    return change.ref()
