"""The warnings that a viewer is told of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sunline.kernel import paging
from sunline.kernel.types import Page
from sunline.staff.types import Viewer

from .. import permissions
from ..models import Notice
from ..scope import own


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A warning as people see it; `mine` when it is told to the viewer in person."""

    id: UUID
    rung: int
    label: str
    subject_kind: str
    subject_id: UUID
    purpose: str
    due_at: datetime
    tell_at: datetime
    unit_id: UUID | None
    mine: bool


def warnings_for(
    viewer: Viewer, *, now: datetime, cursor: str | None = None, limit: int = 25
) -> Page[NoticeView]:
    """Return the warnings the viewer has not acknowledged, newest first.

    Those of clocks that have ended are left out, and those that wait for a decent hour.
    """
    viewer.require(permissions.VIEW_WARNINGS.code)
    rows = Notice.objects.filter(own(viewer), seen_at=None, tell_at__lte=now)
    rows = rows.filter(clock__stopped_at=None).select_related("clock")
    found = paging.page(rows, order=("-tell_at", "-id"), cursor=cursor, limit=limit)
    views = [
        NoticeView(
            id=row.id,
            rung=row.rung,
            label=row.label,
            subject_kind=row.clock.subject_kind,
            subject_id=row.clock.subject_id,
            purpose=row.clock.purpose,
            due_at=row.clock.due_at,
            tell_at=row.tell_at,
            unit_id=row.unit_id,
            mine=row.account_id is not None and row.account_id == viewer.account_id,
        )
        for row in found.items
    ]
    return Page(views, next=found.next, previous=found.previous)
