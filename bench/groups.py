"""How many arrivals a second the detection of group complaints takes on one core.

    python -m bench.groups --tickets 20000 --server postgresql://postgres@127.0.0.1

Registers tickets of many topics and areas in a database of its own, spread as a day of a million
would be, with one outage among them; then hands each to the detection, one after the other in one
process, as a worker does. The figure includes PostgreSQL, which works on the same machine.
"""

from __future__ import annotations

import argparse
import os
import random
from collections import Counter
from datetime import timedelta
from uuid import UUID

import django
import psycopg

from .machine import Meter

NAME = "sunline_bench_groups"
A_DAY = 1_000_000
OUTAGE = 60  # tickets of one cell within ten minutes


def main() -> None:
    """Make the database, fill it, and measure."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--tickets", type=int, default=20_000)
    asked.add_argument("--server", default="postgresql://postgres@127.0.0.1")
    options = asked.parse_args()
    with psycopg.connect(f"{options.server}/postgres", autocommit=True) as wire:
        wire.execute(f"DROP DATABASE IF EXISTS {NAME}")
        wire.execute(
            f"CREATE DATABASE {NAME} TEMPLATE template0 ENCODING 'UTF8' "
            "LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"
        )
    os.environ |= {"DATABASE_URL": f"{options.server}/{NAME}", "SUNLINE_SECRET_KEY": "bench"}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sunline.config.settings")
    django.setup()
    measure(options.tickets)


def measure(count: int) -> None:
    """Register the tickets, hand them to the detection, and print what it took."""
    from django.core.management import call_command

    from sunline.kernel import clock
    from sunline.tickets import services
    from sunline.tickets.models import GroupCase, GroupMember

    call_command("migrate", verbosity=0, interactive=False)
    now = clock.now()
    keys = filled(count)
    usual(count)
    print(f"{len(keys):,} tickets registered", flush=True)
    meter = Meter()
    for key in keys:
        services.watch(key, now=now)
    wall, own, backend = meter.read()
    print(
        f"{len(keys):,} arrivals: {len(keys) / wall:,.0f} a second, "
        f"{1000 * wall / len(keys):.2f} ms each; "
        f"CPU {1000 * own / len(keys):.2f} + {1000 * backend / len(keys):.2f} ms; "
        f"a day of a million needs {A_DAY / 86_400:.1f} a second; "
        f"{GroupCase.objects.count()} groups, {GroupMember.objects.count()} joined at once"
    )


def usual(count: int) -> None:
    """Let the weeks before have been as the tickets are, but for the outage."""
    from sunline.kernel import clock
    from sunline.knowledge import queries as knowledge
    from sunline.tickets import policies
    from sunline.tickets.models import AreaWatch, HourCount, Ticket
    from sunline.tickets.rules import groups, kin

    now, topics = clock.now(), knowledge.topics()
    hours = 3600 * A_DAY / 86_400 / count
    seen = Counter[tuple[UUID, str]]()
    rows = Ticket.objects.exclude(area_code="OLT-1").exclude(topic_id=None)
    for topic_id, home, code in rows.values_list("topic_id", "home_unit_id", "area_code"):
        own = topics.get(topic_id)
        assert own is not None
        branch = topics.by_code(kin.branch(own.code, policies.GROUP_LEVEL.at(now))) or own
        seen.update([(branch.id, f"unit:{home}"), (branch.id, f"code:{code}")])
    since = now - timedelta(weeks=6)
    watches = AreaWatch.objects.bulk_create(
        AreaWatch(topic_id=topic, area=area, first_at=since, last_at=since) for topic, area in seen
    )
    this = groups.hour_of(now)
    HourCount.objects.bulk_create(
        HourCount(watch=row, hour=hour, count=round(seen[row.topic_id, row.area] * hours))
        for row in watches
        if row.area.startswith("unit:")
        for hour in groups.same_hours(this, 5) + groups.same_hours(this - groups.HOUR, 5)
    )


def filled(count: int) -> list[UUID]:
    """Register tickets in the past minutes that a day of a million would have them in."""
    from sunline.kernel import clock
    from sunline.knowledge import queries as knowledge
    from sunline.knowledge import services as knowing
    from sunline.sla import services as sla
    from sunline.staff.types import system_viewer
    from sunline.testing import cast
    from sunline.tickets import services
    from sunline.tickets.models import Ticket
    from sunline.tickets.types import Registration

    moment = clock.now()
    units = cast.organisation()
    sla.load_shipped(moment)
    knowing.load_topics(now=moment)
    dice = random.Random("groups")
    homes = [units[code].id for code in ("gz", "sz", "nj")]
    topics = [row.id for row in knowledge.topics().leaves()]
    wanted = [
        Registration(
            kind=dice.choice(("fault", "complaint")),
            title="宽带掉线",
            description="宽带掉线",
            channel="phone",
            home_unit_id=dice.choice(homes),
            topic_id=dice.choice(topics),
            area_code=f"CELL-{dice.randrange(5000)}",
        )
        for _ in range(count - OUTAGE)
    ]
    wanted += [
        Registration(
            kind="fault",
            title="断网",
            description="断网",
            channel="phone",
            home_unit_id=homes[0],
            topic_id=topics[0],
            area_code="OLT-1",
        )
        for _ in range(OUTAGE)
    ]
    refs = []
    for start in range(0, len(wanted), 1000):
        refs += services.register_many(system_viewer(), wanted[start : start + 1000], now=moment)
    rows = list(Ticket.objects.only("id", "registered_at").order_by("id"))
    spread = timedelta(seconds=count * 86_400 / A_DAY)
    for place, row in enumerate(rows):
        ago = dice.uniform(0, 600) if place >= count - OUTAGE else 0.0
        row.registered_at = moment - spread + spread * (place / count)
        if ago:
            row.registered_at = moment - timedelta(seconds=ago)
    Ticket.objects.bulk_update(rows, ["registered_at"], batch_size=2000)
    return [row.id for row in rows]


if __name__ == "__main__":
    main()
