"""Captured mails of many clients, and mails broken on purpose."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sunline.adapters.channels.email.parse import parse
from sunline.adapters.channels.email.tests.broken import broken_mails
from sunline.adapters.channels.email.trim import trim
from sunline.interactions import files
from sunline.interactions.ports import CannotRead

EXAMPLES = Path(__file__).parents[1] / "examples"
EXPECTED = json.loads((EXAMPLES / "expected.json").read_text(encoding="utf-8"))
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def test_each_example_is_described():
    assert {path.stem for path in EXAMPLES.glob("*.eml")} == set(EXPECTED)
    assert len(EXPECTED) >= 30


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_example(name, settings):
    wanted = EXPECTED[name]
    got = parse((EXAMPLES / f"{name}.eml").read_bytes(), received_at=NOW)
    assert got.automatic == wanted.get("automatic", "")
    for field in ("subject", "name", "address", "trimmed", "bounced"):
        if field in wanted:
            assert getattr(got, field) == wanted[field], field
    if "references" in wanted:
        assert list(got.references) == wanted["references"]
    if "contains" in wanted:
        assert wanted["contains"] in got.trimmed
    if "lacks" in wanted:
        assert wanted["lacks"] not in got.trimmed
    assert [file.name for file in got.attachments] == wanted.get("files", [])
    if "refused" in wanted:
        judged = [files.judge(file.name, file.content) for file in got.attachments]
        assert [item.refused for item in judged] == wanted["refused"]


def test_the_date_is_believed_only_when_it_makes_sense():
    raw = (EXAMPLES / "qq_reply.eml").read_bytes()
    assert parse(raw, received_at=NOW).at == datetime(2026, 11, 20, 3, 30, tzinfo=UTC)
    for wrong in (b"Fri, 20 Nov 2096 11:30:00 +0800", b"yesterday", b"Mon, 99 Foo 0000 99:99"):
        changed = raw.replace(b"Fri, 20 Nov 2026 11:30:00 +0800", wrong)
        assert parse(changed, received_at=NOW).at == NOW


def test_a_mail_without_an_id_has_a_stable_one():
    raw = b"From: a@example.com\r\nSubject: x\r\n\r\nbody"
    first, again = parse(raw, received_at=NOW), parse(raw, received_at=NOW)
    assert first.external_id == again.external_id
    assert first.external_id.startswith("sha256:")


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\n", b"\x00\x01\x02", b"no headers at all"])
def test_what_is_no_mail_is_said_to_be_unreadable(raw):
    with pytest.raises(CannotRead):
        parse(raw, received_at=NOW)


def test_parts_within_parts_without_end():
    raw = b"From: a@example.com\r\nSubject: x\r\n"
    for depth in range(2000):
        raw += b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (depth, depth)
    with pytest.raises(CannotRead) as caught:
        parse(raw, received_at=NOW)
    assert caught.value.reason == "nested"


def test_malformed_mails_are_read_or_refused_never_more():
    outcomes = {"read": 0, "refused": 0}
    for raw in broken_mails(random.Random(20261121), 400):
        try:
            got = parse(raw, received_at=NOW)
        except CannotRead:
            outcomes["refused"] += 1
            continue
        outcomes["read"] += 1
        got.body.encode("utf-8", "replace")
        assert len(got.external_id) <= 500
    assert sum(outcomes.values()) == 400
    assert outcomes["read"] > 100


@pytest.mark.parametrize("text", ["", "\n\n", ">", "> > >", "From:", "在写道：", "##- x -##"])
def test_trimming_strange_texts(text):
    assert isinstance(trim(text), str)


def test_trimming_a_large_text_is_quick():
    text = "在 2026年 你好\n> 引用 2026 12:00 于 on wrote\n" * 20_000
    assert trim(text)
