"""The administrator's forms: fields as data, read in one go, shown again with what was typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise

from sunline.kernel.errors import (
    Invalid,
    Problem,
    SunlineError,
    required,
    too_long,
    unknown_choice,
)
from sunline.staff.types import UnitRow

from .. import reading

Text = str | Promise
Choices = Sequence[tuple[Any, Any]]
COMMAS = re.compile(f"[,;{chr(0xFF0C)}{chr(0x3001)}{chr(0xFF1B)}]")  # Latin and full-width ones


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: its kind is one of `READERS`, or hidden or a file.

    `words` are several texts set apart by commas; `width` is in twelfths of the form; `start` is
    what stands in the field before anything is typed.
    """

    name: str
    label: Text
    kind: str = "text"
    needed: bool = False
    choices: Choices = ()
    units: Sequence[UnitRow] = ()
    most: int = 64
    hint: Text = ""
    width: int = 4
    rows: int = 4
    start: Any = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A field with the value it shows and what is wrong with it."""

    field: Field
    value: Any
    wrong: str
    id: str


@dataclass(frozen=True, slots=True)
class Form:
    """A form as a page shows it; `typed` is what was sent when it was refused.

    The browser goes to `anchor` afterwards: the form itself unless the page says otherwise.
    """

    slug: str
    action: str
    title: Text
    button: Text
    fields: Sequence[Field]
    typed: QueryDict | None = None
    error: SunlineError | None = None
    open: bool = False
    hint: Text = ""
    upload: bool = False
    anchor: str = ""

    @property
    def target(self) -> str:
        """Where the form is sent, and the part of the page that the browser shows then."""
        return f"{self.action}#{self.anchor or self.slug}"

    @property
    def is_open(self) -> bool:
        """Whether it is unfolded from the start."""
        return self.open or self.error is not None

    @property
    def problems(self) -> Sequence[Problem]:
        """What is wrong with what was typed."""
        return self.error.problems if isinstance(self.error, Invalid) else ()

    @property
    def stray(self) -> list[Problem]:
        """The problems that belong to none of the fields."""
        names = {each.name for each in self.fields}
        return [problem for problem in self.problems if problem.field not in names]

    @property
    def rows(self) -> Iterable[Shown]:
        """The fields with their values and problems."""
        for each in self.fields:
            wrong = [item.message for item in self.problems if item.field == each.name]
            value = each.start if self.typed is None else _typed(each, self.typed)
            yield Shown(each, value, " ".join(wrong), f"{self.slug}-{each.name}".replace(".", "-"))


def tried(request: HttpRequest, error: SunlineError | None) -> dict[str, Any]:
    """Return what a form that was refused keeps: what was typed, and why it was refused."""
    return {"typed": request.POST, "error": error} if error else {}


def _typed(each: Field, values: QueryDict) -> Any:
    if each.kind == "password":
        return ""  # a secret is never sent back
    if each.kind == "flag":
        return reading.flag(values, each.name)
    return values.getlist(each.name) if each.kind == "many" else values.get(each.name, "")


def read(values: QueryDict, fields: Sequence[Field]) -> dict[str, Any]:
    """Return the values of all fields by name; raise Invalid with all problems at once."""
    found: dict[str, Any] = {}
    problems: list[Problem] = []
    for each in fields:
        try:
            found[each.name] = READERS.get(each.kind, _text)(values, each)
        except Invalid as error:
            problems += error.problems
            continue
        if each.needed and found[each.name] in ("", None, [], ()):
            problems.append(required(each.name))
    if problems:
        raise Invalid(problems)
    return found


def _text(values: QueryDict, each: Field) -> str:
    return reading.text(values, each.name, most=each.most)


def _password(values: QueryDict, each: Field) -> str:
    found = str(values.get(each.name) or "").replace("\x00", "")  # blanks may belong to it
    if len(found) > each.most:
        raise Invalid([too_long(each.name, each.most)])
    return found


def _choice(values: QueryDict, each: Field) -> str:
    return reading.choice(values, each.name, {str(code) for code, _label in each.choices})


def _many(values: QueryDict, each: Field) -> list[str]:
    known = {str(code) for code, _label in each.choices}
    found = [text for text in values.getlist(each.name) if text]
    if not known.issuperset(found):
        raise Invalid([unknown_choice(each.name)])
    return found


def _words(values: QueryDict, each: Field) -> list[str]:
    text = reading.text(values, each.name, most=each.most)
    return [word for part in COMMAS.split(text) if (word := part.strip())]


def _id(values: QueryDict, each: Field) -> UUID | None:
    return reading.uuid(values, each.name)


READERS: Mapping[str, Callable[[QueryDict, Field], Any]] = {
    "text": _text,
    "area": _text,
    "hidden": _text,
    "password": _password,
    "number": lambda values, each: reading.number(values, each.name),
    "day": lambda values, each: reading.day(values, each.name),
    "moment": lambda values, each: reading.local_moment(values, each.name),
    "flag": lambda values, each: reading.flag(values, each.name),
    "choice": _choice,
    "many": _many,
    "words": _words,
    "unit": _id,
    "topic": _id,
}
