"""What the demo's tickets are: how many they affect, what their topics ask for, every cut once."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

from sunline.kernel.ids import local_day
from sunline.knowledge import services as knowledge
from sunline.knowledge.queries import topic_id, topics
from sunline.knowledge.types import NewTopic, TopicField
from sunline.staff.types import system_viewer
from sunline.tickets.rules.classification import reporting_type
from sunline.tickets.types import Complexity, ReportingType, Urgency

from .contacts import Contact
from .words import CITY_NAMES, DISTRICTS, Theme, phrases

# A topic of the past: its tickets count to the one that came after it.
OLD = "mobile.card.usim"
AFTER = "mobile.card.replace"
OLD_UNTIL = timedelta(days=45)
OUTAGES = ("network.outage",)
TOLD = 0.85  # how often somebody told what the topic asks for

Cut = tuple[str, str]


def prepare(now: datetime) -> None:
    """Let topics have a history: one renamed, one ended with another after it."""
    viewer, then = system_viewer(), now - timedelta(days=200)
    knowledge.publish_topics(viewer, [NewTopic(OLD, "USIM卡升级", "USIM upgrade")], now=then)
    until = now - OLD_UNTIL
    knowledge.end_topic(viewer, OLD, until=local_day(until), successor=AFTER, now=then)
    row = topics().by_code("mobile.card.esim")
    assert row is not None
    renamed = NewTopic(
        row.code, "eSIM与智能手表", "eSIM and watches", row.aliases, row.reporting_type
    )
    knowledge.publish_topics(viewer, [renamed], now=now - timedelta(days=20))


def cuts(themes: tuple[Theme, ...]) -> Iterator[tuple[Theme, Cut]]:
    """Yield a theme for each type × level × complexity."""
    by_type: dict[str, list[Theme]] = {}
    for theme in themes:
        row = topics().get(theme.topic_id)
        found = reporting_type(theme.kind, row.reporting_type if row else "")
        by_type.setdefault(found, []).append(theme)
    places = product(ReportingType.values, Urgency.values, Complexity.values)
    for index, (kind, urgency, complexity) in enumerate(places):
        held = by_type[kind]
        yield held[index % len(held)], (urgency, complexity)


def classes_of(contact: Contact, now: datetime) -> dict[str, Any]:
    """Return how many a contact's matter affects, what was told, and what it is filed under."""
    rng = random.Random(f"{contact.at.isoformat()}/{contact.person.phone}")
    theme = contact.theme
    return {
        "scope": _scope(rng, theme.topic),
        "fragile": contact.person.senior,
        "details": _details(rng, contact),
        "topic_id": _filed(theme, contact.at, now),
    }


def _scope(rng: random.Random, topic: str) -> str:
    if topic.startswith(OUTAGES):
        return rng.choice(("area", "area", "many"))
    weights = (60, 25, 14, 1) if topic.startswith("network.") else (95, 4, 1, 0)
    return rng.choices(("one", "several", "area", "many"), weights)[0]


def _filed(theme: Theme, at: datetime, now: datetime) -> UUID:
    old = topic_id(OLD) if theme.topic == AFTER and at < now - OLD_UNTIL else None
    return old or theme.topic_id


def _details(rng: random.Random, contact: Contact) -> dict[str, str]:
    fields = topics().fields(contact.theme.topic_id)
    if not fields or rng.random() > TOLD:
        return {}
    return {
        field.code: _told(rng, field, contact)
        for field in fields
        if field.required or rng.random() < 0.3
    }


def _told(rng: random.Random, field: TopicField, contact: Contact) -> str:
    city, day = contact.person.city, contact.at - timedelta(days=rng.randint(1, 40))
    if field.kind == "amount":
        return f"{rng.choice((10, 19, 30, 36, 50, 59, 88, 100, 129, 200))}.00"
    if field.kind == "month":
        return f"{day:%Y-%m}"
    if field.kind == "day":
        return f"{day:%Y-%m-%d}"
    if field.code in {"address", "place", "area"}:
        district, street = rng.choice(DISTRICTS[city]), rng.choice(phrases()["places"])
        return f"{CITY_NAMES[city]}市{district}区{street}{rng.randint(1, 280)}号"
    if field.code == "symptom":
        return contact.said.title
    if field.code == "lights":
        return rng.choice(("LOS红灯", "PON闪烁", "全部正常", "不亮"))
    if field.code == "times":
        return rng.choice(("晚上8点到11点", "全天", "上下班时段", "周末"))
    return f"1{rng.randint(30, 99)}0000{rng.randint(1000, 9999)}"
