"""The figures as a person sees and downloads them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from sunline.insight import services as insight
from sunline.kernel.ids import local_day
from sunline.sla import services as sla
from sunline.testing import cast
from sunline.tickets import services as tickets
from sunline.tickets.types import Registration

from .conftest import signed_in


@pytest.fixture
def counted(org: cast.Organisation, now: datetime) -> Iterator[None]:
    sla.load_shipped(now)
    cast.people()
    for unit in ("gz", "gz", "nj"):
        item = Registration(
            kind="fault",
            title="",
            description="宽带断网",
            channel="phone",
            home_unit_id=org[unit].id,
        )
        tickets.register(cast.viewer("lin" if unit == "gz" else "lv_nj"), item, now=now)
    insight.rebuild(local_day(now), local_day(now), now=now)
    with time_machine.travel(now + timedelta(hours=1), tick=False):
        yield


def row_of(page: str, name: str) -> list[str]:
    line = next(line for line in page.splitlines() if line.startswith(f"{name},"))
    return line.split(",")


@pytest.mark.parametrize(("who", "sum_"), [("feng", "3"), ("zhao", "2")])
def test_a_viewer_sees_the_counts_of_their_units(counted: None, who: str, sum_: str) -> None:
    client = signed_in(Client(), who)
    page = client.get("/figures?days=30&format=csv").content.decode("utf-8-sig")
    assert row_of(page, "登记工单")[-1] == sum_
    assert "故障申告" in client.get("/figures?days=30").content.decode()


@pytest.mark.parametrize("days", ["", "0", "-1", "9" * 40, "x", "７", "²"])
def test_an_odd_period_shows_the_usual_one(counted: None, days: str) -> None:
    assert signed_in(Client(), "feng").get("/figures", {"days": days}).status_code == 200


def test_nobody_signed_in_sees_nothing(db: None) -> None:
    assert Client().get("/figures").status_code == 302
