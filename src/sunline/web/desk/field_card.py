"""What a ticket's page shows of field work: the card, and the choices of its forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sunline.kernel import clock
from sunline.staff import queries as staff
from sunline.tickets import queries
from sunline.tickets.queries import Situation


def field_context(around: Situation, verbs: Sequence[str]) -> dict[str, Any]:
    """Return what the page of a ticket adds for field work."""
    now, row = clock.now(), around.field_order
    return {
        "field_orders": [queries.field_line(one, now) for one in reversed(around.field_orders)],
        "field_room": queries.free_room(row.unit_id, now) if row and "book_field" in verbs else [],
        "engineers": staff.people_of_unit(row.unit_id) if row and "give_field" in verbs else [],
    }
