"""Malformed input, the same in every run: values, forms, JSON, cursors and files by a seed."""

from __future__ import annotations

import base64
import json
import os
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import quote, quote_from_bytes

SEED = 20261122
# How many of the malformed inputs one test tries; ATTACK_MOST=100000 tries them all.
MOST = int(os.environ.get("ATTACK_MOST", "240"))
Item = TypeVar("Item")


def some(items: Iterable[Item], most: int = 0) -> list[Item]:
    """Return so many of the items, the same in every run and spread over all of them."""
    found, most = list(items), max(MOST if not most or MOST > 1000 else 0, most)
    return random.Random(SEED).sample(found, most) if len(found) > most else found


# Texts that have broken something somewhere.
TEXTS: tuple[str, ...] = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "\x1b[31m",
    "\u202e反转",
    "\ufeff",
    "\ufffe\uffff",
    "😀" * 40,
    "龘" * 12_000,
    "x" * 300,
    "x" * 70_000,
    "%s%s%n",
    "%(number)s",
    "{0}{self}",
    "{{ 7*7 }}{% debug %}",
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "' OR 1=1 --",
    "\\",
    "\\x00",
    "../../../../etc/passwd",
    "=HYPERLINK(1)",
    "-1",
    "0",
    "1e400",
    "NaN",
    "Infinity",
    "99999999999999999999",
    "１２３",
    "٣٤",
    "²",
    "null",
    "true",
    "[]",
    "00000000-0000-0000-0000-000000000000",
    "00000000-0000-0000-0000-00000000000g",
    "urn:uuid:00000000-0000-0000-0000-000000000000",
    "0001-01-01",
    "0001-01-01T00:00",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31",
    "9999-12-31T23:59:59-12:00",
    "2026-02-30",
    "2026-13-01T25:61",
    "2026-11-21T10:00:60Z",
    "T20261121-000001",
    "ŉΐß" * 8,
    "１９９００００１２３４",
    "+8619900001234",
)
# The same in bytes that are no UTF-8 when they stand in a form or an address.
BYTES: tuple[bytes, ...] = (
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"\xc0\x80",
    b"\xf4\x90\x80\x80",
    "宽带".encode("gb18030"),
    "宽带".encode("utf-16"),
    b"%",
    b"%zz",
    b"%00",
    b"%ED%A0%80",
    b"%u5BBD",
    b"\r\nX-Injected: 1",
)
CHARSETS = ("utf-7", "utf-16", "gbk", "unicode_escape", "raw_unicode_escape", "idna", "hex", "nope")
KINDS = (
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=" + "b" * 300,
    "text/plain",
    "application/json",
    "application/xml",
    "",
    "a" * 300,
)


def pairs(form: Mapping[str, str]) -> str:
    """Return a form as the address or body that carries it."""
    return "&".join(f"{quote(name)}={quote(str(value))}" for name, value in form.items())


def forms(fields: Mapping[str, str]) -> Iterator[tuple[str, bytes, str]]:
    """Yield (what, body, content type) of malformed forms with these fields and good values."""
    urlencoded = "application/x-www-form-urlencoded"
    for name in fields:
        for text in TEXTS:
            body = pairs({**fields, name: text}).encode()
            yield f"{name}={text[:60]!r}", body, urlencoded
        for raw in BYTES:
            rest = pairs({key: value for key, value in fields.items() if key != name})
            yield f"{name}={raw!r}", rest.encode() + b"&" + name.encode() + b"=" + raw, urlencoded
        without = {key: value for key, value in fields.items() if key != name}
        yield f"no {name}", pairs(without).encode(), urlencoded
        yield f"{name} twice", (pairs(fields) + f"&{name}=&{name}=%00").encode(), urlencoded
    yield "too many fields", "&".join(f"f{n}=1" for n in range(1200)).encode(), urlencoded
    yield "too big", b"a=" + b"x" * (6 << 20), urlencoded
    yield "no form", b"\x00\xff" * 50, urlencoded
    for kind in KINDS:
        yield f"kind {kind[:60]!r}", pairs(fields).encode(), kind
    for charset in CHARSETS:
        yield f"charset {charset}", pairs(fields).encode(), f"{urlencoded}; charset={charset}"
        for value in (r"\ud800 \x00", "+2AA-+AAA-", "å¤§"):
            body = multipart(dict.fromkeys(fields, value))
            yield f"parts in {charset} {value}", body, f"{MULTIPART}; charset={charset}"
    yield "parts cut", multipart(fields)[:-30], MULTIPART
    yield "parts odd", multipart(fields).replace(b"form-data", b"form-data;;=;\xff"), MULTIPART
    base = multipart(fields)
    generator = random.Random(SEED)
    for number in range(30):
        yield f"parts hurt {number}", hurt(base, generator), MULTIPART


BOUNDARY = "attackattackattack"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def multipart(fields: Mapping[str, str], *files: tuple[str, str, str, bytes]) -> bytes:
    """Return a form in parts; a file is (field, name, content type, content)."""
    parts = []
    for name, value in fields.items():
        head = f'Content-Disposition: form-data; name="{name}"'
        parts.append(head.encode() + b"\r\n\r\n" + str(value).encode())
    for field, name, kind, content in files:
        head = f'Content-Disposition: form-data; name="{field}"; filename="{name}"'
        parts.append(f"{head}\r\nContent-Type: {kind}".encode() + b"\r\n\r\n" + content)
    line = f"--{BOUNDARY}\r\n".encode()
    return b"".join(line + part + b"\r\n" for part in parts) + f"--{BOUNDARY}--\r\n".encode()


def hurt(raw: bytes, generator: random.Random) -> bytes:
    """Return bytes with a few places changed, doubled or cut out."""
    data = bytearray(raw)
    for _ in range(generator.randint(1, 6)):
        if not data:
            break
        place = generator.randrange(len(data))
        match generator.randrange(4):
            case 0:
                data[place] = generator.randrange(256)
            case 1:
                del data[place : place + generator.randint(1, 12)]
            case 2:
                data[place:place] = generator.choice(
                    (b"\0", b'"', b"\xff", b"{[", b"\\ud800", b",")
                )
            case _:
                data[place:place] = data[place : place + generator.randint(1, 40)]
    return bytes(data)


VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 2**31, 2**63, 2**64, 10**400, 1.5, 1e308),
    *([], {}, [[]], [None], [{}], {"": ""}, {"@type": 1}, [{"id": None}]),
    *({"@type": "Nothing"}, {"@type": ["TroubleTicket"]}, "T" * 5000, "x" * 200_000),
    *(text for text in TEXTS if len(text) < 1000),
)


def documents(good: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Yield (what, body) of malformed JSON made from a good object."""
    for path in paths(good):
        for value in VALUES:
            yield f"{path}={value!r:.60}", written(replaced(good, path, value))
        yield f"no {path}", written(removed(good, path))
    whole = written(good)
    yield from raw_documents(good, whole)
    generator = random.Random(SEED)
    for number in range(120):
        yield f"hurt {number}", hurt(whole, generator)


def raw_documents(good: Mapping[str, Any], whole: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield bodies that are no JSON, or JSON that few parsers agree on."""
    inner = whole.decode()[1:-1]
    first = next(iter(good))
    yield from (
        ("empty", b""),
        ("blank", b" \n"),
        ("text", b'"a"'),
        ("list", b"[" + whole + b"]"),
        ("null", b"null"),
        ("two", whole + whole),
        ("cut", whole[:-1]),
        ("bad utf-8", whole.replace(b"}", b',"x":"\xff\xfe"}')),
        ("utf-16", inner.encode("utf-16")),
        ("bom", b"\xef\xbb\xbf" + whole),
        ("gbk", whole.decode().encode("gb18030")),
        ("lone surrogate", b'{"x":"\\ud800",' + inner.encode() + b"}"),
        ("lone name", b'{"\\udfff":1,' + inner.encode() + b"}"),
        ("nul name", b'{"\\u0000":1,' + inner.encode() + b"}"),
        ("nul", f'{{{inner},"{first}":"a\\u0000b"}}'.encode()),
        ("twice", f'{{{inner},"{first}":null}}'.encode()),
        ("nan", f'{{{inner},"x":NaN}}'.encode()),
        ("infinite", f'{{{inner},"x":1e999}}'.encode()),
        ("long number", f'{{{inner},"x":{"9" * 5000}}}'.encode()),
        ("deep lists", f'{{{inner},"x":{"[" * 900}{"]" * 900}}}'.encode()),
        ("deeper lists", f'{{{inner},"x":{"[" * 100_000}{"]" * 100_000}}}'.encode()),
        ("deep objects", ('{"x":' * 1000 + "1" + "}" * 1000).encode()),
        ("many names", written({**good, **{f"n{number}": number for number in range(5000)}})),
        ("too big", b'{"x":"' + b"y" * (6 << 20) + b'"}'),
        ("single quotes", whole.replace(b'"', b"'")),
        ("comment", b"/* */" + whole),
        ("trailing comma", whole[:-1] + b",}"),
        ("nul after", whole + b"\0"),
        ("control", whole.replace(b":", b":\x01", 1)),
    )


def written(value: Any) -> bytes:
    """Return the value as JSON; lone surrogates become escapes."""
    return json.dumps(value, ensure_ascii=True).encode()


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to each place in a JSON value."""
    items: Sequence[tuple[Any, Any]] = ()
    if isinstance(value, Mapping):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    for key, item in items:
        yield (*path, key)
        yield from paths(item, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """Return a copy with another value at the place."""
    if not path:
        return new
    copy = dict(value) if isinstance(value, Mapping) else list(value)
    copy[path[0]] = replaced(copy[path[0]], path[1:], new)
    return copy


def removed(value: Any, path: tuple[Any, ...]) -> Any:
    """Return a copy without the place."""
    copy = dict(value) if isinstance(value, Mapping) else list(value)
    if len(path) > 1:
        copy[path[0]] = removed(copy[path[0]], path[1:])
    else:
        del copy[path[0]]
    return copy


def addresses(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield (what, query string) with malformed values of the parameters."""
    for name in names:
        for text in TEXTS:
            if len(text) < 5000:
                yield f"{name}={text[:60]!r}", f"{name}={quote(text)}"
        for raw in BYTES:
            yield f"{name}={raw!r}", f"{name}={quote_from_bytes(raw)}"
            if b"\r" not in raw:
                yield f"{name} raw {raw!r}", f"{name}={raw.decode('latin-1')}"
        yield f"{name} twice", f"{name}=1&{name}=&{name}=%00"
    yield "many", "&".join(f"p{number}=1" for number in range(1500))
    yield "odd", "&&=&=a&%&%%=%;;"


def cursors(*orders: Sequence[Any]) -> Iterator[tuple[str, str]]:
    """Yield (what, cursor): broken ones, and well-formed ones with values of other types."""
    whole: list[Any] = [
        *([None], ["x"], [1], [-1], [2**63], [2**70], [1e308], [float("nan")], [float("inf")]),
        *([True], ["\x00"], ["\ud800"], [[]], [{}], [], {}, None, 1, "x", ["a", "b", "c", "d"]),
        *(["0001-01-01T00:00:00+14:00"], ["9999-12-31T23:59:59-14:00"], ["2026-99-99"]),
        *([""], ["' OR 1=1"], ["x" * 300]),
    ]
    for order in orders:
        for place in range(len(order)):
            for value in list(whole[:25]):
                if isinstance(value, list) and len(value) == 1:
                    changed = list(order)
                    changed[place] = value[0]
                    whole.append(changed)
            if len(whole) > 400:
                break
    for value in whole:
        raw = base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
        yield f"cursor {value!r:.60}", raw
        yield f"cursor back {value!r:.60}", "<" + raw
    deep = base64.urlsafe_b64encode(b"[" * 5000 + b"]" * 5000).decode()
    number = base64.urlsafe_b64encode(b"[" + b"9" * 5000 + b"]").decode()
    for text in (
        deep,
        number,
        "!",
        "=",
        "====",
        "<",
        "<<",
        "a",
        "%",
        "é",
        "\x00",
        "AA",
        "W10",
        "bnVsbA",
    ):
        yield f"cursor {text[:30]!r}", text
