"""Reads of routing: the rules in force, what waits, who is present, and why somebody got work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min, Q

from sunline.kernel.caching import Kept
from sunline.kernel.errors import NotFound
from sunline.staff.types import Viewer

from .. import permissions, rules
from ..models import ChannelLimit, DispatchRule, Presence, Queue, QueueItem, QueueSkill
from ..types import PresenceRow, PresenceState, QueueLoad, QueueRow, Route, RuleRow, Why

# Person (None: everybody) and channel: weight, and how many at most.
Limits = Mapping[tuple[UUID | None, str], tuple[int, int | None]]


@dataclass(frozen=True, slots=True)
class Setup:
    """The open queues, the rules not yet ended and the channels' limits, as read together."""

    queues: Mapping[UUID, QueueRow]
    rules: tuple[RuleRow, ...]
    channels: Limits


def setup() -> Setup:
    """Return the open queues and the rules not yet ended, at most ten seconds old."""
    return _setup.get()


def forget() -> None:
    """Read queues and rules anew the next time this process needs them."""
    _setup.forget()


def _read_queues() -> dict[UUID, QueueRow]:
    skills: dict[UUID, dict[str, int]] = {}
    rows = QueueSkill.objects.values_list("queue_id", "skill__code", "least_level")
    for queue_id, code, level in rows:
        skills.setdefault(queue_id, {})[code] = level
    return {
        queue.id: QueueRow(
            id=queue.id,
            code=queue.code,
            name=queue.name,
            name_en=queue.name_en,
            unit_id=queue.unit_id,
            unit_path=queue.unit.path,
            role=queue.role,
            strategy=queue.strategy,
            automatic=queue.automatic,
            skills=skills.get(queue.id, {}),
            preferences=tuple(queue.preferences),
            relax_minutes=queue.relax_minutes,
            waive_minutes=queue.waive_minutes,
        )
        for queue in Queue.objects.filter(closed_at=None).select_related("unit").order_by("code")
    }


def _read_rules() -> tuple[RuleRow, ...]:
    rows = DispatchRule.objects.filter(queue__closed_at=None).order_by("rank", "since", "id")
    return tuple(rule_row(row) for row in rows.filter(until=None))


def rule_row(row: DispatchRule) -> RuleRow:
    """Return a rule as callers see it."""
    return RuleRow(
        id=row.id,
        name=row.name,
        rank=row.rank,
        conditions=row.conditions,
        queue_id=row.queue_id,
        automatic=row.automatic,
        since=row.since,
        until=row.until,
    )


def _read_channels() -> Limits:
    rows = ChannelLimit.objects.values_list("account_id", "channel", "weight", "most")
    return {(person, channel): (weight, most) for person, channel, weight, most in rows}


_setup = Kept(lambda: Setup(_read_queues(), _read_rules(), _read_channels()))


def weight_of(channel: str) -> int:
    """Return what a piece of a channel's new work weighs."""
    return setup().channels.get((None, channel), (1, None))[0]


def route(
    traits: Mapping[str, str], home_path: str, *, unit_id: UUID | None = None, now: datetime
) -> Route | None:
    """Return where work with these traits should go, or None when no rule matches.

    With `unit_id` only queues of that unit are looked at, and its first one is the fallback.
    Costs no query while the setup is fresh.
    """
    known = setup()
    asked = {**traits, "home": home_path}
    found = known.rules
    if unit_id is not None:
        found = tuple(row for row in found if known.queues[row.queue_id].unit_id == unit_id)
    rule = rules.first_match(found, asked, now)
    if rule is not None:
        return Route(known.queues[rule.queue_id], rule.id, rule.automatic)
    if unit_id is not None:
        for queue in known.queues.values():
            if queue.unit_id == unit_id:
                return Route(queue, None, False)
    return None


def queue_rows(viewer: Viewer) -> list[QueueRow]:
    """Return the open queues of the units the viewer may see."""
    paths = viewer.paths(permissions.VIEW.code)
    return [
        queue
        for queue in setup().queues.values()
        if any(queue.unit_path.startswith(top) for top in paths)
    ]


def rules_in_force(viewer: Viewer, now: datetime) -> list[RuleRow]:
    """Return the rules in force that lead to queues the viewer may see, by rank."""
    seen = {queue.id for queue in queue_rows(viewer)}
    return [row for row in setup().rules if row.queue_id in seen and rules.active(row, now)]


def waiting(viewer: Viewer, now: datetime) -> list[QueueLoad]:
    """Return each visible queue with what waits, what is being done and the longest wait."""
    queues = {queue.id: queue for queue in queue_rows(viewer)}
    rows = (
        QueueItem.objects.filter(queue_id__in=queues, ended_at=None)
        .values("queue_id")
        .annotate(
            waits=Count("id", filter=Q(given_to=None)),
            given=Count("id", filter=~Q(given_to=None)),
            oldest=Min("waiting_since", filter=Q(given_to=None)),
        )
        .values_list("queue_id", "waits", "given", "oldest")
    )
    counted = {row[0]: row[1:] for row in rows}
    found = []
    for queue in queues.values():
        waits, given, oldest = counted.get(queue.id, (0, 0, None))
        found.append(QueueLoad(queue, waits, given, now - oldest if oldest else None))
    return found


def presence_board(viewer: Viewer, now: datetime) -> list[PresenceRow]:
    """Return who of the visible units is signed in to the queue, by unit and staff number."""
    scope = Q()
    for path in viewer.paths(permissions.VIEW.code):
        scope |= Q(account__unit__path__startswith=path)
    if not scope:
        return []
    rows = (
        Presence.objects.filter(scope, account__is_active=True)
        .exclude(state=PresenceState.OFFLINE)
        .select_related("account__unit")
        .order_by("account__unit__path", "account__staff_no")
    )
    return [_presence_row(row, now) for row in rows]


def my_state(viewer: Viewer, now: datetime) -> PresenceRow:
    """Return the viewer's own state, signed out when they never set one.

    Raises NotFound when the viewer is not a person of the house.
    """
    person = viewer.account_id
    if person is None or viewer.unit_id is None:
        raise NotFound()
    row = Presence.objects.filter(account_id=person).select_related("account__unit").first()
    if row is not None:
        return _presence_row(row, now)
    return PresenceRow(
        account_id=person,
        staff_no=viewer.actor.label,
        unit_id=viewer.unit_id,
        unit_name="",
        state=PresenceState.OFFLINE.value,
        reason="",
        since=now,
        lasted=now - now,
        load=0,
        capacity=0,
    )


def _presence_row(row: Presence, now: datetime) -> PresenceRow:
    return PresenceRow(
        account_id=row.account_id,
        staff_no=row.account.staff_no,
        unit_id=row.account.unit_id,
        unit_name=row.account.unit.name,
        state=row.state,
        reason=row.reason,
        since=row.since,
        lasted=max(now - row.since, now - now),
        load=row.load,
        capacity=row.capacity,
        calendar=row.calendar,
    )


def why(subject_id: UUID) -> Why | None:
    """Return why the open work on a subject is with the person it is with, or None."""
    row = QueueItem.objects.filter(subject_id=subject_id, ended_at=None).first()
    if row is None:
        return None
    return Why(
        given_to=row.given_to_id,
        given_by=row.given_by,
        given_at=row.given_at,
        codes=tuple(row.reason.get("codes", ())),
        among=row.reason.get("among", 0),
        passed_over=row.reason.get("passed_over", {}),
    )
