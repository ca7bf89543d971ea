"""Sending an order elsewhere: inside its unit, to the right unit, or with the final say."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sunline.kernel.errors import Invalid, Problem, unknown_choice
from sunline.staff.queries import unit_tree
from sunline.staff.types import Viewer

from .. import events
from ..errors import OutsideUnit
from ..models import Handling, Hold, Ticket
from ..rules.lifecycle import Verb
from ..types import CorrectionReason, State, TicketRef
from .changing import Change, begin_handling, changing
from .handling import check_reach, check_unit, person_of, text_of
from .owning import note_breach


def transfer(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    unit_id: UUID | None = None,
    handler_id: UUID | None = None,
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Pass an order on inside its unit (转派); the unit's clock runs on.

    Raises OutsideUnit for a team of another department.
    """
    note = text_of(note, "note", needed=False)
    if unit_id is None and handler_id is None:
        raise Invalid([Problem("unit_id", "required", OutsideUnit.text)])
    with changing(viewer, ticket_id, Verb.TRANSFER, now=now, version=version) as change:
        ticket = change.ticket
        target = unit_id or ticket.unit_id
        if target is None or not _inside(ticket.unit_id, target):
            raise OutsideUnit([Problem("unit_id", "outside_unit", OutsideUnit.text)])
        check_unit(target)
        if handler_id is not None:
            check_reach(viewer, handler_id, target)
        _move(change, target, person_of(handler_id))
        change.record(events.Transferred)
        change.note(note, "dispatch")
    return change.ref()


def _inside(unit_id: UUID | None, target: UUID) -> bool:
    """Return whether the target is the unit, below it, or a team of the same department."""
    tree = unit_tree()
    here = tree.get(unit_id)
    if here is None:
        return False
    parent = tree.get(here.parent_id) if here.level == "team" else None
    return tree.path(target).startswith(parent.path if parent else here.path)


def correct(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    unit_id: UUID,
    reason: str,
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Correct a wrong dispatch (改派): the right unit gets the order and a clock of its own."""
    if reason not in CorrectionReason.values:
        raise Invalid([unknown_choice("reason")])
    note = text_of(note, "note", needed=False)
    check_unit(unit_id)
    with changing(viewer, ticket_id, Verb.CORRECT, now=now, version=version) as change:
        change.ticket.dispatched_at = now
        _move(change, unit_id, None)
        change.record(events.Corrected, reason=reason)
        change.note(note, "dispatch")
        note_breach(change)
    return change.ref()


def final_dispatch(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    unit_id: UUID,
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Dispatch with the final say (终审派单): the unit cannot return the order."""
    note = text_of(note, "note", needed=False)
    check_unit(unit_id)
    with changing(viewer, ticket_id, Verb.FINAL_DISPATCH, now=now, version=version) as change:
        change.ticket.dispatched_at = now
        _move(change, unit_id, None, final=True)
        change.record(events.FinallyDispatched)
        change.note(note, "dispatch")
    return change.ref()


def _move(change: Change, unit_id: UUID, handler_id: UUID | None, *, final: bool = False) -> None:
    ticket, now = change.ticket, change.now
    kept_final = _is_final(ticket) and unit_tree().path(unit_id).startswith(
        unit_tree().path(ticket.unit_id)
    )
    Hold.objects.filter(ticket_id=ticket.id, until=None).update(until=now)
    ticket.unit_id, ticket.handler_id = unit_id, handler_id
    begin_handling(ticket, unit_id, now)
    if final or kept_final:
        Handling.objects.filter(ticket_id=ticket.id, ended_at=None).update(final=True)
    change.go(State.AWAITING_ACCEPTANCE)


def _is_final(ticket: Ticket) -> bool:
    return Handling.objects.filter(ticket_id=ticket.id, ended_at=None, final=True).exists()
