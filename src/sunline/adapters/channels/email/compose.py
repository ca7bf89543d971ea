"""A message on its way out, as a mail that every client threads and no robot answers."""

from __future__ import annotations

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext, override

from sunline.interactions.types import MailboxSettings, Parcel

from .automatic import LOOP_HEADER
from .trim import MARK_END, MARK_START

CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
TEXT = SMTP.clone(max_line_length=76)


def compose(parcel: Parcel, mailbox: MailboxSettings) -> EmailMessage:
    """Return the mail of a parcel as it leaves a mailbox."""
    mail = EmailMessage(policy=TEXT)
    local, _, domain = mailbox.address.rpartition("@")
    mail["From"] = Address(_line(mailbox.sender_name), local, domain)
    mail["To"] = wire_address(parcel.to)
    mail["Subject"] = _line(parcel.subject) or "-"
    mail["Date"] = format_datetime(parcel.at.astimezone(ZoneInfo(settings.TIME_ZONE)))
    message_id = str(parcel.headers.get("message_id") or make_msgid(domain=domain))
    mail["Message-ID"] = _line(message_id)
    if parcel.headers.get("in_reply_to"):
        mail["In-Reply-To"] = _line(str(parcel.headers["in_reply_to"]))
    references = parcel.headers.get("references")
    if isinstance(references, list) and references:
        mail["References"] = " ".join(_line(str(item)) for item in references)
    mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    mail["X-Loop"] = mailbox.address
    mail[LOOP_HEADER] = str(parcel.outgoing_id)
    mail.set_content(f"{reply_mark()}\n\n{parcel.body}\n", cte="base64")
    for file in parcel.files:
        main, _, sub = file.content_type.partition("/")
        if main == "message" or not sub:
            main, sub = "application", "octet-stream"
        mail.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
    return mail


def reply_mark() -> str:
    """Return the line above which an answer to our mail stands, in the operator's language."""
    with override(settings.LANGUAGE_CODE):
        return f"{MARK_START} {gettext('Please reply above this line')} {MARK_END}"


def wire_address(address: str) -> str:
    """Return an address with its domain as it stands in the name system."""
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return address


def _line(text: str) -> str:
    """Return a header's text on one line: nothing from a message may begin a header of its own."""
    return CONTROL.sub(" ", text).strip()
