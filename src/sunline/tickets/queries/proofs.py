"""What a customer has shown of who they are, and what is enough for which acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet

from .. import redress_policies
from ..models import IdentityCheck, ProofWay, Ticket
from ..rules import proofs as rules
from ..types import ProofClass

if TYPE_CHECKING:
    from .reading import TicketView


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a customer is verified for one class of acts, and what would be enough."""

    klass: str
    until: datetime | None
    by_label: str
    ways: tuple[tuple[str, ...], ...]


def verified(ticket_id: UUID, klass: str, now: datetime) -> bool:
    """Return whether the ticket's customer has shown enough for a class of acts.

    It counts for the ticket, and for other tickets of the customer from the same contact.
    """
    ticket = Ticket.objects.only("id", "customer_id", "interaction_id").filter(id=ticket_id).first()
    if ticket is None:
        return False
    return _of_contact(ticket).filter(klass=klass, until__gt=now).exists()


def money_needs_proof(now: datetime) -> bool:
    """Return whether refunds and waivers are only for customers verified for transactions."""
    return redress_policies.PROOF_FOR_MONEY.at(now)


def standings(ticket: Ticket | TicketView, now: datetime) -> list[Standing]:
    """Return how far the customer of a ticket the caller may see is verified, class by class."""
    held: dict[str, IdentityCheck] = {}
    for row in _of_contact(ticket).filter(until__gt=now).order_by("until"):
        held[row.klass] = row
    sets: dict[str, list[tuple[str, ...]]] = {}
    for way in _in_force(now):
        sets.setdefault(way.klass, []).append(tuple(way.codes))
    return [
        Standing(
            str(klass),
            held[klass].until if klass in held else None,
            held[klass].by_label if klass in held else "",
            tuple(sets.get(klass, ())),
        )
        for klass in ProofClass
    ]


def tries(ticket_id: UUID) -> list[IdentityCheck]:
    """Return the last tries on a ticket that the caller may see, newest first."""
    return list(IdentityCheck.objects.filter(ticket_id=ticket_id).order_by("-at", "-id")[:20])


def lock_of(ticket_id: UUID, now: datetime) -> datetime | None:
    """Return until when no more proofs are taken on a ticket, None when they are."""
    return locked_until(Ticket.objects.only("id", "customer_id").get(id=ticket_id), now)


def locked_until(ticket: Ticket | TicketView, now: datetime) -> datetime | None:
    """Return until when no more proofs are taken from the ticket's customer, None when they are.

    Failures on all tickets of the customer count: a new ticket gives no new tries.
    """
    lock = timedelta(minutes=redress_policies.PROOF_LOCK.at(now))
    whose = Q(ticket_id=ticket.id)
    if ticket.customer_id is not None:
        whose |= Q(ticket__customer_id=ticket.customer_id)
    rows = IdentityCheck.objects.filter(whose, at__gt=now - lock).exclude(failed=[])
    failures = list(rows.values_list("at", flat=True))
    return rules.locked_until(failures, redress_policies.PROOF_TRIES.at(now), lock, now)


def shown(ticket: Ticket, since: datetime) -> dict[str, datetime]:
    """Return the proofs passed in the ticket's contact since a moment, with their last moment.

    A proof that failed later counts no more.
    """
    found: dict[str, datetime] = {}
    for row in _of_contact(ticket).filter(at__gt=since).order_by("at", "id"):
        found |= dict.fromkeys(row.passed, row.at)
        for code in row.failed:
            found.pop(code, None)
    return found


def ways(klass: str, now: datetime) -> list[list[str]]:
    """Return the sets of proofs that are enough for a class of acts."""
    return [row.codes for row in _in_force(now) if row.klass == klass]


def proof_ways() -> list[ProofWay]:
    """Return every set of proofs with its dates, those in force first."""
    places = {str(klass): place for place, klass in enumerate(ProofClass)}
    rows = list(ProofWay.objects.order_by("since", "id")[:500])
    return sorted(rows, key=lambda row: (row.until is not None, places.get(row.klass, 9)))


def _in_force(now: datetime) -> QuerySet[ProofWay]:
    return ProofWay.objects.filter(Q(until=None) | Q(until__gt=now), since__lte=now).order_by("id")


def _of_contact(ticket: Ticket | TicketView) -> QuerySet[IdentityCheck]:
    whose = Q(ticket_id=ticket.id)
    if ticket.interaction_id is not None:
        same = Q(ticket__interaction_id=ticket.interaction_id)
        whose |= same & Q(ticket__customer_id=ticket.customer_id)
    return IdentityCheck.objects.filter(whose)
