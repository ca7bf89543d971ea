"""Tokens for programs: OAuth 2 client credentials (RFC 6749, 4.4), within each one's scopes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from oauth2_provider.scopes import BaseScopes
from oauth2_provider.views import RevokeTokenView, TokenView

from sunline.staff import scopes
from sunline.web.access import public

_token, _revoke = TokenView.as_view(), RevokeTokenView.as_view()


class Scopes(BaseScopes):  # type: ignore[misc]
    """Tells the library which scopes there are and which a program may ask for."""

    def get_all_scopes(self) -> dict[str, str]:
        """Return every scope with its label."""
        return {code: str(label) for code, label in scopes.LABELS.items()}

    def get_available_scopes(self, application: Any = None, *args: Any, **kwargs: Any) -> list[str]:
        """Return the scopes the program may ask for."""
        return list(application.allowed_scopes) if application else []

    def get_default_scopes(self, application: Any = None, *args: Any, **kwargs: Any) -> list[str]:
        """Return the scopes a program gets that names none: all it may have."""
        return self.get_available_scopes(application)


@public
@csrf_exempt
@sensitive_post_parameters("client_secret")
@require_POST
def token(request: HttpRequest) -> HttpResponseBase:
    """Give a token of one hour to a program that proves who it is."""
    return _answered(request, _token)


@public
@csrf_exempt
@sensitive_post_parameters("client_secret", "token")
@require_POST
def revoke(request: HttpRequest) -> HttpResponseBase:
    """End a token (RFC 7009)."""
    return _answered(request, _revoke)


def _answered(request: HttpRequest, view: Any) -> HttpResponseBase:
    """Return the library's answer, or 400 for a form that no database column can hold."""
    if any("\0" in f"{key}{value}" for key, value in request.POST.items()):
        return JsonResponse({"error": "invalid_request"}, status=400)
    try:
        response: HttpResponseBase = view(request)
        return response
    except (ValueError, UnicodeError):
        return JsonResponse({"error": "invalid_request"}, status=400)
