"""What every page shows around its content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sunline.kernel import clock
from sunline.staff.types import Viewer
from sunline.tickets import queries as tickets
from sunline.tickets.types import NoticePlace

from . import access

if TYPE_CHECKING:
    from sunline.tickets.models import Notice


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the main navigation."""

    label: str | Promise
    path: str
    icon: str
    active: bool = False
    count: int = 0


MAIN: tuple[tuple[str | Promise, str, str], ...] = (
    (_("Tickets"), "/tickets", "ticket"),
    (_("Complaints"), "/complaints", "message-report"),
    (_("Appeals"), "/appeals", "scale"),
    (_("Outages"), "/outages", "plug"),
    (_("Warnings"), "/warnings", "alarm"),
    (_("Revisits"), "/revisits", "phone-check"),
    (_("Reviews"), "/reviews", "zoom-check"),
    (_("Approvals"), "/approvals", "gavel"),
    (_("Use of authority"), "/grants", "wallet"),
    (_("Redress"), "/compensation", "cash"),
    (_("Field work"), "/field", "map-pin"),
    (_("My visits"), "/field/mine", "calendar-time"),
    (_("Shifts"), "/shifts", "clock"),
    (_("Customers"), "/customers", "users"),
    (_("Knowledge"), "/knowledge", "file-text"),
    (_("Figures"), "/figures", "dashboard"),
    (_("Manage"), "/manage", "settings"),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the viewer, the navigation they may use, and the languages."""
    return {
        "viewer": SimpleLazyObject(lambda: getattr(request, "viewer", None)),
        "signed_in": SimpleLazyObject(lambda: _signed_in(request)),
        "nav": SimpleLazyObject(lambda: navigation(request)),
        "may_set_presence": SimpleLazyObject(lambda: _may_open(request, "/presence")),
        "may_search": SimpleLazyObject(lambda: _may_open(request, "/search")),
        "languages": settings.LANGUAGES,
        "language": get_language(),
        "demo": settings.DEMO,
        "notices": SimpleLazyObject(lambda: _notices(request)[:3]),
    }


def _notices(request: HttpRequest) -> list[Notice]:
    viewer = getattr(request, "viewer", None)
    return tickets.notices_for(viewer, NoticePlace.BANNER, now=clock.now())


def _signed_in(request: HttpRequest) -> bool:
    viewer = getattr(request, "viewer", None)
    return viewer is not None and access.signed_in(viewer)


def _may_open(request: HttpRequest, path: str) -> bool:
    viewer = getattr(request, "viewer", None)
    return viewer is not None and access.may_open(viewer, path)


def navigation(request: HttpRequest) -> list[NavItem]:
    """Return the main entries that the viewer may open."""
    viewer = getattr(request, "viewer", None)
    if viewer is None:
        return []
    return [
        NavItem(label, path, icon, request.path.startswith(path), _waiting(viewer, path))
        for label, path, icon in MAIN
        if access.may_open(viewer, path)
    ]


def _waiting(viewer: Viewer, path: str) -> int:
    """Return how much waits behind an entry of the navigation."""
    return tickets.waiting_count(viewer, now=clock.now()) if path == "/approvals" else 0
