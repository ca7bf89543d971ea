"""The tables that complaints work with: strategies, causes, plan, wording, skills; dated rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from sunline.kernel import clock
from sunline.kernel.errors import NotFound, SunlineError
from sunline.kernel.ids import local_day
from sunline.tickets import permissions, services
from sunline.tickets.queries import tables
from sunline.tickets.queries.tables import Row
from sunline.tickets.types import Circle, Complexity, Level, Mood, Phase, Revisit

from .. import reading, words
from ..access import needs, viewer_of
from ..templatetags.complaint import case_row, row_name
from .forms import Field, Form, read, tried
from .frame import change, page

HERE = "/manage/complaints"
TITLES: Mapping[str, str | Promise] = {
    tables.STRATEGY: gettext_lazy("Strategies by segment"),
    tables.CAUSE: gettext_lazy("Cause tree"),
    tables.STEP: gettext_lazy("Steps of the crisis plan"),
    tables.WORDING: gettext_lazy("Wording packs"),
    tables.SKILL: gettext_lazy("Skills"),
}
AXES = ("value", "risk", "complexity", "mood", "fragile")
YES_NO = (("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")))


@needs(permissions.CONFIGURE_CASES)
@require_safe
def case_tables(request: HttpRequest) -> HttpResponse:
    """Show every table with the rows in force."""
    return show(request)


def show(
    request: HttpRequest, error: SunlineError | None = None, refused: str = ""
) -> HttpResponse:
    """Show the page, with the form that was refused."""
    now = clock.now()
    shown, forms = [], []
    for table, title in TITLES.items():
        rows = tables.rows(table, now)
        wanted = "" if error else reading.text(request.GET, table, most=64)
        chosen = rows.get(wanted)
        told = tried(request, error) if table == refused else {}
        form = Form(
            table,
            f"{HERE}/{table}",
            _("Add or change a row"),
            _("Save"),
            fields(table, chosen),
            open=chosen is not None,
            hint=_("A row holds from its day on; a code that is known changes that row."),
            **told,
        )
        forms.append(form)
        ordered = tables.causes(now) if table == tables.CAUSE else sorted(rows.values(), key=_place)
        shown.append((table, title, form, [(row, row_name(row), _facts(row)) for row in ordered]))
    return page(request, "manage/case_tables.html", {"tables": shown}, forms=forms, error=error)


def _place(row: Row) -> tuple[int, str]:
    return int(row.values.get("place", 0)), row.code


def _facts(row: Row) -> list[str]:
    """Return what a row says beside its name, in words."""
    values, found = row.values, []
    for axis, wanted in values.get("match", {}).items():
        group = AXIS_WORDS.get(axis, "")
        found.append(" / ".join(words.label(group, code) if group else code for code in wanted))
    if "level" in values:
        found += [
            words.label("case_level", values["level"]),
            _("first contact within %(n)s minutes") % {"n": values["first_contact"]},
            _("up to %(amount)s yuan") % {"amount": values["amount"]},
            words.label("revisit_kind", values["revisit"]),
            *(case_row(code, tables.SKILL) for code in values["skills"]),
        ]
    if "phase" in values:
        found += [
            words.label("phase", values["phase"]),
            words.label("circle", values["circle"]),
            _("within %(n)s minutes") % {"n": values["minutes"]},
        ]
    return found


AXIS_WORDS = {
    "value": "axis_value",
    "risk": "axis_risk",
    "complexity": "complexity",
    "mood": "mood",
    "fragile": "axis_fragile",
}


def fields(table: str, row: Row | None = None) -> list[Field]:
    """Return the fields of a row, as it is now if there is one."""
    values: Mapping[str, Any] = row.values if row else {}
    common = [
        Field("code", _("Code"), needed=True, most=64, start=row.code if row else ""),
        Field("name", _("Its name"), most=128, start=values.get("name", "")),
        Field("name_en", _("English name"), most=128, start=values.get("name_en", "")),
    ]
    last = [
        Field("since", _("From which day, blank for now"), "day", width=3),
        Field("ended", _("Take out of force from then"), "flag", width=3),
    ]
    return [*common, *_own(table, values), *last]


def _own(table: str, values: Mapping[str, Any]) -> list[Field]:
    if table == tables.STEP:
        return [
            Field("phase", _("Phase"), "choice", choices=Phase.choices, start=values.get("phase")),
            Field("circle", _("Talks to"), "choice", choices=Circle.choices,
                  start=values.get("circle")),
            Field("place", _("Order"), "number", start=values.get("place", 0)),
            Field("minutes", _("Due after, minutes"), "number", start=values.get("minutes", 60)),
        ]  # fmt: skip
    if table != tables.STRATEGY:
        return []
    now, match = clock.now(), values.get("match", {})
    choices: dict[str, Any] = {
        "value": words.choices("axis_value"),
        "risk": words.choices("axis_risk"),
        "complexity": Complexity.choices,
        "mood": Mood.choices,
        "fragile": YES_NO,
    }
    return [
        Field("place", _("Order"), "number", start=values.get("place", 500)),
        *(
            Field(axis, AXIS_TITLES[axis], "many", choices=choices[axis], start=match.get(axis, ()))
            for axis in AXES
        ),
        Field("level", _("Handled by"), "choice", choices=Level.choices, start=values.get("level")),
        Field("first_contact", _("First contact within, minutes"), "number",
              start=values.get("first_contact", 240)),
        Field("amount", _("May offer, yuan"), most=13, start=values.get("amount", "0")),
        Field("revisit", _("Revisit"), "choice", choices=Revisit.choices,
              start=values.get("revisit")),
        _many_of(tables.WORDING, _("Wording"), values, now),
        _many_of(tables.SKILL, _("Skills needed"), values, now),
    ]  # fmt: skip


AXIS_TITLES: Mapping[str, str | Promise] = {
    "value": gettext_lazy("Value"),
    "risk": gettext_lazy("Risk"),
    "complexity": gettext_lazy("Complexity"),
    "mood": gettext_lazy("Mood"),
    "fragile": gettext_lazy("In need of care"),
}
LISTS = {tables.WORDING: "wording", tables.SKILL: "skills"}


def _many_of(table: str, label: str, values: Mapping[str, Any], now: Any) -> Field:
    name = LISTS[table]
    choices = [(row.code, row_name(row)) for row in tables.rows(table, now).values()]
    return Field(name, label, "many", choices=choices, width=12, start=values.get(name, ()))


@needs(permissions.CONFIGURE_CASES)
@require_POST
def set_row(request: HttpRequest, table: str) -> HttpResponse:
    """Let a row of a table hold from a day on, or end."""
    viewer, now = viewer_of(request), clock.now()
    if table not in TITLES:
        raise NotFound

    def act() -> None:
        found = read(request.POST, fields(table))
        day, ended = found.pop("since"), found.pop("ended")
        code = found.pop("code")
        if table == tables.STRATEGY:
            match = {axis: found.pop(axis) for axis in AXES}
            found["match"] = {axis: wanted for axis, wanted in match.items() if wanted}
        since = reading.day_start(request.POST, "since") if day and day != local_day(now) else None
        services.set_row(viewer, table, code, found, ended=ended, since=since, now=now)

    return change(
        request,
        act,
        done=_("The row was saved."),
        back=HERE,
        again=lambda error: show(request, error, table),
    )
