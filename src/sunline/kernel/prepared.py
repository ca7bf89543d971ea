"""Queries that are built once and asked many times.

Building SQL from a queryset costs more than the database needs to answer a small one. A Prepared
query keeps the SQL and the converters of a `values_list` queryset; only the parameters change.
PostgreSQL answers in its binary format, whose moments and JSON cost a tenth to read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import psycopg
from django.db import connection
from django.db.models import JSONField, QuerySet
from psycopg.adapt import Buffer, Loader


class _Json(Loader):
    """Reads binary JSON: its first byte is the version of the format."""

    format = psycopg.pq.Format.BINARY

    def load(self, data: Buffer) -> Any:
        """Return the value."""
        return orjson.loads(memoryview(data)[1:])


class Prepared:
    """A queryset with example parameters, compiled at its first use.

    `make` returns a `values_list` queryset whose filters hold `count` parameters, in the order in
    which they are given to `rows`; a slice is part of the SQL.
    """

    def __init__(self, make: Callable[[], QuerySet[Any, Any]], count: int = 1) -> None:
        self._make, self._count = make, count
        self._sql: dict[str, tuple[str, Any, dict[int, Any]]] = {}
        self._quick: tuple[bytes, Any, dict[int, Any], bool] | None = None

    def rows(self, *parameters: Any) -> list[tuple[Any, ...]]:
        """Return the rows for these parameters."""
        connection.ensure_connection()
        if connection.vendor == "postgresql" and not connection.queries_logged:
            return self._rows_quickly(parameters)
        sql, compiler, converters = self._sql.get(connection.vendor) or self._compile()
        with connection.cursor() as plain:
            plain.execute(sql, _fitting(parameters))
            found: list[tuple[Any, ...]] = plain.fetchall()
        if converters:
            return [tuple(row) for row in compiler.apply_converters(found, converters)]
        return found

    def _rows_quickly(self, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        sql, compiler, converters, has_json = self._quick or self._compile_quick()
        cursor = psycopg.Cursor(connection.connection)
        if has_json:
            cursor.adapters.register_loader("jsonb", _Json)
        found: list[tuple[Any, ...]] = cursor.execute(
            sql, parameters, prepare=True, binary=True
        ).fetchall()
        if converters:
            return [tuple(row) for row in compiler.apply_converters(found, converters)]
        return found

    def _compile_quick(self) -> tuple[bytes, Any, dict[int, Any], bool]:
        """Return the statement and the converters that its binary answer still needs."""
        sql, compiler, converters = self._sql.get(connection.vendor) or self._compile()
        json = {
            place
            for place, (_, column) in converters.items()
            if isinstance(column.output_field, JSONField)
        }
        left = {place: held for place, held in converters.items() if place not in json}
        self._quick = sql.encode(), compiler, left, bool(json)
        return self._quick

    def _compile(self) -> tuple[str, Any, dict[int, Any]]:
        compiler = self._make().query.get_compiler("default")
        sql, parameters = compiler.as_sql()
        if len(parameters) != self._count:
            raise ValueError(f"{len(parameters)} parameters in a query made for {self._count}")
        chosen = [column[0] for column in compiler.select]
        converters = compiler.get_converters(chosen)
        self._sql[connection.vendor] = sql, compiler, converters
        return self._sql[connection.vendor]


class PreparedIn:
    """A queryset over a list of values, compiled once for each of a few lengths of the list.

    `make` gets the placeholders of a list, all different, and returns a `values_list` queryset
    whose only parameters they are. Lists are filled up with their last value, to a power of two or
    a multiple of `STEP`, so that a process keeps few statements.
    """

    STEP = 256

    def __init__(self, make: Callable[[list[Any]], QuerySet[Any, Any]]) -> None:
        self._make = make
        self._by_length: dict[int, Prepared] = {}

    def rows(self, values: Collection[Any]) -> list[tuple[Any, ...]]:
        """Return the rows for these values; an empty list costs no query."""
        if not values:
            return []
        length = min(1 << (len(values) - 1).bit_length(), -(-len(values) // self.STEP) * self.STEP)
        found = self._by_length.get(length)
        if found is None:
            holes = [UUID(int=index) for index in range(length)]
            found = Prepared(lambda: self._make(holes), length)
            self._by_length[length] = found
        given = list(values)
        return found.rows(*given, *[given[-1]] * (length - len(given)))


def ask(statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run a statement of our own, prepared on PostgreSQL, and return the rows it answers with.

    The values come as the database has them: on SQLite an id is 32 hexadecimal digits.
    """
    connection.ensure_connection()
    if connection.vendor == "postgresql" and not connection.queries_logged:
        with connection.wrap_database_errors:
            cursor = psycopg.Cursor(connection.connection)
            cursor.execute(statement.encode(), parameters, prepare=True, binary=True)
            return cursor.fetchall() if cursor.description else []
    with connection.cursor() as plain:
        plain.execute(statement, _fitting(parameters))
        return plain.fetchall() if plain.description else []


def as_id(value: UUID | str) -> UUID:
    """Return an id that `ask` answered with, on either database."""
    return value if isinstance(value, UUID) else UUID(value)


def _fitting(parameters: Sequence[Any]) -> Sequence[Any]:
    """Return parameters as the database in use takes them."""
    if connection.vendor == "postgresql":
        return parameters
    return [_plain(value) for value in parameters]


def _plain(value: Any) -> Any:
    """Return a parameter as SQLite stores it."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value


def one(rows: Sequence[tuple[Any, ...]]) -> tuple[Any, ...] | None:
    """Return the first row, or None."""
    return rows[0] if rows else None
