"""What people do to a complaint as a case: assess, name the cause, escalate, keep evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction

from sunline.interactions import services as interactions
from sunline.interactions.types import File
from sunline.kernel.errors import Invalid, Problem, required, too_long, unknown_choice
from sunline.staff.types import Viewer

from .. import events
from ..errors import NOT_IN_TABLE, EvidenceFrozen, EvidenceTwice, NotHigher, NothingOpen
from ..models import Evidence, Ticket
from ..queries import tables
from ..queries.cases import flags_of, frozen_among
from ..rules import complaints as rules
from ..rules.lifecycle import Verb
from ..types import (
    Demand,
    EscalationReason,
    EvidenceKind,
    Flag,
    Level,
    Mood,
    Pressing,
    Severity,
    Signal,
    Style,
    TicketRef,
)
from .cases import case_of, renew, step_at
from .changing import changing
from .climbing import climb, descend
from .handling import text_of
from .settling import check_money

BY_PERSON = (EscalationReason.WISH, EscalationReason.REGULATOR, EscalationReason.JUDGEMENT)
DOWN = (EscalationReason.CALMED, EscalationReason.JUDGEMENT)


def assess(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    severity: str,
    urgency: str,
    flags: Sequence[str] = (),
    signals: Sequence[str] = (),
    mood: str = "",
    style: str = "",
    demand: str = "",
    asked: Decimal | None = None,
    disputed: Decimal | None = None,
    note: str,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Judge a complaint, with the reason; the grade and the score follow by rule.

    Flags and signals are those that hold now; a repeat that was found stays. Amounts are in yuan.
    """
    note = text_of(note, "note")
    problems = _unknown(
        severity=(severity, Severity), urgency=(urgency, Pressing), mood=(mood, Mood),
        style=(style, Style), demand=(demand, Demand),
    )  # fmt: skip
    problems += [
        unknown_choice(name)
        for name, codes, known in (("flags", flags, Flag), ("signals", signals, Signal))
        if any(code not in known.values for code in codes)
    ]
    problems += check_money("asked", asked) + check_money("disputed", disputed)
    if problems:
        raise Invalid(problems)
    with changing(viewer, ticket_id, Verb.ASSESS, now=now, version=version) as change:
        case = case_of(change)
        case.severity, case.urgency = severity, urgency
        for flag in Flag:
            setattr(case, flag, flag in flags)
        case.signals = sorted(set(signals))
        case.mood, case.style, case.demand = mood or case.mood, style or case.style, demand
        case.asked, case.disputed = asked, disputed
        if change.ticket.severity != severity:
            change.ticket.severity = severity
            change.reclassified = True
        change.record(
            events.Assessed,
            severity=severity,
            urgency=urgency,
            flags=tuple(sorted(flags_of(case))),
            signals=tuple(case.signals),
            mood=case.mood,
        )
        change.note(note, "assessment")
        renew(change, case)
    return change.ref()


def _unknown(**named: tuple[str, type]) -> list[Problem]:
    return [
        unknown_choice(name)
        for name, (code, known) in named.items()
        if code and code not in known.values  # type: ignore[attr-defined]
    ] + [required(name) for name in ("severity", "urgency") if not named[name][0]]


def set_cause(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    cause: str,
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Name what a complaint came from, by a leaf or branch of the cause tree in force."""
    note = text_of(note, "note", needed=False)
    if cause not in tables.rows(tables.CAUSE, now):
        raise Invalid([Problem("cause", "unknown", NOT_IN_TABLE)])
    with changing(viewer, ticket_id, Verb.SET_CAUSE, now=now, version=version) as change:
        case = case_of(change)
        before, case.cause = case.cause, cause
        case.save()
        change.record(events.CauseSet, cause=cause, before=before)
        change.note(note, "cause")
    return change.ref()


def choose_strategy(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    strategy: str,
    note: str,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Decide as a person how the customer is met (PIPL Art. 24); the score no longer does."""
    note = text_of(note, "note")
    if tables.strategy(strategy, now) is None:
        raise Invalid([Problem("strategy", "unknown", NOT_IN_TABLE)])
    with changing(viewer, ticket_id, Verb.CHOOSE_STRATEGY, now=now, version=version) as change:
        case = case_of(change)
        case.strategy, case.strategy_by = strategy, viewer.actor.id
        change.record(events.Segmented, strategy=strategy, score=case.score, by_hand=True)
        change.note(note, "strategy")
        renew(change, case)
    return change.ref()


def escalate(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    reason: str,
    level: str = "",
    note: str,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Bring a complaint up the ladder: as the reason asks, or to the level named."""
    note = text_of(note, "note")
    problems = _choices(("reason", reason, BY_PERSON), ("level", level or Level.HQ, Level))
    if problems:
        raise Invalid(problems)
    with changing(viewer, ticket_id, Verb.ESCALATE, now=now, version=version) as change:
        case = case_of(change)
        if not climb(change, case, reason, to=level or None, note=note):
            raise NotHigher(number=change.ticket.number, level=Level(case.level).label)
        renew(change, case)
    return change.ref()


def deescalate(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    level: str,
    reason: str,
    note: str,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Bring a complaint down the ladder, by a person and with the reason; no rule ever does."""
    note = text_of(note, "note")
    problems = _choices(("reason", reason, DOWN), ("level", level, Level))
    if problems:
        raise Invalid(problems)
    with changing(viewer, ticket_id, Verb.DEESCALATE, now=now, version=version) as change:
        case = case_of(change)
        if not rules.may_go_down(case.level, level):
            raise NotHigher(number=change.ticket.number, level=Level(case.level).label)
        descend(change, case, Level(level), reason, note)
        case.step_at = step_at(case, now)
        case.save()
    return change.ref()


def _choices(*named: tuple[str, str, Sequence[str] | type[Level]]) -> list[Problem]:
    return [
        unknown_choice(name)
        for name, code, known in named
        if code not in {str(getattr(one, "value", one)) for one in known}
    ]


def add_evidence(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    kind: str,
    reference: str = "",
    file: File | None = None,
    text: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Put evidence down: a file, or the number of a recording, a place, a letter.

    A file without a reference goes by its name. Raises Invalid for a file that may not be kept,
    EvidenceTwice for a reference that the case has.
    """
    text = text_of(text, needed=False)
    reference = reference.strip() or (file.name.strip()[:255] if file else "")
    problems = [unknown_choice("kind")] if kind not in EvidenceKind.values else []
    if not reference:
        problems.append(required("reference"))
    if len(reference) > 255:
        problems.append(too_long("reference", 255))
    if problems:
        raise Invalid(problems)
    with changing(viewer, ticket_id, Verb.ADD_EVIDENCE, now=now, version=version) as change:
        case_of(change)
        try:
            with transaction.atomic():
                row = Evidence(
                    ticket=change.ticket, kind=kind, reference=reference, text=text,
                    by=viewer.actor.id, at=now,
                )  # fmt: skip
                if file is not None:
                    kept = interactions.keep_file(file)
                    row.name, row.content_type = kept.name, kept.content_type
                    row.size, row.sha256 = kept.size, kept.sha256
                row.save(force_insert=True)
        except IntegrityError:
            raise EvidenceTwice(number=change.ticket.number) from None
        change.record(events.EvidenceAdded, evidence=row.id, what=kind)
        change.note(text, "evidence")
    return change.ref()


def remove_evidence(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    reference: str,
    note: str,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Take evidence away once its freeze is over; the row stays with who took it and when."""
    note = text_of(note, "note")
    with changing(viewer, ticket_id, Verb.REMOVE_EVIDENCE, now=now, version=version) as change:
        case_of(change)
        if is_frozen(change.ticket, now):
            raise EvidenceFrozen(number=change.ticket.number)
        rows = Evidence.objects.filter(
            ticket_id=ticket_id, reference=reference.strip(), removed_at=None
        )
        row = rows.first()
        if row is None:
            raise NothingOpen(number=change.ticket.number)
        rows.update(removed_at=now, removed_by=viewer.actor.id)
        change.record(events.EvidenceRemoved, evidence=row.id)
        change.note(note, "evidence")
    return change.ref()


def is_frozen(ticket: Ticket, now: datetime) -> bool:
    """Return whether the ticket's evidence has to be kept: while it is open and some time after.

    An appeal freezes it anew, even when the ticket was closed long ago.
    """
    return ticket.closed_at is None or ticket.id in frozen_among([ticket.id], now)
