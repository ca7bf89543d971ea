"""What people say: filled from a taxonomy of templates, with the noise of real typing."""

from __future__ import annotations

import csv
import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import accumulate
from typing import Any
from uuid import UUID

from sunline.knowledge.queries import topics

from .customers import Person
from .people import DATA

PUNCTUATION = re.compile(r"[，。？！；]")
CITY_NAMES = {"gz": "广州", "sz": "深圳", "fs": "佛山", "nj": "南京", "su": "苏州"}
DISTRICTS = {
    "gz": ("天河", "海珠", "白云", "番禺", "越秀"),
    "sz": ("南山", "福田", "宝安", "龙岗", "龙华"),
    "fs": ("禅城", "南海", "顺德"),
    "nj": ("鼓楼", "玄武", "江宁", "浦口", "六合"),
    "su": ("姑苏", "吴中", "相城", "吴江"),
}


@dataclass(frozen=True, slots=True)
class Theme:
    """A topic with what customers say about it and what units reply."""

    topic: str
    topic_id: UUID
    kind: str
    contacts: int
    tickets: int
    title: str
    bodies: tuple[str, ...]
    replies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What one customer says: the title an agent gives it, the words, the unit's later reply."""

    title: str
    body: str
    reply: str


def load_themes() -> tuple[Theme, ...]:
    """Return the taxonomy of `data/texts.csv`."""
    tree, found = topics(), []
    with (DATA / "texts.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            topic = tree.by_code(row["topic"])
            assert topic is not None, row["topic"]
            found.append(
                Theme(
                    row["topic"],
                    topic.id,
                    row["kind"],
                    int(row["contacts"]),
                    int(row["tickets"]),
                    row["title"],
                    tuple(row["body"].split("|")),
                    tuple(row["reply"].split("|")),
                )
            )
    return tuple(found)


@cache
def phrases() -> dict[str, Any]:
    """Return the small change of service talk from `data/phrases.json`."""
    found: dict[str, Any] = json.loads((DATA / "phrases.json").read_text(encoding="utf-8"))
    return found


class Speaker:
    """Draws themes and words from its dice."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self.themes = load_themes()
        self._contact_sums = list(accumulate(theme.contacts for theme in self.themes))
        self._ticket_sums = list(accumulate(theme.tickets for theme in self.themes))

    def contact_theme(self) -> Theme:
        """Return what some contact is about."""
        return self._rng.choices(self.themes, cum_weights=self._contact_sums)[0]

    def ticket_theme(self) -> Theme:
        """Return what some ticket is about."""
        return self._rng.choices(self.themes, cum_weights=self._ticket_sums)[0]

    def pick(self, name: str) -> str:
        """Return one of the phrases of a list."""
        return str(self._rng.choice(phrases()[name]))

    def say(self, theme: Theme, person: Person, at: datetime, *, careful: bool = False) -> Said:
        """Return a customer's words; `careful` is how agents write them down."""
        slots = self._slots(person, at)
        body = self._rng.choice(theme.bodies).format_map(slots)
        title = theme.title.format_map(slots)
        reply = self._rng.choice(theme.replies).format_map(slots)
        return Said(title, body if careful else self.noisy(body, person), reply)

    def noisy(self, text: str, person: Person) -> str:
        """Return a text as the person would type or say it."""
        rng, held = self._rng, phrases()
        opening = rng.choice(held["openings"])
        if person.senior and rng.random() < 0.5:
            opening = rng.choice(held["senior_prefix"])
        text = f"{opening}{text}{rng.choice(held['endings'])}"
        if rng.random() < 0.12:
            pairs = held["dialect_js" if person.city in {"nj", "su"} else "dialect"]
            text = self._swap(text, pairs)
        if rng.random() < 0.22:
            text = self._swap(text, held["typos"], most=1)
        chance = rng.random()
        if chance < 0.12:
            text = PUNCTUATION.sub("", text)
        elif chance < 0.2:
            text = PUNCTUATION.sub(" ", text)
        elif chance < 0.25:
            text += "！！！"
        return text

    def _swap(self, text: str, pairs: Sequence[Sequence[str]], most: int = 3) -> str:
        fitting = [(right, wrong) for right, wrong in pairs if right in text]
        self._rng.shuffle(fitting)
        for right, wrong in fitting[:most]:
            text = text.replace(right, wrong, 1)
        return text

    def _slots(self, person: Person, at: datetime) -> dict[str, Any]:
        return {
            **self.numbers(at),
            "city": CITY_NAMES[person.city],
            "district": self._rng.choice(DISTRICTS[person.city]),
        }

    def numbers(self, at: datetime) -> dict[str, Any]:
        """Return amounts, days and names for the gaps of a template."""
        rng, held = self._rng, phrases()
        date = at + timedelta(days=rng.randint(-9, -1))
        return {
            "city": "本市",
            "district": "本地",
            "street": rng.choice(held["places"]),
            "plan": rng.choice(held["plans"]),
            "fee": rng.choice((19, 29, 59, 99, 129, 169)),
            "amount": rng.choice((5, 6, 10, 15, 18, 20, 30, 36, 50, 60, 88, 100, 120, 200, 300)),
            "speed": rng.choice((100, 200, 300, 500, 1000)),
            "days": rng.randint(2, 9),
            "n": rng.randint(2, 6),
            "hour": rng.randint(8, 22),
            "date": f"{date.month}月{date.day}日",
        }

    def answer(self, title: str, reply: str) -> str:
        """Return what the customer is told."""
        opening = self.pick("answer_open").format(title=title)
        return f"{opening}{reply}。{self.pick('answer_close')}"
