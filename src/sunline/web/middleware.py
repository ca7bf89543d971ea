"""Who is looking: sets `request.viewer`, ends sessions that ran out, picks the language."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.conf import settings
from django.contrib import messages
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from sunline.kernel import clock
from sunline.staff import rules, services
from sunline.staff.models import Account
from sunline.staff.types import nobody

from . import errors
from .access import SAFE, OnlyLooking, viewer_of
from .account import session

REFUSED = frozenset({401, 403, 404})
logger = logging.getLogger("sunline.access")

# What stays open to somebody who must first change a password or set a second factor.
ALWAYS_OPEN = ("/account/password", "/account/second-factor", "/sign-out", "/language")
# What may be posted while looking through another role's eyes.
ENDS_LOOKING = ("/view-as/end", "/sign-out", "/language")


class ViewerMiddleware:
    """Sets `request.viewer`; a request without our cookie costs nothing until somebody asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._answer(request)
        status = getattr(response, "turned_away", 0) or response.status_code
        if status in REFUSED and request.resolver_match:
            _note(request, status)
        return response

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            request.viewer = nobody()  # type: ignore[attr-defined]
            return self.get_response(request)
        now = clock.now()
        if not session.visit(request, now):
            messages.info(request, _("Your session has run out. Please sign in again."))
        viewer = partial(session.viewer, request, now)
        request.viewer = SimpleLazyObject(viewer)  # type: ignore[attr-defined]
        account = session.account_of(request)
        if account is None:
            return self.get_response(request)
        stop = _first(request, account, now)
        if stop is not None:
            return stop
        chosen_here = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
        if account.language and not chosen_here:
            # Not undone after the request: the locale middleware, outside, names it in the answer.
            translation.activate(account.language)
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
        return self.get_response(request)


def _note(request: HttpRequest, status: int) -> None:
    """Write the attempt down: which kind of address, never which row; a failure changes nothing."""
    match = request.resolver_match
    what = services.attempt(request.method, match.route if match else "", status)
    try:
        services.note_refusal(viewer_of(request), what, clock.now())
    except DatabaseError:
        logger.exception("a refusal could not be written")


def _first(request: HttpRequest, account: Account, now: datetime) -> HttpResponse | None:
    """Return what the person must see before anything else, or None."""
    path, held = request.path, request.session
    if held.get(session.LOOK) and request.method not in SAFE and path not in ENDS_LOOKING:
        return errors.answer(request, OnlyLooking())
    if path.startswith(ALWAYS_OPEN):
        return None
    old = rules.password_is_old(account.password_changed_at, settings.PASSWORD_DAYS, now)
    if account.must_change_password or old:
        return _send(request, "account-password")
    if held.get(session.FACTOR_MISSING):
        return _send(request, "account-second-factor")
    return None


def _send(request: HttpRequest, name: str) -> HttpResponse:
    response: HttpResponse = redirect(name)
    if request.headers.get("HX-Request"):
        response = HttpResponse(headers={"HX-Redirect": response.headers["Location"]})
    return response
