"""The check of a reply before the answer."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sunline.kernel.errors import Conflict, Invalid, Refused
from sunline.testing import cast

from .. import errors, queries, services
from ..models import CheckItem, CheckResult, Ticket
from .answered import See, checked

HOUR = timedelta(hours=1)


def test_a_reply_passes_only_when_every_question_is_passed(
    org: cast.Organisation, viewer: See, now: datetime
) -> None:
    assert services.load_checks(now) == 7
    assert services.load_checks(now) == 0
    ticket = checked(org, viewer, now)
    with pytest.raises(errors.ChecksOpen):
        services.approve(viewer("sun"), ticket.id, checked=("answers",), now=now)
    every = ("answers", "facts", "compensation", "wording", "channel", "nonsense")
    with pytest.raises(Invalid):
        services.approve(viewer("sun"), ticket.id, checked=every, now=now)
    assert Ticket.objects.get(id=ticket.id).state == "awaiting_check"
    passed = [row.code for row in queries.questions("complaint", None, now)]
    assert passed == ["answers", "facts", "compensation", "wording", "channel"]
    services.approve(viewer("sun"), ticket.id, checked=passed, now=now)
    rows = CheckResult.objects.filter(ticket_id=ticket.id)
    assert {(row.by_label, row.passed) for row in rows} == {("20004", True)}
    assert rows.count() == 5


def test_what_did_not_pass_goes_back_with_the_reasons(
    org: cast.Organisation, viewer: See, now: datetime
) -> None:
    services.load_checks(now)
    ticket = checked(org, viewer, now)
    with pytest.raises(Invalid):
        services.send_back(viewer("sun"), ticket.id, reason="no_proof", failed=("tested",), now=now)
    back = services.send_back(
        viewer("sun"), ticket.id, reason="no_proof", failed=("facts", "compensation"), now=now
    )
    assert back.state == "in_handling"
    found = queries.situation(ticket.id).checks
    assert [(row.item.code, row.passed) for row in found] == [
        ("facts", False),
        ("compensation", False),
    ]


def test_questions_are_dated_rows_that_replace_each_other(
    org: cast.Organisation, viewer: See, now: datetime
) -> None:
    cast.people()
    chief = viewer("qian")
    with pytest.raises(Refused):
        services.set_check(viewer("lin"), code="x", text="是否测速", now=now)
    wrong = (("", "x", ""), ("x" * 33, "x", ""), ("x", "x" * 161, ""), ("x", "x", "?"))
    for code, text, kind in wrong:
        with pytest.raises(Invalid):
            services.set_check(chief, code=code, text=text, kind=kind, now=now)
    services.set_check(chief, code="speed", text="是否测速", kind="fault", now=now)
    services.set_check(chief, code="speed", text="是否上门测速", kind="fault", now=now + HOUR)
    assert [row.text for row in queries.questions("fault", None, now + HOUR)] == ["是否上门测速"]
    assert queries.questions("complaint", None, now + HOUR) == []
    row = CheckItem.objects.get(until=None)
    services.end_check(chief, row.id, now=now + 2 * HOUR)
    assert queries.questions("fault", None, now + 2 * HOUR) == []
    with pytest.raises(Conflict):
        services.end_check(chief, row.id, now=now + 2 * HOUR)
