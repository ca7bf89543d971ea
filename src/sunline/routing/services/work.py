"""Putting work in line and moving it from person to person.

Locks are taken in one order, so that no two callers wait for each other: first the item, then
the presence rows by primary key.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from sunline.kernel import clock, log
from sunline.kernel.ids import new_id
from sunline.kernel.types import SYSTEM, Actor, Subject
from sunline.staff.models import Account
from sunline.staff.types import Viewer

from .. import permissions
from ..errors import Excluded, NotWaiting, PersonUnavailable, Taken
from ..events import WorkGiven, WorkReleased
from ..models import Presence, QueueItem
from ..queries import route, weight_of
from ..types import Enqueued, GivenBy, Reason, Route, Ties

NO_TIES = Ties()


def choose_queue(
    traits: Mapping[str, str],
    home_path: str,
    *,
    unit_id: UUID | None = None,
    now: datetime | None = None,
) -> Route | None:
    """Return where the rules send such work, or None; no query while the rules are fresh.

    Without `now` the rules in force at this moment count.
    """
    return route(traits, home_path, unit_id=unit_id, now=now or clock.now())


def queue_item_row(
    *,
    subject: Subject,
    found: Route,
    priority: int = 0,
    due_at: datetime | None = None,
    not_account: UUID | None = None,
    channel: str = "",
    ties: Ties = NO_TIES,
    now: datetime,
) -> QueueItem:
    """Return the unsaved row of work waiting in a queue, for a caller that saves many rows.

    It weighs what its channel's work weighs now.
    """
    return QueueItem(
        id=new_id(),
        queue_id=found.queue.id,
        subject_kind=subject.kind,
        subject_id=subject.id,
        priority=priority,
        due_at=due_at,
        not_account=not_account,
        last_account=ties.last_account,
        manager_account=ties.manager_account,
        channel=channel,
        weight=weight_of(channel),
        waiting_since=now,
    )


def enqueue(
    *,
    subject: Subject,
    traits: Mapping[str, str],
    home_path: str,
    unit_id: UUID | None = None,
    priority: int = 0,
    due_at: datetime | None = None,
    not_account: UUID | None = None,
    ties: Ties = NO_TIES,
    now: datetime,
) -> Enqueued:
    """Put work in the line that the rules name, in one INSERT, and return where it went.

    Without `unit_id` only an automatic rule puts it in line; any other match is a suggestion.
    With `unit_id` it waits in that unit's queue, or nowhere when the unit has none.
    """
    found = route(traits, home_path, unit_id=unit_id, now=now)
    if found is None:
        return Enqueued(unit_id=unit_id)
    if unit_id is None and not found.automatic:
        return Enqueued(queue_id=found.queue.id, rule_id=found.rule_id)
    row = queue_item_row(
        subject=subject,
        found=found,
        priority=priority,
        due_at=due_at,
        not_account=not_account,
        channel=traits.get("channel", ""),
        ties=ties,
        now=now,
    )
    row.save(force_insert=True)
    return Enqueued(found.queue.id, found.queue.unit_id, None, row.id, found.rule_id)


def requeue(
    *,
    subject: Subject,
    traits: Mapping[str, str],
    home_path: str,
    unit_id: UUID | None = None,
    priority: int = 0,
    due_at: datetime | None = None,
    not_account: UUID | None = None,
    ties: Ties = NO_TIES,
    actor: Actor = SYSTEM,
    now: datetime,
) -> Enqueued:
    """End the open work on the subject, if any, and put it in line anew."""
    with transaction.atomic():
        end(subject.id, actor=actor, now=now)
        return enqueue(
            subject=subject,
            traits=traits,
            home_path=home_path,
            unit_id=unit_id,
            priority=priority,
            due_at=due_at,
            not_account=not_account,
            ties=ties,
            now=now,
        )


@transaction.atomic
def give(
    subject_id: UUID,
    account_id: UUID,
    *,
    viewer: Viewer,
    now: datetime,
    version: int | None = None,
) -> None:
    """Give open work to a person whatever the rules say, from whoever holds it.

    Capacity and presence do not bind a human decision; an excluded person does. Raises Refused,
    NotWaiting, Excluded, PersonUnavailable, or Taken when `version` is stale.
    """
    item = _open_item(subject_id)
    viewer.require(permissions.OVERRIDE.code, item.queue.unit.path)
    if version is not None and version != item.version:
        raise Taken()
    _give_to(item, account_id, GivenBy.PERSON, Reason.OVERRIDE, viewer.actor, now)


@transaction.atomic
def take(subject_id: UUID, *, viewer: Viewer, now: datetime) -> None:
    """Give waiting work to the viewer, who belongs to the queue's unit or may override.

    Raises NotWaiting when there is none, Taken when somebody else was first.
    """
    item = _open_item(subject_id)
    account_id = viewer.account_id
    if account_id is None:
        raise PersonUnavailable()
    if not viewer.unit_path.startswith(item.queue.unit.path):
        viewer.require(permissions.OVERRIDE.code, item.queue.unit.path)
    if item.given_to_id not in (None, account_id):
        raise Taken()
    _give_to(item, account_id, GivenBy.SELF, Reason.TAKEN, viewer.actor, now)


@transaction.atomic
def release(subject_id: UUID, *, actor: Actor = SYSTEM, now: datetime) -> bool:
    """Put given work back in line, waiting since when it first did; return if it was given."""
    item = _locked(subject_id)
    if item is None or item.given_to_id is None:
        return False
    _drop_holder(item, "released", actor, now)
    _save(item, given_to=None, given_at=None, given_by="", reason={})
    return True


@transaction.atomic
def end(subject_id: UUID, *, actor: Actor = SYSTEM, now: datetime) -> bool:
    """Take the work out of its queue and free whoever holds it; return if there was any."""
    item = _locked(subject_id)
    if item is None:
        return False
    if item.given_to_id is not None:
        _drop_holder(item, "ended", actor, now)
    _save(item, ended_at=now)
    return True


def record_given(
    item: QueueItem,
    account_id: UUID,
    by: GivenBy,
    codes: tuple[str, ...],
    actor: Actor,
    at: datetime,
) -> None:
    """Write the fact that the item was given; its version is the fact's number."""
    log.record(
        WorkGiven(
            subject_kind=item.subject_kind,
            subject_id=item.subject_id,
            queue_id=item.queue_id,
            account_id=account_id,
            given_by=by.value,
            codes=codes,
        ),
        subject=Subject("queue_item", item.id),
        actor=actor,
        now=at,
        sequence=item.version,
    )


def _locked(subject_id: UUID) -> QueueItem | None:
    rows = QueueItem.objects.select_for_update(of=("self",)).filter(
        subject_id=subject_id, ended_at=None
    )
    return rows.first()


def _open_item(subject_id: UUID) -> QueueItem:
    rows = QueueItem.objects.select_for_update(of=("self",)).select_related("queue__unit")
    item = rows.filter(subject_id=subject_id, ended_at=None).first()
    if item is None:
        raise NotWaiting()
    return item


def _give_to(
    item: QueueItem, account_id: UUID, by: GivenBy, code: Reason, actor: Actor, now: datetime
) -> None:
    if item.given_to_id == account_id:
        return
    if item.not_account == account_id:
        raise Excluded()
    if not Account.objects.filter(id=account_id, is_active=True).exists():
        raise PersonUnavailable()
    ensure_presence(account_id, now)
    holders = [account_id, *([item.given_to_id] if item.given_to_id else [])]
    rows = Presence.objects.filter(account_id__in=holders).order_by("id")
    list(rows.select_for_update().values_list("id", flat=True))
    if item.given_to_id is not None:
        _drop_holder(item, "given_on", actor, now)
    Presence.objects.filter(account_id=account_id).update(
        load=F("load") + item.weight, last_given_at=now
    )
    item.version += 1
    reason = {"codes": [code.value]}
    _save(item, given_to=account_id, given_at=now, given_by=by.value, reason=reason)
    record_given(item, account_id, by, (code.value,), actor, now)


def ensure_presence(account_id: UUID, now: datetime) -> None:
    """Make sure the person has a presence row; two callers at once make one."""
    if not Presence.objects.filter(account_id=account_id).exists():
        row = Presence(account_id=account_id, since=now)
        Presence.objects.bulk_create([row], ignore_conflicts=True)


def _drop_holder(item: QueueItem, cause: str, actor: Actor, now: datetime) -> None:
    """Take the work's weight off the holder and write the fact."""
    holder = item.given_to_id
    if holder is None:
        return
    left = Greatest(F("load") - item.weight, 0)
    Presence.objects.filter(account_id=holder).update(load=left)
    item.version += 1
    log.record(
        WorkReleased(
            subject_kind=item.subject_kind,
            subject_id=item.subject_id,
            queue_id=item.queue_id,
            account_id=holder,
            cause=cause,
        ),
        subject=Subject("queue_item", item.id),
        actor=actor,
        now=now,
        sequence=item.version,
    )


def _save(item: QueueItem, **changes: object) -> None:
    QueueItem.objects.filter(id=item.id).update(version=item.version, **changes)
    if "given_to" in changes:
        item.given_to_id = changes["given_to"]  # type: ignore[assignment]
