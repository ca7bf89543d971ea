"""The acts on work at the customer's: opened, booked, given, begun, done or called off."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .. import permissions, services
from ..types import FieldEnd, FieldKind, LateReason
from .shape import NOTE, Act, Field, Group, options

WHY = tuple(row for row in options(FieldEnd) if row[0] != FieldEnd.TICKET_ENDED)

FIELDWORK: tuple[Act, ...] = (
    Act(
        "open_field",
        "open-field",
        _("Open a field order"),
        _("The field order was opened: see the card on the right."),
        permissions.BOOK_FIELD,
        services.open_field,
        (
            Field("kind", _("What is to be done"), "select", options(FieldKind)),
            Field(
                "unit_id",
                _("Field unit"),
                "unit",
                required=False,
                help=_("Blank: the unit that has the ticket."),
            ),
            Field(
                "address",
                _("Address of the visit"),
                "text",
                required=False,
                help=_("Only its beginning is shown afterwards."),
                most=200,
            ),
            NOTE,
        ),
        group=Group.FIELD,
    ),
    Act(
        "book_field",
        "book-field",
        _("Make or move the appointment"),
        _("The appointment stands."),
        permissions.BOOK_FIELD,
        services.book_field,
        (Field("slot", _("Day and window"), "slot"), NOTE),
        group=Group.FIELD,
    ),
    Act(
        "give_field",
        "give-field",
        _("Name the engineer"),
        _("The engineer was named."),
        permissions.ASSIGN_FIELD,
        services.give_field,
        (Field("engineer_id", _("Engineer"), "person"), NOTE),
        group=Group.FIELD,
    ),
    Act(
        "start_field",
        "start-field",
        _("Begin the work"),
        _("The work has begun."),
        permissions.DO_FIELD,
        services.start_field,
        group=Group.FIELD,
    ),
    Act(
        "photo_field",
        "photo-field",
        _("Add a photo of the visit"),
        _("The photo was kept."),
        permissions.DO_FIELD,
        services.photo_field,
        (Field("file", _("Photo"), "file", help=_("JPG, PNG, WEBP or HEIC.")), NOTE),
        group=Group.FIELD,
    ),
    Act(
        "complete_field",
        "complete-field",
        _("Finish the work"),
        _("The work is done."),
        permissions.DO_FIELD,
        services.complete_field,
        (
            Field("signed", _("Confirmed by (name of the customer)"), "text", most=64),
            Field("parts", _("Parts used"), "text", required=False, most=500),
            Field(
                "late_reason",
                _("Why later than promised"),
                "select",
                options(LateReason),
                required=False,
                help=_("Needed once the promised limit is over."),
            ),
            NOTE,
        ),
        group=Group.FIELD,
    ),
    Act(
        "fail_field",
        "fail-field",
        _("It could not be done"),
        _("It was noted that the work could not be done."),
        permissions.DO_FIELD,
        services.fail_field,
        (Field("reason", _("Reason"), "select", WHY), NOTE),
        group=Group.FIELD,
    ),
    Act(
        "cancel_field",
        "cancel-field",
        _("Call the field order off"),
        _("The field order was called off."),
        permissions.BOOK_FIELD,
        services.cancel_field,
        (Field("reason", _("Reason"), "select", WHY), NOTE),
        group=Group.FIELD,
    ),
)
