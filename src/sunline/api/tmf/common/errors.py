"""Error bodies as TM Forum declares them; `code` and `status` are texts."""

from __future__ import annotations

from typing import Any

from sunline.api import http
from sunline.kernel import context
from sunline.kernel.errors import SunlineError


def error_body(error: SunlineError, version: str) -> dict[str, Any]:
    """Return the Error object; v5 demands its `@type`, v4 allows it."""
    lines = http.problem_lines(error)
    code = f"{error.code}.{lines[0]['code']}" if lines else error.code
    body: dict[str, Any] = {
        "code": code,
        "reason": error.message,
        "status": str(error.status),
        "@type": "Error",
    }
    details = "; ".join(f"{line['field']}: {line['text']}" for line in lines)
    if details:
        body["message"] = details
    elif error.status >= 500:
        body["message"] = context.correlation_id()
    return body
