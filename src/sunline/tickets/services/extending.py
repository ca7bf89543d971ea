"""More time (延期申请): once, before expiry, with consent; legal limits never move."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from sunline.kernel.errors import Invalid, Problem, unknown_choice
from sunline.kernel.policies import OUT_OF_RANGE
from sunline.sla import policies as sla_policies
from sunline.sla import queries as clocks
from sunline.sla import services as sla
from sunline.staff.types import Viewer

from .. import events
from ..errors import ExtendedAlready, NothingOpen, TooLateToExtend
from ..models import Extension
from ..rules.lifecycle import Verb
from ..types import ExtensionReason, TicketRef
from .changing import ATTENTION, Change, changing
from .handling import text_of

STATUTORY = frozenset({"law", "province"})
EXTENDED = ("resolve", "ola")  # what the operator promised; the law's own limits stand


def ask_extension(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    hours: int,
    reason: str,
    consent: str,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Ask for more time, saying how and when the customer agreed.

    Raises TooLateToExtend after expiry, ExtendedAlready for a second request.
    """
    consent = text_of(consent, "consent")
    most = sla_policies.MOST_EXTENSION.at(now) // 60
    problems = []
    if reason not in ExtensionReason.values:
        problems.append(unknown_choice("reason"))
    if not 1 <= hours <= most:
        problems.append(Problem("hours", "out_of_range", OUT_OF_RANGE, {"least": 1, "most": most}))
    if problems:
        raise Invalid(problems)
    with changing(viewer, ticket_id, Verb.ASK_EXTENSION, now=now, version=version) as change:
        ticket = change.ticket
        _check_running(change)
        try:
            with transaction.atomic():
                Extension.objects.create(
                    ticket=ticket,
                    hours=hours,
                    reason=reason,
                    consent=consent,
                    asked_by=viewer.actor.id,
                    asked_at=now,
                )
        except IntegrityError:
            raise ExtendedAlready(number=ticket.number) from None
        change.record(events.ExtensionAsked, reason=reason, hours=hours)
        change.note(consent, "extension")
    return change.ref()


def _check_running(change: Change) -> None:
    """Raise TooLateToExtend unless a promised limit that runs is still ahead."""
    for clock in clocks.clocks_of(change.ticket.id):
        promised = clock.purpose in EXTENDED and clock.jurisdiction not in STATUTORY
        if promised and clock.stopped_at is None and clock.due_at > change.now:
            return
    raise TooLateToExtend(number=change.ticket.number)


def decide_extension(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    granted: bool = False,
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Grant or refuse the time that was asked for; raises NothingOpen when nothing was."""
    note = text_of(note, "note", needed=False)
    with changing(viewer, ticket_id, Verb.DECIDE_EXTENSION, now=now, version=version) as change:
        ticket = change.ticket
        asked = Extension.objects.filter(ticket_id=ticket_id, granted=None).first()
        if asked is None:
            raise NothingOpen(number=ticket.number)
        asked.granted, asked.decided_by, asked.decided_at = granted, viewer.actor.id, now
        asked.save()
        if granted:
            sla.extend(
                ticket.id,
                purposes=EXTENDED,
                minutes=asked.hours * 60,
                reason=asked.reason,
                by=viewer.actor,
                now=now,
            )
            ticket.next_due_at = sla.next_due(ticket.id) or now + ATTENTION
        change.record(events.ExtensionDecided, granted=granted, hours=asked.hours)
        change.note(note, "extension")
    return change.ref()
