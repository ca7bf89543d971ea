"""What people decide on failed deliveries, and that it is known who did."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from sunline.kernel import deliveries
from sunline.kernel.ids import new_id
from sunline.kernel.models import Delivery, Event
from sunline.kernel.types import Actor

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
WANG = Actor(Actor.PERSON, new_id(), "20012")


def delivery(*, dead: bool = True) -> Delivery:
    """Return what is owed to a listener that does not exist."""
    event = Event.objects.create(
        subject_kind="ticket",
        subject_id=new_id(),
        sequence=1,
        kind="ticket.registered@1",
        at=NOW,
        actor_kind="system",
        payload={},
    )
    return Delivery.objects.create(
        listener="nobody",
        event=event,
        subject_id=event.subject_id,
        sequence=1,
        due_at=NOW,
        attempts=12,
        dead=dead,
    )


def test_a_replayed_delivery_is_due_again_and_tells_who_asked():
    row = delivery()
    assert deliveries.replay(row.id, actor=WANG, now=NOW)
    row.refresh_from_db()
    assert (row.dead, row.attempts, row.due_at) == (False, 0, NOW)
    fact = Event.objects.get(kind="delivery.replayed@1", subject_id=row.id)
    assert (fact.actor_label, fact.payload["listener"]) == ("20012", "nobody")
    assert fact.payload["event_id"] == str(row.event_id)


def test_a_skipped_delivery_is_gone_and_tells_who_gave_it_up():
    row = delivery()
    assert deliveries.skip(row.id, actor=WANG, now=NOW)
    assert not Delivery.objects.filter(id=row.id).exists()
    fact = Event.objects.get(kind="delivery.skipped@1", subject_id=row.id)
    assert (fact.subject_kind, fact.actor_id) == ("delivery", WANG.id)


@pytest.mark.parametrize("act", [deliveries.replay, deliveries.skip])
def test_only_what_was_laid_aside_can_be_decided_on(act):
    row = delivery(dead=False)
    assert not act(row.id, actor=WANG, now=NOW)
    assert not act(uuid4(), actor=WANG, now=NOW)
    assert not Event.objects.filter(subject_kind="delivery").exists()


def test_a_delivery_that_keeps_ending_its_worker_is_laid_aside():
    row = delivery(dead=False)
    Delivery.objects.filter(id=row.id).update(attempts=deliveries.MOST_CLAIMS)
    claimed = deliveries.claim(NOW)
    assert [one.id for one in claimed] == [row.id]
    assert not deliveries.deliver(claimed[0])
    row.refresh_from_db()
    assert row.dead
    assert "worker" in row.last_error
    assert deliveries.claim(NOW) == []
