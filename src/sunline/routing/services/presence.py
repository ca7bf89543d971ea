"""A person's state at work, and how much they can hold."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from sunline.kernel import log
from sunline.kernel.errors import Invalid, Problem, unknown_choice
from sunline.kernel.types import Subject
from sunline.staff.models import Account
from sunline.staff.types import Viewer

from .. import permissions
from ..errors import NOT_BELOW_CAPACITY, REASON_NEEDED, PersonUnavailable
from ..events import CapacityChanged, PresenceChanged
from ..models import Presence, QueueItem
from ..types import BreakReason, PresenceState
from .work import ensure_presence


def set_presence(
    viewer: Viewer,
    state: str,
    reason: str = "",
    *,
    now: datetime,
    account_id: UUID | None = None,
) -> None:
    """Set the viewer's own state at work, or with `account_id` somebody else's.

    A break needs its reason. Work that is already given stays with the person.
    """
    problems = _problems(state, reason)
    if problems:
        raise Invalid(problems)
    own = account_id is None or account_id == viewer.account_id
    person = viewer.account_id if own else account_id
    if person is None:
        raise PersonUnavailable()
    with transaction.atomic():
        path = path_of(person)
        wanted = permissions.PRESENCE if own else permissions.OVERRIDE
        viewer.require(wanted.code, None if own else path)
        row = locked(person, now)
        if (row.state, row.reason) == (state, reason):
            return
        was, row.state, row.reason, row.since = row.state, state, reason, now
        row.save(update_fields=["state", "reason", "since"])
        log.record(
            PresenceChanged(account_id=person, state=state, was=was, reason=reason),
            subject=Subject("presence", row.id),
            actor=viewer.actor,
            now=now,
        )


def _problems(state: str, reason: str) -> list[Problem]:
    if state not in PresenceState.values:
        return [unknown_choice("state")]
    if state != PresenceState.BREAK:
        return [unknown_choice("reason")] if reason else []
    if not reason:
        return [Problem("reason", "required", REASON_NEEDED)]
    return [] if reason in BreakReason.values else [unknown_choice("reason")]


def set_capacity(viewer: Viewer, account_id: UUID, capacity: int, *, now: datetime) -> None:
    """Set how many pieces of work a person can hold at once, 0 to 100."""
    if not 0 <= capacity <= 100:
        raise Invalid([Problem("capacity", "out_of_range", NOT_BELOW_CAPACITY)])
    with transaction.atomic():
        viewer.require(permissions.OVERRIDE.code, path_of(account_id))
        row = locked(account_id, now)
        if row.capacity == capacity:
            return
        was, row.capacity = row.capacity, capacity
        row.save(update_fields=["capacity"])
        log.record(
            CapacityChanged(account_id=account_id, capacity=capacity, was=was),
            subject=Subject("presence", row.id),
            actor=viewer.actor,
            now=now,
        )


def recount(now: datetime) -> int:
    """Set each person's load to the work they really hold; return how many were wrong."""
    wrong = 0
    for presence_id in Presence.objects.order_by("id").values_list("id", flat=True):
        with transaction.atomic():
            row = Presence.objects.select_for_update().get(id=presence_id)
            held = (
                QueueItem.objects.filter(given_to_id=row.account_id, ended_at=None).aggregate(
                    held=Sum("weight")
                )["held"]
                or 0
            )
            if held != row.load:
                row.load = held
                row.save(update_fields=["load"])
                wrong += 1
    return wrong


def path_of(account_id: UUID) -> str:
    """Return the path of the person's unit; raise PersonUnavailable when nobody has the id."""
    path = (
        Account.objects.filter(id=account_id, is_active=True)
        .values_list("unit__path", flat=True)
        .first()
    )
    if path is None:
        raise PersonUnavailable()
    return path


def locked(account_id: UUID, now: datetime) -> Presence:
    """Return the person's presence row, held until the caller's transaction ends."""
    ensure_presence(account_id, now)
    return Presence.objects.select_for_update().get(account_id=account_id)
