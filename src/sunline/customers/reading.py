"""Reads that both queries and services need: who may be seen, and rows as masked values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from sunline.kernel import masking
from sunline.kernel.crypto import blind_indexes
from sunline.kernel.prepared import PreparedIn
from sunline.kernel.types import Actor
from sunline.staff.queries import unit_tree
from sunline.staff.types import Viewer

from . import rules
from .models import ContactPoint, Customer, Party, Subscriber
from .permissions import VIEW
from .types import CustomerHit, SubscriberHit

PHONE, IDENTITY = "phone", "identity"
PHONE4, IDENTITY4 = "phone4", "identity4"


def visible(viewer: Viewer, permission: str = VIEW.code) -> QuerySet[Customer]:
    """Return the customers at home in units for which the viewer holds the permission.

    A subscriber who looks sees the customer they are, and nobody else.
    """
    rows = Customer.objects.all()
    if viewer.actor.kind == Actor.SUBSCRIBER:
        return rows.filter(id=viewer.customer_id) if viewer.customer_id else rows.none()
    return rows.filter(within(viewer, permission))


def within(viewer: Viewer, permission: str) -> Q:
    """Return the condition of being at home where the viewer holds a permission."""
    paths = viewer.paths(permission)
    if "/" in paths:
        return Q()
    tree = unit_tree()
    held = tree.ids_below(paths) if paths else []
    # Without a condition on units a search over all of them goes by its own index.
    return Q() if held and len(held) == len(tree.rows) else Q(home_unit_id__in=held)


def starts_with(field: str, text: str) -> Q:
    """Return the condition of a prefix in the form that each database answers from its index."""
    if connection.vendor == "postgresql":
        return Q(**{f"{field}__startswith": text})
    return Q(**{f"{field}__gte": text, f"{field}__lt": text + chr(0x10FFFF)})


def shown_name(party: Party) -> str:
    """Return the name as it may be shown; an organisation's name is no secret."""
    return party.name if party.kind == "organization" else masking.name(party.name)


def shown_value(kind: str, value: str) -> str:
    """Return a contact point or service number as it may be shown."""
    if kind == "email":
        return masking.email(value)
    if kind == "address":
        return value[:6] + "***" if len(value) > 6 else "***"
    return masking.phone(value) if value.isdigit() else masking.name(value)


def subscribers_with(number: str) -> QuerySet[Subscriber]:
    """Return the subscribers that have or had a service number."""
    wanted = blind_indexes(rules.normal_number(number), PHONE)
    return Subscriber.objects.filter(number_index__in=wanted)


def contacts_with(kind: str, value: str) -> QuerySet[ContactPoint]:
    """Return the contact points with a phone number or an e-mail address."""
    wanted = blind_indexes(rules.normal_value(kind, value), kind)
    return ContactPoint.objects.filter(value_index__in=wanted, kind=kind)


def holder_of(number: str) -> SubscriberHit | None:
    """Return whose service number this is: the subscriber in use, else the last who had it."""
    return holders_of([number]).get(number)


# What a hit tells, in its own order; many are looked up at once, so nothing else is read.
OF_CUSTOMER = ("home_unit", "tier", "rural", "fragile")
HIT = ("id", "customer_id", *(f"customer__{name}" for name in OF_CUSTOMER), "status")
HOLDERS = PreparedIn(
    lambda indexes: (
        Subscriber.objects.filter(number_index__in=indexes)
        .order_by("-id")
        .values_list("number_index", "service", *HIT)
    )
)


def holders_of(numbers: Iterable[str]) -> dict[str, SubscriberHit]:
    """Return whose service numbers these are, by the number as given: one statement for all."""
    wanted = {
        index: number
        for number in numbers
        if number
        for index in blind_indexes(rules.normal_number(number), PHONE)
    }
    found: dict[str, SubscriberHit] = {}
    held = [(index, service, SubscriberHit(*hit)) for index, service, *hit in HOLDERS.rows(wanted)]
    held.sort(key=lambda row: (row[2].status == "closed", row[1] != "mobile"))
    for index, _, hit in held:
        found.setdefault(wanted[index], hit)
    return found


def hits_of(customers: Sequence[Customer], matched: str) -> list[CustomerHit]:
    """Return customers as masked lines in their order: two statements whatever their number."""
    ids = [row.id for row in customers]
    numbers: dict[UUID, list[str]] = {key: [] for key in ids}
    for line in Subscriber.objects.filter(customer_id__in=ids).order_by("id"):
        numbers[line.customer_id].append(shown_value(line.service, line.number))
    phones: dict[UUID, list[str]] = {key: [] for key in ids}
    for contact in ContactPoint.objects.filter(customer_id__in=ids, kind="phone").order_by("id"):
        phones[contact.customer_id].append(shown_value("phone", contact.value))
    return [
        CustomerHit(
            id=row.id,
            number=row.number,
            name=shown_name(row.party),
            tier=row.tier,
            home_unit_id=row.home_unit_id,
            numbers=tuple(numbers[row.id]),
            phones=tuple(phones[row.id]),
            matched=matched,
        )
        for row in customers
    ]


def names_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return masked names by customer id in one statement."""
    wanted = set(ids)
    if not wanted:
        return {}
    rows = (
        Customer.objects.filter(id__in=wanted)
        .select_related("party")
        .only("id", "party__name", "party__kind")
    )
    return {row.id: shown_name(row.party) for row in rows}
