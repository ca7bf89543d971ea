"""Whose warnings a viewer may see."""

from __future__ import annotations

from django.db.models import Q

from sunline.staff.queries import units_held
from sunline.staff.types import Viewer

from . import permissions


def own(viewer: Viewer) -> Q:
    """Return the condition of the warnings told to the viewer, or to a role they lead with."""
    if viewer.all_powerful:
        return Q()
    if viewer.account_id is None or not viewer.may(permissions.VIEW_WARNINGS.code):
        return Q(pk__in=[])
    units = units_held(viewer, permissions.VIEW_LED.code)
    led = Q(role__in=viewer.roles)
    if units is not None:
        led &= Q(unit_id__in=units)
    # Through a role's eyes one sees what the role is told, not one's own.
    return led if viewer.viewing_as else Q(account_id=viewer.account_id) | led
