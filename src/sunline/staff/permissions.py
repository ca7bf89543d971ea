"""Names of what may be done; each room lists its own, and the catalogue gathers them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .types import is_reading


@dataclass(frozen=True, slots=True)
class Permission:
    """Something a role may hold: a stable code `room.verb` and a label for people."""

    code: str
    label: str | Promise

    @property
    def room(self) -> str:
        """The room the permission belongs to."""
        return self.code.partition(".")[0]

    @property
    def reads(self) -> bool:
        """Whether it only lets one look."""
        return is_reading(self.code)


VIEW = Permission("staff.view", _("See people and units"))
MANAGE_UNITS = Permission("staff.manage_units", _("Create and close units"))
MANAGE_PEOPLE = Permission("staff.manage_people", _("Create people and set their skills"))
GRANT_ROLES = Permission("staff.grant_roles", _("Grant and revoke roles"))
CHANGE_MATRIX = Permission("staff.change_matrix", _("Change what a role may do"))
MANAGE_CLIENTS = Permission("staff.manage_clients", _("Manage programs that call the interfaces"))
LOOK_AS = Permission("staff.look_as", _("Look at the product as another role sees it"))
VIEW_LOG = Permission("staff.view_log", _("See the log of everything that happened"))
OPERATE = Permission("staff.operate", _("Look after failed deliveries and unreadable items"))
SET_POLICIES = Permission("staff.set_policies", _("Set the figures that the rules work with"))

ALL: tuple[Permission, ...] = (
    VIEW,
    MANAGE_UNITS,
    MANAGE_PEOPLE,
    GRANT_ROLES,
    CHANGE_MATRIX,
    MANAGE_CLIENTS,
    LOOK_AS,
    VIEW_LOG,
    OPERATE,
    SET_POLICIES,
)


@cache
def _catalogue() -> tuple[Permission, ...]:
    found: list[Permission] = []
    for app in apps.get_app_configs():
        if app.name.startswith("sunline.") and find_spec(f"{app.name}.permissions"):
            found += import_module(f"{app.name}.permissions").ALL
    return tuple(found)


def catalogue() -> list[Permission]:
    """Return every permission of every installed room, room by room."""
    return list(_catalogue())


@cache
def codes() -> frozenset[str]:
    """Return the codes of all permissions."""
    return frozenset(permission.code for permission in _catalogue())
