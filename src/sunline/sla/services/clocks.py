"""Starting, pausing, resuming and stopping clocks, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from sunline.kernel import log, rows
from sunline.kernel.types import SYSTEM, Subject

from .. import events
from ..book import LimitRow, book, forget
from ..models import Clock, Pause
from ..policies import ladder
from ..rules import choose
from ..rules import due as rules
from ..rules import ladder as rungs
from ..rules.decent import tell_at
from ..rules.instants import from_us, to_us
from ..types import OLA, RESTARTED, PlannedClock
from .fixed import promised_limit


def plan_clocks(
    traits: Mapping[str, str],
    *,
    purposes: Sequence[str] | None = None,
    unit_path: str,
    rural: bool,
    now: datetime,
) -> list[PlannedClock]:
    """Return the clocks that the limits in force demand; no query while the limits are kept.

    One clock per purpose, the earliest; behind one that holds may pause, the earliest that no
    hold may move keeps a clock of its own.
    """
    return book().plan(traits, purposes, unit_path, rural, now)


def clock_rows(
    planned: Sequence[PlannedClock], subject: Subject, *, unit_id: UUID | None = None
) -> list[Clock]:
    """Return unsaved rows of planned clocks."""
    return [
        rows.fresh(
            Clock,
            subject_kind=subject.kind,
            subject_id=subject.id,
            purpose=clock.purpose,
            limit_id=clock.limit_id,
            others=[str(other) for other in clock.others],
            unit_id=unit_id,
            started_at=clock.started_at,
            due_at=clock.due_at,
            warn_at=clock.warn_at,
        )
        for clock in planned
    ]


def start(
    planned: Sequence[PlannedClock], *, subject: Subject, unit_id: UUID | None = None
) -> list[Clock]:
    """Start planned clocks and return their rows."""
    return Clock.objects.bulk_create(clock_rows(planned, subject, unit_id=unit_id))


def restart(
    traits: Mapping[str, str],
    *,
    subject: Subject,
    purposes: Sequence[str] | None = None,
    unit_path: str,
    rural: bool,
    received_at: datetime,
    now: datetime,
    unit_id: UUID | None = None,
) -> list[Clock]:
    """Begin the clocks of the purposes anew after a dispatch, a reply sent back, a re-dispatch.

    Statutory clocks run on from where they began: one that is running stays, one that was stopped
    is opened again with its old moment, a missing one counts from `received_at`. A unit's own clock
    names the unit. Promised call-backs stay. Returns the clocks that were started or opened again.
    """
    rules_for = book().rules_for(traits, purposes, unit_path, rural)
    statutory = choose.plan([rule for rule in rules_for if rule.statutory], received_at)
    others = choose.plan([rule for rule in rules_for if not rule.statutory], now)
    with transaction.atomic(savepoint=False):
        held = [row for row in locked(subject.id, purposes, stopped=True) if row.limit_id]
        laws = {clock.limit_id: clock for clock in held if limit_of(clock).rule.statutory}
        running = [row for row in held if row.stopped_at is None and row.limit_id not in laws]
        stop_rows(running, now, reason=RESTARTED)
        opened = [
            laws[plan.limit_id]
            for plan in statutory
            if plan.limit_id in laws and laws[plan.limit_id].stopped_at is not None
        ]
        for clock in opened:
            clock.stopped_at, clock.stop_reason = None, ""
            warn_next(clock, (), now)
        update(opened, ["stopped_at", "stop_reason", "warn_at"])
        missing = [plan for plan in statutory if plan.limit_id not in laws]
        own = [plan for plan in others if plan.purpose == OLA]
        rest = [plan for plan in (*missing, *others) if plan.purpose != OLA]
        rows = clock_rows(own, subject, unit_id=unit_id) + clock_rows(rest, subject)
        return opened + Clock.objects.bulk_create(rows)


def stop(
    subject_id: UUID, *, purposes: Sequence[str] | None = None, now: datetime, reason: str = ""
) -> list[Clock]:
    """Stop the subject's clocks, all or those of the purposes, and return the rows.

    A clock past its moment is marked as missed, whether or not the sweep has come by. A reason
    from `types.STOP_TEXT` says that nobody met it.
    """
    with transaction.atomic(savepoint=False):
        return stop_rows(list(locked(subject_id, purposes)), now, reason=reason)


def stop_rows(clocks: list[Clock], now: datetime, *, reason: str = "") -> list[Clock]:
    """Stop locked clocks, ending their pauses first."""
    paused = [clock for clock in clocks if clock.paused_at is not None]
    if paused:
        _end_pauses(paused, now)
    entries = []
    for clock in clocks:
        clock.stopped_at, clock.warn_at, clock.stop_reason = now, None, reason
        if clock.breached_at is None and now > clock.due_at:
            clock.breached_at, clock.warned = clock.due_at, 100
            entries += breach_entries(clock, limit_of(clock), now)
    fields = ["stopped_at", "warn_at", "breached_at", "warned", "paused_at", "due_at"]
    update(clocks, [*fields, "stop_reason"])
    if entries:
        log.record_all(entries)
    return clocks


def pause(subject_id: UUID, *, reason: str, by: UUID | None, now: datetime) -> list[Clock]:
    """Pause those of the subject's running clocks that may be paused and are not overdue."""
    with transaction.atomic(savepoint=False):
        clocks = [
            clock
            for clock in locked(subject_id)
            if clock.paused_at is None and now <= clock.due_at and limit_of(clock).rule.pausable
        ]
        for clock in clocks:
            clock.paused_at, clock.held = now, True
        update(clocks, ["paused_at", "held"])
        Pause.objects.bulk_create(
            [Pause(clock=clock, since=now, reason=reason, by=by) for clock in clocks]
        )
    return clocks


def resume(subject_id: UUID, *, now: datetime) -> list[Clock]:
    """Let the subject's paused clocks run on; what was left at the pause is left still."""
    with transaction.atomic(savepoint=False):
        clocks = [clock for clock in locked(subject_id) if clock.paused_at is not None]
        if clocks:
            _end_pauses(clocks, now)
            update(clocks, ["paused_at", "due_at", "warn_at"])
    return clocks


def next_due(subject_id: UUID) -> datetime | None:
    """Return when the first of the subject's running clocks falls due."""
    running = Clock.objects.filter(subject_id=subject_id, stopped_at=None, paused_at=None)
    return running.order_by("due_at").values_list("due_at", flat=True).first()


def limit_of(clock: Clock) -> LimitRow:
    """Return a clock's limit; one that is newer than the kept limits is read at once.

    A promised moment gets a limit of its own, which nothing can move.
    """
    if clock.limit_id is None:
        return promised_limit(clock)
    try:
        return book().limit(clock.limit_id)
    except KeyError:
        forget()
        return book().limit(clock.limit_id)


def breach_entries(clock: Clock, limit: LimitRow, now: datetime) -> list[log.Entry]:
    """Return the facts of a missed limit; their numbers keep them from being written twice."""
    zone = limit.calendar.hours.zone
    warned = events.ClockWarned(
        subject_kind=clock.subject_kind,
        subject_id=clock.subject_id,
        purpose=clock.purpose,
        percent=100,
        due_at=clock.due_at,
        tell_at=tell_at(now, zone),
        unit_id=clock.unit_id,
    )
    breached = events.ClockBreached(
        subject_kind=clock.subject_kind,
        subject_id=clock.subject_id,
        purpose=clock.purpose,
        due_at=clock.due_at,
        jurisdiction=limit.jurisdiction,
        unit_id=clock.unit_id,
    )
    subject = Subject(events.SUBJECT, clock.id)
    return [
        log.Entry(subject, events.SEQUENCE_OF[100], warned, SYSTEM, now),
        log.Entry(subject, events.SEQUENCE_OF_BREACH, breached, SYSTEM, now),
    ]


def locked(
    subject_id: UUID, purposes: Sequence[str] | None = None, *, stopped: bool = False
) -> QuerySet[Clock]:
    """Return the subject's clocks, locked in key order; stopped ones only when asked for."""
    rows = Clock.objects.filter(subject_id=subject_id).order_by("id")
    if not stopped:
        rows = rows.filter(stopped_at=None)
    if purposes is not None:
        rows = rows.filter(purpose__in=purposes)
    return rows.select_for_update() if connection.vendor == "postgresql" else rows


def _end_pauses(clocks: Sequence[Clock], now: datetime) -> None:
    """End the open pauses and move each clock's due and warning moments by what was paused."""
    ids = [clock.id for clock in clocks]
    Pause.objects.filter(clock_id__in=ids, until=None).update(until=now)
    stretches = pauses_of(clocks)
    for clock in clocks:
        rule = limit_of(clock).rule
        pauses = rules.merged(stretches.get(clock.id, ()))
        due = rules.due_us(
            to_us(clock.started_at), rule.allowance, rule.hours, pauses, clock.extended
        )
        clock.due_at, clock.paused_at = from_us(due), None
        warn_next(clock, stretches.get(clock.id, ()), now)


def warn_next(clock: Clock, pauses: Sequence[rules.Stretch], now: datetime) -> None:
    """Set the moment of the next rung from the clock's own start and due moments."""
    rule = limit_of(clock).rule
    hours = rules.basis(rule.allowance, rule.hours)
    rung = rungs.next_rung(clock.warned, clock.started_at, clock.due_at, hours, pauses, ladder(now))
    clock.warn_at = rung[1] if rung else None


def pauses_of(clocks: Sequence[Clock]) -> dict[UUID, list[rules.Stretch]]:
    """Return the ended pauses of clocks; no query when none was ever paused."""
    found: dict[UUID, list[rules.Stretch]] = {}
    held = [clock.id for clock in clocks if clock.held]
    if not held:
        return found
    rows = Pause.objects.filter(~Q(until=None), clock_id__in=held)
    for clock_id, since, until in rows.values_list("clock_id", "since", "until"):
        found.setdefault(clock_id, []).append((since, until))  # type: ignore[arg-type]
    return found


def update(clocks: Sequence[Clock], fields: list[str]) -> None:
    """Write the fields, in one statement when all rows get the same values."""
    if not clocks:
        return
    values = [tuple(getattr(clock, field) for field in fields) for clock in clocks]
    if len(set(values)) == 1:
        same = dict(zip(fields, values[0], strict=True))
        Clock.objects.filter(id__in=[clock.id for clock in clocks]).update(**same)
    else:
        Clock.objects.bulk_update(clocks, fields)
