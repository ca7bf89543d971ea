"""Planning a subject's clocks anew when its classification changes, with what they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction

from sunline.kernel.types import Actor, Subject

from ..book import book
from ..models import Clock, ClockChange, Pause
from ..rules import choose
from ..rules import due as rules
from ..rules.instants import from_us, to_us
from ..rules.reclass import Running, settle
from ..types import LAPSED, OLA, RECLASSIFIED, PlannedClock
from .clocks import clock_rows, limit_of, locked, stop_rows, update, warn_next
from .moments import changed

NEVER = datetime.max.replace(tzinfo=UTC)


def reclassify(
    traits: Mapping[str, str],
    *,
    subject: Subject,
    starts: Mapping[str, datetime],
    unit_path: str,
    rural: bool,
    received_at: datetime,
    by: Actor,
    now: datetime,
    unit_id: UUID | None = None,
) -> list[Clock]:
    """Replace what the new traits do not demand any more; return the clocks that begin.

    `starts` names the purposes that are still open and when a clock of each would have begun; one
    that runs keeps its own beginning, its holds and its extension. Statutory clocks count from
    `received_at` and follow `rules.reclass`. What ended stays with its reason and what it became.
    """
    fitting = book().rules_for(traits, tuple(starts), unit_path, rural)
    with transaction.atomic(savepoint=False):
        running = [row for row in locked(subject.id) if row.limit_id and row.purpose in starts]
        laws = [row for row in running if limit_of(row).rule.statutory]
        promised = [row for row in running if not limit_of(row).rule.statutory]
        plans = _promised([rule for rule in fitting if not rule.statutory], promised, starts)
        wanted = {plan.limit_id for plan in plans}
        kept = {row.limit_id for row in promised if row.limit_id in wanted}
        gone = [row for row in promised if row.limit_id not in wanted]
        demanded = choose.plan([rule for rule in fitting if rule.statutory], received_at)
        # A promise that would come after the law adds nothing, as at registration.
        laws_due = {plan.purpose: plan.due_at for plan in reversed(demanded)}
        fresh = [
            plan
            for plan in plans
            if plan.limit_id not in kept and plan.due_at < laws_due.get(plan.purpose, NEVER)
        ]
        begun = _begin(fresh, gone, subject, unit_id, now)
        outcome = settle([_running(row) for row in laws], demanded)
        begun += _by_law(outcome.starts, subject, now)
        ended = {*outcome.replaced, *outcome.lapsed}
        _end([*gone, *(row for row in laws if row.id in ended)], begun, by, now)
    return begun


def _running(row: Clock) -> Running:
    assert row.limit_id is not None  # only clocks with a limit get here
    return Running(row.id, row.purpose, row.limit_id, row.due_at)


def _promised(
    fitting: Sequence[choose.Rule], running: Sequence[Clock], starts: Mapping[str, datetime]
) -> list[PlannedClock]:
    """Return the promised clocks that are demanded, each from where its purpose began."""
    begun = {**starts, **{row.purpose: row.started_at for row in running}}
    return [
        plan
        for purpose, start in begun.items()
        for plan in choose.plan([rule for rule in fitting if rule.purpose == purpose], start)
    ]


def _begin(
    plans: Sequence[PlannedClock],
    gone: Sequence[Clock],
    subject: Subject,
    unit_id: UUID | None,
    now: datetime,
) -> list[Clock]:
    """Write the promised clocks that begin, with the extension and the holds of the old ones."""
    extended = {row.purpose: row.extended for row in gone}
    holds = _holds(subject.id) if plans else []
    made: list[Clock] = []
    pauses: list[Pause] = []
    for row in clock_rows(plans, subject):
        row.unit_id = unit_id if row.purpose == OLA else None
        row.extended = extended.get(row.purpose, 0)
        own = holds if limit_of(row).rule.pausable else []
        pauses += _rest(row, own)
        warn_next(row, _ended(own), now)
        made.append(row)
    Clock.objects.bulk_create(made)
    Pause.objects.bulk_create(pauses)
    return made


def _rest(row: Clock, holds: Sequence[Pause]) -> list[Pause]:
    """Let an unsaved clock rest while its subject did; return its pauses, unsaved.

    A clock that had run out before the present hold began is late and does not rest.
    """
    rule = limit_of(row).rule
    stretches = rules.merged(_ended(holds))
    due = rules.due_us(to_us(row.started_at), rule.allowance, rule.hours, stretches, row.extended)
    row.due_at = from_us(due)
    own = [each for each in holds if each.until is not None or each.since <= row.due_at]
    row.held = bool(own)
    row.paused_at = next((each.since for each in own if each.until is None), None)
    return [
        Pause(clock=row, since=each.since, until=each.until, reason=each.reason, by=each.by)
        for each in own
    ]


def _ended(holds: Sequence[Pause]) -> list[rules.Stretch]:
    return [(each.since, each.until) for each in holds if each.until is not None]


def _holds(subject_id: UUID) -> list[Pause]:
    """Return the subject's holds, each once: an open one before the same one that was cut short."""
    found: dict[datetime, Pause] = {}
    for row in Pause.objects.filter(clock__subject_id=subject_id).order_by("since"):
        other = found.get(row.since)
        if other is None or (other.until and (row.until is None or row.until > other.until)):
            found[row.since] = row
    return list(found.values())


def _by_law(plans: Sequence[PlannedClock], subject: Subject, now: datetime) -> list[Clock]:
    """Begin statutory clocks; one that had ended by a reclassification is opened again."""
    wanted = {plan.limit_id for plan in plans}
    rows = Clock.objects.filter(
        subject_id=subject.id, limit_id__in=wanted, stop_reason__in=(LAPSED, RECLASSIFIED)
    )
    opened = list({row.limit_id: row for row in rows.order_by("id")}.values()) if plans else []
    for row in opened:
        row.stopped_at, row.stop_reason = None, ""
        warn_next(row, (), now)
    update(opened, ["stopped_at", "stop_reason", "warn_at"])
    known = {row.limit_id for row in opened}
    made = clock_rows([plan for plan in plans if plan.limit_id not in known], subject)
    return opened + Clock.objects.bulk_create(made)


def _end(ended: Sequence[Clock], begun: Sequence[Clock], by: Actor, now: datetime) -> None:
    """Stop what is not demanded any more, and tell on both sides what it was and became."""
    follows = {row.purpose: row for row in reversed(begun)}
    changes = []
    for reason in (RECLASSIFIED, LAPSED):
        rows = [row for row in ended if (row.purpose in follows) is (reason == RECLASSIFIED)]
        before = {row.id: row.due_at for row in rows}
        stop_rows(rows, now, reason=reason)
        changes += [changed(row, reason, by, now, before[row.id]) for row in rows]
    before_by_purpose = {row.purpose: row.due_at for row in ended}
    changes += [
        changed(row, RECLASSIFIED, by, now, before_by_purpose.get(row.purpose)) for row in begun
    ]
    rows = [change.clock for change in changes]
    for row in rows:
        row.altered = True
    update(rows, ["altered"])
    ClockChange.objects.bulk_create(changes)
