"""The questions of the check, and what was found on them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sunline.knowledge import queries as knowledge

from ..models import CheckItem, CheckResult, Ticket
from ..rules import checking as rules


def asked_of(ticket: Ticket, now: datetime) -> list[CheckItem]:
    """Return the questions that a reply to the ticket must pass."""
    return questions(ticket.kind, ticket.topic_id, now)


def questions(kind: str, topic_id: UUID | None, now: datetime) -> list[CheckItem]:
    """Return the questions in force for a kind and a topic."""
    topics = {row.id for row in knowledge.topics().chain(topic_id)} if topic_id else set()
    rows = CheckItem.objects.filter(until=None) | CheckItem.objects.filter(until__gt=now)
    return rules.asked(rows, kind=kind, topics=topics, now=now)


def found_on(ticket_id: UUID) -> list[CheckResult]:
    """Return what checkers found on a ticket that the caller may see, oldest first."""
    rows = CheckResult.objects.filter(ticket_id=ticket_id).select_related("item")
    return list(rows.order_by("sequence", "item__place"))


def check_items() -> list[CheckItem]:
    """Return every question with its dates, those in force first."""
    rows = CheckItem.objects.select_related("topic").order_by("place", "code", "-since")
    return sorted(rows, key=lambda row: row.until is not None)[:500]
