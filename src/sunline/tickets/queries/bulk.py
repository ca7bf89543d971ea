"""What an act would do to many tickets, and what a run of it has done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from sunline.kernel.errors import NotFound
from sunline.kernel.paging import page
from sunline.kernel.types import Page
from sunline.staff.types import Viewer

from ..access import path_for, visible
from ..models import BulkAct, BulkLine, Ticket
from ..rules.lifecycle import TABLE, Verb
from ..types import State, WorkFilter
from .work import narrowed

MOST = 5000


@dataclass(frozen=True, slots=True)
class Preview:
    """What an act would meet: tickets it fits, and those it does not with the state they are in."""

    ids: tuple[UUID, ...]
    numbers: tuple[str, ...]
    unfit: tuple[tuple[str, int], ...]
    not_allowed: int

    @property
    def fit(self) -> int:
        """How many the act fits."""
        return len(self.ids)


def preview(viewer: Viewer, verb: str, ids: Sequence[UUID]) -> Preview:
    """Return which of the tickets the act fits now, as far as state and rights say."""
    move = TABLE[Verb(verb)]
    fitting, unfit, refused = [], Counter[str](), 0
    for row in Ticket.objects.filter(visible(viewer), id__in=list(ids)[: MOST + 1]).order_by("id"):
        if State(row.state) not in move.sources:
            unfit[str(State(row.state).label)] += 1
        elif not viewer.may(move.permission, path_for(viewer, move, row)):
            refused += 1
        else:
            fitting.append(row)
    return Preview(
        tuple(row.id for row in fitting),
        tuple(row.number for row in fitting),
        tuple(unfit.most_common()),
        refused,
    )


def matching_ids(viewer: Viewer, wanted: WorkFilter, now: datetime) -> list[UUID]:
    """Return the ids of everything in a view, one more than a run takes at the most."""
    rows = narrowed(viewer, wanted, now).order_by("id").values_list("id", flat=True)
    return list(rows[: MOST + 1])


def run_for(viewer: Viewer, run_id: UUID) -> dict[str, Any]:
    """Return a run the viewer asked for, with its counts; raises NotFound for any other."""
    run = BulkAct.objects.filter(id=run_id, by_id=viewer.account_id).first()
    if run is None:
        raise NotFound()
    outcomes = Counter(run.lines.values_list("outcome", flat=True))
    return {
        "id": run.id,
        "act": run.act,
        "at": run.at,
        "total": run.total,
        "done": outcomes["done"],
        "refused": outcomes["refused"],
        "waiting": outcomes[""],
    }


def run_lines(
    viewer: Viewer, run_id: UUID, *, outcome: str = "", cursor: str | None = None
) -> Page[dict[str, Any]]:
    """Return what became of the tickets of a run, those refused alone if asked for."""
    run_for(viewer, run_id)
    rows = BulkLine.objects.filter(bulk_id=run_id)
    if outcome:
        rows = rows.filter(outcome=outcome)
    shown: QuerySet[Any, dict[str, Any]] = rows.values(  # type: ignore[assignment]
        "id", "ticket__number", "ticket__title", "outcome", "code", "text"
    )
    return page(shown, order=("id",), cursor=cursor, limit=50)
