"""Access tokens: who calls, kept for a few seconds so that most calls cost no query.

A revoked token stops working within `KEEP` seconds.
"""

from __future__ import annotations

import hashlib
import threading
import time
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from oauth2_provider.models import get_access_token_model

from sunline.staff import queries
from sunline.staff.types import Viewer

from .errors import Unauthorised

KEEP = 20.0
MOST_KEPT = 10_000
LONGEST = 512


@dataclass(frozen=True, slots=True)
class _Known:
    viewer: Viewer
    expires: datetime
    read_at: float


_known: dict[bytes, _Known] = {}
_lock = threading.Lock()


def bearer(request: HttpRequest, *, now: datetime) -> Viewer:
    """Return the viewer of the request's token; raise Unauthorised without a good one."""
    header = request.META.get("HTTP_AUTHORIZATION", "")
    if header[:7].lower() != "bearer " or len(header) > LONGEST:
        raise Unauthorised()
    token = header[7:].strip()
    digest = hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
    known = _known.get(digest)
    if known is None or time.monotonic() - known.read_at > KEEP:
        known = _read(digest, now)
    if known.expires <= now:
        raise Unauthorised()
    return known.viewer


def forget() -> None:
    """Drop all that is kept; for tests and after a change of clients."""
    with _lock:
        _known.clear()


def _read(digest: bytes, now: datetime) -> _Known:
    """Read a token from the database; only good ones are kept."""
    row = (
        get_access_token_model()
        .objects.select_related("application__unit")
        .filter(token_checksum=digest.hex())
        .first()
    )
    client = row.application if row is not None else None
    if row is None or client is None or row.expires is None or row.expires <= now:
        raise Unauthorised()
    if client.closed_at is not None and client.closed_at <= now:
        raise Unauthorised()
    viewer = queries.viewer_for_client(client, row.scope.split(), now=now)
    known = _Known(viewer, row.expires, time.monotonic())
    with _lock:
        if len(_known) >= MOST_KEPT:
            _known.clear()
        _known[digest] = known
    return known
