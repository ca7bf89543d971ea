"""Receiving: one message from any channel, stored once, in its thread, for the right unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from sunline.customers import queries as customers
from sunline.kernel import ids, log
from sunline.kernel.crypto import blind_index, blind_indexes
from sunline.kernel.errors import Invalid, Problem
from sunline.kernel.types import Actor, Subject
from sunline.staff import queries as staff
from sunline.staff.types import Viewer

from .. import events, files, permissions, rules
from ..models import Attachment, Interaction, Mailbox, Message, Outgoing
from ..types import (
    Arrival,
    Automatic,
    Direction,
    File,
    OutgoingState,
    Received,
    RefusedFile,
    Status,
)
from .places import top_unit

ADDRESS = "interaction-address"
MOST_BODY = 500_000
MOST_REFERENCES = 40


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that has been judged and, unless refused, stored."""

    name: str
    content_type: str
    size: int
    sha256: str
    refused: str


def receive(arrival: Arrival, *, viewer: Viewer, now: datetime) -> Received:
    """Store an arrival once and return its interaction and message.

    Repeating it changes nothing. What no person waits for an answer to is set aside. People and
    API clients need `interactions.register` where the contact belongs.
    """
    kept = keep_files(arrival.attachments)
    source = files.put(arrival.source) if arrival.source else ""
    key = rules.external_key(arrival.channel, arrival.external_id)
    digest = rules.digest_of(arrival.address, arrival.subject, arrival.body)
    with transaction.atomic():
        known, key = _known(key, digest)
        if known:
            return known
        try:
            with transaction.atomic():
                return _store(arrival, key, digest, kept, source, viewer, now)
        except IntegrityError:
            known, _ = _known(key, digest)  # somebody stored it at the same moment
            if known is None:
                raise
            return known


def _known(key: str, digest: str) -> tuple[Received | None, str]:
    """Return the outcome of an earlier call with the same message, and the key to store it under.

    Another message under an id already used gets a key of its own.
    """
    if not key:
        return None, key
    second = rules.second_key(key, digest)
    held = list(Message.objects.filter(external_id__in=[key, second]))
    for row in held:
        if row.digest == digest:
            done = Received(row.interaction_id, row.id, duplicate=True, automatic=row.automatic)
            return done, key
    return None, second if held else key


def keep_files(arrived: Sequence[File]) -> list[Kept]:
    """Judge files and store those that may be kept."""
    kept = []
    for place, file in enumerate(arrived):
        judged = files.judge(file.name, file.content)
        refused = file.refused or judged.refused
        if place >= files.MOST_FILES:
            refused = RefusedFile.TOO_MANY.value
        sha256 = "" if refused else files.put(file.content)
        size = file.size or len(file.content)
        kept.append(Kept(judged.name, judged.content_type[:128], size, sha256, refused))
    return kept


def keep_file(file: File) -> Kept:
    """Judge one file and store it; raise Invalid on `file` when it may not be kept."""
    (kept,) = keep_files([file])
    if kept.refused:
        raise Invalid([Problem("file", kept.refused, RefusedFile(kept.refused).label)])
    return kept


def _store(
    arrival: Arrival,
    key: str,
    digest: str,
    kept: Sequence[Kept],
    source: str,
    viewer: Viewer,
    now: datetime,
) -> Received:
    mailbox = (
        Mailbox.objects.filter(code=arrival.mailbox_code, until=None).first()
        if arrival.mailbox_code
        else None
    )
    automatic = arrival.automatic or _automatic(arrival, key, mailbox, now)
    interaction = _thread(arrival)
    created = interaction is None
    if interaction is None:
        interaction = _open(arrival, mailbox, automatic, now)
    if viewer.actor.kind in {Actor.PERSON, Actor.API_CLIENT}:
        path = staff.unit_tree().path(interaction.home_unit_id)
        viewer.require(permissions.REGISTER.code, path)
    if created:
        interaction.save(force_insert=True)
    elif interaction.status == Status.ENDED and not automatic:
        interaction.status, interaction.ended_at = Status.OPEN, None
        interaction.save(update_fields=["status", "ended_at"])
    elif interaction.status == Status.ASIDE and not automatic:
        interaction.status = Status.OPEN
        interaction.save(update_fields=["status"])
    message = Message.objects.create(
        interaction=interaction,
        direction=Direction.INBOUND,
        author_label="",
        subject=rules.without_nul(arrival.subject, 255),
        body=rules.without_nul(arrival.body, MOST_BODY),
        trimmed=rules.without_nul(arrival.trimmed or arrival.body, MOST_BODY),
        headers=dict(arrival.headers),
        external_id=key,
        digest=digest,
        automatic=automatic,
        source_sha256=source,
        at=min(arrival.at, now),
    )
    attach(message.id, kept)
    if arrival.bounced:
        _bounced(arrival, viewer, now)
    _record(interaction, message, created, viewer.actor, now)
    return Received(interaction.id, message.id, created=created, automatic=automatic)


def _record(
    interaction: Interaction, message: Message, created: bool, actor: Actor, now: datetime
) -> None:
    subject = Subject("interaction", interaction.id)
    if message.automatic:
        aside = events.MessageSetAside(interaction.id, message.id, message.automatic)
        log.record(aside, subject=subject, actor=actor, now=now, sequence=1 if created else None)
        return
    sequence = None
    if created:
        begun = events.InteractionReceived(interaction.id, interaction.channel)
        log.record(begun, subject=subject, actor=actor, now=now, sequence=1)
        sequence = 2
    fact = events.MessageReceived(interaction.id, message.id)
    log.record(fact, subject=subject, actor=actor, now=now, sequence=sequence)


def attach(message_id: UUID, kept: Sequence[Kept]) -> None:
    """Write the rows of a message's files."""
    Attachment.objects.bulk_create(
        Attachment(
            message_id=message_id,
            name=file.name,
            content_type=file.content_type,
            size=file.size,
            sha256=file.sha256,
            refused=file.refused,
        )
        for file in kept
    )


def _thread(arrival: Arrival) -> Interaction | None:
    """Return the interaction this continues, locked, or None.

    Ids of earlier messages cannot be guessed, so they decide alone; a ticket's number can be,
    so it counts only from the address of the thread.
    """
    keys = [rules.external_key(arrival.channel, ref) for ref in arrival.references]
    if arrival.bounced:
        keys.insert(0, rules.external_key(arrival.channel, arrival.bounced))
    keys = [key for key in keys if key][:MOST_REFERENCES]
    if keys:
        found = dict(
            Message.objects.filter(external_id__in=keys).values_list(
                "external_id", "interaction_id"
            )
        )
        nearest = next((found[key] for key in keys if key in found), None)
        if nearest is not None:
            return Interaction.objects.select_for_update().get(id=nearest)
    thread_key = arrival.thread_key or rules.ticket_number(arrival.subject)
    if not thread_key:
        return None
    indexes = blind_indexes(rules.normal_address(arrival.address), ADDRESS)
    return (
        Interaction.objects.select_for_update()
        .filter(thread_key=thread_key, address_index__in=indexes)
        .order_by("-started_at", "-id")
        .first()
    )


def _open(arrival: Arrival, mailbox: Mailbox | None, automatic: str, now: datetime) -> Interaction:
    """Return the unsaved interaction that an arrival begins."""
    address = rules.normal_address(arrival.address)
    customer_id, subscriber_id = arrival.customer_id, arrival.subscriber_id
    home = arrival.home_unit_id
    if customer_id is None and address:
        hit = customers.by_address(address)
        if hit is not None:
            customer_id, subscriber_id = hit.customer_id, subscriber_id or hit.subscriber_id
            home = home or hit.home_unit_id
    if home is None:
        home = mailbox.unit_id if mailbox else top_unit()
    return Interaction(
        number=ids.number("I", now),
        channel=arrival.channel,
        direction=Direction.INBOUND,
        status=Status.ASIDE if automatic else Status.OPEN,
        customer_id=customer_id,
        subscriber_id=subscriber_id,
        address=address,
        address_index=blind_index(address, ADDRESS),
        party_name=rules.without_nul(arrival.name, 128),
        subject=rules.without_nul(arrival.subject, 255),
        home_unit_id=home,
        mailbox_code=arrival.mailbox_code,
        # A number that another address knows is kept as text only: it must not join the thread.
        thread_key=rules.without_nul(arrival.thread_key, 255),
        started_at=now,
    )


def _automatic(arrival: Arrival, key: str, mailbox: Mailbox | None, now: datetime) -> str:
    """Return why an arrival is set aside although its own marks say nothing."""
    if "#" in key and Message.objects.filter(
        external_id=key.partition("#")[0], direction=Direction.OUTBOUND
    ):
        return Automatic.LOOP.value
    if mailbox is None:
        return ""
    indexes = blind_indexes(rules.normal_address(arrival.address), ADDRESS)
    recent = Message.objects.filter(
        interaction__address_index__in=indexes,
        direction=Direction.INBOUND,
        id__gte=ids.first_id_at(now - timedelta(hours=1)),
    )
    if recent[: mailbox.most_per_hour].count() >= mailbox.most_per_hour:
        return Automatic.CAPPED.value
    return ""


def _bounced(arrival: Arrival, viewer: Viewer, now: datetime) -> None:
    """Mark our message that a delivery report says did not arrive."""
    key = rules.external_key(arrival.channel, arrival.bounced)
    row = (
        Outgoing.objects.select_for_update(of=("self",))
        .filter(message__external_id=key, state__in=[OutgoingState.SENT, OutgoingState.UNKNOWN])
        .select_related("message")
        .first()
    )
    if row is None:
        return
    row.state = OutgoingState.FAILED
    row.last_error = "returned by the recipient's server"
    row.save(update_fields=["state", "last_error"])
    fact = events.MessageFailed(row.message.interaction_id, row.message_id, "bounced")
    subject = Subject("interaction", row.message.interaction_id)
    log.record(fact, subject=subject, actor=viewer.actor, now=now)
