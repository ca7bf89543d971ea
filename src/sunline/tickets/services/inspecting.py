"""Inspecting the share of grants that was drawn for it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sunline.kernel.errors import Invalid, unknown_choice
from sunline.staff.types import Viewer

from .. import events
from ..errors import NothingOpen, OwnRequest
from ..models import Approval, ApprovalStep, Grant
from ..rules.lifecycle import Verb
from ..types import StepOutcome, TicketRef, Verdict
from .changing import changing
from .handling import text_of


def check_grant(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    verdict: str,
    grant: UUID | None = None,
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Say whether a sampled grant was in order, with a remark where it was not.

    Raises NothingOpen for one that was not drawn or is checked already, OwnRequest for who
    granted or approved it.
    """
    if verdict not in Verdict.values:
        raise Invalid([unknown_choice("verdict")])
    note = text_of(note, "note", needed=verdict == Verdict.NOT_IN_ORDER)
    with changing(viewer, ticket_id, Verb.CHECK_GRANT, now=now, version=version) as change:
        rows = Grant.objects.filter(ticket_id=ticket_id, sampled=True, checked_at=None)
        row = (rows.filter(id=grant) if grant else rows.order_by("id")).first()
        if row is None:
            raise NothingOpen(number=change.ticket.number)
        decided = ApprovalStep.objects.filter(
            approval__in=Approval.objects.filter(subject_id=row.id),
            outcome=StepOutcome.APPROVED,
            by=viewer.actor.id,
        )
        if viewer.actor.id is not None and (row.by == viewer.actor.id or decided.exists()):
            raise OwnRequest()
        row.verdict, row.remark = verdict, note
        row.checked_by, row.checked_at = viewer.actor.label[:64], now
        row.save()
        change.record(events.GrantChecked, grant=row.id, verdict=verdict)
        change.note(note, "grant")
    return change.ref()
