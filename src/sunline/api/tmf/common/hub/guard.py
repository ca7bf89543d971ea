"""Where notifications may go: never to this machine or its neighbours behind the firewall.

A callback is a request that a stranger makes this server send. Its host is resolved here, every
address is judged, and the connection is made to the judged address itself, so that the name cannot
mean something else a moment later.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from sunline.api.errors import CallbackRefused

PORTS = {"http": 80, "https": 443}
LONGEST = 2000
NOT_AN_ADDRESS = _("it is not an http or https address.")
NOT_ENCRYPTED = _("it is not encrypted.")
HAS_CREDENTIALS = _("it carries a user name or a password.")
INSIDE = _("it leads into a private network.")
UNKNOWN_HOST = _("its host is not known.")


@dataclass(frozen=True, slots=True)
class Target:
    """A callback taken apart."""

    scheme: str
    host: str
    port: int
    path: str


def target_of(callback: str) -> Target:
    """Return the parts of a callback; raise CallbackRefused when its form is not allowed."""
    try:
        parts = urlsplit(callback)
        port = parts.port or PORTS.get(parts.scheme, 0)
        host = (parts.hostname or "").encode("idna").decode()
    except (ValueError, UnicodeError) as error:
        raise CallbackRefused(reason=NOT_AN_ADDRESS) from error
    if parts.scheme not in PORTS or not host or not port or not _plain(callback):
        raise CallbackRefused(reason=NOT_AN_ADDRESS)
    if parts.username is not None or parts.password is not None:
        raise CallbackRefused(reason=HAS_CREDENTIALS)
    if parts.scheme == "http" and not _may_be_plain(host):
        raise CallbackRefused(reason=NOT_ENCRYPTED)
    judge_literal(host)
    return Target(parts.scheme, host, port, _path(parts))


def _plain(callback: str) -> bool:
    return len(callback) <= LONGEST and callback.isascii() and all(c > " " for c in callback)


def _path(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _may_be_plain(host: str) -> bool:
    """Return whether the host may be called without encryption: named ones, and ours in tests."""
    return host in settings.HUB_HTTP_HOSTS or (settings.HUB_ALLOW_LOOPBACK and _is_loopback(host))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def judge_literal(host: str) -> None:
    """Raise CallbackRefused for a host that is visibly inside; names are judged when resolved."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        if _is_loopback(host) and not settings.HUB_ALLOW_LOOPBACK:
            raise CallbackRefused(reason=INSIDE) from None
        if _is_number(host):
            raise CallbackRefused(reason=NOT_AN_ADDRESS) from None
        return
    if not allowed(address):
        raise CallbackRefused(reason=INSIDE)


def _is_number(host: str) -> bool:
    """Return whether resolvers read the host as an address in disguise: 2130706433, 0x7f.1."""
    try:
        socket.inet_aton(host)
    except OSError:
        return False
    return True


def allowed(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Return whether an address is on the public internet, or loopback where that is allowed."""
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    if inner is not None and not allowed(inner):
        return False
    if address.is_loopback:
        return bool(settings.HUB_ALLOW_LOOPBACK)
    return address.is_global and not address.is_multicast and not address.is_reserved


def resolve(target: Target) -> tuple[socket.AddressFamily, str]:
    """Return the address to connect to; raise CallbackRefused if any answer is inside."""
    try:
        answers = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise CallbackRefused(reason=UNKNOWN_HOST) from error
    for _family, _type, _protocol, _name, address in answers:
        if not allowed(ipaddress.ip_address(str(address[0]).split("%")[0])):
            raise CallbackRefused(reason=INSIDE)
    family, _type, _protocol, _name, address = answers[0]
    return family, str(address[0])
