"""CPU seconds of process trees, read from the operating system's own accounting (Linux)."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable
from pathlib import Path

# How a process of PostgreSQL that serves a connection is titled: `user database host(port)`.
CLIENT = re.compile(r" \S+ \S+ (\[local\]|[\d.:a-f]+\(\d+\))")
TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pids: Iterable[int], *, ended: bool = True) -> float:
    """Return user plus system seconds of the processes, with those of ended children or without."""
    return sum(_of(pid, 15 if ended else 13) for pid in pids)


def _of(pid: int, last: int) -> float:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0.0
    fields = text.rpartition(")")[2].split()
    return sum(int(value) for value in fields[11:last]) / TICK


def tree(root: int) -> list[int]:
    """Return the process and everything below it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(entry.name))
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, [])
    return found


def serving(postmaster: int, database: str) -> list[int]:
    """Return PostgreSQL's processes but for the connections to other databases."""
    found = []
    for pid in tree(postmaster):
        try:
            title = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if CLIENT.search(title) is None or f" {database} " in title:
            found.append(pid)
    return found


def postgres_seconds(postmaster: int, database: str) -> float:
    """Return the CPU seconds of the database's connections and of the background processes.

    Ended connections are left out: they are counted in the postmaster, whosever they were.
    """
    return cpu_seconds(serving(postmaster, database), ended=False)


def postmaster(port: int) -> int:
    """Return the process id of the local PostgreSQL server on the port."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
            parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue
        if words and words[0].endswith(b"/postgres") and parent == "1":
            return int(entry.name)
    raise SystemExit(f"No PostgreSQL server found for port {port}; its CPU could not be measured.")


class Meter:
    """Wall time and the CPU of this process and of the database's backend for it."""

    def __init__(self) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self._pid = cursor.fetchone()[0]
        self.start()

    def start(self) -> None:
        """Begin anew."""
        self._wall, self._own, self._base = (
            time.perf_counter(),
            time.process_time(),
            self._backend(),
        )

    def _backend(self) -> float:
        fields = Path(f"/proc/{self._pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def read(self) -> tuple[float, float, float]:
        """Return seconds of wall time, of own CPU and of the backend's CPU."""
        return (
            time.perf_counter() - self._wall,
            time.process_time() - self._own,
            self._backend() - self._base,
        )
