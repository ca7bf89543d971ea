"""Reading JSON requests and writing JSON answers, the same way on all JSON interfaces."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import orjson
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.utils import translation

from sunline.kernel.errors import UNREADABLE, Invalid, Problem, SunlineError

from .errors import MethodNotAllowed, NotAcceptable, TooLarge, Unauthorised, UnsupportedMedia
from .tmf.common.texts import NOT_AN_OBJECT, NOT_JSON, UNSTORABLE

JSON = "application/json"
MERGE = "application/merge-patch+json"


def answer(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    """Return JSON, with Chinese written as it is."""
    body = b"" if status == 204 else orjson.dumps(value)
    response = HttpResponse(body, status=status, content_type=JSON)
    for name, text in (headers or {}).items():
        response.headers[name] = text
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


def negotiate(request: HttpRequest) -> None:
    """Raise NotAcceptable when the caller does not take JSON."""
    accept = request.headers.get("Accept", "")
    if not accept or "*/*" in accept or JSON in accept or "application/*" in accept:
        return
    raise NotAcceptable()


def parameters(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the query parameters in their order; raise Invalid when they cannot be read."""
    raw = request.META.get("QUERY_STRING", "")
    if not raw:
        return []
    try:
        found = parse_qsl(raw, keep_blank_values=True, max_num_fields=100, errors="strict")
    except ValueError as error:
        raise Invalid([Problem("query", "unreadable", UNREADABLE)]) from error
    if any("\x00" in name or "\x00" in value for name, value in found):
        raise Invalid([Problem("query", "unstorable", UNSTORABLE)])
    return found


def body_bytes(request: HttpRequest, most: int | None = None) -> bytes:
    """Return the raw body; raise TooLarge over the limit in bytes."""
    limit = most or settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length > limit:
        raise TooLarge()
    try:
        if most is not None:
            raw = request.read(limit + 1)
            if len(raw) > limit:
                raise TooLarge()
            return raw
        return request.body
    except RequestDataTooBig as error:
        raise TooLarge() from error
    except (UnreadablePostError, ValueError) as error:  # cut off, or of no length
        raise Invalid([Problem("body", "not_json", NOT_JSON)]) from error


def body_object(request: HttpRequest, *types: str) -> dict[str, Any]:
    """Return the JSON object of the body; a missing content type is read as JSON."""
    if request.content_type and request.content_type not in (JSON, *types):
        raise UnsupportedMedia()
    try:
        value = orjson.loads(body_bytes(request))
    except (orjson.JSONDecodeError, RecursionError) as error:
        raise Invalid([Problem("body", "not_json", NOT_JSON)]) from error
    if not isinstance(value, dict):
        raise Invalid([Problem("body", "not_an_object", NOT_AN_OBJECT)])
    return value


def refusal_headers(error: SunlineError) -> dict[str, str]:
    """Return the headers that belong to a refusal."""
    if isinstance(error, MethodNotAllowed):
        return {"Allow": error.allowed}
    if isinstance(error, Unauthorised):
        return {"WWW-Authenticate": 'Bearer realm="sunline"'}
    return {}


def speaking(request: HttpRequest) -> Any:
    """Return a context in which texts are in the caller's language."""
    wanted = request.headers.get("Accept-Language", "")
    language = "en" if wanted.lower().startswith("en") else settings.LANGUAGE_CODE
    return translation.override(language)


def problem_lines(error: SunlineError) -> list[dict[str, str]]:
    """Return the fields that cannot be used, with code and text."""
    if not isinstance(error, Invalid):
        return []
    return [
        {"field": problem.field, "code": problem.code, "text": problem.message}
        for problem in error.problems[:50]
    ]
