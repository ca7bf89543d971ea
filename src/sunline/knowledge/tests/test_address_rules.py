"""Addresses and domains: what cells mean, what clashes, and look-ups against a naive search."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..rules import addresses as rules
from ..types import AddressKind, AddressRow, Span


def row(span: Span, service: str = "某服务") -> AddressRow:
    return AddressRow(span, service, "", "other", False, "", "")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("203.0.113.5", "203.0.113.5"),
        (" 203.0.113.5/24 ", "203.0.113.0/24"),
        ("203.0.113.0-203.0.113.255", "203.0.113.0/24"),
        ("203.0.113.1 – 203.0.113.9", "203.0.113.1 - 203.0.113.9"),
        ("2001:DB8::/48", "2001:db8::/48"),
        ("2001:db8::1-2001:db8::ff", "2001:db8::1 - 2001:db8::ff"),
        ("*.Video.Example.", "video.example"),
        (".video.example", "video.example"),
        ("视频.example", "xn--cy2a840a.example"),
    ],
)
def test_cells_that_mean_something(text: str, shown: str) -> None:
    span = rules.span_of(text)
    assert span is not None
    assert rules.shown(span) == shown


@pytest.mark.parametrize(
    "text",
    [
        "", "203.0.113.256", "203.0.113.9-203.0.113.1", "203.0.113.1-2001:db8::1", "203.0.113.0/33",
        "localhost", "-a.example", "a..example", "a_b c.example", "1.2.3", "x" * 64 + ".example",
        "https://video.example/", "10.0.0.1, 10.0.0.2",
    ],
)  # fmt: skip
def test_cells_that_mean_nothing(text: str) -> None:
    assert rules.span_of(text) is None


def test_four_bytes_written_long_are_the_same_address() -> None:
    span = rules.span_of("203.0.113.0/24")
    assert span is not None
    book = rules.book(1, [row(span)])
    assert book.find("::ffff:203.0.113.5") is not None
    assert book.find("203.0.114.0") is None
    assert book.find("::") is None


def test_the_longest_domain_wins_and_only_whole_labels_count() -> None:
    names = {"example.com": "甲", "cdn.example.com": "乙"}
    book = rules.book(1, [row(Span(AddressKind.DOMAIN, name=n), s) for n, s in names.items()])
    found = {
        text: hit.service if (hit := book.find(text)) else ""
        for text in ("example.com", "a.b.cdn.example.com", "x.example.com", "badexample.com", "com")
    }
    assert list(found.values()) == ["甲", "乙", "甲", "", ""]


def test_clashes_name_both_lines() -> None:
    cells = ["10.0.0.0/24", "10.0.1.0/24", "a.example", "10.0.0.200", "A.example."]
    spans = [(line, span) for line, text in enumerate(cells, 2) if (span := rules.span_of(text))]
    assert rules.clashes(spans) == [(5, 2), (6, 4)]
    assert rules.clashes(spans[:3]) == []
    whole = rules.span_of("10.0.0.0/8")
    assert whole is not None
    assert {line for line, _other in rules.clashes([*spans[:3], (7, whole)])} == {7}


small = st.integers(0, 99)
families = st.sampled_from([4, 6])


@given(
    st.lists(st.tuples(families, small, st.integers(0, 20)), max_size=15),
    st.lists(st.tuples(families, small), min_size=1, max_size=5),
)
def test_look_ups_agree_with_a_naive_search(
    drawn: list[tuple[int, int, int]], questions: list[tuple[int, int]]
) -> None:
    def address(family: int, offset: int) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
        if family == 4:
            return ipaddress.IPv4Address("198.18.0.0") + offset
        return ipaddress.IPv6Address("2001:db8::") + offset

    spans: list[tuple[int, Span]] = []
    ends: list[Sequence[ipaddress.IPv4Address | ipaddress.IPv6Address]] = []
    for line, (family, first, length) in enumerate(drawn):
        low, high = address(family, first), address(family, first + length)
        span = rules.span_of(f"{low}-{high}")
        assert span is not None
        if not rules.clashes([*spans, (line, span)]):
            spans.append((line, span))
            ends.append((low, high))
        else:
            assert any(
                low.version == a.version and int(low) <= int(b) and int(a) <= int(high)
                for a, b in ends
            )
    book = rules.book(1, [row(span, str(line)) for line, span in spans])
    for family, offset in questions:
        asked = address(family, offset)
        naive = next(
            (
                str(line)
                for (line, _span), (low, high) in zip(spans, ends, strict=True)
                if low.version == asked.version and int(low) <= int(asked) <= int(high)
            ),
            None,
        )
        hit = book.find(str(asked))
        assert (hit.service if hit else None) == naive
