"""Explaining where a number's data went: making a sheet, opening it, sending it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext, override

from sunline.customers import queries as customers
from sunline.customers import services as customer_services
from sunline.interactions import services as interactions
from sunline.kernel.errors import Invalid, unknown_choice
from sunline.kernel.types import Subject
from sunline.staff.types import Viewer

from .. import events, permissions
from ..errors import NoDataSheet, NoDataTold, NotBound
from ..models import DataSheet
from ..queries import data_use, data_words, reading
from ..queries.data_use import Sheet
from ..rules import letters
from ..rules.lifecycle import Verb
from ..types import DataPeriod, ProofClass, SheetChannel, TicketRef
from .answering import signature_of
from .changing import Change, changing
from .proofs import check_verified

FIELD = "data_use"  # what a reveal of a sheet is written down as


def explain_data_use(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    period: str,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Make an explanation sheet of a period and keep it with the ticket; it shows details.

    Raises Invalid, NotVerified unless the customer has shown enough for details, and NoDataTold.
    """
    if period not in DataPeriod.values:
        raise Invalid([unknown_choice("period")])
    viewer.require(permissions.EXPLAIN_DATA.code)
    # Asked before anything is locked: the billing system may be slow.
    ticket = reading.ticket_for(viewer, ticket_id)
    check_verified(ticket_id, ProofClass.CALL_DETAIL, now)
    found = data_use.reckoned(ticket.subscriber_id, period, now) if ticket.subscriber_id else None
    if found is None or ticket.subscriber_id is None:
        raise NoDataTold
    explained, since, until, table = found
    with changing(viewer, ticket_id, Verb.EXPLAIN_DATA, now=now, version=version) as change:
        row = DataSheet.objects.create(
            ticket=change.ticket,
            subscriber_id=ticket.subscriber_id,
            period=period,
            since=since,
            until=until,
            table=table,
            total=explained.total,
            figures=data_use.packed(explained),
            made_at=now,
            made_by=viewer.actor.id,
            made_by_label=viewer.actor.label[:64],
        )
        change.record(
            events.DataUseExplained,
            sheet=row.id,
            period=period,
            table=table,
            causes=explained.causes,
        )
        if ticket.customer_id:
            _note_shown(viewer, ticket.customer_id, row.id, ticket_id, now)
    return change.ref()


def open_data_sheet(viewer: Viewer, ticket_id: UUID, sheet_id: UUID, *, now: datetime) -> Sheet:
    """Return a sheet of a ticket and write down who read it; raise Refused or NotFound."""
    ticket = reading.ticket_for(viewer, ticket_id)
    sheet = data_use.data_sheet(viewer, ticket, sheet_id)
    if ticket.customer_id:
        _note_shown(viewer, ticket.customer_id, sheet_id, ticket_id, now)
    return sheet


def _note_shown(
    viewer: Viewer, customer_id: UUID, sheet_id: UUID, ticket_id: UUID, now: datetime
) -> None:
    customer_services.note_shown(
        viewer,
        customer_id,
        f"{FIELD}:{sheet_id}",
        "complaint",
        now=now,
        through=Subject("ticket", ticket_id),
    )


def send_data_sheet(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    channel: str,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Send the newest sheet to the customer's bound address, and nowhere else.

    Raises Invalid for a channel that nothing goes out on, NotVerified, NoDataSheet, and NotBound
    where no address of that kind is the customer's for sure.
    """
    if channel not in SheetChannel.values:
        raise Invalid([unknown_choice("channel")])
    with changing(viewer, ticket_id, Verb.SEND_DATA_SHEET, now=now, version=version) as change:
        check_verified(ticket_id, ProofClass.CALL_DETAIL, now)
        row = DataSheet.objects.filter(ticket_id=ticket_id).order_by("-id").first()
        if row is None:
            raise NoDataSheet(number=change.ticket.number)
        places = customers.bound_addresses(row.subscriber_id)
        to = next((one.value for one in places if one.channel == channel), "")
        if not to:
            raise NotBound(channel=SheetChannel(channel).label)
        row.message_id = _sent(change, row, channel, to)
        row.channel, row.sent_at = channel, now
        row.sent_by_label = viewer.actor.label[:64]
        row.save(update_fields=["message_id", "channel", "sent_at", "sent_by_label"])
        change.record(
            events.DataSheetSent, sheet=row.id, by_channel=channel, message=row.message_id
        )
    return change.ref()


def _sent(change: Change, row: DataSheet, channel: str, to: str) -> UUID:
    """Owe the customer the text in a contact of its own; return the message's id."""
    ticket, now = change.ticket, change.now
    sheet = data_use.as_sheet(row)
    with override(settings.LANGUAGE_CODE):
        by_mail = channel == SheetChannel.EMAIL
        body = data_words.letter(sheet) if by_mail else data_words.message(sheet)
        subject = gettext("[%(number)s] Where your data went") % {"number": ticket.number}
    # The verb's own permission covers telling the customer about it.
    speaker = Viewer(change.viewer.actor, all_powerful=True)
    contact = interactions.open_contact(
        channel=channel,
        viewer=speaker,
        now=now,
        address=to,
        customer_id=ticket.customer_id,
        subscriber_id=row.subscriber_id,
        home_unit_id=ticket.home_unit_id,
        direction="outbound",
        subject=ticket.number,
        external_id=f"data-sheet-{row.id}-{ticket.version}",
    )
    return interactions.send(
        contact.interaction_id,
        body=letters.signed(body, signature_of(change.viewer)) if by_mail else body,
        subject=subject if by_mail else "",
        to=to,
        viewer=speaker,
        now=now,
        key=f"data-sheet-{row.id}-{ticket.version}",
        channel=channel,
    )
