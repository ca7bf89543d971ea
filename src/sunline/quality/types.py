"""What callers see of ratings and reviews."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class SurveyView:
    """A survey as the customer who holds its link sees it; `open` allows an answer now."""

    id: UUID
    ticket_id: UUID
    number: str
    title: str
    answer: str
    sent_at: datetime
    expires_at: datetime
    answered_at: datetime | None
    score: int | None
    solved: bool | None
    comment: str
    open: bool


@dataclass(frozen=True, slots=True)
class Rating:
    """What a customer said of an answer; the page of the ticket shows it."""

    at: datetime
    score: int | None
    solved: bool | None
    comment: str
    handler_id: UUID | None


@dataclass(frozen=True, slots=True)
class Rated:
    """What became of a rating: the outcome for the ticket, and whether it was carried out.

    `applied` is False when the ticket had moved on, so that a person has to look at it.
    """

    outcome: str
    applied: bool
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """The three rates that are only shown together, as counts.

    推送率 = pushed / answered, 参评率 = rated / pushed, 满意率 = good / rated.
    """

    pushed: int
    rated: int
    good: int


@dataclass(frozen=True, slots=True)
class DayCount:
    """How often something happened on a day among the tickets of a home unit."""

    day: date
    unit_id: UUID
    measure: str
    cut: str
    count: int


class ReviewReason(TextChoices):
    """Why a ticket is reviewed."""

    MAJOR = "major", _("Major complaint")
    REOPENED = "reopened", _("The answer did not hold")
    LATE = "late", _("A limit was missed")
    ESCALATED = "escalated", _("Escalated to the province or higher")


class ReviewState(TextChoices):
    """How far a review has got."""

    OWED = "owed", _("Review owed")
    IN_WORK = "in_work", _("Being written")
    WRITTEN = "written", _("Awaiting its check")
    DONE = "done", _("Checked and done")


class ReviewStep(TextChoices):
    """What may be done with a review."""

    START = "start", _("Begin the review")
    WRITE = "write", _("Save the review")
    HAND_IN = "hand_in", _("Hand in for the check")
    SEND_BACK = "send_back", _("Send back to the writer")
    APPROVE = "approve", _("Approve the review")
    ASSIGN = "assign", _("Give to somebody else")
    SET_MEASURE = "set_measure", _("Set a measure")


class Bone(TextChoices):
    """The heads of the fishbone (人机料法环测)."""

    PEOPLE = "people", _("People")
    SYSTEMS = "systems", _("Systems and tools")
    MATERIAL = "material", _("Information and material")
    METHOD = "method", _("Process and rules")
    SURROUNDINGS = "surroundings", _("Surroundings")
    MEASUREMENT = "measurement", _("Checks and figures")


class MeasureKind(TextChoices):
    """Which part of the operation a measure changes."""

    STANDARD = "standard", _("Standard")
    TRAINING = "training", _("Training")
    STAFFING = "staffing", _("Staffing")
    SELF_SERVICE = "self_service", _("Self-service")
    NETWORK = "network", _("Network")
    BILLING = "billing", _("Billing")


class MeasureState(TextChoices):
    """How a measure stands."""

    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    OVERDUE = "overdue", _("Overdue")


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One line of the list of reviews."""

    id: UUID
    number: str
    title: str
    state: str
    reasons: Sequence[str]
    unit_id: UUID
    home_unit_id: UUID
    owner: str
    owed_at: datetime
    due_at: datetime
    late: bool
    measures: int
    measures_done: int


@dataclass(frozen=True, slots=True)
class MeasureView:
    """A measure as people see it."""

    id: UUID
    kind: str
    text: str
    owner_id: UUID
    owner: str
    due_on: date
    state: str
    set_by: str
    set_at: datetime
    done_at: datetime | None
    done_by: str
    done_note: str
    number: str = ""  # of the ticket


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A review as its page shows it; people by staff number."""

    id: UUID
    ticket_id: UUID
    number: str
    title: str
    version: int
    state: str
    reasons: Sequence[str]
    unit_id: UUID
    home_unit_id: UUID
    owner_id: UUID | None
    owner: str
    owed_at: datetime
    due_at: datetime
    late: bool
    started_at: datetime | None
    whys: Sequence[str]
    bones: Mapping[str, Sequence[str]]
    cause: str
    conclusion: str
    writer_id: UUID | None
    writer: str
    handed_in_at: datetime | None
    checker: str
    checked_at: datetime | None
    check_note: str
    measures: Sequence[MeasureView]

    def plain(self) -> dict[str, Any]:
        """Return the review as values for machines."""
        names = [name for name in self.__dataclass_fields__ if name != "measures"]
        found: dict[str, Any] = {name: getattr(self, name) for name in names}
        found["measures"] = [
            {name: getattr(row, name) for name in row.__dataclass_fields__ if name != "number"}
            for row in self.measures
        ]
        return found


@dataclass(frozen=True, slots=True)
class ReviewFilter:
    """Which reviews are looked at."""

    state: str = ""
    reason: str = ""
    unit_id: UUID | None = None
    late: bool = False
    mine: bool = False
