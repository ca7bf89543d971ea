"""Files of messages: judged by what they are, stored once under the hash of their content."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

from django.conf import settings

from .rules import clean_name
from .types import RefusedFile

MOST_FILES = 30

# What a file is, by its first bytes: (offset, bytes, kind).
MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (0, b"\xff\xd8\xff", "jpg"),
    (0, b"GIF87a", "gif"),
    (0, b"GIF89a", "gif"),
    (0, b"BM", "bmp"),
    (0, b"II*\x00", "tif"),
    (0, b"MM\x00*", "tif"),
    (8, b"WEBP", "webp"),
    (4, b"ftypheic", "heic"),
    (4, b"ftypmif1", "heic"),
    (0, b"%PDF-", "pdf"),
    (0, b"PK\x03\x04", "zip"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (0, b"#!AMR", "amr"),
    (0, b"ID3", "mp3"),
    (0, b"\xff\xfb", "mp3"),
    (0, b"\xff\xf3", "mp3"),
    (8, b"WAVE", "wav"),
    (0, b"OggS", "ogg"),
    (4, b"ftyp", "mp4"),
)
# The kinds we keep: extension -> (what the bytes must be, content type).
KINDS: Mapping[str, tuple[str, str]] = {
    "png": ("png", "image/png"),
    "jpg": ("jpg", "image/jpeg"),
    "jpeg": ("jpg", "image/jpeg"),
    "gif": ("gif", "image/gif"),
    "bmp": ("bmp", "image/bmp"),
    "tif": ("tif", "image/tiff"),
    "tiff": ("tif", "image/tiff"),
    "webp": ("webp", "image/webp"),
    "heic": ("heic", "image/heic"),
    "pdf": ("pdf", "application/pdf"),
    "docx": ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pptx": ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    "ofd": ("ofd", "application/ofd"),
    "doc": ("ole", "application/msword"),
    "xls": ("ole", "application/vnd.ms-excel"),
    "ppt": ("ole", "application/vnd.ms-powerpoint"),
    "wps": ("ole", "application/vnd.ms-works"),
    "amr": ("amr", "audio/amr"),
    "mp3": ("mp3", "audio/mpeg"),
    "wav": ("wav", "audio/wav"),
    "ogg": ("ogg", "audio/ogg"),
    "m4a": ("mp4", "audio/mp4"),
    "mp4": ("mp4", "video/mp4"),
    "mov": ("mp4", "video/quicktime"),
    "3gp": ("mp4", "video/3gpp"),
    "txt": ("text", "text/plain"),
    "log": ("text", "text/plain"),
    "csv": ("text", "text/csv"),
    "ics": ("text", "text/calendar"),
    "vcf": ("text", "text/vcard"),
    "eml": ("text", "message/rfc822"),
}
# A member that tells the kind of a zipped document.
ZIPPED: tuple[tuple[str, str], ...] = (
    ("word/document.xml", "docx"),
    ("xl/workbook.xml", "xlsx"),
    ("ppt/presentation.xml", "pptx"),
    ("OFD.xml", "ofd"),
)
SHOWN_IN_PLACE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"})
MARKUP = (b"<html", b"<!doctype", b"<script", b"<svg", b"<?xml", b"<iframe", b"<body")


@dataclass(frozen=True, slots=True)
class Judged:
    """A file with the name and content type it will carry, or the reason it is refused."""

    name: str
    content_type: str
    refused: str = ""


def judge(name: str, content: bytes, *, most: int | None = None) -> Judged:
    """Decide by name and content whether a file may be kept."""
    most = settings.MAX_ATTACHMENT_BYTES if most is None else most
    clean = clean_name(name)
    if not content:
        return Judged(clean, "application/octet-stream", RefusedFile.EMPTY.value)
    if len(content) > most:
        return Judged(clean, "application/octet-stream", RefusedFile.TOO_BIG.value)
    found = sniff(content)
    extension = clean.rpartition(".")[2].lower() if "." in clean else ""
    if not extension and found in KINDS:
        clean, extension = f"{clean}.{found}", found
    elif not extension and found == "text":
        clean, extension = f"{clean}.txt", "txt"
    if extension not in KINDS:
        return Judged(clean, "application/octet-stream", RefusedFile.KIND.value)
    wanted, content_type = KINDS[extension]
    if wanted != found:
        return Judged(clean, "application/octet-stream", RefusedFile.MISMATCH.value)
    return Judged(clean, content_type)


def sniff(content: bytes) -> str:
    """Return what the bytes are: a kind of MAGIC, a zipped document, `text`, or `unknown`."""
    for offset, mark, kind in MAGIC:
        if content.startswith(mark, offset):
            return _inside(content) if kind == "zip" else kind
    if b"\x00" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "unknown"
    if content.startswith((b"MZ", b"\x7fELF")):
        return "unknown"
    start = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "markup" if start.startswith(MARKUP) else "text"


def _inside(content: bytes) -> str:
    """Return which zipped document this is, or `zip`."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist()[:5000])
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return "zip"
    if any(name.endswith("vbaProject.bin") for name in names):
        return "macros"
    return next((kind for member, kind in ZIPPED if member in names), "zip")


def put(content: bytes) -> str:
    """Store the content once and return its SHA-256; a half-written file is never visible."""
    sha256 = hashlib.sha256(content).hexdigest()
    target = path_of(sha256)
    if target.exists():
        return sha256
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return sha256


def path_of(sha256: str) -> Path:
    """Return where the content of this hash lies; raise ValueError for anything but a hash."""
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise ValueError("not a SHA-256")
    return Path(settings.FILES_ROOT) / sha256[:2] / sha256[2:4] / sha256


def answer_headers(name: str, content_type: str) -> dict[str, str]:
    """Return the HTTP headers a file goes out with: only plain pictures are shown in place."""
    shown = content_type in SHOWN_IN_PLACE
    kind = "inline" if shown else "attachment"
    return {
        "Content-Type": content_type if shown else "application/octet-stream",
        "Content-Disposition": f"{kind}; filename*=UTF-8''{quote(name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, max-age=600",
    }
