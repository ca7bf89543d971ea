"""Taking turns where several rows are counted before one is written."""

from __future__ import annotations

from hashlib import blake2b

from django.db import connection


def take_turn(*keys: str) -> None:
    """Wait for whoever works on one of the keys, until the caller's transaction ends.

    On SQLite a writing transaction is alone anyway.
    """
    if connection.vendor != "postgresql":
        return
    numbers = sorted(
        int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), signed=True) for key in keys
    )
    with connection.cursor() as cursor:
        for number in numbers:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
