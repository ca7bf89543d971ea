"""Deciding anew when somebody changed between the reading and the writing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import pytest

from sunline.routing import queries, services
from sunline.routing.models import Presence
from sunline.routing.types import QueueDraft
from sunline.testing import cast

from .test_services import SYSTEM, item, put, ready

pytestmark = pytest.mark.django_db


def test_whoever_changed_since_they_were_read_is_decided_about_anew(
    org: cast.Organisation, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = org["gz-net"].id
    services.create_queue(SYSTEM, QueueDraft("gz-net", "广州网络", unit, automatic=True), now=now)
    people = ready("zheng", "chu", now=now)
    subject, _ = put(now, unit_id=unit)
    Presence.objects.filter(account_id=people["chu"]).update(load=1)
    held: list[Collection[UUID]] = []

    def busy_meanwhile(chosen: Collection[UUID]) -> dict[UUID, queries.Seen]:
        held.append(chosen)
        if len(held) == 1:
            return {people["zheng"]: ("break", 0, 8, None)}
        Presence.objects.filter(account_id=people["zheng"]).update(state="break")
        return queries.lock(chosen)

    monkeypatch.setattr("sunline.routing.services.assignment.lock", busy_meanwhile)
    assert services.assign_waiting(now) == 1
    assert item(subject).given_to_id == people["chu"]
    assert Presence.objects.get(account_id=people["zheng"]).load == 0
    assert len(held) == 5  # three in vain, everybody, and the one chosen
