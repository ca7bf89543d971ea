"""Keeping the search table: one row of grams for each ticket."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from django.db import connection

from sunline.kernel import rows

from ..models import Ticket
from ..rules.search import grams

POSTGRESQL = (
    "INSERT INTO tickets_search (ticket_id, grams) "
    "SELECT (r->>'id')::uuid, array_to_tsvector(string_to_array(r->>'grams', ' ')) "
    "FROM json_array_elements(%s::json) r"
)
COPY = "COPY tickets_search (ticket_id, grams) FROM STDIN"
SQLITE = "INSERT INTO tickets_search (ticket_id, grams) VALUES (%s, %s)"


def index_rows(tickets: Sequence[Ticket], batch: rows.Batch) -> None:
    """Make newly registered tickets findable by their title and description."""
    found = [(row.id, grams(f"{row.title}\n{row.description}")) for row in tickets]
    if connection.vendor != "postgresql":
        for key, words in found:
            batch.run(SQLITE, [key.hex, " ".join(words)])
    elif len(found) > rows.FEW:
        batch.copy(COPY, [(key, _vector(words)) for key, words in found])
    else:
        records = [{"id": key, "grams": " ".join(words)} for key, words in found]
        batch.run(POSTGRESQL, [orjson.dumps(records).decode()])


def _vector(words: list[str]) -> str:
    """Return grams as the text of a `tsvector`; of letters and digits, they need only quotes."""
    return "'" + "' '".join(words) + "'" if words else ""


def reindex(ticket: Ticket) -> None:
    """Bring one ticket's search row up to its present text."""
    batch = rows.Batch()
    key = ticket.id if connection.vendor == "postgresql" else ticket.id.hex
    batch.run("DELETE FROM tickets_search WHERE ticket_id = %s", [key])
    batch.send()
    index_rows([ticket], batch)
    batch.send()
