"""What a ticket's classification makes of it: derived cuts, priority with reasons, details."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sunline.kernel.errors import Problem, unknown_choice
from sunline.kernel.ids import local_day
from sunline.knowledge import queries as knowledge

from ..errors import TOPIC_CLOSED
from ..models import Ticket
from ..rules import classification
from ..rules.classification import Weights


class Classed(Protocol):
    """What a registration and a ticket of the past say alike."""

    @property
    def kind(self) -> str: ...
    @property
    def urgency(self) -> str: ...
    @property
    def scope(self) -> str: ...
    @property
    def tier(self) -> str: ...
    @property
    def fragile(self) -> bool: ...
    @property
    def topic_id(self) -> UUID | None: ...


def classes_of(item: Classed, weights: Weights, redispatches: int = 0) -> dict[str, Any]:
    """Return the columns that follow from what is known of a new ticket; no query when warm."""
    topic = knowledge.topics().get(item.topic_id)
    found = classification.assess(
        kind=item.kind,
        urgency=item.urgency,
        scope=item.scope,
        tier=item.tier,
        fragile=item.fragile,
        redispatches=redispatches,
        weights=weights,
    )
    return {
        "priority": found.points,
        "priority_why": [list(reason) for reason in found.why],
        "topic_version": topic.version if topic else 1,
        "reporting_type": classification.reporting_type(
            item.kind, topic.reporting_type if topic else ""
        ),
        "feedback": classification.feedback(item.kind, topic.code if topic else ""),
    }


def derive(ticket: Ticket, before: tuple[str, UUID | None], weights: Weights) -> None:
    """Set what follows from a ticket's new class; feedback that a person chose stays."""
    tree, customer = knowledge.topics(), ticket.customer
    topic, earlier = tree.get(ticket.topic_id), tree.get(before[1])
    found = classification.assess(
        kind=str(ticket.kind),
        urgency=str(ticket.urgency),
        scope=str(ticket.scope),
        tier=str(customer.tier) if customer else "ordinary",
        fragile=bool(customer and customer.fragile),
        redispatches=ticket.redispatches,
        weights=weights,
    )
    ticket.priority = found.points
    ticket.priority_why = [list(reason) for reason in found.why]
    ticket.reporting_type = classification.reporting_type(
        str(ticket.kind), topic.reporting_type if topic else ""
    )
    if ticket.topic_id != before[1]:
        ticket.topic_version = topic.version if topic else 1
    derived = classification.feedback(before[0], earlier.code if earlier else "")
    if ticket.feedback == derived:
        ticket.feedback = classification.feedback(str(ticket.kind), topic.code if topic else "")


def topic_problem(topic_id: UUID | None, now: datetime) -> list[Problem]:
    """Return what keeps a topic from being chosen now: it is unknown, or it has ended."""
    if topic_id is None:
        return []
    tree, day = knowledge.topics(), local_day(now)
    row = tree.get(topic_id)
    if row is None:
        return [unknown_choice("topic_id")]
    if row.holds(day):
        return []
    after = tree.forward(topic_id, day)
    name = after.name if after is not None and after is not row else "–"
    return [Problem("topic_id", "closed", TOPIC_CLOSED, {"topic": row.name, "after": name})]


def detail_problems(
    topic_id: UUID | None, details: Mapping[str, Any], *, complete: bool = True
) -> list[Problem]:
    """Return what is wrong with what was told of a topic's fields."""
    return knowledge.check_details(topic_id, details, complete=complete)[1]


def kept_details(topic_id: UUID | None, details: Mapping[str, Any] | None) -> dict[str, str]:
    """Return the details of a ticket as they are kept, of those that its topic asks for."""
    if not details:
        return {}
    return knowledge.check_details(topic_id, details, complete=False)[0]
