"""Room for visits: windows of a day taken and freed under a lock, and how many there are."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from sunline.kernel.errors import Invalid, Problem
from sunline.kernel.log import record
from sunline.kernel.types import Subject
from sunline.staff.queries import unit_tree
from sunline.staff.types import Viewer

from .. import field_policies, permissions
from ..events.fieldwork import FieldCapacitySet
from ..field_errors import BAD_VISITS, NOT_A_WINDOW, PAST, TOO_FAR, SlotFull
from ..models import AppointmentSlot
from ..rules import fieldwork as rules
from ..types import Window

MOST_VISITS = 500


def window_of(code: str, now: datetime) -> tuple[date, Window]:
    """Return the day and window of a code; raise Invalid for one that is past or too far ahead."""
    found = rules.read_slot(code)
    if found is None:
        raise Invalid([Problem("slot", "unknown", NOT_A_WINDOW)])
    ahead = field_policies.AHEAD.at(now)
    wrong = rules.wrong_time(*found, now, ahead, timezone.get_default_timezone())
    if wrong == "past":
        raise Invalid([Problem("slot", "past", PAST)])
    if wrong:
        raise Invalid([Problem("slot", "too_far", TOO_FAR, {"days": ahead})])
    return found


def take(
    unit_id: UUID, day: date, window: Window, before: UUID | None, now: datetime
) -> AppointmentSlot:
    """Book one visit in a window and free the one booked before; raise SlotFull.

    Both rows are locked in the order of their ids, so that two who change places never wait for
    each other.
    """
    wanted, _made = AppointmentSlot.objects.get_or_create(
        unit_id=unit_id,
        day=day,
        window=window,
        defaults={"capacity": field_policies.VISITS.at(now)},
    )
    if wanted.id == before:
        return wanted
    ids = [wanted.id, *([before] if before else [])]
    rows = AppointmentSlot.objects.select_for_update(no_key=True).filter(id__in=ids)
    held = {row.id: row for row in rows.order_by("id")}
    if held[wanted.id].booked >= held[wanted.id].capacity:
        raise SlotFull
    AppointmentSlot.objects.filter(id=wanted.id).update(booked=F("booked") + 1)
    if before is not None:
        free(before)
    return wanted


def free(slot_id: UUID) -> None:
    """Give one booked visit of a window back."""
    AppointmentSlot.objects.filter(id=slot_id, booked__gt=0).update(booked=F("booked") - 1)


def set_capacity(viewer: Viewer, *, unit_id: UUID, slot: str, capacity: int, now: datetime) -> None:
    """Set how many visits a unit makes in a window of a day, never fewer than are booked.

    Raises Refused, and Invalid for a window that is past or a number out of range.
    """
    viewer.require(permissions.ASSIGN_FIELD.code, unit_tree().path(unit_id))
    day, window = window_of(slot, now)
    with transaction.atomic():
        row, _made = AppointmentSlot.objects.get_or_create(
            unit_id=unit_id, day=day, window=window, defaults={"capacity": 0}
        )
        row = AppointmentSlot.objects.select_for_update(no_key=True).get(id=row.id)
        if not row.booked <= capacity <= MOST_VISITS:
            problem = Problem(
                "capacity", "out_of_range", BAD_VISITS, {"booked": row.booked, "most": MOST_VISITS}
            )
            raise Invalid([problem])
        row.capacity = capacity
        row.save(update_fields=["capacity"])
        fact = FieldCapacitySet(field_unit=unit_id, slot=slot, capacity=capacity)
        record(fact, subject=Subject("appointment_slot", row.id), actor=viewer.actor, now=now)
