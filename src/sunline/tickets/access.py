"""Whose tickets a viewer may know of, and whose path a verb's permission is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

from sunline.kernel.types import Actor
from sunline.staff.queries import unit_tree
from sunline.staff.types import Viewer

from . import permissions
from .models import JointWork

NOWHERE = "-"  # a path that nobody holds anything for

if TYPE_CHECKING:
    from .models import Ticket
    from .rules.lifecycle import Move


def may_see(viewer: Viewer, ticket: Ticket) -> bool:
    """Return whether the viewer may know of the ticket."""
    return may_see_row(viewer, ticket.__dict__)


def may_see_row(viewer: Viewer, ticket: Mapping[str, Any]) -> bool:
    """Return whether the viewer may know of a ticket with these ids.

    Home scope for front lines; a back-office unit sees what is with it; a client what it sent.
    """
    if viewer.all_powerful:
        return True
    own = viewer.actor.id
    if own is not None and ticket["client_id"] == own:
        return True
    tree, view = unit_tree(), permissions.VIEW.code
    if own is not None and ticket["handler_id"] == own:
        return viewer.may(view)
    if viewer.may(view, tree.path(ticket["home_unit_id"])):
        return True
    unit_id = ticket["unit_id"]
    if unit_id is not None and viewer.may(view, tree.path(unit_id)):
        return True
    # A unit that assists, or was asked for a fact, sees what it is asked about.
    return viewer.may(view) and any(
        viewer.may(view, tree.path(assisting)) for assisting in joint_units(ticket["id"])
    )


def joint_units(ticket_id: UUID) -> list[UUID]:
    """Return the units that have, or had, a part in the ticket beside the one that leads."""
    rows = JointWork.objects.filter(ticket_id=ticket_id, cancelled_at=None).order_by("id")
    return list(rows.values_list("unit_id", flat=True))


def path_for(
    viewer: Viewer, move: Move, ticket: Ticket, assisting: Sequence[UUID] | None = None
) -> str | None:
    """Return the unit path for which the verb's permission must be held, None for anywhere.

    The units that assist are read where they matter, unless the caller has done so.
    """
    if move.at == "any" or viewer.all_powerful:
        return None
    if ticket.client_id is not None and ticket.client_id == viewer.actor.id:
        return None
    tree = unit_tree()
    if move.at == "joint":
        units = joint_units(ticket.id) if assisting is None else assisting
        paths = [tree.path(unit_id) for unit_id in units]
        return next((path for path in paths if viewer.may(move.permission, path)), NOWHERE)
    if move.at == "unit" and ticket.unit_id is not None:
        # Held over the unit that works, or over the home that the work is for.
        unit_path = tree.path(ticket.unit_id)
        return (
            unit_path if viewer.may(move.permission, unit_path) else tree.path(ticket.home_unit_id)
        )
    return tree.path(ticket.home_unit_id)


def visible(viewer: Viewer) -> Q:
    """Return the condition of the tickets a viewer may know of."""
    if viewer.all_powerful:
        return Q()
    paths = viewer.paths(permissions.VIEW.code)
    condition = Q(handler_id=viewer.actor.id) if paths else Q(pk__in=[])
    if viewer.actor.kind == Actor.API_CLIENT:
        condition = Q(client_id=viewer.actor.id)
    if not paths:
        return condition
    tree = unit_tree()
    if any(path.count("/") <= 2 for path in paths):
        return Q()  # held for HQ, which is over everything
    units = tree.ids_below(paths)
    return condition | Q(home_unit_id__in=units) | Q(unit_id__in=units)
