"""Programs that call the interfaces: created, given a new secret, closed."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from oauth2_provider.models import get_access_token_model

from sunline.kernel import log
from sunline.kernel.errors import Invalid, NotFound, Problem, required, too_long, unknown_choice
from sunline.kernel.types import Subject

from .. import events, permissions, queries, scopes
from ..models import ApiClient
from ..types import Viewer


@dataclass(frozen=True, slots=True)
class NewClient:
    """A program's sign-in; the secret is told once and kept only as a hash."""

    id: UUID
    client_id: str
    client_secret: str


@transaction.atomic
def create_client(
    viewer: Viewer, *, name: str, unit_id: UUID, allowed: Collection[str], now: datetime
) -> NewClient:
    """Create a program that may ask for tokens with these scopes and sees the unit's data."""
    unit = queries.unit_tree().get(unit_id)
    if unit is None or unit.closed:
        raise NotFound
    viewer.require(permissions.MANAGE_CLIENTS.code, unit.path)
    problems: list[Problem] = []
    if not name.strip():
        problems.append(required("name"))
    elif len(name) > 64:
        problems.append(too_long("name", 64))
    if not allowed:
        problems.append(required("scopes"))
    if set(allowed) - set(scopes.LABELS):
        problems.append(unknown_choice("scopes"))
    if problems:
        raise Invalid(problems)
    secret = secrets.token_urlsafe(36)
    client = ApiClient.objects.create(
        name=name,
        client_secret=secret,
        client_type=ApiClient.CLIENT_CONFIDENTIAL,
        authorization_grant_type=ApiClient.GRANT_CLIENT_CREDENTIALS,
        unit_id=unit_id,
        allowed_scopes=sorted(set(allowed)),
    )
    subject = Subject("api_client", client.public_id)
    fact = events.ClientCreated(unit_id=unit_id, scopes=tuple(client.allowed_scopes))
    log.record(fact, subject=subject, actor=viewer.actor, now=now, sequence=1)
    return NewClient(client.public_id, client.client_id, secret)


@transaction.atomic
def rotate_client(viewer: Viewer, public_id: UUID, *, now: datetime) -> NewClient:
    """Give a program a new secret; the old one and all its tokens end at once."""
    client = _held(viewer, public_id)
    secret = secrets.token_urlsafe(36)
    client.client_secret = secret
    client.save(update_fields=["client_secret"])
    get_access_token_model().objects.filter(application=client).delete()
    subject = Subject("api_client", public_id)
    log.record(events.ClientRotated(), subject=subject, actor=viewer.actor, now=now)
    return NewClient(public_id, client.client_id, secret)


@transaction.atomic
def close_client(viewer: Viewer, public_id: UUID, *, now: datetime) -> None:
    """Close a program's access for good; its tokens end at once."""
    client = _held(viewer, public_id)
    if client.closed_at:
        return
    ApiClient.objects.filter(id=client.id).update(closed_at=now)
    get_access_token_model().objects.filter(application=client).delete()
    subject = Subject("api_client", public_id)
    log.record(events.ClientClosed(), subject=subject, actor=viewer.actor, now=now)


def _held(viewer: Viewer, public_id: UUID) -> ApiClient:
    rows = ApiClient.objects.select_for_update().filter(public_id=public_id)
    client: ApiClient | None = rows.first()
    if client is None:
        raise NotFound
    viewer.require(permissions.MANAGE_CLIENTS.code, queries.unit_tree().path(client.unit_id) or "/")
    return client
