"""The forms of limits and calendars, and how working periods are typed."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from sunline.sla import queries
from sunline.sla.types import TRAITS
from sunline.staff.types import Viewer

from .. import traits, words
from .forms import Field, Form

if TYPE_CHECKING:
    from sunline.sla.book import LimitRow

# Typed by hand on Chinese and on Latin keyboards.
BLANKS = re.compile(r"[,;\s\uff0c\u3001\uff1b]+")
DASHES = re.compile(r"\s*[-\u2013\u2014~\uff5e]\s*")


def limit_form(fields: list[Field], chosen: bool, told: dict[str, Any]) -> Form:
    """Return the form of a dated limit."""
    return Form(
        "limit",
        "/manage/limits/new",
        _("Publish a limit"),
        _("Publish"),
        fields,
        open=chosen,
        hint=_(
            "The former version of the same code ends the day the new one begins. "
            "Clocks that run keep the version they began with."
        ),
        **told,
    )


def limit_fields(viewer: Viewer, row: LimitRow | None = None) -> list[Field]:
    """Return the fields of a limit, as one is now if it is to be replaced."""
    profiles = [(each.code, each.name) for each in queries.profiles(viewer)]
    calendars = [(each.code, each.name) for each in queries.calendars(viewer)]
    counted = [
        ("minutes", _("working minutes")),
        ("working_days", _("working days")),
        ("days", _("natural days")),
    ]
    used: dict[str, set[str]] = {}
    for each in queries.limits(viewer):
        for key, values in each.rule.applies:
            used.setdefault(key, set()).update(values)
    held = {key: sorted(values) for key, values in row.rule.applies} if row else {}
    plain = [
        Field("profile", _("Profile"), "choice", needed=True, choices=profiles, width=3),
        Field("code", _("Code"), needed=True, most=48, width=3),
        Field(
            "purpose",
            _("Purpose"),
            "choice",
            needed=True,
            choices=words.choices("purpose"),
            width=3,
        ),
        Field("since", _("Holds from"), "day", needed=True, width=3),
        Field("amount", _("Length"), "number", needed=True, width=2),
        Field("unit", _("Counted in"), "choice", needed=True, choices=counted, width=3),
        Field("mean_amount", _("On the mean"), "number", width=2),
        Field("calendar", _("Calendar"), "choice", needed=True, choices=calendars, width=3),
        Field("until", _("Holds until"), "day", width=3),
        Field("pausable", _("May pause"), "flag", width=2),
        Field("confirmed", _("Checked"), "flag", width=2),
        Field("source", _("Source"), most=128, width=6),
        Field("source_en", _("Source in English"), most=128, width=6),
    ]
    starts = _starts(row) if row else {"pausable": True}
    return [
        *(replace(each, start=starts.get(each.name, "")) for each in plain),
        *(
            Field(
                f"applies.{name}",
                traits.NAMES[name],
                "many",
                choices=traits.choices(name, used.get(name, ())),
                width=6,
                start=held.get(name, []),
            )
            for name in TRAITS
        ),
    ]


def _starts(row: LimitRow) -> dict[str, Any]:
    return {
        "profile": row.profile,
        "code": row.code,
        "purpose": row.rule.purpose,
        "amount": row.rule.allowance.amount,
        "mean_amount": row.mean or "",
        "unit": row.rule.allowance.unit,
        "calendar": row.calendar.code,
        "pausable": row.rule.pausable,
        "source": row.source,
        "source_en": row.source_en,
    }


def day_fields(viewer: Viewer) -> list[Field]:
    """Return the fields of a calendar's single day."""
    calendars = [(row.code, row.name) for row in queries.calendars(viewer)]
    return [
        Field("calendar", _("Calendar"), "choice", needed=True, choices=calendars, width=3),
        Field("day", _("Day"), "day", needed=True, width=3),
        Field("periods", _("Periods"), width=3, hint=_("For example 08:30-12:00 13:30-17:30")),
        Field("reason", _("Reason"), width=3),
    ]


def calendar_fields() -> list[Field]:
    """Return the fields of a calendar, with the usual week."""
    days = (
        _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"),
        _("Sunday"),
    )  # fmt: skip
    usual = "08:30-12:00 13:30-17:30"
    return [
        Field("code", _("Code"), needed=True, most=32, width=3),
        Field("name", _("Its name"), needed=True, width=3),
        Field("name_en", _("English name"), width=3),
        Field("time_zone", _("Time zone"), most=48, width=3, start="Asia/Shanghai"),
        Field(
            "holidays",
            _("Holiday list"),
            most=16,
            width=3,
            start="CN",
            hint=_("CN for mainland China with make-up days; blank for none"),
        ),
        Field("round_the_clock", _("Round the clock"), "flag", width=9),
        *(
            Field(f"week.{number}", name, width=3, start=usual if number < 6 else "")
            for number, name in enumerate(days, start=1)
        ),
    ]


FULL_WIDTH_COLON = chr(0xFF1A)


def periods(text: str) -> list[list[str]]:
    """Return pairs of moments as they were typed; a calendar judges whether they can be used."""
    joined = DASHES.sub("-", text.replace(FULL_WIDTH_COLON, ":")).strip()
    return [part.split("-") for part in BLANKS.split(joined) if part]
