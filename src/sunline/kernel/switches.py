"""Switches that a person turns while everything runs; each is a row with who turned it when."""

from __future__ import annotations

from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction

from .events import SwitchTurned
from .log import record
from .models import Switch
from .types import Actor, Subject

# Whether the demo's simulated people may act.
DEMO_TRAFFIC = "demo.traffic"


def is_on(name: str, *, default: bool) -> bool:
    """Return how the switch stands; the default as long as nobody has turned it."""
    found = Switch.objects.filter(name=name).values_list("on", flat=True).first()
    return default if found is None else found


def turn(name: str, on: bool, *, actor: Actor, now: datetime) -> None:
    """Turn the switch and record who turned it."""
    subject = Subject("switch", uuid5(NAMESPACE_URL, f"sunline:switch:{name}"))
    values = {"on": on, "turned_at": now, "turned_by": actor.label[:64]}
    with transaction.atomic():
        Switch.objects.update_or_create(name=name, defaults=values)
        # Held until the end, so that two who turn it at once get two places in its history.
        Switch.objects.select_for_update().get(name=name)
        record(SwitchTurned(name, on), subject=subject, actor=actor, now=now)
