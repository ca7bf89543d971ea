"""The acts of a ticket as forms on its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.functional import Promise

from sunline.staff.types import Viewer
from sunline.tickets.acts import ACTS, GROUP_LABELS, Act, Group

from .looks import LOOKS, PLAIN, Look


@dataclass(frozen=True, slots=True)
class Form:
    """An act on a page, with what was typed and what was wrong with it."""

    act: Act
    values: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Any, ...] = ()
    open: bool = False

    @property
    def look(self) -> Look:
        """How the act looks."""
        return LOOKS.get(self.act.verb, PLAIN)


@dataclass(frozen=True, slots=True)
class FormGroup:
    """The forms under one heading."""

    code: str
    label: str | Promise
    forms: Sequence[Form]


def several(viewer: Viewer) -> list[Act]:
    """Return the acts that the viewer may do to many tickets at once."""
    return [act for act in ACTS if act.bulk and viewer.may(act.permission.code)]


def form_groups(verbs: Sequence[str], failed: Form | None = None) -> list[FormGroup]:
    """Return the forms of the allowed verbs by group, in the order people meet them.

    The first stands open when it is the step that the ticket waits for.
    A form that failed keeps its text even if its verb is no longer allowed.
    """
    found = [Form(act) for act in ACTS if act.verb in verbs]
    if failed is not None:
        found = [form for form in found if form.act is not failed.act]
        found.insert(0, replace(failed, open=True))
    elif found and (found[0].look.tone == "main" or found[0].act.verb == "answer"):
        found[0] = replace(found[0], open=True)
    groups = [
        FormGroup(group, GROUP_LABELS[group], [form for form in found if form.act.group == group])
        for group in Group
    ]
    return [group for group in groups if group.forms]
