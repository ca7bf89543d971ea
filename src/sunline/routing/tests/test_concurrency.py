"""Several workers at once: nothing given twice, nobody beyond capacity, no lost count."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest
from django.db import connection

from sunline.kernel.errors import SunlineError
from sunline.kernel.ids import new_id
from sunline.kernel.models import Event
from sunline.kernel.types import Subject
from sunline.routing import queries, services
from sunline.routing.models import Presence, QueueItem
from sunline.routing.types import QueueDraft
from sunline.staff.types import system_viewer
from sunline.testing import cast
from sunline.testing.clock import NOON

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.slow]
SYSTEM = system_viewer()
KEYS = ("zheng", "chu", "wei", "wu")


@pytest.fixture
def people() -> dict[str, UUID]:
    """Return four people of Guangzhou, ready, and four queues that all of them serve."""
    org = cast.organisation()
    for code in ("q1", "q2", "q3", "q4"):
        draft = QueueDraft(code, code, org["gz"].id, automatic=True)
        services.create_queue(SYSTEM, draft, now=NOON)
    found = {key: account.id for key, account in cast.people(*KEYS).items()}
    for person in found.values():
        services.set_presence(SYSTEM, "ready", now=NOON, account_id=person)
        services.set_capacity(SYSTEM, person, 10, now=NOON)
    return found


def fill(count: int) -> list[UUID]:
    """Put pieces of work in all four lines and return their subjects."""
    queues = list(queries.setup().queues)
    rows = [
        QueueItem(
            queue_id=queues[index % len(queues)],
            subject_kind="ticket",
            subject_id=new_id(),
            waiting_since=NOON,
        )
        for index in range(count)
    ]
    QueueItem.objects.bulk_create(rows)
    return [row.subject_id for row in rows]


def at_once(*works: Callable[[], object]) -> list[BaseException]:
    """Run the works in threads that start together and return what went wrong."""
    start = threading.Barrier(len(works))
    wrong: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        try:
            start.wait()
            work()
        except BaseException as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return wrong


def check_books(people: dict[str, UUID]) -> None:
    """Assert that loads, items and facts tell the same story."""
    for person in people.values():
        held = QueueItem.objects.filter(given_to_id=person, ended_at=None).count()
        assert Presence.objects.get(account_id=person).load == held
    for item in QueueItem.objects.all():
        kinds = list(
            Event.objects.filter(subject_id=item.id)
            .order_by("sequence")
            .values_list("kind", flat=True)
        )
        assert len(kinds) == item.version
        assert kinds == ["work.given@1", "work.released@1"] * (len(kinds) // 2) + (
            ["work.given@1"] if len(kinds) % 2 else []
        )
        assert bool(len(kinds) % 2) == bool(item.given_to_id and item.ended_at is None)


def test_workers_assigning_at_once_give_each_piece_once_within_capacity(
    people: dict[str, UUID],
) -> None:
    fill(60)
    wrong = at_once(*[lambda: services.assign_waiting(NOON)] * 4)
    services.assign_waiting(NOON)
    assert wrong == []
    assert QueueItem.objects.exclude(given_to=None).count() == 40
    assert set(Presence.objects.values_list("load", flat=True)) == {10}
    check_books(people)


def test_two_workers_on_one_long_line_give_each_piece_to_one_person(
    people: dict[str, UUID],
) -> None:
    for person in people.values():
        services.set_capacity(SYSTEM, person, 100, now=NOON)
    fill(360)
    wrong = at_once(*[lambda: services.assign_waiting(NOON)] * 2)
    services.assign_waiting(NOON)
    assert wrong == []
    assert QueueItem.objects.exclude(given_to=None).count() == 360
    assert Event.objects.filter(kind="work.given@1").count() == 360
    check_books(people)


def test_two_who_take_the_same_piece_one_wins_and_the_other_is_told(
    people: dict[str, UUID],
) -> None:
    viewers = [cast.viewer("lin"), cast.viewer("zhao")]
    org = cast.organisation()
    queue = services.create_queue(SYSTEM, QueueDraft("hot", "h", org["gz-hot"].id), now=NOON)
    for _ in range(10):
        subject = new_id()
        QueueItem.objects.create(
            queue_id=queue, subject_kind="ticket", subject_id=subject, waiting_since=NOON
        )
        wrong = at_once(
            *[
                lambda who=who, what=subject: services.take(what, viewer=who, now=NOON)
                for who in viewers
            ]
        )
        assert [getattr(error, "code", error) for error in wrong] == ["routing.taken"]


def test_a_busy_floor_keeps_its_books(people: dict[str, UUID]) -> None:
    subjects = fill(80)
    ids = list(people.values())

    def assign() -> None:
        for _ in range(6):
            services.assign_waiting(NOON)

    def act(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(60):
            subject = chance.choice(subjects)
            act = chance.choice([end, release, give, turn])
            try:
                act(chance, subject)
            except SunlineError:
                continue

    def end(chance: random.Random, subject: UUID) -> None:
        services.end(subject, now=NOON)

    def release(chance: random.Random, subject: UUID) -> None:
        services.release(subject, now=NOON)

    def give(chance: random.Random, subject: UUID) -> None:
        services.give(subject, chance.choice(ids), viewer=SYSTEM, now=NOON)

    def turn(chance: random.Random, subject: UUID) -> None:
        state = chance.choice(["ready", "busy"])
        services.set_presence(SYSTEM, state, now=NOON, account_id=chance.choice(ids))

    wrong = at_once(
        assign,
        assign,
        *[lambda seed=seed: act(seed) for seed in range(3)],
        lambda: [services.recount(NOON) for _ in range(20)],
    )
    assert wrong == []
    check_books(people)


def test_the_same_work_put_in_line_twice_at_once_stands_there_once(
    people: dict[str, UUID], now: datetime
) -> None:
    subject = Subject("ticket", new_id())
    unit = cast.organisation()["gz"].id

    def put() -> None:
        services.enqueue(subject=subject, traits={}, home_path="/hq/", unit_id=unit, now=now)

    assert len(at_once(put, put, put)) == 2
    assert QueueItem.objects.filter(subject_id=subject.id).count() == 1
