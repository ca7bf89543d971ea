"""What an attacker finds: two cities with customers, tickets and files, and ways to reach them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from oauth2_provider.models import get_access_token_model

from sunline.api.models import ClientDocument, HubDelivery, HubSubscription
from sunline.customers import services as customers
from sunline.customers.models import Customer, Reveal
from sunline.customers.types import NewAccount, NewContact, NewCustomer, NewSubscriber
from sunline.interactions import services as interactions
from sunline.interactions.models import Attachment, Interaction, Message, Outgoing
from sunline.interactions.types import Arrival, File
from sunline.kernel import clock
from sunline.kernel.models import Delivery, Event, IdempotencyKey, Job
from sunline.knowledge import services as knowledge
from sunline.quality.models import Survey
from sunline.sla import services as sla
from sunline.sla.models import Clock
from sunline.staff.models import Account, ApiClient, RoleGrant, RolePermission, Unit
from sunline.staff.types import system_viewer
from sunline.testing import cast
from sunline.tickets import services as tickets
from sunline.tickets.models import Handling, Hold, Note, Relation, Ticket
from sunline.tickets.types import Registration, TicketRef

REFUSAL = "staff.access_refused@1"
# Every table a request may write; a refusal must leave all of them as they were.
KEPT = (
    *(Ticket, Note, Relation, Handling, Hold, Clock, Survey),
    *(Interaction, Message, Attachment, Outgoing, Customer, Reveal),
    *(Event, Delivery, Job, IdempotencyKey, ClientDocument, HubSubscription, HubDelivery),
    *(Unit, Account, RoleGrant, RolePermission, ApiClient),
)
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
SCOPES = ("tickets:read", "tickets:write", "tickets:import")


@dataclass(frozen=True, slots=True)
class City:
    """One city's customer with a ticket, its contact and a file of it; `secrets` never leak."""

    code: str
    phone: str
    name: str
    customer_id: UUID
    ticket: TicketRef
    interaction_id: UUID
    attachment_id: UUID
    words: tuple[str, ...]


def built(code: str, name: str, phone: str, identity: str, words: tuple[str, str]) -> City:
    """Make a city's customer, contact with a picture, and ticket."""
    units, now = cast.organisation(), clock.now()
    customer = customers.register_customer(
        system_viewer(),
        NewCustomer(
            name=name,
            home_unit_id=units[code].id,
            identity_kind="id_card",
            identity_number=identity,
            tier="gold",
            accounts=(NewAccount(subscribers=(NewSubscriber(number=phone),)),),
            contacts=(NewContact("phone", phone, preferred=True),),
        ),
        now=now,
    )
    received = interactions.receive(
        Arrival(
            channel="portal",
            address=phone,
            body=words[1],
            trimmed=words[1],
            external_id=f"attack-{code}",
            at=now,
            subject=words[0],
            name=name,
            attachments=(File(f"{words[0]}.png", "image/png", PICTURE + code.encode()),),
            home_unit_id=units[code].id,
        ),
        viewer=system_viewer(),
        now=now,
    )
    ticket = tickets.register(
        system_viewer(),
        Registration(
            kind="complaint",
            title=words[0],
            description=words[1],
            channel="portal",
            home_unit_id=units[code].id,
            customer_id=customer.id,
            interaction_id=received.interaction_id,
            contact=phone,
            tier="gold",
        ),
        now=now,
    )
    file = Attachment.objects.get(message__interaction_id=received.interaction_id)
    return City(
        code, phone, name, customer.id, ticket, received.interaction_id, file.id, (*words, phone)
    )


def prepare() -> None:
    """Load what every registration needs: limits, calendars and topics as shipped."""
    cast.organisation()
    sla.load_shipped(clock.now())
    if hasattr(knowledge, "load_shipped"):
        knowledge.load_shipped(clock.now())


def guangzhou() -> City:
    """Return the city under attack."""
    return built(
        *("gz", "陈美玲", "19900001234", "440101199003072345"),
        words=("珠江新城宽带卡顿", "天河区珠江新城每晚八点掉线，请尽快处理。"),
    )


def shenzhen() -> City:
    """Return a city next door."""
    return built(
        *("sz", "何建国", "19900005678", "440301195001012341"),
        words=("南山套餐扣费", "南山区账单多扣了三十元。"),
    )


def browser(key: str = "", *, checks: bool = False) -> Client:
    """Return a browser in which one of the cast is signed in, or nobody."""
    client = Client(raise_request_exception=False, enforce_csrf_checks=checks)
    if key:
        client.force_login(cast.person(key))
        session = client.session
        session["signed_in_at"] = session["seen_at"] = clock.now().isoformat()
        session.save()
    return client


def token_of(unit: str, scopes: tuple[str, ...] = SCOPES) -> str:
    """Return the token of a new connected system of a unit."""
    app = ApiClient.objects.create(
        name=f"crm-{unit}-{secrets.token_hex(3)}",
        client_type=ApiClient.CLIENT_CONFIDENTIAL,
        authorization_grant_type=ApiClient.GRANT_CLIENT_CREDENTIALS,
        unit=cast.organisation()[unit],
        allowed_scopes=list(scopes),
    )
    token = secrets.token_urlsafe(24)
    get_access_token_model().objects.create(
        application=app,
        token=token,
        scope=" ".join(scopes),
        expires=clock.now() + timedelta(hours=1),
    )
    return token


COUNTS = " UNION ALL ".join(
    f"SELECT '{model.__name__}', count(*) FROM {model._meta.db_table}"  # noqa: S608
    + (f" WHERE kind <> '{REFUSAL}'" if model is Event else "")
    for model in KEPT
)


def counts() -> dict[str, int]:
    """Return how many rows each table holds; notes of refusals do not count."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS)
        return dict(cursor.fetchall())


def refusals() -> int:
    """Return how many refusals are written down."""
    return Event.objects.filter(kind=REFUSAL).count()


@dataclass(slots=True)
class Judge:
    """Sends requests, each in a world of its own, and keeps what was wrong with the answers."""

    client: Client
    headers: Mapping[str, str]
    before: dict[str, int]
    wrong: list[str]
    seen: dict[int, int]

    def send(self, what: str, method: str, path: str, body: Any = b"", kind: str = "") -> int:
        """Send one request and judge it: no 5xx, and nothing done unless it succeeded."""
        cache.clear()
        with transaction.atomic():
            answer = self.client.generic(
                *(method, path, body, kind or "application/octet-stream"),
                headers={name: as_sent(value) for name, value in self.headers.items()},
            )
            status = answer.status_code
            self.seen[status] = self.seen.get(status, 0) + 1
            if status >= 500:
                self.wrong.append(f"{status} {method} {path[:120]} <- {what[:300]}")
            elif status >= 400:
                if (after := counts()) != self.before:
                    changed = {k: v for k, v in after.items() if v != self.before[k]}
                    self.wrong.append(f"{status} {path[:120]} left {changed} <- {what[:300]}")
            elif method != "GET":
                self._whole(what, method, path)
            transaction.set_rollback(True)
        return status

    def _whole(self, what: str, method: str, path: str) -> None:
        """Check what a commit would check: rows that point nowhere."""
        try:
            connection.check_constraints()
        except Exception as error:
            self.wrong.append(f"{method} {path[:120]} would not commit: {error} <- {what[:300]}")

    def verdict(self, least: int) -> None:
        """Fail with everything that was wrong, or when too little was tried."""
        assert not self.wrong, f"{len(self.wrong)} of {self.seen}:\n" + "\n".join(self.wrong[:40])
        assert sum(self.seen.values()) >= least, self.seen


def as_sent(value: str) -> str:
    """Return a header's text as a server hands it over: each byte as one character."""
    return value.encode("utf-8", "surrogatepass").decode("latin-1")


def judge(client: Client, **headers: str) -> Judge:
    """Return a judge of what a client sends from now on."""
    return Judge(client, headers, counts(), [], {})
