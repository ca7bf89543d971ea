"""Verification by action: what is enough for what, for how long, and when no more is taken."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from sunline.customers import services as customers
from sunline.customers.types import NewCustomer
from sunline.kernel import log
from sunline.kernel.errors import Conflict, Invalid, Refused
from sunline.testing import cast

from .. import errors, queries, services
from ..models import IdentityCheck, ProofWay
from ..queries.proofs import lock_of
from ..rules import proofs as rules
from ..types import ProofClass, Registration, TicketRef
from .casework import See, registration

MINUTE = timedelta(minutes=1)
AT = datetime.fromisoformat("2026-11-02T01:00:00+00:00")


@pytest.fixture
def ticket(org: cast.Organisation, viewer: See, now: datetime) -> TicketRef:
    cast.people()
    services.load_proofs(now - timedelta(days=1))
    return services.register(viewer("lin"), registration(org), now=now)


def test_a_way_ends_with_its_oldest_proof_and_the_longest_way_counts() -> None:
    shown = {"a": AT, "b": AT + 10 * MINUTE}
    ends = rules.verified_until
    assert ends([["a", "b"]], shown, 30 * MINUTE) == AT + 30 * MINUTE
    assert ends([["a"], ["b"]], shown, 30 * MINUTE) == AT + 40 * MINUTE
    assert ends([["a", "c"], []], shown, 30 * MINUTE) is None


@pytest.mark.parametrize(
    ("minutes_ago", "locked"),
    [((5, 3), None), ((9, 5, 3), 57), ((61, 5, 3), None), ((60, 5, 3), None), ((59, 5, 3), 57)],
)
def test_so_many_failures_within_the_lock_close_the_door(
    minutes_ago: tuple[int, ...], locked: int | None
) -> None:
    failures = [AT - one * MINUTE for one in minutes_ago]
    found = rules.locked_until(failures, 3, 60 * MINUTE, AT)
    assert found == (AT + locked * MINUTE if locked else None)


def test_each_class_asks_for_its_own_proofs(ticket: TicketRef, viewer: See, now: datetime) -> None:
    lin = viewer("lin")
    services.verify(lin, ticket.id, klass="query", passed=["service_password"], now=now)
    assert queries.verified(ticket.id, "query", now)
    assert not queries.verified(ticket.id, "transaction", now)
    with pytest.raises(errors.NotVerified):
        services.check_verified(ticket.id, ProofClass.TRANSACTION, now)
    # What was passed before counts on, and what rests on it ends with it.
    later = now + 20 * MINUTE
    services.verify(lin, ticket.id, klass="transaction", passed=["sms_code"], now=later)
    services.check_verified(ticket.id, ProofClass.TRANSACTION, later)
    assert queries.verified(ticket.id, "transaction", now + 29 * MINUTE)
    assert not queries.verified(ticket.id, "transaction", now + 30 * MINUTE)
    assert not queries.verified(ticket.id, "closing", later)


def test_what_was_shown_is_logged_by_its_code_and_never_by_its_value(
    ticket: TicketRef, viewer: See, now: datetime
) -> None:
    fields: dict[str, Any] = {"klass": "call_detail", "failed": ["id_whole"], "now": now}
    services.verify(viewer("lin"), ticket.id, passed=["sms_code", "sms_code"], **fields)
    row = IdentityCheck.objects.get()
    assert (row.passed, row.failed, row.until) == (["sms_code"], ["id_whole"], None)
    assert row.by_label == "20001"
    payload = log.history(ticket.id)[-1].payload
    assert payload["klass"] == "call_detail"
    assert (payload["passed"], payload["failed"], payload["verified"]) == (
        ["sms_code"], ["id_whole"], False,
    )  # fmt: skip


def test_a_proof_that_fails_later_counts_no_more(
    ticket: TicketRef, viewer: See, now: datetime
) -> None:
    lin = viewer("lin")
    services.verify(lin, ticket.id, klass="query", failed=["id_last4"], now=now - 2 * MINUTE)
    services.verify(lin, ticket.id, klass="query", passed=["service_password"], now=now)
    services.verify(lin, ticket.id, klass="query", failed=["service_password"], now=now + MINUTE)
    services.verify(lin, ticket.id, klass="transaction", passed=["sms_code"], now=now + 70 * MINUTE)
    assert not queries.verified(ticket.id, "transaction", now + 70 * MINUTE)


def test_failures_lock_the_customer_over_all_their_tickets(
    org: cast.Organisation, viewer: See, now: datetime
) -> None:
    cast.people()
    services.load_proofs(now)
    lin, home = viewer("lin"), org["gz"].id
    who = customers.register_customer(
        viewer("han"), NewCustomer(name="陈晓", home_unit_id=home), now=now
    )
    refs = [
        services.register(lin, registration(org, customer_id=customer), now=now)
        for customer in (who.id, who.id, None)
    ]
    for place in (0, 1, 0):
        services.verify(lin, refs[place].id, klass="query", failed=["sms_code"], now=now)
    assert lock_of(refs[1].id, now) == now + 60 * MINUTE
    before = queries.ticket_for(lin, refs[1].id).version
    with pytest.raises(errors.ProofsLocked) as refused:
        services.verify(lin, refs[1].id, klass="query", passed=["sms_code"], now=now + 59 * MINUTE)
    assert "11-20 13:00" in refused.value.message
    assert queries.ticket_for(lin, refs[1].id).version == before
    services.verify(lin, refs[2].id, klass="query", passed=["sms_code"], now=now)
    services.verify(lin, refs[1].id, klass="query", passed=["sms_code"], now=now + 60 * MINUTE)
    assert queries.verified(refs[1].id, "query", now + 60 * MINUTE)


@pytest.mark.parametrize(
    "fields",
    [
        {"klass": "anything", "passed": ["sms_code"]},
        {"klass": "query", "passed": ["voice"]},
        {"klass": "query", "failed": ["123456"]},
        {"klass": "query"},
        {"klass": "query", "passed": ["sms_code"], "failed": ["sms_code"]},
    ],
)
def test_bad_input_leaves_nothing(
    ticket: TicketRef, viewer: See, now: datetime, fields: dict[str, Any]
) -> None:
    with pytest.raises(Invalid):
        services.verify(viewer("lin"), ticket.id, now=now, **fields)
    assert not IdentityCheck.objects.exists()


def test_who_may_not_verify_is_refused(ticket: TicketRef, viewer: See, now: datetime) -> None:
    with pytest.raises(Refused):
        services.verify(viewer("sun"), ticket.id, klass="query", passed=["sms_code"], now=now)


def test_the_table_is_dated_and_each_set_stands_once(
    ticket: TicketRef, viewer: See, now: datetime
) -> None:
    wang = viewer("wang")
    with pytest.raises(Refused):
        services.set_proofs(viewer("lin"), klass="query", proofs=["sms_code"], now=now)
    for klass, proofs in (("other", ["sms_code"]), ("query", []), ("query", ["retina"])):
        with pytest.raises(Invalid):
            services.set_proofs(wang, klass=klass, proofs=proofs, now=now)
    services.set_proofs(wang, klass="closing", proofs=["document", "id_whole"], now=now)
    with pytest.raises(Conflict):
        services.set_proofs(wang, klass="closing", proofs=["id_whole", "document"], now=now)
    alone = ProofWay.objects.get(klass="closing", proofs="document")
    services.end_proofs(wang, alone.id, now=now)
    with pytest.raises(Conflict):
        services.end_proofs(wang, alone.id, now=now)
    lin = viewer("lin")
    services.verify(lin, ticket.id, klass="closing", passed=["document"], now=now)
    assert not queries.verified(ticket.id, "closing", now)
    services.verify(lin, ticket.id, klass="closing", passed=["id_whole"], now=now)
    assert queries.verified(ticket.id, "closing", now)
    assert services.load_proofs(now) == 0


def test_a_registration_without_checks_is_not_verified(
    org: cast.Organisation, viewer: See, now: datetime
) -> None:
    fields = registration(org)
    assert isinstance(fields, Registration)
    made = services.register(viewer("lin"), fields, now=now)
    assert not queries.verified(made.id, "query", now)
