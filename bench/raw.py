"""The yardstick: a bare psycopg loop that writes and reads the same rows, in the same run."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from . import machine

Found = tuple[str, int, int, float, float, float, float, float, float, int]
JSONB = psycopg.adapters.types["jsonb"].oid
TABLES = ("tickets_ticket", "sla_clock", "kernel_event", "kernel_delivery", "tickets_search")


def measure(address: str, postgres: int, facts: dict[str, Any], calls: int) -> list[Found]:
    """Return the raw loop's figures for writing one ticket's rows, reading one, listing 25."""
    with psycopg.connect(address, autocommit=True) as wire:
        templates = {table: _template(wire, table) for table in TABLES}
        numbers = facts["numbers"]

        def create(index: int) -> None:
            key = uuid.uuid4()
            with wire.transaction():
                for table, (statement, row) in templates.items():
                    wire.execute(statement, _fresh(table, row, key, index), prepare=True)

        def read(index: int) -> None:
            number = numbers[(index * 7919) % len(numbers)]
            row = wire.execute(
                "SELECT * FROM tickets_ticket WHERE number = %s", [number], prepare=True
            ).fetchone()
            assert row is not None
            wire.execute(
                "SELECT * FROM kernel_event WHERE subject_id = %s ORDER BY sequence",
                [row[0]],
                prepare=True,
            ).fetchall()

        def listing(index: int) -> None:
            wire.execute(
                "SELECT t.*, p.name FROM tickets_ticket t "
                "LEFT JOIN customers_customer c ON c.id = t.customer_id "
                "LEFT JOIN customers_party p ON p.id = c.party_id "
                "WHERE t.closed_at IS NULL ORDER BY t.next_due_at, t.id LIMIT 25",
                prepare=True,
            ).fetchall()

        named = {"raw create": create, "raw read": read, "raw list 25": listing}
        database = address.rpartition("/")[2]
        return [_timed(name, act, postgres, database, calls) for name, act in named.items()]


def _template(wire: psycopg.Connection[Any], table: str) -> tuple[str, dict[str, Any]]:
    """Return an INSERT of the table and one of its rows to copy."""
    cursor = wire.execute(f"SELECT * FROM {table} LIMIT 1")
    names = [column.name for column in cursor.description or ()]
    row = cursor.fetchone()
    if row is None:
        raise SystemExit(f"{table} is empty; the raw loop has nothing to copy.")
    statement = (
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})"
    )
    as_json = {column.name for column in cursor.description or () if column.type_code == JSONB}
    values = zip(names, row, strict=True)
    return statement, {name: Jsonb(one) if name in as_json else one for name, one in values}


def _fresh(table: str, row: dict[str, Any], key: uuid.UUID, index: int) -> list[Any]:
    """Return the row's values with keys of its own."""
    changed = dict(row)
    for name in ("id", "ticket_id", "subject_id", "event_id"):
        if name in changed:
            changed[name] = key
    if table == "tickets_ticket":
        changed |= {"number": f"R{key.hex[:18]}", "external_id": ""}
    if "payload" in changed:
        changed["payload"] = Jsonb({})
    return list(changed.values())


def _timed(
    name: str, act: Callable[[int], None], postgres: int, database: str, calls: int
) -> Found:
    for index in range(40):
        act(index)
    cpu, server = time.process_time(), machine.postgres_seconds(postgres, database)
    times, started = [], time.perf_counter()
    for index in range(calls):
        begun = time.perf_counter()
        act(index)
        times.append(time.perf_counter() - begun)
    wall = time.perf_counter() - started
    web = 1000 * (time.process_time() - cpu) / calls
    spent = 1000 * (machine.postgres_seconds(postgres, database) - server) / calls
    times.sort()
    p50, p95, p99 = (1000 * times[int(len(times) * share)] for share in (0.5, 0.95, 0.99))
    figures = (round(p50, 2), round(p95, 2), round(p99, 2), round(web, 3), round(spent, 3))
    return (name, 1, calls, round(calls / wall, 1), *figures, 0)
