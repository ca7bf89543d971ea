"""Programs ask for tokens: OAuth 2 client credentials."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from oauth2_provider.models import get_access_token_model

from sunline.kernel import clock
from sunline.staff import services
from sunline.testing import cast

pytestmark = [pytest.mark.django_db, pytest.mark.urls("sunline.web.urls")]


@pytest.fixture
def program(org):
    return services.create_client(
        cast.viewer("wang"),
        name="gz crm",
        unit_id=org["gz"].id,
        allowed=["tickets:read", "tickets:write"],
        now=clock.now(),
    )


def ask(client, program, **form):
    data = {
        "grant_type": "client_credentials",
        "client_id": program.client_id,
        "client_secret": program.client_secret,
    }
    return client.post("/oauth/token", {**data, **form})


def test_a_token_of_an_hour_with_the_scopes_asked_for(client, program):
    answer = ask(client, program, scope="tickets:read")
    assert answer.status_code == 200
    held = answer.json()
    assert (held["token_type"], held["scope"], held["expires_in"]) == (
        "Bearer",
        "tickets:read",
        3600,
    )
    row = get_access_token_model().objects.get()
    assert row.token != held["access_token"]  # kept as a digest
    assert timedelta(minutes=59) < row.expires - clock.now() <= timedelta(hours=1)


def test_without_a_scope_all_that_are_allowed_and_basic_works_too(client, program):
    pair = f"{program.client_id}:{program.client_secret}".encode()
    answer = client.post(
        "/oauth/token",
        {"grant_type": "client_credentials"},
        headers={"Authorization": "Basic " + base64.b64encode(pair).decode()},
    )
    assert set(answer.json()["scope"].split()) == {"tickets:read", "tickets:write"}


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"scope": "customers:read"}, "invalid_scope"),
        ({"scope": "tickets:read everything"}, "invalid_scope"),
        ({"client_secret": "guess"}, "invalid_client"),
        ({"client_id": "guess"}, "invalid_client"),
        ({"client_id": "a\0b"}, "invalid_request"),
        ({"grant_type": "password", "username": "20001", "password": "x"}, ""),
        ({"grant_type": "authorization_code", "code": "x"}, ""),
        ({"grant_type": ""}, ""),
    ],
)
def test_anything_else_is_refused_with_a_code(client, program, form, error):
    answer = ask(client, program, **form)
    assert answer.status_code in (400, 401)
    assert answer.json()["error"] == error or not error
    assert not get_access_token_model().objects.exists()


def test_bodies_that_are_no_forms_are_refused(client, program):
    for body in (b"\xff\xfe", b"{}", b"%ff=%00", b"grant_type=client_credentials&client_id=%ff"):
        kind = "application/x-www-form-urlencoded"
        answer = client.post("/oauth/token", body, content_type=kind)
        assert answer.status_code in (400, 401), body
    assert client.get("/oauth/token").status_code == 405


def test_rotating_and_closing_end_the_tokens(client, program):
    assert ask(client, program).status_code == 200
    wang = cast.viewer("wang")
    fresh = services.rotate_client(wang, program.id, now=clock.now())
    assert not get_access_token_model().objects.exists()
    assert ask(client, program).status_code == 401
    assert ask(client, fresh).status_code == 200
    services.close_client(wang, program.id, now=clock.now())
    assert not get_access_token_model().objects.exists()
    assert ask(client, fresh).status_code == 401


def test_a_token_is_revoked_by_its_program(client, program):
    token = ask(client, program).json()["access_token"]
    form = {
        "token": token,
        "client_id": program.client_id,
        "client_secret": program.client_secret,
    }
    assert client.post("/oauth/revoke", form).status_code == 200
    assert not get_access_token_model().objects.filter(expires__gt=clock.now()).exists()
