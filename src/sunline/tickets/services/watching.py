"""Counting faults and complaints by topic and area, and raising a group complaint (群体投诉).

Arrivals of one topic and area take turns on their `AreaWatch` row, so that several workers, facts
that come late and facts that come twice all lead to the same group.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count
from django.db.models.functions import TruncHour
from django.utils.translation import gettext, override

from sunline.kernel.ids import new_id
from sunline.kernel.prepared import Prepared, as_id, ask, one
from sunline.kernel.rules import poisson_tail
from sunline.knowledge import queries as knowledge
from sunline.knowledge.types import TopicRow
from sunline.staff.types import system_viewer

from .. import events, policies
from ..models import AreaWatch, Arrival, GroupCase, HourCount, Ticket
from ..queries.groups import area_name
from ..rules import groups, kin
from ..rules.lifecycle import Verb
from ..types import Kind, Registration, Urgency
from .changing import changing
from .grouping import join
from .registration import register

WATCHED = frozenset({Kind.FAULT, Kind.COMPLAINT})
NOTHING, SOME_DAY = UUID(int=0), datetime(2000, 1, 1, tzinfo=UTC)  # to compile queries with
KEPT = timedelta(days=2)  # arrivals; the counts of their hours are kept longer
COUNTED = timedelta(weeks=27)


class New(NamedTuple):
    """A new ticket as far as the counting needs to know it; the fields are columns of its row."""

    id: UUID
    kind: str
    imported: bool
    topic_id: UUID | None
    home_unit_id: UUID
    area_code: str
    registered_at: datetime
    group_case__id: UUID | None
    outage__id: UUID | None


class Watched(NamedTuple):
    """The row of a topic and area whose turn it is."""

    id: UUID
    area: str
    first_at: datetime


def watch(ticket_id: UUID, *, now: datetime) -> None:
    """Count a new ticket in its areas; join the group there or raise one. Safe to run twice."""
    found = one(_NEW.rows(ticket_id))
    ticket = New(*found) if found else None
    topic = _watched_topic(ticket, now) if ticket is not None else None
    if ticket is None or topic is None or now - ticket.registered_at > KEPT:
        return
    areas = areas_of(ticket)
    for _ in range(2):
        with transaction.atomic():
            held = [Watched(*row) for row in _HELD.rows(areas[0], areas[-1], topic.id)]
            if len(held) == len(areas):
                _take_turn(held, ticket, topic, now)
                return
        # The first of its topic and area; written by itself, so that nobody waits while holding.
        at = ticket.registered_at
        first = [AreaWatch(topic_id=topic.id, area=area, first_at=at, last_at=at) for area in areas]
        AreaWatch.objects.bulk_create(first, ignore_conflicts=True)


def areas_of(ticket: New) -> list[str]:
    """Return the areas that a ticket counts in, in the order of their keys."""
    areas = [f"unit:{ticket.home_unit_id}"]
    if ticket.area_code:
        areas.append(f"code:{ticket.area_code}")
    return sorted(areas)


def _watched_topic(ticket: New, now: datetime) -> TopicRow | None:
    """Return the branch of topics under which a ticket is counted, None when it is not."""
    own = knowledge.topics().get(ticket.topic_id)
    if own is None or ticket.kind not in WATCHED or ticket.imported:
        return None
    if ticket.group_case__id or ticket.outage__id:
        return None
    return knowledge.topics().by_code(kin.branch(own.code, policies.GROUP_LEVEL.at(now))) or own


def _take_turn(held: Sequence[Watched], ticket: New, topic: TopicRow, now: datetime) -> None:
    """Count a ticket where it is not counted yet, and decide there; the caller holds the rows."""
    fresh = _count(held, ticket)
    if not fresh:
        return
    running = {row[1]: row for row in _RUNNING.rows(fresh[0].area, fresh[-1].area, topic.id)}
    # The narrower area decides first: what belongs to a cell is not the whole city's.
    for row in fresh:
        group = running.get(row.area)
        if group is None:
            settled = _decide(row, ticket, topic, now)
        else:
            settled = _draw_in(group, ticket, now)
        if settled:
            return


def _count(held: Sequence[Watched], ticket: New) -> list[Watched]:
    """Count a ticket once in each of the areas; return those where it is counted only now."""
    arrivals = [(new_id(), row.id, ticket.id, ticket.registered_at) for row in held]
    added = ask(_ARRIVED[len(held)], [value for row in arrivals for value in row])
    keys = {as_id(key) for (key,) in added}
    fresh = [row for row in held if row.id in keys]
    hour = groups.hour_of(ticket.registered_at)
    if fresh:
        ask(_ONE_MORE[len(fresh)], [value for row in fresh for value in (new_id(), row.id, hour)])
    return fresh


def _draw_in(group: tuple[UUID, str, datetime, datetime], ticket: New, now: datetime) -> bool:
    """Make the ticket a member of a group that runs in its area; return whether it became one."""
    key, _, since, last_at = group
    at, window = ticket.registered_at, timedelta(minutes=policies.GROUP_WINDOW.at(now))
    quiet = timedelta(minutes=policies.GROUP_QUIET.at(now))
    if not since - window <= at <= last_at + quiet:
        return False
    Arrival.objects.filter(ticket_id=ticket.id).update(group=key)
    # The ticket before the group, as when a person adds it.
    join(ticket.id, key, now=now)
    GroupCase.objects.filter(id=key).update(last_at=max(last_at, at))
    return True


def _decide(row: Watched, ticket: New, topic: TopicRow, now: datetime) -> bool:
    """Raise a group where the arrivals around the ticket are more than chance; return whether."""
    window, at = timedelta(minutes=policies.GROUP_WINDOW.at(now)), ticket.registered_at
    near = [moment for (moment,) in _NEAR.rows(at - window, at + window, row.id)]
    least, chance = policies.GROUP_LEAST.at(now), policies.GROUP_CHANCE.at(now)
    found = groups.densest(near, window) if len(near) >= least else None
    # What is probable at the least rate is so at any: most arrivals end here.
    floor = policies.GROUP_FLOOR.at(now)
    if found is None or not groups.is_improbable(found.count, floor, least=least, at_most=chance):
        return False
    rate = usual_rate(row, found.until, window, now)
    if not groups.is_improbable(found.count, rate, least=least, at_most=chance):
        return False
    _raise(row, ticket, topic, found, rate, now)
    return True


def usual_rate(row: Watched, until: datetime, window: timedelta, now: datetime) -> float:
    """Return how many are usual in a window that ends then."""
    floor = policies.GROUP_FLOOR.at(now)
    weeks = groups.weeks_known(row.first_at, until, policies.GROUP_WEEKS.at(now))
    if not weeks:
        return floor
    hours, hour = set(), groups.hour_of(until - window)
    while hour < until:
        hours |= set(groups.same_hours(hour, weeks))
        hour += groups.HOUR
    counts = dict(_counts(len(hours)).rows(*hours, row.id))
    return groups.usual_rate(until, window, counts, weeks=weeks, floor=floor)


# Django puts the filters of one call in the order of their names: so do the parameters.
_NEW = Prepared(lambda: Ticket.objects.filter(id=NOTHING).values_list(*New._fields))
_HELD = Prepared(
    lambda: (
        AreaWatch.objects.filter(area__in=["a", "b"], topic_id=NOTHING)
        .order_by("area")
        .select_for_update(no_key=True)
        .values_list(*Watched._fields)
    ),
    3,
)
_RUNNING = Prepared(
    lambda: GroupCase.objects.filter(
        area__in=["a", "b"], ended_at=None, topic_id=NOTHING
    ).values_list("id", "area", "since", "last_at"),
    3,
)
_NEAR = Prepared(
    lambda: Arrival.objects.filter(
        at__gte=SOME_DAY, at__lte=SOME_DAY, group=None, watch_id=NOTHING
    ).values_list("at"),
    3,
)
_ARRIVED, _ONE_MORE = (
    {count: statement.format(", ".join([one_row] * count)) for count in (1, 2)}
    for statement, one_row in (
        (
            "INSERT INTO tickets_arrival (id, watch_id, ticket_id, at) VALUES {} "
            "ON CONFLICT (ticket_id, watch_id) DO NOTHING RETURNING watch_id",
            "(%s, %s, %s, %s)",
        ),
        (
            "INSERT INTO tickets_hourcount (id, watch_id, hour, count) VALUES {} ON CONFLICT "
            "(watch_id, hour) DO UPDATE SET count = tickets_hourcount.count + 1",
            "(%s, %s, %s, 1)",
        ),
    )
)


@cache
def _counts(hours: int) -> Prepared:
    """Return the query for a row's counts in so many hours."""
    some = [SOME_DAY + groups.HOUR * number for number in range(hours)]
    rows = HourCount.objects.filter(hour__in=some, watch_id=NOTHING)
    return Prepared(lambda: rows.values_list("hour", "count"), hours + 1)


def _raise(
    row: Watched,
    ticket: New,
    topic: TopicRow,
    found: groups.Window,
    rate: float,
    now: datetime,
) -> None:
    """Register the parent case and take the arrivals of the window for it."""
    taken = Arrival.objects.filter(
        watch_id=row.id, group=None, at__gte=found.since, at__lte=found.until
    ).values_list("ticket_id", flat=True)
    members = set(taken) | {ticket.id}
    chance = poisson_tail(found.count, rate)
    case = register(system_viewer(), _parent(row, ticket, topic, found, rate), now=now)
    group = GroupCase.objects.create(
        ticket_id=case.id,
        topic_id=topic.id,
        area=row.area,
        since=found.since,
        until=found.until,
        count=found.count,
        rate=rate,
        chance=chance,
        found_at=now,
        last_at=max(found.until, ticket.registered_at),
    )
    # In the order of their keys, so that two areas never wait for each other.
    rows = Arrival.objects.select_for_update(no_key=True).filter(ticket_id__in=members, group=None)
    keys = list(rows.order_by("id").values_list("id", flat=True))
    Arrival.objects.filter(id__in=keys).update(group=group)
    with changing(system_viewer(), case.id, Verb.NOTE, now=now) as change:
        change.record(
            events.GroupRaised,
            group=group.id,
            count=found.count,
            rate=round(rate, 3),
            chance=chance,
        )


def _parent(
    row: Watched, ticket: New, topic: TopicRow, found: groups.Window, rate: float
) -> Registration:
    """Return the parent case, in the language of the house."""
    language = settings.LANGUAGE_CODE
    with override(language):
        values = {
            "topic": topic.label(language),
            "area": area_name(row.area),
            "count": found.count,
            "minutes": max(1, round((found.until - found.since).total_seconds() / 60)),
            "usual": f"{rate:.1f}",
        }
        title = gettext("Group complaint: %(topic)s, %(area)s") % values
        text = gettext(
            "%(count)s reports of %(topic)s from %(area)s within %(minutes)s minutes; about "
            "%(usual)s are usual. The members are listed with this case."
        )
        return Registration(
            kind=Kind.COMPLAINT,
            title=title[:255],
            description=text % values,
            channel="desk",
            home_unit_id=ticket.home_unit_id,
            urgency=Urgency.URGENT,
            topic_id=topic.id,
            area_code=row.area.partition(":")[2] if row.area.startswith("code:") else "",
        )


def take_members(group_id: UUID, *, now: datetime) -> None:
    """Make the arrivals of a group its members, each in a transaction of its own; safe twice."""
    tickets = Arrival.objects.filter(group_id=group_id).values_list("ticket_id", flat=True)
    for ticket_id in sorted(set(tickets)):
        join(ticket_id, group_id, now=now)


def tidy(now: datetime) -> None:
    """Forget old arrivals and counts, and count the past once where nothing was counted yet."""
    if not AreaWatch.objects.exists():
        count_past(now)
    Arrival.objects.filter(at__lt=now - KEPT, group=None).delete()
    HourCount.objects.filter(hour__lt=now - COUNTED).delete()


def count_past(now: datetime) -> int:
    """Fill the usual rates from the tickets there are; return how many hours were counted."""
    since = now - timedelta(weeks=policies.GROUP_WEEKS.at(now))
    level, topics = policies.GROUP_LEVEL.at(now), knowledge.topics()
    rows = (
        Ticket.objects.filter(registered_at__gte=since, kind__in=WATCHED, group_case=None)
        .exclude(topic=None)
        .annotate(hour=TruncHour("registered_at"))
        .values_list("topic_id", "home_unit_id", "area_code", "hour")
        .annotate(count=Count("id"))
        .order_by()
    )
    found: dict[tuple[UUID, str], dict[datetime, int]] = {}
    for topic_id, home, code, hour, count in rows:
        own = topics.get(topic_id)
        if own is None:
            continue
        top = topics.by_code(kin.branch(own.code, level)) or own
        for area in (f"unit:{home}", *((f"code:{code}",) if code else ())):
            hours = found.setdefault((top.id, area), {})
            hours[groups.hour_of(hour)] = hours.get(groups.hour_of(hour), 0) + count
    try:
        with transaction.atomic():
            return _write_past(found, since, now)
    except IntegrityError:  # the first arrival was counted meanwhile
        return 0


def _write_past(
    found: dict[tuple[UUID, str], dict[datetime, int]], since: datetime, now: datetime
) -> int:
    watches = {
        key: AreaWatch(topic_id=key[0], area=key[1], first_at=since, last_at=now) for key in found
    }
    AreaWatch.objects.bulk_create(watches.values())
    rows = [
        HourCount(watch=watches[key], hour=hour, count=count)
        for key, hours in found.items()
        for hour, count in hours.items()
    ]
    HourCount.objects.bulk_create(rows, batch_size=1000)
    return len(rows)
