"""Files inside winmail.dat, the wrapping that Outlook uses (MS-OXTNEF)."""

from __future__ import annotations

import struct

from sunline.interactions.types import File

from .decoding import text_of

SIGNATURE = 0x223E9F78
TITLE, DATA, NEXT_FILE = 0x8010, 0x800F, 0x9002
MOST_ATTRIBUTES = 5000


def files_in(content: bytes) -> list[File]:
    """Return the files wrapped in TNEF bytes; an empty list for anything that cannot be read."""
    if len(content) < 6 or struct.unpack_from("<I", content)[0] != SIGNATURE:
        return []
    found: list[File] = []
    name, data, place = "", b"", 6
    for _ in range(MOST_ATTRIBUTES):
        if place + 9 > len(content):
            break
        _level, attribute, length = struct.unpack_from("<BII", content, place)
        start, end = place + 9, place + 9 + length
        if end + 2 > len(content):
            break
        kind, value = attribute & 0xFFFF, content[start:end]
        if kind == NEXT_FILE:
            found += [File(name or "file", "", data)] if data else []
            name, data = "", b""
        elif kind == TITLE:
            name = text_of(value.split(b"\x00")[0])
        elif kind == DATA:
            data = value
        place = end + 2
    return found + ([File(name or "file", "", data)] if data else [])
