"""`sunline mailbox`: fetches mail from every mailbox and never loses one.

A mail is marked as read only after it has been stored for good. A process that is killed in
between reads the mail again, and storing it twice changes nothing.
"""

from __future__ import annotations

import hashlib
import imaplib
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.db import (
    DatabaseError,
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
    transaction,
)
from imap_tools.errors import ImapToolsError

from sunline.interactions import queries, services
from sunline.interactions.ports import CannotRead
from sunline.interactions.types import (
    Arrival,
    File,
    MailboxSettings,
    MailboxTrouble,
    RefusedFile,
)
from sunline.kernel import clock, context, crash, unreadable
from sunline.kernel.models import Unreadable
from sunline.staff.types import system_viewer

from .parse import parse
from .reading import Fetched, Session, Trouble, session

SOURCE = "email"
RELOAD = 5.0  # seconds between looks at the list of mailboxes
IDLE = 20.0  # seconds of waiting before looking again by ourselves
SLICE = 2.0
WITHOUT_IDLE = 10.0
LONGEST_PAUSE = 300.0
logger = logging.getLogger(__name__)


def run(stop: threading.Event) -> None:
    """Read all mailboxes, each in a thread of its own, until `stop` is set."""
    readers: dict[str, Reader] = {}
    while not stop.is_set():
        try:
            close_old_connections()
            wanted = {box.code: box for box in queries.mailbox_settings() if box.imap_host}
            for code in list(readers):
                if code not in wanted or not readers[code].fits(wanted[code]):
                    readers.pop(code).end()
            for code, box in wanted.items():
                if code not in readers or not readers[code].is_alive():
                    readers[code] = Reader(box)
                    readers[code].start()
        except DatabaseError:
            logger.exception("the list of mailboxes cannot be read")
        stop.wait(RELOAD)
    for reader in readers.values():
        reader.ended.set()
    for reader in readers.values():
        reader.end()


class Reader(threading.Thread):
    """Reads one mailbox, connecting anew with growing pauses after any trouble."""

    def __init__(self, box: MailboxSettings) -> None:
        super().__init__(name=f"mailbox-{box.code}", daemon=True)
        self.box = box
        self.ended = threading.Event()

    def fits(self, box: MailboxSettings) -> bool:
        """Return whether a mailbox is still reached the way this thread does it."""
        return _way(self.box) == _way(box)

    def end(self) -> None:
        """Ask the thread to end and wait for it."""
        self.ended.set()
        self.join(timeout=10)

    def run(self) -> None:
        """Read until asked to end."""
        pause = 1.0
        while not self.ended.is_set():
            began = time.monotonic()
            try:
                read_mailbox(self.box.code, self.ended)
            except Trouble as trouble:
                _note(self.box.code, trouble.code, trouble.detail)
            except DatabaseError as error:
                logger.exception("mail cannot be stored", extra={"mailbox": self.box.code})
                _note(self.box.code, MailboxTrouble.DATABASE, type(error).__name__)
            except (OSError, imaplib.IMAP4.error, ImapToolsError) as error:
                _note(self.box.code, MailboxTrouble.UNREACHABLE, repr(error))
            except Exception as error:
                logger.exception("reading a mailbox failed", extra={"mailbox": self.box.code})
                _note(self.box.code, MailboxTrouble.PROTOCOL, repr(error))
            pause = 1.0 if time.monotonic() - began > 60 else min(pause * 2, LONGEST_PAUSE)
            self.ended.wait(pause)
        connection.close()


def _way(box: MailboxSettings) -> tuple[object, ...]:
    names = ("host", "port", "security", "user", "password")
    return (*(getattr(box, f"imap_{name}") for name in names), box.folder, box.done_folder)


def _note(code: str, trouble: MailboxTrouble, detail: str) -> None:
    logger.warning("mailbox trouble", extra={"mailbox": code, "trouble": trouble.value})
    try:
        _drop_broken_connection()
        services.note_mailbox(code, now=clock.now(), trouble=trouble.value, detail=detail)
    except DatabaseError:
        logger.exception("the trouble of a mailbox cannot be noted")


def current(code: str) -> MailboxSettings | None:
    """Return the mailbox as it is set up now, with how far it was read."""
    return next((box for box in queries.mailbox_settings() if box.code == code), None)


def read_mailbox(code: str, ended: threading.Event, *, once: bool = False) -> int:
    """Read a mailbox until asked to end, or once; return how many mails were stored or known."""
    box = current(code)
    if box is None:
        return 0
    count = 0
    with session(box) as opened:
        services.note_mailbox(code, now=clock.now())
        while True:
            _drop_broken_connection()
            count += read_waiting(opened, code, ended)
            if once or ended.is_set():
                return count
            _await_news(opened, ended)


def _drop_broken_connection() -> None:
    """Give up a database connection that no longer answers, unless work is under way on it."""
    if not connection.in_atomic_block:
        close_old_connections()


def _await_news(opened: Session, ended: threading.Event) -> None:
    """Return when there may be new mail, after a while, or when asked to end."""
    if not opened.can_idle:
        ended.wait(WITHOUT_IDLE)
        return
    until = time.monotonic() + IDLE
    with opened.held.idle as idle:
        while not ended.is_set() and time.monotonic() < until:
            if idle.poll(timeout=SLICE):
                return


def read_waiting(
    opened: Session,
    code: str,
    ended: threading.Event,
    *,
    moment: Callable[[], datetime] = clock.now,
) -> int:
    """Store every mail that waits in the open folder and return how many."""
    box = current(code)
    if box is None:
        ended.set()
        return 0
    same = box.uid_validity == opened.uid_validity
    last_uid = box.last_uid if same else 0
    if not box.uid_validity:
        # The first time only what nobody has read is taken; the folder may hold years of mail.
        waiting, last_uid = opened.waiting(0, None), max(0, opened.uid_next - 1)
        validity = opened.uid_validity
        services.advance_mailbox(code, uid_validity=validity, uid=last_uid, now=moment())
    else:
        waiting = opened.waiting(last_uid, None if same else box.read_at)
    count = 0
    for uid in waiting:
        if ended.is_set():
            break
        fetched = opened.fetch(uid)
        if fetched is not None:
            with context.correlation():
                store(fetched, box, opened.uid_validity, max(uid, last_uid))
            crash.point("after receive")
            opened.done(uid)
            count += 1
    return count


def store(fetched: Fetched, box: MailboxSettings, uid_validity: int, uid: int) -> None:
    """Store one mail as a message, or whole for a person when it cannot be read.

    Raises Trouble or DatabaseError when nothing can be stored at the moment; the mail then stays
    unread on the server.
    """
    now = clock.now()
    try:
        arrival = _arrival(fetched, box)
        with transaction.atomic():
            services.receive(arrival, viewer=system_viewer(), now=now)
            services.advance_mailbox(box.code, uid_validity=uid_validity, uid=uid, now=now)
            crash.point("before receive")
        return
    except CannotRead as failure:
        reason, detail = failure.reason, failure.detail
    except (OperationalError, InterfaceError):
        raise
    except OSError as failure:
        raise Trouble(MailboxTrouble.DATABASE, repr(failure)) from failure
    except Exception as failure:
        logger.exception("a mail cannot be stored", extra={"mailbox": box.code, "uid": uid})
        reason, detail = "unexpected", repr(failure)
    with transaction.atomic():
        keep(fetched.raw, reason, detail, now, mailbox=box.code)
        services.advance_mailbox(box.code, uid_validity=uid_validity, uid=uid, now=now)


def _arrival(fetched: Fetched, box: MailboxSettings) -> Arrival:
    arrival = parse(fetched.raw, received_at=fetched.received_at, mailbox_code=box.code)
    if not fetched.cut:
        return arrival
    rest = File("mail.eml", "message/rfc822", b"", refused=RefusedFile.TOO_BIG.value)
    whole = tuple(file for file in arrival.attachments[:-1])  # the last one was cut off
    return replace(arrival, attachments=(*whole, replace(rest, size=fetched.size)))


def keep(raw: bytes, reason: str, detail: str, now: datetime, *, mailbox: str) -> None:
    """Keep an unreadable mail whole, once however often it is read."""
    mark = f"sha256:{hashlib.sha256(raw).hexdigest()}"
    source = f"{SOURCE}:{mailbox}"[:48]
    if Unreadable.objects.filter(source=source, detail__startswith=mark).exists():
        return
    detail = f"{mark}\n{detail}".replace("\x00", "")
    unreadable.keep(source=source, reason=reason, body=raw, now=now, detail=detail)
