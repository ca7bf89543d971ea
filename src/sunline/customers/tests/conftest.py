"""The customers of the cast."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from sunline.customers import services
from sunline.customers.types import (
    CustomerRef,
    NewAccount,
    NewContact,
    NewCustomer,
    NewHolding,
    NewSubscriber,
)
from sunline.staff.types import system_viewer
from sunline.testing import cast

CHEN = "19900000001"
HE = "19900000002"


@pytest.fixture
def chen(org: cast.Organisation, now: datetime) -> CustomerRef:
    """Return 陈女士, a gold customer of Guangzhou."""
    services.load_regions()
    new = NewCustomer(
        name="陈晓梅",
        home_unit_id=org["gz"].id,
        identity_kind="resident",
        identity_number="440106198503071239",
        birth_date=date(1985, 3, 7),
        tier="gold",
        region_code="440106",
        external_id="X-CHEN",
        accounts=(
            NewAccount(
                subscribers=(
                    NewSubscriber(
                        CHEN, holdings=(NewHolding("P99", "畅享 99", monthly_fee=Decimal(99)),)
                    ),
                )
            ),
        ),
        contacts=(
            NewContact("email", "chen@customer.example", verified_at=now),
            NewContact("phone", "19900000011", preferred=True),
        ),
    )
    return services.register_customer(system_viewer(), new, now=now)


@pytest.fixture
def he(org: cast.Organisation, now: datetime) -> CustomerRef:
    """Return 何大爷, an elderly customer of Nanjing's countryside."""
    services.load_regions()
    new = NewCustomer(
        name="何国栋",
        home_unit_id=org["nj"].id,
        birth_date=date(1948, 1, 2),
        region_code="320118",
        rural=True,
        accounts=(NewAccount(subscribers=(NewSubscriber(HE),)),),
    )
    return services.register_customer(system_viewer(), new, now=now)
