"""Connected systems with tokens, and a client that speaks JSON."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.http import HttpResponse
from django.test import Client
from oauth2_provider.models import get_access_token_model

from sunline.api import auth
from sunline.kernel import clock
from sunline.sla import services as sla
from sunline.staff.models import ApiClient
from sunline.testing import cast

ALL_SCOPES = ("tickets:read", "tickets:write", "tickets:import")


@dataclass
class Caller:
    """A connected system: its token and the calls it makes."""

    token: str
    app: ApiClient
    client: Client = field(default_factory=Client)
    base: str = "/tmf-api/troubleTicket/v5"

    def at(self, version: str) -> Caller:
        """Return the same system speaking another version."""
        return Caller(self.token, self.app, self.client, f"/tmf-api/troubleTicket/{version}")

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """Call an address below the API, or any that starts with a slash and a known edge."""
        absolute = path.startswith(("/tmf-api", "/api", "/healthz", "/readyz", "/metrics"))
        raw = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        kind = headers.pop("content_type", "application/json")
        sent = {"Authorization": f"Bearer {self.token}", **headers}
        return self.client.generic(  # type: ignore[return-value]
            method, path if absolute else self.base + path, raw, kind, headers=sent
        )

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> HttpResponse:
        return self.call("POST", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> HttpResponse:
        return self.call("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> HttpResponse:
        return self.call("DELETE", path, **headers)

    def new(self, **changes: Any) -> dict[str, Any]:
        """Create a ticket and return it."""
        response = self.post("/troubleTicket", minimal(**changes))
        assert response.status_code == 201, response.content.decode()
        return dict(read(response))


def minimal(**changes: Any) -> dict[str, Any]:
    """Return the smallest body of a ticket."""
    return {
        "description": "宽带昨晚起一直掉线",
        "severity": "Minor",
        "ticketType": "fault",
        "@type": "TroubleTicket",
        **changes,
    }


def read(response: HttpResponse) -> Any:
    """Return the JSON of an answer."""
    return orjson.loads(response.content)


@pytest.fixture(autouse=True)
def _fresh_tokens() -> Iterator[None]:
    auth.forget()
    yield
    auth.forget()


Connect = Callable[..., Caller]


@pytest.fixture
def connect(db: None) -> Connect:
    """Return a maker of connected systems: unit code and scopes."""
    units = cast.organisation()
    sla.load_shipped(clock.now())

    def make(unit: str = "gz", scopes: tuple[str, ...] = ALL_SCOPES, **changes: Any) -> Caller:
        app = ApiClient.objects.create(
            name=f"crm-{unit}",
            client_type=ApiClient.CLIENT_CONFIDENTIAL,
            authorization_grant_type=ApiClient.GRANT_CLIENT_CREDENTIALS,
            unit=units[unit],
            allowed_scopes=list(scopes),
        )
        token = secrets.token_urlsafe(24)
        get_access_token_model().objects.create(
            application=app,
            token=token,
            scope=" ".join(scopes),
            expires=changes.get("expires", clock.now() + timedelta(hours=1)),
        )
        return Caller(token, app)

    return make


@pytest.fixture
def crm(connect: Connect) -> Caller:
    """Return a system of the city of Guangzhou."""
    return connect("gz")


@pytest.fixture(params=["v4", "v5"])
def api(request: Any, crm: Caller) -> Caller:
    """Return the city's system, speaking each version in turn."""
    return crm.at(request.param)
