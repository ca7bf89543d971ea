"""What the fault tests start from: a floor at work, a connected system, signed-in browsers."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.test import Client
from oauth2_provider.models import get_access_token_model

from sunline.interactions import services as interactions
from sunline.interactions.types import MailboxSettings
from sunline.kernel import clock
from sunline.routing import services as routing
from sunline.routing.types import QueueDraft, RuleDraft
from sunline.sla import services as sla
from sunline.staff.models import ApiClient
from sunline.staff.types import system_viewer
from sunline.testing import cast

SYSTEM = system_viewer()
SCOPES = ("tickets:read", "tickets:write", "tickets:import")
TMF = "/tmf-api/troubleTicket/v5/troubleTicket"
MAILBOX = "gz"


@dataclass(frozen=True, slots=True)
class World:
    """The operator's rows that the tests need to know."""

    home: UUID
    token: str
    cookies: dict[str, str]  # of the people of the cast, by name

    def browser(self, key: str) -> Client:
        """Return a browser in which one of the cast is signed in."""
        client = Client(raise_request_exception=False)
        client.cookies["sunline_session"] = self.cookies[key]
        return client

    def system(self) -> Client:
        """Return the connected system's way of calling."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return Client(raise_request_exception=False, headers=headers)


def build(*, people: tuple[str, ...], ready: tuple[str, ...] = ()) -> World:
    """Set the operator up: a rule that sends Guangzhou's faults to its network unit."""
    now = clock.now()
    units = cast.organisation()
    cast.people()
    sla.load_shipped(now)
    draft = QueueDraft("gz-net", "网络", units["gz-net"].id, automatic=True)
    queue = routing.create_queue(SYSTEM, draft, now=now)
    where = {"kind": ["fault", "enquiry"], "home": ["/hq/gd/gz/"]}
    rule = RuleDraft("广州", 1, queue, where, automatic=True)
    routing.create_rule(SYSTEM, rule, now=now - timedelta(days=1))
    for key in ready:
        account = cast.person(key)
        routing.set_capacity(SYSTEM, account.id, 100, now=now)
        routing.set_presence(SYSTEM, "ready", now=now, account_id=account.id)
    return World(units["gz"].id, _token(units), {key: _signed_in(key) for key in people})


def _token(units: cast.Organisation) -> str:
    app = ApiClient.objects.create(
        name="crm",
        client_type=ApiClient.CLIENT_CONFIDENTIAL,
        authorization_grant_type=ApiClient.GRANT_CLIENT_CREDENTIALS,
        unit=units["gz"],
        allowed_scopes=list(SCOPES),
    )
    token = secrets.token_urlsafe(24)
    get_access_token_model().objects.create(
        application=app,
        token=token,
        scope=" ".join(SCOPES),
        expires=clock.now() + timedelta(hours=1),
    )
    return token


def _signed_in(key: str) -> str:
    client = Client()
    client.force_login(cast.person(key))
    session = client.session
    session["signed_in_at"] = session["seen_at"] = clock.now().isoformat()
    session.save()
    return client.cookies["sunline_session"].value


def open_mailbox(smtp_port: int) -> MailboxSettings:
    """Set up the mailbox of Guangzhou on the peers' mail server and return it."""
    wanted = MailboxSettings(
        code=MAILBOX,
        unit_id=cast.organisation()["gz"].id,
        address="gz@sunline.example",
        smtp_host="127.0.0.1",
        smtp_port=smtp_port,
        smtp_security="none",
        most_per_hour=10_000,
    )
    interactions.configure_mailbox(wanted, viewer=SYSTEM, now=clock.now())
    return wanted


def subscribe(world: World, hub_port: int, *versions: str) -> None:
    """Let the connected system listen to the tickets of Guangzhou."""
    for version in versions:
        address = f"/tmf-api/troubleTicket/{version}/hub"
        body = {"callback": f"http://127.0.0.1:{hub_port}/{version}"}
        answer = world.system().post(address, body, content_type="application/json")
        assert answer.status_code == 201, answer.content
