"""Writing to customers: the message and what is owed, in the caller's transaction."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction

from sunline.kernel import log
from sunline.kernel.errors import Invalid, Problem, required, too_long, unknown_choice
from sunline.kernel.types import Subject
from sunline.staff import queries as staff
from sunline.staff.types import Viewer

from .. import channels, events, permissions, rules
from ..errors import AlreadySettled, OwnAddress, UnknownMessage
from ..models import Interaction, Mailbox, Message, Outgoing
from ..types import ChannelKind, Direction, File, OutgoingState
from .arrivals import MOST_BODY, attach, keep_files
from .contacts import locked


def send(
    interaction_id: UUID,
    *,
    body: str,
    to: str,
    viewer: Viewer,
    now: datetime,
    key: str,
    subject: str = "",
    channel: str = "",
    files: Sequence[File] = (),
) -> UUID:
    """Write a message and owe it to the outside; return its id. The same key gives the same one.

    The channel is e-mail when `to` is a mail address, else the interaction's. Needs
    `interactions.send`; raises Invalid for an address or channel that nothing can be sent to.
    """
    with transaction.atomic():
        row = locked(interaction_id, permissions.SEND.code, viewer)
        known = Outgoing.objects.filter(key=key).first()
        if known:
            return known.message_id
        channel = channel or (ChannelKind.EMAIL.value if "@" in to else row.channel)
        to = _checked(to, body, key, channel)
        mailbox = _mailbox_for(row) if channel == ChannelKind.EMAIL else None
        subject = subject or _reply_subject(row)
        headers = _headers(row, key, mailbox) if channel == ChannelKind.EMAIL else {}
        message = Message.objects.create(
            interaction=row,
            direction=Direction.OUTBOUND,
            author_label=viewer.actor.label,
            subject=rules.without_nul(subject, 255),
            body=rules.without_nul(body, MOST_BODY),
            trimmed=rules.without_nul(body, MOST_BODY),
            headers=headers,
            external_id=rules.external_key(channel, str(headers.get("message_id", ""))),
            at=now,
        )
        attach(message.id, keep_files(files))
        Outgoing.objects.create(
            message=message,
            channel=channel,
            mailbox_code=mailbox.code if mailbox else "",
            to=to,
            key=key,
            due_at=now,
        )
        number = rules.ticket_number(subject)
        if number and not row.thread_key:
            row.thread_key = number
            row.save(update_fields=["thread_key"])
        log.record(
            events.MessageQueued(row.id, message.id),
            subject=Subject("interaction", row.id),
            actor=viewer.actor,
            now=now,
        )
    return message.id


def _checked(to: str, body: str, key: str, channel: str) -> str:
    """Return the address as it is used; raise Invalid or OwnAddress."""
    to = rules.normal_address(to)
    problems: list[Problem] = []
    if not body.strip():
        problems.append(required("body"))
    if len(body) > MOST_BODY:
        problems.append(too_long("body", MOST_BODY))
    if not key or len(key) > 255:
        problems.append(required("key"))
    if channel not in ChannelKind.values or not channels.configured(channel):
        problems.append(unknown_choice("channel"))
    if not to:
        problems.append(required("to"))
    elif channel == ChannelKind.EMAIL and not rules.is_mail_address(to):
        problems.append(unknown_choice("to"))
    if problems:
        raise Invalid(problems)
    if channel == ChannelKind.EMAIL and Mailbox.objects.filter(address=to, until=None).exists():
        raise OwnAddress
    return to


def _mailbox_for(row: Interaction) -> Mailbox | None:
    """Return the mailbox an interaction came by, else the nearest one above its home unit."""
    boxes = list(Mailbox.objects.filter(until=None).exclude(smtp_host="").order_by("code"))
    for box in boxes:
        if box.code == row.mailbox_code:
            return box
    tree = staff.unit_tree()
    home = tree.path(row.home_unit_id)
    above = [box for box in boxes if home.startswith(tree.path(box.unit_id))]
    if above:
        return max(above, key=lambda box: len(tree.path(box.unit_id)))
    return boxes[0] if boxes else None


def _reply_subject(row: Interaction) -> str:
    plain = rules.plain_subject(row.subject)
    return f"Re: {plain}"[:255] if plain else row.number


def _headers(row: Interaction, key: str, mailbox: Mailbox | None) -> dict[str, object]:
    """Return the headers that put a mail into its thread, with a stable Message-ID."""
    domain = mailbox.address.rpartition("@")[2] if mailbox else ""
    domain = domain or urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    # Keyed, because a known Message-ID lets a stranger's mail into the thread.
    secret = hashlib.sha256(b"message id" + settings.SECRET_KEY.encode()).digest()
    local = hmac.new(secret, key.encode(), hashlib.sha256).hexdigest()[:40]
    found: dict[str, object] = {"message_id": f"<{local}@{domain}>"}
    earlier = Message.objects.filter(interaction_id=row.id).order_by("-id")[:20]
    ids = [(item.direction, str(item.headers.get("message_id") or "")) for item in earlier]
    last = next((mid for direction, mid in ids if direction == Direction.INBOUND and mid), "")
    if last or any(mid for _, mid in ids):
        found["in_reply_to"] = last or next(mid for _, mid in ids if mid)
        found["references"] = [mid for _, mid in reversed(ids) if mid]
    return found


def settle_outgoing(outgoing_id: UUID, *, resend: bool, viewer: Viewer, now: datetime) -> None:
    """Decide about a message that failed or whose outcome is unknown: again, or leave it so.

    Sending again uses the same Message-ID, so that a recipient who has it already sees one.
    """
    with transaction.atomic():
        found = Outgoing.objects.filter(id=outgoing_id).select_related("message").first()
        if found is None:
            raise UnknownMessage
        locked(found.message.interaction_id, permissions.SEND.code, viewer)
        open_row = Outgoing.objects.filter(
            id=outgoing_id, state__in=[OutgoingState.FAILED, OutgoingState.UNKNOWN]
        )
        if resend:
            changed = open_row.update(
                state=OutgoingState.WAITING, attempts=0, due_at=now, leased_until=None
            )
        else:
            changed = open_row.update(state=OutgoingState.DROPPED, leased_until=None)
        if not changed:
            raise AlreadySettled
        fact = events.MessageSettled(found.message.interaction_id, found.message_id, resend)
        subject = Subject("interaction", found.message.interaction_id)
        log.record(fact, subject=subject, actor=viewer.actor, now=now)
