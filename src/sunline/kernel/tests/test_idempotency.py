"""A repeated request gets its first answer; a failed one may be tried again."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection

from sunline.kernel import idempotency
from sunline.kernel.errors import Invalid
from sunline.kernel.idempotency import Answer, KeyReused, fingerprint, once

pytestmark = pytest.mark.django_db


def test_the_work_is_done_once(now: datetime) -> None:
    done = []

    def work() -> Answer:
        done.append(1)
        return Answer(201, {"id": len(done)}, {"Location": "/1"})

    first = once("a", "k", fingerprint("x"), now=now, work=work)
    again = once("a", "k", fingerprint("x"), now=now, work=work)
    assert (first.status, first.body, first.headers) == (again.status, again.body, again.headers)
    assert (first.replayed, again.replayed, len(done)) == (False, True, 1)
    once("b", "k", fingerprint("x"), now=now, work=work)
    assert len(done) == 2
    with pytest.raises(KeyReused):
        once("a", "k", fingerprint("y"), now=now, work=work)


def test_a_failure_is_not_remembered(now: datetime) -> None:
    def fail() -> Answer:
        raise Invalid()

    with pytest.raises(Invalid):
        once("a", "k", "f", now=now, work=fail)
    assert once("a", "k", "f", now=now, work=lambda: Answer(200)).status == 200


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_loser_of_a_race_gets_the_winners_answer(now: datetime) -> None:
    done: list[int] = []
    started = threading.Barrier(4)

    def work() -> Answer:
        done.append(1)
        time.sleep(0.2)  # the others come while this one is still at it
        return Answer(201, {"id": len(done)})

    def ask(_: int) -> Answer:
        started.wait()
        try:
            return once("a", "k", "f", now=now, work=work)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(ask, range(4)))
    assert len(done) == 1
    assert {(answer.status, answer.body["id"]) for answer in answers} == {(201, 1)}
    assert sum(answer.replayed for answer in answers) == 3


def test_old_keys_are_forgotten(now: datetime) -> None:
    once("a", "k", "f", now=now, work=lambda: Answer(200))
    assert idempotency.purge(now + timedelta(days=1)) == 0
    assert idempotency.purge(now + timedelta(days=8)) == 1


def test_fingerprints_keep_parts_apart() -> None:
    assert fingerprint("a", "bc") != fingerprint("ab", "c")
