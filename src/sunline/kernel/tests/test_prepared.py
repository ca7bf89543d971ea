"""Queries that are built once and asked with lists of any length."""

from __future__ import annotations

from datetime import datetime

import pytest

from sunline.kernel.ids import new_id
from sunline.kernel.models import Event
from sunline.kernel.prepared import PreparedIn

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5, 64, 65, 300])
def test_a_list_of_any_length_finds_each_row_once(now: datetime, count: int) -> None:
    subject = new_id()
    made = [
        Event(
            subject_kind="x",
            subject_id=subject,
            sequence=index,
            kind="x.y@1",
            at=now,
            actor_kind="system",
            payload={"n": index},
        )
        for index in range(301)
    ]
    Event.objects.bulk_create(made)
    asked = PreparedIn(
        lambda ids: (
            Event.objects.filter(id__in=ids).order_by("sequence").values_list("sequence", "payload")
        )
    )
    wanted = [event.id for event in made[:count]]
    assert asked.rows(wanted) == [(index, {"n": index}) for index in range(count)]
    assert asked.rows(wanted[::-1]) == asked.rows(wanted)
