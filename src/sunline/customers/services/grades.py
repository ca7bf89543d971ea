"""Grading customers: their tier, value and risk of leaving, each as dated facts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from sunline.kernel.errors import Invalid, unknown_choice
from sunline.kernel.log import record
from sunline.kernel.types import Subject
from sunline.staff.types import Viewer

from .. import rules
from ..events import CustomerGraded
from ..models import Grade
from ..permissions import GRADE
from ..types import GRADE_KINDS, TIERS
from .register import locked


def grade(
    viewer: Viewer,
    customer_id: UUID,
    value: str,
    *,
    kind: str = "tier",
    reason: str = "",
    now: datetime,
) -> None:
    """Give a customer a grade, ending the one before; the same grade again changes nothing.

    Raises NotFound, Refused or Invalid.
    """
    problems = rules.text_problems("value", value, 32, needed=True)
    problems += rules.text_problems("reason", reason, 128)
    problems += rules.choice_problems("kind", kind, GRADE_KINDS)
    if kind == "tier" and value not in TIERS:
        problems.append(unknown_choice("value"))
    if problems:
        raise Invalid(problems)
    with transaction.atomic():
        customer = locked(viewer, customer_id)
        viewer.require(GRADE.code, customer.home_unit.path)
        current = Grade.objects.filter(customer_id=customer.id, kind=kind, until=None)
        held = current.first()
        before = held.value if held else customer.tier if kind == "tier" else ""
        if before == value:
            return
        current.update(until=now)
        Grade.objects.create(
            customer_id=customer.id,
            kind=kind,
            value=value,
            reason=reason,
            since=now,
            by_id=viewer.actor.id,
            by_label=viewer.actor.label,
        )
        if kind == "tier":
            customer.tier, customer.updated_at = value, now
            customer.save(update_fields=["tier", "updated_at"])
        record(
            CustomerGraded(customer.id, kind, value, before),
            subject=Subject("customer", customer.id),
            actor=viewer.actor,
            now=now,
        )
