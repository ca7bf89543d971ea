"""First contacts of one number, worked by hand, and the three figures beside each other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from sunline.interactions import services as interactions
from sunline.kernel.errors import Refused
from sunline.testing import cast

from ..queries import resolution
from ..rules.counting import ContactTime, first_contacts

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Told = list[tuple[int, bool | None, int | None]]


def told(*hours: float, now: float = 1000.0, quiet: float = 72.0, within: float = 72.0) -> Told:
    contacts = [ContactTime(UUID(int=n + 1), START + HOUR * at) for n, at in enumerate(hours)]
    found = first_contacts(
        contacts[::-1], quiet=HOUR * quiet, within=HOUR * within, now=START + HOUR * now
    )
    return [(one.id.int, one.resolved, one.back.int if one.back else None) for one in found]


def test_silence_resolves_and_coming_back_does_not() -> None:
    assert told(0) == [(1, True, None)]
    assert told(0, 10) == [(1, False, 2)]
    assert told(0, 100) == [(1, True, None), (2, True, None)]
    assert told() == []


def test_the_edges_belong_to_the_time() -> None:
    assert told(0, 72) == [(1, False, 2)]
    assert told(0, 72.001) == [(1, True, None), (2, True, None)]


def test_nothing_is_told_before_the_time_has_passed() -> None:
    assert told(0, now=72) == [(1, None, None)]
    assert told(0, now=72.001) == [(1, True, None)]
    # Who came back is known at once.
    assert told(0, 5, now=6) == [(1, False, 2)]


def test_a_chain_of_calls_has_one_first() -> None:
    assert told(0, 50, 100, 150, 300) == [(1, False, 2), (5, True, None)]


def test_the_two_times_may_differ() -> None:
    assert told(0, 30, quiet=24, within=48) == [(1, False, 2), (2, True, None)]
    assert told(0, 30, quiet=48, within=24) == [(1, True, None)]


@pytest.mark.django_db
def test_the_figures_are_those_of_the_viewer(org: cast.Organisation, now: datetime) -> None:
    cast.people()
    lin = cast.viewer("lin")
    for number, hours, code in (("1", 0, "solved"), ("1", 5, "explained"), ("2", 0, "ticket")):
        at = now + HOUR * hours
        contact = interactions.open_contact(
            channel="phone",
            viewer=lin,
            now=at,
            address=f"1990000000{number}",
            home_unit_id=org["gz"].id,
        )
        interactions.wrap_up(contact.interaction_id, code=code, topic_id=None, viewer=lin, now=at)
    later = now + 5 * DAY
    found = resolution(cast.viewer("zhao"), now - DAY, now + DAY, now=later)
    assert (found.first, found.known, found.silent) == (2, 2, 1)
    assert (found.by_silence, found.by_agent, found.by_customer) == (50.0, 50.0, None)
    assert {(row.silent, row.agent, bool(row.back)) for row in found.rows} == {
        (True, False, False),
        (False, True, True),
    }
    back = resolution(cast.viewer("zhao"), now - DAY, now + DAY, show="back", now=later)
    assert [row.silent for row in back.rows] == [False]
    with pytest.raises(Refused):
        resolution(lin, now - DAY, now + DAY, now=later)
