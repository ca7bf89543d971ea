"""One mail as it came over the wire, read into an arrival."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import Message
from email.utils import parsedate_to_datetime

from sunline.interactions.ports import CannotRead
from sunline.interactions.types import Arrival, Automatic, ChannelKind

from .automatic import bounced_id, why_automatic
from .decoding import CONTROL, header_text, headers_of, unescaped, whole
from .parts import take_apart
from .trim import trim

ADDRESS = re.compile(r"[^\s<>\"(),;:\[\]\\]{1,64}@[^\s<>\"(),;:\[\]\\@]{1,190}")
MESSAGE_ID = re.compile(r"<[^<>\s]{1,400}>")
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
MOST_REFERENCES = 30


def parse(raw: bytes, *, received_at: datetime, mailbox_code: str = "") -> Arrival:
    """Return a mail as an arrival; raise CannotRead when nobody can be seen to have written it."""
    if not raw.strip():
        raise CannotRead("empty")
    try:
        return _parse(raw, received_at, mailbox_code)
    except CannotRead:
        raise
    except RecursionError as error:
        raise CannotRead("nested", "parts within parts without end") from error
    except Exception as error:  # whatever strangers send: a person looks at it, nothing is lost
        raise CannotRead("unexpected", repr(error)[:500]) from error


def _parse(raw: bytes, received_at: datetime, mailbox_code: str) -> Arrival:
    message: Message = message_from_bytes(raw, policy=policy.compat32)
    headers = headers_of(message)
    if not headers:
        raise CannotRead("no_headers")
    name, address = sender_of(headers)
    subject = header_text(_first(headers, "subject"))
    contents = take_apart(message)
    automatic = why_automatic(headers, subject, address, contents)
    if not address and not automatic:
        raise CannotRead("no_sender", subject[:200])
    bounced = bounced_id(headers, contents) if automatic == Automatic.BOUNCE else ""
    message_id = _first_id(headers, "message-id")
    body = contents.text.strip()
    return Arrival(
        channel=ChannelKind.EMAIL.value,
        address=address,
        name=name,
        subject=subject,
        body=body,
        trimmed=trim(body),
        external_id=message_id or f"sha256:{hashlib.sha256(raw).hexdigest()}",
        at=_date(_first(headers, "date"), received_at),
        references=_references(headers),
        headers=_kept(headers, message_id),
        attachments=tuple(contents.files),
        automatic=automatic,
        bounced=_plain(bounced),
        mailbox_code=mailbox_code,
        source=raw,
    )


def _first(headers: Mapping[str, list[str]], name: str) -> str:
    return (headers.get(name) or [""])[0]


def sender_of(headers: Mapping[str, list[str]]) -> tuple[str, str]:
    """Return the name and the address of who is to be answered."""
    found = ("", "")
    for header in ("from", "sender", "reply-to", "return-path"):
        for value in headers.get(header, []):
            name, address = address_of(value)
            if address:
                reply = address_of(_first(headers, "reply-to"))[1] if header == "from" else ""
                # An answer goes where the writer asks for it, if that is another address.
                return (name, reply or address)
            found = (found[0] or name, "")
    return found


def address_of(value: str) -> tuple[str, str]:
    """Return the name and the address in one raw header, empty where there is none."""
    line = unescaped(value)
    bracket = re.search(r"<([^<>]*)>\s*(?:\([^)]*\))?\s*$", line) or re.search(
        r"<([^<>]*@[^<>]*)>", line
    )
    inside = bracket[1] if bracket else line
    if "=?" in inside:
        inside = header_text(inside)
    found = ADDRESS.search(inside)
    name = header_text(line[: bracket.start()]) if bracket else ""
    name = name.strip().strip("\"'").strip()
    return name, _plain(found[0]).strip(".").lower() if found else ""


def _first_id(headers: Mapping[str, list[str]], name: str) -> str:
    value = _first(headers, name).strip()
    found = MESSAGE_ID.search(value)
    return _plain(found[0] if found else value.split(" ")[0])[:500]


def _plain(value: str) -> str:
    """Return an id or address without anything that cannot be seen or stored."""
    return CONTROL.sub("", whole(unescaped(value)))


def _references(headers: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Return the ids of earlier mails, nearest first."""
    found: list[str] = []
    for value in headers.get("in-reply-to", []):
        found += MESSAGE_ID.findall(unescaped(value))
    for value in headers.get("references", []):
        found += reversed(MESSAGE_ID.findall(unescaped(value)))
    return tuple(dict.fromkeys(_plain(item) for item in found))[:MOST_REFERENCES]


def _kept(headers: Mapping[str, list[str]], message_id: str) -> dict[str, object]:
    """Return the headers worth keeping beside the message."""
    kept: dict[str, object] = {"message_id": message_id} if message_id else {}
    for name in ("to", "cc"):
        people = [
            address_of(part)[1] for value in headers.get(name, []) for part in value.split(",")
        ]
        kept[name] = [address for address in people if address][:50]
    return kept


def _date(value: str, received_at: datetime) -> datetime:
    """Return when the mail says it was written, unless that makes no sense."""
    try:
        moment = parsedate_to_datetime(value)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return received_at
    sensible = EARLIEST < moment < received_at + timedelta(minutes=5)
    return moment if sensible else received_at
