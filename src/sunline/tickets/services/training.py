"""Training suggestions on the operator's own tickets, in the background."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from sunline.kernel.imports import asked_by
from sunline.kernel.models import Job
from sunline.kernel.types import Actor
from sunline.knowledge import permissions as knowledge_permissions
from sunline.knowledge import queries as knowledge
from sunline.knowledge import services as suggestions
from sunline.knowledge.types import Labelled, ModelRow
from sunline.staff.types import Viewer

from ..models import Ticket
from ..queries.training import KIND

MOST = 20_000  # the newest tickets; what was asked years ago says little of today
MOST_OF_ONE = 1_000  # of one topic
STEP = 1_000
OPEN = ("waiting", "running")


def ask_training(viewer: Viewer, *, now: datetime) -> UUID:
    """Ask the worker for a new model; one that still waits is not asked for twice."""
    viewer.require(knowledge_permissions.EDIT.code)
    waiting = Job.objects.filter(kind=KIND, state__in=OPEN).order_by("-id").first()
    if waiting is not None:
        return waiting.id
    actor = viewer.actor
    job = Job.objects.create(
        kind=KIND,
        arguments={"actor": actor.label},
        due_at=now,
        asked_at=now,
        actor_id=actor.id,
        unit_id=actor.unit_id,
    )
    return job.id


def train(job: Job, now: datetime) -> None:
    """Train a model for whoever asked, and note how far it has got and what became of it."""
    total = min(_rows().count(), MOST)
    held = Job.objects.filter(id=job.id)

    def tell(seen: int) -> None:
        held.update(done=min(seen, total), total=total + 1)

    made = retrain(asked_by(job), now=now, tell=tell)
    result = {"number": made.number, "samples": made.samples}
    held.update(done=total + 1, total=total + 1, result=result)


def retrain(
    actor: Actor, *, now: datetime, tell: Callable[[int], object] = lambda seen: None
) -> ModelRow:
    """Train a model on the newest tickets that somebody filed; it is used from now on."""
    own: list[Labelled] = []
    for item in _own():
        own.append(item)
        if len(own) % STEP == 0:
            tell(len(own))
    return suggestions.train_suggestions(own, actor=actor, now=now)


def _rows() -> QuerySet[Ticket]:
    return Ticket.objects.filter(topic__isnull=False).exclude(truth="duplicate")


def _own() -> Iterator[Labelled]:
    """Yield texts with what they were filed under, mapped to the topics of today."""
    tree, counts = knowledge.topics(), dict[str, int]()
    rows = _rows().order_by("-id").values_list("id", "title", "description", "topic_id", "kind")
    for ticket_id, title, description, topic_id, kind in rows[:MOST].iterator():
        row = tree.get(topic_id)
        code = row.code if row else ""
        if not code or counts.get(code, 0) >= MOST_OF_ONE:
            continue
        counts[code] = counts.get(code, 0) + 1
        yield Labelled(f"{title}\n{description}", code, kind, ticket_id.int)
