"""Mails broken in the ways that mails are broken, and in some that they are not."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

EXAMPLES = Path(__file__).parents[1] / "examples"
POISON = (
    b"\x00",
    b"\xff\xfe",
    b"\r",
    b"\n\n",
    b"=?utf-8?B?",
    b"=?gb2312?Q?=D6=?=",
    b"=?x?b?AAAA?=",
    b"Content-Type: multipart/mixed\r\n",
    b"Content-Type: text/plain; charset=rot13\r\n",
    b"Content-Type: text/plain; charset*=utf-8''x; charset*0=y\r\n",
    b"Content-Disposition: attachment; filename*=bad''%%%\"\r\n",
    b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x\r\n!!!\r\n",
    b"Date: Mon, 99 Foo 99999 99:99:99 +9999\r\n",
    b"From: <<<>>>@@@\r\n",
    b"From:\r\n",
    b"References: " + b"<a@b> " * 500 + b"\r\n",
    b"Message-ID: " + b"x" * 5000 + b"\r\n",
    b"Subject: " + b"\xe4\xb8" * 600 + b"\r\n",
    b"--MIX--\r\n--MIX\r\n",
    "\ud83d".encode("utf-8", "surrogatepass"),
)


def broken_mails(dice: random.Random, count: int) -> Iterator[bytes]:
    """Yield mails made by cutting, doubling, mixing and poisoning the examples."""
    examples = [path.read_bytes() for path in sorted(EXAMPLES.glob("*.eml"))]
    for number in range(count):
        raw = dice.choice(examples)
        for _ in range(dice.randint(1, 4)):
            raw = _break(raw, dice, examples)
        # Each has an id of its own, unless breaking took it, so that none passes for another.
        yield raw.replace(b"Message-ID: <", b"Message-ID: <%d." % number, 1)


def _break(raw: bytes, dice: random.Random, examples: list[bytes]) -> bytes:
    if not raw:
        return bytes(dice.randrange(256) for _ in range(40))
    at = dice.randrange(len(raw))
    way = dice.randrange(8)
    if way == 0:
        return raw[:at]
    if way == 1:
        return raw[:at] + dice.choice(POISON) + raw[at:]
    if way == 2:
        lines = raw.split(b"\r\n")
        dice.shuffle(lines)
        return b"\r\n".join(lines)
    if way == 3:
        return raw[:at] + bytes(dice.randrange(256) for _ in range(30)) + raw[at + 30 :]
    if way == 4:
        return raw[:at] + dice.choice(examples)[at:]
    if way == 5:
        return raw.replace(b"\r\n", b"\n" if dice.random() < 0.5 else b"\r")
    if way == 6:
        lines = raw.split(b"\r\n")
        del lines[dice.randrange(len(lines))]
        return b"\r\n".join(lines)
    return dice.choice(POISON) + raw
