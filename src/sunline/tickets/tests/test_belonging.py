"""Repeats and duplicates as tickets arrive, whatever the order of the facts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from sunline.customers.models import Customer
from sunline.kernel.errors import Invalid
from sunline.kernel.models import Event
from sunline.knowledge import queries as knowledge
from sunline.knowledge import services as knowing
from sunline.sla import services as sla
from sunline.staff.types import Viewer
from sunline.testing import cast

from .. import errors, queries, services
from ..models import Repeat, Suspicion, Ticket
from ..queries import kin
from ..types import Registration, TicketRef

pytestmark = pytest.mark.django_db
See = Callable[[str], Viewer]
DAY = timedelta(days=1)
TEXT = "家里宽带从昨晚开始频繁掉线，重启光猫没有用，请尽快派人上门处理。"


@pytest.fixture
def ready(org: cast.Organisation, now: datetime) -> cast.Organisation:
    cast.people()
    sla.load_shipped(now)
    knowing.load_topics(now=now)
    return org


def leaf(number: int = 0, branch: str = "broadband") -> UUID:
    rows = [row for row in knowledge.topics().leaves() if row.code.startswith(branch)]
    return rows[number].id


def come(org: cast.Organisation, now: datetime, **changes: Any) -> TicketRef:
    fields: dict[str, Any] = {
        "kind": "fault",
        "title": "宽带频繁掉线",
        "description": TEXT,
        "channel": "phone",
        "home_unit_id": org["gz"].id,
        "contact": "19900000001",
        "topic_id": leaf(),
    }
    return services.register(cast.viewer("lin"), Registration(**{**fields, **changes}), now=now)


def chain() -> list[tuple[UUID, UUID, int]]:
    rows = Repeat.objects.order_by("ticket_id")
    return list(rows.values_list("ticket_id", "root_id", "seq"))


def test_a_chain_is_the_same_whatever_the_order(ready: cast.Organisation, now: datetime) -> None:
    tickets = [come(ready, now + DAY * step) for step in (0, 20, 40, 60)]
    wanted = [(one.id, tickets[0].id, seq) for seq, one in enumerate(tickets[1:], start=2)]
    for order in permutations(tickets):
        Repeat.objects.all().delete()
        for one in (*order, *order):  # each fact twice
            services.find_repeat(one.id, now=now + 61 * DAY)
        assert chain() == wanted


def test_only_one_fact_tells_of_a_repeat(ready: cast.Organisation, now: datetime) -> None:
    first, second = come(ready, now), come(ready, now + DAY)
    for _ in range(2):
        services.find_repeat(second.id, now=now + DAY)
    facts = Event.objects.filter(kind="ticket.repeat_found@1")
    assert [(one.subject_id, one.payload["root"]) for one in facts] == [(second.id, str(first.id))]


def test_another_topic_another_caller_or_a_late_one_is_no_repeat(
    ready: cast.Organisation, now: datetime
) -> None:
    come(ready, now)
    others = [
        come(ready, now + DAY, topic_id=leaf(branch="mobile")),
        come(ready, now + DAY, topic_id=None),
        come(ready, now + DAY, contact="19900000002"),
        come(ready, now + 31 * DAY),
    ]
    for one in others:
        services.find_repeat(one.id, now=now + 31 * DAY)
    # The late one still follows what came in between on the branch: only that one is left out.
    assert chain() == []


def test_a_part_split_off_is_no_repeat_and_no_copy(
    ready: cast.Organisation, viewer: See, now: datetime
) -> None:
    whole = come(ready, now)
    services.split(viewer("sun"), whole.id, title="宽带频繁掉线", text=TEXT, now=now)
    part = Ticket.objects.exclude(id=whole.id).get()
    services.find_repeat(part.id, now=now)
    services.find_copies(part.id, now=now)
    assert chain() == []
    assert not Suspicion.objects.exists()


def test_the_page_shows_the_whole_chain_and_the_cause(
    ready: cast.Organisation, viewer: See, now: datetime
) -> None:
    first, second = come(ready, now), come(ready, now + DAY)
    services.find_repeat(second.id, now=now + DAY)
    lin = viewer("lin")
    assert "tell_repeat_cause" not in verbs(lin, first)
    with pytest.raises(errors.NothingOpen):
        services.tell_repeat_cause(lin, first.id, cause="not_in_time", now=now)
    with pytest.raises(Invalid):
        services.tell_repeat_cause(lin, second.id, cause="nonsense", now=now)
    services.tell_repeat_cause(lin, second.id, cause="not_in_time", now=now + DAY)
    for one in (first, second):
        rows = kin.chain(lin, one.id)
        assert [(row.number, row.seq, row.cause) for row in rows] == [
            (first.number, 1, ""),
            (second.number, 2, "not_in_time"),
        ]
    assert kin.repeat_causes(lin, now, now + 2 * DAY) == (1, [("not_in_time", 1)])
    assert kin.repeat_causes(viewer("lv_nj"), now, now + 2 * DAY) == (0, [])


def verbs(see: Viewer, ticket: TicketRef) -> set[str]:
    return set(queries.allowed_verbs(see, queries.ticket_for(see, ticket.id)))


def test_a_near_copy_is_suspected_once_and_may_be_cleared(
    ready: cast.Organisation, viewer: See, now: datetime
) -> None:
    first = come(ready, now)
    second = come(ready, now + DAY, description=TEXT + "急。", topic_id=None)
    other = come(ready, now + DAY, title="话费", description="多扣了二十元漫游费，请退还。")
    for one in (second, other, second):
        services.find_copies(one.id, now=now + DAY)
    row = Suspicion.objects.get()
    assert (row.ticket_id, row.other_id) == (second.id, first.id)
    lin = viewer("lin")
    assert [one.number for one in kin.suspicions(lin, second.id)] == [first.number]
    with pytest.raises(Invalid):
        services.not_duplicate(lin, second.id, other_number=other.number, now=now + DAY)
    services.not_duplicate(lin, second.id, other_number=first.number, now=now + DAY)
    services.find_copies(second.id, now=now + DAY)
    assert kin.suspicions(lin, second.id) == []
    assert "not_duplicate" not in verbs(lin, second)
    told = Event.objects.filter(subject_id=second.id).order_by("sequence")
    assert [one.kind for one in told][1:] == ["ticket.copy_suspected@1", "ticket.not_duplicate@1"]


def test_a_merge_answers_the_suspicion(
    ready: cast.Organisation, viewer: See, now: datetime
) -> None:
    first, second = come(ready, now), come(ready, now + DAY)
    services.find_copies(second.id, now=now + DAY)
    sun = viewer("sun")
    services.merge(sun, second.id, into_number=first.number, now=now + DAY)
    services.find_copies(second.id, now=now + DAY)
    assert queries.ticket_for(sun, second.id).state == "merged"
    assert Suspicion.objects.count() == 1


def test_the_form_is_warned_before_registering(
    ready: cast.Organisation, viewer: See, now: datetime
) -> None:
    first = come(ready, now)
    lin = viewer("lin")
    later = now + DAY
    assert [one.number for one in asked(lin, TEXT, later)] == [first.number]
    assert asked(lin, "想办一张新卡", later) == []
    assert kin.likely_copies(lin, TEXT, contact="19900000009", now=now) == []
    assert kin.likely_copies(lin, TEXT, contact="19900000001", now=now + 8 * DAY) == []
    services.withdraw(viewer("sun"), first.id, reason="customer", now=now)
    assert asked(lin, TEXT, later) == []
    assert Customer.objects.count() == 0


def asked(see: Viewer, text: str, now: datetime) -> list[kin.Likely]:
    return kin.likely_copies(see, text, contact="199-0000-0001", now=now)
