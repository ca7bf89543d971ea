"""The table that tells which service an address belongs to: looking up, and its versions."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from sunline.knowledge import permissions, queries
from sunline.knowledge.types import AddressCategory, AddressRow

from .. import reading
from ..access import needs, viewer_of
from .frame import page


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table in the viewer's language."""

    covers: str
    service: str
    category: str
    background: bool
    note: str


@needs(permissions.VIEW)
@require_safe
def addresses(request: HttpRequest) -> HttpResponse:
    """Show what an address is, the table in force, and its versions."""
    viewer = viewer_of(request)
    asked = reading.text(request.GET, "address", most=253)
    text = reading.text(request.GET, "q", most=64)
    category = reading.choice(request.GET, "category", set(AddressCategory.values))
    found = queries.look_up_address(viewer, asked) if asked else None
    table = queries.addresses(
        viewer, text=text, category=category, cursor=reading.cursor(request), limit=50
    )
    context = {
        "asked": asked,
        "readable": queries.is_address(asked) if asked else True,
        "found": _line(found) if found else None,
        "lines": [_line(row) for row in table.items],
        "page": table,
        "q": text,
        "category": category,
        "categories": AddressCategory.choices,
        "versions": queries.address_tables(),
        "may_load": viewer.may(permissions.EDIT.code) and not viewer.viewing_as,
    }
    return page(request, "manage/addresses.html", context)


def _line(row: AddressRow) -> Line:
    language = get_language() or ""
    return Line(
        queries.shown_span(row),
        row.label(language),
        row.category,
        row.background,
        row.said(language),
    )
