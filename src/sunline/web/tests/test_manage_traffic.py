"""The switch of the demo's simulated people."""

from __future__ import annotations

import pytest

from sunline.kernel import switches
from sunline.kernel.models import Event
from sunline.testing import cast

pytestmark = pytest.mark.django_db
HERE = "/manage/traffic"


def is_on() -> bool:
    return switches.is_on(switches.DEMO_TRAFFIC, default=True)


def test_an_administrator_turns_it_and_the_log_says_who(browser, org, settings):
    settings.DEMO = True
    client = browser("wang")
    assert "停止模拟" in client.get("/manage").content.decode()
    assert client.post(HERE, {}).status_code == 302
    assert not is_on()
    assert "开始模拟" in client.get("/manage").content.decode()
    assert client.post(HERE, {"on": "1"}).status_code == 302
    assert is_on()
    told = Event.objects.filter(kind="switch.turned@1").order_by("sequence")
    assert [(row.sequence, row.actor_label, row.payload["on"]) for row in told] == [
        (1, "10001", False),
        (2, "10001", True),
    ]


def test_outside_the_demo_there_is_nothing_to_turn(browser, org, settings):
    settings.DEMO = False
    client = browser("wang")
    assert HERE not in client.get("/manage").content.decode()
    assert client.post(HERE, {"on": "1"}).status_code == 404
    assert is_on()
    assert not Event.objects.filter(kind="switch.turned@1").exists()


def test_who_may_not_operate_sees_its_state_only(browser, org, settings, auditor):
    settings.DEMO = True
    client = browser(auditor)
    page = client.get("/manage").content.decode()
    assert 'id="traffic"' in page
    assert HERE not in page
    assert client.post(HERE, {}).status_code == 403
    assert is_on()


@pytest.fixture
def auditor() -> str:
    return next(sketch.key for sketch in cast.PEOPLE if sketch.role == "auditor")
