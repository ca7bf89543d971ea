"""One customer with everything that hangs on it, masked."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sunline.kernel import masking
from sunline.kernel.errors import NotFound
from sunline.staff.types import Viewer

from ..models import BillingAccount, Consent, ContactPoint, Customer, Holding, Region, Subscriber
from ..reading import shown_name, shown_value, visible
from ..types import (
    AccountView,
    ConsentView,
    ContactView,
    CustomerView,
    HoldingView,
    RegionView,
    SubscriberView,
)


def customer_for(viewer: Viewer, customer_id: UUID) -> CustomerView:
    """Return a customer the viewer may see; raise NotFound for any other."""
    row = visible(viewer).filter(id=customer_id).select_related(*WITH).first()
    if row is None:
        raise NotFound
    return card(row)


def customer_of_work(customer_id: UUID) -> CustomerView:
    """Return the customer of a ticket or interaction that the caller has let the viewer see.

    Raise NotFound when there is none.
    """
    row = Customer.objects.filter(id=customer_id).select_related(*WITH).first()
    if row is None:
        raise NotFound
    return card(row)


WITH = ("party", "home_unit", "region__parent__parent")


def card(row: Customer) -> CustomerView:
    """Return a customer as masked values; five statements whatever it holds."""
    party = row.party
    return CustomerView(
        id=row.id,
        number=row.number,
        kind=party.kind,
        name=shown_name(party),
        identity_kind=party.identity_kind,
        identity=masking.identity(party.identity_number),
        group=row.group,
        tier=row.tier,
        home_unit_id=row.home_unit_id,
        home_unit_path=row.home_unit.path,
        region=region_of(row.region),
        rural=row.rural,
        fragile=row.fragile,
        since=row.since,
        status=row.status,
        external_id=row.external_id,
        accounts=accounts_of(row.id),
        contacts=tuple(
            ContactView(
                point.id,
                point.kind,
                shown_value(point.kind, point.value),
                point.preferred,
                point.verified_at,
            )
            for point in ContactPoint.objects.filter(customer_id=row.id).order_by(
                "-preferred", "id"
            )
        ),
        consents=tuple(
            ConsentView(consent.purpose, consent.granted, consent.since, consent.channel)
            for consent in Consent.objects.filter(customer_id=row.id, until=None).order_by(
                "purpose"
            )
        ),
    )


def accounts_of(customer_id: UUID) -> tuple[AccountView, ...]:
    """Return the billing accounts with their service numbers and products."""
    holdings: dict[UUID, list[HoldingView]] = {}
    for item in Holding.objects.filter(subscriber__customer_id=customer_id).order_by("since", "id"):
        holdings.setdefault(item.subscriber_id, []).append(
            HoldingView(
                item.product_code,
                item.product_name,
                item.kind,
                item.monthly_fee,
                item.since,
                item.until,
            )
        )
    lines: dict[UUID, list[SubscriberView]] = {}
    for line in Subscriber.objects.filter(customer_id=customer_id).order_by("id"):
        lines.setdefault(line.account_id, []).append(
            SubscriberView(
                id=line.id,
                service=line.service,
                number=shown_value(line.service, line.number),
                status=line.status,
                status_reason=line.status_reason,
                status_since=line.status_since,
                joined_on=line.joined_on,
                holdings=tuple(holdings.get(line.id, ())),
            )
        )
    return tuple(
        AccountView(
            account.id,
            account.number,
            account.payment,
            account.bill_day,
            tuple(lines.get(account.id, ())),
        )
        for account in BillingAccount.objects.filter(customer_id=customer_id).order_by("id")
    )


def region_of(row: Region | None) -> RegionView | None:
    """Return a region with its names from the province down."""
    if row is None:
        return None
    chain: list[Region] = []
    step: Region | None = row
    while step is not None and len(chain) < 3:
        chain.insert(0, step)
        step = step.parent
    return RegionView(
        row.code, tuple(part.name for part in chain), tuple(part.name_en for part in chain)
    )


def regions(below: str | None = None) -> Iterable[tuple[str, str, str]]:
    """Return (code, name, English name) of the regions directly below one, or of the provinces."""
    rows = Region.objects.filter(parent_id=below).order_by("code")
    return list(rows.values_list("code", "name", "name_en"))
