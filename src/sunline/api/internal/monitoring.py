"""Who may read what the monitoring reads: the holder of its token, or this machine without one."""

from __future__ import annotations

import hmac
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from sunline.kernel.errors import Refused

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


class MonitoringOnly(Refused):
    """The caller is not the monitoring."""

    code = "monitoring_only"
    text = _("Only the monitoring may read this: send its token.")


def allows(request: HttpRequest) -> bool:
    """Return whether the caller sent SUNLINE_METRICS_TOKEN; without one, whether it is local."""
    token: str = settings.METRICS_TOKEN
    if token:
        sent = request.headers.get("Authorization", "")
        return hmac.compare_digest(sent.encode(), f"Bearer {token}".encode())
    # A proxy on this machine calls from here too, for somebody else.
    if any(request.META.get(name) for name in FORWARDED):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def require(request: HttpRequest) -> None:
    """Raise MonitoringOnly unless the caller is the monitoring."""
    if not allows(request):
        raise MonitoringOnly
