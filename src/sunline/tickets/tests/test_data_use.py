"""Explanation sheets of data use (流量争议), through the services."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from sunline.adapters.bss.simulator.adapter import SimulatorBss
from sunline.customers import queries as customers
from sunline.customers import services as registry
from sunline.customers.models import Reveal, Subscriber
from sunline.customers.types import NewAccount, NewContact, NewCustomer, NewSubscriber
from sunline.interactions.models import Outgoing
from sunline.kernel import clock, log
from sunline.kernel.errors import Invalid, NotFound, Refused
from sunline.kernel.models import Event
from sunline.staff.types import Viewer
from sunline.testing import cast
from sunline.testing.demo.data_use import load_table

from .. import errors, queries, services
from ..models import DataSheet
from ..queries import data_words
from ..types import TicketRef
from .casework import kinds, registration

See = Callable[[str], Viewer]
NUMBER, MAIL = "19900000001", "chen@customer.example"
SMS = "sunline.adapters.channels.sms.simulator.SimulatedSms"
PROOFS = ["service_password", "sms_code"]


class Silent(SimulatorBss):
    """A billing system that gives no answer."""

    def __init__(self) -> None:
        super().__init__(clock.now, down=True)


@pytest.fixture
def ticket(org: cast.Organisation, viewer: See, now: datetime, settings: Any) -> TicketRef:
    return disputed(org, viewer, now, settings)


def disputed(
    org: cast.Organisation, viewer: See, now: datetime, settings: Any, *, verified_mail: bool = True
) -> TicketRef:
    settings.SUNLINE_BSS = "sunline.adapters.bss.simulator.adapter.SimulatorBss"
    settings.CHANNELS = {**settings.CHANNELS, "sms": SMS}
    cast.people()
    services.load_proofs(now - timedelta(days=1))
    load_table(now)
    mail = NewContact("email", MAIL, verified_at=now if verified_mail else None)
    new = NewCustomer(
        name="陈晓梅",
        home_unit_id=org["gz"].id,
        accounts=(NewAccount(subscribers=(NewSubscriber(NUMBER),)),),
        contacts=(mail,),
    )
    found = registry.register_many([new], now=now)[0]
    fields = registration(
        org, customer_id=found.id, subscriber_id=Subscriber.objects.get().id, title="流量争议"
    )
    return services.register(viewer("lin"), fields, now=now)


@pytest.fixture
def known(ticket: TicketRef, viewer: See, now: datetime) -> TicketRef:
    """Return the ticket of a customer verified for details."""
    return services.verify(viewer("lin"), ticket.id, klass="call_detail", passed=PROOFS, now=now)


def explain(viewer: See, ref: TicketRef, now: datetime, period: str = "last_month") -> DataSheet:
    services.explain_data_use(viewer("lin"), ref.id, period=period, now=now)
    return DataSheet.objects.filter(ticket_id=ref.id).latest("id")


def test_no_detail_before_the_identity_check(ticket: TicketRef, viewer: See, now: datetime) -> None:
    agent = viewer("lin")
    services.verify(agent, ticket.id, klass="query", passed=["sms_code"], now=now)
    with pytest.raises(errors.NotVerified) as refused:
        explain(viewer, ticket, now)
    assert refused.value.code == "ticket.not_verified"
    with pytest.raises(errors.NotVerified):
        services.send_data_sheet(agent, ticket.id, channel="sms", now=now)
    assert not DataSheet.objects.exists()
    assert not Reveal.objects.exists()
    assert not Outgoing.objects.exists()


def test_a_sheet_is_kept_with_the_ticket(known: TicketRef, viewer: See, now: datetime) -> None:
    row = explain(viewer, known, now)
    assert kinds(known)[-1] == "data_use_explained"
    sheet = queries.data_sheet(viewer("lin"), queries.ticket_for(viewer("lin"), known.id), row.id)
    assert sheet.table == 2
    found = sheet.explained
    assert found.total == row.total > 0
    assert len(found.days) == (row.until - row.since).days
    names = [use.service for use in found.services]
    assert "" in names
    assert any(name.endswith("（模拟）") for name in names)
    assert 0 < found.unresolved < found.total / 4
    months = customers.data_use_of(row.subscriber_id)
    assert months is not None
    assert found.counted // (1 << 20) == int(months.months[1].used)


def test_nothing_personal_is_in_the_log_or_readable_in_the_table(
    known: TicketRef, viewer: See, now: datetime
) -> None:
    row = explain(viewer, known, now)
    payload = log.history(known.id)[-1].payload
    assert set(payload) >= {"sheet", "period", "table", "causes"}
    assert "模拟" not in str(payload)
    stored = DataSheet.objects.filter(id=row.id).extra(select={"raw": "figures"})
    assert "模拟" not in str(stored.values_list("raw", flat=True)[0])


def test_who_saw_details_is_written_down_once(known: TicketRef, viewer: See, now: datetime) -> None:
    row = explain(viewer, known, now)
    seen = list(Reveal.objects.values_list("actor_label", "field", "through"))
    assert seen == [("20001", f"data_use:{row.id}", known.id)]
    for name in ("lin", "lin", "zhao"):
        services.open_data_sheet(viewer(name), known.id, row.id, now=now)
    assert Reveal.objects.count() == 2
    shown = Event.objects.filter(kind="customer.value_revealed@1")
    assert {event.payload["field"] for event in shown} == {"data_use"}


def test_sums_are_read_out_and_services_are_not(
    known: TicketRef, viewer: See, now: datetime
) -> None:
    row = explain(viewer, known, now)
    sheet = queries.data_sheet(viewer("lin"), queries.ticket_for(viewer("lin"), known.id), row.id)
    said = "".join(data_words.spoken(sheet))
    assert f"{sheet.since:%Y-%m-%d}" in said
    assert "GB" in said
    for use in sheet.explained.services:
        assert not use.service or use.service not in said
    assert "198.18" not in data_words.letter(sheet)
    assert sheet.explained.services[0].service in data_words.letter(sheet)


def test_it_goes_to_the_number_itself(known: TicketRef, viewer: See, now: datetime) -> None:
    row = explain(viewer, known, now)
    services.send_data_sheet(viewer("lin"), known.id, channel="sms", now=now)
    sent = Outgoing.objects.get()
    assert (sent.channel, sent.to) == ("sms", NUMBER)
    assert "模拟" not in sent.message.body
    row.refresh_from_db()
    assert (row.channel, row.sent_by_label, row.message_id) == ("sms", "20001", sent.message_id)
    assert kinds(known)[-1] == "data_sheet_sent"
    assert NUMBER not in str(log.history(known.id)[-1].payload)


def test_all_of_it_goes_to_verified_mail(known: TicketRef, viewer: See, now: datetime) -> None:
    explain(viewer, known, now)
    services.send_data_sheet(viewer("lin"), known.id, channel="email", now=now)
    sent = Outgoing.objects.get()
    assert (sent.channel, sent.to) == ("email", MAIL)
    assert "（模拟）" in sent.message.body
    assert "20001" in sent.message.body
    assert known.number in sent.message.subject


def test_it_goes_nowhere_else(
    org: cast.Organisation, viewer: See, now: datetime, settings: Any
) -> None:
    ref = disputed(org, viewer, now, settings, verified_mail=False)
    agent = viewer("lin")
    services.verify(agent, ref.id, klass="call_detail", passed=PROOFS, now=now)
    with pytest.raises(errors.NoDataSheet):
        services.send_data_sheet(agent, ref.id, channel="sms", now=now)
    explain(viewer, ref, now)
    with pytest.raises(errors.NotBound) as refused:
        services.send_data_sheet(agent, ref.id, channel="email", now=now)
    assert refused.value.code == "ticket.not_bound"
    for channel in ("wechat", "", "fax"):
        with pytest.raises(Invalid):
            services.send_data_sheet(agent, ref.id, channel=channel, now=now)
    later = now + timedelta(hours=2)
    with pytest.raises(errors.NotVerified):
        services.send_data_sheet(agent, ref.id, channel="sms", now=later)
    assert not Outgoing.objects.exists()
    assert DataSheet.objects.get().sent_at is None


def test_nothing_is_kept_where_nobody_tells(
    known: TicketRef, viewer: See, now: datetime, settings: Any
) -> None:
    with pytest.raises(Invalid):
        explain(viewer, known, now, period="last year")
    settings.SUNLINE_BSS = f"{__name__}.Silent"
    with pytest.raises(errors.NoDataTold):
        explain(viewer, known, now)
    settings.SUNLINE_BSS = ""
    with pytest.raises(errors.NoDataTold):
        explain(viewer, known, now)
    assert not DataSheet.objects.exists()


def test_only_those_who_may(known: TicketRef, viewer: See, now: datetime) -> None:
    row = explain(viewer, known, now)
    with pytest.raises(Refused):
        services.explain_data_use(viewer("zhou"), known.id, period="week", now=now)
    with pytest.raises((Refused, NotFound)):
        services.open_data_sheet(viewer("zhou"), known.id, row.id, now=now)
    other = viewer("sun")
    with pytest.raises((Refused, NotFound)):
        services.open_data_sheet(other, known.id, row.id, now=now)
    verbs = queries.allowed_verbs(viewer("lin"), queries.ticket_for(viewer("lin"), known.id))
    assert {"explain_data_use", "send_data_sheet"} <= set(verbs)
