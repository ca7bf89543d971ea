"""Decisions about interactions, without a database."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunline.interactions import files, rules


@pytest.mark.parametrize(
    ("subject", "wanted"),
    [
        ("Re: [T20261120-000123] 宽带", "T20261120-000123"),
        ("回复：【t20261120-000123】宽带", "T20261120-000123"),
        ("T20261120-000123", ""),
        ("[T2026-1]", ""),
    ],
)
def test_the_ticket_number_in_a_subject(subject, wanted):
    assert rules.ticket_number(subject) == wanted


def test_a_subject_without_its_marks():
    assert rules.plain_subject("回复：Re: FW: 答复: 宽带") == "宽带"


def test_addresses_are_compared_in_one_form():
    assert rules.normal_address(" Chen@Example.COM ") == "chen@example.com"
    assert rules.normal_address("+86 199-0000-0001") == "19900000001"


@pytest.mark.parametrize("bad", ["", "a", "@b.c", "a@", "a b@c.d", "a@b@c", "a@b c", "a@b.c, d@e"])
def test_what_is_no_mail_address(bad):
    assert not rules.is_mail_address(bad)


@given(st.text(max_size=400))
def test_a_cleaned_name_is_harmless(name):
    clean = rules.clean_name(name)
    assert 0 < len(clean) <= 255
    assert not set(clean) & set('/\\\0\r\n<>"')
    assert not clean.startswith(".")
    clean.encode("utf-8")


@given(st.text(max_size=300))
def test_a_key_fits_its_column(text):
    key = rules.external_key("email", text)
    assert len(key) <= 100
    assert len(rules.second_key(key, "0" * 64)) <= 128


@given(st.integers(1, 60))
def test_pauses_grow_to_two_hours(attempts):
    pause = rules.pause(attempts).total_seconds()
    assert 15 <= pause <= 7200
    assert pause <= rules.pause(attempts + 1).total_seconds()


def zipped(*members):
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for member in members:
            archive.writestr(member, "x")
    return body.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "refused"),
    [
        ("a.docx", zipped("word/document.xml"), ""),
        ("a.xlsx", zipped("xl/workbook.xml"), ""),
        ("发票.ofd", zipped("OFD.xml"), ""),
        ("a.docx", zipped("word/document.xml", "word/vbaProject.bin"), "mismatch"),
        ("a.docx", zipped("evil.exe"), "mismatch"),
        ("a.zip", zipped("x"), "kind"),
        ("a.txt", "文字".encode(), ""),
        ("a.txt", b"<script>alert(1)</script>", "mismatch"),
        ("a.svg", b"<svg onload=x>", "kind"),
        ("a.exe", b"MZ\x90", "kind"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"x", ""),
        ("noname", b"%PDF-1.7", ""),
        ("a.pdf", b"", "empty"),
        ("a.pdf", b"%PDF-" + b"x" * 200, "too_big"),
    ],
)
def test_files_are_judged_by_what_they_are(name, content, refused):
    assert files.judge(name, content, most=1000 if refused != "too_big" else 100).refused == refused


def test_only_pictures_are_shown_in_place():
    assert files.answer_headers("a.png", "image/png")["Content-Disposition"].startswith("inline")
    for kind in ("text/html", "application/pdf", "image/svg+xml", "text/plain"):
        headers = files.answer_headers("x\r\ny", kind)
        assert headers["Content-Disposition"].startswith("attachment")
        assert headers["Content-Type"] == "application/octet-stream"
        assert "\r" not in headers["Content-Disposition"]


def test_colleagues_read_a_mail_without_the_link_that_speaks_for_the_customer():
    told = "请评价:http://127.0.0.1:8000/r/GPCnFJnNe_ZmUgXw_HoDxl-oKatphVQYgxRFLGjLtig 谢谢 /r/x"
    assert rules.for_colleagues(told) == "请评价:http://127.0.0.1:8000/r/… 谢谢 /r/x"


@pytest.mark.parametrize("bad", ["", "../../etc/passwd", "A" * 64, "0" * 63])
def test_a_path_is_made_of_a_hash_only(bad):
    with pytest.raises(ValueError, match="SHA-256"):
        files.path_of(bad)
