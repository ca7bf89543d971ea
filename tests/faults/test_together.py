"""Fifty people who move, rest, press, merge and take apart the same two hundred tickets."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from uuid import UUID

import psycopg
import pytest
from django.db import OperationalError, connection, connections
from faults import world

from sunline.kernel import clock, deliveries
from sunline.kernel.errors import SunlineError
from sunline.kernel.models import Delivery, Event
from sunline.sla.models import Clock
from sunline.tickets import services
from sunline.tickets.models import Merge, Ticket
from sunline.tickets.types import FINAL, Registration

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
WORKERS, TICKETS, SECONDS = 50, 200, 15.0
CALLERS = 40  # so that many tickets are of one caller and may be merged


@pytest.fixture
def tickets() -> list[tuple[UUID, str]]:
    """Return two hundred tickets of forty callers, half of them at work."""
    place = world.build(people=())
    now = clock.now()
    unit = world.cast.organisation()["gz-net"].id
    wanted = [
        Registration(
            kind="fault",
            title="掉线",
            description=f"宽带掉线 {number}",
            channel="phone",
            home_unit_id=place.home,
            contact=f"199000000{number % CALLERS:02d}",
        )
        for number in range(TICKETS)
    ]
    refs = services.register_many(world.SYSTEM, wanted, now=now)
    for ref in refs[::2]:
        services.dispatch(world.SYSTEM, ref.id, unit_id=unit, now=now)
        services.accept(world.cast.viewer("zheng", now), ref.id, now=now)
    return [(ref.id, ref.number) for ref in refs]


class Crowd:
    """What the workers do, and what came of it."""

    def __init__(self, tickets: list[tuple[UUID, str]]) -> None:
        self.tickets = tickets
        self.unit = world.cast.organisation()["gz-net"].id
        self.people = [world.cast.person(key).id for key in ("zheng", "chu")]
        self.results: Counter[str] = Counter()
        self.broken: list[str] = []
        self.lock = threading.Lock()

    def work(self, seed: int, until: float) -> None:
        """Act on tickets at random until the time is over."""
        dice = random.Random(seed)
        try:
            while time.monotonic() < until:
                self.once(dice)
        finally:
            connections.close_all()

    def once(self, dice: random.Random) -> None:
        name, act = self.drawn(dice)
        try:
            act(now=clock.now())
            outcome = "done"
        except SunlineError:
            outcome = "refused"
        except (
            OperationalError,
            psycopg.OperationalError,
        ) as error:  # a deadlock, or a wait without end
            outcome = "broken"
            with self.lock:
                self.broken.append(f"{name}: {error}")
        with self.lock:
            self.results[f"{name} {outcome}"] += 1

    def drawn(self, dice: random.Random):  # type: ignore[no-untyped-def]
        """Return an act on a ticket; merging is between tickets of one caller."""
        place = dice.randrange(TICKETS)
        ticket = self.tickets[place][0]
        other = self.tickets[(place + CALLERS * dice.randrange(1, 5)) % TICKETS][1]
        system, person = world.SYSTEM, dice.choice(self.people)
        acts = {
            "dispatch": partial(services.dispatch, system, ticket, unit_id=self.unit),
            "accept": partial(services.accept, system, ticket),
            "transfer": partial(services.transfer, system, ticket, handler_id=person),
            "hold": partial(services.hold, system, ticket, reason="parts"),
            "resume": partial(services.resume, system, ticket),
            "urge": partial(services.urge, system, ticket, text="请加快"),
            "chase": partial(services.chase, system, ticket),
            "merge": partial(services.merge, system, ticket, into_number=other),
            "unmerge": partial(services.unmerge, system, ticket),
            "relate": partial(services.relate, system, ticket, other, kind="related"),
            "note": partial(services.add_note, system, ticket, text="回电"),
            "copies": partial(services.find_copies, ticket),
            "deliver": self.deliver,
        }
        name = dice.choice([*acts, "merge", "unmerge", "transfer"])
        return name, acts[name]

    @staticmethod
    def deliver(*, now: object) -> None:
        """Do what is owed to listeners, as the workers do at the same time."""
        for row in deliveries.claim(clock.now())[:5]:
            deliveries.deliver(row)


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def test_a_crowd_on_the_same_tickets(tickets: list[tuple[UUID, str]]) -> None:
    before, crowd = deadlocks(), Crowd(tickets)
    until = time.monotonic() + SECONDS
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(lambda seed: crowd.work(seed, until), range(WORKERS)))
    assert crowd.broken == []
    failed = list(Delivery.objects.exclude(last_error="").values_list("listener", "last_error"))
    assert failed == []
    assert deadlocks() == before
    for name in ("merge", "unmerge", "transfer", "hold", "urge"):
        assert crowd.results[f"{name} done"] > 0, crowd.results
    check(tickets)


def check(tickets: list[tuple[UUID, str]]) -> None:
    """The facts are whole, and what stands beside each ticket agrees with its state."""
    rows = {row.id: row for row in Ticket.objects.all()}
    assert len(rows) == len(tickets)
    for row in rows.values():
        facts = Event.objects.filter(subject_id=row.id).order_by("sequence")
        assert list(facts.values_list("sequence", flat=True)) == list(range(1, row.version + 1))
        assert facts.last().payload["state"] == row.state
        assert (row.closed_at is not None) == (row.state in FINAL)
        assert (row.next_due_at is None) == (row.state in FINAL)
    open_merges = list(Merge.objects.filter(undone_at=None))
    merged = {row.id for row in rows.values() if row.state == "merged"}
    assert {one.ticket_id for one in open_merges} == merged
    # Nothing is merged into what was itself merged away, and nothing in a circle.
    assert not {one.into_id for one in open_merges} & merged
    resting = {row.id for row in rows.values() if row.state == "on_hold"}
    paused = set(Clock.objects.exclude(paused_at=None).values_list("subject_id", flat=True))
    assert paused - merged <= resting
