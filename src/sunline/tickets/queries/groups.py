"""Group complaints: the list, one with its members and its curve, and the notices in force."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from sunline.kernel import masking
from sunline.kernel.caching import Kept
from sunline.kernel.errors import NotFound
from sunline.kernel.models import Job
from sunline.kernel.paging import page
from sunline.kernel.types import Page
from sunline.staff.queries import unit_tree
from sunline.staff.types import Viewer

from .. import permissions, policies
from ..access import may_see, visible
from ..models import AreaWatch, GroupCase, GroupMember, GroupText, HourCount, Notice, Outage, Ticket
from ..rules import groups
from ..types import FINAL

BEFORE, AFTER = timedelta(hours=12), timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group complaint on the list."""

    number: str
    title: str
    state: str
    area: str
    topic_id: UUID
    found_at: datetime
    count: int
    rate: float
    chance: float
    members: int
    open: bool


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One affected ticket; personal data is masked."""

    number: str
    title: str
    state: str
    customer: str
    contact: str
    by_rule: bool
    joined_at: datetime
    answered_at: datetime | None
    answer_error: str
    revisit_at: datetime | None
    text_state: str


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """How many came in an hour, and how many usually do."""

    hour: datetime
    count: int
    usual: float


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group complaint with what was done for its members."""

    row: GroupRow
    ticket_id: UUID
    group_id: UUID
    area: str  # as the case keeps it
    since: datetime
    until: datetime
    ended_at: datetime | None
    answered: int
    refused: int
    revisits: int
    texts: Sequence[tuple[str, int]]
    notices: Sequence[Notice]
    job: Job | None


def group_list(
    viewer: Viewer, *, ended: bool = False, cursor: str | None = None, limit: int = 25
) -> Page[GroupRow]:
    """Return a page of the group complaints the viewer may see, newest first."""
    rows = _cases().filter(ticket__in=Ticket.objects.filter(visible(viewer)))
    rows = rows.filter(ended_at__isnull=not ended)
    found = page(rows, order=("-id",), cursor=cursor, limit=limit)
    return Page([_row(row) for row in found.items], found.next, found.previous)


def _cases() -> QuerySet[GroupCase]:
    here = Count("members", filter=Q(members__left_at=None))
    return GroupCase.objects.select_related("ticket").annotate(here=here)


def _row(case: GroupCase) -> GroupRow:
    return GroupRow(
        number=case.ticket.number,
        title=case.ticket.title,
        state=case.ticket.state,
        area=area_name(case.area),
        topic_id=case.topic_id,
        found_at=case.found_at,
        count=case.count,
        rate=case.rate,
        chance=case.chance,
        members=case.here,  # type: ignore[attr-defined]
        open=case.ended_at is None and case.ticket.state not in FINAL,
    )


def area_name(area: str) -> str:
    """Return an area as people name it: the unit's name, or the code itself."""
    kind, _, value = area.partition(":")
    if kind != "unit":
        return value
    unit = unit_tree().get(UUID(value))
    return unit.name if unit else value


def group_for(viewer: Viewer, number: str) -> GroupView:
    """Return the group complaint with this parent case; raise NotFound for any other number."""
    case = _cases().filter(ticket__number=number[:24]).first()
    if case is None or not may_see(viewer, case.ticket):
        raise NotFound()
    own = GroupMember.objects.filter(group=case, left_at=None)
    states = Counter(GroupText.objects.filter(member__group=case).values_list("state", flat=True))
    return GroupView(
        row=_row(case),
        ticket_id=case.ticket_id,
        group_id=case.id,
        area=case.area,
        since=case.since,
        until=case.until,
        ended_at=case.ended_at,
        answered=own.exclude(answered_at=None).count(),
        refused=own.filter(answered_at=None).exclude(answer_error="").count(),
        revisits=own.exclude(revisit_at=None).count(),
        texts=sorted(states.items()),
        notices=list(Notice.objects.filter(group=case).order_by("-id")[:20]),
        job=Job.objects.filter(id=case.answer_job).first() if case.answer_job else None,
    )


def members(
    viewer: Viewer, found: GroupView, *, cursor: str | None = None, limit: int = 25
) -> Page[MemberRow]:
    """Return a page of the members that the viewer may see, in the order they joined."""
    rows = GroupMember.objects.filter(
        group_id=found.group_id,
        left_at=None,
        ticket__in=Ticket.objects.filter(visible(viewer)),
    ).select_related("ticket__customer__party")
    part = page(rows, order=("id",), cursor=cursor, limit=limit)
    keys = [row.id for row in part.items]
    texts = dict(
        GroupText.objects.filter(member_id__in=keys)
        .order_by("id")
        .values_list("member_id", "state")
    )
    shown = [_member(row, texts.get(row.id, "")) for row in part.items]
    return Page(shown, part.next, part.previous)


def _member(row: GroupMember, text_state: str) -> MemberRow:
    ticket = row.ticket
    mask = masking.email if "@" in ticket.contact else masking.phone
    return MemberRow(
        number=ticket.number,
        title=ticket.title,
        state=ticket.state,
        customer=masking.name(ticket.customer.party.name) if ticket.customer else "",
        contact=mask(ticket.contact) if ticket.contact else "",
        by_rule=row.by_rule,
        joined_at=row.joined_at,
        answered_at=row.answered_at,
        answer_error=row.answer_error,
        revisit_at=row.revisit_at,
        text_state=text_state,
    )


def curve(found: GroupView, *, now: datetime) -> list[CurvePoint]:
    """Return arrivals by hour around a group complaint beside the usual ones."""
    case = GroupCase.objects.get(id=found.group_id)
    watch = AreaWatch.objects.filter(topic_id=case.topic_id, area=case.area).first()
    if watch is None:
        return []
    first = groups.hour_of(case.since - BEFORE)
    last = groups.hour_of(min(now, max(case.until, case.last_at) + AFTER))
    hours = []
    while first <= last:
        hours.append(first)
        first += groups.HOUR
    weeks = policies.GROUP_WEEKS.at(now)
    wanted = {*hours, *(one for hour in hours for one in groups.same_hours(hour, weeks))}
    counts = dict(
        HourCount.objects.filter(watch=watch, hour__in=wanted).values_list("hour", "count")
    )
    known = groups.weeks_known(watch.first_at, case.until, weeks)
    floor = policies.GROUP_FLOOR.at(now) * 60 / policies.GROUP_WINDOW.at(now)
    return [
        CurvePoint(
            hour,
            counts.get(hour, 0),
            groups.usual_rate(hour + groups.HOUR, groups.HOUR, counts, weeks=known, floor=floor),
        )
        for hour in hours
    ]


def _load_notices() -> list[Notice]:
    rows = Notice.objects.filter(ended_at=None).select_related("group__ticket", "outage__ticket")
    return list(rows.prefetch_related("outage__areas").order_by("-id")[:200])


valid_notices: Kept[list[Notice]] = Kept(_load_notices)


def notices_in_force(place: str, *, now: datetime) -> list[Notice]:
    """Return what is told in a place now, newest first; at most ten seconds old."""
    return [
        row
        for row in valid_notices.get()
        if row.place == place and row.since <= now < row.until and row.ended_at is None
    ]


def notices_for(viewer: Viewer | None, place: str, *, now: datetime) -> list[Notice]:
    """Return what is told in a place to a viewer: to staff, of outages in or over their area."""
    rows = notices_in_force(place, now=now)
    if viewer is None or viewer.actor.id is None:
        return rows
    paths = viewer.paths(permissions.VIEW.code) or {viewer.unit_path}
    return [row for row in rows if row.outage is None or _near(row.outage, paths)]


def areas_of(notice: Notice) -> list[dict[str, str]]:
    """Return the areas of the outage that a notice tells of, empty for a notice to everybody."""
    if notice.outage is None:
        return []
    tree = unit_tree()
    rows = [(tree.get(area.unit_id), area.code) for area in notice.outage.areas.all()]
    return [{"unit": unit.code, "code": code} for unit, code in rows if unit is not None]


def _near(outage: Outage, paths: Collection[str]) -> bool:
    tree = unit_tree()
    areas = [tree.path(area.unit_id) for area in outage.areas.all()]
    return any(
        area.startswith(path) or path.startswith(area) for area in areas for path in paths if path
    )
