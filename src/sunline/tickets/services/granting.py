"""Granting (减免补偿): at once within the own authority (授权), by approval above it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction

from sunline.kernel.errors import Invalid, Problem, required, unknown_choice
from sunline.staff.queries import unit_tree
from sunline.staff.types import Viewer

from .. import events, grant_policies
from ..errors import BAD_DAYS, BAD_GRANT, NO_AMOUNT, ProposalDone, WrongState
from ..models import Approval, Grant, Ticket
from ..queries import authority as tables
from ..rules import authority as rules
from ..rules.authority import LimitRow
from ..rules.lifecycle import Verb
from ..types import GrantAction, GrantCause, GrantState, State, StepOutcome, TicketRef
from ..types.grants import DAYS, MONEY, NONE, UNITS
from .approvals import ask, end_open, open_one, step
from .changing import Change, changing, tier_of
from .handling import text_of
from .turns import take_turn

MOST_YUAN = Decimal(1_000_000)
MOST_DAYS = 3650
BASIS = re.compile(r"[a-z][a-z0-9_.]{0,47}")
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to grant, as far as it can be judged without the ticket."""

    action: str
    amount: Decimal
    note: str
    basis: str
    proposal_id: UUID | None


def grant(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    action: str,
    amount: Decimal | None = None,
    note: str = "",
    basis: str = "",
    proposal_id: UUID | None = None,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Grant something to the ticket's customer, or ask for approval above the own authority.

    `amount` is in yuan or days as the action counts. `proposal_id` names what it carries out.
    Raises Invalid, ProposalDone for a proposal that was granted or asked for already, WrongState
    on a closed ticket unless the matrix has the action for closed ones.
    """
    problems = wrong_amount(action, amount)
    if basis and not BASIS.fullmatch(basis):
        problems.append(unknown_choice("basis"))
    if problems:
        raise Invalid(problems)
    wish = Wish(action, amount or Decimal(0), text_of(note, "note", needed=False), basis,
                proposal_id)  # fmt: skip
    with changing(viewer, ticket_id, Verb.GRANT, now=now, version=version) as change:
        _give_or_ask(change, wish)
    return change.ref()


def wrong_amount(action: str, amount: Decimal | None, name: str = "amount") -> list[Problem]:
    """Return what is wrong with an action and its amount."""
    if action not in GrantAction.values:
        return [unknown_choice("action")]
    unit = UNITS[action]
    if unit == NONE:
        return [Problem(name, "no_amount", NO_AMOUNT)] if amount else []
    if amount is None:
        return [required(name)]
    if unit == DAYS:
        fits = amount.is_finite() and 0 < amount <= MOST_DAYS and amount == amount.to_integral()
        return [] if fits else [Problem(name, "out_of_range", BAD_DAYS, {"most": MOST_DAYS})]
    fits = amount.is_finite() and 0 < amount <= MOST_YUAN and amount == amount.quantize(CENT)
    return [] if fits else [Problem(name, "out_of_range", BAD_GRANT, {"most": MOST_YUAN})]


def weight(action: str, amount: Decimal) -> Decimal:
    """Return what counts against a limit: the amount, or one where the action has none."""
    return amount if UNITS[action] else rules.ONE


def _give_or_ask(change: Change, wish: Wish) -> None:
    ticket, now = change.ticket, change.now
    tree = unit_tree()
    home = tree.path(ticket.home_unit_id)
    paths = [path for path in (home, tree.path(ticket.unit_id)) if path]
    limits = limits_for(ticket, wish.action, now)
    roles = tables.roles_over(change.viewer.account_id, paths, now)
    own = rules.allowance(limits, roles, wish.action, tier_of(ticket))
    cause = _cause(change, wish, own)
    row = _row(change, wish, own, cause)
    if cause:
        chain = rules.chain_for(tables.chains(now), wish.action, home, wish.amount)
        approval = ask(change, row, chain, rules.first_level(chain, roles))
        change.record(events.GrantAsked, **_facts(row), cause=cause, level=approval.role)
    else:
        change.record(events.Granted, **_facts(row), sampled=row.sampled)
    change.note(wish.note, "grant")


def _row(change: Change, wish: Wish, own: LimitRow | None, cause: str) -> Grant:
    """Write the row of a grant, in effect unless there is a cause to ask."""
    ticket, actor = change.ticket, change.viewer.actor
    row = Grant(
        ticket=ticket,
        customer_id=ticket.customer_id,
        unit_id=ticket.home_unit_id,
        action=wish.action,
        asked=wish.amount,
        tier=tier_of(ticket),
        basis=wish.basis,
        note=wish.note,
        proposal_id=wish.proposal_id,
        state=GrantState.WAITING,
        cause=cause,
        role=own.role if own else "",
        most=own.most if own else None,
        by=actor.id,
        by_label=actor.label[:64],
        at=change.now,
    )
    if not cause:
        put_in_effect(row, wish.amount, change.now)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise ProposalDone(number=ticket.number) from None
    return row


def _facts(row: Grant) -> dict[str, object]:
    return {
        "grant": row.id,
        "action": row.action,
        "amount": shown(row.action, row.asked),
        "basis": row.basis,
        "role": row.role,
        "limit": shown(row.action, row.most),
    }


def limits_for(ticket: Ticket, action: str, now: datetime) -> list[LimitRow]:
    """Return the matrix that holds for the ticket as it stands.

    Raises WrongState on a closed ticket when nobody may grant the action on one.
    """
    closed = ticket.state == State.CLOSED
    found = tables.limits(now, closed=closed)
    if closed and not any(row.action == action for row in found):
        raise WrongState(number=ticket.number, state=State(ticket.state).label)
    return found


def _cause(change: Change, wish: Wish, own: LimitRow | None) -> str:
    """Return why an approval is needed, blank when the own authority is enough."""
    ticket, now = change.ticket, change.now
    if own is None or weight(wish.action, wish.amount) > own.most:
        return GrantCause.LIMIT
    if wish.action not in MONEY:
        return ""
    by = change.viewer.actor.id
    take_turn(f"grant:{by}", f"grant:{ticket.customer_id or ticket.id}")
    if tables.given_today(by, now) + wish.amount > grant_policies.DAY_MOST.at(now):
        return GrantCause.DAY
    if tables.got_lately(ticket.customer_id, now) + wish.amount > (
        grant_policies.CUSTOMER_MOST.at(now)
    ):
        return GrantCause.CUSTOMER
    return ""


def put_in_effect(row: Grant, amount: Decimal, now: datetime) -> None:
    """Let a grant take effect with an amount; whether it is inspected is drawn here."""
    row.state, row.amount, row.granted_at = GrantState.GRANTED, amount, now
    row.sampled = rules.sampled(row.id, grant_policies.SAMPLE.at(now))


def shown(action: str, amount: Decimal | None) -> str:
    """Return an amount as facts and texts write it: yuan to the cent, whole days, else blank."""
    if amount is None or UNITS[action] == NONE:
        return ""
    return f"{amount:.2f}" if action in MONEY else f"{amount:.0f}"


def withdraw_grant(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    grant: UUID | None = None,
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Take the viewer's own request back before it is decided; raises NothingOpen for others'."""
    note = text_of(note, "note", needed=False)
    with changing(viewer, ticket_id, Verb.WITHDRAW_GRANT, now=now, version=version) as change:
        own = Approval.objects.filter(ticket_id=ticket_id, asked_by=viewer.actor.id)
        approval = open_one(change, own, grant)
        row = Grant.objects.get(id=approval.subject_id)
        row.state = GrantState.WITHDRAWN
        row.save(update_fields=["state"])
        end_open(approval, now)
        step(approval, StepOutcome.WITHDRAWN, change, note=note)
        change.record(events.GrantWithdrawn, grant=row.id, action=row.action)
        change.note(note, "grant")
    return change.ref()
