"""Choosing and handing out passwords."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.db import transaction

from sunline.kernel import log
from sunline.kernel.errors import Invalid, Problem
from sunline.kernel.types import Subject

from .. import events, permissions, queries, rules
from ..errors import OwnRights
from ..models import Account, PastPassword
from ..texts import PASSWORD, WRONG_PASSWORD
from ..types import Viewer
from .people import held_account, one_time_password
from .sign_in import forgive_person

_common = CommonPasswordValidator()


def password_problems(account: Account, password: str) -> list[Problem]:
    """Return what is wrong with a password for this person; an empty list when it will do."""
    faults = rules.password_faults(password, staff_no=account.staff_no, name=account.name)
    try:
        _common.validate(password)
    except ValidationError:
        faults.append("too_common")
    if not faults and _used_before(account, password):
        faults.append("used_before")
    return [Problem("new_password", fault, PASSWORD[fault]) for fault in faults]


def _used_before(account: Account, password: str) -> bool:
    past = PastPassword.objects.filter(account=account).order_by("-set_at", "-id")
    hashes = past.values_list("password", flat=True)[: rules.REMEMBERED_PASSWORDS]
    return any(check_password(password, stored) for stored in {account.password, *hashes})


@transaction.atomic
def change_password(
    viewer: Viewer, *, old_password: str, new_password: str, now: datetime
) -> Account:
    """Let a person choose a new password; return the account or raise Invalid with the problems."""
    account = held_account(viewer.account_id) if viewer.account_id else None
    if account is None or viewer.viewing_as:
        raise OwnRights
    if not check_password(old_password, account.password):
        raise Invalid([Problem("old_password", "wrong_password", WRONG_PASSWORD)])
    if problems := password_problems(account, new_password):
        raise Invalid(problems)
    _set(account, new_password, must_change=False, now=now)
    fact = events.PasswordChanged(how="chosen")
    log.record(fact, subject=Subject("account", account.id), actor=viewer.actor, now=now)
    return account


@transaction.atomic
def reset_password(viewer: Viewer, account_id: UUID, *, now: datetime) -> str:
    """Give a person a password for one sign-in and return it; their sessions end at once."""
    account = held_account(account_id)
    path = queries.unit_tree().path(account.unit_id)
    viewer.require(permissions.MANAGE_PEOPLE.code, path)
    if account_id == viewer.account_id:
        raise OwnRights
    password = one_time_password()
    _set(account, password, must_change=True, now=now)
    forgive_person(account.staff_no)
    fact = events.PasswordChanged(how="reset")
    log.record(fact, subject=Subject("account", account_id), actor=viewer.actor, now=now)
    return password


def _set(account: Account, password: str, *, must_change: bool, now: datetime) -> None:
    """Store a password, keeping the hashes of the last few."""
    if account.password:
        PastPassword.objects.create(account=account, password=account.password, set_at=now)
        past = PastPassword.objects.filter(account=account).order_by("-set_at", "-id")
        kept = past.values_list("id", flat=True)[: rules.REMEMBERED_PASSWORDS - 1]
        PastPassword.objects.filter(account=account).exclude(id__in=list(kept)).delete()
    account.password = make_password(password)
    account.must_change_password, account.password_changed_at = must_change, now
    account.save(update_fields=["password", "must_change_password", "password_changed_at"])
