"""One notification over HTTP: to the judged address, signed, no redirects, little patience."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
import threading
from contextlib import suppress

from . import guard

TIMEOUT = 5.0  # of each step
LONGEST = 10.0  # of the whole, however slowly the other side drips its answer
MOST_READ = 64 * 1024


class NotTaken(Exception):
    """The other side did not take the notification."""


class _Connection(http.client.HTTPConnection):
    """Connects to the address that was judged, whatever the name means by now."""

    def __init__(self, target: guard.Target, timeout: float) -> None:
        super().__init__(target.host, target.port, timeout=timeout)
        self._target = target
        self._late = threading.Timer(LONGEST, self._cut)
        self._late.daemon = True

    def _cut(self) -> None:
        """End the talk from the timer's thread; the sender's next read finds it closed."""
        held = self.sock
        if held is not None:
            with suppress(OSError):
                # Past the TLS layer, whose state belongs to the other thread.
                socket.socket.shutdown(held, socket.SHUT_RDWR)

    def close(self) -> None:
        self._late.cancel()
        super().close()

    def connect(self) -> None:
        self._late.start()
        family, address = guard.resolve(self._target)
        plain = socket.socket(family, socket.SOCK_STREAM)
        plain.settimeout(self.timeout)
        try:
            plain.connect((address, self._target.port))
            if not guard.allowed(ipaddress.ip_address(plain.getpeername()[0].split("%")[0])):
                raise NotTaken("connected to an address inside")
            if self._target.scheme == "https":
                context = ssl.create_default_context()
                self.sock = context.wrap_socket(plain, server_hostname=self._target.host)
            else:
                self.sock = plain
        except BaseException:
            plain.close()
            raise


def signature(secret: str, moment: str, body: bytes) -> str:
    """Return the signature header: HMAC-SHA-256 over the moment, a dot and the body."""
    digest = hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


def post(
    callback: str, body: bytes, *, secret: str, moment: str, event_id: str, attempt: int
) -> int:
    """Send one notification and return the status; raise NotTaken unless it is 2xx."""
    target = guard.target_of(callback)
    connection = _Connection(target, TIMEOUT)
    try:
        connection.request(
            "POST",
            target.path,
            body=body,
            headers={
                "Content-Type": "application/json",
                "User-Agent": "Sunline-hub/1",
                "X-Event-Id": event_id,
                "X-Attempt": str(attempt),
                "X-Signature": signature(secret, moment, body),
                "Connection": "close",
            },
        )
        response = connection.getresponse()
        response.read(MOST_READ)
    except (OSError, http.client.HTTPException) as error:
        raise NotTaken(f"{type(error).__name__}: {error}"[:300]) from error
    finally:
        connection.close()
    if not 200 <= response.status < 300:
        raise NotTaken(f"answered {response.status}")
    return response.status
