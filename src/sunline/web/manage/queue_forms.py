"""The form of a queue: whose it is, what it asks of people, and who comes first."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from sunline.routing import permissions
from sunline.routing.types import QueueRow
from sunline.staff import queries as staff
from sunline.staff.types import Viewer

from .. import words
from ..units import units_of
from .forms import Field, Form

HERE = "/manage/queues"
# Who is asked before the strategy decides, in order.
ORDERS = (
    "",
    "last_agent",
    "account_manager",
    "last_agent account_manager",
    "account_manager last_agent",
)


def queue_form(viewer: Viewer, held: QueueRow | None, told: dict[str, Any]) -> Form:
    """Return the form of a new queue, or of the change of one."""
    if held is None:
        return Form(
            "queue",
            f"{HERE}/new",
            _("New queue"),
            _("Open the queue"),
            queue_fields(viewer),
            **told,
        )
    return Form(
        "queue",
        f"{HERE}/{held.id}/change",
        _("Change the queue “%(name)s”") % {"name": held.name},
        _("Save"),
        queue_fields(viewer, held),
        open=True,
        **told,
    )


def orders() -> list[tuple[str, str]]:
    """Return the orders in which people are preferred, in words."""
    names = dict(words.choices("preference"))
    then = _(", then ")
    return [
        (code, then.join(str(names[one]) for one in code.split()) or _("Nobody in particular"))
        for code in ORDERS
    ]


def queue_fields(viewer: Viewer, held: QueueRow | None = None) -> list[Field]:
    """Return the fields of a new queue, or of one as it is now."""
    levels = [("", "–"), *((str(level), f"≥ {level}") for level in range(1, 6))]
    skills = [
        Field(
            f"skills.{row.code}",
            row.name,
            "choice",
            choices=levels,
            width=2,
            start=held.skills.get(row.code, "") if held else "",
        )
        for row in staff.skills()
    ]
    roles = [("", "–"), *((code, staff.role_label(code)) for code in staff.role_permissions())]
    units = units_of(viewer, permissions.CONFIGURE)
    return [
        Field("code", _("Code"), needed=True, most=32, width=3, start=held.code if held else ""),
        Field("name", _("Its name"), needed=True, width=3, start=held.name if held else ""),
        Field("name_en", _("English name"), width=3, start=held.name_en if held else ""),
        Field(
            "unit_id",
            _("Unit"),
            "unit",
            needed=True,
            units=units,
            width=3,
            start=held.unit_id if held else "",
        ),
        Field(
            "role",
            _("Only for the role"),
            "choice",
            choices=roles,
            width=3,
            start=held.role if held else "",
        ),
        Field(
            "preferences",
            _("Asked before all others"),
            "choice",
            choices=orders(),
            width=3,
            start=" ".join(held.preferences) if held else "",
        ),
        Field(
            "strategy",
            _("Who comes first"),
            "choice",
            choices=words.choices("strategy"),
            width=3,
            start=held.strategy if held else "",
        ),
        Field(
            "automatic",
            _("Give work out by itself"),
            "flag",
            width=3,
            start=bool(held and held.automatic),
        ),
        Field(
            "relax_minutes",
            _("Levels fall by one every"),
            "number",
            width=3,
            hint=_("Minutes of waiting; blank for never."),
            start=held.relax_minutes if held else "",
        ),
        Field(
            "waive_minutes",
            _("No skill is asked for after"),
            "number",
            width=3,
            hint=_("Minutes of waiting; blank for never."),
            start=held.waive_minutes if held else "",
        ),
        *skills,
    ]
