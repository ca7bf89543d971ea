"""The e-mail channel as the rest of the product sees it."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sunline.interactions.types import (
    Arrival,
    MailboxCheck,
    MailboxSettings,
    MailboxTrouble,
    Outcome,
    Parcel,
)

from . import carrier
from .parse import parse
from .reading import Trouble, session


class EmailChannel:
    """Reads mails and carries messages by SMTP (`interactions.ports.MailChannel`)."""

    def parse(self, raw: bytes, *, received_at: datetime, mailbox_code: str = "") -> Arrival:
        """Return a mail as an arrival; raise CannotRead."""
        return parse(raw, received_at=received_at, mailbox_code=mailbox_code)

    def carry(
        self, parcels: Sequence[Parcel], handing_over: Callable[[UUID], bool]
    ) -> Iterator[Outcome]:
        """Yield the outcome of each parcel."""
        return carrier.carry(parcels, handing_over)

    def check(self, mailbox: MailboxSettings) -> list[MailboxCheck]:
        """Try to sign in to both servers of a mailbox."""
        found = []
        if mailbox.imap_host:
            found.append(_check_imap(mailbox))
        if mailbox.smtp_host:
            found.append(_check_smtp(mailbox))
        return found


def _check_imap(mailbox: MailboxSettings) -> MailboxCheck:
    try:
        with session(mailbox):
            return MailboxCheck("imap", True)
    except Trouble as trouble:
        return MailboxCheck("imap", False, trouble.code.value, trouble.detail[:200])


def _check_smtp(mailbox: MailboxSettings) -> MailboxCheck:
    try:
        server = carrier.connect(mailbox)
        server.quit()
        return MailboxCheck("smtp", True)
    except smtplib.SMTPAuthenticationError as error:
        trouble, detail = MailboxTrouble.CREDENTIALS, str(error.smtp_code)
    except ssl.SSLError as error:
        trouble, detail = MailboxTrouble.TLS, str(error)
    except smtplib.SMTPException as error:
        trouble, detail = MailboxTrouble.PROTOCOL, str(error)
    except OSError as error:
        trouble, detail = MailboxTrouble.UNREACHABLE, str(error)
    return MailboxCheck("smtp", False, trouble.value, detail[:200])
