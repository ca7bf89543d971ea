"""Telling the customers of an outage: one message to each in a round, on the channel they use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from sunline.interactions import queries as contacts
from sunline.interactions import services as interactions
from sunline.kernel.errors import SunlineError
from sunline.kernel.ids import new_id
from sunline.kernel.types import Actor
from sunline.staff.types import Viewer

from ..models import Outage, OutageLink, OutageText
from ..types import ToldState

SMS, EMAIL, PORTAL = "sms", "email", "portal"
OPENING, CLOSING = "open", "close"


@dataclass(frozen=True, slots=True)
class Reach:
    """How a customer who is linked can be written to."""

    address: str
    channel: str
    customer_id: UUID | None
    home_unit_id: UUID
    interaction_id: UUID | None = None  # that an answer by mail goes to
    subject: str = ""


def reach_of(link: OutageLink) -> Reach:
    """Return how the customer of a link can be written to."""
    ticket = link.ticket
    if ticket is not None:
        return Reach(
            address=ticket.contact,
            channel=ticket.channel,
            customer_id=ticket.customer_id,
            home_unit_id=ticket.home_unit_id,
            interaction_id=ticket.interaction_id,
            subject=f"[{ticket.number}] {ticket.title}",
        )
    assert link.interaction_id is not None  # a constraint of the table
    row = contacts.interaction_of_work(link.interaction_id)
    return Reach(
        address=row.reply_to,
        channel=row.channel,
        customer_id=row.customer_id,
        home_unit_id=row.home_unit_id,
        interaction_id=row.id,
        subject=row.subject,
    )


def tell(
    outage: Outage, link: OutageLink, text: str, *, round: str, actor: Actor, now: datetime
) -> OutageText | None:
    """Tell the customer of a link unless they were told in this round; return what was written.

    The table's constraint decides, so that several workers never tell one customer twice.
    """
    made = OutageText(
        id=new_id(), outage=outage, link=link, who=link.who, round=round, text=text,
        state=ToldState.NO_CHANNEL, at=now,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        return None
    reach = reach_of(link)
    speaker = Viewer(actor, all_powerful=True)  # the verb's permission covers telling them
    key = f"outage-{outage.id}-{link.who}-{round}"
    try:
        with transaction.atomic():
            made.state, made.message_id = _sent(reach, text, speaker, now, key)
    except SunlineError:
        made.state = ToldState.FAILED
    made.save(update_fields=["state", "message_id"])
    return made


def _sent(
    reach: Reach, text: str, speaker: Viewer, now: datetime, key: str
) -> tuple[ToldState, UUID | None]:
    """Hand a text to the channel that reaches the customer, as far as there is one."""
    if not reach.address:
        return (ToldState.PORTAL if reach.channel == PORTAL else ToldState.NO_ADDRESS), None
    if "@" in reach.address:
        if reach.interaction_id is None or not contacts.can_send_by(EMAIL):
            return ToldState.NO_CHANNEL, None
        message = interactions.send(
            reach.interaction_id, body=text, subject=reach.subject, to=reach.address,
            viewer=speaker, now=now, key=key,
        )  # fmt: skip
        return ToldState.QUEUED, message
    if contacts.can_send_by(SMS):
        opened = interactions.open_contact(
            channel=SMS, viewer=speaker, now=now, address=reach.address,
            customer_id=reach.customer_id, home_unit_id=reach.home_unit_id,
            direction="outbound", body=text,
        )  # fmt: skip
        message = interactions.send(
            opened.interaction_id, body=text, to=reach.address, viewer=speaker, now=now,
            key=key, channel=SMS,
        )  # fmt: skip
        return ToldState.QUEUED, message
    return (ToldState.PORTAL if reach.channel == PORTAL else ToldState.NO_CHANNEL), None
