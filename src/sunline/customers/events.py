"""What happens to customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from sunline.kernel.facts import Fact


@dataclass(frozen=True, slots=True)
class CustomerRegistered(Fact):
    """A customer became known to us; `source` is desk, import, bss or seed."""

    KIND: ClassVar[str] = "customer.registered@1"
    customer_id: UUID
    source: str = ""


@dataclass(frozen=True, slots=True)
class CustomerGraded(Fact):
    """A customer was given a grade."""

    KIND: ClassVar[str] = "customer.graded@1"
    customer_id: UUID
    grade: str
    value: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class ManagerSet(Fact):
    """A customer was given an account manager, or none."""

    KIND: ClassVar[str] = "customer.manager_set@1"
    customer_id: UUID
    account_id: UUID | None = None
    was: UUID | None = None


@dataclass(frozen=True, slots=True)
class ConsentRecorded(Fact):
    """A customer agreed to a purpose or refused it."""

    KIND: ClassVar[str] = "customer.consent_recorded@1"
    customer_id: UUID
    purpose: str
    granted: bool


@dataclass(frozen=True, slots=True)
class ValueRevealed(Fact):
    """A masked value was shown in full; the stated purpose stands in the Reveal row."""

    KIND: ClassVar[str] = "customer.value_revealed@1"
    customer_id: UUID
    field: str
    reveal_id: UUID


@dataclass(frozen=True, slots=True)
class LookedUp(Fact):
    """Customers were looked up by last four digits; `found` are those that were shown."""

    KIND: ClassVar[str] = "customer.looked_up@1"
    by: str
    found: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class SubscriberAdded(Fact):
    """A service number came to a customer we knew."""

    KIND: ClassVar[str] = "customer.subscriber_added@1"
    customer_id: UUID
    subscriber_id: UUID


@dataclass(frozen=True, slots=True)
class ImportAsked(Fact):
    """A person asked for a file of customers to be imported."""

    KIND: ClassVar[str] = "customer.import_asked@1"
    job_id: UUID
    dry_run: bool
