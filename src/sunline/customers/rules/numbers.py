"""How numbers and addresses are read, and whose they are when several fit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date

MOBILE = re.compile(r"1\d{10}")
NUMBER = re.compile(r"[0-9a-z][0-9a-z@._-]{2,63}")
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
RESIDENT = re.compile(r"\d{17}[\dX]|\d{15}")
SENIOR_AGE = 65


def settled(text: str, change: Callable[[str], str]) -> str:
    """Return a text half-width and changed, so that doing it again makes no difference."""
    for _turn in range(4):
        before, text = text, change(unicodedata.normalize("NFKC", text))
        if text == before:
            break
    return text


def normal_number(text: str) -> str:
    """Return a service number as it is stored: half-width, without spaces, dashes and +86."""
    plain = settled(text, str.lower).strip()
    digits = re.sub(r"[\s()\-.]", "", plain)
    if not re.fullmatch(r"\+?\d+", digits):
        return plain
    for prefix in ("+86", "0086", "86"):
        if digits.startswith(prefix) and MOBILE.fullmatch(digits[len(prefix) :]):
            return digits[len(prefix) :]
    return "0" + digits[3:] if digits.startswith("+86") else digits.lstrip("+")


def normal_email(text: str) -> str:
    """Return an e-mail address as it is stored."""
    return settled(text, str.lower).strip()


def normal_identity(text: str) -> str:
    """Return an identity number as it is stored."""
    return settled(text, lambda part: re.sub(r"\s", "", part).upper())


def normal_value(kind: str, text: str) -> str:
    """Return a contact point's value as it is stored and found again."""
    if kind == "phone":
        return normal_number(text)
    if kind == "email":
        return normal_email(text)
    return " ".join(unicodedata.normalize("NFKC", text).split())


def last_four(value: str) -> str:
    """Return the last four characters of a number, or nothing when it is shorter."""
    return value[-4:] if len(value) >= 4 else ""


def is_number(text: str) -> bool:
    """Return whether a normalised text can be a service number or broadband account."""
    return bool(NUMBER.fullmatch(text)) and any(letter.isdigit() for letter in text)


def is_email(text: str) -> bool:
    """Return whether a text has the form of an e-mail address."""
    return len(text) <= 254 and bool(EMAIL.fullmatch(text))


def is_identity(kind: str, text: str) -> bool:
    """Return whether a normalised identity number has the form its kind demands."""
    if kind == "resident":
        return bool(RESIDENT.fullmatch(text))
    return 4 <= len(text) <= 32 and text.isprintable()


def age(birth_date: date, today: date) -> int:
    """Return full years of life."""
    before = (today.month, today.day) < (birth_date.month, birth_date.day)
    return today.year - birth_date.year - before


def care_mark(stated: str, birth_date: date | None, today: date) -> str:
    """Return the stated care mark, or `senior` for a person of 65 and over."""
    if stated or birth_date is None:
        return stated
    return "senior" if age(birth_date, today) >= SENIOR_AGE else ""


def ways_to_find(text: str) -> tuple[str, ...]:
    """Return how a text typed by a person may be meant, the surest first.

    Of: last_four, email, number, identity, account, customer, pinyin, name.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    if not plain or len(plain) > 64 or not plain.isprintable():
        return ()
    if re.fullmatch(r"\d{3}[\dXx]", plain):
        return ("last_four",)
    if is_email(plain):
        return ("email",)
    ways: list[str] = []
    if is_number(normal_number(plain)) and len(plain) >= 5:
        ways.append("number")
    if RESIDENT.fullmatch(normal_identity(plain)):
        ways.append("identity")
    if re.fullmatch(r"[A-Za-z]{0,3}\d[\d-]{4,20}", plain):
        ways += ["customer", "account"]
    if re.fullmatch(r"[A-Za-z]{2,8}", plain):
        ways.append("pinyin")
    if not plain.isdigit():
        ways.append("name")
    return tuple(ways)


def the_one(candidates: Iterable[tuple[str, bool]]) -> str | None:
    """Return whose an address is, from (owner, verified) pairs, or None when that is unclear.

    A message must not be filed under a stranger, so an address that several hold decides nothing
    unless exactly one of them has it verified.
    """
    found = list(candidates)
    for keep in (lambda verified: True, lambda verified: verified):
        owners = _owners(found, keep)
        if len(owners) == 1:
            return owners.pop()
    return None


def _owners(candidates: list[tuple[str, bool]], keep: Callable[[bool], bool]) -> set[str]:
    return {owner for owner, verified in candidates if keep(verified)}
