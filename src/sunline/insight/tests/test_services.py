"""The kept counts and the rebuilt ones tell the same story."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection

from sunline.insight import errors, handlers, queries, services, tasks
from sunline.insight.models import Counted, DayCount
from sunline.interactions import services as interactions
from sunline.kernel import deliveries, log
from sunline.kernel.errors import Refused
from sunline.kernel.models import Delivery, Event, Job
from sunline.quality import services as quality
from sunline.sla import services as sla
from sunline.staff.types import Viewer, system_viewer
from sunline.testing import cast
from sunline.testing.clock import NOON
from sunline.tickets import services as tickets
from sunline.tickets.models import Ticket
from sunline.tickets.types import Registration

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer()
Look = Callable[[str], Viewer]
DAY = date(2026, 11, 20)
WEEK = DAY - timedelta(days=3), DAY + timedelta(days=3)
Counts = dict[tuple[str, str, str, str], int]


def counts() -> Counts:
    """Return all counts above zero by day, unit, measure and cut."""
    rows = DayCount.objects.filter(count__gt=0)
    return {
        (f"{row.day:%m-%d}", row.unit.code, row.measure, row.cut): row.count
        for row in rows.select_related("unit")
    }


def settle() -> None:
    """Deliver all facts, whatever the time of day outside is."""
    deliveries.drain(NOON + timedelta(days=30))
    left = Delivery.objects.filter(listener=services.counting.LISTENER)
    assert not left.exists(), list(left.values_list("last_error", flat=True))


def register(home: str, now: datetime) -> UUID:
    org = cast.organisation()
    return tickets.register(
        SYSTEM,
        Registration(
            kind="fault",
            title="宽带频繁掉线",
            description="昨晚开始一直掉线。",
            channel="portal",
            home_unit_id=org[home].id,
            contact="chen@customer.example",
        ),
        now=now,
    ).id


def answer(ticket_id: UUID, now: datetime) -> None:
    org = cast.organisation()
    tickets.dispatch(SYSTEM, ticket_id, unit_id=org["gz-net"].id, now=now)
    tickets.accept(cast.viewer("zheng"), ticket_id, now=now)
    tickets.reply(cast.viewer("zheng"), ticket_id, text="已换端口。", now=now)
    tickets.approve(SYSTEM, ticket_id, now=now)
    tickets.answer(SYSTEM, ticket_id, text="故障已修复。", now=now)


def a_busy_day(now: datetime) -> None:
    """Let things of every counted kind happen in two cities over two days."""
    org = cast.organisation()
    cast.people("zheng", "sun", "lin")
    sla.load_shipped(now)
    for code, channel in (("gz", "phone"), ("gz", "hall"), ("sz", "phone")):
        interactions.open_contact(
            channel=channel, viewer=SYSTEM, now=now, home_unit_id=org[code].id, body="您好"
        )
    first, second = register("gz", now), register("gz", now)
    register("sz", now)
    answer(first, now)
    answer(second, now + timedelta(hours=13))  # one o'clock in the morning of the next day
    tokens = [quality.invite(ticket, now=now + timedelta(hours=13)) for ticket in (first, second)]
    assert all(tokens)
    quality.rate(tokens[0] or "", score=9, solved=True, now=now + timedelta(hours=13))
    quality.rate(tokens[1] or "", score=2, solved=False, now=now + timedelta(hours=13))
    quality.rate(tokens[0] or "", score=3, solved=False, now=now + timedelta(hours=13, minutes=9))
    sla.sweep(now + timedelta(days=2))


def test_kept_and_rebuilt_counts_agree(now: datetime) -> None:
    a_busy_day(now)
    settle()
    kept = counts()
    assert kept["11-20", "gz", "interactions", "phone"] == 1
    assert kept["11-20", "gz", "registered", "fault"] == 2
    assert kept["11-20", "sz", "registered", "fault"] == 1
    assert kept["11-21", "gz", "closed", "accepted"] == 1
    assert kept["11-21", "gz", "redispatched", ""] == 1
    assert kept["11-21", "gz", "rated", "bad"] == 2  # one of them corrected from good
    assert ("11-21", "gz", "rated", "good") not in kept
    assert any(measure == "breached" for _, _, measure, _ in kept)
    services.rebuild(*WEEK, now=now)
    assert counts() == kept


def test_a_rebuild_before_all_is_delivered_counts_nothing_twice(now: datetime) -> None:
    a_busy_day(now)
    services.rebuild(*WEEK, now=now)
    rebuilt = counts()
    settle()
    assert counts() == rebuilt


def test_a_rebuild_repairs_what_was_lost_or_added(now: datetime) -> None:
    a_busy_day(now)
    settle()
    kept = counts()
    DayCount.objects.filter(measure="registered").delete()
    DayCount.objects.update(count=99)
    job = Job(arguments={"day_from": WEEK[0].isoformat(), "day_to": WEEK[1].isoformat()})
    tasks.rebuild(job, now)
    assert counts() == kept


def test_a_fact_delivered_twice_counts_once(now: datetime) -> None:
    sla.load_shipped(now)
    event = Event.objects.get(subject_id=register("gz", now), kind="ticket.registered@1")
    for _ in range(3):
        handlers.count(event, now)
    assert counts() == {("11-20", "gz", "registered", "fault"): 1}
    assert Counted.objects.count() == 1


def test_the_day_is_the_operators_day(now: datetime) -> None:
    sla.load_shipped(now)
    for hour in (11, 13):  # 23:00 and 01:00 in Beijing
        ticket_id = register("gz", now + timedelta(hours=hour))
        handlers.count(log.history(ticket_id)[0], now)
    assert set(counts()) == {
        ("11-20", "gz", "registered", "fault"),
        ("11-21", "gz", "registered", "fault"),
    }


def test_marks_of_old_facts_are_dropped_and_counts_stay(now: datetime) -> None:
    sla.load_shipped(now)
    handlers.count(log.history(register("gz", now))[0], now)
    tasks.forget_counted(now + timedelta(days=29))
    assert Counted.objects.count() == 1
    tasks.forget_counted(now + timedelta(days=31))
    assert Counted.objects.count() == 0
    assert counts()


@pytest.mark.parametrize("days", [-1, services.counting.MOST_DAYS])
def test_a_period_must_make_sense(days: int, now: datetime) -> None:
    with pytest.raises(errors.BadPeriod):
        services.rebuild(DAY, DAY + timedelta(days=days), now=now)


def test_each_sees_the_counts_of_their_units(now: datetime, viewer: Look) -> None:
    a_busy_day(now)
    settle()

    def seen(key: str) -> set[str]:
        rows = queries.day_counts(viewer(key), *WEEK)
        tree = cast.organisation().units
        codes = {unit.id: code for code, unit in tree.items()}
        return {codes[row.unit_id] for row in rows}

    assert seen("qian") == {"gz"}
    assert seen("zhou") == {"gz", "sz"}
    assert seen("feng") == {"gz", "sz"}
    assert seen("shi_js") == set()
    with pytest.raises(Refused):
        seen("lin")
    whole = queries.totals(viewer("feng"), *WEEK)
    assert whole["interactions", ""] >= 3
    assert whole["registered", ""] == 3
    city = queries.totals(viewer("feng"), *WEEK, unit_id=cast.organisation()["sz"].id)
    assert city["registered", ""] == 1


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_several_workers_and_a_rebuild_at_once_lose_and_repeat_nothing() -> None:
    cast.organisation()
    sla.load_shipped(NOON)
    wanted = 60
    facts = [log.history(register("gz", NOON))[0] for _ in range(wanted)]
    start = threading.Barrier(4)
    wrong: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        try:
            start.wait()
            work()
        except BaseException as error:
            wrong.append(error)
        finally:
            connection.close()

    def work_off(part: int) -> None:
        rows = Delivery.objects.filter(
            listener=services.counting.LISTENER, event__in=facts[part::3]
        )
        for row in rows.order_by("id"):
            assert deliveries.deliver(row)

    works: list[Callable[[], object]] = [lambda part=part: work_off(part) for part in range(3)]  # type: ignore[misc]
    works.append(lambda: [services.rebuild(*WEEK, now=NOON) for _ in range(5)])
    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []
    assert Ticket.objects.count() == wanted
    assert counts() == {("11-20", "gz", "registered", "fault"): wanted}
    services.rebuild(*WEEK, now=NOON)
    assert counts() == {("11-20", "gz", "registered", "fault"): wanted}
