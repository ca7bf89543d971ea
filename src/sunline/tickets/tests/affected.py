"""An outage of Guangzhou with customers who call about it, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from typing import cast as typed
from uuid import UUID

from sunline.customers import services as customers
from sunline.customers.models import Subscriber
from sunline.customers.types import (
    NewAccount,
    NewContact,
    NewCustomer,
    NewHolding,
    NewSubscriber,
)
from sunline.kernel import worker
from sunline.kernel.models import Event
from sunline.knowledge import queries as knowledge
from sunline.knowledge import services as knowing
from sunline.sla import services as sla
from sunline.testing import cast

from .. import handlers, services
from ..models import Outage, OutageLink, OutageText
from ..types import NewOutage, Registration, TicketRef

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
TEXT = "家里宽带断网了，光猫亮红灯，请尽快修复。"


def new(org: cast.Organisation, now: datetime, **changes: Any) -> NewOutage:
    """Return an outage of the city's broadband that began two hours ago."""
    fields: dict[str, Any] = {
        "cause": "cable",
        "products": ("broadband",),
        "unit_ids": (org["gz"].id,),
        "started_at": now - 2 * HOUR,
        "estimated_end_at": now + 4 * HOUR,
    }
    return NewOutage(**{**fields, **changes})


def opened(org: cast.Organisation, now: datetime, who: str = "sun", **changes: Any) -> Outage:
    """Open an outage and return it."""
    ref = services.open_outage(cast.viewer(who), new(org, now, **changes), now=now)
    return Outage.objects.select_related("ticket").get(ticket_id=ref.id)


def lines(
    org: cast.Organisation,
    count: int,
    now: datetime,
    *,
    city: str = "gz",
    rural: bool = False,
    fee: int = 60,
    prefix: str = "1990",
) -> list[UUID]:
    """Register customers with a broadband line each; return the customers' ids."""
    since = now - timedelta(days=90)
    wanted = [
        NewCustomer(
            name="陈晓",
            home_unit_id=org[city].id,
            rural=rural,
            accounts=(
                NewAccount(
                    subscribers=(
                        NewSubscriber(
                            f"kd{prefix}{number:06d}",
                            "broadband",
                            holdings=(NewHolding("B", "光纤宽带", "plan", Decimal(fee), since),),
                        ),
                    )
                ),
            ),
            contacts=(NewContact("phone", f"{prefix}{number:07d}", preferred=True),),
        )
        for number in range(count)
    ]
    return [ref.id for ref in customers.register_many(wanted, now=since)]


def call(
    org: cast.Organisation, now: datetime, contact: str = "19900009999", **changes: Any
) -> TicketRef:
    """Register what a caller says, and let the worker hear of it twice, as after a crash."""
    fields: dict[str, Any] = {
        "kind": "fault",
        "title": "宽带断网",
        "description": TEXT,
        "channel": "phone",
        "home_unit_id": org["gz"].id,
        "contact": contact,
        "topic_id": knowledge.topic_id("broadband.fault.down"),
    }
    fields |= changes
    customer = fields.get("customer_id")
    if customer is not None:
        fields["subscriber_id"] = Subscriber.objects.get(customer_id=customer).id
    ref = services.register(cast.viewer("lin"), Registration(**fields), now=now)
    hear([ref], now)
    return ref


def hear(refs: Sequence[TicketRef], now: datetime) -> None:
    """Let the worker hear of tickets twice."""
    for ref in refs:
        for _again in range(2):
            handlers.on_arrival(typed(Event, SimpleNamespace(subject_id=ref.id)), now)


def prepare(now: datetime) -> None:
    """Load what an outage needs: people, limits and topics."""
    cast.people()
    sla.load_shipped(now)
    knowing.load_topics(now=now - timedelta(days=400))


def linked() -> list[str]:
    """Return the numbers of the tickets that belong to an outage now."""
    rows = OutageLink.objects.filter(left_at=None).exclude(ticket=None)
    return sorted(rows.values_list("ticket__number", flat=True))


def told(name: str) -> dict[str, str]:
    """Return how each customer was told in a round."""
    return dict(OutageText.objects.filter(round=name).values_list("who", "state"))


def run(now: datetime) -> None:
    """Let the worker do what was asked for."""
    while worker.run_job(now):
        pass
