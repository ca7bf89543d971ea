"""The people of a queue as the decision needs to know them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from itertools import repeat
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from sunline.kernel.prepared import Prepared, PreparedIn
from sunline.sla import queries as sla
from sunline.staff import queries as staff
from sunline.staff.models import RoleGrant

from ..models import Presence, Queue, QueueItem
from ..types import Candidate, Miss, PresenceState, QueueRow
from .floor import SOME_DAY, away_now
from .reading import Limits, setup

Seen = tuple[str, int, int, datetime | None]
SOMEBODY = UUID(int=0)
_SEEN = ("account_id", "state", "load", "capacity", "last_given_at")
_ABOUT = ("calendar", "account__staff_no", "account__permission_stamp")


def crew(
    queue: QueueRow, now: datetime, *, channels: Collection[str] | None = None
) -> list[Candidate]:
    """Return everybody signed in below the queue's unit who holds its role, with their skills.

    What they hold is counted for channels with a limit: of those given, or of all.
    """
    found = _PRESENT[bool(queue.role)].rows(*_asked(queue, now))
    nothing: Mapping[str, int] = {}
    skills: Iterable[Mapping[str, int]] = repeat(nothing)
    if queue.skills:
        skills = staff.skills_by_stamp([(row[0], row[7]) for row in found], now)
    away = away_now(now)
    open_hours = sla.open_calendars(now) if any(row[5] for row in found) else frozenset[str]()
    limits = setup().channels
    held, own = _held(limits, channels), _most(limits)
    common = own.pop(None, {})
    people = []
    # An id's hash costs as much as the rest of a turn: empty mappings are not asked.
    for (person, state, load, capacity, last, calendar, staff_no, _), levels in zip(
        found, skills, strict=False
    ):
        missing = Miss.LEAVE.value if away and person in away else ""
        if calendar and not missing and calendar not in open_hours:
            missing = Miss.OFF_HOURS.value
        people.append(
            Candidate(
                person,
                state,
                load,
                capacity,
                last,
                levels,
                missing,
                held.get(person, nothing) if held else nothing,
                own.get(person, common) if own else common,
                staff_no,
            )
        )
    return people


def lock(people: Collection[UUID]) -> dict[UUID, Seen]:
    """Lock the presence rows of these people, by key, until the caller's transaction ends.

    Returns the state, load, capacity and last turn of those whose account is open.
    """
    return {row[0]: row[1:] for row in _LOCKED.rows(people)}


def with_work() -> list[QueueRow]:
    """Return the automatic queues in which something waits."""
    known = setup().queues  # the 1 is what EXISTS selects
    return [
        queue for (key,) in _WITH_WORK.rows(1) if (queue := known.get(key))
    ]  # EXISTS (SELECT 1 …)


def has_room(queue: QueueRow, now: datetime, person: UUID | None = None) -> bool:
    """Return whether somebody of the queue (or this person) is ready and below capacity."""
    asked = [*_asked(queue, now), PresenceState.READY.value]
    if person is None:
        return bool(_FREE[bool(queue.role)].rows(*asked))
    return bool(_FREE_ONE[bool(queue.role)].rows(*asked, person))


def _asked(queue: QueueRow, now: datetime) -> list[Any]:
    """Return the parameters of `_present` for a queue, in their order in the statement."""
    below = connection.ops.prep_for_like_query(queue.unit_path) + "%"
    asked: list[Any] = [below, PresenceState.OFFLINE.value]
    return [*asked, queue.role, now, now] if queue.role else asked


def _present(*, role: bool) -> QuerySet[Presence, Any]:
    """Return who is signed in below a path, those of a role only if so asked; see `_asked`."""
    rows = Presence.objects.filter(
        account__is_active=True, account__unit__path__startswith="/"
    ).exclude(state=PresenceState.OFFLINE.value)
    if not role:
        return rows
    holders = RoleGrant.objects.filter(role__code="-", since__lte=SOME_DAY).filter(
        Q(until=None) | Q(until__gt=SOME_DAY)
    )
    return rows.filter(account_id__in=holders.values("account_id"))


def _free(*, role: bool) -> QuerySet[Presence, Any]:
    return _present(role=role).filter(state=PresenceState.READY.value, load__lt=F("capacity"))


_PRESENT = {
    False: Prepared(lambda: _present(role=False).values_list(*_SEEN, *_ABOUT), 2),
    True: Prepared(lambda: _present(role=True).values_list(*_SEEN, *_ABOUT), 5),
}
_FREE = {
    False: Prepared(lambda: _free(role=False).values_list("id")[:1], 3),
    True: Prepared(lambda: _free(role=True).values_list("id")[:1], 6),
}
_FREE_ONE = {
    False: Prepared(lambda: _free(role=False).filter(account_id=SOMEBODY).values_list("id")[:1], 4),
    True: Prepared(lambda: _free(role=True).filter(account_id=SOMEBODY).values_list("id")[:1], 7),
}
_WITH_WORK = Prepared(
    lambda: (
        Queue.objects.filter(
            Exists(QueueItem.objects.filter(queue=OuterRef("id"), ended_at=None, given_to=None)),
            automatic=True,
            closed_at=None,
        )
        .order_by("code")
        .values_list("id")
    ),
    1,
)
_LOCKED = PreparedIn(
    lambda people: (
        Presence.objects.filter(account_id__in=people, account__is_active=True)
        .order_by("id")
        .select_for_update(of=("self",))
        .values_list(*_SEEN)
    )
)
_HELD = Prepared(
    lambda: (
        QueueItem.objects.filter(ended_at=None, channel="", given_to__isnull=False)
        .order_by()
        .values("given_to_id")
        .annotate(n=Count("id"))
        .values_list("given_to_id", "n")
    )
)


def _held(limits: Limits, channels: Collection[str] | None) -> dict[UUID, dict[str, int]]:
    """Return how many pieces people hold of the channels that have a limit."""
    limited = {code for (_, code), (_, most) in limits.items() if most is not None}
    held: dict[UUID, dict[str, int]] = {}
    for channel in limited if channels is None else limited.intersection(channels):
        for person, count in _HELD.rows(channel):
            held.setdefault(person, {})[channel] = count
    return held


def _most(limits: Limits) -> dict[UUID | None, dict[str, int]]:
    """Return the most pieces by channel: of everybody (None), and of who has rows of their own."""
    common = {channel: most for (who, channel), (_, most) in limits.items() if who is None}
    found: dict[UUID | None, dict[str, int | None]] = {None: common}
    for (who, channel), (_, most) in limits.items():
        if who is not None:
            found.setdefault(who, dict(common))[channel] = most
    return {
        who: {channel: most for channel, most in own.items() if most is not None}
        for who, own in found.items()
    }
