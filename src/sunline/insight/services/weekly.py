"""The week's list: counted by the clock, added to by people, then published and frozen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from sunline.kernel import log
from sunline.kernel.errors import (
    Conflict,
    Invalid,
    NotFound,
    Problem,
    too_long,
    unknown_choice,
)
from sunline.kernel.facts import Fact
from sunline.kernel.ids import local_day
from sunline.kernel.types import Subject
from sunline.knowledge import queries as knowledge
from sunline.quality import queries as quality
from sunline.staff.permissions import Permission
from sunline.staff.queries import unit_tree
from sunline.staff.types import UnitRow, Viewer, system_viewer
from sunline.tickets import queries as tickets

from .. import errors, events, permissions, policies
from ..models import WeekEntry, WeekList
from ..queries.weekly import bounds, lists_seen, topics_below, units_below
from ..rules import weekly as rules
from ..types import WeekKind, WeekState, Why

SUBJECT = "week"
WEEK = timedelta(weeks=1)
LEVELS = frozenset({"hq", "province", "city"})
MOST_COMMENT = 1000
TOPICS = frozenset({WeekKind.COMMON, WeekKind.HOT})


@dataclass(frozen=True, slots=True)
class _Line:
    kind: WeekKind
    topic_id: UUID | None = None
    ticket_id: UUID | None = None
    figures: dict[str, Any] = field(default_factory=dict)


def make_last_week(now: datetime) -> int:
    """Count last week's list of each unit of a city and above that has none; return how many."""
    week = rules.monday(local_day(now)) - WEEK
    counted = WeekList.objects.filter(week=week).exclude(counted_at=None)
    there = set(counted.values_list("unit_id", flat=True))
    units = [row for row in unit_tree().rows if row.level in LEVELS and not row.closed]
    missing = [row for row in units if row.id not in there]
    for unit in missing:
        count_anew(system_viewer(), unit_id=unit.id, week=week, now=now)
    return len(missing)


def count_anew(viewer: Viewer, *, unit_id: UUID, week: date, now: datetime) -> UUID:
    """Count a unit's list of a week, given by any of its days; what people did with it stays.

    Raises Invalid for a unit or week without lists, Refused, and WeekPublished.
    """
    unit = unit_tree().get(unit_id)
    week = rules.monday(week)
    if unit is None or unit.level not in LEVELS:
        raise Invalid([unknown_choice("unit_id")])
    if week > local_day(now):
        raise Invalid([unknown_choice("week")])
    viewer.require(permissions.PUBLISH_WEEKLY.code, unit.path)
    lines = _lines(unit, week, now)
    with transaction.atomic():
        row = _held(unit.id, week, now)
        if row.state == WeekState.PUBLISHED:
            raise errors.WeekPublished
        _renew(row, lines)
        row.counted_at = now
        _keep(row, events.WeekCounted(unit=unit.id, week=week, entries=len(lines)), viewer, now)
    return row.id


def _held(unit_id: UUID, week: date, now: datetime) -> WeekList:
    """Return the locked list of a unit and week, made when it is first needed."""
    fresh = WeekList(unit_id=unit_id, week=week, made_at=now)
    WeekList.objects.bulk_create([fresh], ignore_conflicts=True)
    return WeekList.objects.select_for_update().get(unit_id=unit_id, week=week)


def _renew(row: WeekList, lines: list[_Line]) -> None:
    """Replace the computed lines; those a person added, took off or commented on stay."""
    there = {(one.kind, one.topic_id, one.ticket_id): one for one in row.entries.all()}
    for place, line in enumerate(lines):
        key = (str(line.kind), line.topic_id, line.ticket_id)
        entry = there.pop(key, None) or WeekEntry(
            list=row, kind=line.kind, topic_id=line.topic_id, ticket_id=line.ticket_id
        )
        entry.place, entry.figures = place, line.figures
        entry.save()
    for entry in there.values():
        if not (entry.added_by or entry.comment or entry.removed_at):
            entry.delete()


def _lines(unit: UnitRow, week: date, now: datetime) -> list[_Line]:
    units, (since, until) = units_below(unit.id), bounds(week)
    level, most = policies.WEEKLY_LEVEL.at(now), policies.WEEKLY_LINES.at(now)
    least = policies.WEEKLY_LEAST.at(now)
    counts = _counts(units, since, until, level)
    before = [
        _counts(units, since - back * WEEK, until - back * WEEK, level)
        for back in range(1, policies.WEEKLY_BEFORE.at(now) + 1)
    ]
    topics = knowledge.topics()
    found = []
    common = rules.common(counts, most=most, least=least)
    for code, count in common:
        if top := topics.by_code(code):
            found.append(_Line(WeekKind.COMMON, top.id, None, {"count": count}))
    chance = policies.WEEKLY_CHANCE.at(now)
    for rise in rules.rising(counts, before, most=most, least=least, chance=chance):
        if top := topics.by_code(rise.code):
            told = {"count": rise.count, "usual": rise.usual, "weeks": list(rise.weeks)}
            found.append(_Line(WeekKind.HOT, top.id, None, {**told, "chance": rise.chance}))
    tops = [line.topic_id for line in found if line.kind == WeekKind.COMMON and line.topic_id]
    found += _typical(units, since, until, tops, most)
    found += _hard(units, since, until, most)
    return found


def _counts(units: list[UUID], since: datetime, until: datetime, level: int) -> dict[str, int]:
    topics = knowledge.topics()
    rows = tickets.topic_counts(units, since, until)
    coded = [(row.code, count) for topic, count in rows if (row := topics.get(topic))]
    return rules.together(coded, level)


def _typical(
    units: list[UUID], since: datetime, until: datetime, tops: list[UUID], most: int
) -> list[_Line]:
    """Return the cases whose reviews were done, and the middle one of each common matter."""
    chosen = quality.reviewed_between(units, since, until, most=most)
    found = [_Line(WeekKind.TYPICAL, None, ticket, {"why": str(Why.REVIEWED)}) for ticket in chosen]
    for top in tops[: max(most - len(found), 0)]:
        rows = tickets.handled(units, topics_below(top), since, until)
        times = [(row.id, row.closed_at - row.registered_at) for row in rows]
        ticket = rules.middle(times, chosen)
        if ticket is not None:
            chosen.append(ticket)
            told = {"why": str(Why.MIDDLE), "topic": str(top)}
            found.append(_Line(WeekKind.TYPICAL, None, ticket, told))
    return found


def _hard(units: list[UUID], since: datetime, until: datetime, most: int) -> list[_Line]:
    cases = [
        rules.hardness(
            row.id,
            redispatches=row.redispatches,
            returns=row.returns,
            units=row.units,
            registered_at=row.registered_at,
            closed_at=row.closed_at,
            until=until,
        )
        for row in tickets.hard_cases(units, since, until)
    ]
    return [
        _Line(
            WeekKind.HARD,
            None,
            case.id,
            {
                "redispatches": case.redispatches,
                "returns": case.returns,
                "units": case.units,
                "days": case.days,
            },
        )
        for case in rules.hardest(cases, most=most)
    ]


def add(
    viewer: Viewer,
    list_id: UUID,
    *,
    kind: str,
    topic_id: UUID | None = None,
    number: str = "",
    comment: str = "",
    now: datetime,
) -> UUID:
    """Add a topic (common, hot) or a ticket (typical, hard) to a list; raises EntryThere."""
    text = _text(comment)
    if kind not in WeekKind.values:
        raise Invalid([unknown_choice("kind")])
    about_topic = kind in TOPICS
    ticket_id: UUID | None = None
    if about_topic and (topic_id is None or knowledge.topics().get(topic_id) is None):
        raise Invalid([Problem("topic_id", "required", errors.ONE_OF_TWO)])
    if not about_topic:
        ticket_id, topic_id = _ticket(viewer, number), None
    with _changing(viewer, list_id, permissions.EDIT_WEEKLY, now) as change:
        change.entry = _put(change.row, kind, topic_id, ticket_id, text, viewer)
        change.change = "added"
    return change.entry.id


def _put(
    row: WeekList,
    kind: str,
    topic_id: UUID | None,
    ticket_id: UUID | None,
    text: str,
    viewer: Viewer,
) -> WeekEntry:
    """Put a line on a held list; one that was taken off comes back."""
    same: dict[str, Any] = {"kind": kind, "topic_id": topic_id, "ticket_id": ticket_id}
    entry = row.entries.filter(**same).first()
    if entry is not None and entry.removed_at is None:
        raise errors.EntryThere
    label = viewer.actor.label[:64]
    if entry is None:
        figures = {"why": str(Why.PICKED)} if kind == WeekKind.TYPICAL else {}
        entry = WeekEntry(
            list=row, kind=kind, topic_id=topic_id, ticket_id=ticket_id, figures=figures, place=999
        )
        entry.added_by = label
    entry.removed_at, entry.removed_by = None, ""
    if text:
        entry.comment, entry.comment_by = text, label
    entry.save()
    return entry


def _ticket(viewer: Viewer, number: str) -> UUID:
    try:
        return tickets.id_of(viewer, number.strip())
    except NotFound:
        raise Invalid([Problem("number", "unknown_ticket", errors.UNKNOWN_TICKET)]) from None


def mark_typical(viewer: Viewer, number: str, *, comment: str = "", now: datetime) -> UUID:
    """Mark a ticket as typical on its city's list of this week; return the list's id."""
    text = _text(comment)
    view = tickets.ticket_for(viewer, number)
    unit = _reporting(view.home_unit_id)
    viewer.require(permissions.EDIT_WEEKLY.code, unit.path)
    with transaction.atomic():
        row = _held(unit.id, rules.monday(local_day(now)), now)
        if row.state == WeekState.PUBLISHED:
            raise errors.WeekPublished
        entry = _put(row, WeekKind.TYPICAL, None, view.id, text, viewer)
        _keep(row, _fact(row, entry, "added"), viewer, now)
    return row.id


def _reporting(home: UUID) -> UnitRow:
    """Return the nearest unit at or above a home that has lists of its own."""
    path = unit_tree().path(home)
    above = [row for row in unit_tree().rows if row.level in LEVELS and path.startswith(row.path)]
    if not above:
        raise NotFound
    return above[-1]


def remove(viewer: Viewer, entry_id: UUID, *, now: datetime) -> UUID:
    """Take a line off its list, and remember that it was taken off; return the list's id."""
    with _changing_entry(viewer, entry_id, now) as change:
        entry = change.entry
        if entry.removed_at is not None:
            raise Conflict
        entry.removed_at, entry.removed_by = now, viewer.actor.label[:64]
        change.change = "removed"
    return change.row.id


def put_back(viewer: Viewer, entry_id: UUID, *, now: datetime) -> UUID:
    """Put a line back that was taken off; return the list's id."""
    with _changing_entry(viewer, entry_id, now) as change:
        if change.entry.removed_at is None:
            raise Conflict
        change.entry.removed_at, change.entry.removed_by = None, ""
        change.change = "put_back"
    return change.row.id


def comment(viewer: Viewer, entry_id: UUID, *, text: str, now: datetime) -> UUID:
    """Write what is said to a line; a blank text takes it away. Returns the list's id."""
    text = _text(text)
    with _changing_entry(viewer, entry_id, now) as change:
        entry = change.entry
        entry.comment, entry.comment_by = text, viewer.actor.label[:64] if text else ""
        change.change = "commented"
    return change.row.id


def publish(viewer: Viewer, list_id: UUID, *, version: int | None = None, now: datetime) -> None:
    """Publish and freeze a list whose week is over; raises WeekNotOver and Conflict."""
    with transaction.atomic():
        row = _seen(viewer, list_id, permissions.PUBLISH_WEEKLY)
        if version is not None and version != row.version:
            raise Conflict
        if bounds(row.week)[1] > now:
            raise errors.WeekNotOver
        row.state, row.published_at = WeekState.PUBLISHED, now
        row.published_by = viewer.actor.label[:64]
        left = row.entries.filter(removed_at=None).count()
        fact = events.WeekPublished(unit=row.unit_id, week=row.week, entries=left)
        _keep(row, fact, viewer, now)


def _text(value: str) -> str:
    text = value.replace("\0", "").strip()
    if len(text) > MOST_COMMENT:
        raise Invalid([too_long("comment", MOST_COMMENT)])
    return text


class _Change:
    """A held list, the line that is changed, and how."""

    def __init__(self, row: WeekList) -> None:
        self.row, self.change = row, ""
        self.entry: WeekEntry = WeekEntry()


def _seen(viewer: Viewer, list_id: UUID, permission: Permission) -> WeekList:
    """Return a locked draft that the viewer may change; raise NotFound, Refused, WeekPublished."""
    if not lists_seen(viewer).filter(id=list_id).exists():
        raise NotFound
    row = WeekList.objects.select_for_update().get(id=list_id)
    viewer.require(permission.code, unit_tree().path(row.unit_id))
    if row.state == WeekState.PUBLISHED:
        raise errors.WeekPublished
    return row


@contextmanager
def _changing(
    viewer: Viewer, list_id: UUID, permission: Permission, now: datetime
) -> Iterator[_Change]:
    with transaction.atomic():
        change = _Change(_seen(viewer, list_id, permission))
        yield change
        change.entry.save()
        _keep(change.row, _fact(change.row, change.entry, change.change), viewer, now)


@contextmanager
def _changing_entry(viewer: Viewer, entry_id: UUID, now: datetime) -> Iterator[_Change]:
    entry = WeekEntry.objects.filter(id=entry_id).first()
    if entry is None:
        raise NotFound
    with _changing(viewer, entry.list_id, permissions.EDIT_WEEKLY, now) as change:
        change.entry = WeekEntry.objects.get(id=entry_id)
        yield change


def _fact(row: WeekList, entry: WeekEntry, change: str) -> Fact:
    return events.WeekEntryChanged(
        unit=row.unit_id,
        week=row.week,
        entry=entry.id,
        part=str(entry.kind),
        change=change,
        ticket=entry.ticket_id,
        topic=entry.topic_id,
    )


def _keep(row: WeekList, fact: Fact, viewer: Viewer, now: datetime) -> None:
    row.version += 1
    row.save()
    subject = Subject(SUBJECT, row.id)
    log.record(fact, subject=subject, actor=viewer.actor, now=now, sequence=row.version)
