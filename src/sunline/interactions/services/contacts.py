"""Contacts that people record: opening, what was said, and the wrap-up."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from sunline.customers import queries as customers
from sunline.kernel import ids, log
from sunline.kernel.crypto import blind_index
from sunline.kernel.errors import Invalid, Problem, required, too_long, unknown_choice
from sunline.kernel.types import Actor, Subject
from sunline.staff import queries as staff
from sunline.staff.types import Viewer

from .. import events, permissions, rules
from ..errors import AlreadyEnded, UnknownInteraction
from ..models import Interaction, Message
from ..types import ChannelKind, Direction, Received, Status, WrapUp
from .arrivals import ADDRESS, MOST_BODY
from .places import top_unit


def open_contact(
    *,
    channel: str,
    viewer: Viewer,
    now: datetime,
    address: str = "",
    customer_id: UUID | None = None,
    subscriber_id: UUID | None = None,
    home_unit_id: UUID | None = None,
    direction: str = Direction.INBOUND.value,
    subject: str = "",
    body: str = "",
    external_id: str = "",
) -> Received:
    """Begin a contact at the desk and return it; the same external id gives the same contact.

    The home unit is the one given, else the customer's, else the viewer's. Needs
    `interactions.register` there.
    """
    _check_opening(channel, direction, body, external_id)
    address = rules.normal_address(address)
    home = home_unit_id
    if address and (customer_id is None or home is None):
        hit = customers.by_address(address)
        if hit is not None and customer_id in {None, hit.customer_id}:
            customer_id, subscriber_id = hit.customer_id, subscriber_id or hit.subscriber_id
            home = home or hit.home_unit_id
    home = home or viewer.unit_id or top_unit()
    viewer.require(permissions.REGISTER.code, staff.unit_tree().path(home))
    with transaction.atomic():
        if external_id:
            found = Interaction.objects.filter(channel=channel, external_id=external_id).first()
            if found:
                first = found.messages.order_by("id").first()
                return Received(found.id, first.id if first else found.id, duplicate=True)
        row = Interaction.objects.create(
            number=ids.number("I", now),
            channel=channel,
            direction=direction,
            customer_id=customer_id,
            subscriber_id=subscriber_id,
            address=address,
            address_index=blind_index(address, ADDRESS),
            subject=rules.without_nul(subject, 255),
            home_unit_id=home,
            agent_id=viewer.actor.id if viewer.actor.kind == Actor.PERSON else None,
            external_id=external_id,
            started_at=now,
        )
        message = Message.objects.create(
            interaction=row,
            direction=direction,
            author_label=viewer.actor.label if direction == Direction.OUTBOUND else "",
            subject=row.subject,
            body=rules.without_nul(body, MOST_BODY),
            trimmed=rules.without_nul(body, MOST_BODY),
            at=now,
        )
        log.record(
            events.InteractionReceived(row.id, channel),
            subject=Subject("interaction", row.id),
            actor=viewer.actor,
            now=now,
            sequence=1,
        )
    return Received(row.id, message.id, created=True)


def _check_opening(channel: str, direction: str, body: str, external_id: str) -> None:
    problems: list[Problem] = []
    if channel not in ChannelKind.values:
        problems.append(unknown_choice("channel"))
    if direction not in Direction.values:
        problems.append(unknown_choice("direction"))
    if len(body) > MOST_BODY:
        problems.append(too_long("body", MOST_BODY))
    if len(external_id) > 64:
        problems.append(too_long("external_id", 64))
    if problems:
        raise Invalid(problems)


def locked(interaction_id: UUID, permission: str, viewer: Viewer) -> Interaction:
    """Return an interaction's row, locked; raise NotFound or Refused."""
    row = Interaction.objects.select_for_update().filter(id=interaction_id).first()
    if row is None:
        raise UnknownInteraction
    path = staff.unit_tree().path(row.home_unit_id)
    if not viewer.may(permission, path) and not viewer.may(permissions.VIEW.code, path):
        raise UnknownInteraction
    viewer.require(permission, path)
    return row


def add_message(
    interaction_id: UUID, *, body: str, viewer: Viewer, now: datetime, direction: str = "inbound"
) -> UUID:
    """Write down what was said in a contact and return the message's id."""
    if not body.strip():
        raise Invalid([required("body")])
    if direction not in Direction.values:
        raise Invalid([unknown_choice("direction")])
    with transaction.atomic():
        row = locked(interaction_id, permissions.REGISTER.code, viewer)
        message = Message.objects.create(
            interaction=row,
            direction=direction,
            author_label=viewer.actor.label if direction == Direction.OUTBOUND else "",
            body=rules.without_nul(body, MOST_BODY),
            trimmed=rules.without_nul(body, MOST_BODY),
            at=now,
        )
    return message.id


def wrap_up(
    interaction_id: UUID, *, code: str, topic_id: UUID | None, viewer: Viewer, now: datetime
) -> None:
    """End a contact with its wrap-up and topic; raise Conflict when it was ended before."""
    if code not in WrapUp.values:
        raise Invalid([unknown_choice("code")])
    with transaction.atomic():
        row = locked(interaction_id, permissions.REGISTER.code, viewer)
        if row.status == Status.ENDED:
            raise AlreadyEnded
        row.status, row.wrap_up, row.ended_at = Status.ENDED, code, now
        if topic_id is not None:
            row.topic_id = topic_id
        row.save(update_fields=["status", "wrap_up", "ended_at", "topic"])
        log.record(
            events.InteractionWrappedUp(row.id, code, row.topic_id),
            subject=Subject("interaction", row.id),
            actor=viewer.actor,
            now=now,
        )


def tie(interaction_id: UUID, *, thread_key: str) -> None:
    """Give an interaction the ticket number by which later messages find it, if it has none."""
    Interaction.objects.filter(id=interaction_id, thread_key="").update(thread_key=thread_key[:255])
