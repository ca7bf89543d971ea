"""Looking at the product as a role of a unit sees it; nothing can be changed meanwhile."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from sunline.kernel import clock
from sunline.kernel.errors import Invalid, NotFound, unknown_choice
from sunline.staff import permissions, queries, services
from sunline.web.access import needs, public, viewer_of

from . import session
from .sign_in import FORM


@needs(permissions.LOOK_AS)
@require_http_methods(FORM)
def start(request: HttpRequest) -> HttpResponse:
    """Choose a role and a unit, and begin to look so."""
    viewer, tree = viewer_of(request), queries.unit_tree()
    if request.method == "POST":
        role, unit_id = request.POST.get("role", ""), _unit(request.POST.get("unit", ""))
        services.start_looking_as(viewer, role=role, unit_id=unit_id, now=clock.now())
        request.session[session.LOOK] = {"role": role, "unit_id": str(unit_id)}
        return redirect("/")
    tops = tuple(viewer.paths(permissions.LOOK_AS.code))
    context = {
        "roles": [(code, queries.role_label(code)) for code in sorted(queries.role_permissions())],
        "units": [row for row in tree.rows if row.path.startswith(tops) and not row.closed],
    }
    return render(request, "account/look_as.html", context)


def _unit(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid([unknown_choice("unit")]) from None


@public  # the role looked through may itself be allowed nothing
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """Look with one's own eyes again."""
    look = request.session.pop(session.LOOK, None)
    if look:
        services.end_looking_as(viewer_of(request), role=look["role"], now=clock.now())
    elif session.account_of(request) is None:
        raise NotFound
    return redirect("/")
