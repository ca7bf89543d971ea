"""One address: its methods, the permission each one needs, and errors in the caller's shape."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse

from sunline.kernel import clock, context
from sunline.kernel.errors import NotFound, SunlineError
from sunline.staff import services
from sunline.staff.types import Viewer, nobody

from . import auth, http
from .errors import Failed, MethodNotAllowed

logger = logging.getLogger(__name__)
PUBLIC = ""  # no token is asked for


@dataclass(slots=True)
class Call:
    """A request that may go ahead: who, when, and on which version of an API."""

    request: HttpRequest
    viewer: Viewer
    now: datetime
    version: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """What one method does, and the permission it needs somewhere."""

    permission: str
    handler: Callable[..., HttpResponse]


# Attempts at what a caller may not have are written down.
NOTED = frozenset({401, 403, 404})


def _note(request: HttpRequest, viewer: Viewer, status: int) -> None:
    """Write an attempt down; a failure to do so changes nothing."""
    match = request.resolver_match
    what = services.attempt(request.method, match.route if match else "", status)
    try:
        services.note_refusal(viewer, what, clock.now())
    except DatabaseError:
        logger.exception("a refusal could not be written")


ErrorBody = Callable[[SunlineError, str], dict[str, Any]]


def plain_error(error: SunlineError, version: str) -> dict[str, Any]:
    """Return an error as our own interfaces write it."""
    body: dict[str, Any] = {"code": error.code, "text": error.message}
    if lines := http.problem_lines(error):
        body["problems"] = lines
    body["request_id"] = context.correlation_id()
    return body


@dataclass(eq=False)
class Endpoint:
    """A Django view made of acts; `permissions` is what the sweep over all addresses reads."""

    acts: Mapping[str, Act]
    version: str = ""
    error_body: ErrorBody = plain_error
    csrf_exempt: bool = True
    permissions: dict[str, str] = field(default_factory=dict)
    __name__: str = "endpoint"

    def __post_init__(self) -> None:
        self.__qualname__ = self.__name__  # Django names views so when it reverses addresses
        self.permissions = {method: act.permission for method, act in self.acts.items()}

    def __call__(self, request: HttpRequest, **parts: str) -> HttpResponse:
        viewer = nobody()
        try:
            if any("\x00" in part for part in parts.values()):
                raise NotFound()
            act = self.acts.get(request.method or "")
            if act is None:
                raise MethodNotAllowed(self.acts)
            now = clock.now()
            if act.permission != PUBLIC:
                http.negotiate(request)
                viewer = auth.bearer(request, now=now)
                viewer.require(act.permission)
            return act.handler(Call(request, viewer, now, self.version), **parts)
        except SunlineError as error:
            if error.status in NOTED:
                _note(request, viewer, error.status)
            return self.refuse(request, error)
        except Exception:
            logger.exception("request failed")
            if connection.vendor == "postgresql" and not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()
            return self.refuse(request, Failed())

    def refuse(self, request: HttpRequest, error: SunlineError) -> HttpResponse:
        """Return the refusal in the caller's language."""
        with http.speaking(request):
            body = self.error_body(error, self.version)
        return http.answer(body, error.status, http.refusal_headers(error))


def endpoint(version: str = "", error_body: ErrorBody = plain_error, **acts: Act) -> Endpoint:
    """Return the view of an address from its methods."""
    return Endpoint(acts, version, error_body)
