"""Reads of reviews and measures, always through the eyes of a viewer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from sunline.kernel.errors import NotFound
from sunline.kernel.ids import local_day
from sunline.kernel.paging import page
from sunline.kernel.types import Page
from sunline.staff.queries import unit_tree, units_held
from sunline.staff.types import Viewer

from .. import permissions
from ..models import Measure, Review
from ..rules import reviews as rules
from ..types import MeasureView, ReviewFilter, ReviewRow, ReviewState, ReviewView

NOWHERE = "-"  # a path that nobody holds anything for


def reviews_seen(viewer: Viewer) -> Q:
    """Return the condition of the reviews a viewer may see: of their units, at home or at work.

    Whoever owns a review, or a measure of it, sees it wherever it belongs.
    """
    units = units_held(viewer, permissions.VIEW_REVIEWS.code)
    if units is None:
        return Q()
    here = Q(unit_id__in=units) | Q(home_unit_id__in=units)
    who = viewer.account_id
    if who is None or not viewer.may(permissions.VIEW_REVIEWS.code):
        return here
    mine = Measure.objects.filter(owner_id=who).values("review_id")
    return here | Q(owner_id=who) | Q(id__in=mine)


def path_for(viewer: Viewer, permission: str, row: Review) -> str | None:
    """Return the unit path for which a verb's permission must be held: the unit's or home's."""
    if viewer.all_powerful:
        return None
    tree = unit_tree()
    paths = [tree.path(row.unit_id), tree.path(row.home_unit_id)]
    return next((path for path in paths if path and viewer.may(permission, path)), NOWHERE)


def review_list(
    viewer: Viewer,
    wanted: ReviewFilter,
    *,
    now: datetime,
    cursor: str | None = None,
    limit: int = 25,
) -> Page[ReviewRow]:
    """Return one page of reviews, newest first."""
    rows = _narrowed(viewer, wanted, now).select_related("ticket")
    rows = rows.annotate(
        n_measures=Count("measures"),
        n_done=Count("measures", filter=~Q(measures__done_at=None)),
    )
    found = page(rows, order=("-id",), cursor=cursor, limit=limit)
    return Page([_row(row, now) for row in found.items], found.next, found.previous)


def review_counts(viewer: Viewer, wanted: ReviewFilter, *, now: datetime) -> dict[str, int]:
    """Return how many reviews there are in each state, and how many of them are overdue."""
    rows = _narrowed(viewer, wanted, now)
    late = ~Q(state=ReviewState.DONE) & Q(due_at__lte=now)
    counted: dict[str, int] = rows.aggregate(
        **{str(state): Count("id", filter=Q(state=state)) for state in ReviewState},
        late=Count("id", filter=late),
    )
    return counted


def review_for(viewer: Viewer, number: str, *, now: datetime) -> ReviewView:
    """Return the review of a ticket by its number; raises NotFound for one not to be seen."""
    viewer.require(permissions.VIEW_REVIEWS.code)
    rows = Review.objects.filter(reviews_seen(viewer), ticket__number=number[:24])
    row = rows.select_related("ticket").first()
    if row is None:
        raise NotFound
    return to_view(row, now)


def review_of(viewer: Viewer, ticket_id: UUID, *, now: datetime) -> ReviewView | None:
    """Return the review of a ticket, None when it owes none or the viewer may not see it."""
    if not viewer.may(permissions.VIEW_REVIEWS.code):
        return None
    rows = Review.objects.filter(reviews_seen(viewer), ticket_id=ticket_id)
    row = rows.select_related("ticket").first()
    return to_view(row, now) if row is not None else None


def reviewed_between(
    units: Sequence[UUID], since: datetime, until: datetime, *, most: int
) -> list[UUID]:
    """Return the tickets whose reviews were done in a time, newest first, for the rooms above."""
    rows = Review.objects.filter(
        home_unit_id__in=units, checked_at__gte=since, checked_at__lt=until
    ).order_by("-checked_at", "-id")
    return list(rows.values_list("ticket_id", flat=True)[:most])


def overdue_for(
    viewer: Viewer, *, now: datetime, most: int = 20
) -> tuple[list[ReviewRow], list[MeasureView]]:
    """Return the overdue reviews and measures that the viewer owns, or that are in their units."""
    if not viewer.may(permissions.VIEW_REVIEWS.code):
        return [], []
    late = Review.objects.filter(reviews_seen(viewer), due_at__lte=now)
    late = late.exclude(state=ReviewState.DONE).select_related("ticket")
    late = late.annotate(n_measures=Count("measures"), n_done=Count("measures__done_at"))
    today = local_day(now)
    seen = Review.objects.filter(reviews_seen(viewer)).values("id")
    open_ones = Measure.objects.filter(done_at=None, due_on__lt=today, review_id__in=seen)
    open_ones = open_ones.select_related("review__ticket").order_by("due_on", "id")
    return (
        [_row(row, now) for row in late.order_by("due_at", "id")[:most]],
        [_measure(row, today) for row in open_ones[:most]],
    )


def _narrowed(viewer: Viewer, wanted: ReviewFilter, now: datetime) -> QuerySet[Review]:
    viewer.require(permissions.VIEW_REVIEWS.code)
    rows = Review.objects.filter(reviews_seen(viewer))
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.reason:
        # The codes are few and none is part of another; JSON containment differs by database.
        rows = rows.filter(reasons__icontains=f'"{wanted.reason}"')
    if wanted.unit_id is not None:
        path = unit_tree().path(wanted.unit_id)
        units = unit_tree().ids_below([path]) if path else []
        rows = rows.filter(Q(unit_id__in=units) | Q(home_unit_id__in=units))
    if wanted.late:
        rows = rows.filter(due_at__lte=now).exclude(state=ReviewState.DONE)
    if wanted.mine:
        rows = rows.filter(owner_id=viewer.account_id)
    return rows


def _row(row: Review, now: datetime) -> ReviewRow:
    return ReviewRow(
        id=row.id,
        number=row.ticket.number,
        title=row.ticket.title,
        state=row.state,
        reasons=row.reasons,
        unit_id=row.unit_id,
        home_unit_id=row.home_unit_id,
        owner=row.owner_label,
        owed_at=row.owed_at,
        due_at=row.due_at,
        late=rules.is_late(row.state, row.due_at, now),
        measures=row.n_measures,  # type: ignore[attr-defined]
        measures_done=row.n_done,  # type: ignore[attr-defined]
    )


OWN = (
    "id",
    "ticket_id",
    "version",
    "state",
    "reasons",
    "unit_id",
    "home_unit_id",
    "owner_id",
    "owed_at",
    "due_at",
    "started_at",
    "whys",
    "bones",
    "cause",
    "conclusion",
    "writer_id",
    "handed_in_at",
    "checked_at",
    "check_note",
)


def to_view(row: Review, now: datetime) -> ReviewView:
    """Return a review with its measures."""
    today = local_day(now)
    return ReviewView(
        **{name: getattr(row, name) for name in OWN},
        number=row.ticket.number,
        title=row.ticket.title,
        owner=row.owner_label,
        writer=row.writer_label,
        checker=row.checker_label,
        late=rules.is_late(row.state, row.due_at, now),
        measures=[_measure(one, today) for one in row.measures.order_by("due_on", "id")],
    )


def _measure(row: Measure, today: date) -> MeasureView:
    return MeasureView(
        id=row.id,
        kind=row.kind,
        text=row.text,
        owner_id=row.owner_id,
        owner=row.owner_label,
        due_on=row.due_on,
        state=rules.measure_state(row.done_at, row.due_on, today),
        set_by=row.set_label,
        set_at=row.set_at,
        done_at=row.done_at,
        done_by=row.done_label,
        done_note=row.done_note,
        number=row.review.ticket.number,
    )
