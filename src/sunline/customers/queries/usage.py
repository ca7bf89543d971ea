"""What the network counted of a service number's data use, and where an explanation may go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise

from sunline.kernel.errors import NotFound
from sunline.staff.types import Viewer

from ..errors import BssUnavailable
from ..models import ContactPoint, Subscriber
from ..ports import DataMonth, DataRecord, bss
from ..reading import shown_value, visible
from ..types import SubscriberLine

MOST_RECORDS = 50_000
MONTHS = 4


@dataclass(frozen=True, slots=True)
class DataUse:
    """The records of a period and the months before, as `label` tells; the number is masked."""

    number: str
    label: str | Promise
    records: tuple[DataRecord, ...]
    months: tuple[DataMonth, ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """An address that belongs to a customer for sure: whole for sending, and as it may be shown."""

    channel: str
    value: str
    shown: str


def data_use_of(
    subscriber_id: UUID, since: datetime | None = None, until: datetime | None = None
) -> DataUse | None:
    """Return a number's data use, or None when it is unknown or nobody can be asked.

    Without a period there are no records, only the months. The caller has checked that the viewer
    works for the customer. Call it outside a transaction.
    """
    row = Subscriber.objects.filter(id=subscriber_id).first()
    if row is None:
        return None
    try:
        system = bss()
        records = system.data_records(row.number, since, until) if since and until else ()
        months = system.data_months(row.number, months=MONTHS)
    except BssUnavailable:
        return None
    if not months:
        return None
    return DataUse(
        number=shown_value(row.service, row.number),
        label=system.label,
        records=tuple(records[:MOST_RECORDS]),
        months=tuple(months),
    )


def bound_addresses(subscriber_id: UUID) -> list[Bound]:
    """Return where details of a number may be sent: to the number itself, to verified mail.

    The caller has checked that the viewer works for the customer, and shows only what may be shown.
    """
    row = Subscriber.objects.filter(id=subscriber_id).exclude(status="closed").first()
    if row is None:
        return []
    found = []
    if row.service == "mobile":
        found.append(Bound("sms", row.number, shown_value(row.service, row.number)))
    mail = (
        ContactPoint.objects.filter(customer_id=row.customer_id, kind="email")
        .exclude(verified_at=None)
        .order_by("-preferred", "id")
        .first()
    )
    if mail is not None:
        found.append(Bound("email", mail.value, shown_value("email", mail.value)))
    return found


def subscriber_for(viewer: Viewer, customer_id: UUID, subscriber_id: UUID) -> SubscriberLine:
    """Return a service number of a customer the viewer may see, masked; raise NotFound."""
    if not visible(viewer).filter(id=customer_id).exists():
        raise NotFound
    row = Subscriber.objects.filter(id=subscriber_id, customer_id=customer_id).first()
    if row is None:
        raise NotFound
    return SubscriberLine(row.id, row.service, shown_value(row.service, row.number), row.status)
