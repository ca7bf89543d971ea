"""What of a filter the database can decide, on both databases with the same result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from sunline.api.models import ClientDocument
from sunline.api.tmf.common import times
from sunline.api.tmf.common.filters import Condition
from sunline.api.tmf.common.shapes import Many, Node, Shape
from sunline.api.tmf.common.texts import BAD_DATE
from sunline.kernel.errors import Invalid, Problem

from . import mapping
from .representation import href
from .schema import TICKETS

if TYPE_CHECKING:
    from sunline.tickets.models import Ticket

TICK = timedelta(milliseconds=1)
DATES = {"creationDate": "registered_at", "lastUpdate": "updated_at"}
Decision = Q | None
ONLY_IN_DOCUMENTS = frozenset(
    {"relatedParty", "relatedEntity", "attachment", "troubleTicketCharacteristic"}
    | {"troubleTicketSpecification", "troubleTicketRelationship"}
)


def narrow(
    rows: QuerySet[Ticket], conditions: Sequence[Condition], version: str
) -> tuple[QuerySet[Ticket], list[Condition]]:
    """Return the rows narrowed by what SQL can decide, and the conditions that are left."""
    left = []
    for condition in conditions:
        decide = DECIDERS.get(condition.name)
        decision = decide(condition, version) if decide is not None else None
        if decision is None:
            left.append(condition)
            rows = rows.filter(_hint(condition, version))
        else:
            rows = rows.filter(decision)
    return rows, left


def _hint(condition: Condition, version: str) -> Q:
    """Return a condition that every fitting row meets, so that fewer must be looked at.

    Only for what stands nowhere but in a client's own document, in either version's words.
    """
    path = condition.path
    if connection.vendor != "postgresql" or condition.operator != "eq":
        return Q()
    if path[0] not in ONLY_IN_DOCUMENTS or condition.leaf.kind != "text" or len(path) < 2:
        return Q()
    query = Q()
    for value in condition.values:
        for words in ("v4", "v5"):
            wanted = _sample(TICKETS[words], _in_words(path, words), value)
            query |= Q(document__contains=wanted)
    return Q(pk__in=ClientDocument.objects.filter(query).values("ticket_id"))


def _in_words(path: tuple[str, ...], version: str) -> tuple[str, ...]:
    """Return where the other version keeps the same value."""
    inner = {"relatedParty": "partyOrPartyRole", "relatedEntity": "entity"}.get(path[0])
    if inner is None or path[1] == "role":
        return path
    flat = (path[0], *path[2:]) if path[1] == inner else path
    return flat if version == "v4" else (path[0], inner, *flat[1:])


def _sample(node: Node | None, path: tuple[str, ...], value: str) -> Any:
    """Return the smallest JSON that has the value at the path, with lists where they belong."""
    if isinstance(node, Many):
        return [_sample(node.of, path, value)]
    if not path:
        return value
    below = node.attributes.get(path[0]) if isinstance(node, Shape) else None
    return {path[0]: _sample(below, path[1:], value)}


def _positive(condition: Condition, query: Q) -> Decision:
    if condition.operator == "eq":
        return query
    return ~query if condition.operator == "ne" else None


def _status(condition: Condition, version: str) -> Decision:
    wanted = [
        state for value in condition.values for state in mapping.STATES_OF_STATUS.get(value, ())
    ]
    return _positive(condition, Q(state__in=[str(state) for state in wanted]))


def _number(condition: Condition, version: str) -> Decision:
    return _positive(condition, Q(number__in=[value[:25] for value in condition.values]))


def _address(condition: Condition, version: str) -> Decision:
    start = href(version, "")
    numbers = [value[len(start) :] for value in condition.values if value.startswith(start)]
    return _positive(condition, Q(number__in=numbers))


def _title(condition: Condition, version: str) -> Decision:
    return _positive(condition, Q(title__in=condition.values))


def _severity(condition: Condition, version: str) -> Decision:
    if any(len(value) >= mapping.SEVERITY_LENGTH for value in condition.values):
        return None
    values = list(condition.values)
    if mapping.DEFAULT_SEVERITY in values:
        values.append("")
    return _positive(condition, Q(severity__in=values))


def _ticket_type(condition: Condition, version: str) -> Decision:
    documents = ClientDocument.objects.filter(
        ticket_id=OuterRef("pk"), kind=F("ticket__kind")
    ).order_by()
    said = Q(Exists(documents.filter(ticket_type__in=condition.values)))
    ours = Q(kind__in=condition.values) & ~Q(Exists(documents))
    return _positive(condition, said | ours)


def _date(condition: Condition, version: str) -> Decision:
    """Return the comparison of a moment that is shown to the millisecond."""
    field, query = DATES[condition.name], Q()
    for value in condition.values:
        try:
            moment = times.read(value)
            after = moment.replace(microsecond=moment.microsecond // 1000 * 1000) + TICK
        except (ValueError, OverflowError) as error:
            raise Invalid([Problem(condition.name, "bad_date", BAD_DATE)]) from error
        floor = after - TICK
        exact = floor == moment
        here = Q(**{f"{field}__gte": floor, f"{field}__lt": after}) if exact else Q(pk__in=[])
        query |= {
            "eq": here,
            "ne": here,
            "gt": Q(**{f"{field}__gte": after}),
            "gte": Q(**{f"{field}__gte": floor if exact else after}),
            "lt": Q(**{f"{field}__lt": floor if exact else after}),
            "lte": Q(**{f"{field}__lt": after}),
        }[condition.operator]
    return ~query if condition.operator == "ne" else query


DECIDERS: dict[str, Callable[[Condition, str], Decision]] = {
    "status": _status,
    "id": _number,
    "href": _address,
    "name": _title,
    "severity": _severity,
    "ticketType": _ticket_type,
    "creationDate": _date,
    "lastUpdate": _date,
}
