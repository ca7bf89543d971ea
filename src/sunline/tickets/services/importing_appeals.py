"""Importing appeals, and operators' counts of them, from files: dry run, progress, error file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, BinaryIO
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from sunline.kernel import imports, tables
from sunline.kernel.errors import (
    Invalid,
    Problem,
    Refused,
    SunlineError,
    required,
    unknown_choice,
)
from sunline.kernel.ids import local_day
from sunline.kernel.models import Job
from sunline.staff import queries as staff
from sunline.staff.types import Viewer

from .. import events, permissions
from ..appeal_errors import BAD_COUNT, BAD_DAY, BAD_STRETCH, MIXED_STRETCH, NO_HOME, AppealTwice
from ..errors import BAD_MOMENT
from ..models import AppealCount
from ..rules import past
from ..types import Referral
from .appeal_intake import take_in
from .past_lines import DATA

KIND = "tickets.import_appeals"
COUNTS = "tickets.import_appeal_counts"
BATCH = 200
STRETCH = re.compile(r"([12][0-9]{3})\s*[-./]?\s*(?:Q([1-4])|(0?[1-9]|1[0-2]))", re.I)
MOST_COUNT = 2_000_000_000


def ask_appeals(viewer: Viewer, body: BinaryIO, *, now: datetime, **options: Any) -> UUID:
    """Take in a CSV file of appeals for the worker to import; return the job's id."""
    return _ask(KIND, viewer, body, now, options)


def ask_counts(viewer: Viewer, body: BinaryIO, *, now: datetime, **options: Any) -> UUID:
    """Take in a CSV file of operators' counts for the worker to import; return the job's id."""
    return _ask(COUNTS, viewer, body, now, options)


def _ask(
    kind: str, viewer: Viewer, body: BinaryIO, now: datetime, options: Mapping[str, Any]
) -> UUID:
    viewer.require(permissions.APPEAL.code)
    return imports.ask(
        kind, body, asked=events.AppealImportAsked, actor=viewer.actor, now=now, **options
    )


def ask_again(viewer: Viewer, dry_job: Job, *, now: datetime) -> UUID:
    """Ask for the real import of a file that was tried in a dry run; raise Refused or NotFound."""
    viewer.require(permissions.APPEAL.code)
    return imports.ask_again(dry_job, asked=events.AppealImportAsked, actor=viewer.actor, now=now)


def import_appeals(job: Job, now: datetime) -> None:
    """Import the appeals of a job's file: one a line, known by door and number."""
    imports.run(job, columns=columns(KIND), handle=_Appeals(job, now), batch=BATCH)


def import_counts(job: Job, now: datetime) -> None:
    """Import operators' counts: one month or quarter of an operator a line; later files replace."""
    imports.run(job, columns=columns(COUNTS), handle=_Counts(job, now), batch=BATCH)


@cache
def columns(kind: str) -> tuple[tables.Column, ...]:
    """Return the columns that an import of appeals, or of counts, knows."""
    name = {KIND: "appeal_columns", COUNTS: "count_columns"}[kind]
    return tables.columns_from(DATA / f"{name}.csv")


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """Return the codes of the words that cells may hold."""
    return tables.words_from(DATA / "appeal_words.csv")


class _Appeals:
    """Takes appeals in line by line, with the permissions of whoever asked."""

    def __init__(self, job: Job, now: datetime) -> None:
        self.now = now
        account = staff.active_account(job.actor_id) if job.actor_id else None
        # Who left meanwhile imports nothing.
        self.viewer = staff.viewer_for(account, now=now) if account else None

    def __call__(self, lines: Sequence[tables.Line]) -> imports.Outcome:
        outcome = imports.Outcome()
        for line in lines:
            try:
                with transaction.atomic():
                    self._take(line.values)
                outcome.written += 1
            except AppealTwice:
                outcome.known += 1
            except Invalid as error:
                outcome.problems += [(line.number, problem) for problem in error.problems]
            except SunlineError as error:
                told = Problem("", error.code, error.text, error.params)
                outcome.problems.append((line.number, told))
        return outcome

    def _take(self, values: Mapping[str, str]) -> None:
        item = referral(values, self.now)
        viewer = self.viewer
        if viewer is None:
            raise Refused
        take_in(viewer, item, now=self.now)


def referral(values: Mapping[str, str], now: datetime) -> Referral:
    """Return the appeal that a line tells; raise Invalid with all that is wrong with it."""
    problems: list[Problem] = []
    codes = {name: _word(values, name, problems) for name in ("door", "category")}
    moments = {
        name: _moment(values, name, problems)
        for name in ("received_at", "first_complaint_at", "reply_due")
    }
    if not values.get("received_at"):
        problems.append(required("received_at"))
    event_on = _event_day(values, problems)
    home = _home(values.get("home", ""), problems)
    received_at = moments["received_at"]
    if problems or received_at is None or event_on is None:
        raise Invalid(problems)
    return Referral(
        door=codes["door"],
        number=values.get("number", ""),
        category=codes["category"],
        received_at=received_at,
        event_on=event_on,
        claim=values.get("claim", ""),
        phone=values.get("phone", ""),
        name=values.get("name", ""),
        address=values.get("address", ""),
        postcode=values.get("postcode", ""),
        first_complaint_at=moments["first_complaint_at"],
        reply_due=moments["reply_due"],
        ticket=values.get("ticket", ""),
        home_unit_id=home,
    )


def _word(values: Mapping[str, str], name: str, problems: list[Problem]) -> str:
    said = values.get(name, "")
    code = words()[name].get(said.casefold(), "")
    if not code:
        problems.append(unknown_choice(name) if said else required(name))
    return code


def _moment(values: Mapping[str, str], name: str, problems: list[Problem]) -> datetime | None:
    said = values.get(name, "")
    if not said:
        return None
    found = past.moment_of(said, ZoneInfo(settings.TIME_ZONE))
    if found is None:
        problems.append(Problem(name, "bad_moment", BAD_MOMENT))
    return found


def _event_day(values: Mapping[str, str], problems: list[Problem]) -> date | None:
    said = values.get("event_on", "")
    found = past.moment_of(said, ZoneInfo(settings.TIME_ZONE)) if said else None
    if found is None:
        problems.append(Problem("event_on", "bad_day", BAD_DAY) if said else required("event_on"))
        return None
    return local_day(found)


def _home(said: str, problems: list[Problem]) -> UUID | None:
    if not said:
        return None
    tree = staff.unit_tree()
    row = tree.by_code(said) or next((one for one in tree.rows if one.name == said), None)
    if row is None:
        problems.append(Problem("home", "unknown", NO_HOME))
    return row.id if row else None


class _Counts:
    """Writes operators' counts; a stretch that is told again replaces what was told before."""

    def __init__(self, job: Job, now: datetime) -> None:
        self.now, self.by = now, imports.asked_by(job).label

    def __call__(self, lines: Sequence[tables.Line]) -> imports.Outcome:
        outcome = imports.Outcome()
        for line in lines:
            try:
                with transaction.atomic():
                    self._write(count_of(line.values), line.number)
                outcome.written += 1
            except Invalid as error:
                outcome.problems += [(line.number, problem) for problem in error.problems]
        return outcome

    def _write(self, row: AppealCount, place: int) -> None:
        first = date(row.since.year, (row.since.month - 1) // 3 * 3 + 1, 1)
        held = AppealCount.objects.filter(
            operator=row.operator,
            since__gte=first,
            since__lt=date(first.year, first.month + 2, 28),
        )
        if held.exclude(months=row.months).exists():
            raise Invalid([Problem("stretch", "mixed", MIXED_STRETCH)])
        held.filter(since=row.since).delete()
        row.place, row.set_at, row.set_by = place, self.now, self.by[:64]
        row.save(force_insert=True)


def count_of(values: Mapping[str, str]) -> AppealCount:
    """Return the unsaved counts that a line tells; raise Invalid with all that is wrong."""
    problems: list[Problem] = []
    operator = values.get("operator", "")[:64]
    if not operator:
        problems.append(required("operator"))
    found = STRETCH.fullmatch(values.get("stretch", "").replace(" ", ""))
    if found is None:
        problems.append(Problem("stretch", "bad_stretch", BAD_STRETCH))
    numbers = {
        name: _count(values, name, problems) for name in ("service", "network", "charges", "users")
    }
    if problems or found is None:
        raise Invalid(problems)
    year, quarter, month = int(found[1]), found[2], found[3]
    first = int(quarter) * 3 - 2 if quarter else int(month)
    return AppealCount(
        operator=operator, since=date(year, first, 1), months=3 if quarter else 1, **numbers
    )


def _count(values: Mapping[str, str], name: str, problems: list[Problem]) -> int:
    said = values.get(name, "").replace(",", "").replace(" ", "")
    if not said.isascii() or not said.isdigit() or int(said[:20]) > MOST_COUNT:
        problems.append(Problem(name, "bad_count", BAD_COUNT))
        return 0
    return int(said)
