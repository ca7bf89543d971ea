"""A mail taken apart: its text, its files, and the reports inside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import Message

from sunline.interactions.types import File, RefusedFile

from . import tnef
from .decoding import (
    file_name,
    headers_of,
    parameter_of,
    payload,
    settle_parameters,
    text_of,
)
from .html import text_of_html

MOST_PARTS = 400
MOST_TEXT = 2_000_000
MESSAGE_ID = re.compile(r"<[^<>\s]{3,250}>")


@dataclass(slots=True)
class Contents:
    """What a mail holds."""

    texts: list[str] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    report_kind: str = ""  # delivery-status or disposition-notification
    report_action: str = ""  # failed, delayed, …
    reported_id: str = ""  # Message-ID of the mail that a report is about
    seen: int = 0

    @property
    def text(self) -> str:
        """All texts, one below the other."""
        return "\n\n".join(text for text in self.texts if text.strip())


def take_apart(message: Message) -> Contents:
    """Return the contents of a mail; parts beyond a limit are noted as refused files."""
    found = Contents()
    stack: list[Message] = [message]
    while stack:
        part = stack.pop()
        found.seen += 1
        if found.seen > MOST_PARTS:
            found.files.append(File("-", "", b"", refused=RefusedFile.TOO_MANY.value))
            break
        settle_parameters(part)
        kind = part.get_content_type()
        held = part.get_payload()
        if isinstance(held, list) and kind == "multipart/alternative":
            stack += reversed(_best(held))
        elif isinstance(held, list) and kind.startswith("multipart/"):
            if kind == "multipart/report":
                found.report_kind = str(parameter_of(part, "report-type") or "").lower()
            stack += reversed([item for item in held if isinstance(item, Message)])
        else:
            _leaf(part, kind, found)
    return found


def _best(choices: Sequence[object]) -> list[Message]:
    """Return the parts of an alternative to read: plain text unless it is empty."""
    parts = [part for part in choices if isinstance(part, Message)]
    for part in parts:
        settle_parameters(part)
    plain = [part for part in parts if part.get_content_type() == "text/plain"]
    if any(_text(part).strip() for part in plain):
        others = [part for part in parts if _holds_files(part)]
        return [part for part in plain if _text(part).strip()][:1] + others
    rest = [part for part in parts if part not in plain]
    return rest or plain


def _holds_files(part: Message) -> bool:
    """Return whether an alternative carries more than the same words again."""
    kind = part.get_content_type()
    if kind == "multipart/related" or kind == "multipart/mixed":
        # Its words are those of the plain alternative; its pictures are not.
        held = part.get_payload()
        if isinstance(held, list):
            part.set_payload(
                [item for item in held if isinstance(item, Message) and not _is_words(item)]
            )
        return bool(part.get_payload())
    return not kind.startswith(("text/", "multipart/"))


def _is_words(part: Message) -> bool:
    kind = part.get_content_type()
    return kind in {"text/html", "text/plain", "multipart/alternative"} and not file_name(part)


def _leaf(part: Message, kind: str, found: Contents) -> None:
    """Add one part that is not made of alternatives."""
    name = file_name(part)
    disposition = str(part.get("content-disposition", "")).split(";")[0].strip().lower()
    attached = disposition == "attachment" or bool(name)
    if kind == "message/delivery-status":
        found.report_action = found.report_action or _action(part)
        return
    if kind == "message/disposition-notification":
        return
    if kind in {"message/rfc822", "message/rfc822-headers", "text/rfc822-headers"}:
        found.reported_id = found.reported_id or _reported_id(part)
        if kind == "message/rfc822" and not found.report_kind:
            found.files.append(File(name or "message.eml", kind, payload(part)))
        return
    if kind in {"text/plain", "text/html", "text/enriched"} and not attached:
        text = _text(part)
        found.texts.append(text_of_html(text) if kind == "text/html" else text)
        return
    if kind.startswith("multipart/") and not attached:
        found.texts.append(_text(part))  # a multipart that has no parts
        return
    content = payload(part)
    if kind in {"application/ms-tnef", "application/vnd.ms-tnef"} or name.lower() == "winmail.dat":
        inside = tnef.files_in(content)
        found.files += inside or [File("winmail.dat", kind, content)]
        return
    fallback = f"part-{found.seen}.{_extension(kind)}" if _extension(kind) else f"part-{found.seen}"
    found.files.append(File(name or fallback, kind, content))


def _extension(kind: str) -> str:
    return {
        "image/jpeg": "jpg",
        "image/png": "png",
        "image/gif": "gif",
        "application/pdf": "pdf",
        "text/calendar": "ics",
        "text/plain": "txt",
        "text/html": "html",
    }.get(kind, "")


def _text(part: Message) -> str:
    label = parameter_of(part, "charset")
    charset = label[2] if isinstance(label, tuple) else str(label or "")
    text = text_of(payload(part)[:MOST_TEXT], charset)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _action(part: Message) -> str:
    """Return what a delivery report says happened."""
    held = part.get_payload()
    blocks = held if isinstance(held, list) else [part]
    for block in blocks:
        if isinstance(block, Message):
            for value in headers_of(block).get("action", []):
                return value.strip().lower()
    found = re.search(r"^action:\s*(\w+)", str(held), re.IGNORECASE | re.MULTILINE)
    return found[1].lower() if found else ""


def _reported_id(part: Message) -> str:
    held = part.get_payload()
    for inner in held if isinstance(held, list) else []:
        if isinstance(inner, Message):
            for value in headers_of(inner).get("message-id", []):
                return value.strip()
    found = re.search(r"^message-id:\s*(<[^<>\s]+>)", str(held), re.IGNORECASE | re.MULTILINE)
    return found[1] if found else ""
