"""Loading and changing the topic tree: every change is a version."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from sunline.kernel.errors import Invalid, Problem, unknown_choice
from sunline.kernel.ids import local_day, new_id
from sunline.kernel.log import record
from sunline.kernel.pinyin import initials
from sunline.kernel.types import SYSTEM, Actor, Subject
from sunline.staff.types import Viewer

from .. import rules
from ..errors import ENDS_BEFORE, IN_A_CIRCLE, NO_SUCCESSOR
from ..events import TopicEnded, TopicPublished
from ..models import Topic, TopicVersion
from ..permissions import EDIT
from ..queries import forget_topics
from ..types import NewTopic, TopicField

DATA = Path(__file__).parents[1] / "data"
VALUES = ("name", "name_en", "aliases", "reporting_type", "fields")


def shipped_topics() -> list[NewTopic]:
    """Return the topics that come with the product, with what they ask for."""
    fields: dict[str, list[TopicField]] = {}
    for line in _lines("topic_fields.csv"):
        field = TopicField(
            line["code"], line["name"], line["name_en"], line["kind"], line["required"] == "yes"
        )
        fields.setdefault(line["topic"], []).append(field)
    return [
        NewTopic(
            line["code"],
            line["name"],
            line["name_en"],
            tuple(part for part in line["aliases"].split(";") if part),
            line["reporting_type"],
            tuple(fields.get(line["code"], ())),
        )
        for line in _lines("topics.csv")
    ]


def _lines(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load_topics(
    rows: Sequence[NewTopic] | None = None, *, now: datetime, actor: Actor = SYSTEM
) -> int:
    """Write topics, the shipped ones by default, by their codes; return how many were given.

    A known topic keeps its id and first day, and what is changed in it makes a version; one like
    it was makes none. Raises Invalid when one cannot be used.
    """
    rows = shipped_topics() if rows is None else rows
    with transaction.atomic():
        known = {row.code: row for row in Topic.objects.select_for_update().order_by("code")}
        problems = rules.problems_of(rows, known)
        problems += [bad for row in rows for bad in rules.field_problems(row.fields or ())]
        if problems:
            raise Invalid(problems)
        ordered = sorted(rows, key=lambda row: (row.code.count("."), row.code))
        _write(ordered, known, _Making(local_day(now), now, actor.label[:64]))
    forget_topics()
    return len(ordered)


def load_missing_topics(*, now: datetime) -> int:
    """Write the shipped topics whose codes are not known, and return how many those were."""
    known = set(Topic.objects.values_list("code", flat=True))
    missing = [row for row in shipped_topics() if row.code not in known]
    return load_topics(missing, now=now) if missing else 0


@dataclass(frozen=True, slots=True)
class _Making:
    """When versions are made, and by whom."""

    today: date
    now: datetime
    by: str

    def version(self, topic: Topic, number: int, values: Mapping[str, Any], since: date) -> Any:
        """Return an unsaved version."""
        return TopicVersion(
            topic_id=topic.id,
            number=number,
            since=since,
            made_at=self.now,
            made_by=self.by,
            **values,
        )


def _write(rows: Sequence[NewTopic], known: dict[str, Topic], making: _Making) -> None:
    numbers: dict[UUID, int] = {}
    for topic_id, number in TopicVersion.objects.order_by("number").values_list(
        "topic_id", "number"
    ):
        numbers[topic_id] = number
    fresh, changed, versions = [], [], []
    for row in rows:
        topic, values = known.get(row.code), _values(row)
        since = row.since or making.today
        if topic is None:
            parent = known.get(rules.parent_code(row.code))
            topic = known[row.code] = Topic(
                id=new_id(),
                code=row.code,
                parent_id=parent.id if parent else None,
                path=rules.path_of(row.code),
                pinyin=initials(row.name),
                since=since,
                **{name: value for name, value in values.items() if value is not None},
            )
            fresh.append(topic)
        elif any(value not in (None, getattr(topic, name)) for name, value in values.items()):
            number = numbers.get(topic.id, topic.version) + 1
            values = {
                name: getattr(topic, name) if value is None else value
                for name, value in values.items()
            }
            versions.append(making.version(topic, number, values, since))
            if since <= making.today:
                changed.append(_become(topic, number, values))
            continue
        else:
            continue
        own = {name: getattr(topic, name) for name in VALUES}
        versions.append(making.version(topic, 1, own, topic.since))
    Topic.objects.bulk_create(fresh)
    Topic.objects.bulk_update(changed, [*VALUES, "pinyin", "version"])
    TopicVersion.objects.bulk_create(versions)


def _values(row: NewTopic) -> dict[str, Any]:
    return {
        "name": row.name,
        "name_en": row.name_en,
        "aliases": ";".join(row.aliases),
        "reporting_type": row.reporting_type,
        "fields": None if row.fields is None else [asdict(field) for field in row.fields],
    }


def _become(topic: Topic, number: int, values: Mapping[str, Any]) -> Topic:
    for name in VALUES:
        setattr(topic, name, values[name])
    topic.version, topic.pinyin = number, initials(topic.name)
    return topic


def begin_versions(now: datetime) -> None:
    """Put versions into force whose first day has come; the task runs as often as it likes."""
    today = local_day(now)
    with transaction.atomic():
        held = {row.id: row for row in Topic.objects.select_for_update().order_by("code")}
        begun: dict[UUID, Topic] = {}
        for version in TopicVersion.objects.filter(since__lte=today).order_by("since", "number"):
            topic = held[version.topic_id]
            if version.number > topic.version:
                values = {name: getattr(version, name) for name in VALUES}
                begun[topic.id] = _become(topic, version.number, values)
        Topic.objects.bulk_update(begun.values(), [*VALUES, "pinyin", "version"])
    if begun:
        forget_topics()


def publish_topics(viewer: Viewer, rows: Sequence[NewTopic], *, now: datetime) -> int:
    """Add topics or change those of the same code; return how many. Raises Refused or Invalid."""
    viewer.require(EDIT.code)
    early = [row for row in rows if row.since is not None and row.since < local_day(now)]
    if early:
        raise Invalid([Problem(f"{row.code}.since", "too_early", ENDS_BEFORE) for row in early])
    with transaction.atomic():
        written = load_topics(rows, now=now, actor=viewer.actor)
        ids = dict(Topic.objects.values_list("code", "id"))
        for row in rows:
            record(
                TopicPublished(row.code),
                subject=Subject("topic", ids[row.code]),
                actor=viewer.actor,
                now=now,
            )
    return written


def end_topic(
    viewer: Viewer, code: str, *, until: date, successor: str = "", now: datetime
) -> None:
    """Let a topic and all below it end on a day; tickets of the past count to its successor.

    Without a successor they stay where they are. Raises Invalid for an unknown code, a day in the
    past, and a successor that is the topic itself, below it, or ended.
    """
    viewer.require(EDIT.code)
    today = local_day(now)
    with transaction.atomic():
        rows = {row.code: row for row in Topic.objects.select_for_update().order_by("code")}
        topic, after = rows.get(code), rows.get(successor)
        problems = []
        if topic is None:
            raise Invalid([unknown_choice("code")])
        if until < today:
            problems.append(Problem("until", "too_early", ENDS_BEFORE))
        below = [
            row for row in rows.values() if row.code == code or row.path.startswith(topic.path)
        ]
        if successor and (after is None or (after.until is not None and after.until <= until)):
            problems.append(Problem("successor", "unknown_choice", NO_SUCCESSOR))
        elif after is not None and after in below:
            problems.append(Problem("successor", "circle", IN_A_CIRCLE))
        if problems:
            raise Invalid(problems)
        for row in below:
            if row.until is None or row.until > until or row.code == code:
                row.until = until
                row.successor = after or row.successor
        Topic.objects.bulk_update(below, ["until", "successor"])
        record(
            TopicEnded(code, until.isoformat(), successor),
            subject=Subject("topic", topic.id),
            actor=viewer.actor,
            now=now,
        )
    forget_topics()
