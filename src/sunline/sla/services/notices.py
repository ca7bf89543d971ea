"""Telling people of a clock's rungs, and noting that they saw it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from sunline.kernel.errors import NotFound
from sunline.staff.queries import is_led
from sunline.staff.types import Viewer

from .. import permissions
from ..models import Notice
from ..rules.whom import LEADER, whom
from ..scope import own


def notify(
    clock_id: UUID,
    rung: int,
    *,
    handler_id: UUID | None,
    unit_id: UUID | None,
    home_unit_id: UUID | None,
    label: str,
    tell_at: datetime,
    now: datetime,
) -> None:
    """Put a rung on the lists of those who are to know, each once; they see it from `tell_at`.

    `rules.whom` says who: the handler, else the leaders of the unit, else those of the home unit.
    """
    targets = whom(
        rung,
        handler_id=handler_id,
        unit_id=unit_id,
        home_unit_id=home_unit_id,
        led=is_led(unit_id, LEADER, now=now),
    )
    Notice.objects.bulk_create(
        [
            Notice(
                clock_id=clock_id,
                rung=rung,
                target=target.key,
                account_id=target.account_id,
                unit_id=target.unit_id,
                role=target.role,
                label=label,
                tell_at=tell_at,
            )
            for target in targets
        ],
        ignore_conflicts=True,
    )


def acknowledge(viewer: Viewer, notice_id: UUID, *, now: datetime) -> None:
    """Note that a warning was seen; a second time changes nothing.

    One told to the leaders of a unit is seen for all of them. Raises NotFound for a warning that
    is not the viewer's to see.
    """
    viewer.require(permissions.ACKNOWLEDGE.code)
    with transaction.atomic():
        rows = Notice.objects.filter(own(viewer), id=notice_id)
        if connection.vendor == "postgresql":
            rows = rows.select_for_update(of=("self",))
        row = rows.first()
        if row is None:
            raise NotFound
        if row.seen_at is None:
            row.seen_at, row.seen_by = now, viewer.actor.id
            row.save(update_fields=["seen_at", "seen_by"])
