"""Reads of shift logs and bulletins, always through the eyes of a viewer."""

from __future__ import annotations

from uuid import UUID

from sunline.kernel.errors import NotFound
from sunline.kernel.paging import page
from sunline.kernel.types import Page
from sunline.staff.queries import unit_tree
from sunline.staff.types import Viewer

from . import permissions, rules
from .models import Bulletin, ShiftLog


def shift_logs(viewer: Viewer, *, cursor: str | None = None, limit: int = 25) -> Page[ShiftLog]:
    """Return one page of the shift logs of the viewer's centres, newest first."""
    rows = ShiftLog.objects.filter(unit_id__in=_units(viewer)).defer("facts", "notes")
    return page(rows, order=("-day", "-id"), cursor=cursor, limit=limit)


def shift_log(viewer: Viewer, log_id: UUID) -> ShiftLog:
    """Return a log of the viewer's centres; raise NotFound for any other."""
    row = ShiftLog.objects.filter(id=log_id, unit_id__in=_units(viewer)).first()
    if row is None:
        raise NotFound
    return row


def side_to_sign(viewer: Viewer, row: ShiftLog) -> str:
    """Return which side the viewer may sign for now, blank for none."""
    if not viewer.may(permissions.HAND_OVER.code, unit_tree().path(row.unit_id)):
        return rules.NOBODY
    return rules.side_to_sign(
        out_by=row.out_by, out_at=row.out_at, in_at=row.in_at, who=viewer.account_id
    )


def bulletins(
    viewer: Viewer, *, unit_id: UUID | None = None, cursor: str | None = None, limit: int = 10
) -> Page[Bulletin]:
    """Return one page of the bulletins of the viewer's centres, newest first."""
    units = _units(viewer)
    rows = Bulletin.objects.filter(unit_id__in=units)
    if unit_id is not None:
        rows = rows.filter(unit_id=unit_id)
    return page(rows, order=("-hour", "-id"), cursor=cursor, limit=limit)


def _units(viewer: Viewer) -> list[UUID]:
    viewer.require(permissions.VIEW.code)
    return unit_tree().ids_below(viewer.paths(permissions.VIEW.code))
