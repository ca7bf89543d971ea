"""Personal data as it is shown to people who have no reason to see all of it."""

from __future__ import annotations


def phone(value: str) -> str:
    """Return a phone number with its middle hidden: 138****1234."""
    if len(value) < 7:
        return "*" * len(value)
    return f"{value[:3]}{'*' * (len(value) - 7)}{value[-4:]}"


def identity(value: str) -> str:
    """Return an identity number with only its first three and last four characters."""
    if len(value) < 9:
        return "*" * len(value)
    return f"{value[:3]}{'*' * (len(value) - 7)}{value[-4:]}"


def name(value: str) -> str:
    """Return a person's name with all but the first character hidden."""
    return value[:1] + "*" * min(max(len(value) - 1, 0), 2)


def email(value: str) -> str:
    """Return an e-mail address with most of its local part hidden."""
    local, at, domain = value.partition("@")
    return f"{local[:2]}***{at}{domain}" if at else name(value)
