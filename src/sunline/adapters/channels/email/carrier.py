"""Handing mail to a mailbox's server, knowing at each step whether it can have gone out."""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from email.policy import SMTP
from itertools import groupby
from uuid import UUID

from sunline.interactions import queries
from sunline.interactions.types import Carried, MailboxSettings, Outcome, Parcel, Security

from .compose import compose, wire_address

TIMEOUT = 20.0
HandingOver = Callable[[UUID], bool]
logger = logging.getLogger(__name__)


class NotReady(Exception):
    """The server cannot be used at the moment; nothing has gone out."""


def carry(parcels: Sequence[Parcel], handing_over: HandingOver) -> Iterator[Outcome]:
    """Yield the outcome of each parcel; parcels of one mailbox share a connection."""
    boxes = {box.code: box for box in queries.mailbox_settings() if box.smtp_host}
    fallback = next(iter(boxes.values()), None)

    def box_of(parcel: Parcel) -> str:
        return parcel.mailbox_code if parcel.mailbox_code in boxes else ""

    for code, group in groupby(sorted(parcels, key=box_of), key=box_of):
        box = boxes.get(code) or fallback
        if box is None:
            for parcel in group:
                yield Outcome(parcel.outgoing_id, Carried.LATER, "no mailbox is set up")
            continue
        yield from _carry_by(box, list(group), handing_over)


def _carry_by(
    box: MailboxSettings, parcels: Sequence[Parcel], handing_over: HandingOver
) -> Iterator[Outcome]:
    server: smtplib.SMTP | None = None
    try:
        for parcel in parcels:
            try:
                server = server or connect(box)
            except (smtplib.SMTPException, OSError) as error:
                detail = f"cannot reach {box.smtp_host}: {error!r}"
                yield Outcome(parcel.outgoing_id, Carried.LATER, detail)
                continue
            outcome = _carry_one(server, box, parcel, handing_over)
            if outcome.carried != Carried.SENT:
                server = _again(server)
            yield outcome
    finally:
        if server is not None:
            _close(server)


def connect(box: MailboxSettings) -> smtplib.SMTP:
    """Return a signed-in connection; raise SMTPException or OSError."""
    context = ssl.create_default_context()
    if box.smtp_security == Security.TLS:
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            box.smtp_host, box.smtp_port, timeout=TIMEOUT, context=context
        )
    else:
        server = smtplib.SMTP(box.smtp_host, box.smtp_port, timeout=TIMEOUT)
    try:
        server.ehlo()
        if box.smtp_security == Security.STARTTLS:
            server.starttls(context=context)
            server.ehlo()
        if box.smtp_user:
            server.login(box.smtp_user, box.smtp_password)
    except BaseException:
        server.close()
        raise
    return server


def _again(server: smtplib.SMTP) -> smtplib.SMTP | None:
    """Return the connection ready for the next mail, or None when it has to be made anew."""
    try:
        if server.rset()[0] == 250:
            return server
    except (smtplib.SMTPException, OSError):
        pass
    server.close()
    return None


def _close(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()


def _carry_one(
    server: smtplib.SMTP, box: MailboxSettings, parcel: Parcel, handing_over: HandingOver
) -> Outcome:
    """Hand one mail over. Until DATA nothing can have gone out; a silence after it is unknown."""

    def outcome(carried: Carried, detail: object = "") -> Outcome:
        return Outcome(parcel.outgoing_id, carried, str(detail))

    try:
        content = compose(parcel, box).as_bytes(policy=SMTP)
        to = wire_address(parcel.to)
        to.encode("ascii")
    except (ValueError, LookupError, TypeError) as error:
        return outcome(Carried.REFUSED, f"cannot be written as a mail: {error!r}")
    try:
        options = [f"size={len(content)}"] if server.has_extn("size") else []
        code, answer = server.mail(box.address, options)
        if code != 250:
            # A server that refuses our sender now may be told otherwise; only size is final.
            return outcome(Carried.REFUSED if code == 552 else Carried.LATER, (code, answer))
        code, answer = server.rcpt(to)
        if code not in {250, 251}:
            return outcome(Carried.REFUSED if code >= 500 else Carried.LATER, (code, answer))
        if not handing_over(parcel.outgoing_id):
            return outcome(Carried.LOST)
    except (smtplib.SMTPException, OSError) as error:
        return outcome(Carried.LATER, repr(error))
    try:
        code, answer = server.data(content)
    except smtplib.SMTPDataError as error:
        refused = Carried.REFUSED if error.smtp_code >= 500 else Carried.LATER
        return outcome(refused, (error.smtp_code, error.smtp_error))
    except (TimeoutError, smtplib.SMTPException, OSError) as error:
        return outcome(Carried.UNKNOWN, repr(error))
    if code == 250:
        return outcome(Carried.SENT)
    return outcome(Carried.REFUSED if code >= 500 else Carried.LATER, (code, answer))
