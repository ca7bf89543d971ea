"""What callers pass in and get back: registrations, references, lines and entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from .states import Complexity, Scope, Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What is needed to register a ticket; ids are of the rooms below.

    `details` are the topic's fields by their codes; None when nobody could be asked for them.
    """

    kind: str
    title: str
    description: str
    channel: str
    home_unit_id: UUID | None = None
    urgency: str = Urgency.NORMAL
    severity: str = ""
    complexity: str = Complexity.SIMPLE
    topic_id: UUID | None = None
    customer_id: UUID | None = None
    subscriber_id: UUID | None = None
    interaction_id: UUID | None = None
    contact: str = ""
    tier: str = "ordinary"
    rural: bool = False
    fragile: bool = False
    scope: str = Scope.ONE
    details: Mapping[str, Any] | None = None
    external_id: str = ""
    note: str = ""
    area_code: str = ""  # where the trouble is, as far as known: cell, OLT, town
    asked_at: datetime | None = None  # when the customer asked, if it is entered later (补录)


@dataclass(frozen=True, slots=True)
class TicketRef:
    """A ticket as a verb leaves it."""

    id: UUID
    number: str
    state: str
    version: int


@dataclass(frozen=True, slots=True)
class TicketRow:
    """One line of a work list; personal data is masked."""

    id: UUID
    number: str
    version: int
    title: str
    kind: str
    state: str
    urgency: str
    priority: int
    channel: str
    customer: str
    unit: str
    handler: str
    topic: str
    registered_at: datetime
    updated_at: datetime
    next_due_at: datetime | None
    on_hold: bool
    unit_id: UUID | None = None
    topic_id: UUID | None = None
    grade: str = ""  # of a complaint
    reporting_type: str = "basic"
    complexity: str = Complexity.SIMPLE
    scope: str = Scope.ONE
    feedback: str = ""
    truth: str = ""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened, as a person reads it."""

    at: datetime
    kind: str
    actor_kind: str
    actor: str
    sequence: int
    text: str = ""
    public: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """What a work list shows: a view of the viewer's own, narrowed further."""

    view: str = "mine"
    state: str = ""
    kind: str = ""
    urgency: str = ""
    reporting_type: str = ""
    complexity: str = ""
    scope: str = ""
    feedback: str = ""
    truth: str = ""  # "unchecked" for what nobody has marked
    unit_id: UUID | None = None
    customer_id: UUID | None = None
    grade: str = ""  # of complaints
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None
