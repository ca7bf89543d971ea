"""Imports from files: upload, dry run, progress, error file, and then in earnest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO, cast
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sunline.customers import permissions as customer_permissions
from sunline.customers import services as customers
from sunline.interactions import permissions as contact_permissions
from sunline.interactions import services as interactions
from sunline.kernel import clock
from sunline.kernel import imports as files
from sunline.kernel import queries as kernel
from sunline.kernel.errors import Invalid, NotFound, SunlineError, required
from sunline.kernel.models import Job
from sunline.kernel.tables import Column
from sunline.knowledge import permissions as knowledge_permissions
from sunline.knowledge import services as knowledge
from sunline.staff.permissions import Permission
from sunline.staff.types import Viewer
from sunline.tickets import permissions as ticket_permissions
from sunline.tickets import services as tickets

from .. import reading
from ..access import needs, viewer_of
from .forms import Field, Form, read, tried
from .frame import page

HERE = "/manage/imports"
NEEDED = (
    customer_permissions.IMPORT,
    ticket_permissions.IMPORT,
    contact_permissions.IMPORT,
    knowledge_permissions.EDIT,
    ticket_permissions.APPEAL,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """What can be imported: by whom, and the verbs of its room."""

    label: str | Promise
    permission: Permission
    ask: Callable[..., UUID]
    ask_real: Callable[..., UUID]
    columns: Callable[[str], Sequence[Column]] | None = None


KINDS: Mapping[str, Kind] = {
    "customers.import": Kind(
        _("Customers"),
        customer_permissions.IMPORT,
        customers.ask_import,
        customers.ask_real_import,
    ),
    "tickets.import": Kind(
        _("Past tickets"),
        ticket_permissions.IMPORT,
        tickets.ask_import,
        tickets.ask_real_import,
    ),
    "interactions.import": Kind(
        _("Past contacts"),
        contact_permissions.IMPORT,
        interactions.ask_import,
        interactions.ask_real_import,
    ),
    "knowledge.addresses": Kind(
        _("Table of addresses"),
        knowledge_permissions.EDIT,
        knowledge.ask_address_import,
        knowledge.ask_real_address_import,
    ),
    "tickets.import_appeals": Kind(
        _("Appeals of regulator and other doors"),
        ticket_permissions.APPEAL,
        tickets.ask_appeals,
        tickets.ask_again,
        tickets.appeal_columns,
    ),
    "tickets.import_appeal_counts": Kind(
        _("Operators' appeals and users by quarter"),
        ticket_permissions.APPEAL,
        tickets.ask_counts,
        tickets.ask_again,
        tickets.appeal_columns,
    ),
}


@needs(*NEEDED)
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Show the imports, and take in a file for a dry run or in earnest."""
    viewer, error = viewer_of(request), None
    if request.method == "POST":
        try:
            return redirect("manage-import", job_id=_ask(request))
        except SunlineError as refusal:
            error = refusal
    rows = [row for row in kernel.jobs(limit=100).items if row.kind in KINDS]
    form = Form(
        "import",
        HERE,
        _("Import a CSV file"),
        _("Upload"),
        fields(viewer, reading.choice(request.GET, "kind", KINDS)),
        open=True,
        upload=True,
        hint=_("A dry run says what would happen and changes nothing."),
        **tried(request, error),
    )
    context = {
        "jobs": [row for row in rows if _may_see(viewer, row)],
        "kinds": _labels(),
        "columns": _columns(request),
    }
    return page(request, "manage/imports.html", context, forms=[form], error=error)


def fields(viewer: Viewer, kind: str = "") -> list[Field]:
    """Return the fields of an import, with what the viewer may import and what was asked for."""
    kinds = [(code, kind.label) for code, kind in KINDS.items() if viewer.may(kind.permission.code)]
    encodings = [("", _("Find out")), ("utf-8", "UTF-8"), ("gb18030", "GB18030")]
    return [
        Field(
            "kind", _("What it holds"), "choice", needed=True, choices=kinds, width=3, start=kind
        ),
        Field("file", _("File"), "file", width=5),
        Field("encoding", _("Encoding"), "choice", choices=encodings, width=2),
        Field("at_once", _("Without a dry run"), "flag", width=2),
    ]


def _ask(request: HttpRequest) -> UUID:
    viewer = viewer_of(request)
    found = read(request.POST, fields(viewer))
    upload = request.FILES.get("file")
    if upload is None or upload.file is None:
        raise Invalid([required("file")])
    return KINDS[found["kind"]].ask(
        viewer,
        cast(BinaryIO, upload.file),
        dry_run=not found["at_once"],
        encoding=found["encoding"],
        now=clock.now(),
    )


def _columns(request: HttpRequest) -> list[tuple[str, bool]]:
    """Return the columns of the kind that was asked for, and whether they are needed."""
    kind = KINDS.get(reading.choice(request.GET, "kind", KINDS))
    if kind is None or kind.columns is None:
        return []
    place = -1 if get_language() == "en" else 0
    held = kind.columns(request.GET["kind"])
    return [(column.titles[place], column.required) for column in held]


def _labels() -> dict[str, str | Promise]:
    return {code: kind.label for code, kind in KINDS.items()}


def _may_see(viewer: Viewer, job: Job) -> bool:
    """Return whether the viewer asked for the import, or may import everywhere."""
    permission = KINDS[job.kind].permission.code
    mine = job.actor_id is not None and job.actor_id == viewer.actor.id
    return viewer.may(permission) and (mine or viewer.may(permission, "/"))


def _job(request: HttpRequest, job_id: UUID) -> Job:
    """Return an import the viewer may see; raise NotFound."""
    job = kernel.job(job_id)
    if job.kind not in KINDS or not _may_see(viewer_of(request), job):
        raise NotFound
    return job


@needs(*NEEDED)
@require_safe
def import_page(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Show how an import stands; a fragment while it runs."""
    job = _job(request, job_id)
    context = {"job": job, "kinds": _labels(), "errors": files.error_path(job) is not None}
    if request.headers.get("HX-Request"):
        return render(request, "manage/import_state.html", context)
    return page(request, "manage/import.html", context)


@needs(*NEEDED)
@require_safe
def import_errors(request: HttpRequest, job_id: UUID) -> FileResponse:
    """Hand out the lines that could not be imported, each with its reason."""
    path = files.error_path(_job(request, job_id))
    if path is None:
        raise NotFound
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"errors-{job_id}.csv")


@needs(*NEEDED)
@require_POST
def import_again(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Import in earnest what was tried in a dry run."""
    job = _job(request, job_id)
    made = KINDS[job.kind].ask_real(viewer_of(request), job, now=clock.now())
    return redirect("manage-import", job_id=made)
