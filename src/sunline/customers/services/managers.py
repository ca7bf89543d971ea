"""Who looks after a customer as their account manager."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from sunline.kernel.errors import Invalid, unknown_choice
from sunline.kernel.log import record
from sunline.kernel.types import Subject
from sunline.staff.queries import active_account
from sunline.staff.types import Viewer

from ..events import ManagerSet
from ..permissions import GRADE
from .register import locked


def set_manager(
    viewer: Viewer, customer_id: UUID, account_id: UUID | None, *, now: datetime
) -> None:
    """Name a customer's account manager, None for nobody; raises NotFound, Refused or Invalid."""
    if account_id is not None and active_account(account_id) is None:
        raise Invalid([unknown_choice("account_id")])
    with transaction.atomic():
        customer = locked(viewer, customer_id)
        viewer.require(GRADE.code, customer.home_unit.path)
        if customer.manager_id == account_id:
            return
        was, customer.manager_id, customer.updated_at = customer.manager_id, account_id, now
        customer.save(update_fields=["manager", "updated_at"])
        record(
            ManagerSet(customer.id, account_id, was),
            subject=Subject("customer", customer.id),
            actor=viewer.actor,
            now=now,
        )
