"""Keeping the counts, and counting a period anew from the rooms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from sunline.interactions import queries as interactions
from sunline.kernel.ids import local_day
from sunline.kernel.models import Delivery, Event
from sunline.quality import queries as quality
from sunline.tickets import queries as tickets

from ..errors import BadPeriod
from ..models import Counted, DayCount
from ..rules import counting as rules
from ..types import Key, Measure

if TYPE_CHECKING:
    from collections.abc import Iterable

LISTENER = "insight-count"
MOST_DAYS = 800
MARKS_KEPT = timedelta(days=30)


@transaction.atomic
def count(event: Event) -> bool:
    """Add a fact to its counts; return False if it had been counted before."""
    place = _place(event)
    if place is None:
        return False
    day, unit_id = place
    if not _mark(event.id, day):
        return False
    for measure, cut, more in sorted(rules.changes(event.kind, event.payload)):
        _add(Key(day, unit_id, measure, cut), more)
    return True


def _mark(event_id: UUID, day: date) -> bool:
    """Mark the event as counted; return False if it is already."""
    _, created = Counted.objects.get_or_create(event_id=event_id, defaults={"day": day})
    return created


def _add(key: Key, more: int) -> None:
    """Change one count; the row is made when it is first needed."""
    row = DayCount.objects.filter(
        day=key.day, unit_id=key.unit_id, measure=key.measure, cut=key.cut
    )
    if more < 0:
        row.filter(count__gte=-more).update(count=F("count") + more)
    elif not row.update(count=F("count") + more):
        fresh = DayCount(day=key.day, unit_id=key.unit_id, measure=key.measure, cut=key.cut)
        DayCount.objects.bulk_create([fresh], ignore_conflicts=True)
        row.update(count=F("count") + more)


def _place(event: Event) -> tuple[date, UUID] | None:
    """Return the day and the home unit that a fact counts for, None when nobody knows it."""
    payload = event.payload
    if event.kind == "interaction.received@1":
        contact = interactions.interaction_of_work(event.subject_id)
        return local_day(contact.started_at), contact.home_unit_id
    if event.kind == "clock.breached@1":
        home = _homes([payload["subject_id"]]).get(payload["subject_id"])
        return (local_day(event.at), home) if home else None
    moment = event.at
    if event.kind == rules.CORRECTED:
        moment = datetime.fromisoformat(payload["answered_at"])
    return local_day(moment), UUID(payload["home"])


def _homes(subject_ids: Iterable[str]) -> dict[str, UUID]:
    """Return the home units of tickets, from the first fact of each."""
    first = Event.objects.filter(subject_id__in=set(subject_ids), sequence=1)
    return {
        str(subject_id): UUID(payload["home"])
        for subject_id, payload in first.values_list("subject_id", "payload")
        if "home" in payload
    }


def rebuild(day_from: date, day_to: date, *, now: datetime) -> int:
    """Count a period anew from the rooms, both days included; return how many counts there are.

    Counting waits until this is done, so that each fact is either in what the rooms tell or
    counted after, never both: what is still owed for the period is marked as counted.
    """
    if not timedelta(0) <= day_to - day_from < timedelta(days=MOST_DAYS):
        raise BadPeriod(most=MOST_DAYS)
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        _one_view(outermost)
        fresh = _recounted(day_from, day_to)
        DayCount.objects.filter(day__range=(day_from, day_to)).delete()
        DayCount.objects.bulk_create(
            (
                DayCount(
                    day=key.day, unit_id=key.unit_id, measure=key.measure, cut=key.cut, count=total
                )
                for key, total in sorted(fresh.items())
            ),
            batch_size=1000,
        )
        Counted.objects.bulk_create(_owed(day_from, day_to), ignore_conflicts=True, batch_size=1000)
    return len(fresh)


def _one_view(outermost: bool) -> None:
    """Keep counting out, and see all rooms as they are at one moment."""
    if connection.vendor != "postgresql":
        return  # SQLite has one writer and this is it
    with connection.cursor() as cursor:
        if outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("LOCK TABLE insight_counted IN EXCLUSIVE MODE")


def _recounted(day_from: date, day_to: date) -> Counter[Key]:
    found: Counter[Key] = Counter()
    for day, unit_id, measure, cut, total in tickets.counts_by_day(day_from, day_to):
        found[Key(day, unit_id, measure, cut[:32])] += total
    for contact in interactions.counts_by_day(day_from, day_to):
        key = Key(contact.day, contact.home_unit_id, Measure.INTERACTIONS.value, contact.channel)
        found[key] += contact.count
    for row in quality.counts_by_day(day_from, day_to):
        found[Key(row.day, row.unit_id, row.measure, row.cut)] += row.count
    for day, unit_id, purpose in _breaches(day_from, day_to):
        found[Key(day, unit_id, Measure.BREACHED.value, purpose[:32])] += 1
    return found


def _breaches(day_from: date, day_to: date) -> list[tuple[date, UUID, str]]:
    """Return the missed limits of a period with the home units of their tickets."""
    zone = ZoneInfo(settings.TIME_ZONE)
    since = datetime.combine(day_from, time.min, zone)
    until = datetime.combine(day_to + timedelta(days=1), time.min, zone)
    rows = Event.objects.filter(kind="clock.breached@1", at__gte=since, at__lt=until)
    found = list(rows.values_list("at", "payload"))
    homes: dict[str, UUID] = {}
    for start in range(0, len(found), 500):
        homes |= _homes(payload["subject_id"] for _, payload in found[start : start + 500])
    return [
        (local_day(at), homes[payload["subject_id"]], payload["purpose"])
        for at, payload in found
        if payload["subject_id"] in homes
    ]


def _owed(day_from: date, day_to: date) -> Iterator[Counted]:
    """Yield the marks of the period's facts that are still to be delivered."""
    rows = Delivery.objects.filter(listener=LISTENER).select_related("event")
    for row in rows.iterator():
        place = _place(row.event)
        if place is not None and day_from <= place[0] <= day_to:
            yield Counted(event_id=row.event_id, day=place[0])


def forget_counted(now: datetime) -> int:
    """Drop the marks of events too old to be delivered again; return how many."""
    return Counted.objects.filter(day__lt=local_day(now - MARKS_KEPT)).delete()[0]
