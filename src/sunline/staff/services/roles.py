"""Who holds which role, and what each role may do."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from sunline.kernel import log
from sunline.kernel.errors import Invalid, NotFound, Problem, required, unknown_choice
from sunline.kernel.types import Subject

from .. import events, matrix, permissions, queries, rules
from ..errors import AlreadyThere, LastDoor, OwnRights, VendorScope
from ..models import Account, Role, RoleGrant, RolePermission
from ..texts import BAD_CODE
from ..types import Viewer
from .people import held_account

CODE = re.compile(r"[a-z][a-z0-9_]{1,31}")
# Without these an administrator could not undo what was done to the matrix.
KEPT = frozenset({"staff.change_matrix", "staff.grant_roles"})


def install_roles() -> int:
    """Make the product's roles known where they are missing; return how many were."""
    there = set(Role.objects.values_list("code", flat=True))
    missing = [Role(code=code) for code in matrix.ROLES if code not in there]
    Role.objects.bulk_create(missing, ignore_conflicts=True)
    if missing:
        queries.forget_matrix()
    return len(missing)


@transaction.atomic
def grant_role(
    viewer: Viewer,
    account_id: UUID,
    *,
    role: str,
    unit_id: UUID,
    now: datetime,
    until: datetime | None = None,
) -> None:
    """Let a person hold a role for a unit and all below it; holding it already changes nothing."""
    account, tree = held_account(account_id), queries.unit_tree()
    unit = tree.get(unit_id)
    if unit is None or unit.closed or not account.is_active:
        raise NotFound
    viewer.require(permissions.GRANT_ROLES.code, unit.path)
    if account_id == viewer.account_id:
        raise OwnRights
    row = Role.objects.filter(code=role).first()
    if row is None:
        raise Invalid([unknown_choice("role")])
    if not rules.may_hold(role, unit.path, account.employer, tree.path(account.unit_id)):
        raise VendorScope
    open_grant = {"account_id": account_id, "role": row, "unit_id": unit_id, "until": None}
    if RoleGrant.objects.filter(**open_grant).exists():
        return
    RoleGrant.objects.create(
        account_id=account_id,
        role=row,
        unit_id=unit_id,
        since=now,
        until=until,
        granted_by=viewer.actor.id,
    )
    _restamp(account_id)
    fact = events.RoleGranted(role=role, unit_id=unit_id)
    log.record(fact, subject=Subject("account", account_id), actor=viewer.actor, now=now)


@transaction.atomic
def revoke_role(
    viewer: Viewer, account_id: UUID, *, role: str, unit_id: UUID, now: datetime
) -> None:
    """End a role of a person now; raise NotFound when they do not hold it."""
    held_account(account_id)
    viewer.require(permissions.GRANT_ROLES.code, queries.unit_tree().path(unit_id) or "/")
    if account_id == viewer.account_id:
        raise OwnRights
    held = RoleGrant.objects.filter(account_id=account_id, role__code=role, unit_id=unit_id)
    ended = [row.id for row in held if row.until is None or row.until > now]
    if not RoleGrant.objects.filter(id__in=ended).update(until=now):
        raise NotFound
    _restamp(account_id)
    fact = events.RoleRevoked(role=role, unit_id=unit_id)
    log.record(fact, subject=Subject("account", account_id), actor=viewer.actor, now=now)


def _restamp(account_id: UUID) -> None:
    rows = Account.objects.filter(id=account_id)
    rows.update(permission_stamp=F("permission_stamp") + 1)


@transaction.atomic
def create_role(viewer: Viewer, *, code: str, name: str, now: datetime, name_en: str = "") -> UUID:
    """Create a role of the operator's own, which may do nothing yet."""
    viewer.require(permissions.CHANGE_MATRIX.code, queries.root_path())
    problems = [] if CODE.fullmatch(code) else [Problem("code", "bad_code", BAD_CODE)]
    if not name.strip():
        problems.append(required("name"))
    if problems:
        raise Invalid(problems)
    if Role.objects.filter(code=code).exists():
        raise AlreadyThere
    role = Role.objects.create(code=code, name=name, name_en=name_en)
    subject = Subject("role", role.id)
    fact = events.RoleCreated(role=code)
    log.record(fact, subject=subject, actor=viewer.actor, now=now, sequence=1)
    queries.forget_matrix()
    return role.id


@transaction.atomic
def change_cell(viewer: Viewer, *, role: str, permission: str, held: bool, now: datetime) -> None:
    """Let a role hold a permission, or not; it counts at once here, in ten seconds elsewhere."""
    viewer.require(permissions.CHANGE_MATRIX.code, queries.root_path())
    row = Role.objects.select_for_update().filter(code=role).first()
    if row is None:
        raise Invalid([unknown_choice("role")])
    if permission not in permissions.codes():
        raise Invalid([unknown_choice("permission")])
    if role == "administrator" and permission in KEPT and not held:
        raise LastDoor
    if role in viewer.roles and held and not viewer.may(permission):
        raise OwnRights
    RolePermission.objects.update_or_create(
        role=row, permission=permission, defaults={"held": held}
    )
    fact = events.MatrixChanged(role=role, permission=permission, held=held)
    log.record(fact, subject=Subject("role", row.id), actor=viewer.actor, now=now)
    queries.forget_matrix()
