"""Checking staff numbers and passwords, and keeping guessers out.

Failures are counted in rows, before the password is looked at, so that many attempts at once
over several processes get no more tries than one after the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F

from sunline.kernel import log
from sunline.kernel.types import Actor, Subject

from .. import events, permissions, queries, rules
from ..errors import Locked, WrongSignIn
from ..models import Account, SignInGuard
from ..types import Viewer
from .people import held_account


def check_sign_in(staff_no: str, password: str, *, address: str, now: datetime) -> Account:
    """Return the account when number and password belong together; raise WrongSignIn or Locked."""
    staff_no = staff_no.strip()
    known = rules.STAFF_NO.fullmatch(staff_no) is not None
    doors = rules.guards(staff_no if known else "", address)
    counted = knock(doors, now)
    account = Account.objects.filter(staff_no=staff_no).first() if known else None
    if account is None:
        make_password(password)  # as slow as a real check: a stranger learns nothing from time
    elif check_password(password, account.password) and account.is_active:
        forgive(doors)
        return account
    if account:
        _note_lock(account, max(counted.values()), doors, counted, now)
    raise WrongSignIn


def knock(doors: Mapping[str, int], now: datetime) -> dict[str, int]:
    """Count a failure at every door ahead of the check and return the counts.

    Raises Locked while a door is shut; such attempts are not counted.
    """
    with transaction.atomic():
        SignInGuard.objects.bulk_create(
            [SignInGuard(key=key, last_failed_at=now) for key in sorted(doors)],
            ignore_conflicts=True,
        )
        rows = SignInGuard.objects.select_for_update().filter(key__in=doors).order_by("key")
        held = list(rows)
        shut = [row.locked_until for row in held if row.locked_until and row.locked_until > now]
        if shut:
            raise Locked(minutes=rules.minutes(max(shut) - now))
        for row in held:
            row.failures = rules.counted_failures(row.failures, row.last_failed_at, now) + 1
            row.last_failed_at = now
            wait = rules.wait_after(row.failures, doors[row.key])
            row.locked_until = now + wait if wait else None
        SignInGuard.objects.bulk_update(held, ["failures", "last_failed_at", "locked_until"])
    return {row.key: row.failures for row in held}


def forgive(doors: Mapping[str, int]) -> None:
    """Open the person's doors again after a success; the address only gets this try back."""
    places = [key for key in doors if key.startswith("address:")]
    SignInGuard.objects.filter(key__in=set(doors) - set(places)).delete()
    rows = SignInGuard.objects.filter(key__in=places, failures__gt=0)
    rows.update(failures=F("failures") - 1, locked_until=None)


def forgive_person(staff_no: str) -> None:
    """Drop all failures counted against a person's number."""
    person = staff_no.casefold()[:40]
    SignInGuard.objects.filter(key__startswith=f"pair:{person}|").delete()
    SignInGuard.objects.filter(key=f"person:{person}").delete()


def _note_lock(
    account: Account,
    failures: int,
    doors: Mapping[str, int],
    counted: Mapping[str, int],
    now: datetime,
) -> None:
    """Write the fact when this failure shut the person's door."""
    waits = [rules.wait_after(count, doors[key]) for key, count in counted.items()]
    if not (longest := max(waits, default=timedelta())):
        return
    fact = events.LockedOut(failures=failures, minutes=rules.minutes(longest))
    actor = Actor("anonymous", None, account.staff_no, account.unit_id)
    with transaction.atomic():
        held_account(account.id)
        log.record(fact, subject=Subject("account", account.id), actor=actor, now=now)


@transaction.atomic
def note_sign_in(account: Account, *, method: str, now: datetime) -> None:
    """Write that a person signed in; `method` is password, password_and_code or sso."""
    held_account(account.id)
    _record(account, events.SignedIn(method=method), now)


@transaction.atomic
def note_sign_out(account: Account, *, how: str, now: datetime) -> None:
    """Write that a person signed out; `how` is asked or expired."""
    held_account(account.id)
    _record(account, events.SignedOut(how=how), now)


def _record(account: Account, fact: events.SignedIn | events.SignedOut, now: datetime) -> None:
    actor = Actor(Actor.PERSON, account.id, account.staff_no, account.unit_id)
    log.record(fact, subject=Subject("account", account.id), actor=actor, now=now)


@transaction.atomic
def reset_lockout(viewer: Viewer, account_id: UUID, *, now: datetime) -> None:
    """Let a person who was locked out try again at once."""
    account = held_account(account_id)
    path = queries.unit_tree().path(account.unit_id)
    viewer.require(permissions.MANAGE_PEOPLE.code, path)
    forgive_person(account.staff_no)
    SignInGuard.objects.filter(key=f"factor:{account_id}").delete()
    subject = Subject("account", account_id)
    log.record(events.LockoutReset(), subject=subject, actor=viewer.actor, now=now)
