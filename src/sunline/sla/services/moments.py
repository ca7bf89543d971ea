"""Moving and giving moments by a person's word: extensions, and call-backs that were promised."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from sunline.kernel import rows
from sunline.kernel.errors import Problem
from sunline.kernel.types import Actor, Subject

from .. import errors, policies
from ..models import Clock, ClockChange
from ..rules import due as rules
from ..rules.instants import from_us, to_us
from ..types import APPEAL, CALLBACK, EXTENDED, RESTARTED
from .clocks import limit_of, locked, pauses_of, stop, update, warn_next


def extend(
    subject_id: UUID,
    *,
    purposes: Sequence[str] | None = None,
    minutes: int,
    reason: str = "",
    by: Actor,
    now: datetime,
) -> list[Clock]:
    """Give the subject's promised clocks more of their own working time; return those moved.

    Only running clocks that are not yet overdue move, and none that law or a province sets or that
    a person fixed. Raises BadExtension for an amount out of bounds and NothingToExtend when no
    clock may move.
    """
    most = policies.MOST_EXTENSION.at(now)
    if not 1 <= minutes <= most:
        text = errors.TOO_LITTLE_OR_TOO_MUCH
        raise errors.BadExtension([Problem("minutes", "out_of_range", text, {"most": most})])
    with transaction.atomic():
        clocks = [row for row in locked(subject_id, purposes) if _may_move(row, now)]
        if not clocks:
            raise errors.NothingToExtend
        stretches, changes = pauses_of(clocks), []
        for clock in clocks:
            before, rule = clock.due_at, limit_of(clock).rule
            pauses = stretches.get(clock.id, ())
            clock.extended += minutes
            clock.altered = True
            due = rules.due_us(
                to_us(clock.started_at), rule.allowance, rule.hours, rules.merged(pauses),
                clock.extended,
            )  # fmt: skip
            # A calendar that was changed meanwhile may count to less; nobody loses time by that.
            clock.due_at = max(before, from_us(due))
            if clock.paused_at is None:
                warn_next(clock, pauses, now)
            changes.append(changed(clock, EXTENDED, by, now, before, minutes, reason))
        update(clocks, ["extended", "altered", "due_at", "warn_at"])
        ClockChange.objects.bulk_create(changes)
    return clocks


def _may_move(clock: Clock, now: datetime) -> bool:
    if clock.limit_id is None or limit_of(clock).rule.statutory:
        return False
    return clock.paused_at is not None or now <= clock.due_at


def changed(
    clock: Clock,
    kind: str,
    by: Actor,
    now: datetime,
    before: datetime | None,
    minutes: int = 0,
    reason: str = "",
) -> ClockChange:
    """Return the unsaved row that tells of a clock's change; `before` is when it was due."""
    return ClockChange(
        clock=clock,
        kind=kind,
        at=now,
        due_before=before,
        due_after=clock.due_at if clock.stopped_at is None else None,
        minutes=minutes,
        reason=reason[:64],
        by=by.id,
        by_label=by.label[:64],
    )


def promise(
    subject: Subject, due_at: datetime, *, unit_id: UUID | None = None, now: datetime
) -> Clock:
    """Start the clock of a call-back that was promised for a moment; raise BadPromise.

    The moment is fixed: neither holds nor extensions move it, a later promise is one of its own.
    """
    ahead = policies.CALLBACK_AHEAD.at(now)
    if due_at <= now:
        raise errors.BadPromise([Problem("due_at", "past", errors.PAST)])
    if due_at > now + timedelta(days=ahead):
        problem = Problem("due_at", "too_far", errors.TOO_FAR, {"days": ahead})
        raise errors.BadPromise([problem])
    clock = rows.fresh(
        Clock,
        subject_kind=subject.kind,
        subject_id=subject.id,
        purpose=CALLBACK,
        unit_id=unit_id,
        started_at=now,
        due_at=due_at,
    )
    warn_next(clock, (), now)
    return Clock.objects.bulk_create([clock])[0]


def keep(subject_id: UUID, *, now: datetime) -> list[Clock]:
    """Note that the customer was called as promised; return the promises this kept or was late for.

    A promise is kept when the call came no later than its moment (`breached_at` is None).
    """
    return stop(subject_id, purposes=[CALLBACK], now=now)


def fix(
    subject: Subject,
    due_at: datetime | None,
    *,
    since: datetime,
    met: bool = False,
    unit_id: UUID | None = None,
    now: datetime,
) -> Clock | None:
    """Set the one moment that an outside door waits for; None ends it. Return the running clock.

    Neither holds nor extensions move it. `met` says that what was waited for was given; else a
    clock that is replaced was neither met nor missed. A moment that is past counts as missed.
    """
    running = list(locked(subject.id, [APPEAL]))
    kept = next((clock for clock in running if clock.due_at == due_at), None)
    if kept is not None:
        return kept
    stop(subject.id, purposes=[APPEAL], now=now, reason="" if met else RESTARTED)
    if due_at is None:
        return None
    clock = rows.fresh(
        Clock,
        subject_kind=subject.kind,
        subject_id=subject.id,
        purpose=APPEAL,
        unit_id=unit_id,
        started_at=min(since, due_at - timedelta(minutes=1)),
        due_at=due_at,
    )
    warn_next(clock, (), now)
    return Clock.objects.bulk_create([clock])[0]
