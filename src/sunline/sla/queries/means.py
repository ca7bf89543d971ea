"""What was attained on the mean where a limit has one, from the clocks that were stopped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sunline.staff.types import Viewer

from .. import permissions
from ..book import LimitRow, book
from ..models import Clock, Pause
from ..rules import due as rules
from ..rules.instants import DAY, MICROSECOND, MINUTE, to_us

# Ids in one question about pauses.
BATCH = 500


@dataclass(frozen=True, slots=True)
class MeanRow:
    """A limit with the mean it allows and the mean that was attained, in its own time."""

    limit: LimitRow
    count: int
    allowed: timedelta
    attained: timedelta | None  # None when nothing was stopped in the time

    @property
    def kept(self) -> bool | None:
        """Whether the mean was kept; None when there is nothing to judge."""
        return None if self.attained is None else self.attained <= self.allowed


def means(viewer: Viewer, *, since: datetime, until: datetime) -> list[MeanRow]:
    """Return the limits with a mean, and what the clocks stopped in [since, until) attained.

    A matter counts for every limit that was weighed for it, each in that limit's own hours; what
    was replaced or lapsed counts for none. Holds are left out where the limit may pause.
    """
    viewer.require(permissions.VIEW.code)
    meant = {row.rule.id: row for row in book().limits() if row.mean is not None}
    sums = dict.fromkeys(meant, 0)
    counts = dict.fromkeys(meant, 0)
    seen: set[tuple[UUID, UUID]] = set()
    purposes = {row.rule.purpose for row in meant.values()}
    rows = Clock.objects.filter(
        stopped_at__gte=since, stopped_at__lt=until, stop_reason="", purpose__in=purposes
    ).exclude(limit=None)
    for batch in _batches(rows.iterator(chunk_size=BATCH)):
        pauses = _pauses(batch)
        for clock in batch:
            weighed = {str(clock.limit_id), *clock.others}
            for limit_id in meant.keys() & {UUID(one) for one in weighed}:
                if (clock.subject_id, limit_id) in seen:
                    continue  # promise and law each have a clock of the same matter
                seen.add((clock.subject_id, limit_id))
                sums[limit_id] += _took(clock, meant[limit_id], pauses.get(clock.subject_id, []))
                counts[limit_id] += 1
    found = []
    for limit_id, row in meant.items():
        unit = DAY if row.rule.allowance.unit == rules.DAYS else MINUTE
        count = counts[limit_id]
        attained = sums[limit_id] // count * MICROSECOND if count else None
        found.append(MeanRow(row, count, (row.mean or 0) * unit * MICROSECOND, attained))
    return sorted(found, key=lambda row: (row.limit.profile, row.limit.code, row.limit.since))


def _took(clock: Clock, limit: LimitRow, pauses: Iterable[rules.Stretch]) -> int:
    """Return the limit's own time from start to stop, in microseconds."""
    assert clock.stopped_at is not None  # the query asks for stopped ones
    hours = rules.basis(limit.rule.allowance, limit.rule.hours)
    off = rules.merged(pauses) if limit.rule.pausable else []
    return rules.elapsed_us(to_us(clock.started_at), to_us(clock.stopped_at), hours, off)


def _batches(rows: Iterable[Clock]) -> Iterable[list[Clock]]:
    batch: list[Clock] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _pauses(clocks: Iterable[Clock]) -> dict[UUID, list[rules.Stretch]]:
    """Return the holds of each matter: a limit may be weighed on a clock that no hold moves."""
    subjects = {clock.subject_id for clock in clocks}
    found: dict[UUID, list[rules.Stretch]] = {}
    rows = Pause.objects.filter(clock__subject_id__in=subjects).exclude(until=None)
    for subject_id, since, until in rows.values_list("clock__subject_id", "since", "until"):
        found.setdefault(subject_id, []).append((since, until))  # type: ignore[arg-type]
    return found
