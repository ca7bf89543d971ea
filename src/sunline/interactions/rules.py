"""Decisions about interactions: ids, threads, names and types of files, pauses between attempts."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

MOST_ATTEMPTS = 14
# Numbers as tickets carry them; in a subject they stand in square brackets of either width.
NUMBER = re.compile(r"[\[\u3010\uff3b]\s*(T\d{8}-\d{6,9})\s*[\]\u3011\uff3d]", re.IGNORECASE)
PREFIX = re.compile(
    r"^\s*(?:(?:re|aw|sv|fw|fwd|\u56de\u590d|\u7b54\u590d|\u8f6c\u53d1|\u8f49\u5bc4)\s*[:\uff1a]\s*)+",
    re.IGNORECASE,
)
# Whoever holds such a link speaks for the customer, so colleagues who read the mail get none.
HOLDERS_LINK = re.compile(r"(https?://\S+/r/)[\w-]{20,}")
CONTROL = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def external_key(channel: str, external_id: str) -> str:
    """Return the key that a channel's own id is stored under: at most 128 characters."""
    text = without_nul(external_id, 1000).strip()
    if not text:
        return ""
    key = f"{channel}:{text}"
    if len(key) <= 100:
        return key
    return f"{channel}:sha256:{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()}"


def second_key(key: str, digest: str) -> str:
    """Return the key of a different message that claims an id already in use."""
    return f"{key}#{digest[:24]}"


def digest_of(address: str, subject: str, body: str) -> str:
    """Return what tells two messages of the same id apart."""
    text = "\0".join((address, subject, body))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def normal_address(address: str) -> str:
    """Return a mail address or phone number as it is indexed."""
    text = without_nul(address, 254).strip().lower()
    if "@" in text:
        return text
    digits = re.sub(r"[\s()-]", "", text)
    return re.sub(r"^(?:\+86|0086)(?=1\d{10}$)", "", digits)


def ticket_number(subject: str) -> str:
    """Return the ticket number that a subject carries in brackets, or an empty text."""
    found = NUMBER.search(subject)
    return found[1].upper() if found else ""


def for_colleagues(text: str) -> str:
    """Return a message as colleagues may read it: a link meant for its holder alone is cut."""
    return HOLDERS_LINK.sub("\\1\u2026", text) if "/r/" in text else text


def plain_subject(subject: str) -> str:
    """Return a subject without the reply and forward marks before it."""
    return PREFIX.sub("", subject).strip()


def pause(attempts: int) -> timedelta:
    """Return how long to wait after a failed attempt to send: 15 s, doubling, at most 2 h."""
    return timedelta(seconds=min(7200, 15 * 2 ** max(0, attempts - 1)))


def clean_name(name: str, fallback: str = "file") -> str:
    """Return a file's name without folders, control characters or tricks of direction."""
    text = CONTROL.sub("", without_nul(name, 1000)).replace("\\", "/").rpartition("/")[2]
    text = re.sub(r'[<>:"|?*]', "_", text).strip(" .")
    stem, dot, extension = text.rpartition(".")
    if dot and len(extension) <= 10:
        return f"{stem[:200] or fallback}.{extension}"
    return text[:200] or fallback


def without_nul(text: str, most: int) -> str:
    """Return a text that a database can hold: no NUL, no lone surrogates, at most `most` long."""
    kept = text[:most].replace("\x00", "")
    return kept.encode("utf-8", "replace").decode("utf-8")


def is_mail_address(text: str) -> bool:
    """Return whether a text looks like one mail address that can be written to."""
    local, at, domain = text.rpartition("@")
    if not at or not 0 < len(local) <= 64 or not 0 < len(domain) <= 190:
        return False
    return re.fullmatch(r"[^\s<>,;:\"()\[\]@\\\x00-\x1f]+", local) is not None and (
        re.fullmatch(r"[\w-]+(?:\.[\w-]+)*", domain) is not None
    )


MOMENT = re.compile(
    r"(\d{4})\s*[-/.\u5e74]\s*(\d{1,2})\s*[-/.\u6708]\s*(\d{1,2})\s*\u65e5?"
    r"(?:[T\s]*(\d{1,2})\s*[:\uff1a\u65f6\u70b9]\s*(\d{1,2})\s*\u5206?"
    r"(?:\s*[:\uff1a]?\s*(\d{1,2})(?:\.\d+)?\s*\u79d2?)?)?\s*(Z|[+-]\d{2}:?\d{2})?"
)


def moment_of(text: str, zone: tzinfo) -> datetime | None:
    """Return the moment a cell names, in UTC, or None; without an offset it is of the zone."""
    found = MOMENT.fullmatch(text.strip())
    if found is None:
        return None
    parts = [int(part or 0) for part in found.groups()[:6]]
    offset = found[7]
    try:
        if offset and offset != "Z":
            sign = -1 if offset[0] == "-" else 1
            digits = offset[1:].replace(":", "")
            zone = timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))
        elif offset:
            zone = UTC
        moment = datetime(*parts[:6], tzinfo=zone)  # type: ignore[misc,arg-type]
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
