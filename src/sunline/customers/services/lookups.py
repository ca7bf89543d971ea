"""Looking customers up by the last four digits, which is written down."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from django.db import transaction

from sunline.kernel.crypto import blind_indexes
from sunline.kernel.ids import new_id
from sunline.kernel.log import record
from sunline.kernel.paging import page
from sunline.kernel.types import Page, Subject
from sunline.staff.types import Viewer

from ..events import LookedUp
from ..models import ContactPoint, Customer, Subscriber
from ..permissions import SEARCH_LAST_FOUR
from ..reading import IDENTITY4, PHONE4, hits_of, visible, within
from ..types import CustomerHit

MOST = 5000  # more customers than this cannot be told apart by four digits


def find_by_last_four(
    viewer: Viewer, digits: str, *, cursor: str | None = None, limit: int = 25, now: datetime
) -> Page[CustomerHit]:
    """Return a page of customers whose service, phone or identity number ends so, and note it.

    Raises Refused without the permission, which must hold where the customer is at home.
    """
    viewer.require(SEARCH_LAST_FOUR.code)
    plain = unicodedata.normalize("NFKC", digits).strip().upper()
    phones, identities = blind_indexes(plain, PHONE4), blind_indexes(plain, IDENTITY4)
    # One list of ids from three indexes: joined by OR they would cost a scan of all customers.
    owners = (
        Subscriber.objects.filter(last4_index__in=phones)
        .values_list("customer_id", flat=True)
        .union(
            ContactPoint.objects.filter(last4_index__in=phones).values_list("customer_id"),
            Customer.objects.filter(party__identity_last4_index__in=identities).values_list("id"),
        )
    )
    rows = (
        visible(viewer)
        .filter(within(viewer, SEARCH_LAST_FOUR.code), id__in=list(owners[:MOST]))
        .select_related("party")
    )
    found = page(rows, order=("-id",), cursor=cursor, limit=limit)
    fact = LookedUp("last_four", tuple(row.id for row in found.items))
    with transaction.atomic():
        record(fact, subject=Subject("lookup", new_id()), actor=viewer.actor, now=now, sequence=1)
    return Page(hits_of(found.items, "last_four"), found.next, found.previous)
