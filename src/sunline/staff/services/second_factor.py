"""Code generators (TOTP, RFC 6238) as a second factor, and the recovery codes beside them."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime
from uuid import UUID

import pyotp
from django.db import transaction
from django.utils.crypto import salted_hmac

from sunline.kernel import log
from sunline.kernel.errors import NotFound
from sunline.kernel.facts import Fact
from sunline.kernel.types import Actor, Subject

from .. import events, permissions, queries, rules
from ..errors import OwnRights, WrongCode
from ..models import Account, RecoveryCode, SecondFactor, SignInGuard
from ..types import Viewer
from .people import READABLE, held_account
from .sign_in import knock

STEP = 30  # seconds
DRIFT = 1  # steps that a phone's clock may be off, either way
RECOVERY_CODES = 10
ISSUER = "Sunline"


@transaction.atomic
def begin_second_factor(account: Account) -> str:
    """Return the address for a code generator; it counts only once a code has confirmed it."""
    held_account(account.id)
    row, _ = SecondFactor.objects.get_or_create(
        account=account, defaults={"secret": pyotp.random_base32()}
    )
    if row.confirmed_at:
        raise OwnRights
    totp = pyotp.TOTP(row.secret)
    return totp.provisioning_uri(name=account.staff_no, issuer_name=ISSUER)


def confirm_second_factor(account: Account, code: str, *, now: datetime) -> list[str]:
    """Make the generator count from now on and return recovery codes, to be shown once."""
    doors = _door(account)
    knock(doors, now)
    with transaction.atomic():
        held_account(account.id)
        row = SecondFactor.objects.filter(account=account, confirmed_at=None).first()
        if row is None or not _take(row, code, now):
            raise WrongCode
        SecondFactor.objects.filter(account=account).update(confirmed_at=now)
        SignInGuard.objects.filter(key__in=doors).delete()
        _record(account, events.SecondFactorSet(), now)
        return _fresh_codes(account)


def check_second_factor(account: Account, code: str, *, now: datetime) -> None:
    """Accept a code of the generator or a recovery code, each once; raise WrongCode or Locked."""
    doors = _door(account)
    knock(doors, now)
    with transaction.atomic():
        held_account(account.id)
        row = SecondFactor.objects.filter(account=account).exclude(confirmed_at=None).first()
        if row is None or not (_take(row, code, now) or _recover(account, code, now)):
            raise WrongCode
        SignInGuard.objects.filter(key__in=doors).delete()


@transaction.atomic
def new_recovery_codes(account: Account, *, now: datetime) -> list[str]:
    """Replace the recovery codes and return the new ones, to be shown once."""
    held_account(account.id)
    if not SecondFactor.objects.filter(account=account).exclude(confirmed_at=None).exists():
        raise NotFound
    return _fresh_codes(account)


@transaction.atomic
def remove_second_factor(viewer: Viewer, account_id: UUID, *, now: datetime) -> None:
    """Take a person's generator away: their own, or for somebody who lost their phone."""
    account = held_account(account_id)
    own = account_id == viewer.account_id
    if viewer.viewing_as:
        raise OwnRights
    if not own:
        path = queries.unit_tree().path(account.unit_id)
        viewer.require(permissions.MANAGE_PEOPLE.code, path)
    if not SecondFactor.objects.filter(account_id=account_id).delete()[0]:
        return
    RecoveryCode.objects.filter(account_id=account_id).delete()
    fact = events.SecondFactorRemoved(how="own" if own else "reset")
    log.record(fact, subject=Subject("account", account_id), actor=viewer.actor, now=now)


def _door(account: Account) -> dict[str, int]:
    return {f"factor:{account.id}": rules.FREE_FAILURES}


def _take(row: SecondFactor, code: str, now: datetime) -> bool:
    """Return whether the code fits a step not yet used, and use the step up."""
    totp, code = pyotp.TOTP(row.secret), code.strip().replace(" ", "")
    present = int(now.timestamp()) // STEP
    for step in range(present - DRIFT, present + DRIFT + 1):
        fits = hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())
        if fits:
            # The condition lets one of two processes win that were handed the same code.
            unused = SecondFactor.objects.filter(pk=row.pk, last_step__lt=step)
            return bool(unused.update(last_step=step))
    return False


def _recover(account: Account, code: str, now: datetime) -> bool:
    unused = RecoveryCode.objects.filter(account=account, used_at=None)
    if not unused.filter(digest=_digest(account, code)).update(used_at=now):
        return False
    _record(account, events.RecoveryCodeUsed(left=unused.count()), now)
    return True


def _fresh_codes(account: Account) -> list[str]:
    RecoveryCode.objects.filter(account=account).delete()
    codes = [
        "-".join("".join(secrets.choice(READABLE) for _ in range(5)) for _ in range(2))
        for _ in range(RECOVERY_CODES)
    ]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(account=account, digest=_digest(account, code)) for code in codes
    )
    return codes


def _digest(account: Account, code: str) -> str:
    plain = code.strip().lower().replace("-", "").replace(" ", "")
    salt = f"sunline recovery {account.id}"
    return salted_hmac(salt, plain, algorithm="sha256").hexdigest()


def _record(account: Account, fact: Fact, now: datetime) -> None:
    actor = Actor(Actor.PERSON, account.id, account.staff_no, account.unit_id)
    log.record(fact, subject=Subject("account", account.id), actor=actor, now=now)
