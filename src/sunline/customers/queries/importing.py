"""How an import of customers stands."""

from __future__ import annotations

from uuid import UUID

from sunline.kernel.errors import NotFound
from sunline.kernel.models import Job
from sunline.staff.types import Viewer

from ..permissions import IMPORT


def import_job(viewer: Viewer, job_id: UUID) -> Job:
    """Return an import the viewer asked for or, holding the permission for all, may see."""
    viewer.require(IMPORT.code)
    job = Job.objects.filter(id=job_id, kind="customers.import").first()
    if job is None or (job.actor_id != viewer.actor.id and not viewer.may(IMPORT.code, "/")):
        raise NotFound
    return job
