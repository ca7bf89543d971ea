"""Field work orders (外线工单): opened on a ticket, booked, given, begun, done or called off."""

from __future__ import annotations

import contextlib
import secrets
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from sunline.interactions import services as interactions
from sunline.interactions.types import File
from sunline.kernel.errors import (
    Conflict,
    Invalid,
    NotFound,
    Problem,
    required,
    too_long,
    unknown_choice,
)
from sunline.staff import queries as staff
from sunline.staff.types import Viewer, system_viewer

from .. import field_policies, permissions
from ..events.fieldwork import FieldMoved, FieldOpened
from ..field_errors import (
    NOT_A_PHOTO,
    NOT_IN_UNIT,
    TOO_MANY_PHOTOS,
    WHY_LATE,
    FieldTwice,
    NoFieldWork,
    NotTheEngineer,
)
from ..field_errors import FieldState as WrongFieldState
from ..models import FieldFile, FieldOrder
from ..rules import fieldwork as rules
from ..rules.lifecycle import Verb
from ..types import FINAL, FieldEnd, FieldKind, FieldState, FieldStep, LateReason, TicketRef
from ..types.fieldwork import FIELD_OPEN
from .changing import Change, changing
from .field_slots import free, take, window_of
from .handling import check_unit, text_of

PICTURES = frozenset({"jpg", "jpeg", "png", "webp", "heic"})
MOST_PHOTOS = 20
MOST_ADDRESS, MOST_PARTS, MOST_NAME = 200, 500, 64


def open_field(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    kind: str,
    unit_id: UUID | None = None,
    address: str = "",
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Open a field order on a ticket, for the unit that has it unless another is named.

    Raises Invalid, NoFieldWork where the ticket's kind asks for none, FieldTwice.
    """
    note = text_of(note, "note", needed=False)
    address = _short(address, "address", MOST_ADDRESS)
    if kind not in FieldKind.values:
        raise Invalid([unknown_choice("kind")])
    with changing(viewer, ticket_id, Verb.OPEN_FIELD, now=now, version=version) as change:
        ticket = change.ticket
        if not rules.kinds_for(ticket.kind):
            raise NoFieldWork(number=ticket.number)
        if kind not in rules.kinds_for(ticket.kind):
            raise Invalid([unknown_choice("kind")])
        unit = unit_id or ticket.unit_id
        if unit is None:
            raise Invalid([required("unit_id")])
        check_unit(unit)
        rural = ticket.customer is not None and ticket.customer.rural
        row = FieldOrder(
            ticket=ticket, number=_number(), kind=kind, state=rules.first_state(kind),
            unit_id=unit, area_code=ticket.area_code, address=address, rural=rural, opened_at=now,
            promised_at=field_policies.promised_at(
                kind, ticket.registered_at, rural=rural, now=now
            ),
        )  # fmt: skip
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            raise FieldTwice(number=ticket.number) from None
        change.record(
            FieldOpened,
            order=row.id,
            field_kind=kind,
            field_unit=unit,
            limit=row.promised_at.isoformat(),
        )
        change.note(note, "field")
    return change.ref()


def book_field(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    slot: str,
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Make the appointment of a ticket's field order, or move it to another window.

    Raises Invalid for a window that is past or too far ahead, SlotFull for one without room.
    """
    note = text_of(note, "note", needed=False)
    day, window = window_of(slot, now)
    with changing(viewer, ticket_id, Verb.BOOK_FIELD, now=now, version=version) as change:
        row = _open(change)
        _go(change, row, FieldStep.BOOK)
        row.moved += row.slot_id is not None
        row.slot, row.day = take(row.unit_id, day, window, row.slot_id, now), day
        _write(change, row, FieldStep.BOOK, note, slot=slot)
    return change.ref()


def give_field(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    engineer_id: UUID,
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Name the engineer who goes out; raise Invalid for somebody of another unit."""
    note = text_of(note, "note", needed=False)
    with changing(viewer, ticket_id, Verb.GIVE_FIELD, now=now, version=version) as change:
        row = _open(change)
        if engineer_id not in {one.id for one in staff.people_of_unit(row.unit_id)}:
            raise Invalid([Problem("engineer_id", "unknown", NOT_IN_UNIT)])
        _go(change, row, FieldStep.GIVE)
        row.engineer_id = engineer_id
        _write(change, row, FieldStep.GIVE, note)
    return change.ref()


def start_field(
    viewer: Viewer, ticket_id: UUID, *, now: datetime, version: int | None = None
) -> TicketRef:
    """Begin the work at the customer's; an order without an engineer becomes the viewer's."""
    with changing(viewer, ticket_id, Verb.START_FIELD, now=now, version=version) as change:
        row = _own(change)
        _go(change, row, FieldStep.START)
        row.started_at = now
        row.engineer_id = row.engineer_id or viewer.account_id
        _write(change, row, FieldStep.START)
    return change.ref()


def photo_field(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    file: File | None = None,
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Keep a photo of the visit; the same picture twice counts once.

    Raises Invalid for a file that is too big or no picture.
    """
    note = text_of(note, "note", needed=False)
    if file is None:
        raise Invalid([required("file")])
    if file.name.rpartition(".")[2].lower() not in PICTURES:
        raise Invalid([Problem("file", "kind", NOT_A_PHOTO)])
    with changing(viewer, ticket_id, Verb.PHOTO_FIELD, now=now, version=version) as change:
        row = _own(change)
        _go(change, row, FieldStep.PHOTO)
        if row.files.count() >= MOST_PHOTOS:
            raise Invalid([Problem("file", "too_many", TOO_MANY_PHOTOS, {"most": MOST_PHOTOS})])
        kept = interactions.keep_file(file)
        FieldFile.objects.get_or_create(
            order=row,
            sha256=kept.sha256,
            defaults={
                "name": kept.name,
                "content_type": kept.content_type,
                "size": kept.size,
                "by": viewer.actor.id,
                "by_label": viewer.actor.label[:64],
                "at": now,
            },
        )
        _write(change, row, FieldStep.PHOTO, note)
    return change.ref()


def complete_field(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    signed: str,
    parts: str = "",
    late_reason: str = "",
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Finish the work: what was used, the name the customer confirmed with, and why late.

    Raises Invalid, also where the promised limit is over and no reason is given.
    """
    note = text_of(note, "note", needed=False)
    signed = _short(signed, "signed", MOST_NAME)
    parts = _short(parts, "parts", MOST_PARTS)
    problems = [] if signed else [required("signed")]
    if late_reason and late_reason not in LateReason.values:
        problems.append(unknown_choice("late_reason"))
    if problems:
        raise Invalid(problems)
    with changing(viewer, ticket_id, Verb.COMPLETE_FIELD, now=now, version=version) as change:
        row = _own(change)
        _go(change, row, FieldStep.COMPLETE)
        late = rules.is_late(row.promised_at, now)
        if late and not late_reason:
            raise Invalid([Problem("late_reason", "required", WHY_LATE)])
        row.late_reason = late_reason if late else ""
        row.parts, row.signed, row.ended_at = parts, signed, now
        _write(change, row, FieldStep.COMPLETE, note, late=row.late_reason)
    return change.ref()


def cancel_field(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    reason: str,
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Call the field order off with a reason; its visit is free for others again."""
    return _end(viewer, ticket_id, Verb.CANCEL_FIELD, FieldStep.CANCEL, reason, note, now, version)


def fail_field(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    reason: str,
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Say that the work could not be done, and why; another order may be opened."""
    return _end(viewer, ticket_id, Verb.FAIL_FIELD, FieldStep.FAIL, reason, note, now, version)


def call_off_by_rule(ticket_id: UUID, *, now: datetime) -> None:
    """Call off the open field order of a ticket that has ended, so that nobody drives there."""
    there = FieldOrder.objects.filter(
        ticket_id=ticket_id, state__in=FIELD_OPEN, ticket__state__in=FINAL
    )
    if there.exists():
        with contextlib.suppress(Conflict, NotFound):
            cancel_field(system_viewer(), ticket_id, reason=FieldEnd.TICKET_ENDED, now=now)


def _end(
    viewer: Viewer,
    ticket_id: UUID,
    verb: Verb,
    step: FieldStep,
    reason: str,
    note: str,
    now: datetime,
    version: int | None,
) -> TicketRef:
    note = text_of(note, "note", needed=False)
    if reason not in FieldEnd.values:
        raise Invalid([unknown_choice("reason")])
    with changing(viewer, ticket_id, verb, now=now, version=version) as change:
        row = _open(change) if step == FieldStep.CANCEL else _own(change)
        before = row.state
        _go(change, row, step)
        row.end_reason, row.ended_at = reason, now
        if row.slot_id is not None and before in rules.BEFORE_WORK:
            free(row.slot_id)
            row.slot = row.day = None
        _write(change, row, step, note, reason=reason)
    return change.ref()


def _open(change: Change) -> FieldOrder:
    """Return the open field order of the ticket under change; raise a refusal."""
    rows = FieldOrder.objects.filter(ticket_id=change.ticket.id)
    row = rows.filter(state__in=FIELD_OPEN).first()
    if row is None:
        last = rows.order_by("-id").first()
        if last is None:
            raise NoFieldWork(number=change.ticket.number)
        raise WrongFieldState(number=change.ticket.number, state=FieldState(last.state).label)
    return row


def _own(change: Change) -> FieldOrder:
    """Return the open field order if the viewer may work on it: its engineer, or who names them."""
    row, viewer = _open(change), change.viewer
    if row.engineer_id in {None, viewer.account_id} or viewer.may(permissions.ASSIGN_FIELD.code):
        return row
    raise NotTheEngineer(number=change.ticket.number)


def _go(change: Change, row: FieldOrder, step: FieldStep) -> None:
    target = rules.after(row.kind, step, row.state)
    if target is None:
        raise WrongFieldState(number=change.ticket.number, state=FieldState(row.state).label)
    row.state = target


def _write(
    change: Change, row: FieldOrder, step: FieldStep, note: str = "", **details: str
) -> None:
    row.save()
    change.record(
        FieldMoved,
        order=row.id,
        field_kind=str(row.kind),
        step=str(step),
        field_state=str(row.state),
        engineer=row.engineer_id,
        **details,
    )
    change.note(note, "field")


def _number() -> str:
    """Return a progress number that nobody has and nobody can guess."""
    while True:
        number = rules.number_of(secrets.randbelow(10 ** (rules.NUMBER_LENGTH - 1)))
        if not FieldOrder.objects.filter(number=number).exists():
            return number


def _short(value: str, field: str, most: int) -> str:
    value = text_of(value, field, needed=False)
    if len(value) > most:
        raise Invalid([too_long(field, most)])
    return value
