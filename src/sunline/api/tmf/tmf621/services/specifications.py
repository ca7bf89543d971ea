"""Keeping, changing and removing trouble ticket specifications."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sunline.api.models import Specification
from sunline.staff.queries import unit_tree
from sunline.staff.types import Viewer
from sunline.tickets import permissions


def create(viewer: Viewer, document: Mapping[str, Any], *, now: datetime) -> Specification:
    """Keep a new specification for the client and its unit."""
    viewer.require(permissions.REGISTER.code, viewer.unit_path)
    return Specification.objects.create(
        client_id=viewer.actor.id,
        unit_id=viewer.unit_id,
        document=dict(document),
        created_at=now,
        updated_at=now,
    )


def change(
    viewer: Viewer, row: Specification, document: Mapping[str, Any], *, now: datetime
) -> Specification:
    """Replace a specification's document."""
    _permit(viewer, row)
    row.document, row.updated_at = dict(document), now
    row.save(update_fields=["document", "updated_at"])
    return row


def remove(viewer: Viewer, row: Specification) -> None:
    """Remove a specification; tickets that refer to it keep their reference."""
    _permit(viewer, row)
    row.delete()


def _permit(viewer: Viewer, row: Specification) -> None:
    if row.client_id != viewer.actor.id:
        viewer.require(permissions.REGISTER.code, unit_tree().path(row.unit_id))
