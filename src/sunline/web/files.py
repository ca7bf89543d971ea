"""Handing out files that came with messages, never in a way that a browser could run them."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_safe

from sunline.interactions import permissions, queries
from sunline.interactions.queries import StoredFile
from sunline.interactions.types import File, RefusedFile
from sunline.kernel.errors import NotFound
from sunline.tickets import permissions as ticket_permissions
from sunline.tickets import queries as tickets
from sunline.tickets.queries import cases

from .access import needs, viewer_of


def uploaded(sent: Iterable[UploadedFile[bytes]]) -> tuple[File, ...]:
    """Return the files of a form; one that is too big is not read, only named."""
    found = []
    for item in sent:
        name, kind, size = item.name or "", item.content_type or "", item.size or 0
        if size > settings.MAX_ATTACHMENT_BYTES:
            found.append(File(name, kind, b"", refused=RefusedFile.TOO_BIG.value, size=size))
        else:
            found.append(File(name, kind, item.read()))
    return tuple(found)


@needs(permissions.VIEW)
@require_safe
def attachment(request: HttpRequest, attachment_id: UUID) -> FileResponse:
    """Hand out a file of a contact that the viewer may see."""
    return handed_out(queries.attachment_for(viewer_of(request), attachment_id))


@needs(ticket_permissions.VIEW)
@require_safe
def evidence(request: HttpRequest, number: str, evidence_id: UUID) -> FileResponse:
    """Hand out a file that proves something in a complaint the viewer may see."""
    return handed_out(cases.evidence_for(viewer_of(request), number, evidence_id))


@needs(ticket_permissions.VIEW)
@require_safe
def field_photo(request: HttpRequest, number: str, file_id: UUID) -> FileResponse:
    """Hand out a photo of a visit on a ticket the viewer may see."""
    return handed_out(tickets.photo_for(viewer_of(request), number, file_id))


def handed_out(kept: StoredFile) -> FileResponse:
    """Return a kept file as an answer; raise NotFound when it is no longer there."""
    try:
        response = FileResponse(kept.path.open("rb"))
    except FileNotFoundError:
        raise NotFound from None
    for name, value in kept.headers.items():
        response[name] = value
    response["Content-Length"] = str(kept.size)
    return response
