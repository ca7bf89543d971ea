"""The page of warnings, and means on the page of limits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sunline.kernel import clock
from sunline.kernel.ids import new_id
from sunline.kernel.types import Subject
from sunline.sla import services
from sunline.sla.models import Notice
from sunline.testing import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def warned(org):
    cast.people()
    now = clock.now()
    services.load_shipped(now)
    planned = services.plan_clocks(
        {"kind": "fault", "urgency": "normal", "topic": "mobile"},
        purposes=["resolve"], unit_path="/hq/gd/", rural=False, now=now,
    )  # fmt: skip
    (made, *_) = services.start(planned, subject=Subject("ticket", new_id()))
    services.notify(
        made.id,
        100,
        handler_id=cast.person("zheng").id,
        unit_id=org["gz-net"].id,
        home_unit_id=org["gz"].id,
        label="T202611200001",
        tell_at=now - timedelta(minutes=5),
        now=now,
    )
    return made


def test_a_handler_sees_and_acknowledges(warned, browser):
    client = browser("zheng")
    page = client.get("/warnings").content.decode()
    assert 'href="/tickets/T202611200001"' in page
    notice = Notice.objects.get(account_id=cast.person("zheng").id)
    path = f"/warnings/{notice.id}/seen"
    assert f'action="{path}"' in page
    answer = client.post(path, headers={"HX-Request": "true"})
    assert "T202611200001" not in answer.content.decode()
    assert client.post(path).status_code == 302
    leader = browser("zhao")
    assert (
        "T202611200001" in leader.get("/warnings", headers={"HX-Request": "true"}).content.decode()
    )


def test_what_is_not_theirs_is_not_there(warned, browser):
    notice = Notice.objects.get(account_id=cast.person("zheng").id)
    client = browser("chu")
    assert "T202611200001" not in client.get("/warnings").content.decode()
    assert client.post(f"/warnings/{notice.id}/seen").status_code == 404
    assert client.get("/warnings?cursor=nonsense").status_code == 400


def test_means_are_worked_out_when_asked_for(warned, browser):
    services.stop(warned.subject_id, now=clock.now())
    client = browser("wang")
    assert "?means=1" in client.get("/manage/limits").content.decode()
    page = client.get("/manage/limits?means=1").content.decode()
    assert '<td class="text-end">1</td>' in page
    assert "bg-green-lt" in page
