"""Deciding on what was asked for: approve, approve less, decline; on up when time is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sunline.kernel.errors import Conflict, Invalid, Problem
from sunline.staff.queries import unit_tree
from sunline.staff.types import Viewer, system_viewer

from .. import events
from ..errors import ABOVE_ASKED, NotYourTurn, OwnRequest
from ..models import Approval, Grant
from ..queries import authority as tables
from ..rules import authority as rules
from ..rules.lifecycle import Verb
from ..types import GrantState, StepOutcome, TicketRef
from .approvals import end_open, filled, open_one, put_at, step
from .changing import Change, changing
from .granting import put_in_effect, shown, weight, wrong_amount
from .handling import text_of

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Turn:
    """The place of the chain that a decider speaks for, and whom they stand in for, if anybody."""

    place: int
    for_label: str = ""


def decide_grant(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    approve: bool = False,
    grant: UUID | None = None,
    amount: Decimal | None = None,
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Approve what was asked for, or less, or decline it with a reason.

    Above the decider's own limit an approval goes on to the next level. `grant` names one of
    several. Raises OwnRequest for the asker, NotYourTurn below the level that is asked,
    NothingOpen when it was decided already.
    """
    note = text_of(note, "note", needed=not approve)
    with changing(viewer, ticket_id, Verb.DECIDE_GRANT, now=now, version=version) as change:
        approval = open_one(change, Approval.objects.filter(ticket_id=ticket_id), grant)
        turn = turn_of(viewer, approval, now)
        row = Grant.objects.get(id=approval.subject_id)
        approval.place, approval.role = turn.place, approval.chain[turn.place]
        if not approve:
            _end(change, approval, row, turn, note, approved=False)
            return change.ref()
        _lower(approval, row, amount)
        if _is_enough(row, approval, now):
            _end(change, approval, row, turn, note, approved=True)
        else:
            _pass_up(change, approval, StepOutcome.PASSED_UP, turn, note)
    return change.ref()


def turn_of(viewer: Viewer, approval: Approval, now: datetime) -> Turn:
    """Return for which level the viewer decides; their own word goes before another's seat."""
    if viewer.actor.id == approval.asked_by and viewer.actor.id is not None:
        raise OwnRequest()
    if viewer.all_powerful:
        return Turn(len(approval.chain) - 1)
    # Two levels are two people, even where one of them stands in for the other.
    if approval.steps.filter(by=viewer.actor.id).exists():
        raise NotYourTurn()
    path = unit_tree().path(approval.unit_id)
    for seat in tables.seats(viewer, [path], now):
        places = [place for place, role in enumerate(approval.chain) if role in seat.roles]
        if places and max(places) >= approval.place and seat.account_id != approval.asked_by:
            return Turn(max(places), seat.label)
    raise NotYourTurn()


def _lower(approval: Approval, row: Grant, amount: Decimal | None) -> None:
    """Lower an approval to the amount agreed to; raise Invalid for more than was asked."""
    if amount is None:
        return
    problems = wrong_amount(row.action, amount)
    if not problems and amount > row.asked:
        problems = [
            Problem("amount", "above_asked", ABOVE_ASKED, {"most": shown(row.action, row.asked)})
        ]
    if problems:
        raise Invalid(problems)
    approval.amount = amount


def _is_enough(row: Grant, approval: Approval, now: datetime) -> bool:
    """Return whether the level's own limit reaches."""
    amount = weight(row.action, approval.amount or Decimal(0))
    return rules.decides(
        tables.limits(now), approval.chain, approval.place, row.action, row.tier, amount
    )


def _end(
    change: Change, approval: Approval, row: Grant, turn: Turn, note: str, *, approved: bool
) -> None:
    now = change.now
    limit = rules.allowance(tables.limits(now), {approval.role}, row.action, row.tier)
    row.role, row.most = approval.role, limit.most if limit else None
    if approved:
        put_in_effect(row, approval.amount or Decimal(0), now)
    else:
        row.state = GrantState.DECLINED
    row.save()
    end_open(approval, now)
    outcome = StepOutcome.APPROVED if approved else StepOutcome.DECLINED
    step(approval, outcome, change, for_label=turn.for_label, note=note)
    change.record(
        events.GrantDecided,
        grant=row.id,
        action=row.action,
        approved=approved,
        amount=shown(approval.kind, approval.amount),
        basis=row.basis,
        role=row.role,
        limit=shown(row.action, row.most),
        sampled=row.sampled,
        stood_in_for=turn.for_label,
    )
    change.note(note, "grant")


def _pass_up(
    change: Change, approval: Approval, outcome: StepOutcome, turn: Turn, note: str = ""
) -> None:
    """Bring an approval to the next level that somebody holds."""
    before = approval.role
    step(approval, outcome, change, for_label=turn.for_label, note=note)
    put_at(approval, filled(approval, approval.place + 1, change.now), change.now)
    approval.save()
    change.record(
        events.GrantPassedUp,
        grant=approval.subject_id,
        action=approval.kind,
        level_from=before,
        level=approval.role,
        why=str(outcome),
        amount=shown(approval.kind, approval.amount),
        stood_in_for=turn.for_label,
    )
    change.note(note, "grant")


def pass_up_due(now: datetime) -> int:
    """Bring up what nobody decided in time; at the last level warn once. Return how many."""
    due = Approval.objects.filter(ended_at=None, due_at__lte=now).order_by("due_at", "id")
    found = list(due.values_list("id", "ticket_id")[:MOST_AT_ONCE])
    for approval_id, ticket_id in found:
        try:
            with changing(system_viewer(), ticket_id, Verb.DECIDE_GRANT, now=now) as change:
                _time_out(change, approval_id)
        except Conflict:
            continue  # another worker was there first
    return len(found)


def _time_out(change: Change, approval_id: UUID) -> None:
    approval = Approval.objects.get(id=approval_id)
    if approval.ended_at is not None or approval.due_at is None or approval.due_at > change.now:
        return  # decided, or brought up, between the look and the lock
    if approval.place < len(approval.chain) - 1:
        _pass_up(change, approval, StepOutcome.TIMED_OUT, Turn(approval.place))
        return
    step(approval, StepOutcome.OVERDUE, change)
    approval.warned_at, approval.due_at = change.now, None
    approval.save()
    change.record(
        events.GrantOverdue,
        grant=approval.subject_id,
        action=approval.kind,
        level=approval.role,
    )
