"""Refusals: each carries a stable code, parameters, and a text that is translated at the edge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class SunlineError(Exception):
    """Base of all refusals; `status` is what an HTTP edge answers."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    text: ClassVar[str | Promise] = _("Something went wrong.")

    def __init__(self, **params: Any) -> None:
        self.params = params
        super().__init__(self.code)

    @property
    def message(self) -> str:
        """The text in the active language with its parameters filled in."""
        return str(self.text) % self.params if self.params else str(self.text)


class NotFound(SunlineError):
    """The row does not exist or the viewer may not know that it does."""

    code, status = "not_found", 404
    text = _("There is nothing here, or you may not see it.")


class Refused(SunlineError):
    """The viewer is known but lacks the permission."""

    code, status = "refused", 403
    text = _("Your role does not allow this.")


class Conflict(SunlineError):
    """The row changed or is not in a state that allows the act."""

    code, status = "conflict", 409
    text = _("Somebody else changed this first. Look again before you go on.")


class TooMany(SunlineError):
    """The caller asks more often than is allowed."""

    code, status = "too_many", 429
    text = _("Too many attempts. Please wait and try again.")


class Invalid(SunlineError):
    """The input cannot be used; `problems` names each field with a code and a text."""

    code, status = "invalid", 400
    text = _("Some of the input cannot be used.")

    def __init__(self, problems: Sequence[Problem] = (), **params: Any) -> None:
        super().__init__(**params)
        self.problems = tuple(problems)


class Problem:
    """One field that cannot be used, why, and the text for the person."""

    __slots__ = ("code", "field", "params", "text")

    def __init__(
        self, field: str, code: str, text: str | Promise, params: Mapping[str, Any] | None = None
    ) -> None:
        self.field, self.code, self.text = field, code, text
        self.params = dict(params or {})

    @property
    def message(self) -> str:
        """The text in the active language with its parameters filled in."""
        return str(self.text) % self.params if self.params else str(self.text)

    def __repr__(self) -> str:
        return f"Problem({self.field}, {self.code})"


REQUIRED = _("This is required.")
TOO_LONG = _("This is too long: at most %(most)d characters.")
WRONG_TYPE = _("This has the wrong type.")
UNKNOWN_CHOICE = _("This is not one of the choices.")
UNREADABLE = _("This could not be read.")
BAD_CURSOR = _("This page address is no longer valid. Start again from the first page.")


def required(field: str) -> Problem:
    """Return the problem of a field that is missing or blank."""
    return Problem(field, "required", REQUIRED)


def too_long(field: str, most: int) -> Problem:
    """Return the problem of a text over its limit."""
    return Problem(field, "too_long", TOO_LONG, {"most": most})


def unknown_choice(field: str) -> Problem:
    """Return the problem of a value outside its list."""
    return Problem(field, "unknown_choice", UNKNOWN_CHOICE)


def wrong_type(field: str) -> Problem:
    """Return the problem of a value of another type."""
    return Problem(field, "wrong_type", WRONG_TYPE)
