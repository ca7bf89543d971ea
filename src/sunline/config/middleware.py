"""The request's id, bound for logs and events, and given back to the caller."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from sunline.kernel import context


class RequestContext:
    """Binds a correlation id to the request; a caller's own well-formed id is kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with context.correlation(request.headers.get("X-Request-Id")) as current:
            response = self.get_response(request)
        response["X-Request-Id"] = current
        return response
