"""Numbers that people read out are unique, whoever registers at the same moment, on any day."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, connections
from faults import peers, world

from sunline.kernel import ids
from sunline.kernel.models import Event
from sunline.tickets import services
from sunline.tickets.models import Ticket
from sunline.tickets.types import Registration

pytestmark = [pytest.mark.slow, pytest.mark.postgres]
PROCESSES, EACH = 8, 200
MIDNIGHT = datetime(2027, 1, 31, 16, 0, tzinfo=UTC)  # in Beijing; also the turn of a month


def in_processes(work: Callable[[int], None], folder: Path) -> list[str]:
    """Run the work in processes at once and return what they complained of."""
    connections.close_all()
    children = []
    for number in range(PROCESSES):
        child = os.fork()
        if child == 0:
            try:
                work(number)
                os._exit(0)
            except BaseException as error:
                peers.append(folder / "errors", {"error": repr(error)})
            finally:
                os._exit(1)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    return [line["error"] for line in peers.lines(folder / "errors")]


def register(place: world.World, now: datetime) -> None:
    wanted = Registration(
        kind="fault", title="掉线", description="掉线", channel="phone", home_unit_id=place.home
    )
    services.register(world.SYSTEM, wanted, now=now)


@pytest.mark.parametrize("over_midnight", [False, True])
def test_numbers_are_unique(shared: None, tmp_path: Path, over_midnight: bool) -> None:
    place = world.build(people=())
    ids._ready.clear()  # no process knows the day's sequence: all of them make it at once
    before = MIDNIGHT - timedelta(hours=1)

    def work(number: int) -> None:
        for turn in range(EACH):
            late = over_midnight and turn >= EACH // 2
            register(place, MIDNIGHT if late else before)

    assert in_processes(work, tmp_path) == []
    numbers = list(Ticket.objects.values_list("number", flat=True))
    assert len(set(numbers)) == len(numbers) == PROCESSES * EACH
    assert all(re.fullmatch(r"T2027(0131|0201)-\d{6}", number) for number in numbers)
    days = Counter(number[:9] for number in numbers)
    half = PROCESSES * EACH // 2
    wanted = {"T20270131": half, "T20270201": half} if over_midnight else {"T20270131": 2 * half}
    assert days == wanted
    assert Event.objects.filter(kind="ticket.registered@1").count() == PROCESSES * EACH
    assert connection.vendor == "postgresql"
