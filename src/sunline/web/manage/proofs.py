"""Which proofs are enough for which acts, in dated rows."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sunline.kernel import clock
from sunline.kernel.errors import SunlineError
from sunline.tickets import permissions, queries, services
from sunline.tickets.types import Proof, ProofClass

from ..access import needs, viewer_of
from .forms import Field, Form, read, tried
from .frame import change, page

HERE = "/manage/proofs"


@needs(permissions.SET_PROOFS)
@require_safe
def proofs(request: HttpRequest) -> HttpResponse:
    """Show the sets of proofs, those in force first."""
    return show(request)


def show(request: HttpRequest, error: SunlineError | None = None) -> HttpResponse:
    """Show the page, with what was chosen where it was refused."""
    form = Form(
        "proofs",
        f"{HERE}/new",
        _("Add a set of proofs"),
        _("Put in force"),
        fields(),
        hint=_("All proofs of a set are needed; any one set of a class is enough."),
        **(tried(request, error) if error and "klass" in request.POST else {}),
    )
    context = {"rows": queries.proof_ways()}
    return page(request, "manage/proofs.html", context, forms=[form], error=error)


def fields() -> list[Field]:
    """Return the fields of a set of proofs."""
    return [
        Field("klass", _("For what"), "choice", needed=True, choices=ProofClass.choices),
        Field("proofs", _("Proofs"), "many", needed=True, choices=Proof.choices, width=8),
    ]


@needs(permissions.SET_PROOFS)
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Put a set of proofs in force."""
    viewer = viewer_of(request)
    return change(
        request,
        lambda: services.set_proofs(viewer, **read(request.POST, fields()), now=clock.now()),
        done=_("The set of proofs is in force."),
        back=HERE,
        again=lambda error: show(request, error),
    )


@needs(permissions.SET_PROOFS)
@require_POST
def end(request: HttpRequest, way_id: UUID) -> HttpResponse:
    """Let a set of proofs be enough no longer."""
    viewer = viewer_of(request)
    return change(
        request,
        lambda: services.end_proofs(viewer, way_id, now=clock.now()),
        done=_("The set of proofs is enough no longer."),
        back=HERE,
        again=lambda error: show(request, error),
    )
