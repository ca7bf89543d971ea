"""Single sign-on by OpenID Connect: who the provider names must already work here."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from requests import RequestException

from sunline.kernel import clock
from sunline.staff import queries, services
from sunline.staff.errors import NotKnownHere
from sunline.staff.types import nobody
from sunline.web.access import public

from . import session

ONWARD = "sso_next"
logger = logging.getLogger("sunline.sso")


@dataclass(frozen=True, slots=True)
class Provider:
    """A configured provider, as the sign-in form names it."""

    id: str
    name: str


def providers() -> list[Provider]:
    """Return the providers of the settings."""
    held = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    return [Provider(app["provider_id"], app["name"]) for app in held]


@public
@never_cache
@require_safe
def start(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Send the browser to the provider."""
    request.session[ONWARD] = session.onward(request)
    return _guarded(request, oidc.login, provider_id)


@public
@never_cache
@require_safe
def callback(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Take the provider's answer, fetch the tokens and open the session."""
    return _guarded(request, oidc.callback, provider_id)


def _guarded(request: HttpRequest, view: Any, provider_id: str) -> HttpResponseBase:
    try:
        response: HttpResponseBase = view(request, provider_id=provider_id)
        return response
    except (RequestException, KeyError, ValueError) as error:
        logger.warning("provider failed", extra={"provider": provider_id}, exc_info=error)
        return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    messages.error(request, _("Single sign-on did not work. Try again, or use your password."))
    return redirect("sign-in")


class Adapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Lets the library run the protocol and decides itself who comes in; it stores nothing."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Refuse accounts that make themselves."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Open the session of the person the provider named, instead of the library's own way."""
        raise ImmediateHttpResponse(arrive(request, sociallogin))

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        """Send the person back to the sign-in form."""
        logger.warning("sign-on failed", extra={"reason": str(error)}, exc_info=exception)
        raise ImmediateHttpResponse(_back(request))


def arrive(request: HttpRequest, sociallogin: Any) -> HttpResponse:
    """Sign in the person whose staff number stands in the configured claim."""
    found, now = sociallogin.account.extra_data, clock.now()
    userinfo, id_token = found.get("userinfo") or {}, found.get("id_token") or {}
    if userinfo and id_token and userinfo.get("sub") != id_token.get("sub"):
        # OpenID Connect Core 5.3.2: such an answer about the user must not be used.
        return _back(request)
    claims = {**userinfo, **id_token}
    name = sociallogin.provider.app.settings.get("staff_claim", "preferred_username")
    account = queries.account_for_claim(claims.get(name))
    if account is None:
        services.note_refusal(nobody(), "single sign-on", now)
        messages.error(request, NotKnownHere().message)
        return redirect("sign-in")
    onward = request.session.pop(ONWARD, None) or str(settings.LOGIN_REDIRECT_URL)
    session.begin(request, account, method="sso", now=now)
    return redirect(onward)
