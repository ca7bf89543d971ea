"""Refusals as people and programs read them: a page, a fragment or JSON, with the right status."""

from __future__ import annotations

import codecs
import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from sunline.kernel.errors import Invalid, NotFound, Refused, SunlineError

logger = logging.getLogger("sunline.web")
TITLES = {403: "403.html", 404: "404.html", 500: "500.html"}


class WrongCharset(SunlineError):
    """The form names another encoding than ours, in which it could smuggle what no row can keep."""

    code, status = "wrong_charset", 415
    text = _("Forms must be sent as UTF-8.")


class ErrorPages:
    """Turns refusals that a view lets through into answers; unknown errors stay Django's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.encoding and codecs.lookup(request.encoding).name != "utf-8":
            request.encoding = "utf-8"  # the error page reads the address, too
            return answer(request, WrongCharset())
        if "\x00" in request.path_info:
            return answer(request, NotFound())  # no row has such a name, and PostgreSQL balks at it
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the answer to a refusal; None leaves the error to whoever comes next."""
        if isinstance(error, SunlineError):
            return answer(request, error)
        if isinstance(error, Http404):
            return answer(request, NotFound())
        if isinstance(error, PermissionDenied):
            return answer(request, Refused())
        return None


def answer(request: HttpRequest, error: SunlineError) -> HttpResponse:
    """Return a refusal in the form the caller understands."""
    if isinstance(error, Refused | NotFound):
        # The pattern, not the path: links to surveys carry a token.
        route = request.resolver_match.route if request.resolver_match else ""
        logger.info("refused", extra={"code": error.code, "route": route})
    if wants_json(request):
        return JsonResponse(as_json(error), status=error.status)
    problems = list(error.problems) if isinstance(error, Invalid) else []
    context = {"message": error.message, "problems": problems, "status": error.status}
    if request.headers.get("HX-Request"):
        response = render(request, "error_fragment.html", context, status=error.status)
        response["HX-Retarget"], response["HX-Reswap"] = "#notice", "outerHTML"
        return response
    page = TITLES.get(error.status, "error.html")
    return render(request, page, context, status=error.status)


def wants_json(request: HttpRequest) -> bool:
    """Return whether the caller is a program that asked for JSON."""
    return request.headers.get("Accept", "").startswith("application/json")


def as_json(error: SunlineError) -> dict[str, Any]:
    """Return a refusal as plain values: code, message and the fields that cannot be used."""
    found: dict[str, Any] = {"code": error.code, "message": error.message}
    if isinstance(error, Invalid):
        found["problems"] = [
            {"field": problem.field, "code": problem.code, "message": problem.message}
            for problem in error.problems
        ]
    return found


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that Django itself could not read."""
    return answer(request, Invalid())


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an address that leads nowhere."""
    return answer(request, NotFound())


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that Django itself refused."""
    return answer(request, Refused())


def failed(request: HttpRequest) -> HttpResponse:
    """Answer after an error of ours; the correlation id leads to its log lines."""
    try:
        return render(request, "500.html", {"status": 500}, status=500)
    except Exception:
        logger.exception("the error page failed")
        return HttpResponse(_("Something went wrong."), status=500, content_type="text/plain")


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is missing or too old."""
    message = _("This page was open for too long. Go back, reload it and try again.")
    if request.headers.get("HX-Request"):
        response = render(request, "error_fragment.html", {"message": message}, status=403)
        response["HX-Retarget"], response["HX-Reswap"] = "#notice", "outerHTML"
        return response
    return render(request, "403.html", {"message": message, "status": 403}, status=403)
