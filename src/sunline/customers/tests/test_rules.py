"""How numbers are read, what is wrong with a customer, whose an address is; without a database."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunline.customers import rules
from sunline.customers.services.imports import words
from sunline.customers.types import NewAccount, NewContact, NewCustomer, NewSubscriber

UNIT = uuid4()


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("199 0000 0001", "19900000001"),
        ("+86-199-0000-0001", "19900000001"),
        ("008619900000001", "19900000001"),
        ("8619900000001", "19900000001"),
        ("１９９００００００１", "1990000001"),
        ("(020) 1234-5678", "02012345678"),
        ("+862012345678", "02012345678"),
        ("GZ-Band001@163.gd", "gz-band001@163.gd"),
    ],
)
def test_numbers_are_stored_one_way(typed, stored):
    assert rules.normal_number(typed) == stored


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing(text):
    for normal in (rules.normal_number, rules.normal_email, rules.normal_identity):
        assert normal(normal(text)) == normal(text)


@pytest.mark.parametrize(
    ("typed", "ways"),
    [
        ("0001", ("last_four",)),
        ("123x", ("last_four",)),
        ("19900000001", ("number", "customer", "account")),
        ("440106195503071239", ("number", "identity", "customer", "account")),
        ("C20261120-000001", ("number", "customer", "account", "name")),
        ("a@x.cn", ("email",)),
        ("cns", ("pinyin", "name")),
        ("陈女士", ("name",)),
        ("", ()),
        ("x" * 65, ()),
    ],
)
def test_what_a_typed_text_may_mean(typed, ways):
    assert rules.ways_to_find(typed) == ways


@given(st.text(max_size=80))
def test_any_text_can_be_looked_up(text):
    rules.ways_to_find(text)


def test_an_address_of_several_decides_nothing_unless_one_has_it_verified():
    assert rules.the_one([]) is None
    assert rules.the_one([("a", False), ("a", True)]) == "a"
    assert rules.the_one([("a", False), ("b", False)]) is None
    assert rules.the_one([("a", False), ("b", True)]) == "b"
    assert rules.the_one([("a", True), ("b", True)]) is None


def test_people_of_65_are_marked_for_care():
    today = date(2026, 11, 20)
    assert rules.care_mark("", date(1961, 11, 20), today) == "senior"
    assert rules.care_mark("", date(1961, 11, 21), today) == ""
    assert rules.care_mark("disabled", date(1930, 1, 1), today) == "disabled"
    assert rules.age(date(2000, 2, 29), date(2026, 2, 28)) == 25


def problems(**changes) -> set[tuple[str, str]]:
    new = NewCustomer(**{"name": "陈女士", "home_unit_id": UNIT, **changes})
    return {(found.field, found.code) for found in rules.problems_of(new)}


def test_what_is_wrong_with_a_customer_is_named_field_by_field():
    assert problems() == set()
    assert problems(name=" ", tier="platinum") == {
        ("name", "required"),
        ("tier", "unknown_choice"),
    }
    assert problems(name="x\0y") == {("name", "unreadable_text")}
    assert problems(identity_kind="resident", identity_number="123") == {
        ("identity_number", "bad_identity")
    }
    assert problems(contacts=(NewContact("email", "nobody"), NewContact("fax", "1"))) == {
        ("contacts.0.value", "bad_email"),
        ("contacts.1.kind", "unknown_choice"),
    }
    twice = NewSubscriber("19900000001")
    assert problems(accounts=(NewAccount(subscribers=(twice, twice)),)) == {
        ("accounts.0.subscribers.1.number", "twice")
    }


GOOD = {
    "external_id": "X1",
    "name": "陈女士",
    "tier": "金卡",
    "rural": "农村",
    "number": "199 0000 0001",
    "status": "停机保号",
    "joined_on": "2019/3/7",
    "product_name": "畅享 59",
    "monthly_fee": "59.00",
    "phone": "19900000002",
    "email": "a@x.cn",
    "birth_date": "19550307",
}


def test_a_line_in_chinese_words():
    new, found = rules.customer_of_row(GOOD, words(), UNIT)
    assert found == []
    assert new is not None
    assert (new.tier, new.rural, new.birth_date) == ("gold", True, date(1955, 3, 7))
    line = new.accounts[0].subscribers[0]
    assert (line.status, line.joined_on) == ("kept", date(2019, 3, 7))
    assert line.holdings[0].name == "畅享 59"
    assert [contact.kind for contact in new.contacts] == ["phone", "email"]


def test_a_bad_line_names_the_columns_of_the_file():
    bad = {
        **GOOD,
        "external_id": "",
        "tier": "白金",
        "rural": "也许",
        "number": "??",
        "joined_on": "2019-13-40",
        "monthly_fee": "many",
        "email": "nobody",
        "identity": "12",
        "bill_day": "x",
    }
    new, found = rules.customer_of_row(bad, words(), UNIT)
    assert new is None
    assert {(item.field, item.code) for item in found} == {
        ("external_id", "required"),
        ("tier", "unknown_choice"),
        ("rural", "bad_flag"),
        ("number", "bad_number"),
        ("joined_on", "bad_date"),
        ("monthly_fee", "bad_amount"),
        ("email", "bad_email"),
        ("identity", "bad_identity"),
        ("bill_day", "unknown_choice"),
    }


FIELDS = [*GOOD, "account_number", "service", "identity", "bill_day", "since", "region", "group"]


@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=140)))
def test_no_cells_raise(values):
    new, found = rules.customer_of_row(values, words(), UNIT)
    assert (new is None) == bool(found)


def test_lines_of_one_customer_are_merged():
    def line(number: str, account: str = "") -> NewCustomer:
        lines = (NewSubscriber(number),)
        return NewCustomer("陈", UNIT, accounts=(NewAccount(account, subscribers=lines),))

    whole = rules.merged(line("1", "A1"), [line("2"), line("3", "A2"), line("1", "A2")])
    held = {a.number: [s.number for s in a.subscribers] for a in whole.accounts}
    assert held == {"A1": ["1", "2"], "A2": ["3"]}
