"""What one line of an imported file says about a customer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import UUID

from sunline.kernel.errors import Problem, required, unknown_choice

from ..errors import BAD_AMOUNT, BAD_DATE, BAD_FLAG
from ..types import NewAccount, NewContact, NewCustomer, NewHolding, NewSubscriber
from .checks import problems_of

Words = Mapping[str, Mapping[str, str]]
DAY = re.compile(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})\D?(?:\s.*)?")
FIELD_OF = {
    "accounts.0.subscribers.0.number": "number",
    "accounts.0.subscribers.0.service": "service",
    "accounts.0.subscribers.0.status": "status",
    "accounts.0.subscribers.0.status_reason": "status_reason",
    "accounts.0.subscribers.0.external_id": "subscriber_id",
    "accounts.0.subscribers.0.holdings.0.code": "product_code",
    "accounts.0.subscribers.0.holdings.0.name": "product_name",
    "accounts.0.number": "account_number",
    "accounts.0.bill_day": "bill_day",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A line with the customer it tells of."""

    line: int
    new: NewCustomer


def customer_of_row(
    values: Mapping[str, str], words: Words, home_unit_id: UUID | None
) -> tuple[NewCustomer | None, list[Problem]]:
    """Return the customer a line tells of, or what is wrong with it, by the file's own fields.

    `words` gives for a field the code of each word a file may use. Without a home unit the caller
    has already told what is wrong; the other problems are found all the same.
    """
    cells = _Cells(values, words)
    contacts = [
        NewContact(kind, values[kind], preferred=place == 0)
        for place, kind in enumerate(("phone", "email", "address"))
        if values.get(kind)
    ]
    new = NewCustomer(
        name=values.get("name", ""),
        home_unit_id=home_unit_id or UUID(int=0),
        kind=cells.code("kind", "individual"),
        identity_kind=cells.code("identity_kind", "resident" if values.get("identity") else ""),
        identity_number=values.get("identity", ""),
        birth_date=cells.day("birth_date"),
        gender=cells.code("gender", ""),
        group=cells.code("group", "public"),
        tier=cells.code("tier", "ordinary"),
        region_code=values.get("region", ""),
        rural=cells.flag("rural"),
        fragile=cells.code("fragile", ""),
        since=cells.day("since"),
        external_id=values.get("external_id", ""),
        accounts=_accounts(cells),
        contacts=tuple(contacts),
    )
    found = cells.problems
    if not new.external_id:
        found.append(required("external_id"))
    kinds = [contact.kind for contact in contacts]
    for problem in problems_of(new):
        field = FIELD_OF.get(problem.field, problem.field)
        if field.startswith("contacts."):
            field = kinds[int(field.split(".")[1])]
        field = "identity" if field == "identity_number" else field
        found.append(Problem(field, problem.code, problem.text, problem.params))
    return (None if found else new), found


def _accounts(cells: _Cells) -> tuple[NewAccount, ...]:
    """Return the billing account of a line; without a service number only if it has a number."""
    values = cells.values
    subscribers: tuple[NewSubscriber, ...] = ()
    if values.get("number"):
        holdings: tuple[NewHolding, ...] = ()
        if values.get("product_code") or values.get("product_name"):
            code = values.get("product_code") or values.get("product_name", "")
            name = values.get("product_name") or code
            holdings = (NewHolding(code, name, monthly_fee=cells.amount("monthly_fee")),)
        subscribers = (
            NewSubscriber(
                number=values["number"],
                service=cells.code("service", "mobile"),
                status=cells.code("status", "active"),
                status_reason=values.get("status_reason", ""),
                joined_on=cells.day("joined_on"),
                external_id=values.get("subscriber_id", ""),
                holdings=holdings,
            ),
        )
    if not subscribers and not values.get("account_number"):
        return ()
    return (
        NewAccount(
            number=values.get("account_number", ""),
            payment=cells.code("payment", "postpaid"),
            bill_day=cells.whole("bill_day", 1),
            subscribers=subscribers,
        ),
    )


def merged(first: NewCustomer, more: Sequence[NewCustomer]) -> NewCustomer:
    """Return one customer of several lines: the first line's, with the service numbers of all.

    Lines without an account number put their service numbers on the first line's account.
    """
    accounts = {account.number: account for account in first.accounts}
    seen = {
        (line.service, line.number) for account in first.accounts for line in account.subscribers
    }
    for other in more:
        for account in other.accounts:
            lines = tuple(
                line for line in account.subscribers if (line.service, line.number) not in seen
            )
            seen |= {(line.service, line.number) for line in lines}
            number = account.number or next(iter(accounts), "")
            held = accounts.get(number)
            base = held or account
            kept = held.subscribers if held else ()
            accounts[number] = replace(base, number=number, subscribers=kept + lines)
    return replace(first, accounts=tuple(accounts.values()))


class _Cells:
    """The cells of a line read as values, gathering what cannot be read."""

    def __init__(self, values: Mapping[str, str], words: Words) -> None:
        self.values, self.words = values, words
        self.problems: list[Problem] = []

    def code(self, field: str, default: str) -> str:
        """Return the code of a word, or the default for an empty cell."""
        value = self.values.get(field, "")
        if not value:
            return default
        known = self.words.get(field, {})
        if value.casefold() in known:
            return known[value.casefold()]
        self.problems.append(unknown_choice(field))
        return default

    def flag(self, field: str) -> bool:
        """Return yes or no; an empty cell means no."""
        value = self.values.get(field, "")
        if not value:
            return False
        code = self.words.get(field, {}).get(value.casefold())
        if code is None:
            self.problems.append(Problem(field, "bad_flag", BAD_FLAG))
        return code == "yes"

    def day(self, field: str) -> date | None:
        """Return a day written year first, with or without marks between."""
        value = self.values.get(field, "")
        if not value:
            return None
        parts = DAY.fullmatch(value)
        try:
            if parts:
                return date(*(int(part) for part in parts.groups()))
        except ValueError:
            pass
        self.problems.append(Problem(field, "bad_date", BAD_DATE))
        return None

    def amount(self, field: str) -> Decimal:
        """Return an amount of money, not negative and below a hundred million."""
        value = self.values.get(field, "").replace(",", "")
        if not value:
            return Decimal(0)
        try:
            amount = Decimal(value)
            if amount.is_finite() and 0 <= amount < 10**8:
                return round(amount, 2)
        except InvalidOperation:
            pass
        self.problems.append(Problem(field, "bad_amount", BAD_AMOUNT))
        return Decimal(0)

    def whole(self, field: str, default: int) -> int:
        """Return a small whole number."""
        value = self.values.get(field, "")
        if not value:
            return default
        if value.isascii() and value.isdigit() and len(value) <= 4:
            return int(value)
        self.problems.append(unknown_choice(field))
        return default
