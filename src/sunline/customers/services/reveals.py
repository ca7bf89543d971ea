"""Showing a masked value in full, with the reason written down."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from sunline.kernel.errors import Invalid, NotFound, unknown_choice
from sunline.kernel.log import record
from sunline.kernel.types import Subject
from sunline.staff.types import Viewer

from .. import rules
from ..events import ValueRevealed
from ..models import ContactPoint, Customer, Reveal, Subscriber
from ..permissions import REVEAL
from .register import locked


def reveal(
    viewer: Viewer,
    customer_id: UUID,
    field: str,
    purpose: str,
    *,
    now: datetime,
    through: Subject | None = None,
) -> str:
    """Return one value in full and write down to whom it was shown and why.

    `field` is name, identity, number:ID of a subscriber, or contact:ID of a contact point.
    `through` names the ticket or interaction that lets the viewer work for this customer; the
    caller has checked it. Without it the customer must lie in the viewer's units. Raises NotFound,
    Refused, or Invalid for a missing purpose.
    """
    problems = rules.text_problems("purpose", purpose, 128, needed=True)
    if problems:
        raise Invalid(problems)
    with transaction.atomic():
        customer = _held(viewer, customer_id, through)
        value = _value(customer, field)
        row = Reveal.objects.create(
            customer_id=customer.id,
            field=field,
            purpose=purpose.strip(),
            through=through.id if through else None,
            actor_id=viewer.actor.id,
            actor_label=viewer.actor.label,
            at=now,
        )
        record(
            ValueRevealed(customer.id, field.partition(":")[0], row.id),
            subject=Subject("customer", customer.id),
            actor=viewer.actor,
            now=now,
        )
    return value


def note_shown(
    viewer: Viewer,
    customer_id: UUID,
    what: str,
    purpose: str,
    *,
    now: datetime,
    through: Subject,
) -> None:
    """Write down that details of a customer were shown; once for a person, matter and purpose.

    `through` names the ticket that lets the viewer work for the customer; the caller has checked
    it, and that the viewer may see such details.
    """
    told = {"customer_id": customer_id, "field": what[:64], "actor_id": viewer.actor.id}
    if Reveal.objects.filter(**told, purpose=purpose, through=through.id).exists():
        return
    with transaction.atomic():
        row = Reveal.objects.create(
            **told,
            purpose=purpose,
            through=through.id,
            actor_label=viewer.actor.label,
            at=now,
        )
        record(
            ValueRevealed(customer_id, what.partition(":")[0], row.id),
            subject=Subject("customer", customer_id),
            actor=viewer.actor,
            now=now,
        )


def _held(viewer: Viewer, customer_id: UUID, through: Subject | None) -> Customer:
    """Return the locked row of a customer whose values the viewer may see in full."""
    if through is not None:
        viewer.require(REVEAL.code)
        row = Customer.objects.select_for_update().filter(id=customer_id).first()
        if row is None:
            raise NotFound
        return row
    row = locked(viewer, customer_id)
    viewer.require(REVEAL.code, row.home_unit.path)
    return row


def _value(customer: Customer, field: str) -> str:
    """Return the value in full; raise Invalid for no field of ours, NotFound for a strange id."""
    kind, _, key = field.partition(":")
    if field == "name":
        return str(customer.party.name)
    if field == "identity":
        return str(customer.party.identity_number)
    if kind not in {"number", "contact"}:
        raise Invalid([unknown_choice("field")])
    try:
        wanted = UUID(key)
    except ValueError as error:
        raise Invalid([unknown_choice("field")]) from error
    if kind == "number":
        line = Subscriber.objects.filter(id=wanted, customer_id=customer.id).first()
        found = line.number if line else None
    else:
        point = ContactPoint.objects.filter(id=wanted, customer_id=customer.id).first()
        found = point.value if point else None
    if found is None:
        raise NotFound
    return str(found)
