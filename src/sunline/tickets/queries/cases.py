"""What the product knows of a complaint and of who complains, for the grade and the score."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from sunline.customers import queries as customers
from sunline.interactions.queries import StoredFile, stored_file
from sunline.kernel.errors import NotFound
from sunline.sla import queries as sla
from sunline.sla.types import BREACHED, CALLBACK, REPLACED, ClockView
from sunline.staff.types import Viewer

from .. import case_policies, policies
from ..models import (
    Appeal,
    Complaint,
    Evidence,
    GroupCase,
    GroupMember,
    Handling,
    Offer,
    Repeat,
    Ticket,
)
from ..rules.complaints import CaseFacts
from ..rules.segmentation import Customer, Matter
from ..types import Flag, Kind, Level, Signal
from .reading import ticket_for

YEAR = timedelta(days=365)
MOST_EARLIER = 200
# Limits that a first contact may never come after.
FIRST = frozenset({"accept", "first_response", "legal_answer"})
FLAG_COLUMNS = {flag: str(flag) for flag in Flag}


def flags_of(case: Complaint) -> frozenset[str]:
    """Return the flags that are set on a case."""
    return frozenset(str(flag) for flag, name in FLAG_COLUMNS.items() if getattr(case, name))


def case_facts(ticket: Ticket, case: Complaint) -> CaseFacts:
    """Return what the grade is derived from."""
    customer = ticket.customer
    return CaseFacts(
        severity=case.severity,
        urgency=case.urgency,
        flags=flags_of(case),
        signals=frozenset(case.signals),
        tier=str(customer.tier) if customer else "ordinary",
        ticket_urgency=str(ticket.urgency),
        key_account=customer is not None and customer.group == "key",
        asked=case.asked,
        promise_broken=case.promise_kept is False,
    )


def customer_facts(ticket: Ticket, now: datetime) -> Customer:
    """Return what is known of who complains, at most a handful of statements."""
    earlier = list(
        _earlier(ticket).values_list(
            "registered_at", "topic_id", "rating", "complaint__level", "id"
        )[:MOST_EARLIER]
    )
    since = ticket.registered_at
    window = since - timedelta(days=policies.REPEAT_WINDOW.at(now))
    customer = ticket.customer
    started = customer.since if customer else None
    return Customer(
        tier=str(customer.tier) if customer else "ordinary",
        group=customer.group if customer else "public",
        tenure=(since.date() - started).days // 30 if started else None,
        monthly=customers.monthly_fee_of(customer.id, since) if customer else None,
        fragile=customer.fragile if customer else "",
        in_30_days=_within(earlier, since, 30),
        in_90_days=_within(earlier, since, 90),
        in_365_days=len(earlier),
        same_topic=_repeats(ticket)
        or len([row for row in earlier if row[0] >= window and _same(row[1], ticket)]),
        escalated=len([row for row in earlier if row[3] not in (None, Level.AGENT)]),
        appeals=_appealed([row[4] for row in earlier]),
        compensated=_compensated([row[4] for row in earlier]),
        last_rating=next((row[2] for row in earlier if row[2] is not None), None),
    )


def _repeats(ticket: Ticket) -> int:
    """Return how many tickets of the same matter the chain of repeats counts before this one."""
    seq = Repeat.objects.filter(ticket_id=ticket.id).values_list("seq", flat=True).first()
    return seq - 1 if seq else 0


def in_group(ticket: Ticket) -> bool:
    """Return whether the ticket belongs to a group complaint, or leads one."""
    member = GroupMember.objects.filter(ticket_id=ticket.id, left_at=None).exists()
    return member or GroupCase.objects.filter(ticket_id=ticket.id).exists()


def _same(topic_id: Any, ticket: Ticket) -> bool:
    return topic_id is not None and topic_id == ticket.topic_id


def _earlier(ticket: Ticket) -> QuerySet[Ticket]:
    """Return the complaints of the same customer, or contact, in the year before, newest first."""
    rows = Ticket.objects.filter(
        kind=Kind.COMPLAINT,
        registered_at__gte=ticket.registered_at - YEAR,
        registered_at__lt=ticket.registered_at,
    ).exclude(id=ticket.id)
    if ticket.customer_id is not None:
        same = Q(customer_id=ticket.customer_id)
    elif ticket.contact_index:
        same = Q(contact_index=ticket.contact_index)
    else:
        return rows.none()
    return rows.filter(same).order_by("-registered_at", "-id")


def _within(earlier: list[tuple[Any, ...]], since: datetime, days: int) -> int:
    first = since - timedelta(days=days)
    return sum(1 for row in earlier if row[0] >= first)


def _appealed(ids: list[Any]) -> int:
    """Return how many of the tickets were appealed; who only came too soon is not counted."""
    if not ids:
        return 0
    rows = Appeal.objects.filter(ticket_id__in=ids, bypassing=False)
    return rows.values("ticket_id").distinct().count()


def _compensated(ids: list[Any]) -> Decimal:
    if not ids:
        return Decimal(0)
    settled = Offer.objects.filter(ticket_id__in=ids).exclude(settled_at=None)
    total: Decimal | None = settled.aggregate(total=Sum("amount"))["total"]
    return total or Decimal(0)


def matter_facts(ticket: Ticket, case: Complaint, clocks: list[ClockView]) -> Matter:
    """Return what is known of the complaint itself."""
    moved = Handling.objects.filter(ticket_id=ticket.id, outcome__in=("moved", "returned"))
    signals = set(case.signals) | ({str(Signal.REGULATOR)} if case.bypassing else set())
    return Matter(
        signals=frozenset(signals),
        mood=case.mood,
        style=case.style,
        demand=case.demand,
        complexity=ticket.complexity,
        asked=case.asked,
        limits_missed=sum(1 for clock in clocks if clock.state == BREACHED),
        transfers=moved.count(),
        promise_kept=case.promise_kept,
    )


def promise_kept(clocks: list[ClockView]) -> bool | None:
    """Return whether the promised call-backs were kept, None while none has come due or ended."""
    promised = [row for row in clocks if row.purpose == CALLBACK and row.state != REPLACED]
    if any(row.state == BREACHED for row in promised):
        return False
    return True if any(row.stopped_at is not None for row in promised) else None


def clocks_for(ticket: Ticket, now: datetime) -> list[ClockView]:
    """Return the ticket's clocks."""
    return sla.clocks_of(ticket.id, now=now)


def contact_limits(clocks: list[ClockView]) -> list[datetime]:
    """Return the limits that a first contact may not come after."""
    return [row.due_at for row in clocks if row.purpose in FIRST and row.state != REPLACED]


def frozen_among(ids: Iterable[UUID], now: datetime) -> set[UUID]:
    """Return those of the tickets of which nothing may be deleted yet (evidence freeze).

    That is every open ticket, every complaint for some time after its end, and any with an appeal
    that is open or has frozen it.
    """
    after = now - timedelta(days=case_policies.EVIDENCE_DAYS.at(now))
    frozen = Q(closed_at=None) | Q(complaint__frozen_until__gt=now)
    frozen |= Q(kind=Kind.COMPLAINT, closed_at__gt=after)
    held = list(ids)
    rows = Ticket.objects.filter(frozen, id__in=held).values_list("id", flat=True)
    waiting = Appeal.objects.filter(ticket_id__in=held, ended_at=None)
    return {*rows, *waiting.values_list("ticket_id", flat=True)}


def evidence_for(viewer: Viewer, number: str, evidence_id: UUID) -> StoredFile:
    """Return a file of evidence on a ticket that the viewer may see; raise NotFound."""
    ticket = ticket_for(viewer, number)
    row = Evidence.objects.filter(ticket_id=ticket.id, id=evidence_id, removed_at=None).first()
    if row is None or not row.sha256:
        raise NotFound
    return stored_file(row.name, row.content_type, row.size, row.sha256)
