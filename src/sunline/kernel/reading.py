"""Reading values that came from outside: never trusted, each refusal with a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from .errors import Invalid, Problem, required, too_long, unknown_choice, wrong_type

Values = Mapping[str, Any]
MONEY = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,2})?")
YEARS = range(1900, 9000)  # beyond, a change of the time zone may leave the calendar


def text(values: Values, name: str, *, most: int = 200) -> str:
    """Return a field as stripped text without NULs, blank when it was not sent; raise Invalid."""
    found = str(values.get(name) or "").replace("\x00", "").strip()
    if len(found) > most:
        raise Invalid([too_long(name, most)])
    return found


def needed(values: Values, name: str, *, most: int = 200) -> str:
    """Return a text that must be there; raise Invalid."""
    found = text(values, name, most=most)
    if not found:
        raise Invalid([required(name)])
    return found


def choice(values: Values, name: str, allowed: Any, default: str = "") -> str:
    """Return one of the allowed codes, or the default when blank; raise Invalid."""
    found = text(values, name, most=64)
    if found and found not in allowed:
        raise Invalid([unknown_choice(name)])
    return found or default


def uuid(values: Values, name: str) -> UUID | None:
    """Return an id, or None when blank; raise Invalid."""
    found = text(values, name, most=64)
    if not found:
        return None
    try:
        return UUID(found)
    except ValueError:
        raise Invalid([unknown_choice(name)]) from None


def number(values: Values, name: str, default: int | None = None) -> int | None:
    """Return a whole number of at most nine digits, or the default when blank; raise Invalid."""
    found = text(values, name, most=64)
    if not found:
        return default
    if not found.isascii() or not found.isdigit() or len(found) > 9:
        raise Invalid([wrong_type(name)])
    return int(found)


def money(values: Values, name: str) -> Decimal | None:
    """Return an amount in yuan, possibly negative, or None when blank; raise Invalid."""
    found = text(values, name, most=64)
    if not found:
        return None
    if not MONEY.fullmatch(found):
        raise Invalid([wrong_type(name)])
    return Decimal(found)


def flag(values: Values, name: str) -> bool:
    """Return whether a box was ticked."""
    return str(values.get(name) or "") in {"1", "on", "true", "yes"}


def day(values: Values, name: str) -> date | None:
    """Return a day, or None when blank; raise Invalid."""
    found = text(values, name, most=32)
    try:
        parsed = parse_date(found) if found else None
    except ValueError:
        parsed = None
    if found and (parsed is None or parsed.year not in YEARS):
        raise Invalid([wrong_type(name)])
    return parsed


def day_start(values: Values, name: str) -> datetime | None:
    """Return the first moment of a day in the viewer's zone, or None when blank."""
    found = day(values, name)
    return timezone.make_aware(datetime.combine(found, time())) if found else None


def day_end(values: Values, name: str) -> datetime | None:
    """Return the first moment after a day in the viewer's zone, or None when blank."""
    found = day(values, name)
    if found is None:
        return None
    return timezone.make_aware(datetime.combine(found + timedelta(days=1), time()))


def local_moment(values: Values, name: str) -> datetime | None:
    """Return a moment typed in the viewer's zone, or None when blank; raise Invalid."""
    found = text(values, name, most=32)
    if not found:
        return None
    try:
        parsed = parse_datetime(found)
    except ValueError:
        parsed = None
    if parsed is None or parsed.year not in YEARS:
        raise Invalid([wrong_type(name)])
    return parsed if timezone.is_aware(parsed) else timezone.make_aware(parsed)


def merged(*errors: Invalid) -> Invalid:
    """Return one refusal with the problems of several."""
    problems: list[Problem] = [problem for error in errors for problem in error.problems]
    return Invalid(problems)
