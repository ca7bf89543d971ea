"""The questions of the check (审核): set up in dated rows, and what was found, by whom."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from sunline.kernel.errors import Conflict, Invalid, Problem, required, too_long, unknown_choice
from sunline.kernel.log import record
from sunline.kernel.types import Subject
from sunline.staff.types import Viewer

from .. import permissions
from ..errors import ChecksOpen
from ..events.closing import CheckItemSet
from ..models import CheckItem, CheckResult
from ..queries.checking import asked_of
from ..rules import checking as rules
from ..types import Kind
from .changing import Change

SHIPPED = Path(__file__).parent.parent / "data" / "checks.csv"


def keep(change: Change, *, passed: Sequence[str], failed: Sequence[str] = ()) -> None:
    """Keep what the checker found with the fact recorded last; raises Invalid for unknown codes."""
    items = {row.code: row for row in asked_of(change.ticket, change.now)}
    if any(code not in items for code in (*passed, *failed)):
        raise Invalid([unknown_choice("failed" if failed else "checked")])
    actor = change.viewer.actor
    CheckResult.objects.bulk_create(
        CheckResult(
            ticket=change.ticket,
            item=items[code],
            sequence=change.ticket.version,
            passed=code not in failed,
            by=actor.id,
            by_label=actor.label[:64],
            at=change.now,
        )
        for code in dict.fromkeys((*passed, *failed))
    )


def check_passed(change: Change, passed: Sequence[str]) -> None:
    """Raise ChecksOpen unless every question in force for the ticket was passed."""
    codes = [row.code for row in asked_of(change.ticket, change.now)]
    if rules.open_codes(codes, passed):
        raise ChecksOpen([Problem("checked", "not_passed", ChecksOpen.text)])


def load_checks(now: datetime) -> int:
    """Put the shipped questions in force unless there are any; return how many."""
    if CheckItem.objects.exists():
        return 0
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        rows = [CheckItem(since=now, **row) for row in csv.DictReader(file)]
    return len(CheckItem.objects.bulk_create(rows))


def set_check(
    viewer: Viewer,
    *,
    code: str,
    text: str,
    kind: str = "",
    topic_id: UUID | None = None,
    place: int = 0,
    now: datetime,
) -> None:
    """Put a question in force from now on; one with the same code, kind and topic ends."""
    viewer.require(permissions.SET_CHECKS.code)
    problems = [required(name) for name, value in (("code", code), ("text", text)) if not value]
    problems += [
        too_long(name, most)
        for name, value, most in (("code", code, 32), ("text", text, 160))
        if len(value) > most
    ]
    if kind and kind not in Kind.values:
        problems.append(unknown_choice("kind"))
    if problems:
        raise Invalid(problems)
    try:
        with transaction.atomic():
            _end(code, kind, topic_id, now)
            row = CheckItem.objects.create(
                code=code, text=text, kind=kind, topic_id=topic_id, place=place, since=now
            )
            _record(viewer, row, now, ended=False)
    except IntegrityError:
        raise Conflict from None


def end_check(viewer: Viewer, item_id: UUID, *, now: datetime) -> None:
    """Ask a question no longer; what was found on it stays."""
    viewer.require(permissions.SET_CHECKS.code)
    with transaction.atomic():
        row = CheckItem.objects.select_for_update().filter(id=item_id, until=None).first()
        if row is None:
            raise Conflict
        row.until = now
        row.save(update_fields=["until"])
        _record(viewer, row, now, ended=True)


def _end(code: str, kind: str, topic_id: UUID | None, now: datetime) -> None:
    open_rows = CheckItem.objects.filter(code=code, kind=kind, until=None)
    about = Q(topic=None) if topic_id is None else Q(topic_id=topic_id)
    open_rows.filter(about).update(until=now)


def _record(viewer: Viewer, row: CheckItem, now: datetime, *, ended: bool) -> None:
    fact = CheckItemSet(code=row.code, for_kind=row.kind, ended=ended)
    record(fact, subject=Subject("check_item", row.id), actor=viewer.actor, now=now)
