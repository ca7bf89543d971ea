"""Signing in by staff number and password, then by a code, and signing out."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from sunline.kernel import clock
from sunline.staff import queries, services
from sunline.staff.errors import Locked, WrongCode, WrongSignIn
from sunline.web.access import public

from . import session, sso

FORM = ["GET", "HEAD", "POST"]


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(FORM)
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for staff number and password; open the session or ask for the code."""
    onward, now = session.onward(request), clock.now()
    if request.method != "POST":
        if session.account_of(request):
            return redirect(onward)
        return _form(request, onward)
    staff_no, password = request.POST.get("staff_no", ""), request.POST.get("password", "")
    try:
        address = session.address_of(request)
        account = services.check_sign_in(staff_no, password[:256], address=address, now=now)
    except (WrongSignIn, Locked) as error:
        return _form(request, onward, error.message, error.status, staff_no[:16])
    if queries.needs_second_factor(account.id):
        session.await_code(request, account, onward=onward, now=now)
        return redirect("account-code")
    session.begin(request, account, method="password", now=now)
    return redirect(onward)


def _form(
    request: HttpRequest, onward: str, error: str = "", status: int = 200, staff_no: str = ""
) -> HttpResponse:
    context = {
        "next": onward,
        "error": error,
        "staff_no": staff_no,
        "providers": sso.providers(),
    }
    return render(request, "account/sign_in.html", context, status=status)


@public
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(FORM)
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code of the generator, or a recovery code, after the right password."""
    now = clock.now()
    waiting = session.awaited(request, now)
    if waiting is None:
        messages.info(request, _("That took too long. Please sign in again."))
        return redirect("sign-in")
    account, onward = waiting
    if request.method != "POST":
        return render(request, "account/code.html")
    try:
        services.check_second_factor(account, request.POST.get("code", "")[:64], now=now)
    except (WrongCode, Locked) as error:
        context = {"error": error.message}
        return render(request, "account/code.html", context, status=error.status)
    session.begin(request, account, method="password_and_code", now=now)
    return redirect(onward)


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Close the session and go back to the sign-in form."""
    session.end(request, how="asked", now=clock.now())
    return redirect("sign-in")
