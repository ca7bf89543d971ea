"""Approvals (审批): asked level by level, decided by others, passed up when nobody decides."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from sunline.kernel.errors import Invalid, required
from sunline.sla import queries as sla
from sunline.staff import queries as staff

from .. import grant_policies
from ..errors import NothingOpen
from ..models import Approval, ApprovalStep, Grant
from .changing import Change


def ask(change: Change, row: Grant, chain: tuple[str, ...], first: int) -> Approval:
    """Ask the first level of a chain that anybody but the asker holds, from `first` on."""
    approval = Approval(
        kind=row.action,
        subject_id=row.id,
        ticket=change.ticket,
        unit_id=row.unit_id,
        amount=row.asked,
        chain=list(chain),
        asked_by=row.by,
        asked_at=change.now,
    )
    put_at(approval, filled(approval, first, change.now), change.now)
    approval.save(force_insert=True)
    return approval


def put_at(approval: Approval, place: int, now: datetime) -> None:
    """Put an approval at a level, where its time begins."""
    approval.place, approval.role = place, approval.chain[place]
    minutes = grant_policies.APPROVAL_TIME.at(now)
    working = grant_policies.APPROVAL_WORKING.at(now)
    plain = now + timedelta(minutes=minutes)
    approval.due_at = sla.worked_until(now, minutes) if working else plain


def filled(approval: Approval, place: int, now: datetime) -> int:
    """Return the first place from `place` on that somebody but the asker holds, else the last."""
    last = len(approval.chain) - 1
    for here in range(place, last):
        if staff.is_led(approval.unit_id, approval.chain[here], now=now, besides=approval.asked_by):
            return here
    return last


def open_one(change: Change, rows: QuerySet[Approval], subject_id: UUID | None) -> Approval:
    """Return the open approval that is named, or the only one; the ticket is locked.

    Raises NothingOpen for none, Invalid when one of several has to be named.
    """
    found = rows.filter(ended_at=None).order_by("id")
    if subject_id is not None:
        found = found.filter(subject_id=subject_id)
    few = list(found[:2])
    if not few:
        raise NothingOpen(number=change.ticket.number)
    if len(few) > 1:
        raise Invalid([required("grant")])
    return few[0]


def end_open(approval: Approval, now: datetime) -> None:
    """End an approval."""
    approval.ended_at, approval.due_at = now, None
    approval.save()


def step(
    approval: Approval, outcome: str, change: Change, *, for_label: str = "", note: str = ""
) -> None:
    """Write down what became of an approval at its level."""
    ApprovalStep.objects.create(
        approval=approval,
        role=approval.role,
        outcome=outcome,
        amount=approval.amount,
        by=change.viewer.actor.id,
        by_label=change.viewer.actor.label[:64],
        for_label=for_label,
        note=note,
        at=change.now,
    )
