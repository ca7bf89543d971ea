"""Every address of the screens with every role, in both directions.

The table of `who_may.py` is written by hand, apart from the decorators, so that a decorator that
was weakened is noticed.
"""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern

from sunline.staff import matrix, queries
from sunline.testing import cast
from sunline.web import urls
from sunline.web.access import Access

from .conftest import signed_in
from .who_may import ANY, POST, PUBLIC, TABLE

PATTERNS = {
    str(pattern.name): pattern for pattern in urls.urlpatterns if isinstance(pattern, URLPattern)
}


def address(pattern: URLPattern) -> str:
    """Return a path of the pattern, with ids of rows that do not exist."""
    route = str(pattern.pattern)
    route = re.sub(r"<uuid:\w+>", str(uuid4()), route)
    return "/" + re.sub(r"<str:\w+>", "T20990101-000001", route)


def declared(pattern: URLPattern) -> str:
    access = getattr(pattern.callback, "access", None)
    assert isinstance(access, Access)
    if access.public:
        return PUBLIC
    return " ".join(access.permissions) or ANY


def test_the_table_and_the_addresses_name_each_other():
    assert set(TABLE) == set(PATTERNS)


def test_every_view_declares_what_the_table_says():
    wrong = {
        name: (declared(pattern), TABLE[name][0])
        for name, pattern in PATTERNS.items()
        if declared(pattern) != TABLE[name][0]
    }
    assert wrong == {}


def ask(client: Client, name: str):
    path, method = address(PATTERNS[name]), TABLE[name][1]
    return client.post(path) if method == POST else client.get(path)


@pytest.mark.django_db
@pytest.mark.parametrize("role", sorted(matrix.ROLES))
def test_each_role_opens_exactly_what_it_may(role: str, org: cast.Organisation):
    key = next(sketch.key for sketch in cast.PEOPLE if sketch.role == role)
    client = signed_in(Client(), key)
    held = queries.role_permissions()[role]
    wrong = []
    for name, (wanted, _method) in TABLE.items():
        if name == "home":
            continue
        allowed = wanted in {PUBLIC, ANY} or bool(held & set(wanted.split()))
        status = ask(client, name).status_code
        if allowed and status == 403:
            wrong.append(f"{name}: {role} may, and was refused")
        if not allowed and status != 403:
            wrong.append(f"{name}: {role} may not, and got {status}")
        if status >= 500:
            wrong.append(f"{name}: {role} got {status}")
    assert wrong == []


@pytest.mark.django_db
def test_a_stranger_is_led_to_the_sign_in_everywhere():
    client = Client()
    wrong = []
    for name, (wanted, _method) in TABLE.items():
        answer = ask(client, name)
        led_away = answer.status_code == 302 and answer["Location"].startswith("/sign-in")
        if (wanted == PUBLIC) == led_away:
            wrong.append(f"{name}: {answer.status_code}")
    assert wrong == []


@pytest.mark.django_db
def test_a_fragment_or_a_program_is_told_instead_of_led():
    client = Client()
    assert client.get("/tickets", headers={"HX-Request": "true"}).status_code == 401
    told = client.get("/tickets", headers={"Accept": "application/json"})
    assert (told.status_code, told.json()["code"]) == (401, "sign_in_first")


@pytest.mark.django_db
def test_who_looks_as_another_role_changes_nothing(org: cast.Organisation):
    client = signed_in(Client(), "wang")
    session = client.session
    session["looking_as"] = {"role": "agent", "unit_id": str(org["gz"].id)}
    session.save()
    assert client.get("/tickets").status_code == 200
    assert client.post("/tickets/new", {"description": "x"}).status_code == 403
