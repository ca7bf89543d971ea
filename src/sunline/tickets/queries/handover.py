"""What a shift has to know of its tickets, and the counts of one hour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from sunline.kernel import masking
from sunline.kernel.models import Event
from sunline.sla import queries as sla

from ..models import GroupCase, Notice, Outage, Pressure, Ticket
from ..types import OutageState
from .work import SOON

MOST = 50  # lines of a section; the count tells how many there are
HOURLY = {
    "ticket.registered@1": "registered",
    "ticket.dispatched@1": "dispatched",
    "ticket.answered@1": "answered",
    "ticket.closed@1": "closed",
}


def open_matters(units: Collection[UUID], now: datetime) -> dict[str, dict[str, Any]]:
    """Return what is open in home units by section: how many, and a line for each of the first.

    Sections: surges, wording, callbacks, fragile, supervised, overdue. Customers are masked.
    """
    here = Ticket.objects.filter(home_unit_id__in=units, closed_at=None)
    groups = GroupCase.objects.filter(ended_at=None, ticket__home_unit_id__in=units)
    told_here = Q(group__ticket__home_unit_id__in=units) | Q(outage__ticket__home_unit_id__in=units)
    notices = Notice.objects.filter(told_here, ended_at=None, since__lte=now, until__gt=now)
    outages = Outage.objects.filter(state=OutageState.OPEN, ticket__home_unit_id__in=units)
    promised = dict(sla.promised_calls())
    calls = here.filter(id__in=promised)
    supervised = Pressure.objects.filter(kind="supervise", reported_at=None).values("ticket_id")
    return {
        "surges": _section(
            groups.count() + outages.count(),
            [
                _line(outage.ticket, outage.started_at, outage.ticket.title)
                for outage in outages.select_related("ticket").order_by("-started_at")[:MOST]
            ]
            + [
                _line(group.ticket, group.found_at, f"{group.topic.name} × {group.count}")
                for group in groups.select_related("ticket", "topic").order_by("-found_at")[:MOST]
            ],
        ),
        "wording": _section(
            notices.count(),
            [
                _line(notice.ticket, notice.until, notice.text)
                for notice in notices.select_related("group__ticket", "outage__ticket").order_by(
                    "until"
                )[:MOST]
            ],
        ),
        "callbacks": _section(
            calls.count(),
            sorted(
                (_line(row, promised[row.id], row.title) for row in _rows(calls)),
                key=lambda line: line["at"],
            ),
        ),
        "fragile": _tickets(here.exclude(customer=None).exclude(customer__fragile="")),
        "supervised": _tickets(here.filter(id__in=supervised)),
        "overdue": _tickets(here.filter(next_due_at__lt=now)),
    }


def _tickets(rows: Any) -> dict[str, Any]:
    return _section(rows.count(), [_line(row, row.next_due_at, row.title) for row in _rows(rows)])


def _rows(rows: Any) -> list[Ticket]:
    return list(rows.select_related("customer__party").order_by("next_due_at", "id")[:MOST])


def _section(count: int, lines: list[dict[str, Any]]) -> dict[str, Any]:
    return {"count": count, "lines": lines}


def _line(ticket: Ticket, at: datetime | None, text: str) -> dict[str, Any]:
    customer = ticket.customer
    return {
        "number": ticket.number,
        "text": text[:120],
        "at": at.isoformat() if at else "",
        "customer": masking.name(customer.party.name) if customer is not None else "",
        "fragile": customer.fragile if customer is not None else "",
    }


@dataclass(frozen=True, slots=True)
class HourFigures:
    """What happened to tickets of a home unit in an hour, and how it stands at its end."""

    registered: int = 0
    dispatched: int = 0
    answered: int = 0
    closed: int = 0
    complaints: int = 0
    overdue: int = 0
    due_soon: int = 0


def hour_figures(
    units: Collection[UUID], since: datetime, until: datetime, *, now: datetime
) -> Mapping[UUID, HourFigures]:
    """Return the counts of each home unit from one moment to another, and what is due now."""
    wanted = {str(unit) for unit in units}
    counted: dict[str, Counter[str]] = {}
    facts = Event.objects.filter(kind__in=HOURLY, at__gte=since, at__lt=until)
    for kind, payload in facts.values_list("kind", "payload"):
        home = payload.get("home", "")
        if home not in wanted:
            continue
        found = counted.setdefault(home, Counter())
        found[HOURLY[kind]] += 1
        if kind == "ticket.registered@1" and payload.get("kind") == "complaint":
            found["complaints"] += 1
    due = Ticket.objects.filter(home_unit_id__in=units, closed_at=None).values("home_unit_id")
    soon = Q(next_due_at__gte=now, next_due_at__lt=now + SOON)
    for row in due.annotate(
        overdue=Count("id", filter=Q(next_due_at__lt=now)), due_soon=Count("id", filter=soon)
    ).order_by():
        found = counted.setdefault(str(row["home_unit_id"]), Counter())
        found["overdue"], found["due_soon"] = row["overdue"], row["due_soon"]
    return {UUID(unit): HourFigures(**found) for unit, found in counted.items()}
