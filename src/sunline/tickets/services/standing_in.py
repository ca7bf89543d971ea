"""Who decides approvals for whom, and how long (代审)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from sunline.kernel import log
from sunline.kernel.errors import Invalid, NotFound, Problem, too_long, unknown_choice
from sunline.kernel.policies import OUT_OF_RANGE
from sunline.kernel.types import Subject
from sunline.staff import queries as staff
from sunline.staff.types import Viewer

from .. import grant_policies, permissions
from ..errors import DELEGATE_SELF, DELEGATE_TWICE, DELEGATE_UNFIT
from ..events.grants import DelegateSet
from ..models import Delegate
from .turns import take_turn

MOST_NOTE = 255


def set_delegate(
    viewer: Viewer,
    *,
    to: str,
    until: datetime,
    since: datetime | None = None,
    note: str = "",
    now: datetime,
) -> UUID:
    """Let the person with a staff number decide the viewer's approvals from `since` to `until`.

    The other one has to be somebody who decides approvals; nobody is stood in for by two people
    at once. Raises Refused, Invalid.
    """
    viewer.require(permissions.DECIDE_GRANTS.code)
    own = viewer.account_id
    if own is None:
        raise NotFound
    start = max(since or now, now)
    problems = _wrong_span(start, until, now)
    if len(note) > MOST_NOTE:
        problems.append(too_long("note", MOST_NOTE))
    other = staff.account_by_number(to)
    account = staff.active_account(other.id) if other else None
    if account is None:
        problems.append(unknown_choice("to"))
    elif account.id == own:
        problems.append(Problem("to", "self", DELEGATE_SELF))
    elif not staff.viewer_for(account, now=now).may(permissions.DECIDE_GRANTS.code):
        problems.append(Problem("to", "may_not_decide", DELEGATE_UNFIT))
    if problems or account is None:
        raise Invalid(problems)
    with transaction.atomic():
        take_turn(f"delegate:{own}")
        both = Delegate.objects.filter(of_id=own, ended_at=None, since__lt=until, until__gt=start)
        if both.exists():
            raise Invalid([Problem("since", "twice", DELEGATE_TWICE)])
        row = Delegate.objects.create(
            of_id=own, to_id=account.id, since=start, until=until, note=note.strip(),
            set_by=viewer.actor.label[:64], set_at=now,
        )  # fmt: skip
        _record(viewer, row, now, ended=False)
    return row.id


def _wrong_span(since: datetime, until: datetime, now: datetime) -> list[Problem]:
    days = grant_policies.STAND_IN.at(now)
    if since < until <= since + timedelta(days=days):
        return []
    return [Problem("until", "out_of_range", OUT_OF_RANGE, {"least": 0, "most": days})]


def end_delegate(viewer: Viewer, delegate_id: UUID, *, now: datetime) -> None:
    """Take back what the viewer named; raises NotFound for what is over or another's."""
    viewer.require(permissions.DECIDE_GRANTS.code)
    with transaction.atomic():
        rows = Delegate.objects.select_for_update().filter(id=delegate_id, ended_at=None)
        row = rows.filter(of_id=viewer.account_id).first()
        if row is None:
            raise NotFound
        row.ended_at = now
        row.save(update_fields=["ended_at"])
        _record(viewer, row, now, ended=True)


def _record(viewer: Viewer, row: Delegate, now: datetime, *, ended: bool) -> None:
    fact = DelegateSet(row.of_id, row.to_id, row.since, row.until, ended)
    log.record(fact, subject=Subject("delegate", row.id), actor=viewer.actor, now=now)
