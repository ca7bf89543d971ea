"""Writing down who looked through whose eyes, and who tried what they may not do."""

from __future__ import annotations

from datetime import datetime
from hashlib import blake2b
from uuid import UUID

from django.core.cache import cache
from django.db import transaction

from sunline.kernel import log
from sunline.kernel.errors import Invalid, NotFound, unknown_choice
from sunline.kernel.ids import new_id
from sunline.kernel.types import Subject

from .. import events, permissions, queries
from ..types import Viewer
from .people import held_account

ONCE_IN = 60  # seconds between two records of the same refusal
# Callers invent methods; each would be another attempt to write down.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})


@transaction.atomic
def start_looking_as(viewer: Viewer, *, role: str, unit_id: UUID, now: datetime) -> None:
    """Write that a person begins to look as a role of a unit; raise Refused if they may not."""
    path = queries.unit_tree().path(unit_id)
    if not path or viewer.account_id is None:
        raise NotFound
    viewer.require(permissions.LOOK_AS.code, path)
    if role not in queries.role_permissions():
        raise Invalid([unknown_choice("role")])
    held_account(viewer.account_id)
    fact = events.LookingAsStarted(role=role, unit_id=unit_id)
    subject = Subject("account", viewer.account_id)
    log.record(fact, subject=subject, actor=viewer.actor, now=now)


@transaction.atomic
def end_looking_as(viewer: Viewer, *, role: str, now: datetime) -> None:
    """Write that a person looks with their own eyes again."""
    if viewer.account_id is None:
        raise NotFound
    held_account(viewer.account_id)
    subject = Subject("account", viewer.account_id)
    log.record(events.LookingAsEnded(role=role), subject=subject, actor=viewer.actor, now=now)


def attempt(method: str | None, route: str, status: int) -> str:
    """Return an attempt in the words of `note_refusal`: of an address only its pattern."""
    return f"{method if method in METHODS else 'other'} /{route} {status}"


def note_refusal(viewer: Viewer, what: str, now: datetime) -> bool:
    """Write that somebody tried what they may not do; return whether it was written.

    The same try by the same viewer is written once a minute in each process (or in all, with
    Redis). `what` is a method and an address pattern or a permission, never a value.
    """
    who = viewer.actor.id or viewer.actor.label or viewer.actor.kind
    digest = blake2b(f"{who} {what}".encode(), digest_size=16).hexdigest()
    if not cache.add(f"refusal:{digest}", 1, ONCE_IN):
        return False
    # Each refusal is a subject of its own: there is no row whose lock would order them.
    subject = Subject("refusal", new_id())
    fact = events.AccessRefused(what=what[:128])
    log.record(fact, subject=subject, actor=viewer.actor, now=now, sequence=1)
    return True
