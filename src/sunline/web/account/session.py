"""What a signed-in session holds: since when, last used when, and whose eyes it looks through."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from sunline.staff import permissions, queries, rules, services
from sunline.staff.models import Account
from sunline.staff.types import Viewer, nobody

BACKEND = "django.contrib.auth.backends.ModelBackend"
PENDING = "pending_sign_in"
LOOK = "looking_as"
FACTOR_MISSING = "second_factor_missing"
PENDING_LASTS = timedelta(minutes=5)
# The moment of last use is written this seldom, so that reading pages writes nothing.
SEEN_EVERY = timedelta(minutes=5)


def begin(request: HttpRequest, account: Account, *, method: str, now: datetime) -> None:
    """Open a session for the account and write the fact."""
    auth.login(request, account, backend=BACKEND)
    request.session.pop(PENDING, None)
    request.session["signed_in_at"] = request.session["seen_at"] = now.isoformat()
    if method != "sso" and _factor_missing(account, now):
        request.session[FACTOR_MISSING] = True
    services.note_sign_in(account, method=method, now=now)


def _factor_missing(account: Account, now: datetime) -> bool:
    if settings.SECOND_FACTOR == "offered":
        return False
    roles = queries.viewer_for(account, now=now).roles
    if settings.SECOND_FACTOR == "administrators" and "administrator" not in roles:
        return False
    return not queries.needs_second_factor(account.id)


def end(request: HttpRequest, *, how: str, now: datetime) -> None:
    """Close the session and write the fact."""
    account = account_of(request)
    if account:
        services.note_sign_out(account, how=how, now=now)
    auth.logout(request)


def account_of(request: HttpRequest) -> Account | None:
    """Return the account behind the session, or None."""
    user: Any = request.user
    return user if user.is_authenticated else None


def visit(request: HttpRequest, now: datetime) -> bool:
    """Note that the session is in use; close it and return False when it has run out."""
    held = request.session
    if account_of(request) is None:
        return True
    try:
        since = datetime.fromisoformat(held["signed_in_at"])
        seen = datetime.fromisoformat(held["seen_at"])
    except (KeyError, ValueError):
        since = seen = datetime.min.replace(tzinfo=now.tzinfo)
    longest = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    idle = timedelta(minutes=settings.SESSION_IDLE_MINUTES)
    if rules.session_is_over(since, seen, longest=longest, idle=idle, now=now):
        end(request, how="expired", now=now)
        return False
    if now - seen >= SEEN_EVERY:
        held["seen_at"] = now.isoformat()
    return True


def viewer(request: HttpRequest, now: datetime) -> Viewer:
    """Return what the session may do, through another role's eyes when it looks so."""
    account = account_of(request)
    if account is None:
        return nobody()
    own = queries.viewer_for(account, now=now)
    look = request.session.get(LOOK)
    if not look:
        return own
    unit_id = UUID(look["unit_id"])
    # Asked anew each time: the right to look may have been taken away meanwhile.
    if own.may(permissions.LOOK_AS.code, queries.unit_tree().path(unit_id)):
        return queries.viewer_as(account, look["role"], unit_id)
    return own


def await_code(request: HttpRequest, account: Account, *, onward: str, now: datetime) -> None:
    """Remember that the password was right and the second factor is still owed."""
    request.session.cycle_key()
    request.session[PENDING] = {"id": str(account.id), "at": now.isoformat(), "next": onward}


def awaited(request: HttpRequest, now: datetime) -> tuple[Account, str] | None:
    """Return who still owes the second factor and where they go next; None after five minutes."""
    held = request.session.get(PENDING)
    if not held or now - datetime.fromisoformat(held["at"]) > PENDING_LASTS:
        return None
    account = queries.active_account(UUID(held["id"]))
    return (account, held["next"]) if account else None


def onward(request: HttpRequest) -> str:
    """Return the address to go to after signing in, which must be one of ours."""
    wanted = str(request.POST.get("next") or request.GET.get("next") or "")
    return wanted if is_ours(request, wanted) else str(settings.LOGIN_REDIRECT_URL)


def is_ours(request: HttpRequest, wanted: str) -> bool:
    """Return whether the text is a path of ours: `redirect` takes a bare word for a view's name."""
    return wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )


def address_of(request: HttpRequest) -> str:
    """Return the caller's network address, as the nearest of our own proxies saw it."""
    hops = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    trusted: int = settings.PROXIES
    if trusted and len(hops) >= trusted and hops[-trusted].strip():
        return hops[-trusted].strip()[:45]
    return str(request.META.get("REMOTE_ADDR", ""))[:45]
