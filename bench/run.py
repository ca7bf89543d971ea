"""Measures the product through HTTP on PostgreSQL, beside a raw loop over the same rows.

    python -m bench.run --sizes 100000,1000000 --server postgresql://postgres@127.0.0.1

CPU milliseconds per operation (web process tree plus PostgreSQL) are the figures to trust: wall
time on a shared machine says little. Results go to `bench/results.json` and `bench/README.md`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg

from . import machine, raw, report
from .load import Call, Result, run, spread

ROOT = Path(__file__).resolve().parents[1]
PORT = 8398
WORDS = ("宽带掉线", "话费争议", "信号不好", "流量超出", "停机", "套餐变更", "装机延迟")


@dataclass(frozen=True, slots=True)
class Row:
    """One measured cell."""

    tickets: int
    operation: str
    connections: int
    calls: int
    per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    web_cpu_ms: float
    database_cpu_ms: float
    failures: int

    @property
    def cpu_ms(self) -> float:
        """Server plus database CPU per operation."""
        return self.web_cpu_ms + self.database_cpu_ms


def environment(address: str) -> dict[str, str]:
    """Return the environment of the server under test."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("SUNLINE_")}
    return {
        **kept,
        "DATABASE_URL": address,
        "SUNLINE_SECRET_KEY": "bench",
        "SUNLINE_VAR": str(ROOT / "var" / "bench"),
        "DJANGO_SETTINGS_MODULE": "sunline.config.settings",
    }


def prepare(server: str, tickets: int) -> str:
    """Make and fill a database of the size unless it is there; return its address."""
    name = f"sunline_bench_{tickets}"
    address = f"{server}/{name}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as wire:
        if wire.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return address
        wire.execute(
            f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' "
            "LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"
        )
    started = time.perf_counter()
    command = [sys.executable, "-m", "bench.fill", str(tickets)]
    if subprocess.run(command, cwd=ROOT, env=environment(address), check=False).returncode:
        with psycopg.connect(f"{server}/postgres", autocommit=True) as wire:
            wire.execute(f"DROP DATABASE {name}")
        raise SystemExit("The bench database could not be filled.")
    with psycopg.connect(address, autocommit=True) as wire:
        wire.execute("VACUUM ANALYZE")
    print(f"filled {tickets:,} tickets in {time.perf_counter() - started:.0f} s", flush=True)
    return address


class Server:
    """The web server under test: granian with one worker of two threads."""

    def __init__(self, address: str) -> None:
        options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(PORT)]
        threads = ["--workers", "1", "--blocking-threads", "2", "--no-ws", "--log-level", "error"]
        command = [sys.executable, "-m", "granian", *options, *threads]
        self.child = subprocess.Popen(
            [*command, "sunline.config.wsgi:application"], cwd=ROOT, env=environment(address)
        )
        self.database = address.rpartition("/")[2]
        self.base = f"http://127.0.0.1:{PORT}"
        for _ in range(100):
            time.sleep(0.2)
            try:
                urllib.request.urlopen(f"{self.base}/healthz", timeout=1).read()
                return
            except OSError:
                continue
        raise SystemExit("The server under test did not start.")

    def token(self, client: dict[str, str]) -> str:
        """Return an access token of the bench's API client."""
        body = urlencode({"grant_type": "client_credentials", **client}).encode()
        with urllib.request.urlopen(f"{self.base}/oauth/token", body, timeout=10) as answer:
            return str(json.load(answer)["access_token"])

    def stop(self) -> None:
        """End the server."""
        self.child.terminate()
        self.child.wait()


def ticket(index: int) -> bytes:
    """Return the JSON of a ticket to create."""
    text = f"{spread(WORDS, index)}，客户称从昨天开始一直没有恢复，请尽快处理。编号{index}。" * 3
    return json.dumps(
        {
            "kind": "complaint",
            "title": spread(WORDS, index),
            "description": text,
            "contact": f"199000{index % 100000:05d}",
            "channel": "phone",
        },
        ensure_ascii=False,
    ).encode()


def operations(facts: dict[str, list[str]]) -> dict[str, Callable[[int], Call]]:
    """Return what is measured: a name and how to make the n-th call."""
    json_headers = {"Content-Type": "application/json"}
    numbers, phones, names = facts["numbers"], facts["phones"], facts["names"]
    base = "/api/internal"

    def post(path: str, body: bytes) -> Call:
        return Call("POST", path, body, json_headers)

    def look(text: str) -> Call:
        return Call("GET", f"{base}/search?q={quote(text)}")

    def tmf(index: int) -> Call:
        body = {
            "description": ticket(index).decode()[:200],
            "severity": "Medium",
            "ticketType": "complaint",
            "@type": "TroubleTicket",
        }
        return post("/tmf-api/troubleTicket/v5/troubleTicket", json.dumps(body).encode())

    return {
        "ping": lambda index: Call("GET", "/healthz"),
        "create": lambda index: post(f"{base}/tickets", ticket(index)),
        "create (TMF621 v5)": tmf,
        "read, 20 entries": lambda index: Call("GET", f"{base}/tickets/{spread(numbers, index)}"),
        "work list, 25 rows": lambda index: Call("GET", f"{base}/tickets?view=open&limit=25"),
        "comment": lambda index: post(
            f"{base}/tickets/{spread(numbers, index)}/comments",
            json.dumps({"text": f"已联系客户 {index}"}, ensure_ascii=False).encode(),
        ),
        "search by number": lambda index: look(spread(numbers, index)),
        "search by phone": lambda index: look(spread(phones, index)),
        "search by name": lambda index: look(spread(names, index)),
        "search Chinese text": lambda index: look(spread(WORDS, index)),
    }


def measure(server: Server, operation: str, make: Callable[[int], Call], **how: object) -> Result:
    """Run one operation once; the arguments are those of `load.run`."""
    return run(server.base, make, **how)  # type: ignore[arg-type]


def cell(
    server: Server,
    postgres: int,
    tickets: int,
    operation: str,
    make: Callable[[int], Call],
    connections: int,
    calls: int,
    token: str,
) -> Row:
    """Measure one operation at one number of connections."""
    offset = time.monotonic_ns() % 1_000_000
    how = {"connections": connections, "token": token}
    run(server.base, lambda i: make(i + offset), count=max(40, calls // 10), **how)  # type: ignore[arg-type]
    web = machine.tree(server.child.pid)
    before = machine.cpu_seconds(web), machine.postgres_seconds(postgres, server.database)
    result = run(server.base, lambda i: make(i + offset + 7_000), count=calls, **how)  # type: ignore[arg-type]
    after = machine.cpu_seconds(web), machine.postgres_seconds(postgres, server.database)
    if result.failures:
        print(f"  {len(result.failures)} failures, e.g. {result.failures[0][:160]}", flush=True)
    return Row(
        tickets,
        operation,
        connections,
        calls,
        round(calls / result.wall, 1),
        round(result.percentile(0.5), 2),
        round(result.percentile(0.95), 2),
        round(result.percentile(0.99), 2),
        round(1000 * (after[0] - before[0]) / calls, 3),
        round(1000 * (after[1] - before[1]) / calls, 3),
        len(result.failures),
    )


def bulk(server: Server, postgres: int, tickets: int, token: str, lines: int = 4000) -> Row:
    """Measure bulk creation: one NDJSON request; figures are per ticket."""
    body = b"\n".join(ticket(index) for index in range(lines))
    headers = {"Content-Type": "application/x-ndjson"}
    call = Call("POST", "/api/internal/tickets/bulk", body, headers, good=(200, 201, 207))
    run(server.base, lambda _: call, count=1, connections=1, token=token)
    web = machine.tree(server.child.pid)
    before = machine.cpu_seconds(web), machine.postgres_seconds(postgres, server.database)
    result = run(server.base, lambda _: call, count=3, connections=1, token=token)
    after = machine.cpu_seconds(web), machine.postgres_seconds(postgres, server.database)
    made = 3 * lines
    for failure in result.failures[:1]:
        print("  bulk:", failure[:200], flush=True)
    return Row(
        tickets,
        "bulk create (per ticket)",
        1,
        made,
        round(made / result.wall, 1),
        round(result.percentile(0.5), 2),
        round(result.percentile(0.95), 2),
        round(result.percentile(0.99), 2),
        round(1000 * (after[0] - before[0]) / made, 3),
        round(1000 * (after[1] - before[1]) / made, 3),
        len(result.failures),
    )


def size_run(server: str, tickets: int, levels: list[int], calls: int) -> list[Row]:
    """Measure everything at one number of tickets."""
    address = prepare(server, tickets)
    facts = json.loads((ROOT / "var" / "bench" / f"facts-{tickets}.json").read_text())
    postgres = machine.postmaster(5432)
    with psycopg.connect(address, autocommit=True) as wire:
        wire.execute("CHECKPOINT")  # what the filling left to be written is no operation's cost
    under_test = Server(address)
    rows = []
    try:
        token = under_test.token(facts["client"])
        for operation, make in operations(facts).items():
            for connections in levels:
                row = cell(
                    under_test, postgres, tickets, operation, make, connections, calls, token
                )
                rows.append(row)
                print(
                    f"  {tickets:>9,} {operation:<22} ×{connections:<3} {row.cpu_ms:7.2f} ms CPU "
                    f"(web {row.web_cpu_ms:.2f} + db {row.database_cpu_ms:.2f})",
                    flush=True,
                )
        rows.append(bulk(under_test, postgres, tickets, token))
        print(f"  bulk {rows[-1].per_second:,.0f}/s, {rows[-1].cpu_ms:.3f} ms CPU", flush=True)
    finally:
        under_test.stop()
    rows += [Row(tickets, *found) for found in raw.measure(address, postgres, facts, calls)]
    return rows


def main() -> None:
    """Measure the sizes asked for and write the report."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--sizes", default="100000,1000000")
    ask.add_argument("--connections", default="1,8,32")
    ask.add_argument("--calls", type=int, default=600)
    ask.add_argument("--server", default="postgresql://postgres@127.0.0.1")
    wanted = ask.parse_args()
    (ROOT / "var" / "bench").mkdir(parents=True, exist_ok=True)
    levels = [int(level) for level in wanted.connections.split(",")]
    rows: list[Row] = []
    for size in wanted.sizes.split(","):
        rows += size_run(wanted.server, int(size), levels, wanted.calls)
    found = {
        "at": time.strftime("%Y-%m-%d"),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "rows": [{**asdict(row), "cpu_ms": round(row.cpu_ms, 3)} for row in rows],
    }
    (ROOT / "bench" / "results.json").write_text(json.dumps(found, indent=1) + "\n")
    report.write(ROOT / "bench" / "README.md", found)


if __name__ == "__main__":
    main()
