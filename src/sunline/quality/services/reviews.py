"""Reviews (复盘): owed by what happened to a ticket, written, handed in and checked by another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from sunline.kernel import log
from sunline.kernel.errors import Conflict, Invalid, NotFound, Problem, too_long, unknown_choice
from sunline.kernel.facts import Fact
from sunline.kernel.types import SYSTEM, Actor, Subject
from sunline.staff import queries as staff
from sunline.staff.permissions import Permission
from sunline.staff.types import AccountRow, Viewer
from sunline.tickets import queries as tickets
from sunline.tickets.queries import tables

from .. import events, permissions, policies
from ..errors import MISSING, UNKNOWN_PERSON, ReviewElsewhere, SameChecker
from ..models import Review
from ..queries.reviews import path_for, reviews_seen
from ..rules import reviews as rules
from ..types import ReviewReason, ReviewState, ReviewStep

SUBJECT = "review"
MOST_LINE, MOST_TEXT = 300, 4000
MOST_PER_RUN = 200


@transaction.atomic
def owe(ticket_id: UUID, reason: str, *, now: datetime) -> bool:
    """Let a ticket owe a review for a reason; return False when it did so for the reason before.

    One that was done is taken up anew for another reason.
    """
    whose = tickets.whose(ticket_id)
    if whose is None:
        return False
    start = max(now, whose.closed_at or now)
    fresh = Review(
        ticket_id=ticket_id,
        home_unit_id=whose.home_unit_id,
        unit_id=whose.unit_id,
        cause=whose.cause,
        owed_at=now,
        due_at=rules.due_after(start, policies.REVIEW_DAYS.at(now)),
    )
    # Several listeners may find the ticket at once: the row is made once, and then held.
    Review.objects.bulk_create([fresh], ignore_conflicts=True)
    row = Review.objects.select_for_update().get(ticket_id=ticket_id)
    if reason in row.reasons:
        return False
    row.reasons = [*row.reasons, str(reason)]
    if row.state == ReviewState.DONE:
        row.due_at, row.told_at = fresh.due_at, None
        row.checker_id, row.checker_label, row.checked_at = None, "", None
    row.state = rules.state_with_reason(row.state)
    if row.state == ReviewState.OWED:
        _give(row, staff.holder_near(rules.owner_role(row.reasons), row.unit_id, now=now))
    fact = events.ReviewOwed(
        **about(row), reason=str(reason), due_at=row.due_at, owner=row.owner_id
    )
    keep(row, fact, SYSTEM, now)
    return True


def _give(row: Review, person: AccountRow | None) -> None:
    row.owner_id = person.id if person else None
    row.owner_label = person.staff_no if person else ""


@transaction.atomic
def ticket_closed(ticket_id: UUID, *, now: datetime) -> bool:
    """Count the time for a review from its ticket's closing; return whether that changed it."""
    row = Review.objects.select_for_update().filter(ticket_id=ticket_id).first()
    if row is None or row.state not in {ReviewState.OWED, ReviewState.IN_WORK}:
        return False
    due = rules.due_after(now, policies.REVIEW_DAYS.at(now))
    if due <= row.due_at:
        return False
    row.due_at, row.told_at = due, None
    keep(row, events.ReviewPutOff(**about(row), due_at=due), SYSTEM, now)
    return True


def start(viewer: Viewer, number: str, *, version: int | None = None, now: datetime) -> None:
    """Begin a review; who begins it owns it."""
    with changing(viewer, number, ReviewStep.START, version=version, now=now) as row:
        row.started_at = now
        _own(row, viewer)


def write(
    viewer: Viewer,
    number: str,
    *,
    whys: Sequence[str],
    bones: Mapping[str, str],
    cause: str,
    conclusion: str,
    version: int | None = None,
    now: datetime,
) -> None:
    """Keep what was found: the chain of whys, the fishbone, the root cause and what was learnt."""
    chain, found = rules.chain(whys), rules.fishbone(bones)
    conclusion = conclusion.replace("\0", "").strip()
    problems = [too_long("whys", MOST_LINE) for line in chain if len(line) > MOST_LINE][:1]
    for head, lines in found.items():
        if any(len(line) > MOST_LINE for line in lines) or len(lines) > 10:
            problems.append(too_long(f"bone_{head}", MOST_LINE))
    if len(conclusion) > MOST_TEXT:
        problems.append(too_long("conclusion", MOST_TEXT))
    if cause and cause not in tables.rows(tables.CAUSE, now):
        problems.append(unknown_choice("cause"))
    if problems:
        raise Invalid(problems)
    with changing(viewer, number, ReviewStep.WRITE, version=version, now=now) as row:
        row.whys, row.bones, row.cause, row.conclusion = chain, found, cause, conclusion
        row.writer_id, row.writer_label = viewer.actor.id, viewer.actor.label


def hand_in(viewer: Viewer, number: str, *, version: int | None = None, now: datetime) -> None:
    """Hand a review in for its check; raises Invalid naming what it lacks."""
    with changing(viewer, number, ReviewStep.HAND_IN, version=version, now=now) as row:
        least = policies.LEAST_WHYS.at(now)
        lacking = rules.lacks(
            row.whys, row.cause, row.conclusion, row.measures.count(), least_whys=least
        )
        if lacking:
            raise Invalid(
                [
                    Problem(
                        name,
                        "required",
                        MISSING[name],
                        {"least": least} if name == "whys" else {},
                    )
                    for name in lacking
                ]
            )
        row.writer_id, row.writer_label = viewer.actor.id, viewer.actor.label
        row.handed_in_at = now


def approve(
    viewer: Viewer, number: str, *, note: str = "", version: int | None = None, now: datetime
) -> None:
    """Approve a review that somebody else wrote; raises SameChecker."""
    with changing(viewer, number, ReviewStep.APPROVE, version=version, now=now) as row:
        _check(row, viewer, note)
        row.checked_at = now


def send_back(
    viewer: Viewer, number: str, *, note: str, version: int | None = None, now: datetime
) -> None:
    """Send a review back to its writer with what is missing; raises SameChecker."""
    with changing(viewer, number, ReviewStep.SEND_BACK, version=version, now=now) as row:
        _check(row, viewer, note, needed=True)
        row.handed_in_at = None


def _check(row: Review, viewer: Viewer, note: str, *, needed: bool = False) -> None:
    note = note.replace("\0", "").strip()
    if row.writer_id == viewer.actor.id:
        raise SameChecker()
    if needed and not note:
        raise Invalid([Problem("note", "required", MISSING["conclusion"])])
    if len(note) > MOST_TEXT:
        raise Invalid([too_long("note", MOST_TEXT)])
    row.checker_id, row.checker_label, row.check_note = viewer.actor.id, viewer.actor.label, note


def assign(
    viewer: Viewer, number: str, *, staff_no: str, version: int | None = None, now: datetime
) -> None:
    """Give a review to somebody by their staff number."""
    person = person_by_number(staff_no, "staff_no")
    with changing(viewer, number, ReviewStep.ASSIGN, version=version, now=now) as row:
        _give(row, person)


def person_by_number(staff_no: str, field: str) -> AccountRow:
    """Return who has a staff number and works here; raise Invalid for the field."""
    found = staff.account_by_number(staff_no.strip()[:16])
    if found is None or staff.active_account(found.id) is None:
        raise Invalid([Problem(field, "unknown_person", UNKNOWN_PERSON)])
    return found


def warn_overdue(now: datetime) -> int:
    """Say of each review that became overdue that it is, once; return how many."""
    rows = Review.objects.filter(due_at__lte=now, told_at=None).exclude(state=ReviewState.DONE)
    return sum(_warn(one, now) for one in list(rows.values_list("id", flat=True)[:MOST_PER_RUN]))


@transaction.atomic
def _warn(review_id: UUID, now: datetime) -> int:
    row = Review.objects.select_for_update().get(id=review_id)
    if row.told_at is not None or not rules.is_late(row.state, row.due_at, now):
        return 0
    row.told_at = now
    keep(row, events.ReviewOverdue(**about(row), owner=row.owner_id), SYSTEM, now)
    return 1


def _own(row: Review, viewer: Viewer) -> None:
    if viewer.account_id is not None:
        row.owner_id, row.owner_label = viewer.account_id, viewer.actor.label


# Who may take which step.
NEEDS: Mapping[ReviewStep, Permission] = {
    ReviewStep.START: permissions.WRITE_REVIEWS,
    ReviewStep.WRITE: permissions.WRITE_REVIEWS,
    ReviewStep.HAND_IN: permissions.WRITE_REVIEWS,
    ReviewStep.SET_MEASURE: permissions.WRITE_REVIEWS,
    ReviewStep.APPROVE: permissions.CHECK_REVIEWS,
    ReviewStep.SEND_BACK: permissions.CHECK_REVIEWS,
    ReviewStep.ASSIGN: permissions.CHECK_REVIEWS,
}


@contextmanager
def changing(
    viewer: Viewer,
    number: str,
    step: ReviewStep,
    *,
    version: int | None,
    now: datetime,
    fact: list[Fact] | None = None,
) -> Iterator[Review]:
    """Hold a review, let the caller change it, and write it with its fact.

    The caller puts another fact than the step's own into `fact`. Raises NotFound, Refused,
    Conflict when it changed since `version`, and ReviewElsewhere when its state forbids the step.
    """
    with transaction.atomic():
        row = held(viewer, number)
        needed = NEEDS[step].code
        viewer.require(needed, path_for(viewer, needed, row))
        if version is not None and version != row.version:
            raise Conflict
        if not rules.allowed(row.state, step):
            raise ReviewElsewhere
        yield row
        row.state = rules.after(step, row.state)
        keep(row, fact[0] if fact else _fact(row, step), viewer.actor, now)


def held(viewer: Viewer, number: str) -> Review:
    """Return the locked review of a ticket by its number; raise NotFound for one not to be seen."""
    viewer.require(permissions.VIEW_REVIEWS.code)
    seen = Review.objects.filter(reviews_seen(viewer), ticket__number=number[:24])
    found = seen.values_list("id", flat=True).first()
    if found is None:
        raise NotFound
    return Review.objects.select_for_update().get(id=found)


def _fact(row: Review, step: ReviewStep) -> Fact:
    if step is ReviewStep.APPROVE:
        return events.ReviewDone(**about(row), cause=row.cause, measures=row.measures.count())
    return events.ReviewMoved(**about(row), step=str(step), owner=row.owner_id)


def about(row: Review) -> dict[str, Any]:
    """Return what every fact about a review tells."""
    return {
        "ticket_id": row.ticket_id,
        "home": row.home_unit_id,
        "unit": row.unit_id,
        "state": str(row.state),
    }


def keep(row: Review, fact: Fact, actor: Actor, now: datetime) -> None:
    """Write a held review with the fact of its change."""
    row.version += 1
    row.save()
    subject = Subject(SUBJECT, row.id)
    log.record(fact, subject=subject, actor=actor, now=now, sequence=row.version)


def owes(kind: str, payload: Mapping[str, object], now: datetime) -> ReviewReason | None:
    """Return why a fact lets its ticket owe a review under the policies of the moment, or None."""
    late = [code for code, policy in policies.LATE.items() if policy.at(now)]
    reason = rules.reason_of(kind, payload, late)
    switches = {
        ReviewReason.MAJOR: policies.MAJOR,
        ReviewReason.REOPENED: policies.REOPENED,
        ReviewReason.ESCALATED: policies.ESCALATED,
    }
    if reason in switches and not switches[reason].at(now):
        return None
    return reason
