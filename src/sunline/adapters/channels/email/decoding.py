"""Bytes and headers to text, forgiving what mail programs get wrong, above all in Chinese."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from email.message import Message

# Labels that mean less than what is used: the larger set reads everything the smaller one does.
LARGER = {
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "ms936": "gb18030",
    "euc-cn": "gb18030",
    "chinese": "gb18030",
    "csgb2312": "gb18030",
    "big5": "cp950",
    "x-x-big5": "cp950",
    "ks_c_5601-1987": "cp949",
    "shift_jis": "cp932",
    "utf8": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
}
# Labels that say nothing about what the bytes are.
EMPTY = {
    "", "us-ascii", "ascii", "iso-8859-1", "latin1", "windows-1252", "default", "x-unknown",
    "unknown-8bit", "unknown", "8bit", "binary", "none", "charset",
}  # fmt: skip
GUESSES = ("utf-8", "gb18030", "cp950")
WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
FOLD = re.compile(r"\r?\n[ \t]*")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def text_of(raw: bytes, label: str = "") -> str:
    """Return the text of bytes: as labelled when that works, else as what they look like."""
    return whole(_decoded(raw, label))


def whole(text: str) -> str:
    """Return a text without halves of characters, which no database takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _decoded(raw: bytes, label: str) -> str:
    name = label.strip().strip("\"'").lower()
    name = LARGER.get(name, name)
    if name not in EMPTY:
        try:
            return raw.decode(name).lstrip("\ufeff")
        except (LookupError, UnicodeError, ValueError):
            pass
    for guess in GUESSES:
        try:
            return raw.decode(guess).lstrip("\ufeff")
        except UnicodeError:
            continue
    try:
        return raw.decode(name or "utf-8", "replace")
    except (LookupError, UnicodeError, ValueError):
        return raw.decode("utf-8", "replace")


def unescaped(value: str) -> str:
    """Return a raw header with its stray 8-bit bytes read as text."""
    try:
        value.encode("ascii")
    except UnicodeError:
        return text_of(value.encode("utf-8", "surrogateescape"))
    return value


def header_text(value: str) -> str:
    """Return a raw header as one line of text, encoded words decoded.

    Neighbouring words of one character set are joined before decoding, because many programs cut
    Chinese characters in two.
    """
    line = FOLD.sub(" ", unescaped(value))
    found: list[str] = []
    held, held_label = b"", ""
    end = 0
    for match in WORD.finditer(line):
        between = line[end : match.start()]
        label = match[1].partition("*")[0].lower()
        if held and (between.strip() or label != held_label):
            found.append(text_of(held, held_label))
            held = b""
        # White space between two encoded words belongs to neither.
        if between.strip() or not end:
            found.append(between)
        held, held_label = held + _word(match[2], match[3]), label
        end = match.end()
    if held:
        found.append(text_of(held, held_label))
    found.append(line[end:])
    return CONTROL.sub("", "".join(found)).replace("\t", " ").replace("\n", " ").strip()


def _word(kind: str, data: str) -> bytes:
    raw = data.encode("utf-8", "replace")
    if kind in "qQ":
        return quopri.decodestring(raw.replace(b" ", b"_"), header=True)
    return loose_base64(raw)


def loose_base64(raw: bytes) -> bytes:
    """Return what base64 text holds, as far as it can be read."""
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", raw.partition(b"=")[0] if raw.count(b"=") < 3 else raw)
    kept = kept[: len(kept) - 1] if len(kept) % 4 == 1 else kept
    try:
        return base64.b64decode(kept + b"=" * (-len(kept) % 4))
    except (binascii.Error, ValueError):
        return b""


def headers_of(message: Message) -> dict[str, list[str]]:
    """Return the raw headers by lower-case name, unfolded, in their order."""
    found: dict[str, list[str]] = {}
    for name, value in message.raw_items():
        found.setdefault(name.lower(), []).append(FOLD.sub(" ", str(value)).strip())
    return found


def settle_parameters(part: Message) -> None:
    """Make the headers that carry parameters plain text, so that the library can read them."""
    for name in ("content-type", "content-disposition", "content-transfer-encoding"):
        values = [str(value) for key, value in part.raw_items() if key.lower() == name]
        if values and not values[0].isascii():
            del part[name]
            part[name] = FOLD.sub(" ", unescaped(values[0]))


def parameter_of(
    part: Message, name: str, header: str = "content-type"
) -> str | tuple[str | None, str | None, str] | None:
    """Return a header's parameter, or None where it is missing or cannot be made sense of."""
    try:
        return part.get_param(name, None, header)
    except (TypeError, ValueError, LookupError):  # contradictory RFC 2231 pieces
        return None


def file_name(part: Message) -> str:
    """Return the name a part gives its file, or an empty text."""
    for parameter, header in (("filename", "content-disposition"), ("name", "content-type")):
        value = parameter_of(part, parameter, header)
        if isinstance(value, tuple):  # RFC 2231: character set, language, bytes as latin-1
            charset, _, text = value
            raw = text.encode("latin-1", "replace") if _is_latin(text) else text.encode()
            return text_of(raw, charset or "")
        if value:
            return header_text(str(value).strip('"'))
    return ""


def _is_latin(text: str) -> bool:
    return all(ord(character) < 256 for character in text)


def payload(part: Message) -> bytes:
    """Return the bytes of a part that is not made of parts."""
    held = part.get_payload()
    if isinstance(held, list):
        return b"\n".join(item.as_bytes() for item in held if isinstance(item, Message))
    raw = str(held).encode("utf-8", "surrogateescape")
    coding = str(part.get("content-transfer-encoding", "")).strip().lower()
    if coding == "base64":
        return loose_base64(raw)
    try:
        decoded = part.get_payload(decode=True)
    except (ValueError, AssertionError, LookupError):
        return raw
    return decoded if isinstance(decoded, bytes) else raw
