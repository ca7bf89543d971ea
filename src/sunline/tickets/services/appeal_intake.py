"""An appeal as a door sends it: put on the customer's complaint, registered anew if there is none.

One customer who came through three doors is one case: the root is looked for first.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from sunline.customers import queries as customers
from sunline.customers.types import SubscriberHit
from sunline.kernel import crypto
from sunline.kernel.errors import Invalid, Problem
from sunline.staff.queries import unit_tree
from sunline.staff.types import Viewer

from .. import appeal_policies, permissions
from ..access import visible
from ..appeal_errors import NO_HOME, NO_SUCH_TICKET, AppealTwice
from ..models import Appeal, Ticket
from ..types import Door, Kind, Referral, Registration, State, TicketRef
from .appeals import attach_appeal, check_referral
from .registration import LATEST_ENTRY, register

CHANNELS = {Door.REGULATOR: "regulator", Door.MEDIA: "social"}
OTHER_CHANNEL = "paper"


def take_in(viewer: Viewer, item: Referral, *, now: datetime) -> TicketRef:
    """Take an appeal in: on the complaint it names, the customer's own, or a new one.

    Raises Invalid for unusable fields, AppealTwice for a number known, Refused without the
    permission.
    """
    viewer.require(permissions.APPEAL.code)
    problems = check_referral(item, now)
    if problems:
        raise Invalid(problems)
    with transaction.atomic():
        held = Appeal.objects.filter(door=item.door, number=item.number.strip())
        known = held.select_related("ticket").first()
        if known is not None:
            raise AppealTwice(reference=item.number, number=known.ticket.number)
        found = _named(viewer, item) if item.ticket else _root(viewer, item, now)
        if found is not None:
            return attach_appeal(viewer, found, item, now=now)
        made = _register(viewer, item, now)
        return attach_appeal(viewer, made, item, known_before=False, now=now)


def _named(viewer: Viewer, item: Referral) -> UUID:
    """Return the complaint that a referral names, if the viewer may see it; raise Invalid."""
    rows = Ticket.objects.filter(visible(viewer), number=item.ticket, kind=Kind.COMPLAINT)
    found = rows.values_list("id", flat=True).first()
    if found is None:
        raise Invalid([Problem("ticket", "unknown", NO_SUCH_TICKET)])
    return found


def _root(viewer: Viewer, item: Referral, now: datetime) -> UUID | None:
    """Return the newest complaint of the same customer within the window, None without one."""
    if not item.phone:
        return None
    index = crypto.blind_index(customers.normal_address(item.phone), "contact")
    holder = _holder(item.phone)
    same = Q(contact_index=index) if index else Q(pk__in=[])
    if holder is not None:
        same |= Q(customer_id=holder.customer_id)
    since = now - timedelta(days=appeal_policies.ROOT_DAYS.at(now))
    rows = Ticket.objects.filter(same, visible(viewer), kind=Kind.COMPLAINT)
    rows = rows.filter(registered_at__gte=since).exclude(
        state__in=[State.MERGED, State.REFUSED, State.WITHDRAWN]
    )
    # An open one goes before any that has ended.
    found = list(rows.order_by("-id").values_list("id", "closed_at")[:50])
    found.sort(key=lambda row: row[1] is not None)
    return found[0][0] if found else None


def _holder(phone: str) -> SubscriberHit | None:
    return customers.by_numbers({phone}).get(phone)


def _register(viewer: Viewer, item: Referral, now: datetime) -> UUID:
    holder = _holder(item.phone) if item.phone else None
    home = item.home_unit_id or (holder.home_unit_id if holder else None)
    if home is None or unit_tree().get(home) is None:
        raise Invalid([Problem("home", "unknown", NO_HOME)])
    late = now - item.received_at
    made = register(
        viewer,
        Registration(
            kind=Kind.COMPLAINT,
            title=item.claim.strip().splitlines()[0][:80],
            description=item.claim.strip(),
            channel=CHANNELS.get(Door(item.door), OTHER_CHANNEL),
            home_unit_id=home,
            customer_id=holder.customer_id if holder else None,
            subscriber_id=holder.subscriber_id if holder else None,
            contact=item.phone,
            tier=holder.tier if holder else "ordinary",
            rural=holder.rural if holder else False,
            # What came in long ago is registered now: nothing is dated that far back.
            asked_at=item.received_at if timedelta(0) < late <= LATEST_ENTRY else None,
        ),
        now=now,
    )
    return made.id
