"""What is counted, and how callers see the counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Measure(TextChoices):
    """What is counted by day and home unit; the cut is named in brackets."""

    INTERACTIONS = "interactions", _("Contacts")  # (channel)
    REGISTERED = "registered", _("Tickets registered")  # (kind)
    DISPATCHED = "dispatched", _("Tickets dispatched")
    ANSWERED = "answered", _("Answers given")
    CLOSED = "closed", _("Tickets closed")  # (result)
    REDISPATCHED = "redispatched", _("Sent back to work")
    SURVEYED = "surveyed", _("Customers asked")  # (channel)
    RATED = "rated", _("Ratings given")  # (good, bad)
    BREACHED = "breached", _("Limits missed")  # (purpose)


class Verdict(TextChoices):
    """The cut of ratings."""

    GOOD = "good", _("Satisfied")
    BAD = "bad", _("Not satisfied")


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """What one count is about."""

    day: date
    unit_id: UUID
    measure: str
    cut: str


@dataclass(frozen=True, slots=True)
class CountRow:
    """One count as callers see it."""

    day: date
    unit_id: UUID
    measure: str
    cut: str
    count: int


class WeekKind(TextChoices):
    """The four parts of the week's list."""

    COMMON = "common", _("Common matters")
    HOT = "hot", _("Rising matters")
    TYPICAL = "typical", _("Typical cases")
    HARD = "hard", _("Hard cases")


class WeekState(TextChoices):
    """Whether a list may still change."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")


class Why(TextChoices):
    """Why a case stands on the list."""

    PICKED = "picked", _("Picked by a person")
    REVIEWED = "reviewed", _("Its review was done")
    MIDDLE = "middle", _("The middle one of a common matter")


@dataclass(frozen=True, slots=True)
class WeekRow:
    """One week's list of one unit, as the list of lists shows it."""

    id: UUID
    unit_id: UUID
    week: date
    state: str
    made_at: datetime
    published_at: datetime | None
    published_by: str
    entries: int


@dataclass(frozen=True, slots=True)
class EntryView:
    """One line of the week's list: a topic with its counts, or a ticket with what marks it."""

    id: UUID
    kind: str
    topic_id: UUID | None
    ticket_id: UUID | None
    number: str
    title: str
    figures: Mapping[str, Any]
    comment: str
    comment_by: str
    added_by: str
    removed: bool


@dataclass(frozen=True, slots=True)
class WeekView:
    """The week's list as its page shows it; `until` is the first moment after the week."""

    row: WeekRow
    since: datetime
    until: datetime
    version: int
    entries: Sequence[EntryView]

    def of(self, kind: str) -> list[EntryView]:
        """Return the lines of one part."""
        return [one for one in self.entries if one.kind == kind]
