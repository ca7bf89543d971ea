"""What the past leaves behind today: work in people's hands, ratings, and the counted days."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from sunline.insight import services as insight
from sunline.kernel.ids import id_at, local_day
from sunline.kernel.loading import load
from sunline.kernel.models import Event
from sunline.quality.models import Survey
from sunline.routing.models import Presence, Queue, QueueItem
from sunline.tickets.models import Ticket
from sunline.tickets.types import State

from .sizes import DAYS

IN_HAND = (
    State.AWAITING_ACCEPTANCE,
    State.IN_HANDLING,
    State.ON_HOLD,
    State.AWAITING_CUSTOMER,
)
RATED_WITHIN = timedelta(days=7)
MOST_SURVEYS = 20_000


def queue_work(only: Collection[UUID] | None = None) -> int:
    """Put open orders, or some of them, in their units' queues, given to their handlers."""
    queues = dict(Queue.objects.filter(closed_at=None).values_list("unit_id", "id"))
    rows, loads = [], Counter[UUID]()
    open_ones = Ticket.objects.filter(state__in=IN_HAND, unit_id__in=queues)
    for ticket in open_ones if only is None else open_ones.filter(id__in=only):
        assert ticket.unit_id is not None
        since = ticket.dispatched_at or ticket.registered_at
        given = ticket.handler_id
        rows.append(
            QueueItem(
                id=id_at(since),
                queue_id=queues[ticket.unit_id],
                subject_kind="ticket",
                subject_id=ticket.id,
                priority=ticket.priority,
                due_at=ticket.next_due_at,
                waiting_since=since,
                given_to_id=given,
                given_at=since if given else None,
                given_by="rule" if given else "",
                reason={"codes": ["least_loaded"]} if given else {},
            )
        )
        if given:
            loads[given] += 1
    load(rows)
    people = list(Presence.objects.filter(account_id__in=loads))
    for person in people:
        person.load += loads[person.account_id]
        person.capacity = max(person.capacity, person.load + 2)
    Presence.objects.bulk_update(people, ["load", "capacity"])
    return len(rows)


def ask_ratings(*, now: datetime, rng: random.Random) -> int:
    """Write the surveys that went out with answers, answered where the customer rated."""
    answered = Ticket.objects.exclude(answered_at=None).order_by("-id")[:MOST_SURVEYS]
    tickets = {ticket.id: ticket for ticket in answered}
    events = Event.objects.filter(kind="ticket.answered@1").order_by("sequence")
    answers: dict[UUID, int] = {}
    for part in batched(tickets, 500):
        answers |= dict(events.filter(subject_id__in=part).values_list("subject_id", "sequence"))
    rows = []
    for ticket in tickets.values():
        sent_at = ticket.answered_at
        assert sent_at is not None
        rated = ticket.rating is not None and ticket.closed_at is not None
        expires = sent_at + RATED_WITHIN
        ended = ticket.closed_at if rated or ticket.closed_at else None
        rows.append(
            Survey(
                id=id_at(sent_at),
                ticket_id=ticket.id,
                answer=answers.get(ticket.id, 1),
                # Nobody holds these invitations' addresses, so their tokens are only dice.
                token_hash=hashlib.sha256(rng.randbytes(16)).hexdigest(),
                handler_id=ticket.handler_id,
                channel=ticket.channel,
                sent_at=sent_at,
                expires_at=expires,
                answered_at=ticket.closed_at if rated else None,
                ended_at=ended or (expires if expires < now else None),
                score=ticket.rating if rated else None,
                solved=ticket.rating >= 7 if rated and ticket.rating else None,
            )
        )
    load(rows)
    return len(rows)


def batched(keys: Iterable[UUID], size: int) -> Iterator[list[UUID]]:
    """Yield the keys in lists of at most this length."""
    waiting = iter(keys)
    while part := list(islice(waiting, size)):
        yield part


def count_days(*, now: datetime) -> int:
    """Count the days of the past for the figures."""
    today = local_day(now)
    return insight.rebuild(today - timedelta(days=DAYS), today, now=now)
