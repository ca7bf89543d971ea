"""What the law and the operator's promise owe for late work: computed, proposed, accepted."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from sunline.kernel.errors import Conflict, Invalid, NotFound, required, unknown_choice
from sunline.knowledge import queries as knowledge
from sunline.staff.types import Viewer, system_viewer

from .. import events, redress_policies
from ..errors import LawFirst, NothingOpen, NothingOwed
from ..models import CompensationProposal, Ticket
from ..queries import owed as facts
from ..rules import owed as rules
from ..rules.compensation import Owed
from ..rules.lifecycle import Verb
from ..types import DeclineReason, GrantAction, Kind, ProposalState, State, TicketRef
from .changing import Change, changing
from .granting import grant
from .handling import text_of
from .settling import check_money

COMPUTED = (GrantAction.RENT_WAIVER, GrantAction.LATE_WORK, GrantAction.SLOW_PAY)
LAW = (GrantAction.RENT_WAIVER, GrantAction.LATE_WORK)
MOST_AT_ONCE = 200
HOURS_48, HOURS_72 = timedelta(hours=48), timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Found:
    """What is owed on a ticket now, and the work it was computed from."""

    work: rules.Work
    owed: dict[str, Owed]


def reckon(ticket_id: UUID, *, now: datetime) -> None:
    """Bring the proposals of a ticket in line with its facts; others than late work stay.

    A proposal is made when a limit was missed, grows while the work goes on, and lapses when
    nothing is owed any more. What was declined is not proposed again.
    """
    ticket = Ticket.objects.select_related("customer").filter(id=ticket_id).first()
    if ticket is None:
        return
    rows = CompensationProposal.objects.filter(ticket_id=ticket_id, action__in=COMPUTED)
    found = compute(ticket, now)
    if not rows.exists() and (found is None or not found.owed):
        return
    with (
        contextlib.suppress(Conflict, NotFound),
        changing(system_viewer(), ticket_id, Verb.RECKON, now=now) as change,
    ):
        again = compute(change.ticket, now)
        for action in COMPUTED:
            _bring_up(change, action, again, list(rows.filter(action=action)))


def compute(ticket: Ticket, now: datetime) -> Found | None:
    """Return what is owed for a ticket's work now; None where nothing can be."""
    work = facts.work_of(ticket, now)
    if work is None:
        return None
    a_day = Decimal(redress_policies.SLOW_PAY_DAY.at(now))
    most = Decimal(redress_policies.SLOW_PAY_MOST.at(now))
    return Found(work, {one.action: one for one in rules.owed(work, now, a_day, most)})


def _bring_up(
    change: Change, action: str, found: Found | None, rows: list[CompensationProposal]
) -> None:
    """Make, change or let lapse the proposal of one action."""
    open_row = next((row for row in rows if row.state == ProposalState.PROPOSED), None)
    want = found.owed.get(action) if found is not None else None
    if found is None or want is None:
        if open_row is not None:
            _settle(change, open_row, ProposalState.LAPSED)
        return
    states = {row.state for row in rows}
    if ProposalState.ASKED in states or (open_row is None and ProposalState.DECLINED in states):
        return
    unknown = action in LAW and found.work.base is None
    given = sum((row.amount or Decimal(0) for row in rows if row.state == "granted"), Decimal(0))
    rest = None if unknown else want.amount - given
    if given and (rest is None or rest <= 0):
        if open_row is not None:
            _settle(change, open_row, ProposalState.LAPSED)
        return
    row = open_row or CompensationProposal(ticket=change.ticket, action=action, basis=want.basis)
    before = (row.done_at, row.rural, row.amount is None)
    row.amount, row.days, row.computed_at = rest, want.days, change.now
    row.base = found.work.base if action in LAW else None
    row.rural, row.limit_at = found.work.rural, found.work.limit_at
    row.done_at = found.work.done_at
    row.next_at = rules.next_at(found.work, change.now)
    row.save()
    # That an open amount grew by a day is no fact; that it began, ended or was based anew is.
    if open_row is None or before != (row.done_at, row.rural, row.amount is None):
        change.record(
            events.CompensationProposed,
            proposal=row.id,
            action=action,
            basis=row.basis,
            amount=shown(row.amount),
            days=row.days,
            final=row.done_at is not None,
        )


def shown(amount: Decimal | None) -> str:
    """Return an amount as facts write it, blank while it is unknown."""
    return "" if amount is None else f"{amount:.2f}"


def _settle(change: Change, row: CompensationProposal, state: ProposalState) -> None:
    row.state, row.settled_at, row.next_at = state, change.now, None
    row.settled_by = change.viewer.actor.label[:64]
    row.save()
    change.record(
        events.CompensationSettled,
        proposal=row.id,
        action=row.action,
        how=str(state),
        amount=shown(row.amount),
        reason=row.reason,
    )


def accept_proposal(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    action: str,
    base: Decimal | None = None,
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Grant what is proposed, or ask for its approval where the own authority does not reach.

    `base` is the monthly rent or the fee in yuan, needed where it is unknown and else left aside.
    The law's amount comes first: the operator's promise stands beside it, never in its place.
    Raises NothingOpen, NothingOwed for an amount of nothing, LawFirst, and what a grant raises.
    """
    problems = check_money("base", base)
    if action not in GrantAction.values:
        problems.append(unknown_choice("action"))
    if problems:
        raise Invalid(problems)
    with transaction.atomic():
        with changing(viewer, ticket_id, Verb.ACCEPT_PROPOSAL, now=now, version=version) as change:
            row = _open(change, action)
            if action == GrantAction.SLOW_PAY and _law_open(ticket_id):
                raise LawFirst(number=change.ticket.number)
            if row.amount is None:
                if base is None:
                    raise Invalid([required("base")])
                _with_base(change, row, base)
        return hand_on(viewer, row, note=note, now=now)


def hand_on(
    viewer: Viewer, row: CompensationProposal, *, note: str = "", now: datetime
) -> TicketRef:
    """Grant what a proposal says, or ask for its approval, within the caller's transaction."""
    if not row.amount:
        raise NothingOwed(number=row.ticket.number)
    ref = grant(
        viewer,
        row.ticket_id,
        action=row.action,
        amount=row.amount,
        note=note,
        basis=row.basis,
        proposal_id=row.id,
        now=now,
    )
    _follow(row)
    return ref


def decline_proposal(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    action: str,
    reason: str,
    note: str,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Decline what is proposed, with a reason; it is not proposed again."""
    note = text_of(note, "note")
    problems = [] if action in GrantAction.values else [unknown_choice("action")]
    if reason not in DeclineReason.values:
        problems.append(unknown_choice("reason"))
    if problems:
        raise Invalid(problems)
    with changing(viewer, ticket_id, Verb.DECLINE_PROPOSAL, now=now, version=version) as change:
        row = _open(change, action)
        row.reason = reason
        _settle(change, row, ProposalState.DECLINED)
        change.note(note, "redress")
    return change.ref()


def _open(change: Change, action: str) -> CompensationProposal:
    rows = CompensationProposal.objects.filter(ticket_id=change.ticket.id, action=action)
    row = rows.filter(state=ProposalState.PROPOSED).order_by("id").first()
    if row is None:
        raise NothingOpen(number=change.ticket.number)
    return row


def _law_open(ticket_id: UUID) -> bool:
    waiting = CompensationProposal.objects.filter(
        ticket_id=ticket_id, action__in=LAW, state=ProposalState.PROPOSED
    )
    return waiting.exclude(amount=0).exists()


def _with_base(change: Change, row: CompensationProposal, base: Decimal) -> None:
    """Compute a proposal with the rent or fee that a person told."""
    row.base, row.typed = base, True
    row.save(update_fields=["base", "typed"])
    found = compute(change.ticket, change.now)
    want = found.owed.get(row.action) if found else None
    if want is None:
        raise NothingOwed(number=change.ticket.number)
    row.amount, row.days, row.computed_at = want.amount, want.days, change.now
    row.save()


def follow_grant(grant_id: UUID, *, now: datetime) -> None:
    """Bring a proposal in line with what was decided on the grant that carries it out.

    An approval that was declined or taken back leaves it open, and one for less leaves the rest:
    the law owes it all the same.
    """
    row = facts.proposal_of(grant_id)
    if row is None:
        return
    with (
        contextlib.suppress(Conflict, NotFound),
        changing(system_viewer(), row.ticket_id, Verb.RECKON, now=now),
    ):
        row.refresh_from_db()
        _follow(row)
    reckon(row.ticket_id, now=now)


def _follow(row: CompensationProposal) -> None:
    """Write how a proposal stands by the grant that carries it out."""
    found = facts.grant_of(row.id)
    if found is None:
        row.state, row.settled_at, row.settled_by = ProposalState.PROPOSED, None, ""
    elif found.granted_at is None:
        row.state, row.next_at = ProposalState.ASKED, None
    else:
        row.state, row.next_at = ProposalState.GRANTED, None
        row.amount = found.amount
        row.settled_at, row.settled_by = found.granted_at, found.by_label[:64]
    row.save()


def sweep(now: datetime) -> int:
    """Compute the proposals that grow now, and make those that are missing; return how many."""
    due = CompensationProposal.objects.filter(state=ProposalState.PROPOSED, next_at__lte=now)
    ids = list(due.order_by("next_at").values_list("ticket_id", flat=True)[:MOST_AT_ONCE])
    ids += list(_unseen(now).order_by("id").values_list("id", flat=True)[:MOST_AT_ONCE])
    for ticket_id in dict.fromkeys(ids):
        reckon(ticket_id, now=now)
    return len(set(ids))


def _unseen(now: datetime) -> QuerySet[Ticket]:
    """Return open tickets whose work is late and for which nothing was proposed."""
    rural = Q(customer__rural=True)
    late = Q(kind=Kind.FAULT) & (
        (~rural & Q(registered_at__lt=now - HOURS_48))
        | (rural & Q(registered_at__lt=now - HOURS_72))
    )
    late &= ~Q(topic_id__in=_topics((*rules.OTHER_TOPICS, *rules.TERMINAL_TOPICS)))
    for branch in rules.ORDER_TOPICS:
        kind = Q(kind=Kind.TRANSACTION, topic_id__in=_topics((branch,)))
        for country, where in ((False, ~rural), (True, rural)):
            limit = redress_policies.published_limit(branch, rural=country, now=now)
            late |= kind & where & Q(registered_at__lt=now - limit)
    open_ones = Ticket.objects.filter(closed_at=None, proposals=None, outage=None).exclude(
        state__in=[State.AWAITING_REVISIT]
    )
    return open_ones.filter(late)


def _topics(branches: tuple[str, ...]) -> list[UUID]:
    tree = knowledge.topics()
    return [row.id for branch in branches for row in tree.below(branch)]
