"""Field orders (装、移、修): steps, windows of a day, limits, and progress numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, tzinfo

from ..types import FieldKind, FieldState, FieldStep, Kind, Window
from ..types.fieldwork import BUILD_STATES, REPAIR_STATES

_S, _P = FieldState, FieldStep
BUILD: Mapping[str, Mapping[str, FieldState]] = {
    _P.BOOK: {_S.ACCEPTED: _S.SCHEDULED, _S.SCHEDULED: _S.SCHEDULED},
    _P.GIVE: {one: one for one in (_S.ACCEPTED, _S.SCHEDULED, _S.WORKING)},
    # Whoever is there already needs no appointment.
    _P.START: {_S.ACCEPTED: _S.WORKING, _S.SCHEDULED: _S.WORKING},
    _P.PHOTO: {_S.WORKING: _S.WORKING},
    _P.COMPLETE: {_S.WORKING: _S.COMPLETED},
    _P.CANCEL: dict.fromkeys((_S.ACCEPTED, _S.SCHEDULED, _S.WORKING), _S.CANCELLED),
    _P.FAIL: dict.fromkeys((_S.ACCEPTED, _S.SCHEDULED, _S.WORKING), _S.FAILED),
}
REPAIR: Mapping[str, Mapping[str, FieldState]] = {
    _P.BOOK: {_S.REPORTED: _S.REPORTED},
    _P.GIVE: {one: one for one in (_S.REPORTED, _S.REPAIRING)},
    _P.START: {_S.REPORTED: _S.REPAIRING},
    _P.PHOTO: {_S.REPAIRING: _S.REPAIRING},
    _P.COMPLETE: {_S.REPAIRING: _S.CLEARED},
    _P.CANCEL: dict.fromkeys((_S.REPORTED, _S.REPAIRING), _S.CANCELLED),
    _P.FAIL: dict.fromkeys((_S.REPORTED, _S.REPAIRING), _S.FAILED),
}
BEFORE_WORK = frozenset({_S.ACCEPTED, _S.SCHEDULED, _S.REPORTED})
HOURS: Mapping[str, tuple[time, time]] = {
    Window.MORNING: (time(8, 30), time(12)),
    Window.AFTERNOON: (time(13, 30), time(18)),
    Window.EVENING: (time(18, 30), time(20, 30)),
}
NUMBER_LENGTH = 12


def kinds_for(ticket_kind: str) -> tuple[FieldKind, ...]:
    """Return what field work a ticket of an intake kind can ask for."""
    if ticket_kind == Kind.FAULT:
        return (FieldKind.REPAIR,)
    return (FieldKind.INSTALL, FieldKind.MOVE) if ticket_kind == Kind.TRANSACTION else ()


def first_state(kind: str) -> FieldState:
    """Return where a new field order stands."""
    return FieldState.REPORTED if kind == FieldKind.REPAIR else FieldState.ACCEPTED


def after(kind: str, step: str, state: str) -> FieldState | None:
    """Return where a step leads, None where it is not possible."""
    table = REPAIR if kind == FieldKind.REPAIR else BUILD
    return table.get(step, {}).get(state)


def way(kind: str) -> tuple[FieldState, ...]:
    """Return the states of an order that goes well, in their order."""
    return REPAIR_STATES if kind == FieldKind.REPAIR else BUILD_STATES


def is_late(promised_at: datetime, done_at: datetime) -> bool:
    """Return whether work was done after the promised limit; on the limit is in time."""
    return done_at > promised_at


def span(day: date, window: str, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return when a window of a day begins and ends."""
    since, until = HOURS[window]
    return datetime.combine(day, since, zone), datetime.combine(day, until, zone)


def slot_code(day: date, window: str) -> str:
    """Return the code of a day's window: 2026-11-23.morning."""
    return f"{day.isoformat()}.{window}"


def read_slot(code: str) -> tuple[date, Window] | None:
    """Return the day and window of a code, None for anything else."""
    day, _dot, window = code.partition(".")
    try:
        found = date.fromisoformat(day)
    except ValueError:
        return None
    return (found, Window(window)) if window in HOURS else None


def wrong_time(day: date, window: str, now: datetime, ahead: int, zone: tzinfo) -> str:
    """Return why a window cannot be booked: `past` once it has begun, `too_far`, or nothing."""
    begins, _ends = span(day, window, zone)
    if begins <= now:
        return "past"
    return "too_far" if day > (now.astimezone(zone) + timedelta(days=ahead)).date() else ""


def number_of(value: int) -> str:
    """Return the progress number of a value: eleven digits and one that finds mistyping (Luhn)."""
    digits = f"{value % 10 ** (NUMBER_LENGTH - 1):0{NUMBER_LENGTH - 1}d}"
    return f"{digits}{-_sum(digits + '0') % 10}"


def is_number(text: str) -> bool:
    """Return whether a text can be a progress number."""
    fits = len(text) == NUMBER_LENGTH and text.isascii() and text.isdigit()
    return fits and _sum(text) % 10 == 0


def _sum(digits: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total
