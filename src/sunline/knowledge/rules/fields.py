"""What a topic asks for: which fields are well made, and which values fit them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sunline.kernel.errors import (
    Problem,
    required,
    too_long,
    unknown_choice,
    wrong_type,
)

from ..errors import NOT_A_DAY, NOT_A_MONTH, NOT_AN_AMOUNT, UNKNOWN_DETAIL
from ..types import FIELD_KINDS, TopicField

CODE = re.compile(r"[a-z][a-z0-9_]{0,31}")
MONTH = re.compile(r"(20\d\d)[-/.]?(0[1-9]|1[0-2])")
MOST = 200  # characters of a value
MOST_AMOUNT = Decimal(10_000_000)
PREFIX = "details."


def field_problems(fields: Sequence[TopicField]) -> list[Problem]:
    """Return what is wrong with the fields of a topic."""
    found: list[Problem] = []
    seen: set[str] = set()
    for field in fields:
        if not CODE.fullmatch(field.code) or field.code in seen:
            found.append(wrong_type("fields"))
        seen.add(field.code)
        if not field.name.strip():
            found.append(required("fields"))
        if len(field.name) > 64 or len(field.name_en) > 64:
            found.append(too_long("fields", 64))
        if field.kind not in FIELD_KINDS:
            found.append(unknown_choice("fields"))
    if len(fields) > 12:
        found.append(too_long("fields", 12))
    return found


def checked(
    fields: Sequence[TopicField], values: Mapping[str, Any], *, complete: bool = True
) -> tuple[dict[str, str], list[Problem]]:
    """Return the values as they are kept, and what is wrong with them.

    With `complete` the required fields must be there. Problems name `details.CODE`.
    """
    known = {field.code: field for field in fields}
    kept: dict[str, str] = {}
    problems = [
        Problem(f"{PREFIX}{name}"[:80], "unknown_field", UNKNOWN_DETAIL)
        for name in values
        if name not in known
    ]
    for code, field in known.items():
        value = values.get(code)
        if value is not None and not isinstance(value, str | int | float):
            problems.append(wrong_type(f"{PREFIX}{code}"))
            continue
        text = plain(value)
        if len(text) > MOST:
            problems.append(too_long(f"{PREFIX}{code}", MOST))
        elif not text:
            if field.required and complete:
                problems.append(required(f"{PREFIX}{code}"))
        elif (problem := _unfit(field, text)) is not None:
            problems.append(problem)
        else:
            kept[code] = _written(field, text)
    return kept, problems


def missing(fields: Iterable[TopicField], values: Mapping[str, Any]) -> list[TopicField]:
    """Return the required fields that have no value yet."""
    return [field for field in fields if field.required and not values.get(field.code)]


def plain(value: Any) -> str:
    """Return a value as one line of text without what no database keeps."""
    if value is None or isinstance(value, bool):
        return ""
    return " ".join(unicodedata.normalize("NFKC", str(value)).replace("\0", "").split())


def _unfit(field: TopicField, text: str) -> Problem | None:
    name = f"{PREFIX}{field.code}"
    if field.kind == "amount" and _amount(text) is None:
        return Problem(name, "not_an_amount", NOT_AN_AMOUNT)
    if field.kind == "month" and MONTH.fullmatch(text) is None:
        return Problem(name, "not_a_month", NOT_A_MONTH)
    if field.kind == "day" and _day(text) is None:
        return Problem(name, "not_a_day", NOT_A_DAY)
    return None


def _written(field: TopicField, text: str) -> str:
    if field.kind == "amount":
        return f"{_amount(text):.2f}"
    if field.kind == "month" and (found := MONTH.fullmatch(text)):
        return f"{found[1]}-{found[2]}"
    return text


def _amount(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() and 0 <= value <= MOST_AMOUNT else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
