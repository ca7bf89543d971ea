"""Counts of contacts by day, for figures that are rebuilt from the rows themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count
from django.db.models.functions import TruncDate

from ..models import Interaction
from ..types import Status


@dataclass(frozen=True, slots=True)
class DayCount:
    """How many contacts began on a day, by home unit, channel, direction, topic and wrap-up."""

    day: date
    home_unit_id: UUID
    channel: str
    direction: str
    topic_id: UUID | None
    wrap_up: str
    count: int


def contacts_since(customer_id: UUID, since: datetime) -> int:
    """Return how often a customer had contact since a moment, on whatever channel."""
    rows = Interaction.objects.filter(customer_id=customer_id, started_at__gte=since)
    return rows.count()


def counts_by_day(day_from: date, day_to: date) -> list[DayCount]:
    """Return the counts from one day to another, both included; what was set aside is left out."""
    zone = ZoneInfo(settings.TIME_ZONE)
    start = datetime.combine(day_from, time.min, zone)
    end = datetime.combine(day_to + timedelta(days=1), time.min, zone)
    rows = (
        Interaction.objects.filter(started_at__gte=start, started_at__lt=end)
        .exclude(status=Status.ASIDE)
        .annotate(day=TruncDate("started_at", tzinfo=zone))
        .values_list("day", "home_unit_id", "channel", "direction", "topic_id", "wrap_up")
        .annotate(count=Count("id"))
        .order_by("day", "home_unit_id", "channel", "direction", "topic_id", "wrap_up")
    )
    return [DayCount(*row) for row in rows]
