"""Queues, dispatch rules and who is at work in the demo operator."""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sunline.routing import services as routing
from sunline.routing.models import Absence, Presence
from sunline.routing.types import AbsenceReason, QueueDraft, RuleDraft
from sunline.staff.models import Account
from sunline.staff.queries import unit_tree
from sunline.staff.types import system_viewer

from .people import DATA


def open_queues(*, now: datetime) -> int:
    """Open a queue for each unit that works on orders, with the rules that lead there."""
    viewer, tree = system_viewer(), unit_tree()
    ids = {}
    for row in _rows("queues.csv"):
        unit = tree.by_code(row["unit"])
        assert unit is not None
        ids[row["unit"]] = routing.create_queue(
            viewer,
            QueueDraft(
                code=row["unit"],
                name=row["name"],
                name_en=row["name_en"],
                unit_id=unit.id,
                role=row["role"],
                automatic=row["automatic"] == "yes",
                skills={
                    code: int(level)
                    for code, level in (part.split(":") for part in row["skills"].split())
                },
                preferences=tuple(row["preferences"].split()),
                relax_minutes=int(row["relax"]) if row["relax"] else None,
                waive_minutes=int(row["waive"]) if row["waive"] else None,
            ),
            now=now,
        )
    rules = _rows("rules.csv")
    for rank, row in enumerate(rules, start=1):
        conditions = {
            name: row[name].split() for name in ("kind", "topic", "urgency", "home") if row[name]
        }
        routing.create_rule(
            viewer,
            RuleDraft(
                name=row["name"],
                rank=rank * 10,
                queue_id=ids[row["queue"]],
                conditions=conditions,
                automatic=row["automatic"] == "yes",
            ),
            now=now,
        )
    return len(rules)


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def clock_in(people: Mapping[str, Sequence[Account]], *, now: datetime, rng: random.Random) -> int:
    """Let most people be at work: ready, a few busy, on a break or away."""
    states = ("ready", "busy", "break", "after_call", "offline")
    rows = []
    for account in (one for team in people.values() for one in team):
        state = rng.choices(states, (70, 8, 5, 5, 12))[0]
        rows.append(
            Presence(
                account=account,
                state=state,
                reason="rest" if state == "break" else "",
                since=now - timedelta(minutes=rng.randint(3, 180)),
                capacity=rng.choice((8, 10, 12)),
            )
        )
    return len(Presence.objects.bulk_create(rows))


def set_floor(people: Mapping[str, Sequence[Account]], *, now: datetime, rng: random.Random) -> int:
    """Weigh the channels, give some people hours, and enter absences of every state."""
    viewer = system_viewer()
    for channel, weight, most in (("chat", 2, 3), ("wechat", 2, 3), ("phone", 1, 8)):
        routing.limit_channel(viewer, channel, weight=weight, most=most, now=now)
    crew = [account for team in people.values() for account in team]
    Presence.objects.filter(account__in=rng.sample(crew, 12)).update(calendar="office")
    reasons = AbsenceReason.values
    rows = []
    for number, account in enumerate(rng.sample(crew, 28)):
        # A quarter each is over, goes on, comes, and was taken back.
        begins = now + timedelta(days=(-6, -1, 3, 2)[number % 4], hours=rng.randint(-8, 8))
        entered = min(begins, now) - timedelta(days=2)
        rows.append(
            Absence(
                account=account,
                since=begins,
                until=begins + timedelta(days=rng.randint(2, 4)),
                reason=reasons[number % len(reasons)],
                entered_label="20002",
                entered_at=entered,
                cancelled_at=now - timedelta(hours=3) if number % 4 == 3 else None,
            )
        )
    return len(Absence.objects.bulk_create(rows))
