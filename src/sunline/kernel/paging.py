"""Keyset paging: a page starts after a row, not after a count, so deep pages cost the same."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Model, Q, QuerySet

from .errors import BAD_CURSOR, Invalid, Problem
from .types import Page

Row = TypeVar("Row", bound=Model | Mapping[str, Any])
MOST = 250


def page(
    rows: QuerySet[Any, Row], *, order: Sequence[str], cursor: str | None = None, limit: int = 25
) -> Page[Row]:
    """Return one page of rows ordered by `order`, whose last field must be unique.

    A cursor starting with `<` leads back. Raises Invalid for a cursor that cannot be read.
    """
    limit = max(1, min(limit, MOST))
    backward = bool(cursor) and str(cursor).startswith("<")
    fields = [_flip(field) for field in order] if backward else list(order)
    if cursor:
        values = decode(cursor[1:] if backward else cursor, len(order))
        values = [fitting(rows.model, *pair) for pair in zip(order, values, strict=True)]
        rows = rows.filter(_after(fields, values))
    return cut(rows.order_by(*fields)[: limit + 1], order=order, cursor=cursor, limit=limit)


def cut(
    rows: Iterable[Row], *, order: Sequence[str], cursor: str | None = None, limit: int = 25
) -> Page[Row]:
    """Return the page of rows already in their order, one more than the limit if there are more."""
    backward = bool(cursor) and str(cursor).startswith("<")
    found = list(rows)
    more, found = len(found) > limit, found[:limit]
    if backward:
        found.reverse()
    first = "<" + encode(found[0], order) if found and (cursor and (more or not backward)) else None
    last = encode(found[-1], order) if found and (more or backward) else None
    return Page(found, next=last, previous=first)


def encode(row: Model | Mapping[str, Any], order: Sequence[str]) -> str:
    """Return the cursor that starts after a row, an instance or one of `values()`."""
    values = []
    for field in order:
        value: Any = row
        if isinstance(row, Mapping):
            value = row[field.lstrip("-")]
        else:
            for part in field.lstrip("-").split("__"):
                value = getattr(value, part)
        values.append(value.isoformat() if isinstance(value, datetime) else _plain(value))
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def decode(cursor: str, length: int) -> list[Any]:
    """Return the values of a cursor; raise Invalid when it is not one of ours."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        values = json.loads(raw)
    except (binascii.Error, ValueError, RecursionError) as error:
        raise bad_cursor() from error
    if not isinstance(values, list) or len(values) != length:
        raise bad_cursor()
    if not all(isinstance(value, str | int | float | type(None)) for value in values):
        raise bad_cursor()
    return values


def fitting(model: type[Model], name: str, value: Any) -> Any:
    """Return a cursor's value as the column holds it; raise Invalid before a database must."""
    try:
        for part in name.lstrip("-").split("__"):
            field = model._meta.get_field(part)
            model = field.related_model or model
        value = field.to_python(value)  # type: ignore[union-attr]
        if isinstance(value, datetime):
            value = value.astimezone(UTC)
        elif isinstance(value, str):
            value.encode()
    except FieldDoesNotExist:
        return value  # computed by the query, so of any type
    except (ValidationError, ValueError, TypeError, OverflowError) as error:
        raise bad_cursor() from error
    if value is None or (isinstance(value, str) and "\0" in value):
        raise bad_cursor()
    return value


def bad_cursor() -> Invalid:
    """Return the refusal of a cursor that is not one of ours."""
    return Invalid([Problem("cursor", "bad_cursor", BAD_CURSOR)])


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value


def _flip(field: str) -> str:
    return field[1:] if field.startswith("-") else f"-{field}"


def _after(fields: Sequence[str], values: Sequence[Any]) -> Q:
    """Return the condition of rows that come after the values in the order of the fields."""
    condition = Q()
    for depth in reversed(range(len(fields))):
        name = fields[depth].lstrip("-")
        step = "lt" if fields[depth].startswith("-") else "gt"
        here = Q(**{f"{name}__{step}": values[depth]})
        deeper = Q(**{name: values[depth]}) & condition
        condition = here | deeper if condition else here
    return condition
