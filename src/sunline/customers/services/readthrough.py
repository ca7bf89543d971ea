"""Getting to know a customer from the billing system when the number is new to us."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.db import IntegrityError, transaction

from sunline.kernel.types import SYSTEM

from .. import rules
from ..errors import AlreadyKnown, BssUnavailable, NumberTaken
from ..models import Customer
from ..ports import BssSubscriber, bss
from ..reading import holder_of
from ..types import NewAccount, NewCustomer, NewSubscriber, SubscriberHit
from .places import Places
from .register import add_numbers, collision, register_many


def read_through(number: str, *, now: datetime) -> SubscriberHit | None:
    """Return whose service number this is, asking the billing system when we do not know it.

    What it answers is kept as our record. Call it outside a transaction: the billing system may be
    slow. Raises BssUnavailable when the number is unknown to us and nobody can be asked.
    """
    known = holder_of(number)
    if known is not None and known.status != "closed":
        return known
    plain = rules.normal_number(number)
    if not rules.is_number(plain):
        return known
    try:
        found = bss().subscriber(plain)
    except BssUnavailable:
        if known is not None:
            return known
        raise
    if found is None or found.status == "closed":
        return known
    with suppress(AlreadyKnown, NumberTaken):  # somebody else read it at the same moment
        _keep(found, now)
    return holder_of(number)


def _keep(found: BssSubscriber, now: datetime) -> None:
    """Write what the billing system told as our record."""
    line = NewSubscriber(
        number=found.number,
        service=found.service,
        status=found.status,
        status_reason=found.status_reason,
        joined_on=found.joined_on,
        external_id=found.external_id,
        holdings=found.holdings,
    )
    try:
        with transaction.atomic():
            held = (
                Customer.objects.select_for_update()
                .filter(external_id=found.customer_external_id)
                .first()
            )
            if held is not None:
                add_numbers(held.id, [line], actor=SYSTEM, now=now)
            else:
                register_many([_customer(found, line)], now=now, source="bss", deliver=True)
    except IntegrityError as error:
        raise collision(error) from error


def _customer(found: BssSubscriber, line: NewSubscriber) -> NewCustomer:
    """Return the customer to register; raise BssUnavailable when no unit can be their home."""
    places = Places()
    home = places.home(found.region_code)
    if home is None:
        raise BssUnavailable
    return NewCustomer(
        name=found.customer_name,
        home_unit_id=home,
        kind=found.customer_kind,
        birth_date=found.birth_date,
        tier=found.tier,
        region_code=found.region_code if places.knows(found.region_code) else "",
        rural=found.rural,
        external_id=found.customer_external_id,
        accounts=(
            NewAccount(
                payment=found.payment,
                bill_day=found.bill_day,
                external_id=found.account_external_id,
                subscribers=(line,),
            ),
        ),
    )
