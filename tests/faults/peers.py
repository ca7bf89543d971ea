"""The outside world in a process of its own: a mail server and a listener to notifications.

What they were given stands in append-only files, written before the giver is told that it arrived.
"""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from sunline.testing.smtp import MailServer, smtp_server

SLOW = 0.002  # seconds; leaves a moment in which a sender can die between giving and knowing


@dataclass(frozen=True, slots=True)
class Peers:
    """Where the outside world listens, and what it has been given."""

    smtp_port: int
    hub_port: int
    folder: Path

    def mails(self) -> list[dict[str, str]]:
        """Return Message-ID and recipient of each mail taken, in the order of arrival."""
        return lines(self.folder / "mails")

    def notices(self) -> list[dict[str, str]]:
        """Return path, eventId, eventType and ticket of each notification taken, in order."""
        return lines(self.folder / "notices")


def append(path: Path, record: dict[str, Any]) -> None:
    """Write one line that outlives the process which writes it."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(file, json.dumps(record).encode() + b"\n")
        os.fsync(file)
    finally:
        os.close(file)


def lines(path: Path) -> list[dict[str, str]]:
    """Return the records of a file that `append` wrote."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text().splitlines()]


@contextmanager
def running(folder: Path) -> Iterator[Peers]:
    """Yield the running peers; the caller has no threads yet, so forking is safe."""
    folder.mkdir(parents=True)
    child = os.fork()
    if child == 0:
        try:
            _serve(folder)
        finally:
            os._exit(1)
    try:
        ports = _await(folder / "ports")
        yield Peers(ports["smtp"], ports["hub"], folder)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _await(path: Path) -> dict[str, int]:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if path.exists():
            found: dict[str, int] = json.loads(path.read_text())
            return found
        time.sleep(0.02)
    raise TimeoutError("the peers did not start")


class _Mails(MailServer):
    """Notes each mail in a file."""

    folder: Path

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        mail = message_from_bytes(envelope.original_content)
        record = {"id": str(mail["Message-ID"]), "to": envelope.rcpt_tos[0]}
        append(self.folder / "mails", record)
        time.sleep(SLOW)
        return "250 OK"


def _serve(folder: Path) -> None:
    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            record = {
                "path": self.path,
                "event": body["eventId"],
                "type": body["eventType"],
                "ticket": body["event"]["troubleTicket"]["id"],
            }
            append(folder / "notices", record)
            time.sleep(SLOW)
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    hub = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=hub.serve_forever, daemon=True).start()
    _Mails.folder = folder
    with smtp_server(kind=_Mails) as mails:
        ports = {"smtp": mails.port, "hub": hub.server_address[1]}
        (folder / "ports.part").write_text(json.dumps(ports))
        (folder / "ports.part").rename(folder / "ports")
        while True:
            signal.pause()
