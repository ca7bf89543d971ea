"""Refusals that only an HTTP interface knows."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from sunline.kernel.errors import Conflict, Invalid, SunlineError


class Unauthorised(SunlineError):
    """No token, or one that is unknown, expired or revoked."""

    code, status = "unauthorised", 401
    text = _("Sign in with a valid access token.")


class MethodNotAllowed(SunlineError):
    """The address exists, the method does not."""

    code, status = "method_not_allowed", 405
    text = _("This method is not available here.")

    def __init__(self, allowed: Iterable[str]) -> None:
        super().__init__()
        self.allowed = ", ".join(sorted(allowed))


class NotAcceptable(SunlineError):
    """The caller wants something else than JSON."""

    code, status = "not_acceptable", 406
    text = _("Answers are JSON only.")


class TooLarge(SunlineError):
    """The body is over the limit."""

    code, status = "too_large", 413
    text = _("The body is too large.")


class UnsupportedMedia(SunlineError):
    """The body is in a format that is not read here."""

    code, status = "unsupported_media_type", 415
    text = _("This content type is not supported here.")


class Unimplemented(SunlineError):
    """The published document names it, but this server does not offer it."""

    code, status = "not_implemented", 501
    text = _("This operation is not offered.")


class Failed(SunlineError):
    """Something went wrong on our side; the log has the details under the request's id."""

    code, status = "failed", 500
    text = _("Something went wrong on our side. The request id leads to it.")


class StatusNotReachable(Conflict):
    """The life cycle has no way from the present status to the wanted one."""

    code = "ticket.status_not_reachable"
    text = _("A ticket that is %(status)s cannot become %(wanted)s.")


class SubscribedAlready(Conflict):
    """The same callback with the same query is registered."""

    code = "hub.subscribed_already"
    text = _("This callback is already registered with the same query.")


class CallbackRefused(Invalid):
    """The callback leads to a place this server must not call."""

    code = "hub.callback_refused"
    text = _("This callback address is not allowed: %(reason)s")
