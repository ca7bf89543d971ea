"""Browsers of the cast, and a few tickets to look at."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from sunline.customers import services as customers
from sunline.customers.types import CustomerRef, NewAccount, NewContact, NewCustomer, NewSubscriber
from sunline.kernel import clock
from sunline.staff.types import system_viewer
from sunline.testing import cast
from sunline.tickets import services
from sunline.tickets.types import Registration, TicketRef

PHONE = "19900001234"


def signed_in(client: Client, key: str) -> Client:
    """Sign a browser in as one of the cast, as the sign-in page would."""
    client.force_login(cast.person(key))
    session = client.session
    session["signed_in_at"] = session["seen_at"] = clock.now().isoformat()
    session.save()
    return client


@pytest.fixture
def browser(db: None) -> Callable[[str], Client]:
    """Return browsers in which one of the cast is signed in."""
    return lambda key: signed_in(Client(), key)


@pytest.fixture
def customer(org: cast.Organisation) -> CustomerRef:
    """Return a gold customer of Guangzhou with one mobile number."""
    return customers.register_customer(
        system_viewer(),
        NewCustomer(
            name="陈美玲",
            home_unit_id=org["gz"].id,
            identity_kind="id_card",
            identity_number="440101199003072345",
            tier="gold",
            accounts=(NewAccount(subscribers=(NewSubscriber(number=PHONE),)),),
            contacts=(NewContact("phone", PHONE, preferred=True),),
        ),
        now=clock.now(),
    )


@pytest.fixture
def ticket(org: cast.Organisation, customer: CustomerRef) -> TicketRef:
    """Return a fresh complaint of that customer."""
    return services.register(
        system_viewer(),
        Registration(
            kind="complaint",
            title="宽带晚上很慢",
            description="每天晚上八点以后看视频一直卡。",
            channel="phone",
            home_unit_id=org["gz"].id,
            customer_id=customer.id,
            contact=PHONE,
            tier="gold",
        ),
        now=clock.now(),
    )
