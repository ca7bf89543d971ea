"""The matrix of authority (权限额度矩阵) and the approval chains; dated rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sunline.customers.types import TIERS
from sunline.kernel import clock
from sunline.kernel.errors import SunlineError
from sunline.kernel.ids import local_day
from sunline.staff import queries as staff
from sunline.tickets import permissions, services
from sunline.tickets.queries import tables
from sunline.tickets.types import GrantAction
from sunline.tickets.types.grants import UNITS

from .. import reading, words
from ..access import needs, viewer_of
from ..templatetags.complaint import row_name
from ..units import open_units, unit
from .forms import Field, Form, read, tried
from .frame import change, page

HERE = "/manage/authority"
LEVELS = 6
GRADES = ("", *TIERS)


@dataclass(frozen=True, slots=True)
class Cell:
    """What a role may grant of an action: the row for every tier first, then those of tiers."""

    code: str
    action: str
    rows: list[tuple[str, Any, bool]]  # tier, most, on closed tickets too


@needs(permissions.SET_AUTHORITY)
@require_safe
def matrix(request: HttpRequest) -> HttpResponse:
    """Show the matrix, the chains, and the rows that come into force later."""
    return show(request)


def show(
    request: HttpRequest, error: SunlineError | None = None, refused: str = ""
) -> HttpResponse:
    """Show the page, with the form that was refused."""
    now = clock.now()
    rows, chains = tables.rows(tables.AUTHORITY, now), tables.rows(tables.CHAIN, now)
    wanted = "" if error else reading.text(request.GET, "row", most=64)
    chain = None if error else chains.get(reading.text(request.GET, "chain", most=64))
    told = {slug: tried(request, error) if slug == refused else {} for slug in ("limit", "chain")}
    forms = [
        Form(
            "limit",
            f"{HERE}/limits",
            _("Set a limit"),
            _("Save"),
            limit_fields(wanted, rows.get(wanted)),
            open=bool(wanted),
            hint=_("A row of a grade goes before the row of every grade, even where it is less."),
            **told["limit"],
        ),
        Form(
            "chain",
            f"{HERE}/chains",
            _("Add or change a chain"),
            _("Save"),
            chain_fields(chain),
            open=chain is not None,
            hint=_("The nearest unit counts first, then the kind, then the amount."),
            **told["chain"],
        ),
    ]
    context = {
        "actions": [(str(one), one.label, UNITS[one]) for one in GrantAction],
        "lines": _lines(rows),
        "chains": [(row, row_name(row), _levels(row)) for row in chains.values()],
        "coming": _coming(now),
    }
    return page(request, "manage/authority.html", context, forms=forms, error=error)


def _lines(rows: Mapping[str, tables.Row]) -> list[tuple[str, list[Cell]]]:
    """Return a line for each role that may grant anything, then those that may not."""
    found: dict[str, dict[str, Cell]] = {}
    for code, row in rows.items():
        role, action, *tier = code.split(".")
        cells = found.setdefault(role, {})
        cell = cells.setdefault(action, Cell(f"{role}.{action}", action, []))
        line = (tier[0] if tier else "", row.values["most"], bool(row.values.get("closed")))
        cell.rows.append(line)
    lines = []
    for role, cells in found.items():
        for cell in cells.values():
            cell.rows.sort(key=lambda line: GRADES.index(line[0]))
        blank = [cells.get(one, Cell(f"{role}.{one}", str(one), [])) for one in GrantAction]
        lines.append((role, blank))
    return sorted(lines, key=lambda line: not _grants_anything(line[1]))


def _grants_anything(cells: list[Cell]) -> bool:
    return any(float(most) for cell in cells for _tier, most, _closed in cell.rows)


def _levels(row: tables.Row) -> list[str]:
    return [staff.role_label(code) for code in row.values["levels"]]


def _coming(now: datetime) -> list[tuple[Any, str]]:
    """Return the rows that come into force later, with what they are called."""
    found = []
    for row in tables.coming((tables.AUTHORITY, tables.CHAIN), now):
        role, action, *tier = (*row.code.split("."), "")
        if row.table == tables.CHAIN:
            name = str(row.values.get("name", row.code))
        else:
            parts = [staff.role_label(role), words.label("grant_action", action)]
            parts += [words.label("tier", tier[0])] if tier[0] else []
            name = " · ".join(parts)
        found.append((row, name))
    return found


def limit_fields(code: str = "", row: tables.Row | None = None) -> list[Field]:
    """Return the fields of a limit, as it is now if there is one."""
    role, action, tier = (*code.split("."), "", "", "")[:3]
    roles = [(one, staff.role_label(one)) for one in staff.role_permissions()]
    values: Mapping[str, Any] = row.values if row else {}
    return [
        Field("role", _("Role"), "choice", needed=True, choices=roles, start=role),
        Field("action", _("What is granted"), "choice", needed=True, choices=GrantAction.choices,
              start=action),
        Field("tier", _("Grade of the customer"), "choice", start=tier,
              choices=[("", _("Every grade")), *words.choices("tier")]),
        Field("most", _("At most"), needed=True, most=13, start=values.get("most", ""),
              hint=_("Yuan or days; 1 or 0 for what has no amount. 0: has to ask.")),
        Field("closed", _("On closed tickets too"), "flag", start=bool(values.get("closed"))),
        *_dates(),
    ]  # fmt: skip


def chain_fields(row: tables.Row | None = None) -> list[Field]:
    """Return the fields of a chain, as it is now if there is one."""
    values: Mapping[str, Any] = row.values if row else {}
    roles = [("", "–"), *((one, staff.role_label(one)) for one in staff.role_permissions())]
    kinds = [("", _("Every kind")), *GrantAction.choices, ("extension", _("Extension request"))]
    held = staff.unit_tree().by_code(values["unit"]) if values.get("unit") else None
    levels = [*values.get("levels", ()), *[""] * LEVELS][:LEVELS]
    return [
        Field("code", _("Code"), needed=True, most=32, start=row.code if row else ""),
        Field("name", _("Its name"), most=128, start=values.get("name", "")),
        Field("name_en", _("English name"), most=128, start=values.get("name_en", "")),
        Field("kind", _("Kind of decision"), "choice", choices=kinds, start=values.get("kind", "")),
        Field("unit", _("Unit and below"), "unit", units=open_units(),
              start=str(held.id) if held else ""),
        Field("above", _("From which amount on"), most=13, start=values.get("above", "0")),
        *(
            Field(f"level{place}", _("Level %(n)d") % {"n": place + 1}, "choice", width=2,
                  choices=roles, start=levels[place])
            for place in range(LEVELS)
        ),
        *_dates(),
    ]  # fmt: skip


def _dates() -> list[Field]:
    return [
        Field("since", _("From which day, blank for now"), "day", width=3),
        Field("ended", _("Take out of force from then"), "flag", width=3),
    ]


@needs(permissions.SET_AUTHORITY)
@require_POST
def set_limit(request: HttpRequest) -> HttpResponse:
    """Let a limit hold from a day on, or end."""

    def values() -> tuple[str, dict[str, Any]]:
        found = read(request.POST, limit_fields())
        code = ".".join(part for part in (found["role"], found["action"], found["tier"]) if part)
        return code, {"most": found["most"], "closed": found["closed"]}

    return _set(request, tables.AUTHORITY, values, "limit")


@needs(permissions.SET_AUTHORITY)
@require_POST
def set_chain(request: HttpRequest) -> HttpResponse:
    """Let a chain hold from a day on, or end."""

    def values() -> tuple[str, dict[str, Any]]:
        found = read(request.POST, chain_fields())
        held = unit(found["unit"])
        levels = [role for place in range(LEVELS) if (role := found[f"level{place}"])]
        names = ("name", "name_en", "kind")
        return found["code"], {
            **{name: found[name] for name in names},
            "unit": held.code if held else "",
            "above": found["above"] or "0",
            "levels": levels,
        }

    return _set(request, tables.CHAIN, values, "chain")


def _set(request: HttpRequest, table: str, values: Any, slug: str) -> HttpResponse:
    viewer, now = viewer_of(request), clock.now()

    def act() -> None:
        code, row = values()
        day = reading.day(request.POST, "since")
        since = reading.day_start(request.POST, "since") if day != local_day(now) else None
        ended = reading.flag(request.POST, "ended")
        services.set_row(viewer, table, code, row, ended=ended, since=since, now=now)

    return change(
        request,
        act,
        done=_("The row was saved."),
        back=HERE,
        again=lambda error: show(request, error, slug),
    )
