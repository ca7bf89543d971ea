"""Names of the rows that complaints work with, as the screens write them."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

from sunline.kernel import clock
from sunline.tickets.queries import tables
from sunline.tickets.queries.tables import Row

register = template.Library()


def row_name(row: Row) -> str:
    """Return the name of a row in the viewer's language."""
    return row.name_en if row.name_en and get_language() == "en" else row.name


@register.filter
def case_row(code: str, table: str) -> str:
    """Return the name of a row by its code: `{{ case.cause|case_row:"cause" }}`.

    A cause is told from its branch down; a code that is out of force stands for itself.
    """
    rows = tables.rows(table, clock.now())
    parts = code.split(".") if table == tables.CAUSE else [code]
    names = []
    for depth in range(1, len(parts) + 1):
        own = ".".join(parts[:depth])
        names.append(row_name(rows[own]) if own in rows else own)
    return " › ".join(names)
