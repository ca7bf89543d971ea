"""Measures that follow from a review: set while it is written, carried out by their owner."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from sunline.kernel.errors import Invalid, NotFound, Problem, Refused, required, too_long
from sunline.kernel.errors import unknown_choice as unknown
from sunline.kernel.facts import Fact
from sunline.kernel.ids import local_day
from sunline.kernel.types import SYSTEM
from sunline.staff.types import Viewer

from .. import events, permissions
from ..errors import PAST_DAY, MeasureOver
from ..models import Measure, Review
from ..queries.reviews import path_for, reviews_seen
from ..types import MeasureKind, ReviewStep
from .reviews import MOST_PER_RUN, about, changing, keep, person_by_number

MOST = 1000


def set_measure(
    viewer: Viewer,
    number: str,
    *,
    kind: str,
    text: str,
    owner: str,
    due_on: date | None,
    version: int | None = None,
    now: datetime,
) -> UUID:
    """Set a measure with its owner, by staff number, and its day; returns its id."""
    text = text.replace("\0", "").strip()
    problems = [] if kind in MeasureKind.values else [unknown("kind")]
    problems += [] if text else [required("text")]
    problems += [too_long("text", MOST)] if len(text) > MOST else []
    if due_on is None:
        problems.append(required("due_on"))
    elif due_on < local_day(now):
        problems.append(Problem("due_on", "past_day", PAST_DAY))
    if problems or due_on is None:
        raise Invalid(problems)
    person, fact = person_by_number(owner, "owner"), list[Fact]()
    step = ReviewStep.SET_MEASURE
    with changing(viewer, number, step, version=version, now=now, fact=fact) as row:
        measure = Measure.objects.create(
            review=row,
            kind=kind,
            text=text,
            owner_id=person.id,
            owner_label=person.staff_no,
            due_on=due_on,
            set_at=now,
            set_label=viewer.actor.label[:64],
        )
        fact.append(
            events.ReviewMeasureSet(
                **about(row), measure=measure.id, kind=kind, owner=person.id, due_on=due_on
            )
        )
    return measure.id


def drop_measure(
    viewer: Viewer, number: str, measure_id: UUID, *, version: int | None = None, now: datetime
) -> None:
    """Take a measure back that was not carried out, while the review is being written."""
    fact: list[Fact] = []
    step = ReviewStep.SET_MEASURE
    with changing(viewer, number, step, version=version, now=now, fact=fact) as row:
        measure = row.measures.filter(id=measure_id).first()
        if measure is None:
            raise NotFound
        if measure.done_at is not None:
            raise MeasureOver
        measure.delete()
        fact.append(events.ReviewMeasureDropped(**about(row), measure=measure_id))


def do_measure(viewer: Viewer, measure_id: UUID, *, note: str, now: datetime) -> str:
    """Report a measure as carried out; return the ticket's number.

    Its owner may, and whoever writes reviews there.
    """
    note = note.replace("\0", "").strip()
    if not note:
        raise Invalid([required("note")])
    if len(note) > MOST:
        raise Invalid([too_long("note", MOST)])
    viewer.require(permissions.DO_MEASURES.code)
    with transaction.atomic():
        seen = Review.objects.filter(reviews_seen(viewer), measures__id=measure_id)
        found = seen.values_list("id", flat=True).first()
        if found is None:
            raise NotFound
        row = Review.objects.select_for_update().select_related("ticket").get(id=found)
        measure = row.measures.get(id=measure_id)
        writes = permissions.WRITE_REVIEWS.code
        if measure.owner_id != viewer.account_id and not viewer.may(
            writes, path_for(viewer, writes, row)
        ):
            raise Refused(permission=writes)
        if measure.done_at is not None:
            raise MeasureOver
        measure.done_at, measure.done_label, measure.done_note = now, viewer.actor.label, note
        measure.save(update_fields=["done_at", "done_label", "done_note"])
        late = measure.due_on < local_day(now)
        fact = events.ReviewMeasureDone(
            **about(row), measure=measure.id, kind=measure.kind, late=late
        )
        keep(row, fact, viewer.actor, now)
    return row.ticket.number


def warn_overdue(now: datetime) -> int:
    """Say of each measure that became overdue that it is, once; return how many."""
    rows = Measure.objects.filter(due_on__lt=local_day(now), told_at=None, done_at=None)
    found = list(rows.order_by("due_on", "id").values_list("id", "review_id")[:MOST_PER_RUN])
    return sum(_warn(measure_id, review_id, now) for measure_id, review_id in found)


@transaction.atomic
def _warn(measure_id: UUID, review_id: UUID, now: datetime) -> int:
    row = Review.objects.select_for_update().get(id=review_id)
    measure = row.measures.filter(id=measure_id, told_at=None, done_at=None).first()
    if measure is None:
        return 0
    measure.told_at = now
    measure.save(update_fields=["told_at"])
    fact = events.ReviewMeasureOverdue(**about(row), measure=measure.id, owner=measure.owner_id)
    keep(row, fact, SYSTEM, now)
    return 1
