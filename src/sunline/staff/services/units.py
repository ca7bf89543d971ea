"""Creating and closing units."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from django.db import transaction

from sunline.kernel import log
from sunline.kernel.errors import Invalid, NotFound, Problem, required, too_long, unknown_choice
from sunline.kernel.types import Subject

from .. import events, permissions, queries
from ..errors import AlreadyThere, StillInUse
from ..models import Account, Unit
from ..texts import BAD_CODE
from ..types import Viewer

CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,15}")
LONGEST_PATH = 96


@transaction.atomic
def create_unit(
    viewer: Viewer,
    *,
    code: str,
    name: str,
    parent_id: UUID | None,
    level: str,
    kind: str,
    now: datetime,
    name_en: str = "",
    region_code: str = "",
    vendor: str = "",
) -> UUID:
    """Create a unit below another and return its id; only HQ has no parent."""
    parent = _held_open(parent_id) if parent_id else None
    viewer.require(permissions.MANAGE_UNITS.code, parent.path if parent else "/")
    path = f"{parent.path if parent else '/'}{code}/"
    problems = _problems(code, name, level, kind, path)
    if parent is None and Unit.objects.filter(parent=None).exists():
        problems.append(required("parent_id"))
    if problems:
        raise Invalid(problems)
    if Unit.objects.filter(code=code).exists():
        raise AlreadyThere
    unit = Unit.objects.create(
        code=code,
        name=name,
        name_en=name_en,
        level=level,
        kind=kind,
        parent=parent,
        path=path,
        region_code=region_code,
        vendor=vendor,
    )
    fact = events.UnitCreated(code=code, path=path)
    log.record(fact, subject=Subject("unit", unit.id), actor=viewer.actor, now=now, sequence=1)
    queries.forget_units()
    return unit.id


def _held_open(unit_id: UUID) -> Unit:
    unit = Unit.objects.select_for_update().filter(id=unit_id, closed_at=None).first()
    if unit is None:
        raise NotFound
    return unit


def _problems(code: str, name: str, level: str, kind: str, path: str) -> list[Problem]:
    problems = []
    if not CODE.fullmatch(code):
        problems.append(Problem("code", "bad_code", BAD_CODE))
    if len(path) > LONGEST_PATH:
        problems.append(too_long("code", LONGEST_PATH))
    if not name.strip():
        problems.append(required("name"))
    elif len(name) > 64:
        problems.append(too_long("name", 64))
    if level not in Unit.Level.values:
        problems.append(unknown_choice("level"))
    if kind not in Unit.Kind.values:
        problems.append(unknown_choice("kind"))
    return problems


@transaction.atomic
def close_unit(viewer: Viewer, unit_id: UUID, *, now: datetime) -> None:
    """Close a unit that has no people and no open units below it."""
    unit = Unit.objects.select_for_update().filter(id=unit_id).first()
    if unit is None:
        raise NotFound
    viewer.require(permissions.MANAGE_UNITS.code, unit.path)
    if unit.closed_at:
        return
    people = Account.objects.filter(unit_id=unit_id, is_active=True)
    if people.exists() or Unit.objects.filter(parent_id=unit_id, closed_at=None).exists():
        raise StillInUse
    Unit.objects.filter(id=unit_id).update(closed_at=now)
    fact = events.UnitClosed(code=unit.code)
    log.record(fact, subject=Subject("unit", unit_id), actor=viewer.actor, now=now)
    queries.forget_units()
