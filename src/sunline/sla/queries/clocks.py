"""Reading clocks: what runs, and why it falls due when it does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sunline.kernel import clock as clocks
from sunline.kernel.prepared import Prepared

from .. import texts
from ..book import CalendarRow, LimitRow, book
from ..models import Clock, ClockChange, Pause
from ..rules import due as rules
from ..rules.instants import from_us, to_us
from ..services.clocks import limit_of
from ..types import (
    APPEAL,
    BREACHED,
    CALLBACK,
    PAUSED,
    PURPOSES,
    REPLACED,
    RESTARTED,
    RUNNING,
    STOPPED,
    ClockView,
    Explanation,
)


def clocks_of(subject_id: UUID, *, now: datetime | None = None) -> list[ClockView]:
    """Return a subject's clocks, in the order of their purposes; three queries at most."""
    return clocks_of_many([subject_id], now=now).get(subject_id, [])


BREACHES = Prepared(
    lambda: Clock.objects.filter(
        subject_id="00000000-0000-0000-0000-000000000000", breached_at__isnull=False
    ).values_list("purpose", "breached_at")
)


def promised_calls() -> list[tuple[UUID, datetime]]:
    """Return the subjects of call-backs that were promised and not made, and when they are due."""
    rows = Clock.objects.filter(purpose=CALLBACK, stopped_at=None).order_by("due_at")
    return list(rows.values_list("subject_id", "due_at")[:1000])


def breaches_of(subject_id: UUID) -> list[tuple[str, datetime]]:
    """Return which of a subject's limits were missed, and when each fell due; one query."""
    return [(purpose, at) for purpose, at in BREACHES.rows(subject_id)]


def clocks_of_many(
    subject_ids: Sequence[UUID], *, now: datetime | None = None
) -> dict[UUID, list[ClockView]]:
    """Return the clocks of several subjects; more queries only when one was paused or altered."""
    moment = now or clocks.now()
    rows = list(Clock.objects.filter(subject_id__in=subject_ids).order_by("id"))
    pauses: dict[UUID, list[tuple[datetime, datetime | None]]] = {}
    held = [row.id for row in rows if row.held]
    if held:
        for pause in Pause.objects.filter(clock_id__in=held).order_by("since"):
            pauses.setdefault(pause.clock_id, []).append((pause.since, pause.until))
    altered = [row.id for row in rows if row.altered]
    changes: dict[UUID, list[ClockChange]] = {}
    if altered:
        for change in ClockChange.objects.filter(clock_id__in=altered).order_by("at", "id"):
            changes.setdefault(change.clock_id, []).append(change)
    found: dict[UUID, list[ClockView]] = {}
    for row in rows:
        view = _view(row, pauses.get(row.id, ()), changes.get(row.id, ()), moment)
        found.setdefault(row.subject_id, []).append(view)
    for views in found.values():
        views.sort(key=lambda view: (PURPOSES.index(view.purpose), view.due_at))
    return found


def _view(
    clock: Clock,
    pauses: Iterable[tuple[datetime, datetime | None]],
    changes: Sequence[ClockChange],
    now: datetime,
) -> ClockView:
    limit = limit_of(clock)
    ended = [(since, until) for since, until in pauses if until is not None]
    counted = rules.basis(limit.rule.allowance, limit.rule.hours)
    at = clock.stopped_at or clock.paused_at or now
    percent = rules.percent_used(at, clock.started_at, clock.due_at, counted, ended)
    left = counted.worked(to_us(clock.due_at)) - counted.worked(to_us(at))
    return ClockView(
        id=clock.id,
        purpose=clock.purpose,
        started_at=clock.started_at,
        due_at=clock.due_at,
        stopped_at=clock.stopped_at,
        state=_state(clock, now),
        percent=percent,
        remaining=timedelta(microseconds=left),
        source=limit.source or limit.profile_name,
        source_en=limit.source_en or limit.profile_name_en,
        confirmed=limit.confirmed,
        jurisdiction=limit.jurisdiction,
        pausable=limit.rule.pausable,
        why=(*_why(clock, limit, ended), *_changes(changes, limit)),
        unit_id=clock.unit_id,
        extended=clock.extended,
        stop_reason=clock.stop_reason,
    )


def _state(clock: Clock, now: datetime) -> str:
    if clock.breached_at is not None:
        return BREACHED
    if clock.stop_reason:
        return REPLACED
    if clock.stopped_at is not None:
        return STOPPED
    if clock.paused_at is not None:
        return PAUSED
    return BREACHED if now > clock.due_at else RUNNING


def _why(clock: Clock, limit: LimitRow, ended: Sequence[rules.Stretch]) -> Iterable[Explanation]:
    """Yield the reasons of a due moment, the most important first."""
    zone = limit.rule.hours.zone
    if clock.limit_id is None:
        moments = {"start": clock.started_at, "due": clock.due_at}
        code = "door" if clock.purpose == APPEAL else "promised"
        yield Explanation(code, {k: at.astimezone(zone) for k, at in moments.items()})
        return
    amount, unit = limit.rule.allowance.amount, limit.rule.allowance.unit
    yield Explanation(
        unit,
        {
            "amount": amount,
            "calendar": limit.calendar.name,
            "calendar_en": limit.calendar.name_en,
            "start": clock.started_at.astimezone(zone),
            "due": clock.due_at.astimezone(zone),
        },
    )
    yield Explanation("source", {"source": limit.source, "source_en": limit.source_en})
    if limit.mean is not None:
        yield Explanation("mean_days" if unit == rules.DAYS else "mean", {"amount": limit.mean})
    if not limit.confirmed:
        yield Explanation("unconfirmed")
    if unit != rules.DAYS:
        yield from _days_off(limit.calendar, clock)
    if not limit.rule.pausable:
        yield Explanation("fixed")
    elif ended or clock.paused_at is not None:
        hours = limit.rule.hours
        lost = sum(
            hours.worked(until) - hours.worked(since) for since, until in rules.merged(ended)
        )
        yield Explanation("paused", {"count": len(ended), "time": timedelta(microseconds=lost)})
    if clock.paused_at is not None and clock.stopped_at is None:
        yield Explanation("paused_now", {"since": clock.paused_at.astimezone(zone)})
    if clock.stop_reason == RESTARTED and clock.stopped_at is not None:
        yield Explanation("restarted", {"at": clock.stopped_at.astimezone(zone)})
    for other in _others(clock):
        late = rules.due_us(to_us(clock.started_at), other.rule.allowance, other.rule.hours)
        yield Explanation(
            "other",
            {
                "source": other.source,
                "source_en": other.source_en,
                "due": from_us(late).astimezone(zone),
            },
        )


def _changes(changes: Sequence[ClockChange], limit: LimitRow) -> Iterable[Explanation]:
    """Yield what people's decisions made of a clock, in their order."""
    zone = limit.rule.hours.zone
    for change in changes:
        began = change.due_before is None
        ended = change.due_after is None
        yield Explanation(
            f"{change.kind}_{'from' if began else 'to' if ended else 'moved'}",
            {
                "at": change.at.astimezone(zone),
                "by": change.by_label,
                "amount": change.minutes,
                "before": change.due_before and change.due_before.astimezone(zone),
                "after": change.due_after and change.due_after.astimezone(zone),
            },
        )


def _others(clock: Clock) -> list[LimitRow]:
    """Return the limits that were weighed beside the one that counts."""
    known = {row.rule.id: row for row in book().limits()}
    return [known[UUID(other)] for other in clock.others if UUID(other) in known]


def _days_off(calendar: CalendarRow, clock: Clock) -> Iterable[Explanation]:
    """Yield the holidays and make-up days between start and due, and years without a list."""
    zone = calendar.hours.zone
    first, last = clock.started_at.astimezone(zone).date(), clock.due_at.astimezone(zone).date()
    off, worked, missing = calendar.exceptions(first, last)
    if off:
        yield Explanation("days_off", {"count": len(off), "first": off[0], "last": off[-1]})
    if worked:
        yield Explanation("days_worked", {"days": tuple(worked)})
    for year in missing:
        yield Explanation("year_missing", {"year": year})


def explain(clock: ClockView) -> list[str]:
    """Return why a clock falls due when it does, one sentence a line, in the active language."""
    return [texts.say(reason) for reason in clock.why]


def is_call_promised(subject_id: UUID) -> bool:
    """Return whether the customer still waits for a call that was promised."""
    return Clock.objects.filter(subject_id=subject_id, purpose=CALLBACK, stopped_at=None).exists()
