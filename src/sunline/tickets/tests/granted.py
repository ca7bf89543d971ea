"""What the tests of grants and approvals share."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sunline.customers import services as customers
from sunline.customers.types import NewCustomer
from sunline.kernel.policies import Policy, publish
from sunline.kernel.types import SYSTEM
from sunline.staff.types import Viewer, system_viewer
from sunline.testing import cast

from .. import services
from ..models import Approval, Grant
from ..types import Registration, TicketRef


def ticket_of(
    see: Viewer, org: cast.Organisation, now: datetime, customer_id: Any = None, home: str = "gz"
) -> TicketRef:
    """Return a new complaint of a unit's customer."""
    return services.register(
        see,
        Registration(
            kind="complaint",
            title="话费多收",
            description="本月多扣了三十元。",
            channel="phone",
            home_unit_id=org[home].id,
            customer_id=customer_id,
            contact="19900000001",
        ),
        now=now,
    )


def give(see: Viewer, ticket: TicketRef, amount: object, now: datetime, **fields: Any) -> Grant:
    """Grant, or ask for, an amount of goodwill credit and return the row."""
    fields = {"action": "goodwill_credit", **fields}
    yuan = None if amount is None else Decimal(str(amount))
    services.grant(see, ticket.id, amount=yuan, now=now, **fields)
    return Grant.objects.filter(ticket_id=ticket.id).order_by("-id")[0]


def approval_of(row: Grant) -> Approval:
    return Approval.objects.get(subject_id=row.id)


def set_policy(policy: Policy[Any], value: object, now: datetime) -> None:
    publish(policy, value, since=now, actor=SYSTEM, now=now)


def customer_of(org: cast.Organisation, now: datetime, tier: str = "ordinary") -> UUID:
    new = NewCustomer(name="周先生", home_unit_id=org["gz"].id, tier=tier)
    return customers.register_customer(system_viewer(), new, now=now).id
