"""A ticket of the past as it is handed in, and what makes it unusable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sunline.kernel.errors import Problem, required, too_long, unknown_choice
from sunline.kernel.types import SYSTEM, Actor

from .. import events
from ..errors import FUTURE, NO_RESULT, NOT_IN_ORDER
from ..types import FINAL, Complexity, Kind, Result, Scope, State, Urgency

# Asked once for each of a hundred thousand lines, so they are sets and not enumerations.
CODES = (
    ("kind", frozenset(Kind.values)),
    ("state", frozenset(State.values)),
    ("urgency", frozenset(Urgency.values)),
    ("complexity", frozenset(Complexity.values)),
    ("scope", frozenset(Scope.values)),
)
RESULTS = frozenset(Result.values)
MOMENTS = ("dispatched_at", "accepted_at", "replied_at", "answered_at", "closed_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class PastFact:
    """One step of a ticket's past, with the text that somebody wrote at it."""

    at: datetime
    fact: type[events.TicketFact]
    state: str
    actor: Actor = SYSTEM
    unit_id: UUID | None = None
    handler_id: UUID | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    note_kind: str = "internal"
    public: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PastStay:
    """One stay with a unit; the last one may still be open."""

    unit_id: UUID
    dispatched_at: datetime
    handler_id: UUID | None = None
    accepted_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastHold:
    """A stretch in which the ticket rested; the last one may still be open."""

    since: datetime
    reason: str
    until: datetime | None = None
    by: UUID | None = None
    review_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoricalTicket:
    """A ticket as another system, or the demo, tells of it. Without a number it is given one.

    `source_id` names the system it comes from; with `external_id` it keeps a second import from
    making a second ticket.
    """

    kind: str
    description: str
    channel: str
    home_unit_id: UUID
    registered_at: datetime
    state: str = State.CLOSED
    title: str = ""
    id: UUID | None = None
    number: str = ""
    external_id: str = ""
    source_id: UUID | None = None
    urgency: str = Urgency.NORMAL
    severity: str = ""
    complexity: str = Complexity.SIMPLE
    tier: str = "ordinary"
    rural: bool = False
    fragile: bool = False
    scope: str = Scope.ONE
    details: Mapping[str, Any] = field(default_factory=dict)
    topic_id: UUID | None = None
    customer_id: UUID | None = None
    subscriber_id: UUID | None = None
    interaction_id: UUID | None = None
    contact: str = ""
    registered_by: UUID | None = None
    unit_id: UUID | None = None
    handler_id: UUID | None = None
    result: str = ""
    answer: str = ""
    rating: int | None = None
    truth: str = ""
    truth_at: datetime | None = None
    truth_by: str = ""
    returns: int = 0
    redispatches: int = 0
    chases: int = 0
    dispatched_at: datetime | None = None
    accepted_at: datetime | None = None
    replied_at: datetime | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    imported_at: datetime | None = None  # the moment of the import when it is not now
    facts: Sequence[PastFact] = ()
    stays: Sequence[PastStay] = ()
    holds: Sequence[PastHold] = ()


def check_past(item: HistoricalTicket, *, now: datetime) -> list[Problem]:
    """Return what is wrong with a past ticket; an empty list when it can be taken over."""
    problems = []
    if not item.description.strip():
        problems.append(required("description"))
    problems += [
        too_long(name, most)
        for name, most in (("title", 255), ("external_id", 64), ("number", 24), ("channel", 16))
        if len(getattr(item, name)) > most
    ]
    problems += [
        unknown_choice(name) for name, known in CODES if str(getattr(item, name)) not in known
    ]
    if item.result and str(item.result) not in RESULTS:
        problems.append(unknown_choice("result"))
    if item.rating is not None and not 1 <= item.rating <= 10:
        problems.append(unknown_choice("rating"))
    ended = item.state in FINAL
    if ended and item.closed_at is None:
        problems.append(required("closed_at"))
    if item.closed_at is not None and not ended:
        problems.append(Problem("state", "not_final", NO_RESULT))
    moments = [item.registered_at, *(one for name in MOMENTS if (one := getattr(item, name)))]
    if any(moment > now for moment in moments):
        problems.append(Problem("registered_at", "future", FUTURE))
    if any(moment < item.registered_at for moment in moments):
        problems.append(Problem("registered_at", "not_in_order", NOT_IN_ORDER))
    return problems
