"""Writing many decisions at once: the items, the loads of people, and the facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import orjson
from django.db import connection
from django.db.models import F

from sunline.kernel import log, rows
from sunline.kernel.types import SYSTEM, Subject

from ..events import WorkGiven
from ..models import Presence, QueueItem
from ..types import Decision, GivenBy, Waiting

_ITEMS = """
UPDATE routing_queueitem AS item SET given_to_id = new.person, given_at = %s, given_by = %s,
 reason = new.reason, version = item.version + 1
FROM json_to_recordset(%s::json) AS new(id uuid, person uuid, reason jsonb)
WHERE item.id = new.id
"""
_PEOPLE = """
UPDATE routing_presence AS one SET load = one.load + new.weight, last_given_at = %s
FROM json_to_recordset(%s::json) AS new(person uuid, weight integer)
WHERE one.account_id = new.person
"""
Given = Sequence[tuple[Waiting, Decision]]


def write_given(given: Given, now: datetime) -> None:
    """Write that items were given by rule; the caller holds the items and the people."""
    if not given:
        return
    more = Counter[UUID]()
    for item, decision in given:
        assert decision.account_id is not None
        more[decision.account_id] += item.weight
    facts = [_fact(item, decision, now) for item, decision in given]
    if connection.vendor == "postgresql":
        _write_fast(given, more, facts, now)
        return
    _write_plain(given, more, now)
    log.write(facts)


def _fact(item: Waiting, decision: Decision, now: datetime) -> log.Entry:
    assert decision.account_id is not None
    fact = WorkGiven(
        subject_kind=item.subject_kind,
        subject_id=item.subject_id,
        queue_id=item.queue_id,
        account_id=decision.account_id,
        given_by=GivenBy.RULE.value,
        codes=decision.codes,
    )
    return log.Entry(Subject("queue_item", item.id), item.version + 1, fact, SYSTEM, now)


def _write_fast(given: Given, more: Counter[UUID], facts: list[log.Entry], now: datetime) -> None:
    items = [
        {"id": item.id, "person": decision.account_id, "reason": decision.as_reason()}
        for item, decision in given
    ]
    people = [{"person": person, "weight": weight} for person, weight in more.items()]
    batch = rows.Batch()
    log.write(facts, batch)
    batch.run(_ITEMS, [now, GivenBy.RULE.value, orjson.dumps(items).decode()])
    batch.run(_PEOPLE, [now, orjson.dumps(people).decode()])
    batch.send()


def _write_plain(given: Given, more: Counter[UUID], now: datetime) -> None:
    for item, decision in given:
        QueueItem.objects.filter(id=item.id).update(
            given_to=decision.account_id,
            given_at=now,
            given_by=GivenBy.RULE.value,
            reason=decision.as_reason(),
            version=F("version") + 1,
        )
    for person, weight in more.items():
        Presence.objects.filter(account_id=person).update(
            load=F("load") + weight, last_given_at=now
        )
