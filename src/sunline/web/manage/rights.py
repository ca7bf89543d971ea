"""The matrix of roles, and programs that call the interfaces."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sunline.kernel import clock
from sunline.kernel.errors import SunlineError
from sunline.staff import permissions, queries, scopes, services
from sunline.staff.types import Viewer

from .. import reading
from ..access import needs, viewer_of
from ..units import units_of
from .forms import Field, Form, read, tried
from .frame import change, page

ROLES = "/manage/roles"
CLIENTS = "/manage/clients"


@needs(permissions.VIEW)
@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """Show which role holds which permission."""
    return show_roles(request)


def show_roles(
    request: HttpRequest, error: SunlineError | None = None, refused: bool = False
) -> HttpResponse:
    """Show the matrix, with the form that was refused."""
    held = queries.role_permissions()
    codes = list(held)
    rows = [
        (permission, [(code, permission.code in held[code]) for code in codes])
        for permission in permissions.catalogue()
    ]
    may_change = viewer_of(request).may(permissions.CHANGE_MATRIX.code)
    context = {
        "heads": [(code, queries.role_label(code)) for code in codes],
        "rows": rows,
        "may_change": may_change,
    }
    told = tried(request, error) if refused else {}
    form = Form("role", f"{ROLES}/new", _("New role"), _("Create"), role_fields(), **told)
    forms = [form] if may_change else []
    return page(request, "manage/roles.html", context, forms=forms, error=error)


def role_fields() -> list[Field]:
    """Return the fields of a role of the operator's own."""
    return [
        Field("code", _("Code"), needed=True, most=32),
        Field("name", _("Its name"), needed=True),
        Field("name_en", _("English name")),
    ]


@needs(permissions.CHANGE_MATRIX)
@require_POST
def create_role(request: HttpRequest) -> HttpResponse:
    """Create a role that may do nothing yet."""
    viewer = viewer_of(request)
    return change(
        request,
        lambda: services.create_role(viewer, **read(request.POST, role_fields()), now=clock.now()),
        done=_("The role was created; it may do nothing yet."),
        back=ROLES,
        again=lambda error: show_roles(request, error, True),
    )


@needs(permissions.CHANGE_MATRIX)
@require_POST
def change_cell(request: HttpRequest) -> HttpResponse:
    """Let a role hold a permission, or not."""
    viewer = viewer_of(request)

    def act() -> None:
        services.change_cell(
            viewer,
            role=reading.needed(request.POST, "role", most=32),
            permission=reading.needed(request.POST, "permission", most=64),
            held=reading.flag(request.POST, "held"),
            now=clock.now(),
        )

    return change(
        request,
        act,
        done=_("The matrix was changed."),
        back=ROLES,
        again=lambda error: show_roles(request, error),
    )


@needs(permissions.MANAGE_CLIENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def clients(request: HttpRequest) -> HttpResponse:
    """Show the connected systems, and create one; its secret is shown once."""
    if request.method != "POST":
        return show_clients(request)
    viewer = viewer_of(request)
    try:
        found = read(request.POST, client_fields(viewer))
        made = services.create_client(
            viewer,
            name=found["name"],
            unit_id=found["unit_id"],
            allowed=found["scopes"],
            now=clock.now(),
        )
    except SunlineError as error:
        return show_clients(request, error=error, refused=True)
    return show_clients(request, made)


def show_clients(
    request: HttpRequest,
    made: object = None,
    error: SunlineError | None = None,
    refused: bool = False,
) -> HttpResponse:
    """Show the connected systems, with a new one's secret once."""
    viewer = viewer_of(request)
    told = tried(request, error) if refused else {}
    form = Form(
        "client",
        CLIENTS,
        _("Connect a system"),
        _("Connect"),
        client_fields(viewer),
        anchor="result",
        **told,
    )
    context = {"clients": queries.clients(viewer), "made": made}
    response = page(request, "manage/clients.html", context, forms=[form], error=error)
    response["Cache-Control"] = "no-store"
    return response


def client_fields(viewer: Viewer) -> list[Field]:
    """Return the fields of a program to connect."""
    units = units_of(viewer, permissions.MANAGE_CLIENTS)
    choices = [(code, f"{label} ({code})") for code, label in scopes.LABELS.items()]
    return [
        Field("name", _("Its name"), needed=True, width=6),
        Field("unit_id", _("Unit"), "unit", needed=True, units=units, width=6),
        Field("scopes", _("Scopes"), "many", choices=choices, width=12),
    ]


@needs(permissions.MANAGE_CLIENTS)
@require_POST
def rotate_client(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give a program a new secret, shown once; the old one stops at once."""
    try:
        made = services.rotate_client(viewer_of(request), public_id, now=clock.now())
    except SunlineError as error:
        return show_clients(request, error=error)
    return show_clients(request, made)


@needs(permissions.MANAGE_CLIENTS)
@require_POST
def close_client(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Shut a program out from now on."""
    viewer = viewer_of(request)
    return change(
        request,
        lambda: services.close_client(viewer, public_id, now=clock.now()),
        done=_("The system was shut out."),
        back=CLIENTS,
        again=lambda error: show_clients(request, error=error),
    )
