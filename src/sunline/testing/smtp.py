"""A real SMTP server for tests: keeps what it is given, or misbehaves as asked."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


@dataclass(slots=True)
class Delivered:
    """A mail that was taken over, with its envelope."""

    sender: str
    recipients: list[str]
    raw: bytes

    @property
    def mail(self) -> EmailMessage:
        """The mail, parsed."""
        parsed = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed


@dataclass(slots=True)
class MailServer:
    """What the server has received, and the answers it gives instead of `250`.

    `recipients` maps an address to an answer for RCPT; `data` is the answer to DATA, where
    `drop` means taking the mail and hanging up without a word.
    """

    host: str = "127.0.0.1"
    port: int = 0
    received: list[Delivered] = field(default_factory=list)
    recipients: dict[str, str] = field(default_factory=dict)
    data: str = ""
    delay: float = 0.0

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Answer RCPT."""
        if address in self.recipients:
            return self.recipients[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Answer the end of DATA."""
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.data and self.data != "drop":
            return self.data
        self.received.append(
            Delivered(envelope.mail_from, list(envelope.rcpt_tos), envelope.original_content)
        )
        if self.data == "drop":
            server.transport.abort()
        return "250 OK"


@contextmanager
def smtp_server(
    port: int = 0, host: str = "127.0.0.1", kind: type[MailServer] = MailServer
) -> Iterator[MailServer]:
    """Yield a running server; a port of 0 takes a free one."""
    server = kind(host=host)
    controller = Controller(server, hostname=host, port=port or _free_port(host))
    controller.start()
    server.port = controller.port
    try:
        yield server
    finally:
        controller.stop()


def _free_port(host: str) -> int:

    with socket.socket() as probe:
        probe.bind((host, 0))
        found: int = probe.getsockname()[1]
        return found
