"""Registering customers: one by a person, or thousands at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import IntegrityError, transaction

from sunline.kernel import log
from sunline.kernel.errors import Conflict, Invalid, NotFound, Problem
from sunline.kernel.loading import load
from sunline.kernel.types import SYSTEM, Actor, Subject
from sunline.staff.queries import unit_tree
from sunline.staff.types import Viewer

from .. import rules
from ..errors import UNKNOWN_REGION, UNKNOWN_UNIT, AlreadyKnown, NumberTaken
from ..events import CustomerRegistered, SubscriberAdded
from ..models import BillingAccount, Customer, Region
from ..permissions import REGISTER
from ..reading import visible
from ..types import CustomerRef, NewAccount, NewCustomer, NewSubscriber
from .building import Batch

CHUNK = 1000


def register_customer(viewer: Viewer, new: NewCustomer, *, now: datetime) -> CustomerRef:
    """Register one customer with accounts, service numbers and contact points.

    Raises Refused outside the viewer's units, Invalid naming each field, NumberTaken or
    AlreadyKnown.
    """
    unit = unit_tree().get(new.home_unit_id)
    if unit is None:
        raise Invalid([Problem("home_unit_id", "unknown_choice", UNKNOWN_UNIT)])
    viewer.require(REGISTER.code, unit.path)
    problems = rules.problems_of(new)
    if new.region_code and not Region.objects.filter(code=new.region_code).exists():
        problems.append(Problem("region_code", "unknown_choice", UNKNOWN_REGION))
    if problems:
        raise Invalid(problems)
    return register_many([new], now=now, actor=viewer.actor, source="desk", deliver=True)[0]


def register_many(
    customers: Iterable[NewCustomer],
    *,
    now: datetime,
    actor: Actor = SYSTEM,
    source: str = "seed",
    deliver: bool = False,
) -> list[CustomerRef]:
    """Register customers in multi-row statements, all or none, and return them in their order.

    They are taken as checked (`rules.problems_of`). Raises NumberTaken or AlreadyKnown when
    one collides with what is there.
    """
    found: list[CustomerRef] = []
    waiting = iter(customers)
    try:
        with transaction.atomic():
            while chunk := list(islice(waiting, CHUNK)):
                written = Batch(chunk, now).write()
                facts = [
                    log.Entry(
                        Subject("customer", ref.id),
                        1,
                        CustomerRegistered(ref.id, source),
                        actor,
                        now,
                    )
                    for ref in written
                ]
                if deliver:
                    log.record_all(facts)
                else:
                    load([log.event_row(fact) for fact in facts])
                found += written
    except IntegrityError as error:
        raise collision(error) from error
    return found


def add_subscriber(viewer: Viewer, customer_id: UUID, new: NewSubscriber, *, now: datetime) -> UUID:
    """Add a service number to a customer's first billing account and return the subscriber's id.

    Raises NotFound, Refused, Invalid or NumberTaken.
    """
    problems = rules.subscriber_problems(new, "")
    if problems:
        raise Invalid(problems)
    try:
        with transaction.atomic():
            customer = locked(viewer, customer_id)
            viewer.require(REGISTER.code, customer.home_unit.path)
            return add_numbers(customer.id, [new], actor=viewer.actor, now=now)[0]
    except IntegrityError as error:
        raise collision(error) from error


def add_numbers(
    customer_id: UUID, lines: Iterable[NewSubscriber], *, actor: Actor, now: datetime
) -> list[UUID]:
    """Write service numbers of a customer whose row the caller holds, each with its fact."""
    account = BillingAccount.objects.filter(customer_id=customer_id).order_by("id").first()
    batch = Batch([], now)
    account_id = account.id if account else batch.add_account(customer_id, NewAccount())
    added = [batch.add_subscriber(account_id, customer_id, line) for line in lines]
    batch.write()
    for subscriber_id in added:
        log.record(
            SubscriberAdded(customer_id, subscriber_id),
            subject=Subject("customer", customer_id),
            actor=actor,
            now=now,
        )
    return added


def locked(viewer: Viewer, customer_id: UUID) -> Customer:
    """Return the row of a customer the viewer may see, held until the transaction ends."""
    if not visible(viewer).filter(id=customer_id).exists():
        raise NotFound
    return (
        Customer.objects.select_for_update(of=("self",))
        .select_related("home_unit")
        .get(id=customer_id)
    )


def collision(error: IntegrityError) -> Conflict:
    """Return the refusal that tells what a violated constraint means."""
    reason = str(error)
    if "number_in_use" in reason or "number_index" in reason:
        return NumberTaken()
    return AlreadyKnown()
