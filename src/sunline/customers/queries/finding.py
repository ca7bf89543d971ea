"""Finding customers: by what a person types, by a service number, by an address."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from sunline.kernel import clock
from sunline.kernel.crypto import blind_indexes
from sunline.staff.types import Viewer

from .. import rules
from ..models import BillingAccount, Customer, Subscriber
from ..permissions import SEARCH_LAST_FOUR, VIEW
from ..reading import (
    IDENTITY,
    contacts_with,
    hits_of,
    holder_of,
    holders_of,
    names_of,
    starts_with,
    subscribers_with,
    visible,
)
from ..services.lookups import find_by_last_four
from ..types import CustomerHit, SubscriberHit

MOST = 100
MOST_NAME = 24


def find(
    text: str, *, viewer: Viewer, limit: int = 25, now: datetime | None = None
) -> list[CustomerHit]:
    """Return the customers a typed text may mean, masked, newest first.

    Four digits are looked up as last four, which needs its permission and is written down; a
    viewer without it finds nothing so. `now` is the moment of that note.
    """
    limit = max(1, min(limit, MOST))
    for way in rules.ways_to_find(text):
        if way == "last_four":
            if not viewer.may(SEARCH_LAST_FOUR.code) or viewer.viewing_as:
                return []
            page = find_by_last_four(viewer, text, limit=limit, now=now or clock.now())
            return list(page.items)
        rows = visible(viewer).filter(condition(way, " ".join(text.split())))
        found = list(rows.select_related("party").order_by("-id")[:limit])
        if found:
            return hits_of(found, way)
    return []


def condition(way: str, text: str) -> Q:
    """Return the condition of one way to find a customer."""
    if way == "number":
        # Each list is short and comes from its index; joined by OR they would cost a scan.
        owners = set(subscribers_with(text).values_list("customer_id", flat=True)[:MOST])
        owners |= set(contacts_with("phone", text).values_list("customer_id", flat=True)[:MOST])
        return Q(id__in=owners)
    if way == "email":
        return Q(id__in=contacts_with("email", text).values("customer_id"))
    if way == "identity":
        return Q(party__identity_index__in=blind_indexes(rules.normal_identity(text), IDENTITY))
    if way == "customer":
        return Q(number=text.upper())
    if way == "account":
        return Q(id__in=BillingAccount.objects.filter(number=text.upper()).values("customer_id"))
    if way == "pinyin":
        return starts_with("party__name_pinyin", text.lower())
    return starts_with("party__name", text)


def ids_by_name(viewer: Viewer, text: str, *, limit: int = 20) -> list[UUID]:
    """Return the newest customers in the viewer's scope whose name or pinyin begins so.

    Texts that cannot be a name (one character, digits, long ones) find nobody.
    """
    text = " ".join(text.split())
    if not 2 <= len(text) <= MOST_NAME or any(character.isdigit() for character in text):
        return []
    if not viewer.may(VIEW.code):
        return []
    named = (
        starts_with("party__name_pinyin", text.lower())
        if text.isascii()
        else (starts_with("party__name", text))
    )
    rows = visible(viewer).filter(named).order_by("-id").values_list("id", flat=True)
    return list(rows[:limit])


def normal_address(text: str) -> str:
    """Return a phone number or mail address in the one form that is compared."""
    return rules.normal_email(text) if "@" in text else rules.normal_number(text)


def by_number(number: str) -> SubscriberHit | None:
    """Return whose service number this is: the subscriber in use, else the last who had it."""
    return holder_of(number)


def by_numbers(numbers: Iterable[str]) -> dict[str, SubscriberHit]:
    """Return whose service numbers these are, by the number as given, in one statement."""
    return holders_of(numbers)


def by_address(address: str) -> SubscriberHit | None:
    """Return whose phone number or e-mail address this is, or None when unknown or unclear."""
    if rules.is_email(rules.normal_email(address)):
        kind = "email"
    else:
        held = by_number(address)
        if held is not None:
            return held
        kind = "phone"
    rows = contacts_with(kind, address).values_list("customer_id", "verified_at")[:50]
    owner = rules.the_one((str(customer), verified is not None) for customer, verified in rows)
    if owner is None:
        return None
    row = Customer.objects.get(id=owner)
    return SubscriberHit(
        subscriber_id=None,
        customer_id=row.id,
        home_unit_id=row.home_unit_id,
        tier=row.tier,
        rural=row.rural,
        fragile=row.fragile,
    )


def within_reach(viewer: Viewer, ids: Iterable[UUID], *, permission: str) -> set[UUID]:
    """Return those of the customers that are at home where the viewer holds the permission."""
    return set(visible(viewer, permission).filter(id__in=set(ids)).values_list("id", flat=True))


def owners_of(subscribers: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return the customers by the ids of their subscribers, in one statement."""
    rows = Subscriber.objects.filter(id__in=set(subscribers))
    return dict(rows.values_list("id", "customer_id"))


def customer_names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return masked names by customer id, in one statement."""
    return names_of(ids)
