"""The rows of new customers, gathered and written in few statements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sunline.kernel.crypto import blind_index
from sunline.kernel.ids import local_day, new_id, numbers
from sunline.kernel.loading import load
from sunline.kernel.pinyin import initials

from .. import rules
from ..models import (
    BillingAccount,
    ContactPoint,
    Customer,
    Grade,
    Holding,
    Party,
    Subscriber,
)
from ..reading import IDENTITY, IDENTITY4, PHONE, PHONE4
from ..types import CustomerRef, NewAccount, NewContact, NewCustomer, NewSubscriber


class Batch:
    """Rows of new customers in the order in which their foreign keys demand them."""

    def __init__(self, customers: Sequence[NewCustomer], now: datetime) -> None:
        self.now = now
        self.today = local_day(now)
        self.parties: list[Party] = []
        self.customers: list[Customer] = []
        self.grades: list[Grade] = []
        self.accounts: list[BillingAccount] = []
        self.subscribers: list[Subscriber] = []
        self.holdings: list[Holding] = []
        self.contacts: list[ContactPoint] = []
        for new in customers:
            self.add_customer(new)

    def write(self) -> list[CustomerRef]:
        """Write all rows, giving numbers to those without, and return the customers."""
        self._number(self.customers, "C")
        self._number(self.accounts, "A")
        load(self.parties)
        load(self.customers)
        load(self.grades)
        load(self.accounts)
        load(self.subscribers)
        load(self.holdings)
        load(self.contacts)
        return [CustomerRef(row.id, row.number) for row in self.customers]

    def add_customer(self, new: NewCustomer) -> None:
        """Gather the rows of one customer."""
        party = party_row(new)
        customer = Customer(
            id=new.id or new_id(),
            number=new.number,
            party=party,
            group=new.group,
            tier=new.tier,
            home_unit_id=new.home_unit_id,
            region_id=new.region_code or None,
            rural=new.rural,
            fragile=rules.care_mark(new.fragile, new.birth_date, self.today),
            since=new.since or first_day(new) or self.today,
            status=new.status,
            external_id=new.external_id,
            created_at=self.now,
            updated_at=self.now,
        )
        self.parties.append(party)
        self.customers.append(customer)
        if new.tier != "ordinary":
            self.grades.append(
                Grade(customer_id=customer.id, value=new.tier, since=self.now, by_label="system")
            )
        for account in new.accounts:
            account_id = self.add_account(customer.id, account)
            for line in account.subscribers:
                self.add_subscriber(account_id, customer.id, line)
        self.contacts += [contact_row(customer.id, contact) for contact in new.contacts]

    def add_account(self, customer_id: UUID, new: NewAccount) -> UUID:
        """Gather the row of a billing account and return its id."""
        row = BillingAccount(
            number=new.number,
            customer_id=customer_id,
            payment=new.payment,
            bill_day=new.bill_day,
            external_id=new.external_id,
        )
        self.accounts.append(row)
        return row.id

    def add_subscriber(self, account_id: UUID, customer_id: UUID, new: NewSubscriber) -> UUID:
        """Gather the rows of a service number with its products and return its id."""
        number = rules.normal_number(new.number)
        row = Subscriber(
            account_id=account_id,
            customer_id=customer_id,
            service=new.service,
            number=number,
            number_index=blind_index(number, PHONE),
            last4_index=blind_index(rules.last_four(number), PHONE4),
            status=new.status,
            status_reason=new.status_reason,
            status_since=new.status_since,
            joined_on=new.joined_on or self.today,
            external_id=new.external_id,
        )
        self.subscribers.append(row)
        self.holdings += [
            Holding(
                subscriber_id=row.id,
                product_code=item.code,
                product_name=item.name,
                kind=item.kind,
                monthly_fee=item.monthly_fee,
                since=item.since or self.now,
                until=item.until,
            )
            for item in new.holdings
        ]
        return row.id

    def _number(self, made: Sequence[Customer] | Sequence[BillingAccount], prefix: str) -> None:
        lacking = [row for row in made if not row.number]
        if lacking:
            given = numbers(prefix, self.now, len(lacking))
            for row, number in zip(lacking, given, strict=True):
                row.number = number


def party_row(new: NewCustomer) -> Party:
    """Return the unsaved party of a new customer."""
    identity = rules.normal_identity(new.identity_number)
    name = " ".join(new.name.split())
    return Party(
        kind=new.kind,
        name=name,
        name_pinyin=initials(name, name=new.kind == "individual"),
        identity_kind=new.identity_kind,
        identity_number=identity,
        identity_index=blind_index(identity, IDENTITY),
        identity_last4_index=blind_index(rules.last_four(identity), IDENTITY4),
        birth_date=new.birth_date,
        gender=new.gender,
    )


def contact_row(customer_id: UUID, new: NewContact) -> ContactPoint:
    """Return an unsaved contact point."""
    value = rules.normal_value(new.kind, new.value)
    last4 = rules.last_four(value) if new.kind == "phone" else ""
    return ContactPoint(
        customer_id=customer_id,
        kind=new.kind,
        value=value,
        value_index=blind_index(value, new.kind),
        last4_index=blind_index(last4, PHONE4),
        preferred=new.preferred,
        verified_at=new.verified_at,
    )


def first_day(new: NewCustomer) -> date | None:
    """Return the day the first of the customer's service numbers came to us."""
    days = [
        line.joined_on for account in new.accounts for line in account.subscribers if line.joined_on
    ]
    return min(days, default=None)
