"""Keeping guessers and floods out of the portal."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from sunline.kernel.errors import NotFound, TooMany
from sunline.staff.services import sign_in
from sunline.staff.types import system_viewer
from sunline.tickets import queries
from sunline.tickets.queries import TicketView

from ..account.session import address_of

MOST_REQUESTS = 20
PER = timedelta(hours=1)
TRIES_HERE = 5
TRIES_A_NUMBER = 20  # from anywhere, so that a stranger cannot easily lock the customer out
TRIES_AN_ADDRESS = 30


def limit(request: HttpRequest, what: str) -> None:
    """Count one act of an address; raise TooMany beyond an hour's share."""
    key = f"portal:{what}:{address_of(request)}"
    cache.add(key, 0, int(PER.total_seconds()))
    try:
        count = cache.incr(key)
    except ValueError:  # it ran out between the two lines
        count = 1
    if count > MOST_REQUESTS:
        raise TooMany


def code_of(number: str) -> str:
    """Return the six digits that prove a ticket's number was not just read off a screen."""
    digest = salted_hmac("sunline.portal.code", number, algorithm="sha256").hexdigest()
    return f"{int(digest[:12], 16) % 1_000_000:06d}"


def prove(request: HttpRequest, number: str, code: str, now: datetime) -> TicketView:
    """Return the ticket to whoever knows its code or the last four digits of its phone.

    Raises NotFound alike for unknown numbers and wrong codes, Locked after too many tries.
    """
    doors: Mapping[str, int] = {
        f"ticket:{number}|{address_of(request)}": TRIES_HERE,
        f"ticket:{number}": TRIES_A_NUMBER,
        f"address:portal:{address_of(request)}": TRIES_AN_ADDRESS,
    }
    sign_in.knock(doors, now)
    ticket = _found(number, code)
    sign_in.forgive(doors)
    return ticket


def _found(number: str, code: str) -> TicketView:
    if not (code.isascii() and code.isdigit() and len(code) in {4, 6}):
        raise NotFound
    ticket = queries.ticket_for(system_viewer(), number)
    # The mask of a phone number leaves its last four digits; a mail address proves nothing.
    last_four = ticket.contact[-4:] if "@" not in ticket.contact else ""
    wanted = code_of(ticket.number) if len(code) == 6 else last_four
    if not wanted.isdigit() or not hmac.compare_digest(wanted, code):
        raise NotFound
    return ticket
