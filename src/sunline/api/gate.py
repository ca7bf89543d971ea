"""The short way for JSON interfaces: past sessions, cookies, forms and page headers.

They carry a token and answer JSON, so the screens' middleware would only cost time: half a
millisecond of CPU a request.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import resolve

from .internal import metrics

PREFIXES = ("/tmf-api/", "/api/internal/", "/healthz", "/readyz", "/metrics")
URLS = "sunline.api.urls"


class JsonGate:
    """Calls the view of a JSON address directly and counts every request by its route."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        if request.path_info.startswith(PREFIXES):
            response = self._answer(request)
        else:
            response = self.get_response(request)
        match = request.resolver_match
        metrics.count(
            request.method or "",
            match.route if match is not None else "",
            response.status_code,
            time.perf_counter() - started,
        )
        return response

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        try:
            match = resolve(request.path_info, URLS)
        except Http404:
            return HttpResponse(status=404)
        request.resolver_match = match
        return match.func(request, *match.args, **match.kwargs)  # type: ignore[no-any-return]
