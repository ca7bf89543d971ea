"""What an outsourced person (外包) may see: their own queue's tickets, masked, and nothing else.

The sweep asks every address of the screens that the role may open, with the ids of rows that are
not the vendor's, and reads what comes back.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client

from sunline.customers import services as customers
from sunline.customers.types import CustomerRef, NewAccount, NewContact, NewCustomer, NewSubscriber
from sunline.kernel import clock
from sunline.quality import services as quality
from sunline.staff import queries as staff
from sunline.staff import rules
from sunline.staff.models import Account, RoleGrant, RolePermission
from sunline.staff.types import system_viewer
from sunline.testing import cast
from sunline.tickets import queries, services
from sunline.tickets.types import Registration, TicketRef, WorkFilter

from .conftest import PHONE
from .test_permissions import PATTERNS
from .who_may import POST, TABLE

Browser = Callable[[str], Client]
VENDOR = "xu_vendor"
OTHER_PHONE, OTHER_NAME, OTHER_TITLE = "19900005678", "欧阳明月", "不可外传的宽带纠纷"
SECRETS = (OTHER_PHONE, OTHER_NAME, OTHER_TITLE)
UNMASKED = ("陈美玲", PHONE, "440101199003072345")


@pytest.fixture
def other_customer(org: cast.Organisation) -> CustomerRef:
    return customers.register_customer(
        system_viewer(),
        NewCustomer(
            name=OTHER_NAME,
            home_unit_id=org["gz"].id,
            accounts=(NewAccount(subscribers=(NewSubscriber(number=OTHER_PHONE),)),),
            contacts=(NewContact("phone", OTHER_PHONE, preferred=True),),
        ),
        now=clock.now(),
    )


def registered(
    org: cast.Organisation, customer: CustomerRef, unit: str, title: str, contact: str
) -> TicketRef:
    made = services.register(
        system_viewer(),
        Registration(
            kind="complaint", title=title, description=title, channel="phone",
            home_unit_id=org["gz"].id, customer_id=customer.id, contact=contact,
        ),
        now=clock.now(),
    )  # fmt: skip
    services.dispatch(system_viewer(), made.id, unit_id=org[unit].id, now=clock.now())
    services.renew_by_rule(made.id, now=clock.now())
    quality.owe(made.id, "reopened", now=clock.now())
    return made


@pytest.fixture
def own(org: cast.Organisation, customer: CustomerRef) -> TicketRef:
    cast.people()
    return registered(org, customer, "gz-out", "套餐外呼咨询", PHONE)


@pytest.fixture
def other(org: cast.Organisation, other_customer: CustomerRef) -> TicketRef:
    cast.people()
    return registered(org, other_customer, "gz-net", OTHER_TITLE, OTHER_PHONE)


def address(name: str, ticket: TicketRef, customer: UUID) -> str:
    """Return the path of an address with ids of somebody else's rows."""
    route = str(PATTERNS[name].pattern)
    route = route.replace("<uuid:customer_id>", str(customer))
    route = re.sub(r"<uuid:\w+>", str(ticket.id), route)
    return "/" + re.sub(r"<str:\w+>", ticket.number, route)


def test_no_page_shows_a_vendor_somebody_else_s_work(
    browser: Browser, own: TicketRef, other: TicketRef, other_customer: CustomerRef
) -> None:
    client, leaks, opened = browser(VENDOR), [], 0
    for name, (_wanted, method) in TABLE.items():
        if method == POST or name.startswith("portal"):
            continue
        path = address(name, other, other_customer.id)
        for typed in ("", OTHER_PHONE, OTHER_NAME):
            answer = client.get(path, {"q": typed, "view": "all"} if typed else {})
            text = b"".join(answer).decode(errors="replace")
            opened += answer.status_code == 200
            # A search says what was looked for; everything else about the other is a leak.
            wanted = [one for one in (*SECRETS, other.number) if one != typed]
            if answer.status_code == 200 and (found := [one for one in wanted if one in text]):
                leaks.append(f"{path} {typed}: {found}")
    assert leaks == []
    assert opened > 20


def test_a_vendor_sees_the_own_queue_masked(
    browser: Browser, own: TicketRef, other: TicketRef
) -> None:
    client = browser(VENDOR)
    listed = client.get("/tickets?view=all").content.decode()
    assert own.number in listed
    page = client.get(f"/tickets/{own.number}")
    assert page.status_code == 200
    found = queries.work_list(cast.viewer(VENDOR), WorkFilter(view="all"), now=clock.now())
    assert [row.number for row in found.items] == [own.number]
    for text in (listed, page.content.decode()):
        assert [one for one in UNMASKED if one in text] == []
    assert "陈" in page.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/figures",
        "/figures?format=csv",
        "/reviews",
        "/weekly",
        "/revisits",
        "/shifts",
        "/bulletins",
        "/manage/people",
        "/manage/imports",
        "/manage/log",
        "/manage/queues",
    ],
)
def test_figures_exports_and_people_are_closed_to_vendors(
    browser: Browser, org: cast.Organisation, path: str
) -> None:
    assert browser(VENDOR).get(path).status_code == 403


def test_a_vendor_reveals_nothing_and_acts_on_nothing_else(
    browser: Browser, own: TicketRef, other: TicketRef, customer: CustomerRef
) -> None:
    client = browser(VENDOR)
    assert client.post(f"/customers/{customer.id}/reveal", {"field": "name"}).status_code == 403
    assert client.post(f"/tickets/{other.number}/note", {"text": "x"}).status_code == 404
    assert client.get(f"/tickets/{other.number}").status_code == 404


def test_neither_the_matrix_nor_an_old_grant_opens_more_to_a_vendor(
    org: cast.Organisation, own: TicketRef, other: TicketRef
) -> None:
    """A cell an administrator sets for the role, or a grant from before, stays without effect."""
    account = Account.objects.get(staff_no="W0001")
    role = RoleGrant.objects.get(account=account).role
    for code in ("customers.reveal", "tickets.export", "insight.view"):
        RolePermission.objects.create(role=role, permission=code, held=True)
    grant = RoleGrant.objects.get(account=cast.person("zhao"))
    RoleGrant.objects.create(
        account=account, role=grant.role, unit=org["gz"], since=clock.now().replace(year=2020)
    )
    staff.forget_matrix()
    viewer = staff.viewer_for(account, now=clock.now())
    held = {code for code in viewer.grants if viewer.paths(code)}
    assert held & rules.VENDOR_NEVER == set()
    paths = {path for found in viewer.grants.values() for path in found}
    assert paths == {org.path("gz-out")}
    found = queries.work_list(viewer, WorkFilter(view="all"), now=clock.now())
    assert [row.number for row in found.items] == [own.number]


def test_people_are_known_by_their_staff_number_everywhere(
    browser: Browser, own: TicketRef, org: cast.Organisation
) -> None:
    """Neither the desk nor the portal tells a name of who works here; manage does, by right."""
    names = [sketch.name for sketch in cast.PEOPLE]
    at = clock.now()
    services.accept(system_viewer(), own.id, now=at)
    services.assign(system_viewer(), own.id, handler_id=cast.person(VENDOR).id, now=at)
    services.reply(system_viewer(), own.id, text="已核实", now=at)
    services.approve(cast.viewer("zhao"), own.id, now=at)
    services.answer(cast.viewer("zhao"), own.id, text="已为您办理", now=at)
    for key in ("lin", "zhao", "qian", "jiang", VENDOR):
        client = browser(key)
        for path in ("/", "/tickets?view=all", f"/tickets/{own.number}", "/reviews", "/shifts"):
            text = client.get(path, follow=True).content.decode()
            assert [name for name in names if name in text] == [], f"{key} {path}"
    assert "W0001" in browser("zhao").get(f"/tickets/{own.number}").content.decode()
    visitor = Client()
    kept = {"number": own.number, "code": PHONE[-4:]}
    text = visitor.post("/portal/track", kept, follow=True).content.decode()
    assert "已为您办理" in text
    assert "工号 20002" in text
    assert [name for name in names if name in text] == []
