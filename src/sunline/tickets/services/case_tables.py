"""Changing the tables of complaints and of authority: dated rows keep decisions explainable."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from sunline.kernel import log
from sunline.kernel.errors import (
    Conflict,
    Invalid,
    Problem,
    required,
    too_long,
    unknown_choice,
    wrong_type,
)
from sunline.kernel.types import Subject
from sunline.staff.types import Viewer

from .. import permissions
from ..events.tables import CaseRowSet
from ..models import CaseRow
from ..queries import tables
from ..types import Circle, Complexity, Level, Mood, Phase, Revisit
from .authority_rows import wrong_chain, wrong_limit
from .settling import check_money

CODE = re.compile(r"[a-z][a-z0-9_]{0,31}(\.[a-z][a-z0-9_]{0,31}){0,2}")
BAD_CODE = _("Small letters, digits and underscores; a cause has at most three parts with points.")
PAST = _("This moment has passed.")
NO_PARENT = _("The branch above it does not exist.")
AXES: Mapping[str, frozenset[str]] = {
    "value": frozenset({"high", "middle", "basic"}),
    "risk": frozenset({"high", "middle", "low"}),
    "complexity": frozenset(Complexity.values),
    "mood": frozenset(Mood.values),
    "fragile": frozenset({"yes", "no"}),
}
MOST_MINUTES = 43_200
DEEP = frozenset({tables.CAUSE, tables.AUTHORITY})  # codes with parts
PERMISSION_OF = {
    tables.AUTHORITY: permissions.SET_AUTHORITY,
    tables.CHAIN: permissions.SET_AUTHORITY,
}


def set_row(
    viewer: Viewer,
    table: str,
    code: str,
    values: Mapping[str, Any],
    *,
    ended: bool = False,
    since: datetime | None = None,
    now: datetime,
) -> None:
    """Let a row hold from a moment on, now unless said otherwise; `ended` takes its code out.

    Raises Refused, and Invalid with every problem of the row.
    """
    viewer.require(PERMISSION_OF.get(table, permissions.CONFIGURE_CASES).code)
    problems = [unknown_choice("table")] if table not in tables.TABLES else []
    if not CODE.fullmatch(code) or (table not in DEEP and "." in code):
        problems.append(Problem("code", "bad_code", BAD_CODE))
    if since is not None and since < now:
        problems.append(Problem("since", "past", PAST))
    if not problems:
        problems = _missing(table, code, now) if ended else _wrong(table, code, values, now)
    if problems:
        raise Invalid(problems)
    try:
        with transaction.atomic():
            CaseRow.objects.create(
                table=table,
                code=code,
                since=since or now,
                ended=ended,
                values={} if ended else dict(values),
                set_at=now,
                set_by=viewer.actor.label[:64],
            )
            subject = Subject("case_table", uuid5(NAMESPACE_URL, f"sunline:case:{table}:{code}"))
            fact = CaseRowSet(table, code, since or now, ended)
            log.record(fact, subject=subject, actor=viewer.actor, now=now)
    except IntegrityError:
        raise Conflict() from None
    tables.forget()


def _missing(table: str, code: str, now: datetime) -> list[Problem]:
    return [] if code in tables.rows(table, now) else [unknown_choice("code")]


def _wrong(table: str, code: str, values: Mapping[str, Any], now: datetime) -> list[Problem]:
    if table == tables.AUTHORITY:
        return wrong_limit(code, values)
    name = str(values.get("name", ""))
    problems = [] if name.strip() else [required("name")]
    problems += [
        too_long(field, 128) for field in ("name", "name_en") if len(values.get(field, "")) > 128
    ]
    if table == tables.CAUSE:
        branch = code.rpartition(".")[0]
        if branch and branch not in tables.rows(tables.CAUSE, now):
            problems.append(Problem("code", "no_branch", NO_PARENT))
    if table == tables.STEP:
        problems += _codes(values, "phase", Phase.values) + _codes(values, "circle", Circle.values)
        problems += _whole(values, "place", 9999) + _whole(values, "minutes", MOST_MINUTES)
    if table == tables.STRATEGY:
        problems += _strategy(values, now)
    if table == tables.CHAIN:
        problems += wrong_chain(values)
    return problems


def _strategy(values: Mapping[str, Any], now: datetime) -> list[Problem]:
    problems = _codes(values, "level", Level.values) + _codes(values, "revisit", Revisit.values)
    problems += _whole(values, "place", 9999) + _whole(values, "first_contact", MOST_MINUTES)
    problems += _several(values.get("wording", ()), "wording", tables.rows(tables.WORDING, now))
    problems += _several(values.get("skills", ()), "skills", tables.rows(tables.SKILL, now))
    match = values.get("match", {})
    for axis, wanted in match.items():
        problems += _several(wanted, axis, AXES.get(axis, ()))
    try:
        problems += check_money("amount", Decimal(str(values.get("amount", ""))))
    except InvalidOperation:
        problems.append(wrong_type("amount"))
    return problems


def _codes(values: Mapping[str, Any], name: str, known: Sequence[str]) -> list[Problem]:
    return [] if values.get(name) in known else [unknown_choice(name)]


def _several(found: Sequence[str], name: str, known: Any) -> list[Problem]:
    return [] if all(code in known for code in found) else [unknown_choice(name)]


def _whole(values: Mapping[str, Any], name: str, most: int) -> list[Problem]:
    found = values.get(name)
    fits = isinstance(found, int) and not isinstance(found, bool) and 0 <= found <= most
    return [] if fits else [wrong_type(name)]
