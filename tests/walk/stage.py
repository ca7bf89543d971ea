"""The product's own processes on a fresh database, with real mail servers around them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx

from sunline.testing.dovecot import Dovecot, dovecot
from sunline.testing.smtp import MailServer, smtp_server

ADDRESS = "gz@sunline.example"
# Test workers that run side by side each have ports of their own.
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
PORTS = range(8400 + 10 * (WORKER % 8), 8410 + 10 * (WORKER % 8))
SEED = Path(__file__).with_name("seed.py")
SERVE = [sys.executable, "-m", "sunline.cli.main", "serve", "--web", "1"]


@dataclass(slots=True)
class Stage:
    """A running operator and what stands around it."""

    url: str
    process: subprocess.Popen[bytes]
    environment: dict[str, str]
    output: Path
    imap: Dovecot
    smtp: MailServer
    client: dict[str, str]

    def figures(self) -> dict[str, int]:
        """Return today's counts."""
        found: dict[str, int] = seed("figures", self.environment)
        return found

    def said(self) -> str:
        """Return all that the processes have written."""
        return self.output.read_text(encoding="utf-8")

    def family(self) -> set[int]:
        """Return the process ids of the tree, the first process included."""
        return {self.process.pid, *below(self.process.pid)}

    def interrupt(self, seconds: float = 20) -> int:
        """Press Ctrl-C and return the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(seconds)


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    """Yield an operator that serves; its processes are ended afterwards."""
    port = free_port()
    with ExitStack() as around:
        database = around.enter_context(fresh_database(os.environ.get("DATABASE_URL", "")))
        imap = around.enter_context(dovecot())
        smtp = around.enter_context(smtp_server())
        environment = {
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            **({"DATABASE_URL": database} if database else {"REDIS_URL": ""}),
            "DJANGO_SETTINGS_MODULE": "sunline.config.settings",
            "SUNLINE_VAR": str(folder / "var"),
            "SUNLINE_SECRET_KEY": "the walk's own key, long enough to be one",
            "SUNLINE_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "SUNLINE_HUB_ALLOW_LOOPBACK": "1",
            "SUNLINE_LOG_LEVEL": "WARNING",
            "PYTHONUNBUFFERED": "1",
        }
        (folder / "var").mkdir()
        servers = {
            "address": ADDRESS,
            "imap_host": imap.host,
            "imap_port": imap.port,
            "imap_user": "gz",
            "imap_password": imap.password,
            "smtp_host": smtp.host,
            "smtp_port": smtp.port,
        }
        client = seed("fill", environment, servers)
        output = folder / "output.txt"
        with output.open("wb") as written:
            process = subprocess.Popen(
                [*SERVE, "--port", str(port)],
                env=environment,
                stdout=written,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        url = f"http://127.0.0.1:{port}"
        found = Stage(url, process, environment, output, imap, smtp, client)
        try:
            await_answer(found)
            yield found
        finally:
            end(process)


def await_answer(found: Stage, seconds: float = 40) -> None:
    """Wait until a person could sign in."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and found.process.poll() is None:
        try:
            if httpx.get(f"{found.url}/sign-in", timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError(f"the server does not answer:\n{found.said()[-3000:]}")


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process tree that a test left running."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def seed(what: str, environment: dict[str, str], given: Any = None) -> Any:
    """Run the seeding script and return what it prints."""
    done = subprocess.run(
        [sys.executable, str(SEED), what],
        env=environment,
        input=json.dumps(given).encode(),
        capture_output=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    return json.loads(done.stdout)


def below(process_id: int) -> set[int]:
    """Return the ids of all processes below one, as Linux lists them."""
    found: set[int] = set()
    for path in Path("/proc").glob(f"{process_id}/task/*/children"):
        for child in path.read_text(encoding="ascii").split():
            found |= {int(child), *below(int(child))}
    return found


def is_alive(process_id: int) -> bool:
    """Return whether a process is there and not merely waiting to be buried."""
    try:
        text = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return text.rpartition(")")[2].split()[0] not in {"Z", "X"}


def free_port() -> int:
    """Return the first port of the walk's range that nothing uses."""
    for port in PORTS:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no free port for the walk")


@contextmanager
def fresh_database(address: str) -> Iterator[str]:
    """Yield the address of an empty database on the same PostgreSQL, or nothing for SQLite."""
    if not address.startswith("postgres"):
        yield ""
        return
    import psycopg
    from psycopg import sql

    parts = urlsplit(address)
    server = urlunsplit(parts._replace(path="/postgres"))
    name = f"sunline_walk_{os.getpid()}"
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    create = sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(drop)
        connection.execute(create)
        try:
            yield urlunsplit(parts._replace(path=f"/{name}"))
        finally:
            connection.execute(drop)
