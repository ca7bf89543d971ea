"""Finding tickets by number, outside number, phone, customer or words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from sunline.customers import queries as customers
from sunline.kernel import crypto
from sunline.kernel.paging import MOST, cut, decode, fitting, page
from sunline.kernel.types import Page
from sunline.staff.types import Viewer

from ..access import visible
from ..models import Ticket
from ..rules.search import query_grams
from ..types import TicketRow, WorkFilter
from .work import with_lines, work_list

NUMBER = re.compile(r"[A-Za-z]\d{8}-\d{1,9}")
PHONE = re.compile(r"\+?[\d() -]{7,20}")
MOST_WORDS = 8
ORDER = ("-id",)
LAST = UUID(int=2**128 - 1)
# Tickets that hold the grams, from a window that is enough for a page of any phrase that stands in
# one ticket of eighty.
NEAR = """
    SELECT ticket_id FROM (
        SELECT ticket_id, grams FROM tickets_search
        WHERE ticket_id < %s ORDER BY ticket_id DESC LIMIT 2000
    ) near WHERE grams @@ %s::tsquery LIMIT %s
"""
# The newest tickets of each customer, from the index that holds them in this order.
NEWEST = """
    SELECT ticket FROM unnest(%s::uuid[]) AS named(id), LATERAL ({own}) AS own(ticket)
    ORDER BY ticket DESC LIMIT %s
"""


def search(
    viewer: Viewer, text: str, *, now: datetime, cursor: str | None = None, limit: int = 25
) -> Page[TicketRow]:
    """Return tickets that match a number, a phone or e-mail, a customer's name, or all words.

    Newest first. A name of a customer the viewer may see finds that customer's tickets; any other
    text is looked for letter by letter in titles and descriptions.
    """
    text = text.replace("\x00", "").strip()[:200]
    if not text:
        return work_list(viewer, WorkFilter(view="all"), now=now, cursor=cursor, limit=limit)
    limit = max(1, min(limit, MOST))
    rows = Ticket.objects.filter(visible(viewer))
    if NUMBER.fullmatch(text):
        found = _page(rows.filter(number=text.upper()), cursor, limit)
    elif PHONE.fullmatch(text) or "@" in text:
        found = _page(rows.filter(_by_address(text)), cursor, limit)
    elif named := customers.ids_by_name(viewer, text, limit=20):
        found = _of_customers(rows, named, cursor, limit)
    else:
        found = _with_words(rows, text, cursor, limit)
    return with_lines(found)


def _page(rows: QuerySet[Ticket], cursor: str | None, limit: int) -> Page[Any]:
    """Return a page of keys, newest first."""
    return page(rows.values("id"), order=ORDER, cursor=cursor, limit=limit)


def _before(cursor: str | None) -> UUID | None:
    """Return the key before which a page starts, where only PostgreSQL's way there is meant.

    None on other databases and for a cursor that leads back.
    """
    if connection.vendor != "postgresql" or (cursor or "").startswith("<"):
        return None
    return fitting(Ticket, ORDER[0], decode(cursor, len(ORDER))[0]) if cursor else LAST


def _of_customers(
    rows: QuerySet[Ticket], named: Sequence[UUID], cursor: str | None, limit: int
) -> Page[Any]:
    """Return a page of the customers' tickets.

    Sorting all tickets of twenty customers would fetch them from all over the table; PostgreSQL
    takes a page of each from their index.
    """
    before = _before(cursor)
    if before is None:
        return _page(rows.filter(customer_id__in=named), cursor, limit)
    own = rows.filter(customer_id=RawSQL("named.id", []), id__lt=before)
    sql, parameters = own.order_by("-id").values_list("id")[: limit + 1].query.sql_with_params()
    with connection.cursor() as asking:
        asking.execute(NEWEST.format(own=sql), [list(named), *parameters, limit + 1])
        found = [{"id": row[0]} for row in asking.fetchall()]
    return cut(found, order=ORDER, cursor=cursor, limit=limit)


def _with_words(rows: QuerySet[Ticket], text: str, cursor: str | None, limit: int) -> Page[Any]:
    """Return a page of tickets that hold the words.

    PostgreSQL takes the grams for independent and would fetch and sort every match of a frequent
    phrase, so the newest tickets are looked at first: their matches may be a page.
    """
    wanted, before = query_grams(text), _before(cursor)
    if not wanted:
        return _page(rows.none(), cursor, limit)
    for word in text.split()[:MOST_WORDS]:
        rows = rows.filter(Q(title__icontains=word) | Q(description__icontains=word))
    if before is not None:
        grams = " & ".join(f"'{gram}'" for gram in wanted)
        # More than a page, because some may be out of sight or hold the grams but not the words.
        near = RawSQL(NEAR, [before, grams, 4 * limit])  # noqa: S611 - our own statement
        found = _page(rows.filter(id__in=near), cursor, limit)
        if found.next is not None:
            return found
    return _page(rows.filter(search__grams__holds=wanted), cursor, limit)


def _by_address(text: str) -> Q:
    normal = customers.normal_address(text)
    condition = Q(contact_index__in=crypto.blind_indexes(normal, "contact"))
    hit = customers.by_number(normal) if "@" not in normal else None
    return condition | Q(customer_id=hit.customer_id) if hit else condition
