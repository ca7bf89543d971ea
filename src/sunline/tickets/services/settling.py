"""Settling a complaint: offer, the customer's consent, and carrying out what was agreed."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction

from sunline.kernel.errors import Invalid, Problem, unknown_choice
from sunline.staff.types import Viewer

from .. import case_policies, events
from ..errors import BAD_AMOUNT, BeyondAuthority, NothingAgreed, NothingOpen, OfferOpen
from ..models import Complaint, Offer
from ..queries import tables
from ..rules import complaints as rules
from ..rules.lifecycle import Verb
from ..types import ConsentHow, OfferKind, TicketRef
from .answering import give_answer
from .cases import case_of
from .changing import changing, end_handling
from .handling import text_of
from .parts import check_split_off, check_works

MOST_MONEY = Decimal(9_999_999)
BARE = frozenset({OfferKind.APOLOGY})  # kinds that cost nothing


def check_money(name: str, amount: Decimal | None) -> list[Problem]:
    """Return what is wrong with an amount in yuan."""
    if amount is None:
        return []
    fits = amount.is_finite() and 0 <= amount <= MOST_MONEY
    if fits and amount == amount.quantize(Decimal("0.01")):
        return []
    return [Problem(name, "out_of_range", BAD_AMOUNT, {"most": str(MOST_MONEY)})]


def check_authority(viewer: Viewer, case: Complaint, amount: Decimal, now: datetime) -> None:
    """Raise BeyondAuthority for an amount above what may be offered; every amount comes by here.

    The strategy gives the amount and the level of the ladder multiplies it.
    """
    factors = {level: one.at(now) for level, one in case_policies.AUTHORITY.items()}
    strategy = tables.strategy(case.strategy, now)
    base = strategy.amount if strategy else Decimal(0)
    most = min(
        rules.authority(base, case.level, factors), Decimal(case_policies.MOST_OFFER.at(now))
    )
    if amount > most:
        raise BeyondAuthority(amount=f"{most:.2f}")


def make_offer(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    kind: str,
    amount: Decimal | None = None,
    text: str,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Offer something to settle; the next offer waits for the customer's answer to this one."""
    text = text_of(text)
    amount = amount if amount is not None else Decimal(0)
    problems = check_money("amount", amount)
    if kind not in OfferKind.values:
        problems.append(unknown_choice("kind"))
    elif kind in BARE and amount:
        problems.append(Problem("amount", "out_of_range", BAD_AMOUNT, {"most": "0"}))
    if problems:
        raise Invalid(problems)
    with changing(viewer, ticket_id, Verb.MAKE_OFFER, now=now, version=version) as change:
        check_authority(viewer, case_of(change), amount, now)
        try:
            with transaction.atomic():
                row = Offer.objects.create(
                    ticket=change.ticket, kind=kind, amount=amount, text=text,
                    by=viewer.actor.id, at=now,
                )  # fmt: skip
        except IntegrityError:
            raise OfferOpen(number=change.ticket.number) from None
        change.record(events.OfferMade, offer=row.id, what=kind, amount=f"{amount:.2f}")
        change.note(text, "offer")
    return change.ref()


def answer_offer(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    agreed: bool = False,
    how: str,
    note: str,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Record what the customer said to the open offer, how and when; raises NothingOpen."""
    note = text_of(note, "note")
    if how not in ConsentHow.values:
        raise Invalid([unknown_choice("how")])
    with changing(viewer, ticket_id, Verb.ANSWER_OFFER, now=now, version=version) as change:
        row = Offer.objects.filter(ticket_id=ticket_id, agreed=None).first()
        if row is None:
            raise NothingOpen(number=change.ticket.number)
        row.agreed, row.agreed_how, row.agreed_note = agreed, how, note
        row.answered_at, row.answered_by = now, viewer.actor.id
        row.save()
        change.record(events.OfferAnswered, offer=row.id, agreed=agreed, how=how)
        change.note(note, "consent")
    return change.ref()


def settle(
    viewer: Viewer, ticket_id: UUID, *, text: str, now: datetime, version: int | None = None
) -> TicketRef:
    """Carry out what was agreed and answer the customer with it; the revisit closes it as settled.

    Raises NothingAgreed without an offer that the customer agreed to.
    """
    text = text_of(text)
    with changing(viewer, ticket_id, Verb.SETTLE, now=now, version=version) as change:
        ticket = change.ticket
        agreed = Offer.objects.filter(ticket_id=ticket_id, agreed=True, settled_at=None)
        row = agreed.order_by("-id").first()
        if row is None:
            raise NothingAgreed(number=ticket.number)
        check_works(ticket)
        check_split_off(ticket, now)
        row.settled_at, row.settled_by = now, viewer.actor.id
        row.save()
        change.record(events.Settled, offer=row.id, what=row.kind, amount=f"{row.amount:.2f}")
        ticket.replied_at = ticket.replied_at or now
        end_handling(ticket, "replied", now)
        give_answer(change, text)
    return change.ref()
