"""Counts straight from the tickets, against which the kept figures are checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from sunline.kernel.ids import local_day
from sunline.kernel.models import Event

MEASURES = {
    "ticket.registered@1": ("registered", "kind"),
    "ticket.imported@1": ("registered", "kind"),
    "ticket.dispatched@1": ("dispatched", ""),
    "ticket.answered@1": ("answered", ""),
    "ticket.closed@1": ("closed", "result"),
    "ticket.redispatched@1": ("redispatched", ""),
}


def counts_by_day(first: date, last: date) -> list[tuple[date, UUID, str, str, int]]:
    """Return (day, home unit, measure, cut, count) from the log, by the operator's days."""
    found: Counter[tuple[date, UUID, str, str]] = Counter()
    for at, kind, payload in _facts(first, last):
        measure, cut = MEASURES[kind]
        key = (local_day(at), UUID(payload["home"]), measure, str(payload.get(cut, "")))
        found[key] += 1
    return [(*key, count) for key, count in sorted(found.items(), key=str)]


def _facts(first: date, last: date) -> Iterator[tuple[datetime, str, dict[str, str]]]:
    zone = ZoneInfo(settings.TIME_ZONE)
    since = datetime.combine(first, time.min, zone)
    until = datetime.combine(last + timedelta(days=1), time.min, zone)
    rows = Event.objects.filter(kind__in=MEASURES, at__gte=since, at__lt=until)
    return rows.values_list("at", "kind", "payload").iterator()
