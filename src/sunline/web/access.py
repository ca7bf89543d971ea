"""Who may open which address: each view says so with one decorator, and a test reads them all."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from sunline.kernel.errors import Refused, SunlineError
from sunline.staff.types import Viewer

if TYPE_CHECKING:
    from sunline.staff.permissions import Permission

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
logger = logging.getLogger("sunline.access")


class SignInFirst(SunlineError):
    """Nobody is signed in."""

    code, status = "sign_in_first", 401
    text = _("Please sign in first.")


class OnlyLooking(Refused):
    """The viewer looks through another role's eyes and cannot act."""

    code = "only_looking"
    text = _("While you view as another role, nothing can be changed.")


@dataclass(frozen=True, slots=True)
class Access:
    """What a view asks of its viewer: nothing, a sign-in, or one of some permissions."""

    public: bool = False
    permissions: tuple[str, ...] = ()

    def allows(self, viewer: Viewer) -> bool:
        """Return whether the viewer may open the address at all; rows are checked further in."""
        if self.public:
            return True
        if not signed_in(viewer):
            return False
        return not self.permissions or any(viewer.may(code) for code in self.permissions)


def signed_in(viewer: Viewer) -> bool:
    """Return whether the viewer is a person who has signed in."""
    return viewer.actor.id is not None


def viewer_of(request: HttpRequest) -> Viewer:
    """Return who is looking."""
    return request.viewer  # type: ignore[attr-defined, no-any-return]


def public(view: View) -> View:
    """Mark a view as open to everybody."""
    view.access = Access(public=True)  # type: ignore[attr-defined]
    return view


def any_person(view: View) -> View:
    """Mark a view as open to everybody who is signed in."""
    return _guarded(view, Access())


def needs(*permissions: Permission) -> Callable[[View], View]:
    """Mark a view as open to viewers who hold one of the permissions somewhere."""
    access = Access(permissions=tuple(permission.code for permission in permissions))
    return lambda view: _guarded(view, access)


def _guarded(view: View, access: Access) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        viewer = viewer_of(request)
        if not signed_in(viewer):
            return to_sign_in(request)
        if not access.allows(viewer):
            logger.warning(
                "refused", extra={"actor": viewer.actor.label, "permission": access.permissions}
            )
            raise Refused(permission=", ".join(access.permissions))
        if viewer.viewing_as and request.method not in SAFE:
            raise OnlyLooking
        return view(request, *args, **kwargs)

    guarded.access = access  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]


def to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Send a page to the sign-in form and back after it; a fragment reloads its page there."""
    if request.headers.get("HX-Request"):
        # The typed text stays on the page: the person signs in in another tab and goes on.
        raise SignInFirst
    if request.headers.get("Accept", "").startswith(("application/json", "text/event-stream")):
        raise SignInFirst
    here = request.get_full_path() if request.method in SAFE else "/"
    response: HttpResponse = redirect(f"/sign-in?{urlencode({'next': here})}")
    response["Cache-Control"] = "no-store"
    # Whoever comes to the front door only wants in.
    return response if request.path == "/" else turned_away(response, SignInFirst.status)


def turned_away(response: HttpResponse, status: int) -> HttpResponse:
    """Mark a friendly answer to an attempt that failed, so that the attempt is written down."""
    response.turned_away = status  # type: ignore[attr-defined]
    return response


def may_open(viewer: Viewer, path: str) -> bool:
    """Return whether the viewer may open a path of ours, as its view declares."""
    try:
        access = getattr(resolve(path).func, "access", None)
    except Resolver404:
        return False
    return isinstance(access, Access) and access.allows(viewer)
