"""One worker beside several writers on the embedded database: nobody hears of a locked file."""

from __future__ import annotations

import os
import signal
import traceback
from pathlib import Path

import pytest
from django.db import connection, connections
from faults import lives, peers, reconcile, world

from sunline.kernel.models import Event
from sunline.tickets import services
from sunline.tickets.models import Ticket

pytestmark = pytest.mark.slow
WRITERS, EACH = 4, 500


def test_two_thousand_operations_and_no_locked_database(shared: None, tmp_path: Path) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("about the embedded database")
    lives.shorten_leases()  # before the worker starts, which dies with some in its hands
    place = world.build(people=("lin",), ready=("zheng", "chu"))
    web = lives.Web(place, tmp_path)
    web.internal()
    connections.close_all()
    writers = [_fork(lambda: _write(web), tmp_path) for _ in range(WRITERS)]
    worker = _fork(lambda: lives.work(""), tmp_path)
    for pid in writers:
        os.waitpid(pid, 0)
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    errors = [line["error"] for line in peers.lines(tmp_path / "errors")]
    assert not errors, errors[0]
    done = len(peers.lines(tmp_path / "done"))
    assert done == WRITERS * EACH
    lives.drain(reconcile.still_owed)
    report = reconcile.Report()
    reconcile.nothing_stuck(report)
    reconcile.acceptance(report, tmp_path)
    reconcile.histories(report)
    reconcile.effects(report)
    assert not report.wrong, "\n".join(report.wrong)


def _write(web: lives.Web) -> None:
    """Register, note, read and list, as a web process would, so many times."""
    for turn in range(EACH):
        if turn % 4 == 0:
            web.internal()
        elif turn % 4 == 1:
            newest = Ticket.objects.order_by("-id").first()
            assert newest is not None
            services.add_note(world.SYSTEM, newest.id, text="回电", now=lives.clock.now())
        elif turn % 4 == 2:
            newest = Ticket.objects.order_by("-id").first()
            assert newest is not None
            answer = web.system.get(f"/api/internal/tickets/{newest.number}")
            assert answer.status_code == 200, answer.content
        else:
            answer = web.browsers["lin"].get("/tickets")
            assert answer.status_code == 200, answer.content
        peers.append(web.folder / "done", {"kinds": str(Event.objects.count() > 0)})


def _fork(work: lives.Callable[[], None], folder: Path) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            work()
            os._exit(0)
        except BaseException:
            peers.append(folder / "errors", {"error": traceback.format_exc()})
        finally:
            os._exit(1)
    return pid
