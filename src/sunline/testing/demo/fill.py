"""Filling an empty database with the demo operator; all of it or nothing."""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, transaction

from sunline.customers import services as customers
from sunline.kernel.ids import local_day
from sunline.kernel.types import SYSTEM
from sunline.knowledge import services as knowledge
from sunline.sla import services as sla
from sunline.staff.models import Account, Unit
from sunline.tickets.services import load_checks, load_proofs
from sunline.tickets.services.training import retrain

from . import belonging, classes, data_use, grants, people, present, queues, revisits
from . import customers as registry
from .appeals import Appeals
from .cases import Cases, work_on
from .crew import Crew
from .history import History
from .outages import Outages
from .outside import Outside
from .practice import Practice
from .redress import Redress
from .reviews import Reviews
from .shifts import hand_over
from .sizes import Size
from .weeks import list_weeks

SEED = "sunline telecom"
Say = Callable[[str], None]


def is_empty() -> bool:
    """Return whether nobody has filled the database yet."""
    return not Unit.objects.exists()


def fill(size: Size, *, now: datetime, say: Say, seed: str = SEED) -> None:
    """Write the demo operator; the same seed and day give the same history."""
    gc.disable()  # a million small objects are made and none in a circle
    try:
        _fill(size, now=now, say=say, seed=seed)
    finally:
        gc.enable()


def _fill(size: Size, *, now: datetime, say: Say, seed: str) -> None:
    with transaction.atomic():
        if connection.vendor == "postgresql":
            # Else a million rows' foreign keys are remembered and checked at the very end.
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        started = time.monotonic()
        hired = people.hire(now=now, rng=rng(seed, "people"))
        sla.load_shipped(now)
        knowledge.load_topics(now=now - timedelta(days=400))
        classes.prepare(now)
        customers.load_regions()
        load_checks(now)
        load_proofs(now - timedelta(hours=12))  # what was proved this morning counts
        addresses = data_use.load_table(now)
        queues.open_queues(now=now)
        queues.clock_in(hired, now=now, rng=rng(seed, "presence"))
        queues.set_floor(hired, now=now, rng=rng(seed, "floor"))
        say(f"{sum(len(team) for team in hired.values())} people: {_since(started)}")
        say(f"{addresses} rows of the simulated table of addresses")
        if size.customers:
            _past(size, hired, now=now, say=say, seed=seed)


def _past(
    size: Size, hired: dict[str, list[Account]], *, now: datetime, say: Say, seed: str
) -> None:
    started, today = time.monotonic(), local_day(now)
    served = registry.register(size.customers, now=now, today=today, rng=rng(seed, "customers"))
    registry.count_billed(today=today, rng=rng(seed, "billed"))
    say(f"{len(served):,} customers: {_since(started)}")
    started, done = time.monotonic(), 0
    past = History(
        served,
        Crew(hired, rng(seed, "crew")),
        now=now,
        rng=rng(seed, "history"),
        linked=size.linked,
    )
    for index, (contacts, tickets) in enumerate(size.parts()):
        drawn = past.draw(contacts, tickets, special=index == 0)
        for written in past.write(drawn, past_clocks=size.slices == 1):
            done += len(written)
        if size.slices > 1:
            say(f"  {done:,} tickets, {_since(started)}")
    say(f"{size.interactions:,} interactions, {done:,} tickets: {_since(started)}")
    started = time.monotonic()
    in_hand = present.queue_work()
    crew = Crew(hired, rng(seed, "practice crew"))
    each = 25 if done else 0
    Practice(crew, each=each, now=now, rng=rng(seed, "practice")).run()
    Cases(now=now, rng=rng(seed, "cases")).write()
    work_on(now=now)
    granted = grants.grant_and_ask(now=now, rng=rng(seed, "grants"))
    owed = Redress(now=now, rng=rng(seed, "redress")).write()
    sheets = data_use.dispute(now=now, rng=rng(seed, "data use"))
    appealed = Appeals(now=now, rng=rng(seed, "appeals")).write()
    asked = present.ask_ratings(now=now, rng=rng(seed, "ratings"))
    callers = Account.objects.filter(grants__role__code="revisit_caller").order_by("staff_no")
    recalled = revisits.remember(
        callers.values_list("id", "staff_no"), now=now, rng=rng(seed, "revisits")
    )
    joined = belonging.belong(now=now, rng=rng(seed, "belonging"))
    disturbed = Outages(now=now, rng=rng(seed, "outages")).write()
    reviewed = Reviews(now=now, rng=rng(seed, "reviews")).write() if size.slices == 1 else 0
    logs = hand_over(now=now)
    weeks = list_weeks(now=now) if size.slices == 1 else 0
    visits = Outside(now=now, rng=rng(seed, "outside")).write() if size.slices == 1 else 0
    present.count_days(now=now)
    if size.slices == 1:
        started_training = time.monotonic()
        retrain(SYSTEM, now=now)
        say(f"suggestions learnt: {_since(started_training)}")
    counted = f"{asked:,} surveys, {recalled:,} revisit plans, days counted"
    say(f"{in_hand} orders in hand, {counted}: {_since(started)}")
    say(f"{joined} tickets that belong together, {reviewed} reviews, {weeks} weeks")
    say(f"{granted} grants, {logs} shift logs, {owed} proposals, {appealed} appeals")
    say(f"{sheets} explanation sheets of data use, {disturbed} outages, {visits} field orders")


def _since(started: float) -> str:
    return f"{time.monotonic() - started:.1f} s"


def rng(seed: str, part: str) -> random.Random:
    """Return the dice of one part, so that a change in one leaves the others alone."""
    return random.Random(f"{seed}/{part}")
