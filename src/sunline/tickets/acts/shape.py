"""What an act on a ticket asks for: one description of each verb for every way in."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sunline.interactions.types import File
from sunline.kernel import reading
from sunline.kernel.errors import Invalid, required, unknown_choice, wrong_type
from sunline.staff.permissions import Permission

Text = str | Promise
MOST_TEXT = 10_000
DETAILS = "details."
IDS = frozenset({"unit", "person", "colleague", "topic", "grant"})


class Group(StrEnum):
    """Under which heading people look for an act."""

    STEP = "step"
    PEOPLE = "people"
    TIME = "time"
    CUSTOMER = "customer"
    CASE = "case"
    APPEAL = "appeal"
    GROUP = "group"
    OUTAGE = "outage"
    FIELD = "field"
    RECORD = "record"
    END = "end"


GROUP_LABELS: Mapping[Group, Text] = {
    Group.STEP: _("Next step"),
    Group.PEOPLE: _("Units and people"),
    Group.TIME: _("Time"),
    Group.CUSTOMER: _("Customer"),
    Group.CASE: _("Complaint"),
    Group.APPEAL: _("Appeals"),
    Group.GROUP: _("Group complaint"),
    Group.OUTAGE: _("Outage"),
    Group.FIELD: _("Field work"),
    Group.RECORD: _("Record"),
    Group.END: _("End"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One input of an act."""

    name: str
    label: Text
    # textarea, text, number, money, select, many, checks, unit, person, colleague, moment, flag,
    # file, topic, grant, appeal, slot, details of a topic; of complaints: cause, strategy, step
    kind: str = "textarea"
    choices: tuple[tuple[str, Text], ...] = ()
    required: bool = True
    help: Text = ""
    most: int = MOST_TEXT

    def read(self, values: Mapping[str, Any]) -> Any:
        """Return the value as the verb takes it, None or blank when it was left out."""
        if self.kind == "flag":
            return reading.flag(values, self.name)
        if self.kind in {"many", "checks"}:
            return self._several(values)
        if self.kind == "details":
            return told(values)
        if self.kind == "file":
            return handed_in(values, self.name)
        if self.required:
            reading.needed(values, self.name, most=self.most)
        if self.kind in IDS:
            return reading.uuid(values, self.name)
        if self.kind == "moment":
            return reading.local_moment(values, self.name)
        if self.kind == "number":
            return reading.number(values, self.name)
        if self.kind == "money":
            return reading.money(values, self.name)
        return reading.text(values, self.name, most=self.most)

    def _several(self, values: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the codes that were ticked; they come as a list or parted by commas."""
        listed = getattr(values, "getlist", None)
        raw = listed(self.name) if listed else values.get(self.name) or ()
        found = raw.split(",") if isinstance(raw, str) else raw
        codes = tuple(str(code)[:64].strip() for code in found if str(code).strip())
        known = {code for code, _label in self.choices}
        # The questions of a check depend on the ticket; the verb knows them.
        if self.kind == "many" and any(code not in known for code in codes):
            raise Invalid([unknown_choice(self.name)])
        if self.required and not codes:
            raise Invalid([required(self.name)])
        return codes


@dataclass(frozen=True, slots=True)
class Act:
    """A verb as people and programs meet it; `slug` is its place under a ticket's address."""

    verb: str
    slug: str
    label: Text
    done: Text
    permission: Permission
    run: Callable[..., Any]
    fields: tuple[Field, ...] = ()
    group: Group = Group.STEP
    bulk: bool = False  # may it be done to many tickets at once

    @property
    def takes_file(self) -> bool:
        """Whether a form of the act hands a file in."""
        return any(field.kind == "file" for field in self.fields)

    def read(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields as the verb takes them; raise Invalid with every problem."""
        found: dict[str, Any] = {}
        errors = []
        for field in self.fields:
            try:
                found[field.name] = field.read(values)
            except Invalid as error:
                errors.append(error)
        if errors:
            raise reading.merged(*errors)
        return {name: value for name, value in found.items() if value not in (None, "", (), {})}


def told(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a topic's fields: a mapping, or a form's inputs `details.CODE`."""
    given = values.get("details")
    if isinstance(given, Mapping):
        return {str(name)[:64]: value for name, value in given.items()}
    inputs = [str(name) for name in values if str(name).startswith(DETAILS)]
    return {name.removeprefix(DETAILS)[:64]: values[name] for name in inputs if values[name]}


def handed_in(values: Mapping[str, Any], name: str) -> File | None:
    """Return the file of a form, or of a program: its name and its content in Base64."""
    given = values.get(name)
    if given is None or given == "" or isinstance(given, File):
        return given or None
    if not isinstance(given, Mapping) or set(given) != {"name", "content"}:
        raise Invalid([wrong_type(name)])
    try:
        content = b64decode(str(given["content"]), validate=True)
    except ValueError:
        raise Invalid([wrong_type(name)]) from None
    return File(str(given["name"])[:255], "", content)


def options(choices: Any) -> tuple[tuple[str, Text], ...]:
    """Return the codes and labels of an enumeration."""
    return tuple((str(item.value), item.label) for item in choices)


NOTE = Field("note", _("Note"), required=False)
