"""Units and skills."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sunline.kernel import clock
from sunline.kernel.errors import SunlineError
from sunline.staff import permissions, queries, services
from sunline.staff.models import Unit
from sunline.staff.types import Viewer

from .. import words
from ..access import needs, viewer_of
from ..units import units_of
from .forms import Field, Form, read, tried
from .frame import change, page

UNITS = "/manage/units"
SKILLS = "/manage/skills"


@needs(permissions.VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def units(request: HttpRequest) -> HttpResponse:
    """Show the tree of units, and create one."""
    if request.method != "POST":
        return show_units(request)
    return change(
        request,
        lambda: create_unit(request),
        done=_("The unit was created."),
        back=UNITS,
        again=lambda error: show_units(request, error, True),
    )


def show_units(
    request: HttpRequest, error: SunlineError | None = None, refused: bool = False
) -> HttpResponse:
    """Show the tree of units, with the form that was refused."""
    viewer = viewer_of(request)
    may_change = viewer.may(permissions.MANAGE_UNITS.code)
    told = tried(request, error) if refused else {}
    form = Form("unit", UNITS, _("New unit"), _("Create"), unit_fields(viewer), **told)
    context = {"units": units_of(viewer, permissions.VIEW), "may_change": may_change}
    forms = [form] if may_change else []
    return page(request, "manage/units.html", context, forms=forms, error=error)


def unit_fields(viewer: Viewer) -> list[Field]:
    """Return the fields of a new unit."""
    parents = units_of(viewer, permissions.MANAGE_UNITS)
    kinds = [(code, words.label("unit_kind", code)) for code in Unit.Kind.values]
    levels = [(code, words.label("level", code)) for code in Unit.Level.values]
    return [
        Field("parent_id", _("Belongs to"), "unit", needed=True, units=parents),
        Field("code", _("Code"), needed=True, most=16, width=2),
        Field("name", _("Its name"), needed=True, width=3),
        Field("name_en", _("English name"), width=3),
        Field("level", _("Level"), "choice", choices=levels, start="team"),
        Field("kind", _("Kind"), "choice", choices=kinds, start="front"),
        Field("vendor", _("Employer, if outsourced")),
    ]


def create_unit(request: HttpRequest) -> None:
    """Create the unit that the form describes."""
    viewer = viewer_of(request)
    found = read(request.POST, unit_fields(viewer))
    found["level"] = found["level"] or "team"
    found["kind"] = found["kind"] or "front"
    services.create_unit(viewer, **found, now=clock.now())


@needs(permissions.MANAGE_UNITS)
@require_POST
def close_unit(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Close a unit in which nobody works any more."""
    viewer = viewer_of(request)
    return change(
        request,
        lambda: services.close_unit(viewer, unit_id, now=clock.now()),
        done=_("The unit was closed."),
        back=UNITS,
        again=lambda error: show_units(request, error),
    )


@needs(permissions.VIEW)
@require_safe
def skills(request: HttpRequest) -> HttpResponse:
    """Show the skills that people can have."""
    return show_skills(request)


def show_skills(request: HttpRequest, error: SunlineError | None = None) -> HttpResponse:
    """Show the skills, with the form that was refused."""
    may_change = viewer_of(request).may(permissions.MANAGE_PEOPLE.code)
    told = tried(request, error)
    form = Form("skill", f"{SKILLS}/new", _("New skill"), _("Create"), skill_fields(), **told)
    context = {"skills": queries.skills()}
    forms = [form] if may_change else []
    return page(request, "manage/skills.html", context, forms=forms, error=error)


def skill_fields() -> list[Field]:
    """Return the fields of a skill."""
    return [
        Field("code", _("Code"), needed=True, most=32),
        Field("name", _("Its name"), needed=True),
        Field("name_en", _("English name")),
    ]


@needs(permissions.MANAGE_PEOPLE)
@require_POST
def create_skill(request: HttpRequest) -> HttpResponse:
    """Create a skill."""
    viewer = viewer_of(request)
    return change(
        request,
        lambda: services.create_skill(
            viewer, **read(request.POST, skill_fields()), now=clock.now()
        ),
        done=_("The skill was created."),
        back=SKILLS,
        again=lambda error: show_skills(request, error),
    )
