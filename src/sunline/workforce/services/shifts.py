"""Shift logs (交接班): opened with what the system knows, written, and signed by both sides."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from sunline.kernel import log
from sunline.kernel.errors import Invalid, NotFound, too_long, unknown_choice
from sunline.kernel.types import Subject
from sunline.staff.queries import unit_tree
from sunline.staff.types import Viewer
from sunline.tickets import queries as tickets

from .. import errors, events, permissions, rules
from ..models import ShiftLog
from ..types import Shift

SUBJECT = "shift"
MOST_NOTES = 5000


def open_log(viewer: Viewer, *, unit_id: UUID, day: date, shift: str, now: datetime) -> UUID:
    """Begin the log of a shift with what is open in its centre; raise LogThere for a second."""
    unit = unit_tree().get(unit_id)
    if unit is None or shift not in Shift.values:
        raise Invalid([unknown_choice("shift" if unit else "unit_id")])
    viewer.require(permissions.HAND_OVER.code, unit.path)
    try:
        with transaction.atomic():
            row = ShiftLog.objects.create(
                unit_id=unit_id,
                day=day,
                shift=shift,
                facts=_facts(unit.path, now),
                opened_at=now,
                filled_at=now,
            )
            fact = events.LogOpened(unit=unit_id, day=day.isoformat(), shift=shift)
            log.record(fact, subject=Subject(SUBJECT, row.id), actor=viewer.actor, now=now)
    except IntegrityError:
        raise errors.LogThere from None
    return row.id


def _facts(path: str, now: datetime) -> dict[str, Any]:
    return dict(tickets.open_matters(unit_tree().ids_below([path]), now))


def refresh(viewer: Viewer, log_id: UUID, *, now: datetime) -> None:
    """Fill the facts in anew; raise LogSigned once anybody has signed."""
    with _unsigned(viewer, log_id) as row:
        row.facts, row.filled_at = _facts(unit_tree().path(row.unit_id), now), now
        row.save(update_fields=["facts", "filled_at"])
        fact = events.LogWritten(unit=row.unit_id, refreshed=True)
        log.record(fact, subject=Subject(SUBJECT, row.id), actor=viewer.actor, now=now)


def write_notes(viewer: Viewer, log_id: UUID, *, notes: str, now: datetime) -> None:
    """Replace the free notes; raise LogSigned once anybody has signed."""
    notes = _text(notes, "notes")
    with _unsigned(viewer, log_id) as row:
        row.notes = notes
        row.save(update_fields=["notes"])
        fact = events.LogWritten(unit=row.unit_id)
        log.record(fact, subject=Subject(SUBJECT, row.id), actor=viewer.actor, now=now)


def sign(viewer: Viewer, log_id: UUID, *, remark: str = "", now: datetime) -> str:
    """Sign as who hands over, then as who takes over; return the side.

    Raises SameSigner when one person would be both, LogSigned when both have signed.
    """
    remark = _text(remark, "remark")
    with _locked(viewer, log_id) as row:
        if row.in_at is not None:
            raise errors.LogSigned
        who, label = viewer.account_id, viewer.actor.label[:64]
        side = rules.side_to_sign(out_by=row.out_by, out_at=row.out_at, in_at=row.in_at, who=who)
        if side == rules.NOBODY:
            raise errors.SameSigner
        if side == rules.OUT:
            row.out_by, row.out_label, row.out_at = who, label, now
        else:
            row.in_by, row.in_label, row.in_at, row.remark = who, label, now, remark
        row.save()
        fact = events.LogSigned(unit=row.unit_id, side=side)
        log.record(fact, subject=Subject(SUBJECT, row.id), actor=viewer.actor, now=now)
    return side


@contextmanager
def _locked(viewer: Viewer, log_id: UUID) -> Iterator[ShiftLog]:
    with transaction.atomic():
        row = ShiftLog.objects.select_for_update().filter(id=log_id).first()
        path = unit_tree().path(row.unit_id) if row else ""
        if row is None or not viewer.may(permissions.VIEW.code, path):
            raise NotFound
        viewer.require(permissions.HAND_OVER.code, path)
        yield row


@contextmanager
def _unsigned(viewer: Viewer, log_id: UUID) -> Iterator[ShiftLog]:
    with _locked(viewer, log_id) as row:
        if row.out_at is not None:
            raise errors.LogSigned
        yield row


def _text(value: str, field: str) -> str:
    value = value.replace("\0", "").strip()
    if len(value) > MOST_NOTES:
        raise Invalid([too_long(field, MOST_NOTES)])
    return value
