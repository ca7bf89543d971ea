"""Measures the assignment engine on PostgreSQL: a full line given out, and one decision.

    python -m bench.assignment --server postgresql://postgres@127.0.0.1

1,000 pieces wait in one queue with two skills, relaxation, preferences and channel limits; 500
people are ready. CPU is this process's and its database connection's.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg

from .machine import Meter

NAME = "sunline_bench_assignment"
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
PEOPLE, WAITING, SINGLE = 500, 1000, 200


def database(server: str) -> None:
    """Make an empty database and point this process at it."""
    with psycopg.connect(f"{server}/postgres", autocommit=True) as wire:
        wire.execute(f"DROP DATABASE IF EXISTS {NAME}")
        wire.execute(f"CREATE DATABASE {NAME} TEMPLATE template0 ENCODING 'UTF8'")
    os.environ |= {
        "DATABASE_URL": f"{server}/{NAME}",
        "DJANGO_SETTINGS_MODULE": "sunline.config.settings",
        "SUNLINE_SECRET_KEY": "bench",
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def people() -> UUID:
    """Write 500 people with skills, ready, and the queue they serve; return its id."""
    from sunline.routing import services
    from sunline.routing.models import Presence
    from sunline.routing.types import QueueDraft
    from sunline.staff.models import Account, AccountSkill, Skill, Unit
    from sunline.staff.types import system_viewer

    chance = random.Random(7)
    unit = Unit.objects.create(code="hq", name="HQ", level="hq", path="/hq/")
    skills = [Skill.objects.create(code=code, name=code) for code in ("broadband", "mobile")]
    staff = Account.objects.bulk_create(
        Account(staff_no=f"{20000 + n}", name="-", unit=unit) for n in range(PEOPLE)
    )
    AccountSkill.objects.bulk_create(
        AccountSkill(account=one, skill=skill, level=chance.randint(1, 5), since=NOW)
        for one in staff
        for skill in skills
    )
    Presence.objects.bulk_create(
        Presence(account=one, state="ready", since=NOW, capacity=12) for one in staff
    )
    viewer = system_viewer()
    services.limit_channel(viewer, "chat", weight=2, most=3, now=NOW)
    services.limit_channel(viewer, "email", weight=1, most=8, now=NOW)
    draft = QueueDraft(
        "bench",
        "bench",
        unit.id,
        automatic=True,
        skills={"broadband": 2, "mobile": 1},
        preferences=("last_agent", "account_manager"),
        relax_minutes=10,
        waive_minutes=120,
    )
    return services.create_queue(viewer, draft, now=NOW)


def fill(queue_id: UUID, count: int) -> None:
    """Put pieces of work in the line, waiting since different moments."""
    from sunline.kernel.ids import new_id
    from sunline.routing.models import QueueItem
    from sunline.staff.models import Account

    chance = random.Random(count)
    ids = list(Account.objects.values_list("id", flat=True))
    QueueItem.objects.bulk_create(
        QueueItem(
            queue_id=queue_id,
            subject_kind="ticket",
            subject_id=new_id(),
            priority=chance.randint(0, 5),
            channel=(channel := chance.choice(["chat", "email", "phone"])),
            weight=2 if channel == "chat" else 1,
            last_account=chance.choice(ids),
            waiting_since=NOW - timedelta(minutes=chance.randint(0, 60)),
        )
        for _ in range(count)
    )


def tell(label: str, figures: list[tuple[float, float, float]], per: int = 1) -> None:
    """Print the medians in milliseconds."""
    wall, own, backend = (
        statistics.median(column) * 1000 / per for column in zip(*figures, strict=True)
    )
    print(f"{label}: wall {wall:.1f} ms, CPU {own:.1f} + {backend:.1f} ms", flush=True)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--server", default="postgresql://postgres@127.0.0.1")
    database(options.parse_args().server)
    from django.db import connection

    from sunline.routing import queries, services
    from sunline.routing.models import Presence, QueueItem
    from sunline.routing.rules import Floor
    from sunline.routing.services.assignment import item_of

    queue_id = people()
    full = []
    for _ in range(5):
        QueueItem.objects.all().delete()
        Presence.objects.update(load=0)
        fill(queue_id, WAITING)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        meter = Meter()
        given = services.assign_waiting(NOW)
        full.append(meter.read())
        assert given == WAITING
    tell(f"{WAITING} waiting to {PEOPLE} people", full)
    queue = queries.setup().queues[queue_id]
    row = QueueItem.objects.first()
    assert row is not None
    meter, rounds = Meter(), 100
    for _ in range(rounds):
        Floor(queries.crew(queue, NOW), queue.strategy, NOW).decide(item_of(row, queue, NOW))
    tell("one decision among all of them, read and decided", [meter.read()], rounds)
    crowd = queries.crew(queue, NOW)
    meter.start()
    for _ in range(rounds):
        Floor(crowd, queue.strategy, NOW).decide(item_of(row, queue, NOW))
    tell("the same without reading the people", [meter.read()], rounds)
    fill(queue_id, 1)
    services.assign_waiting(NOW)
    spent = []
    for number in range(SINGLE):
        fill(queue_id, 1)
        meter.start()
        assert services.assign_waiting(NOW + timedelta(seconds=number)) == 1
        spent.append(meter.read())
    # The database's CPU is counted in hundredths of a second: only the sum says anything.
    total = tuple(sum(column) for column in zip(*spent, strict=True))
    tell("one waiting piece given, with all reading and writing", [total], SINGLE)


if __name__ == "__main__":
    main()
