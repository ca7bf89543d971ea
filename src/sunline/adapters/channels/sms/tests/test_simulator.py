"""The stand-in for an SMS gateway: through the real sending, with nothing sent."""

from __future__ import annotations

import pytest
from django.conf import LazySettings

from sunline.adapters.channels.sms.simulator import SimulatedSms
from sunline.interactions import queries, services, tasks
from sunline.interactions.models import Outgoing
from sunline.interactions.ports import CannotRead
from sunline.staff.types import system_viewer
from sunline.testing import cast

pytestmark = pytest.mark.django_db
NAME = "sunline.adapters.channels.sms.simulator.SimulatedSms"


def text(to: str, now, key: str) -> None:
    viewer = system_viewer()
    contact = services.open_contact(
        channel="sms",
        viewer=viewer,
        now=now,
        address=to,
        home_unit_id=cast.organisation()["gz"].id,
        direction="outbound",
        body="您的障碍已修复。",
    )
    services.send(
        contact.interaction_id, body="您的障碍已修复。", to=to, viewer=viewer, now=now, key=key
    )


def test_messages_are_taken_once_and_said_to_be_simulated(
    org: cast.Organisation, now, settings: LazySettings
) -> None:
    settings.CHANNELS = {**settings.CHANNELS, "sms": NAME}
    assert queries.ways_out() == [queries.WayOut("email", False), queries.WayOut("sms", True)]
    text("19900001234", now, "one")
    text("020-12345678", now, "two")
    assert tasks.send_due(now) == 2
    rows = {row.key: (row.state, row.last_error) for row in Outgoing.objects.all()}
    assert rows["one"] == ("sent", "simulated")
    assert rows["two"] == ("failed", "not a mobile number")
    assert tasks.send_due(now) == 0


def test_nothing_comes_in(now) -> None:
    with pytest.raises(CannotRead):
        SimulatedSms().parse(b"hello", received_at=now)
