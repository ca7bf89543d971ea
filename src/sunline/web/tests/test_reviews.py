"""Reviews on the screens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from sunline.kernel import clock
from sunline.quality import services
from sunline.quality.models import Measure, Review
from sunline.testing import cast
from sunline.tickets.types import TicketRef

Browser = Callable[[str], Client]


@pytest.fixture
def owed(ticket: TicketRef) -> TicketRef:
    cast.people()
    services.owe(ticket.id, "reopened", now=clock.now())
    return ticket


def test_a_review_is_written_on_its_page_and_checked_by_another(
    browser: Browser, owed: TicketRef
) -> None:
    leader, here = browser("zhao"), f"/reviews/{owed.number}"
    assert "待复盘" in leader.get("/reviews?state=owed").content.decode()
    assert here in leader.get(f"/tickets/{owed.number}").content.decode()
    assert leader.post(f"{here}/start").status_code == 302
    page = leader.get(here).content.decode()
    for part in ("5 个为什么", "鱼骨图", "人", "测（检查与指标）", "添加措施"):
        assert part in page
    values = {
        "why": ["没人跟进", "交接漏项", "", "没有清单"],
        "bone_method": "交接无清单\n无复核",
        "cause": "service.speed.late",
        "conclusion": "交接要有清单",
        "step": "hand_in",
    }
    refused = leader.post(f"{here}/write", values)
    assert refused.status_code == 400
    assert "至少要有一条改进措施" in refused.content.decode()
    assert "交接无清单" in leader.get(here).content.decode()  # kept, though not handed in
    bad = leader.post(f"{here}/measures", {"kind": "standard", "text": "清单", "owner": "nobody"})
    assert bad.status_code == 400
    measure = {"kind": "standard", "text": "制定清单", "owner": "20001", "due_on": "2099-01-01"}
    assert leader.post(f"{here}/measures", measure).status_code == 302
    assert leader.post(f"{here}/write", values).status_code == 302
    assert 'value="approve"' not in leader.get(here).content.decode()
    inspector = browser("zhou")
    stale = inspector.post(f"{here}/check", {"step": "approve", "version": 1})
    assert stale.status_code == 409
    assert inspector.post(f"{here}/check", {"step": "approve", "note": "可"}).status_code == 302
    assert Review.objects.get().state == "done"
    done = leader.post(f"/reviews/measures/{Measure.objects.get().id}/done", {"note": "已下发"})
    assert done.status_code == 302
    page = leader.get(here).content.decode()
    assert "已完成" in page
    assert "20001" in page
    assert "林晓" not in page


def test_a_review_is_assigned_and_a_measure_taken_back(browser: Browser, owed: TicketRef) -> None:
    chief, here = browser("qian"), f"/reviews/{owed.number}"
    assert chief.post(f"{here}/assign", {"staff_no": "20002"}).status_code == 302
    assert Review.objects.get().owner_label == "20002"
    assert chief.post(f"{here}/assign", {"staff_no": "zzz"}).status_code == 400
    assert chief.post(f"{here}/start").status_code == 302
    measure = {"kind": "training", "text": "培训", "owner": "20001", "due_on": "2099-01-01"}
    chief.post(f"{here}/measures", measure)
    row = Measure.objects.get()
    assert chief.post(f"{here}/measures/{row.id}/drop").status_code == 302
    assert not Measure.objects.exists()
    assert chief.get("/reviews?state=nonsense").status_code == 400
    assert browser("shi_js").get(here).status_code == 404
