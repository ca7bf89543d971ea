"""The rent that an outage waives, against a list computed by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from sunline.kernel import clock, worker
from sunline.knowledge import queries as knowledge
from sunline.staff.types import Viewer
from sunline.testing import cast

from .. import queries, services
from ..models import CompensationProposal
from .affected import HOUR, call, lines, opened, prepare

pytestmark = pytest.mark.django_db
See = Callable[[str], Viewer]
# 10 November 2026, 08:00 in Beijing; November has 30 days.
BEGAN = datetime(2026, 11, 10, 0, 0, tzinfo=UTC)


@pytest.fixture
def ready(org: cast.Organisation, monkeypatch: pytest.MonkeyPatch) -> cast.Organisation:
    monkeypatch.setattr(clock, "now", lambda: BEGAN + 90 * HOUR)
    prepare(BEGAN - timedelta(days=30))
    return org


def test_the_list_equals_one_computed_by_hand(ready: cast.Organisation, viewer: See) -> None:
    """Sixty hours: town lines are over 48 h and get 3 begun days, country lines are in time.

    60 yuan: 60 x 3 / 30 = 6.00; 100 yuan: 10.00; 129 yuan: 12.90.
    """
    now, sun = BEGAN + 2 * HOUR, viewer("sun")
    outage = opened(ready, now, started_at=BEGAN, estimated_end_at=BEGAN + 24 * HOUR)
    groups = (
        (60, False, "1991", "6.00"),
        (100, False, "1992", "10.00"),
        (129, False, "1993", "12.90"),
        (60, True, "1994", None),
    )
    wanted = {}
    for fee, rural, prefix, amount in groups:
        for number, customer in enumerate(
            lines(ready, 2, BEGAN, fee=fee, rural=rural, prefix=prefix)
        ):
            for _twice in range(2):  # a second contact waives nothing more
                ref = call(ready, now, f"{prefix}{number:07d}", customer_id=customer)
            wanted[f"{prefix}{number}"] = (ref.id, amount)
    [owner] = lines(ready, 1, BEGAN, prefix="1995")
    own = call(
        ready, now, "19950000000", customer_id=owner,
        topic_id=knowledge.topic_id("broadband.fault.device"),
    )  # fmt: skip
    services.link_outage(sun, own.id, into_number=outage.ticket.number, now=now)
    end = BEGAN + 60 * HOUR
    services.close_outage(sun, outage.ticket_id, ended_at=end, now=end + HOUR)
    worker.run_job(end + HOUR)
    view = queries.outage_for(sun, outage.ticket.number)
    found = list(queries.all_waivers(sun, view, now=end + HOUR))
    amounts = sorted(str(row.amount) for row in found if row.amount is not None)
    assert amounts == ["10.00", "10.00", "12.90", "12.90", "6.00", "6.00"]
    assert {row.days for row in found if row.amount} == {3}
    assert {row.basis for row in found if row.amount} == {"cn_telecom_32"}
    assert sorted(row.why for row in found) == [*[""] * 6, "in_time", "in_time", "terminal"]
    sums = queries.waiver_sums(sun, view, now=end)
    assert (sums.lines, sums.entitled, sums.total) == (9, 6, Decimal("57.80"))
    first = queries.waivers(sun, view, now=end, limit=5)
    rest = queries.waivers(sun, view, now=end, cursor=first.next, limit=5)
    assert (len(first.items), len(rest.items), rest.next) == (5, 4, None)
    assert all("*" in row.line for row in found)
    # What is proposed on the tickets themselves is the same.
    proposed = CompensationProposal.objects.filter(action="rent_waiver")
    assert sorted(str(row.amount) for row in proposed) == amounts


def test_at_the_limit_nothing_is_waived_and_a_second_later_it_is(
    ready: cast.Organisation, viewer: See
) -> None:
    now, sun = BEGAN + HOUR, viewer("sun")
    outage = opened(ready, now, started_at=BEGAN, estimated_end_at=BEGAN + 24 * HOUR)
    [customer] = lines(ready, 1, BEGAN)
    call(ready, now, "19900000000", customer_id=customer)
    view = queries.outage_for(sun, outage.ticket.number)
    for length, amount in ((48 * HOUR, None), (48 * HOUR + timedelta(seconds=1), Decimal("6.00"))):
        [row] = queries.waivers(sun, view, now=BEGAN + length).items
        assert row.amount == amount


def test_works_waive_the_begun_day(ready: cast.Organisation, viewer: See) -> None:
    now, sun = BEGAN - HOUR, viewer("sun")
    works = opened(
        ready, now, planned=True, cause="works", started_at=BEGAN, estimated_end_at=BEGAN + 4 * HOUR
    )
    services.begin_works(BEGAN)
    [customer] = lines(ready, 1, BEGAN, fee=90)
    call(ready, BEGAN + HOUR, "19900000000", customer_id=customer)
    services.close_outage(sun, works.ticket_id, ended_at=BEGAN + 3 * HOUR, now=BEGAN + 4 * HOUR)
    view = queries.outage_for(sun, works.ticket.number)
    [row] = queries.waivers(sun, view, now=BEGAN + 4 * HOUR).items
    assert (row.amount, row.days, row.basis) == (Decimal("3.00"), 1, "cn_telecom_35")
