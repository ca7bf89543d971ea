"""The simulation's loop: a contact every half minute or so, a step of work every few seconds."""

from __future__ import annotations

import logging
import random
import threading
from datetime import datetime

from django.db import close_old_connections

from sunline.kernel import clock
from sunline.kernel.errors import SunlineError
from sunline.kernel.worker import stopping
from sunline.routing import services as routing
from sunline.routing.models import Presence
from sunline.staff.models import Account
from sunline.staff.types import system_viewer

from ..crew import Crew
from ..moments import HOURS, ZONE
from . import switch
from .customers import Customers, known_people
from .staff import CAST, Staff

STEP_EVERY = 6.0  # seconds
CONTACT_EVERY = 25.0  # at the busiest hour
logger = logging.getLogger(__name__)


def run() -> None:
    """Simulate until told to stop; errors pause the simulation and never end it."""
    rng = random.Random()
    with stopping() as stop:
        live(stop, rng)


def live(stop: threading.Event, rng: random.Random) -> None:
    """Simulate until `stop` is set."""
    crew: Crew | None = None
    while not stop.wait(rng.uniform(0.5, 1.5) * STEP_EVERY):
        try:
            if not switch.is_on():
                continue
            if crew is None:
                crew = present_crew(rng)
                customers = Customers(crew, known_people(2000, rng), rng=rng)
                staff = Staff(crew, rng=rng)
            turn(customers, staff, rng, clock.now())
        except SunlineError as refusal:
            logger.info("simulated act refused", extra={"code": refusal.code})
        except Exception:
            logger.exception("simulation failed")
            close_old_connections()
            stop.wait(20)


def turn(customers: Customers, staff: Staff, rng: random.Random, now: datetime) -> None:
    """Let a moment of the operator's day go by."""
    staff.one_step(now)
    if rng.random() < STEP_EVERY / CONTACT_EVERY * busyness(now):
        customers.one_contact(now)
    if rng.random() < 0.05:
        change_presence(rng, now)


def busyness(now: datetime) -> float:
    """Return how busy the hour is, from a third at night to 1."""
    return max(0.33, HOURS[now.astimezone(ZONE).hour] / max(HOURS))


def present_crew(rng: random.Random) -> Crew:
    """Return the operator's people as they are in the database now."""
    people: dict[str, list[Account]] = {}
    for account in Account.objects.filter(is_active=True).select_related("unit"):
        people.setdefault(account.unit.code, []).append(account)
    return Crew(people, rng)


def change_presence(rng: random.Random, now: datetime) -> None:
    """Let somebody beyond the cast take a break or come back."""
    rows = Presence.objects.exclude(account__staff_no__in=CAST)
    ids = list(rows.values_list("account_id", flat=True))
    if ids:
        state = rng.choices(("ready", "busy", "after_call"), (8, 1, 1))[0]
        routing.set_presence(system_viewer(), state, now=now, account_id=rng.choice(ids))
