"""Loading very many rows: by COPY on PostgreSQL, by prepared inserts elsewhere."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db import connection
from django.db.models import NOT_PROVIDED, ForeignKey, JSONField, Model
from django.db.models.fields import AutoField

from .crypto import EncryptedField, encrypt

Convert = Callable[[Any], Any]


class Plan(NamedTuple):
    """How rows of a model are loaded: the statements, the attributes, and what they become."""

    copy: str
    insert: str
    pick: Callable[[dict[str, Any]], tuple[Any, ...]]
    converters: tuple[tuple[int, Convert], ...]
    defaults: dict[str, Any]


def load(rows: Sequence[Any], model: type[Model] | None = None) -> None:
    """Insert many unsaved rows of one model, whose keys are set, in the caller's transaction.

    With `model` the rows may be any objects that hold the model's attributes; making instances
    costs more than inserting them. What they leave out gets its plain default. Constraints hold
    as for any other insert.
    """
    if not rows:
        return
    of: type[Model] = model or type(rows[0])
    plan = _plan(of, connection.vendor)
    states: Iterable[dict[str, Any]] = (row.__dict__ for row in rows)
    if model is not None:
        states = (plan.defaults | state for state in states)
    values = _values(plan, states)
    if connection.vendor == "postgresql":
        copy_in(plan.copy, values)
    else:
        with connection.cursor() as cursor:
            cursor.executemany(plan.insert, list(values))
    if model is None:
        for row in rows:
            row._state.adding = False


@contextmanager
def no_collection() -> Iterator[None]:
    """Look for no garbage meanwhile: a batch makes very many objects and none in a circle."""
    usual = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if usual:
            gc.enable()


def _values(plan: Plan, states: Iterable[dict[str, Any]]) -> Iterator[list[Any]]:
    """Return the columns of each row as the driver takes them; most need no converting."""
    pick, converters = plan.pick, plan.converters
    for state in states:
        row = list(pick(state))
        for place, convert in converters:
            row[place] = convert(row[place])
        yield row


def copy_in(statement: str, values: Iterable[Sequence[Any]]) -> None:
    """Run a `COPY … FROM STDIN` with the rows; PostgreSQL only."""
    wrapped = connection.wrap_database_errors
    with wrapped, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in values:
            copy.write_row(row)


@lru_cache(maxsize=64)
def _plan(model: type[Model], vendor: str) -> Plan:
    """Return how rows of a model are loaded."""
    quote = connection.ops.quote_name
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, AutoField)]
    columns = ", ".join(quote(str(field.column)) for field in fields)
    table = quote(model._meta.db_table)
    copy = f"COPY {table} ({columns}) FROM STDIN"
    mark = ", ".join(["%s"] * len(fields))
    insert = f"INSERT INTO {table} ({columns}) VALUES ({mark})"  # noqa: S608 - our own names
    names = [str(field.attname) for field in fields]
    found = ((place, _converter(field, vendor)) for place, field in enumerate(fields))
    converters = tuple((place, convert) for place, convert in found if convert is not None)
    defaults = {name: _plain(field) for name, field in zip(names, fields, strict=True)}
    return Plan(copy, insert, itemgetter(*names), converters, defaults)


def _plain(field: Any) -> Any:
    """Return what a row gets that says nothing; None where the default is made for each row."""
    made = callable(field.default) and field.default is not NOT_PROVIDED
    return None if made else field.get_default()


def _converter(field: Any, vendor: str) -> Convert | None:
    """Return how a value of the field is turned into what the driver takes; None for as it is."""
    if isinstance(field, EncryptedField):
        return encrypt
    if isinstance(field, JSONField):
        return as_json
    choices = field.choices
    while isinstance(field, ForeignKey):
        field = field.target_field
    kind = field.get_internal_type()
    if vendor == "postgresql":
        return as_text if choices else as_hex if kind == "UUIDField" else None
    if kind.endswith("IntegerField") or kind == "BooleanField":
        return None
    known: Convert | None = SQLITE.get(kind)
    return known or (lambda value: field.get_db_prep_save(value, connection))


def as_json(value: Any) -> str:
    """Return a value as JSON."""
    return orjson.dumps(value).decode()


def as_text(value: Any) -> Any:
    """Return an enumerated text as a plain one."""
    return value if value is None or type(value) is str else str(value)


def as_hex(value: UUID | None) -> str | None:
    """Return an id as SQLite holds it and PostgreSQL takes it quickest."""
    return None if value is None else f"{value.int:032x}"  # `hex` is a slower way to the same


def as_naive(value: datetime | None) -> str | None:
    """Return a moment as SQLite holds it: in UTC, without saying so."""
    return None if value is None else str(value.astimezone(UTC).replace(tzinfo=None))


# What Django's fields do on SQLite, without the way through their layers.
SQLITE: dict[str, Convert] = {
    "CharField": as_text,
    "TextField": as_text,
    "UUIDField": as_hex,
    "DateTimeField": as_naive,
}
