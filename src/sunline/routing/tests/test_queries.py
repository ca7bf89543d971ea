"""What people see of queues and presence, each within their own units."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from sunline.kernel.ids import new_id
from sunline.kernel.models import Event
from sunline.kernel.types import Subject
from sunline.routing import handlers, queries, services, tasks
from sunline.routing.models import Presence, QueueItem
from sunline.routing.types import QueueDraft, RuleDraft
from sunline.staff.types import Viewer, system_viewer
from sunline.testing import cast

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer()
Look = Callable[[str], Viewer]


@pytest.fixture
def floor(org: cast.Organisation, now: datetime) -> dict[str, UUID]:
    """Return a queue each for Guangzhou and Nanjing network units, with work in them."""
    queues = {}
    for code in ("gz-net", "nj-net"):
        queues[code] = services.create_queue(
            SYSTEM, QueueDraft(code, code, org[code].id, automatic=True), now=now
        )
        for minutes in range(3):
            services.enqueue(
                subject=Subject("ticket", new_id()),
                traits={},
                home_path="/hq/",
                unit_id=org[code].id,
                now=now - timedelta(minutes=10 * minutes),
            )
    zheng = cast.person("zheng").id
    services.set_presence(SYSTEM, "ready", now=now, account_id=zheng)
    services.set_capacity(SYSTEM, zheng, 1, now=now)
    services.set_presence(SYSTEM, "busy", now=now, account_id=cast.person("zhang_nj").id)
    return queues


def test_counts_and_the_longest_wait_per_queue(
    floor: dict[str, UUID], now: datetime, django_assert_max_num_queries: Callable[..., object]
) -> None:
    assert services.assign_waiting(now) == 1
    queries.setup()
    with django_assert_max_num_queries(1):  # type: ignore[attr-defined]
        loads = {row.queue.code: row for row in queries.waiting(SYSTEM, now)}
    assert (loads["gz-net"].waiting, loads["gz-net"].given) == (2, 1)
    assert loads["gz-net"].longest_wait == timedelta(minutes=10)  # the oldest was given out
    assert (loads["nj-net"].waiting, loads["nj-net"].given) == (3, 0)
    assert loads["nj-net"].longest_wait == timedelta(minutes=20)


def test_each_sees_the_queues_and_people_of_their_units(
    floor: dict[str, UUID], now: datetime, viewer: Look
) -> None:
    def seen(key: str) -> tuple[set[str], set[str]]:
        who = viewer(key)
        queues = {row.queue.code for row in queries.waiting(who, now)}
        return queues, {row.staff_no for row in queries.presence_board(who, now)}

    assert seen("qian") == ({"gz-net"}, {"20007"})
    assert seen("shi_js") == ({"nj-net"}, {"31003"})
    assert seen("you") == ({"gz-net", "nj-net"}, {"20007", "31003"})
    assert seen("lin") == (set(), set())


def test_rules_are_listed_by_rank_for_those_who_see_the_queue(
    floor: dict[str, UUID], now: datetime, viewer: Look
) -> None:
    for rank, code in ((2, "gz-net"), (1, "nj-net")):
        services.create_rule(SYSTEM, RuleDraft(code, rank, floor[code]), now=now)
    assert [row.name for row in queries.rules_in_force(SYSTEM, now)] == ["nj-net", "gz-net"]
    assert [row.name for row in queries.rules_in_force(viewer("qian"), now)] == ["gz-net"]


def test_a_freed_or_ready_person_is_looked_after_at_once(
    floor: dict[str, UUID], now: datetime, drained: Callable[[], int]
) -> None:
    zheng = cast.person("zheng").id
    drained()
    first = QueueItem.objects.get(given_to_id=zheng)
    services.end(first.subject_id, now=now)
    drained()
    assert QueueItem.objects.filter(given_to_id=zheng, ended_at=None).count() == 1
    services.set_presence(SYSTEM, "ready", now=now, account_id=cast.person("zhang_nj").id)
    drained()
    assert Presence.objects.get(account_id=cast.person("zhang_nj").id).load == 3


@pytest.fixture
def drained(now: datetime) -> Callable[[], int]:
    """Return a function that hands every new fact about room to routing's own handler, twice."""
    seen: set[UUID] = set()

    def run() -> int:
        done = 0
        kinds = ("work.released@1", "presence.changed@1")
        while fresh := [row for row in Event.objects.filter(kind__in=kinds) if row.id not in seen]:
            for event in fresh:
                seen.add(event.id)
                handlers.on_room(event, now)
                handlers.on_room(event, now)
                done += 1
        return done

    return run


def test_the_recurring_tasks_run(floor: dict[str, UUID], now: datetime) -> None:
    tasks.assign(now)
    tasks.recount(now)
    assert Presence.objects.filter(load=1).count() == 1
