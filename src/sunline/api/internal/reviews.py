"""Reviews for our own tools, to be read."""

from __future__ import annotations

from dataclasses import fields
from typing import Any
from uuid import UUID

from django.http import HttpResponse

from sunline.api import http
from sunline.api.endpoints import Call
from sunline.api.tmf.common.texts import UNKNOWN_PARAMETER
from sunline.kernel.errors import Invalid, Problem, unknown_choice
from sunline.quality import queries
from sunline.quality.types import ReviewFilter, ReviewReason, ReviewRow, ReviewState

from .tickets import limit_of, uuid_of

ROW = tuple(item.name for item in fields(ReviewRow))
KNOWN = {"state": ReviewState.values, "reason": ReviewReason.values}
FILTERS = frozenset({*KNOWN, "unit_id", "late"})


def listing(call: Call) -> HttpResponse:
    """Return one page of reviews, newest first."""
    query = dict(http.parameters(call.request))
    for name in query:
        if name not in FILTERS | {"cursor", "limit"}:
            raise Invalid([Problem(name[:80], "unknown_parameter", UNKNOWN_PARAMETER)])
    for name, allowed in KNOWN.items():
        if query.get(name, "") not in {"", *allowed}:
            raise Invalid([unknown_choice(name)])
    unit: UUID | None = uuid_of("unit_id", query["unit_id"]) if query.get("unit_id") else None
    wanted = ReviewFilter(
        state=query.get("state", ""),
        reason=query.get("reason", ""),
        unit_id=unit,
        late=query.get("late") in {"1", "true"},
    )
    page = queries.review_list(
        call.viewer, wanted, now=call.now, cursor=query.get("cursor"), limit=limit_of(query)
    )
    items: list[dict[str, Any]] = [{name: getattr(row, name) for name in ROW} for row in page.items]
    return http.answer({"items": items, "next": page.next, "previous": page.previous})


def one(call: Call, number: str) -> HttpResponse:
    """Return the review of a ticket with its measures."""
    return http.answer(queries.review_for(call.viewer, number, now=call.now).plain())
