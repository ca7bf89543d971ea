"""Where a number's data went: what is told now, and the sheets that were made of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.utils import timezone

from sunline.customers import queries as customers
from sunline.customers.ports import DataRecord
from sunline.kernel.errors import NotFound
from sunline.kernel.ids import local_day
from sunline.knowledge import queries as knowledge
from sunline.staff.types import Viewer

from ..data_policies import marks
from ..models import DataSheet
from ..permissions import EXPLAIN_DATA
from ..rules import data_use as rules
from ..rules.data_use import MB, Piece
from ..rules.data_use import TOP as TOP
from ..rules.data_use import Explained as Explained
from ..rules.data_use import ServiceUse as ServiceUse
from ..types import DataPeriod, WorkFilter
from .reading import TicketView
from .work import narrowed

MOST_SHEETS = 20
WITH_MONTHS = frozenset({DataPeriod.THIS_MONTH, DataPeriod.LAST_MONTH})


@dataclass(frozen=True, slots=True)
class Sheet:
    """An explanation sheet as it was made; amounts are bytes."""

    id: UUID
    period: str
    since: date
    last: date
    table: int
    explained: Explained
    made_at: datetime
    made_by: str
    channel: str
    sent_at: datetime | None
    sent_by: str


@dataclass(frozen=True, slots=True)
class SheetRow:
    """An explanation sheet in a list, without what it explains."""

    id: UUID
    period: str
    since: date
    last: date
    total: int
    table: int
    made_at: datetime
    made_by: str
    channel: str
    sent_at: datetime | None


def reckoned(
    subscriber_id: UUID, period: str, now: datetime
) -> tuple[Explained, date, date, int] | None:
    """Return where a number's data went in a period, its days, and the version of the table.

    None when nobody tells. Call it outside a transaction: the billing system may be slow.
    """
    since, until = rules.period(period, local_day(now))
    found = customers.data_use_of(subscriber_id, _start(since), _start(until))
    if found is None:
        return None
    book = knowledge.address_book()
    months = {row.month: row for row in found.months}
    mine = months.get(since) if period != DataPeriod.WEEK else None
    before = [
        int(row.used) * MB for row in found.months if row.month < since and period in WITH_MONTHS
    ]
    explained = rules.explain(
        pieces(found.records),
        since=since,
        until=until,
        marks=marks(now),
        included=int(mine.included) * MB if mine else 0,
        before=before,
    )
    return explained, since, until, book.number


def pieces(records: Iterable[DataRecord]) -> Iterable[Piece]:
    """Yield records with the services their addresses belong to, on the customer's wall clock."""
    book = knowledge.address_book()
    for one in records:
        row = book.find(one.remote)
        yield Piece(
            start=timezone.localtime(one.start),
            end=timezone.localtime(one.end),
            up=one.up,
            down=one.down,
            hint=one.hint,
            roaming=one.roaming,
            free=one.free,
            **_service(row) if row else {},
        )


def _service(row: Any) -> dict[str, Any]:
    return {
        "service": row.service,
        "service_en": row.service_en,
        "category": row.category,
        "background": row.background,
        "note": row.note,
        "note_en": row.note_en,
    }


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def sheets_of(viewer: Viewer, ticket: TicketView) -> list[SheetRow]:
    """Return the sheets of a ticket the viewer may see, newest first; none without permission."""
    if not viewer.may(EXPLAIN_DATA.code):
        return []
    rows = DataSheet.objects.filter(ticket_id=ticket.id).defer("figures").order_by("-id")
    return [
        SheetRow(
            row.id,
            row.period,
            row.since,
            _last(row),
            row.total,
            row.table,
            row.made_at,
            row.made_by_label,
            row.channel,
            row.sent_at,
        )
        for row in rows[:MOST_SHEETS]
    ]


def data_sheet(viewer: Viewer, ticket: TicketView, sheet_id: UUID) -> Sheet:
    """Return a sheet of a ticket the viewer may see; raise Refused or NotFound."""
    viewer.require(EXPLAIN_DATA.code)
    row = DataSheet.objects.filter(id=sheet_id, ticket_id=ticket.id).first()
    if row is None:
        raise NotFound
    return as_sheet(row)


def as_sheet(row: DataSheet) -> Sheet:
    """Return a kept sheet with what it explains."""
    return Sheet(
        row.id,
        row.period,
        row.since,
        _last(row),
        row.table,
        unpacked(row.figures),
        row.made_at,
        row.made_by_label,
        row.channel,
        row.sent_at,
        row.sent_by_label,
    )


def _last(row: DataSheet) -> date:
    return date.fromordinal(row.until.toordinal() - 1)


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """An open ticket about a service number."""

    number: str
    title: str
    state: str
    registered_at: datetime


def open_of_number(
    viewer: Viewer, customer_id: UUID, subscriber_id: UUID, *, now: datetime
) -> list[OpenTicket]:
    """Return the open tickets about a number that the viewer may see, newest first."""
    wanted = WorkFilter(view="all", customer_id=customer_id)
    rows = narrowed(viewer, wanted, now).filter(subscriber_id=subscriber_id, closed_at=None)
    names = list(OpenTicket.__dataclass_fields__)
    found = rows.order_by("-id").values_list(*names)[:MOST_SHEETS]
    return [OpenTicket(*row) for row in found]


def packed(explained: Explained) -> str:
    """Return an explanation as it is kept."""
    return json.dumps(asdict(explained), default=date.isoformat, ensure_ascii=False)


def unpacked(text: str) -> Explained:
    """Return a kept explanation."""
    kept: Mapping[str, Any] = json.loads(text)
    peak = kept["peak_day"]
    return Explained(
        **{
            **kept,
            "days": tuple((date.fromisoformat(day), size) for day, size in kept["days"]),
            "hours": tuple(kept["hours"]),
            "services": tuple(ServiceUse(**one) for one in kept["services"]),
            "categories": tuple((code, size) for code, size in kept["categories"]),
            "peak_day": date.fromisoformat(peak) if peak else None,
            "causes": tuple(kept["causes"]),
            "before": tuple(kept["before"]),
        }
    )
