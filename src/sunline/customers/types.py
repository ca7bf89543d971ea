"""What callers see of customers, and what they hand in to register one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

TIERS = ("ordinary", "honoured", "silver", "gold", "diamond")
STATUSES = ("active", "one_way", "two_way", "kept", "arrears", "fraud", "closed")
SERVICES = ("mobile", "fixed", "broadband", "tv", "iot", "leased_line")
KINDS = ("individual", "organization")
GROUPS = ("public", "business", "key", "floating")
FRAGILE = ("", "senior", "disabled", "minor", "other")
CONTACT_KINDS = ("phone", "email", "wechat", "address")
GRADE_KINDS = ("tier", "value", "churn")
CONSENT_PURPOSES = ("service", "marketing", "survey", "recording")


@dataclass(frozen=True, slots=True)
class SubscriberHit:
    """Who a service number or an address belongs to, as far as rules need to know."""

    subscriber_id: UUID | None
    customer_id: UUID
    home_unit_id: UUID
    tier: str
    rural: bool
    fragile: str
    status: str = ""


@dataclass(frozen=True, slots=True)
class CustomerHit:
    """One line of a look-up, masked."""

    id: UUID
    number: str
    name: str
    tier: str
    home_unit_id: UUID
    numbers: tuple[str, ...]
    phones: tuple[str, ...]
    matched: str


@dataclass(frozen=True, slots=True)
class HoldingView:
    """A product in use on a service number."""

    code: str
    name: str
    kind: str
    monthly_fee: Decimal
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class SubscriberView:
    """A service number with its state, masked."""

    id: UUID
    service: str
    number: str
    status: str
    status_reason: str
    status_since: datetime | None
    joined_on: date | None
    holdings: tuple[HoldingView, ...]


@dataclass(frozen=True, slots=True)
class SubscriberLine:
    """A service number by itself, masked."""

    id: UUID
    service: str
    number: str
    status: str


@dataclass(frozen=True, slots=True)
class AccountView:
    """A billing account with the service numbers it pays for."""

    id: UUID
    number: str
    payment: str
    bill_day: int
    subscribers: tuple[SubscriberView, ...]


@dataclass(frozen=True, slots=True)
class ContactView:
    """A contact point, masked."""

    id: UUID
    kind: str
    value: str
    preferred: bool
    verified_at: datetime | None


@dataclass(frozen=True, slots=True)
class ConsentView:
    """A consent or refusal that holds now."""

    purpose: str
    granted: bool
    since: datetime
    channel: str


@dataclass(frozen=True, slots=True)
class RegionView:
    """A region of up to three levels, from the province down."""

    code: str
    names: tuple[str, ...]
    names_en: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CustomerView:
    """A customer with accounts, service numbers and products (三户), masked."""

    id: UUID
    number: str
    kind: str
    name: str
    identity_kind: str
    identity: str
    group: str
    tier: str
    home_unit_id: UUID
    home_unit_path: str
    region: RegionView | None
    rural: bool
    fragile: str
    since: date | None
    status: str
    external_id: str
    accounts: tuple[AccountView, ...]
    contacts: tuple[ContactView, ...]
    consents: tuple[ConsentView, ...]


@dataclass(frozen=True, slots=True)
class CustomerRef:
    """A customer that was registered."""

    id: UUID
    number: str


@dataclass(frozen=True, slots=True)
class NewHolding:
    """A product to register."""

    code: str
    name: str
    kind: str = "plan"
    monthly_fee: Decimal = Decimal(0)
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewSubscriber:
    """A service number to register."""

    number: str
    service: str = "mobile"
    status: str = "active"
    status_reason: str = ""
    status_since: datetime | None = None
    joined_on: date | None = None
    external_id: str = ""
    holdings: tuple[NewHolding, ...] = ()


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A billing account to register; without a number it is given one."""

    number: str = ""
    payment: str = "postpaid"
    bill_day: int = 1
    external_id: str = ""
    subscribers: tuple[NewSubscriber, ...] = ()


@dataclass(frozen=True, slots=True)
class NewContact:
    """A contact point to register."""

    kind: str
    value: str
    preferred: bool = False
    verified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """A customer to register; without a number it is given one.

    `id` may be chosen by the caller so that rows made together can refer to each other.
    """

    name: str
    home_unit_id: UUID
    kind: str = "individual"
    identity_kind: str = ""
    identity_number: str = ""
    birth_date: date | None = None
    gender: str = ""
    group: str = "public"
    tier: str = "ordinary"
    region_code: str = ""
    rural: bool = False
    fragile: str = ""
    since: date | None = None
    status: str = "active"
    external_id: str = ""
    number: str = ""
    accounts: tuple[NewAccount, ...] = ()
    contacts: tuple[NewContact, ...] = ()
    id: UUID | None = None
