"""What is wrong with a customer that someone wants to register, as far as values alone tell."""

from __future__ import annotations

from sunline.kernel.errors import Problem, required, too_long, unknown_choice

from ..errors import BAD_EMAIL, BAD_IDENTITY, BAD_NUMBER, TWICE, UNREADABLE_TEXT
from ..types import (
    CONTACT_KINDS,
    FRAGILE,
    GROUPS,
    KINDS,
    SERVICES,
    STATUSES,
    TIERS,
    NewContact,
    NewCustomer,
    NewSubscriber,
)
from .numbers import is_email, is_identity, is_number, normal_identity, normal_number, normal_value


def text_problems(field: str, value: str, most: int, *, needed: bool = False) -> list[Problem]:
    """Return what is wrong with a text that a column of `most` characters shall hold."""
    if not value.strip():
        return [required(field)] if needed else []
    if len(value) > most:
        return [too_long(field, most)]
    if any(ord(letter) < 32 or 0xD800 <= ord(letter) < 0xE000 for letter in value):
        return [Problem(field, "unreadable_text", UNREADABLE_TEXT)]
    return []


def choice_problems(field: str, value: str, choices: tuple[str, ...]) -> list[Problem]:
    """Return the problem of a value outside its list."""
    return [] if value in choices else [unknown_choice(field)]


def problems_of(new: NewCustomer) -> list[Problem]:
    """Return everything that is wrong with a new customer, as far as values alone tell."""
    found = [
        *text_problems("name", new.name, 128, needed=True),
        *choice_problems("kind", new.kind, KINDS),
        *choice_problems("tier", new.tier, TIERS),
        *choice_problems("group", new.group, GROUPS),
        *choice_problems("fragile", new.fragile, FRAGILE),
        *text_problems("external_id", new.external_id, 64),
        *text_problems("number", new.number, 24),
        *text_problems("identity_kind", new.identity_kind, 16),
        *text_problems("gender", new.gender, 8),
    ]
    identity = normal_identity(new.identity_number)
    if identity and not is_identity(new.identity_kind, identity):
        found.append(Problem("identity_number", "bad_identity", BAD_IDENTITY))
    for place, contact in enumerate(new.contacts):
        found += contact_problems(contact, f"contacts.{place}.")
    seen: set[tuple[str, str]] = set()
    for place, account in enumerate(new.accounts):
        found += text_problems(f"accounts.{place}.number", account.number, 24)
        found += text_problems(f"accounts.{place}.external_id", account.external_id, 64)
        if not 1 <= account.bill_day <= 31:
            found.append(unknown_choice(f"accounts.{place}.bill_day"))
        for line, subscriber in enumerate(account.subscribers):
            prefix = f"accounts.{place}.subscribers.{line}."
            found += subscriber_problems(subscriber, prefix)
            key = (subscriber.service, normal_number(subscriber.number))
            if key in seen:
                found.append(Problem(prefix + "number", "twice", TWICE))
            seen.add(key)
    return found


def subscriber_problems(new: NewSubscriber, prefix: str) -> list[Problem]:
    """Return everything that is wrong with a new service number."""
    found = [
        *choice_problems(prefix + "service", new.service, SERVICES),
        *choice_problems(prefix + "status", new.status, STATUSES),
        *text_problems(prefix + "status_reason", new.status_reason, 32),
        *text_problems(prefix + "external_id", new.external_id, 64),
    ]
    if not is_number(normal_number(new.number)):
        found.append(Problem(prefix + "number", "bad_number", BAD_NUMBER))
    for place, item in enumerate(new.holdings):
        found += text_problems(f"{prefix}holdings.{place}.code", item.code, 32, needed=True)
        found += text_problems(f"{prefix}holdings.{place}.name", item.name, 64, needed=True)
    return found


def contact_problems(new: NewContact, prefix: str = "") -> list[Problem]:
    """Return everything that is wrong with a new contact point."""
    field = prefix + "value"
    found = choice_problems(prefix + "kind", new.kind, CONTACT_KINDS)
    found += text_problems(field, new.value, 254, needed=True)
    if found:
        return found
    value = normal_value(new.kind, new.value)
    if new.kind == "email" and not is_email(value):
        return [Problem(field, "bad_email", BAD_EMAIL)]
    if new.kind == "phone" and not is_number(value):
        return [Problem(field, "bad_number", BAD_NUMBER)]
    return []
