"""One IMAP session: signing in, waiting for new mail, fetching it whole."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from imap_tools import (
    BaseMailBox,
    MailBox,
    MailboxFolderSelectError,
    MailboxLoginError,
    MailBoxStartTls,
    MailBoxUnencrypted,
)
from imap_tools.errors import ImapToolsError

from sunline.interactions.types import MailboxSettings, MailboxTrouble, Security

TIMEOUT = 30.0
MOST_BYTES = 40 * 1024 * 1024  # beyond this only the beginning of a mail is fetched
PARTIAL = 512 * 1024
# Some Chinese providers turn away programs that do not name themselves (RFC 2971).
NAME = '("name" "sunline" "version" "1" "vendor" "sunline")'
SEEN = "\\Seen"
imaplib.Commands.setdefault("ID", ("NONAUTH", "AUTH", "SELECTED"))


class Trouble(Exception):
    """A mailbox cannot be used; `code` is one of MailboxTrouble."""

    def __init__(self, code: MailboxTrouble, detail: str) -> None:
        self.code, self.detail = code, detail
        super().__init__(f"{code}: {detail}")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A mail as the server holds it; `cut` says that only its beginning was fetched."""

    uid: int
    raw: bytes
    received_at: datetime
    size: int = 0
    cut: bool = False


@contextmanager
def session(box: MailboxSettings) -> Iterator[Session]:
    """Yield a signed-in session on the mailbox's folder; raise Trouble."""
    held = _connect(box)
    try:
        yield Session(held, box)
    finally:
        try:
            held.logout()
        except (OSError, imaplib.IMAP4.error, ImapToolsError):
            held.client.shutdown()


def _connect(box: MailboxSettings) -> BaseMailBox:
    context = ssl.create_default_context()
    where = (box.imap_host, box.imap_port)
    held: BaseMailBox
    try:
        if box.imap_security == Security.TLS:
            held = MailBox(*where, timeout=TIMEOUT, ssl_context=context)
        elif box.imap_security == Security.STARTTLS:
            held = MailBoxStartTls(*where, timeout=TIMEOUT, ssl_context=context)
        else:
            held = MailBoxUnencrypted(*where, timeout=TIMEOUT)
    except ssl.SSLError as error:
        raise Trouble(MailboxTrouble.TLS, str(error)) from error
    except OSError as error:
        raise Trouble(MailboxTrouble.UNREACHABLE, str(error)) from error
    except (imaplib.IMAP4.error, ImapToolsError) as error:
        raise Trouble(MailboxTrouble.PROTOCOL, str(error)) from error
    try:
        held.login(box.imap_user, box.imap_password, initial_folder=None)
        if "ID" in held.client.capabilities:
            held.client._simple_command("ID", NAME)
        held.folder.set(box.folder or "INBOX")
    except MailboxLoginError as error:
        _drop(held)
        raise Trouble(MailboxTrouble.CREDENTIALS, "sign-in refused") from error
    except MailboxFolderSelectError as error:
        _drop(held)
        raise Trouble(MailboxTrouble.FOLDER, box.folder) from error
    except (OSError, imaplib.IMAP4.error, ImapToolsError, UnicodeError) as error:
        _drop(held)
        raise Trouble(MailboxTrouble.PROTOCOL, repr(error)) from error
    return held


def _drop(held: BaseMailBox) -> None:
    with suppress(OSError):
        held.client.shutdown()


class Session:
    """A folder that is open."""

    def __init__(self, held: BaseMailBox, box: MailboxSettings) -> None:
        self.held, self.box = held, box
        status = held.folder.status(box.folder or "INBOX", ["UIDVALIDITY", "UIDNEXT"])
        self.uid_validity, self.uid_next = int(status["UIDVALIDITY"]), int(status["UIDNEXT"])

    @property
    def can_idle(self) -> bool:
        """Whether the server tells of new mail by itself (RFC 2177)."""
        return "IDLE" in self.held.client.capabilities

    def waiting(self, last_uid: int, since: datetime | None) -> list[int]:
        """Return the uids of mails to read, oldest first.

        These are the unseen ones and all after `last_uid`, whoever has looked at them; when the
        folder was numbered anew (`last_uid` 0 with a moment) those since two days before it too.
        """
        found = {int(uid) for uid in self.held.uids("UNSEEN", charset=None)}
        if last_uid:
            later = self.held.uids(f"UID {last_uid + 1}:*", charset=None)
            # `n:*` always names the last mail, even when it lies before n.
            found |= {int(uid) for uid in later if int(uid) > last_uid}
        elif since is not None:
            day = f"{since - timedelta(days=2):%d-%b-%Y}"
            found |= {int(uid) for uid in self.held.uids(f"SINCE {day}", charset=None)}
        return sorted(found)

    def fetch(self, uid: int) -> Fetched | None:
        """Return a mail without marking it, or None when it has gone."""
        size, received_at = self._facts(uid)
        if size is None:
            return None
        cut = size > MOST_BYTES
        wanted = f"(BODY.PEEK[]<0.{PARTIAL}>)" if cut else "(BODY.PEEK[])"
        kind, answer = self.held.client.uid("FETCH", str(uid), wanted)
        if kind != "OK":
            raise Trouble(MailboxTrouble.PROTOCOL, f"FETCH answered {kind}")
        raw = next((item[1] for item in answer if isinstance(item, tuple)), None)
        if raw is None:
            return None
        return Fetched(uid, bytes(raw), received_at, size, cut)

    def _facts(self, uid: int) -> tuple[int | None, datetime]:
        kind, answer = self.held.client.uid("FETCH", str(uid), "(RFC822.SIZE INTERNALDATE)")
        line = answer[0] if kind == "OK" and answer else None
        text = line.decode("ascii", "replace") if isinstance(line, bytes) else ""
        size = re.search(r"RFC822\.SIZE (\d+)", text)
        day = re.search(r'INTERNALDATE "([^"]+)"', text)
        moment = datetime.now(UTC)
        if day:
            with suppress(ValueError):
                moment = datetime.strptime(day[1].strip(), "%d-%b-%Y %H:%M:%S %z")
        return (int(size[1]) if size else None), moment

    def done(self, uid: int) -> None:
        """Mark a mail as read and put it away, after it has been stored for good."""
        self.held.flag([str(uid)], [SEEN], True)
        if self.box.done_folder:
            if not self.held.folder.exists(self.box.done_folder):
                self.held.folder.create(self.box.done_folder)
            self.held.move([str(uid)], self.box.done_folder)

    def wait(self, seconds: float) -> bool:
        """Wait for news at most so long; return whether there was any."""
        return bool(self.held.idle.wait(timeout=seconds))
