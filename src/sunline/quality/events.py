"""Facts about ratings and reviews; `home` is the ticket's home unit, to count them there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sunline.kernel.facts import Fact


@dataclass(frozen=True, slots=True)
class SurveySent(Fact):
    """A customer was asked to rate an answer."""

    KIND: ClassVar[str] = "survey.sent@1"
    ticket_id: UUID
    home: UUID
    channel: str


@dataclass(frozen=True, slots=True)
class SurveyAnswered(Fact):
    """A customer rated an answer; `applied` tells whether the ticket followed."""

    KIND: ClassVar[str] = "survey.answered@1"
    ticket_id: UUID
    home: UUID
    verdict: str
    outcome: str
    applied: bool
    score: int | None = None
    handler_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class SurveyCorrected(Fact):
    """A customer corrected a rating given at `answered_at`; the verdicts are good or bad."""

    KIND: ClassVar[str] = "survey.corrected@1"
    ticket_id: UUID
    home: UUID
    verdict: str
    was: str
    answered_at: datetime
    score: int | None = None


@dataclass(frozen=True, slots=True)
class SurveyExpired(Fact):
    """Nobody answered in time."""

    KIND: ClassVar[str] = "survey.expired@1"
    ticket_id: UUID
    home: UUID
    applied: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFact(Fact):
    """What every fact about a review tells."""

    ticket_id: UUID
    home: UUID
    unit: UUID
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOwed(ReviewFact):
    """A ticket owes a review, for one reason more."""

    KIND: ClassVar[str] = "review.owed@1"
    reason: str
    due_at: datetime | None = None
    owner: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPutOff(ReviewFact):
    """The ticket was closed, from which moment the time for the review counts."""

    KIND: ClassVar[str] = "review.put_off@1"
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewMoved(ReviewFact):
    """Somebody took a step with a review: began, wrote, handed in, sent back, gave it on."""

    KIND: ClassVar[str] = "review.moved@1"
    step: str
    owner: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDone(ReviewFact):
    """A review was checked by somebody who did not write it; `cause` is what was at the root."""

    KIND: ClassVar[str] = "review.done@1"
    cause: str
    measures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOverdue(ReviewFact):
    """A review is overdue."""

    KIND: ClassVar[str] = "review.overdue@1"
    owner: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewMeasureSet(ReviewFact):
    """A measure was set; the improvements of later rooms begin with it."""

    KIND: ClassVar[str] = "review.measure_set@1"
    measure: UUID
    kind: str
    owner: UUID
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewMeasureDropped(ReviewFact):
    """A measure was taken back while the review was being written."""

    KIND: ClassVar[str] = "review.measure_dropped@1"
    measure: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewMeasureDone(ReviewFact):
    """A measure was carried out."""

    KIND: ClassVar[str] = "review.measure_done@1"
    measure: UUID
    kind: str
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewMeasureOverdue(ReviewFact):
    """A measure is overdue."""

    KIND: ClassVar[str] = "review.measure_overdue@1"
    measure: UUID
    owner: UUID
