"""What waits for a person: messages set aside by mistake and things that could not be read."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from sunline.kernel import log, unreadable
from sunline.kernel.types import Subject
from sunline.staff.types import Viewer

from .. import events, permissions
from ..errors import NotSetAside, UnknownMessage
from ..models import Message
from ..queries.lists import unreadable_rows
from ..types import Received, Status
from .contacts import locked


def admit(message_id: UUID, *, viewer: Viewer, now: datetime) -> Received:
    """Treat a message that was set aside like any other; raise Conflict if it is not aside."""
    with transaction.atomic():
        found = Message.objects.filter(id=message_id).first()
        if found is None:
            raise UnknownMessage
        row = locked(found.interaction_id, permissions.SETTLE_UNREADABLE.code, viewer)
        if not Message.objects.filter(id=message_id).exclude(automatic="").update(automatic=""):
            raise NotSetAside
        subject = Subject("interaction", row.id)
        if row.status == Status.ASIDE:
            row.status = Status.OPEN
            row.save(update_fields=["status"])
            begun = events.InteractionReceived(row.id, row.channel)
            log.record(begun, subject=subject, actor=viewer.actor, now=now)
        fact = events.MessageReceived(row.id, message_id)
        log.record(fact, subject=subject, actor=viewer.actor, now=now)
    return Received(row.id, message_id)


def settle_unreadable(item_id: UUID, *, viewer: Viewer, now: datetime) -> bool:
    """Mark something that could not be read as looked after; return whether it was still open."""
    if not unreadable_rows(viewer).filter(id=item_id).exists():
        return False
    return unreadable.settle(item_id, actor=viewer.actor, now=now)
