"""Warnings and missed limits, by one worker and by several."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from sunline.kernel.ids import new_id
from sunline.kernel.models import Event
from sunline.kernel.types import Subject
from sunline.sla import services
from sunline.sla.models import Clock

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def start(many=1, purposes=("resolve",), **traits):
    """Start clocks of 24 hours that may be paused."""
    known = {"kind": "enquiry", "urgency": "normal", "complexity": "simple", **traits}
    planned = services.plan_clocks(
        known, purposes=purposes, unit_path="/hq/gd/", rural=False, now=NOW
    )
    rows = [
        row for _ in range(many) for row in services.clock_rows(planned, Subject("x", new_id()))
    ]
    return Clock.objects.bulk_create(rows)


def facts(clock):
    rows = Event.objects.filter(subject_id=clock.id).order_by("sequence")
    return [(row.kind, row.payload.get("percent")) for row in rows]


@pytest.mark.django_db
class TestOneWorker:
    @pytest.fixture(autouse=True)
    def _shipped(self):
        services.load_shipped(NOW)

    def test_each_mark_is_warned_of_once(self):
        (clock,) = start()
        for hours, marks in ((11, []), (12, []), (13, [50]), (14, [50]), (20, [50, 80])):
            services.sweep(NOW + hours * HOUR)
            assert [percent for _, percent in facts(clock)] == marks
        assert services.sweep(NOW + 24 * HOUR) == 0, "the last moment is in time"
        assert services.sweep(NOW + 24 * HOUR + SECOND) == 1
        assert facts(clock)[-2:] == [("clock.warned@1", 100), ("clock.breached@1", None)]
        for hours, last in ((36, 100), (37, 150), (48, 150), (49, 200)):
            services.sweep(NOW + hours * HOUR)
            assert facts(clock)[-1] == (
                "clock.warned@1" if last > 100 else "clock.breached@1",
                last if last > 100 else None,
            )
        assert services.sweep(NOW + 99 * HOUR) == 0
        clock.refresh_from_db()
        assert (clock.warned, clock.warn_at, clock.breached_at) == (200, None, NOW + 24 * HOUR)
        assert len(facts(clock)) == 6

    def test_after_a_long_sleep_only_the_highest_mark_is_told(self):
        (clock,) = start()
        services.sweep(NOW + 20 * HOUR)
        assert [percent for _, percent in facts(clock)] == [80]

    def test_a_paused_clock_is_left_alone_and_warned_later(self):
        (clock,) = start()
        services.pause(clock.subject_id, reason="customer", by=None, now=NOW + 6 * HOUR)
        assert services.sweep(NOW + 30 * HOUR) == 0
        services.resume(clock.subject_id, now=NOW + 30 * HOUR)
        assert services.sweep(NOW + 36 * HOUR) == 0
        assert services.sweep(NOW + 36 * HOUR + SECOND) == 1
        assert [percent for _, percent in facts(clock)] == [50]

    def test_people_are_told_in_the_morning(self):
        (clock,) = start()
        services.sweep(NOW + 12 * HOUR + SECOND)  # 22:00 in Shanghai
        payload = Event.objects.get(subject_id=clock.id).payload
        assert payload["tell_at"] == "2026-11-21T00:00:00+00:00"  # 08:00 in Shanghai

    def test_facts_name_subject_and_purpose(self):
        (clock,) = start()
        services.sweep(NOW + 25 * HOUR)
        payload = Event.objects.get(subject_id=clock.id, kind="clock.breached@1").payload
        assert payload["subject_id"] == str(clock.subject_id)
        assert payload["purpose"] == "resolve"
        assert payload["jurisdiction"] == "promise"

    def test_many_clocks_are_swept_in_bounded_batches(self, django_assert_max_num_queries):
        start(120)
        with django_assert_max_num_queries(40):
            assert services.sweep(NOW + 25 * HOUR, batch=50) == 120
        assert Clock.objects.filter(breached_at=None).count() == 0


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_several_workers_warn_of_each_clock_once():
    services.load_shipped(NOW)
    start(400)
    early = [clock.id for clock in start(100, kind="complaint")]

    def work(_):
        try:
            return services.sweep(NOW + 25 * HOUR, batch=20)
        finally:
            connection.close()

    def stop(clock_id):
        try:
            subject = Clock.objects.get(id=clock_id).subject_id
            services.stop(subject, now=NOW + 49 * HOUR)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        stopping = [pool.submit(stop, clock_id) for clock_id in early]
        done = sum(pool.map(work, range(4)))
        for future in stopping:
            future.result()
    done += services.sweep(NOW + 25 * HOUR)
    assert done >= 400
    assert services.sweep(NOW + 25 * HOUR) == 0
    kinds = Counter(Event.objects.values_list("subject_id", "kind"))
    assert set(kinds.values()) == {1}
    breaches = Event.objects.filter(kind="clock.breached@1").values_list("subject_id", flat=True)
    assert len(breaches) == len(set(breaches)) == 500
    assert Clock.objects.filter(breached_at=None).count() == 0
