"""People: their accounts, roles, skills and ways in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sunline.kernel import clock
from sunline.kernel.errors import SunlineError
from sunline.kernel.paging import page as paged
from sunline.staff import permissions, queries, services
from sunline.staff.models import Account
from sunline.staff.types import Viewer

from .. import reading
from ..access import needs, viewer_of
from ..units import open_units, units_of
from .forms import Field, Form, read, tried
from .frame import change, page

HERE = "/manage/people"


@needs(permissions.VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """Show the people the viewer may see, and create one; the password is shown once."""
    viewer, error, made = viewer_of(request), None, None
    if request.method == "POST":
        try:
            found = read(request.POST, person_fields(viewer))
            made = services.create_person(viewer, **found, now=clock.now())
        except SunlineError as refusal:
            error = refusal
    text = reading.text(request.GET, "q", most=60)
    rows = queries.people(viewer, text=text, unit_id=reading.uuid(request.GET, "unit"))
    shown = paged(rows, order=("staff_no", "id"), cursor=reading.cursor(request), limit=50)
    may_change = viewer.may(permissions.MANAGE_PEOPLE.code)
    told = tried(request, error)
    form = Form(
        "person",
        HERE,
        _("New staff member"),
        _("Create"),
        person_fields(viewer),
        anchor="result",
        **told,
    )
    context = {
        "page": shown,
        "text": text,
        "units": units_of(viewer, permissions.VIEW),
        "made": made,
    }
    forms = [form] if may_change else []
    response = page(request, "manage/people.html", context, forms=forms, error=error)
    if made:
        response["Cache-Control"] = "no-store"
    return response


def person_fields(viewer: Viewer) -> list[Field]:
    """Return the fields of a new person."""
    units = units_of(viewer, permissions.MANAGE_PEOPLE)
    return [
        Field("staff_no", _("Staff number"), needed=True, most=16, width=3),
        Field("name", _("Name"), needed=True, width=3),
        Field("unit_id", _("Unit"), "unit", needed=True, units=units, width=3),
        Field("email", _("E-mail"), most=254, width=3),
    ]


@needs(permissions.VIEW)
@require_safe
def person(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Show a person with roles and skills."""
    return show(request, account_id)


def show(
    request: HttpRequest,
    account_id: UUID,
    error: SunlineError | None = None,
    refused: str = "",
    password: str = "",
) -> HttpResponse:
    """Show a person, with the form that was refused, or a password that is shown once."""
    viewer = viewer_of(request)
    row = queries.person_for(viewer, account_id)
    held = queries.skills_held([row.id]).get(row.id, {})
    forms: list[Form] = []
    for slug, title, button, made in (
        ("grant", _("Grant a role"), _("Grant"), grant_fields(row)),
        ("skills", _("Set the skills"), _("Save"), skill_fields(held)),
        ("move", _("Move to another unit"), _("Move"), move_fields(viewer)),
    ):
        told = tried(request, error) if slug == refused else {}
        action = f"{HERE}/{row.id}/{slug}"
        forms.append(Form(slug, action, title, button, made, **told))
    context = {
        "person": row,
        "grants": queries.grants_held(row.id, now=clock.now()),
        "skills": held,
        "password": password,
        "may_grant": viewer.may(permissions.GRANT_ROLES.code),
        "may_change": viewer.may(permissions.MANAGE_PEOPLE.code),
    }
    response = page(request, "manage/person.html", context, forms=forms, error=error)
    response["Cache-Control"] = "no-store"
    return response


def grant_fields(row: Account | None = None) -> list[Field]:
    """Return the fields of a role to grant, for the person's unit unless another is chosen."""
    roles = [(code, queries.role_label(code)) for code in queries.role_permissions()]
    start = row.unit_id if row else ""
    return [
        Field("role", _("Role"), "choice", needed=True, choices=roles, width=6),
        Field("unit_id", _("Unit"), "unit", needed=True, units=open_units(), width=6, start=start),
    ]


def skill_fields(held: dict[str, int]) -> list[Field]:
    """Return one field a skill, with the level that is held."""
    levels = [("", "–"), *((str(level), str(level)) for level in range(1, 6))]
    return [
        Field(
            f"skills.{row.code}",
            row.name,
            "choice",
            choices=levels,
            width=3,
            start=str(held.get(row.code, "")),
        )
        for row in queries.skills()
    ]


def move_fields(viewer: Viewer) -> list[Field]:
    """Return the fields of a move."""
    units = units_of(viewer, permissions.MANAGE_PEOPLE)
    return [Field("unit_id", _("Unit"), "unit", needed=True, units=units, width=12)]


def _change(
    request: HttpRequest,
    account_id: UUID,
    act: Callable[[], object],
    done: str,
    refused: str = "",
) -> HttpResponse:
    """Change a person the viewer may see; NotFound for others."""
    queries.person_for(viewer_of(request), account_id)
    return change(
        request,
        act,
        done=done,
        back=f"{HERE}/{account_id}",
        again=lambda error: show(request, account_id, error, refused),
    )


def _role_and_unit(request: HttpRequest) -> dict[str, Any]:
    return read(request.POST, grant_fields())


@needs(permissions.GRANT_ROLES)
@require_POST
def grant(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Let a person hold a role for a unit."""
    viewer = viewer_of(request)
    return _change(
        request,
        account_id,
        lambda: services.grant_role(viewer, account_id, **_role_and_unit(request), now=clock.now()),
        _("The role was granted."),
        "grant",
    )


@needs(permissions.GRANT_ROLES)
@require_POST
def revoke(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """End a role of a person."""
    viewer = viewer_of(request)
    return _change(
        request,
        account_id,
        lambda: services.revoke_role(
            viewer, account_id, **_role_and_unit(request), now=clock.now()
        ),
        _("The role was revoked."),
    )


@needs(permissions.MANAGE_PEOPLE)
@require_POST
def move(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Let a person work in another unit."""
    viewer = viewer_of(request)
    return _change(
        request,
        account_id,
        lambda: services.move_person(
            viewer, account_id, **read(request.POST, move_fields(viewer)), now=clock.now()
        ),
        _("The person works in another unit now; roles stay as they were."),
        "move",
    )


@needs(permissions.MANAGE_PEOPLE)
@require_POST
def set_skills(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Give a person exactly the skills of the form."""
    viewer = viewer_of(request)

    def act() -> None:
        found = read(request.POST, skill_fields({}))
        levels = {name.partition(".")[2]: int(level) for name, level in found.items() if level}
        services.set_skills(viewer, account_id, skills=levels, now=clock.now())

    return _change(request, account_id, act, _("The skills were set."), "skills")


@needs(permissions.MANAGE_PEOPLE)
@require_POST
def end(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Close a person's account."""
    viewer = viewer_of(request)
    return _change(
        request,
        account_id,
        lambda: services.end_person(viewer, account_id, now=clock.now()),
        _("The account was closed."),
    )


@needs(permissions.MANAGE_PEOPLE)
@require_POST
def unlock(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Let a person who was locked out try again at once."""
    viewer = viewer_of(request)
    return _change(
        request,
        account_id,
        lambda: services.reset_lockout(viewer, account_id, now=clock.now()),
        _("The lock was lifted."),
    )


@needs(permissions.MANAGE_PEOPLE)
@require_POST
def remove_factor(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Take the code generator of somebody away who has lost it."""
    viewer = viewer_of(request)
    return _change(
        request,
        account_id,
        lambda: services.remove_second_factor(viewer, account_id, now=clock.now()),
        _("The code generator was removed; a new one can be set up at the next sign-in."),
    )


@needs(permissions.MANAGE_PEOPLE)
@require_POST
def reset_password(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Give a person a password to be changed at the next sign-in, shown once."""
    viewer = viewer_of(request)
    queries.person_for(viewer, account_id)
    try:
        password = services.reset_password(viewer, account_id, now=clock.now())
    except SunlineError as error:
        return show(request, account_id, error)
    return show(request, account_id, password=password)
