"""Reads of the topic tree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sunline.kernel.caching import Kept
from sunline.kernel.errors import Problem

from .. import rules
from ..models import Topic, TopicVersion
from ..types import TopicField, TopicRow, TopicTree, TopicVersionRow

COLUMNS = (
    "id",
    "code",
    "name",
    "name_en",
    "parent_id",
    "path",
    "pinyin",
    "aliases",
    "reporting_type",
    "since",
    "until",
    "version",
    "fields",
    "successor_id",
)


def _load() -> TopicTree:
    return TopicTree(
        tuple(
            TopicRow(
                **row | {"aliases": _parted(row["aliases"]), "fields": fields_of(row["fields"])}
            )
            for row in Topic.objects.order_by("code").values(*COLUMNS)
        )
    )


_tree = Kept(_load)


def _parted(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(";") if part)


def fields_of(kept: Iterable[Mapping[str, Any]]) -> tuple[TopicField, ...]:
    """Return fields as they are kept in a row."""
    return tuple(TopicField(**field) for field in kept)


def topics() -> TopicTree:
    """Return all topics, at most ten seconds old; no statement when warm."""
    return _tree.get()


def forget_topics() -> None:
    """Read the topics afresh next time, in this process."""
    _tree.forget()


def topic_id(code: str) -> UUID | None:
    """Return the id of the topic with a code, or None."""
    row = topics().by_code(code)
    return row.id if row else None


def search_topics(text: str, *, day: date | None = None, limit: int = 10) -> list[TopicRow]:
    """Return the topics that fit a typed text best: by name, other names, pinyin initials, code.

    With a day, only those that may be chosen then.
    """
    tree = topics()
    return rules.ranked(tree.rows if day is None else tree.in_use(day), text, limit)


def topic_versions(code: str) -> list[TopicVersionRow]:
    """Return all versions of a topic, newest first."""
    rows = TopicVersion.objects.filter(topic__code=code).order_by("-number")
    return [
        TopicVersionRow(
            row.number,
            row.name,
            row.name_en,
            _parted(row.aliases),
            row.reporting_type,
            fields_of(row.fields),
            row.since,
            row.made_at,
            row.made_by,
        )
        for row in rows
    ]


def name_in_version(topic_id: UUID, number: int) -> str:
    """Return what the topic was called in a version, blank when the version is not known."""
    found = TopicVersion.objects.filter(topic_id=topic_id, number=number)
    return str(found.values_list("name", flat=True).first() or "")


def check_details(
    topic_id: UUID | None, values: Mapping[str, Any], *, complete: bool
) -> tuple[dict[str, str], list[Problem]]:
    """Return what was told of a topic's fields as it is kept, and what is wrong with it.

    With `complete` the required fields must be there.
    """
    return rules.checked(topics().fields(topic_id), values, complete=complete)
