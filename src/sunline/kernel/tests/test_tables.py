"""CSV files as people send them: every defect is a problem with its line, never an exception."""

from __future__ import annotations

import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunline.kernel import tables
from sunline.kernel.tables import Column

COLUMNS = (
    Column("name", ("姓名", "客户名称"), required=True),
    Column("phone", ("手机号码",)),
    Column("note", ("备注",)),
)


def read(body: bytes, **more) -> tables.Table:
    return tables.read(io.BytesIO(body), COLUMNS, **more)


def values(body: bytes, **more) -> list[tuple[int, dict[str, str]]]:
    return [(line.number, dict(line.values)) for line in read(body, **more).lines()]


def codes(body: bytes) -> list[tuple[int, str]]:
    return [(line.number, found.code) for line in read(body).lines() for found in line.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_the_encoding_is_found(encoding):
    body = "姓名,手机号码\r\n陈女士,19900000001\r\n".encode(encoding)
    assert values(body) == [(2, {"name": "陈女士", "phone": "19900000001"})]


def test_ascii_at_first_and_chinese_late_in_the_file():
    body = ("name\n" + "x\n" * 700_000 + "陈\n").encode("gb18030")
    assert values(body)[-1] == (700_002, {"name": "陈"})


def test_a_few_broken_bytes_cost_their_line_only():
    body = "姓名\n陈女士\n何大爷\n许先生\n".encode().replace("何".encode(), b"\xe4\xbd")
    assert codes(body) == [(3, "wrong_encoding")]
    assert [line for line in values(body) if line[1]] == [
        (2, {"name": "陈女士"}),
        (4, {"name": "许先生"}),
    ]


def test_titles_are_compared_without_case_width_and_blanks():
    assert values("  Name ,ＰＨＯＮＥ\nx,1\n".encode()) == [(2, {"name": "x", "phone": "1"})]


def test_a_mapping_names_and_leaves_out_columns():
    body = "谁,备注\nx,y\n".encode()
    table = read(body, mapping={"谁": "name", "备注": ""})
    assert table.ignored == ("备注",)
    assert [dict(line.values) for line in table.lines()] == [{"name": "x"}]
    assert table.title("name") == "谁"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        ("手机号码\n1\n".encode(), "missing_column"),
        (b"a,b\n1,2\n", "no_header"),
        ("姓名,name\n1,2\n".encode(), "duplicate_header"),
        (b"na\0me\nx\n", "nul"),
        (b'"name\n' + b"x\n" * 50_000, "line_too_long"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(body, code):
    table = read(body)
    assert code in {found.code for found in table.problems}
    assert list(table.lines()) == []


def test_an_unknown_encoding_is_a_problem():
    assert read(b"name\n", encoding="klingon").problems[0].code == "unknown_encoding"
    assert list(read(b"name\nx\n", encoding="gb18030").lines())


def test_quoted_newlines_keep_the_numbers_of_lines():
    body = b'name,note\na,"one\ntwo"\nb,three\n'
    assert values(body) == [
        (2, {"name": "a", "note": "one\ntwo"}),
        (4, {"name": "b", "note": "three"}),
    ]


def test_other_line_separators_do_not_part_a_record():
    assert values("name,note\na,one\u2028two\x0bthree\n".encode())[0][1]["note"].startswith("one")


def test_a_quotation_mark_inside_a_cell_is_a_letter():
    assert values(b'name,note\na,5" pipe\nb,c\n') == [
        (2, {"name": "a", "note": '5" pipe'}),
        (3, {"name": "b", "note": "c"}),
    ]


def test_an_open_quotation_mark_costs_its_line_only():
    body = b'name,note\na,"open\n' + b"b,c\n" * 20_000
    found = list(read(body).lines())
    assert [item.code for item in found[0].problems] == ["line_too_long"]
    assert len(found) == 20_001
    assert found[1].number == 3


def test_an_open_quotation_mark_at_the_end():
    assert codes(b'name,note\nx,y\na,"open\nb,c\n') == [(3, "line_too_long")]


def test_defects_of_single_lines():
    body = b"name,note\n" + b"x" * 200_000 + b"\nb\0,c\nd,e,f\ng,h,\n\n  ,\nlast"
    assert codes(body) == [(2, "line_too_long"), (3, "nul"), (4, "more_cells")]
    assert [number for number, held in values(body) if held] == [5, 8]


@pytest.mark.parametrize("mark", [";", "\t", ","])
def test_other_delimiters(mark):
    assert values(f"name{mark}note\na{mark}b\n".encode()) == [(2, {"name": "a", "note": "b"})]


def test_going_on_after_a_line():
    lines = read(b"name\na\nb\nc\n").lines(after=3)
    assert [line.number for line in lines] == [4]


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_raise(body):
    for head in (b"", b"name,note\n"):
        list(read(head + body).lines())
        tables.count_lines(io.BytesIO(head + body))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0\ufffd")), max_size=8))
def test_what_a_spreadsheet_writes_comes_back(cells):
    import csv

    out = io.StringIO(newline="")
    csv.writer(out).writerow(["name", "note"])
    for cell in cells:
        csv.writer(out).writerow(["x", cell])
    found = [line.values["note"] for line in read(out.getvalue().encode()).lines()]
    assert found == [cell.strip() for cell in cells]


def test_random_damage_never_raises():
    chance = random.Random(7)
    good = ('姓名,手机号码,备注\n"陈,女士",19900000001,"a\nb"\n' * 20).encode()
    for _ in range(300):
        body = bytearray(good)
        for _ in range(chance.randint(1, 8)):
            body[chance.randrange(len(body))] = chance.randrange(256)
        list(read(bytes(body)).lines())


def test_cells_of_the_error_file_are_no_formulas():
    assert tables.safe_cell("=1+1") == "'=1+1"
    assert tables.safe_cell("plain") == "plain"
