"""What customers agree to and refuse."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from sunline.kernel.errors import Invalid, unknown_choice
from sunline.kernel.log import record
from sunline.kernel.types import Actor, Subject
from sunline.staff.types import Viewer

from .. import rules
from ..events import ConsentRecorded
from ..models import Consent
from ..permissions import REGISTER
from ..types import CONSENT_PURPOSES
from .register import locked


def record_consent(
    viewer: Viewer,
    customer_id: UUID,
    *,
    purpose: str,
    granted: bool,
    channel: str = "",
    notice_version: str = "",
    now: datetime,
) -> UUID:
    """Record what a customer agreed to or refused, ending what held before.

    Customers may do so themselves. Raises NotFound, Refused or Invalid.
    """
    problems = rules.text_problems("channel", channel, 16)
    problems += rules.text_problems("notice_version", notice_version, 16)
    if purpose not in CONSENT_PURPOSES:
        problems.append(unknown_choice("purpose"))
    if problems:
        raise Invalid(problems)
    with transaction.atomic():
        customer = locked(viewer, customer_id)
        if viewer.actor.kind != Actor.SUBSCRIBER:
            viewer.require(REGISTER.code, customer.home_unit.path)
        Consent.objects.filter(customer_id=customer.id, purpose=purpose, until=None).update(
            until=now
        )
        row = Consent.objects.create(
            customer_id=customer.id,
            purpose=purpose,
            granted=granted,
            channel=channel,
            notice_version=notice_version,
            since=now,
        )
        record(
            ConsentRecorded(customer.id, purpose, granted),
            subject=Subject("customer", customer.id),
            actor=viewer.actor,
            now=now,
        )
    return row.id
