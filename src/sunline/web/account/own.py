"""One's own account: an overview, the password, the second factor."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import qrcode
import qrcode.image.svg
from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sunline.kernel import clock
from sunline.kernel.errors import Invalid, Refused
from sunline.staff import queries, services
from sunline.staff.errors import Locked, WrongCode
from sunline.staff.models import Account
from sunline.web.access import any_person, viewer_of

from . import session
from .sign_in import FORM


def _account(request: HttpRequest) -> Account:
    account = session.account_of(request)
    if account is None:
        raise Refused
    return account


@any_person
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show who one is here: number, unit, roles, and how one signs in."""
    account, tree, now = _account(request), queries.unit_tree(), clock.now()
    context = {
        "account": account,
        "unit": tree.get(account.unit_id),
        "grants": [
            {"role": queries.role_label(grant.role), "unit": tree.get(grant.unit_id)}
            for grant in queries.grants_held(account.id, now=now)
        ],
        "second_factor": queries.needs_second_factor(account.id),
    }
    return render(request, "account/home.html", context)


@any_person
@never_cache
@sensitive_post_parameters("old_password", "new_password", "new_password_again")
@require_http_methods(FORM)
def password(request: HttpRequest) -> HttpResponse:
    """Let the person choose a new password."""
    context: dict[str, Any] = {"forced": _account(request).must_change_password}
    if request.method != "POST":
        return render(request, "account/password.html", context)
    new = request.POST.get("new_password", "")[:256]
    if new != request.POST.get("new_password_again", "")[:256]:
        context |= {"differ": True}
        return render(request, "account/password.html", context, status=400)
    try:
        account = services.change_password(
            viewer_of(request),
            old_password=request.POST.get("old_password", "")[:256],
            new_password=new,
            now=clock.now(),
        )
    except Invalid as error:
        context |= {"problems": error.problems}
        return render(request, "account/password.html", context, status=error.status)
    # Other sessions of the person end, because the hash they carry no longer fits.
    auth.update_session_auth_hash(request, account)
    messages.success(request, _("Your password is changed."))
    return redirect("account")


@any_person
@never_cache
@require_http_methods(FORM)
def second_factor(request: HttpRequest) -> HttpResponse:
    """Show the code to scan and take the first code; afterwards offer what can be changed."""
    account, now = _account(request), clock.now()
    if queries.needs_second_factor(account.id):
        left = queries.recovery_codes_left(account.id)
        return render(request, "account/second_factor.html", {"codes_left": left})
    error, status = "", 200
    if request.method == "POST":
        try:
            given = request.POST.get("code", "")[:64]
            codes = services.confirm_second_factor(account, given, now=now)
            request.session.pop(session.FACTOR_MISSING, None)
            return render(request, "account/recovery_codes.html", {"codes": codes})
        except (WrongCode, Locked) as wrong:
            error, status = wrong.message, wrong.status
    uri = services.begin_second_factor(account)
    context = {"qr": _picture(uri), "secret": _secret(uri), "error": error}
    return render(request, "account/second_factor_new.html", context, status=status)


def _picture(uri: str) -> str:
    """Return the address as a QR code in a data address, which needs no request and no script."""
    image = qrcode.make(uri, image_factory=qrcode.image.svg.SvgPathImage, box_size=12)
    return f"data:image/svg+xml;charset=utf-8,{quote(image.to_string(encoding='unicode'))}"


def _secret(uri: str) -> str:
    secret = uri.partition("secret=")[2].partition("&")[0]
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


@any_person
@require_POST
def second_factor_codes(request: HttpRequest) -> HttpResponse:
    """Give new recovery codes after one more code of the generator."""
    account, now = _account(request), clock.now()
    try:
        services.check_second_factor(account, request.POST.get("code", "")[:64], now=now)
    except (WrongCode, Locked) as error:
        return _refused_code(request, account, error)
    codes = services.new_recovery_codes(account, now=now)
    return render(request, "account/recovery_codes.html", {"codes": codes})


@any_person
@require_POST
def second_factor_end(request: HttpRequest) -> HttpResponse:
    """Take the second factor away after one more code of it."""
    account, now = _account(request), clock.now()
    try:
        services.check_second_factor(account, request.POST.get("code", "")[:64], now=now)
    except (WrongCode, Locked) as error:
        return _refused_code(request, account, error)
    services.remove_second_factor(viewer_of(request), account.id, now=now)
    messages.success(request, _("The second factor is removed."))
    return redirect("account")


def _refused_code(
    request: HttpRequest, account: Account, error: WrongCode | Locked
) -> HttpResponse:
    context = {"codes_left": queries.recovery_codes_left(account.id), "error": error.message}
    return render(request, "account/second_factor.html", context, status=error.status)
