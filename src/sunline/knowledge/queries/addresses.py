"""Which service an address belongs to, by the version of the table in force."""

from __future__ import annotations

from django.db.models import Q

from sunline.kernel.caching import Kept
from sunline.kernel.paging import page
from sunline.kernel.types import Page
from sunline.staff.types import Viewer

from ..models import AddressTable, ServiceAddress
from ..permissions import VIEW
from ..rules import addresses as rules
from ..rules.addresses import Book
from ..types import AddressCategory, AddressKind, AddressRow, AddressTableRow, Span

MINUTE = 60.0
NO_BOOK = rules.book(0, ())


def _load() -> Book:
    number = AddressTable.objects.order_by("-number").values_list("number", flat=True).first()
    if number is None:
        return NO_BOOK
    rows = ServiceAddress.objects.filter(table_id=number).order_by("id")
    return rules.book(number, map(_row, rows))


_book = Kept(_load, MINUTE)


def address_book() -> Book:
    """Return the table in force, at most a minute old; no statement when warm."""
    return _book.get()


def forget_addresses() -> None:
    """Read the table afresh next time, in this process."""
    _book.forget()


def look_up_address(viewer: Viewer, text: str) -> AddressRow | None:
    """Return the service of an address or a domain, None when none is known; raise Refused."""
    viewer.require(VIEW.code)
    return address_book().find(text)


def is_address(text: str) -> bool:
    """Return whether a text is something that can be looked up: one address, or a domain."""
    span = rules.span_of(text)
    return span is not None and (span.kind == AddressKind.DOMAIN or span.first == span.last)


def addresses(
    viewer: Viewer,
    *,
    text: str = "",
    category: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> Page[AddressRow]:
    """Return one page of the table in force, in its order; raise Refused."""
    viewer.require(VIEW.code)
    number = AddressTable.objects.order_by("-number").values_list("number", flat=True).first()
    rows = ServiceAddress.objects.filter(table_id=number)
    if category in AddressCategory.values:
        rows = rows.filter(category=category)
    if text:
        rows = rows.filter(
            Q(service__icontains=text) | Q(service_en__icontains=text) | Q(name__icontains=text)
        )
    found = page(rows, order=("id",), cursor=cursor, limit=limit)
    return Page([_row(row) for row in found.items], next=found.next, previous=found.previous)


def address_tables(limit: int = 20) -> list[AddressTableRow]:
    """Return the last versions of the table, newest first."""
    return [
        AddressTableRow(
            row.number, row.rows, row.services, row.simulated, row.since, row.until, row.made_by
        )
        for row in AddressTable.objects.order_by("-number")[:limit]
    ]


def shown_span(row: AddressRow) -> str:
    """Return what a row covers as people write it."""
    return rules.shown(row.span)


def _row(row: ServiceAddress) -> AddressRow:
    kind = AddressKind(row.kind)
    if kind == AddressKind.DOMAIN:
        span = Span(kind, name=row.name)
    else:
        span = Span(kind, int(row.first, 16), int(row.last, 16))
    return AddressRow(
        span,
        row.service,
        row.service_en,
        row.category,
        row.background,
        row.note,
        row.note_en,
    )
