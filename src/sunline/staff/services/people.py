"""Creating, moving and ending people's accounts; their skills and language."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F

from sunline.kernel import log
from sunline.kernel.errors import Invalid, NotFound, Problem, required, too_long, unknown_choice
from sunline.kernel.types import Subject

from .. import events, permissions, queries, rules
from ..errors import AlreadyThere, OwnRights
from ..models import Account, AccountSkill, RoleGrant, Skill
from ..texts import BAD_LEVEL, BAD_SKILL, BAD_STAFF_NO
from ..types import Viewer

SKILL_CODE = re.compile(r"[a-z][a-z0-9_-]{0,31}")
# No letters or digits that are mistaken for one another when read out or copied by hand.
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A new account, with the password to hand over once."""

    id: UUID
    staff_no: str
    password: str


def one_time_password() -> str:
    """Return a password to hand over, to be changed at the first sign-in."""
    return "-".join("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(4))


def held_account(account_id: UUID) -> Account:
    """Return the account's row, locked for the transaction at hand; raise NotFound."""
    row = Account.objects.select_for_update(of=("self",)).filter(id=account_id).first()
    if row is None:
        raise NotFound
    return row


@transaction.atomic
def create_person(
    viewer: Viewer,
    *,
    staff_no: str,
    name: str,
    unit_id: UUID,
    now: datetime,
    email: str = "",
    language: str = "",
) -> NewPerson:
    """Create an account in a unit; people of a vendor's unit are employed by the vendor."""
    unit = queries.unit_tree().get(unit_id)
    if unit is None or unit.closed:
        raise NotFound
    viewer.require(permissions.MANAGE_PEOPLE.code, unit.path)
    problems = []
    if not rules.STAFF_NO.fullmatch(staff_no):
        problems.append(Problem("staff_no", "bad_staff_no", BAD_STAFF_NO))
    if not name.strip():
        problems.append(required("name"))
    elif len(name) > 64:
        problems.append(too_long("name", 64))
    if language and language not in dict(settings.LANGUAGES):
        problems.append(unknown_choice("language"))
    if problems:
        raise Invalid(problems)
    if Account.objects.filter(staff_no__iexact=staff_no).exists():
        raise AlreadyThere
    password = one_time_password()
    account = Account.objects.create(
        staff_no=staff_no,
        name=name,
        email=email,
        unit_id=unit_id,
        employer=unit.vendor,
        language=language,
        password=make_password(password),
        must_change_password=True,
        password_changed_at=now,
        joined_at=now,
    )
    subject = Subject("account", account.id)
    fact = events.PersonCreated(unit_id=unit_id)
    log.record(fact, subject=subject, actor=viewer.actor, now=now, sequence=1)
    return NewPerson(account.id, staff_no, password)


@transaction.atomic
def move_person(viewer: Viewer, account_id: UUID, *, unit_id: UUID, now: datetime) -> None:
    """Let a person work in another unit; their roles stay as they are."""
    account, tree = held_account(account_id), queries.unit_tree()
    target = tree.get(unit_id)
    viewer.require(permissions.MANAGE_PEOPLE.code, tree.path(account.unit_id))
    if target is None or target.closed:
        raise NotFound
    viewer.require(permissions.MANAGE_PEOPLE.code, target.path)
    if account.unit_id == unit_id:
        return
    Account.objects.filter(id=account_id).update(
        unit_id=unit_id, employer=target.vendor, permission_stamp=F("permission_stamp") + 1
    )
    fact = events.PersonMoved(from_unit_id=account.unit_id, to_unit_id=unit_id)
    log.record(fact, subject=Subject("account", account_id), actor=viewer.actor, now=now)


@transaction.atomic
def end_person(viewer: Viewer, account_id: UUID, *, now: datetime) -> None:
    """Close a person's account and end their roles; open sessions end with the next request."""
    account = held_account(account_id)
    path = queries.unit_tree().path(account.unit_id)
    viewer.require(permissions.MANAGE_PEOPLE.code, path)
    if account_id == viewer.account_id:
        raise OwnRights
    if not account.is_active:
        return
    ended = RoleGrant.objects.filter(account_id=account_id, until=None).update(until=now)
    Account.objects.filter(id=account_id).update(
        is_active=False, left_at=now, permission_stamp=F("permission_stamp") + 1
    )
    fact = events.PersonLeft(ended_roles=ended)
    log.record(fact, subject=Subject("account", account_id), actor=viewer.actor, now=now)


@transaction.atomic
def create_skill(viewer: Viewer, *, code: str, name: str, now: datetime, name_en: str = "") -> int:
    """Create a skill and return its id."""
    viewer.require(permissions.MANAGE_PEOPLE.code)
    problems = [] if SKILL_CODE.fullmatch(code) else [Problem("code", "bad_code", BAD_SKILL)]
    if not name.strip():
        problems.append(required("name"))
    texts = (("name", name), ("name_en", name_en))
    problems += [too_long(field, 64) for field, value in texts if len(value) > 64]
    if problems:
        raise Invalid(problems)
    if Skill.objects.filter(code=code).exists():
        raise AlreadyThere
    skill = Skill.objects.create(code=code, name=name, name_en=name_en)
    # A skill's own id is a small number; its code names it as well and for ever.
    subject = Subject("skill", uuid5(NAMESPACE_URL, f"sunline:skill:{code}"))
    fact = events.SkillCreated(code=code)
    log.record(fact, subject=subject, actor=viewer.actor, now=now, sequence=1)
    return skill.id


@transaction.atomic
def set_skills(
    viewer: Viewer, account_id: UUID, *, skills: Mapping[str, int], now: datetime
) -> None:
    """Give a person exactly these skills, each with a level from 1 to 5; the old ones end now."""
    account = held_account(account_id)
    path = queries.unit_tree().path(account.unit_id)
    viewer.require(permissions.MANAGE_PEOPLE.code, path)
    ids = dict(Skill.objects.filter(code__in=skills).values_list("code", "id"))
    problems = [unknown_choice("skills") for code in skills if code not in ids]
    if any(not 1 <= level <= 5 for level in skills.values()):
        problems.append(Problem("skills", "bad_level", BAD_LEVEL))
    if problems:
        raise Invalid(problems)
    held = {
        row.skill_id: row for row in AccountSkill.objects.filter(account_id=account_id, until=None)
    }
    wanted = {ids[code]: level for code, level in skills.items()}
    gone = [row.id for key, row in held.items() if wanted.get(key) != row.level]
    AccountSkill.objects.filter(id__in=gone).update(until=now)
    AccountSkill.objects.bulk_create(
        AccountSkill(account_id=account_id, skill_id=key, level=level, since=now)
        for key, level in wanted.items()
        if key not in held or held[key].level != level
    )
    Account.objects.filter(id=account_id).update(permission_stamp=F("permission_stamp") + 1)
    fact = events.SkillsSet(tuple(f"{code}:{level}" for code, level in sorted(skills.items())))
    log.record(fact, subject=Subject("account", account_id), actor=viewer.actor, now=now)


def choose_language(viewer: Viewer, language: str) -> None:
    """Keep the language a person reads in; it is a taste, so nothing is logged."""
    if language and language not in dict(settings.LANGUAGES):
        raise Invalid([unknown_choice("language")])
    if viewer.account_id and not viewer.viewing_as:
        Account.objects.filter(id=viewer.account_id).update(language=language)
