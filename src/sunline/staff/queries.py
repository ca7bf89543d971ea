"""Reading people and units, and working out what a viewer may do."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from sunline.kernel.caching import SECONDS, Kept
from sunline.kernel.errors import NotFound
from sunline.kernel.types import Actor

from . import matrix, permissions, rules, scopes
from .models import (
    Account,
    AccountSkill,
    ApiClient,
    RecoveryCode,
    Role,
    RoleGrant,
    SecondFactor,
    Skill,
    Unit,
)
from .types import AccountRow, GrantRow, UnitRow, UnitTree, Viewer, nobody


def _load_tree() -> UnitTree:
    fields = ("id", "code", "name", "name_en", "level", "kind", "path", "parent_id", "vendor")
    rows = Unit.objects.values(*fields, closed=Q(closed_at__isnull=False))
    return UnitTree([UnitRow(**row) for row in rows])


def _load_matrix() -> Mapping[str, frozenset[str]]:
    decided = Role.objects.values_list("code", "permissions__permission", "permissions__held")
    return rules.effective_matrix(matrix.DEFAULT, decided)


_tree = Kept(_load_tree)
_matrix = Kept(_load_matrix)
Matrix = Mapping[str, frozenset[str]]
# Viewers by account and stamp (it rises with every grant or revocation), with the moment, the
# units and the matrix they were made from: a viewer is never older than any of these.
_viewers: Kept[dict[tuple[UUID, int], tuple[datetime, UnitTree, Matrix, Viewer]]] = Kept(
    dict, SECONDS * 60
)
# Skills by account: its stamp when they were read, from when until when they hold, the levels.
_skills: Kept[dict[UUID, tuple[int, datetime, datetime, Mapping[str, int]]]] = Kept(
    dict, SECONDS * 60
)


def unit_tree() -> UnitTree:
    """Return all units, at most ten seconds old."""
    return _tree.get()


def root_path() -> str:
    """Return the path of HQ, which holds everything; `/` before there is one."""
    rows = unit_tree().rows
    return rows[0].path if rows else "/"


def units_held(viewer: Viewer, *codes: str) -> list[UUID] | None:
    """Return the units that one of the permissions is held for; None when these are all units."""
    held = {path for code in codes for path in viewer.paths(code)}
    if root_path().startswith(tuple(held)):
        return None
    return unit_tree().ids_below(held)


def role_permissions() -> Mapping[str, frozenset[str]]:
    """Return the matrix as it holds now: role code to permission codes, at most ten seconds old."""
    return _matrix.get()


def forget_units() -> None:
    """Read the units afresh next time, in this process."""
    _tree.forget()
    _viewers.forget()


def forget_matrix() -> None:
    """Read the matrix afresh next time, in this process."""
    _matrix.forget()
    _viewers.forget()


def viewer_for(account: Account, *, now: datetime) -> Viewer:
    """Return what the person may do: one query at most when units and matrix are warm."""
    if not account.is_active:
        return nobody()
    tree, cells = unit_tree(), role_permissions()
    kept, key = _viewers.get(), (account.id, account.permission_stamp)
    held = kept.get(key)
    if held and held[1] is tree and held[2] is cells and rules.is_fresh(held[0], SECONDS, now):
        return held[3]
    viewer = _viewer(account, tree, cells, now)
    kept[key] = (now, tree, cells, viewer)
    return viewer


def _viewer(account: Account, tree: UnitTree, cells: Matrix, now: datetime) -> Viewer:
    rows = RoleGrant.objects.filter(account_id=account.id, since__lte=now).filter(
        Q(until=None) | Q(until__gt=now)
    )
    held = [(code, tree.path(unit)) for code, unit in rows.values_list("role__code", "unit_id")]
    own_path = tree.path(account.unit_id)
    if account.employer:
        grants = rules.vendor_grants(held, cells, own_path)
    else:
        grants = rules.grants_of(held, cells)
    return Viewer(
        actor=Actor(Actor.PERSON, account.id, account.staff_no, account.unit_id),
        unit_id=account.unit_id,
        unit_path=own_path,
        grants=grants,
        roles=frozenset(code for code, _ in held),
        language=account.language,
        vendor=account.employer,
    )


def viewer_as(account: Account, role: str, unit_id: UUID) -> Viewer:
    """Return the read-only viewer of a person who looks as a role of a unit would."""
    tree = unit_tree()
    path = tree.path(unit_id)
    return Viewer(
        actor=Actor(Actor.PERSON, account.id, account.staff_no, account.unit_id),
        unit_id=unit_id,
        unit_path=path,
        grants=rules.grants_of([(role, path)], role_permissions()),
        roles=frozenset({role}),
        language=account.language,
        viewing_as=role,
    )


def viewer_for_client(client: ApiClient, scopes_held: Collection[str], *, now: datetime) -> Viewer:
    """Return what a program may do with a token of these scopes: no query when units are warm."""
    path = unit_tree().path(client.unit_id)
    if not path or (client.closed_at and client.closed_at <= now):
        return nobody()
    allowed = scopes.permissions_of(set(scopes_held) & set(client.allowed_scopes))
    return Viewer(
        actor=Actor(Actor.API_CLIENT, client.public_id, client.name, client.unit_id),
        unit_id=client.unit_id,
        unit_path=path,
        grants={code: frozenset({path}) for code in allowed},
    )


def account_row(account_id: UUID) -> AccountRow | None:
    """Return the person with the id, or None."""
    return account_rows([account_id]).get(account_id)


def account_rows(ids: Collection[UUID]) -> dict[UUID, AccountRow]:
    """Return the people with these ids, by id."""
    rows = Account.objects.filter(id__in=ids).values_list("id", "staff_no", "name", "unit_id")
    return {row[0]: AccountRow(*row) for row in rows}


def active_account(account_id: UUID) -> Account | None:
    """Return the account with the id if its person works here."""
    return Account.objects.filter(id=account_id, is_active=True).first()


def account_for_claim(staff_no: object) -> Account | None:
    """Return the active account whose staff number a sign-on provider names, or None."""
    if not isinstance(staff_no, str) or not rules.STAFF_NO.fullmatch(staff_no):
        return None
    return Account.objects.filter(staff_no=staff_no, is_active=True).first()


def account_by_number(staff_no: str) -> AccountRow | None:
    """Return the person with the staff number, or None."""
    fields = ("id", "staff_no", "name", "unit_id")
    row = Account.objects.filter(staff_no=staff_no).values_list(*fields).first()
    return AccountRow(*row) if row else None


def people_of_unit(unit_id: UUID) -> list[AccountRow]:
    """Return the people who work in the unit, by staff number."""
    rows = Account.objects.filter(unit_id=unit_id, is_active=True).order_by("staff_no")
    return [AccountRow(*row) for row in rows.values_list("id", "staff_no", "name", "unit_id")]


def needs_second_factor(account_id: UUID) -> bool:
    """Return whether the person signs in with a code generator."""
    return SecondFactor.objects.filter(account_id=account_id, confirmed_at__isnull=False).exists()


def recovery_codes_left(account_id: UUID) -> int:
    """Return how many recovery codes the person has not used."""
    return RecoveryCode.objects.filter(account_id=account_id, used_at=None).count()


def is_led(unit_id: UUID | None, role: str, *, now: datetime, besides: UUID | None = None) -> bool:
    """Return whether anybody, `besides` left out, holds the role over the unit, there or above."""
    path = unit_tree().path(unit_id)
    if not path:
        return False
    above = [row.id for row in unit_tree().rows if path.startswith(row.path)]
    rows = RoleGrant.objects.filter(role__code=role, unit_id__in=above, since__lte=now)
    rows = rows.exclude(account_id=besides) if besides else rows
    return rows.filter(Q(until=None) | Q(until__gt=now), account__is_active=True).exists()


def holder_near(role: str, unit_id: UUID, *, now: datetime) -> AccountRow | None:
    """Return who holds the role nearest over a unit, or None; of several the first by number."""
    tree = unit_tree()
    path = tree.path(unit_id)
    above = {row.id: len(row.path) for row in tree.rows if path.startswith(row.path)}
    rows = RoleGrant.objects.filter(
        role__code=role, unit_id__in=above, since__lte=now, account__is_active=True
    )
    rows = rows.filter(Q(until=None) | Q(until__gt=now)).order_by("account__staff_no")
    person = ("account_id", "account__staff_no", "account__name", "account__unit_id")
    found = list(rows.values_list("unit_id", *person))
    if not found:
        return None
    return AccountRow(*max(found, key=lambda row: above[row[0]])[1:])


def unit_of_role(role: str, unit_id: UUID, *, now: datetime) -> UUID | None:
    """Return the unit in which somebody works who holds the role nearest over a unit, or None."""
    holder = holder_near(role, unit_id, now=now)
    return holder.unit_id if holder else None


def role_label(code: str) -> str:
    """Return a role's name in the active language."""
    if code in matrix.ROLES:
        return str(matrix.ROLES[code])
    row = Role.objects.filter(code=code).values_list("name", flat=True).first()
    return row or code


def grants_held(account_id: UUID, *, now: datetime) -> list[GrantRow]:
    """Return the roles a person holds, by role and unit."""
    rows = RoleGrant.objects.filter(account_id=account_id, since__lte=now)
    rows = rows.filter(Q(until=None) | Q(until__gt=now)).order_by("role__code", "unit__path")
    fields = ("role__code", "unit_id", "since", "until")
    return [GrantRow(*row) for row in rows.values_list(*fields)]


def skills() -> list[Skill]:
    """Return the skills there are, by code."""
    return list(Skill.objects.order_by("code"))


def skills_held(account_ids: Collection[UUID]) -> dict[UUID, dict[str, int]]:
    """Return the skills people have now: account to skill code to level."""
    found: dict[UUID, dict[str, int]] = {}
    rows = AccountSkill.objects.filter(account_id__in=account_ids, until=None)
    for account, code, level in rows.values_list("account_id", "skill__code", "level"):
        found.setdefault(account, {})[code] = level
    return found


def skills_by_stamp(stamps: Iterable[tuple[UUID, int]], now: datetime) -> list[Mapping[str, int]]:
    """Return the levels each of these people has at a moment, in their order.

    Only who is not known, or whose stamp has risen since, is read.
    """
    asked, kept = list(stamps), _skills.get()
    found, stale = list[Mapping[str, int]](), list[UUID]()
    for person, stamp in asked:
        held = kept.get(person)
        if held is not None and held[0] == stamp and held[1] <= now < held[2]:
            found.append(held[3])
        else:
            stale.append(person)
    if not stale:
        return found
    rows = AccountSkill.objects.filter(account_id__in=stale).exclude(until__lte=now)
    read: dict[UUID, list[tuple[str, int, datetime, datetime | None]]] = {}
    fields = ("account_id", "skill__code", "level", "since", "until")
    for person, code, level, since, until in rows.values_list(*fields):
        read.setdefault(person, []).append((code, level, since, until))
    by_stamp = dict(asked)
    for person in stale:
        levels, until = rules.levels_at(read.get(person, ()), now)
        kept[person] = (by_stamp[person], now, until, levels)
    return [kept[person][3] for person, _ in asked]


def people(viewer: Viewer, *, text: str = "", unit_id: UUID | None = None) -> QuerySet[Account]:
    """Return the accounts the viewer may see, by staff number."""
    ids = unit_tree().ids_below(viewer.paths(permissions.VIEW.code))
    rows = Account.objects.filter(unit_id__in=ids).select_related("unit").order_by("staff_no")
    if unit_id:
        rows = rows.filter(unit_id=unit_id)
    if text:
        rows = rows.filter(Q(staff_no__istartswith=text) | Q(name__icontains=text))
    return rows


def person_for(viewer: Viewer, account_id: UUID) -> Account:
    """Return an account the viewer may see, or raise NotFound."""
    row = people(viewer).filter(id=account_id).first()
    if row is None:
        raise NotFound
    return row


def clients(viewer: Viewer) -> QuerySet[ApiClient]:
    """Return the programs the viewer may manage, by name."""
    ids = unit_tree().ids_below(viewer.paths(permissions.MANAGE_CLIENTS.code))
    rows: QuerySet[ApiClient] = ApiClient.objects.filter(unit_id__in=ids)
    return rows.select_related("unit").order_by("name", "id")
