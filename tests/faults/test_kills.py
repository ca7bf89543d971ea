"""Killing web and worker processes under load: nothing accepted is lost, nothing avoidable is
done twice (decisions 11, 12 and 19).
"""

from __future__ import annotations

import io
import uuid
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from faults import lives, peers, reconcile, world
from faults.nursery import AT_RANDOM, Kind, Nursery

from sunline.customers import services as customers
from sunline.interactions import services as interactions
from sunline.interactions.models import Outgoing
from sunline.kernel import clock
from sunline.kernel.models import Job
from sunline.staff.types import system_viewer

pytestmark = pytest.mark.slow

# The point and the most hits before it kills. Each is aimed at in turn, in an order drawn anew for
# each round.
WEB = (
    ("register: before commit", 2),
    ("register: after commit", 2),
    ("verb: before commit", 2),
    ("verb: after commit", 2),
    ("before receive", 2),
    (AT_RANDOM, 1),
)
WORKER = (
    ("before commit", 4),
    ("after commit", 4),
    ("before send", 2),
    ("after send", 2),
    ("before mark", 2),
    ("hub: before send", 3),
    ("hub: after send", 4),
    ("hub: before mark", 4),
    ("import: before commit", 2),
    ("job: before start", 1),
    ("job: before mark", 1),
    ("recurring: before mark", 3),
    (AT_RANDOM, 1),
)
MAILING = {"before send", "after send", "before mark"}
POINTS = {point for point, _ in WEB + WORKER}
Result = tuple[Nursery, reconcile.Report]
Killing = Callable[..., Result]
PEOPLE = ("lin", "zheng", "chu", "sun", "shen")
EACH_IMPORT = 40  # customers, in batches of twenty
MOST_AHEAD = 8  # imports, and mails, that wait before more are asked for


def place_under_load(smtp_port: int, hub_port: int) -> world.World:
    """Return an operator at work with its mailbox and its listeners."""
    place = world.build(people=PEOPLE, ready=("zheng", "chu"))
    world.open_mailbox(smtp_port)
    world.subscribe(place, hub_port, "v4", "v5")
    return place


def warm_up(place: world.World, folder: Path) -> None:
    """Do every kind of work once, so that the forked processes need not read what is kept."""
    lives.shorten_leases()
    web = lives.Web(place, folder)
    for act in (web.tmf, web.internal, web.desk, web.portal, web.mail):
        act()
    lives.drain(reconcile.still_owed)
    for step in lives.STEPS:
        web.take(step)
    lives.drain(reconcile.still_owed)


def ask_import(folder: Path) -> None:
    """Ask for an import of customers, in two batches."""
    word = uuid.uuid4().hex[:16]
    rows = ["客户编码,客户名称,归属单位"]
    rows += [f"{word}-{row},客户{row},gz" for row in range(EACH_IMPORT)]
    customers.ask_import(system_viewer(), io.BytesIO("\n".join(rows).encode()), now=clock.now())
    peers.append(folder / "imports", {"word": word})


def write_mails(folder: Path, how_many: int = 3) -> None:
    """Write mails to a customer, so that there are some to send."""
    now, word = clock.now(), uuid.uuid4().hex[:16]
    address = f"{word}@customer.example"
    contact = interactions.open_contact(
        channel="email", viewer=system_viewer(), now=now, address=address, direction="outbound"
    )
    for number in range(how_many):
        interactions.send(
            contact.interaction_id,
            body="您好，已修复。",
            to=address,
            viewer=system_viewer(),
            now=now,
            key=f"{word}-{number}",
        )
        peers.append(folder / "mails written", {"key": f"{word}-{number}"})


def settle_unknown() -> None:
    """Do what a person does with the list of the unknown: send again."""
    for row in Outgoing.objects.filter(state="unknown"):
        interactions.settle_outgoing(row.id, resend=True, viewer=system_viewer(), now=clock.now())


def _few(rows: QuerySet[Any]) -> bool:
    return rows.count() < MOST_AHEAD


def kinds_for(place: world.World, folder: Path, *, web: int, workers: int) -> list[Kind]:
    def serve(point: str) -> None:
        lives.Web(place, folder).live(point)

    def work(point: str) -> None:
        # There shall be something to die over, and no more of it than can be done in the end.
        if point.startswith(("job", "import")) and _few(Job.objects.filter(state="waiting")):
            ask_import(folder)
        if point in MAILING and _few(Outgoing.objects.filter(state="waiting")):
            write_mails(folder)
        lives.work(point)

    return [
        *(Kind(f"web {number}", serve, WEB) for number in range(web)),
        *(Kind(f"worker {number}", work, WORKER) for number in range(workers)),
        # One that lives longer keeps the work flowing from which the others are torn.
        Kind("steady", lives.work, ((AT_RANDOM, 1),), random_life=(3.0, 6.0)),
    ]


def table(nursery: Nursery, report: reconcile.Report) -> str:
    """Return the kills by kind and point, and all that was counted."""
    kills: Counter[tuple[str, str]] = Counter()
    for (kind, point), count in nursery.kills.items():
        kills[kind.split()[0], point] += count
    lines = [f"{count:6}  {kind:7} {point}" for (kind, point), count in sorted(kills.items())]
    lines.append(f"{nursery.named():6}  kills at named points, on {connection.vendor}")
    lines += [f"{count:6}  {name}" for name, count in report.counts.items()]
    return "\n".join(lines)


@pytest.fixture
def kill(shared: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Killing:
    """Return a run: so many kills in so much time, then a clean end and the questions."""

    def run(*, wanted: int, seconds: float, web: int, workers: int) -> Result:
        for module, name in lives.LEASES:
            monkeypatch.setattr(module, name, getattr(module, name))  # given back afterwards
        with peers.running(tmp_path / "peers") as outside:
            place = place_under_load(outside.smtp_port, outside.hub_port)
            warm_up(place, tmp_path)
            nursery = Nursery(tmp_path)
            kinds = kinds_for(place, tmp_path, web=web, workers=workers)
            nursery.run(kinds, wanted=wanted, seconds=seconds)
            lives.drain(reconcile.still_owed)
            report = reconcile.Report()
            reconcile.nothing_stuck(report)
            reconcile.acceptance(report, tmp_path)
            reconcile.histories(report)
            reconcile.effects(report)
            reconcile.mails(report, tmp_path, outside)
            reconcile.notices(report, outside)
            reconcile.jobs(report, tmp_path, EACH_IMPORT)
            settle_unknown()
            lives.drain(reconcile.still_owed)
            reconcile.resent(report, outside)
        (tmp_path / "table").write_text(table(nursery, report))
        print(table(nursery, report))
        failed = tmp_path / "failures"
        assert not failed.exists(), failed.read_text()[:4000]
        assert not nursery.failures, nursery.failures
        assert not report.wrong, "\n".join(report.wrong)
        return nursery, report

    return run


@pytest.mark.postgres
def test_five_hundred_kills_at_named_points_lose_nothing(kill: Killing) -> None:
    nursery, report = kill(wanted=510, seconds=400, web=3, workers=5)
    assert nursery.named() >= 500
    missed = POINTS - {point for _, point in nursery.kills}
    assert not missed
    assert report.counts["accepted"] > 50
    assert report.counts["work taken before it was offered"] > 0
    assert report.counts["mails sent"] > 10
    # Only a death between giving and knowing can leave an outcome open.
    between = sum(
        count
        for (_, point), count in nursery.kills.items()
        if point in {"after send", "before mark", AT_RANDOM}
    )
    assert report.counts.get("mails unknown", 0) <= between
    assert report.counts["notifications repeated with the same id"] <= 8 * sum(
        count
        for (kind, point), count in nursery.kills.items()
        if kind.startswith("worker") and (point.startswith("hub") or point == AT_RANDOM)
    )


def test_kills_on_the_embedded_database(kill: Killing) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the large run has killed on this database")
    nursery, report = kill(wanted=40, seconds=60, web=1, workers=1)
    assert nursery.named() >= 40
    assert report.counts["accepted"] > 10
