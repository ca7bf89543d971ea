"""Classifying at the desk, on the portal and in manage."""

from __future__ import annotations

import pytest

from sunline.kernel import clock
from sunline.kernel.models import Job
from sunline.kernel.worker import run_job
from sunline.knowledge import queries as knowledge
from sunline.knowledge import services as topics
from sunline.staff.types import system_viewer
from sunline.tickets import queries
from sunline.tickets.models import Ticket

pytestmark = pytest.mark.django_db
SAID = "家里宽带断网了，光猫亮红灯，快来修"


@pytest.fixture(autouse=True)
def _tree(org):
    topics.load_topics(now=clock.now())


def topic(code: str) -> str:
    return str(knowledge.topic_id(code))


def test_what_is_typed_is_answered_with_topics(browser):
    lin = browser("lin")
    text = lin.post("/tickets/new/suggestions", {"description": SAID}).content.decode()
    assert f'value="{topic("broadband.fault.down")}:fault"' in text
    assert text.count('name="take"') == 3
    assert 'name="take"' not in lin.post("/tickets/new/suggestions", {}).content.decode()
    long = lin.post("/tickets/new/suggestions", {"description": "x" * 10_001})
    assert long.status_code == 400


def test_a_suggestion_is_taken_with_its_kind_in_one_click(browser):
    lin, down = browser("lin"), topic("broadband.fault.down")
    text = lin.get("/tickets/new/topics", {"take": f"{down}:fault"}).content.decode()
    assert f'value="{down}" checked' in text
    assert 'hx-swap-oob="true"' in text
    assert '<option value="fault" selected' in text
    assert lin.get("/tickets/new/topics", {"take": "nonsense:x"}).status_code == 400


def test_a_suggestion_is_taken_without_scripts_as_well(browser):
    down = topic("broadband.fault.down")
    page = browser("lin").post("/tickets/new", {"description": SAID, "take": f"{down}:fault"})
    text = page.content.decode()
    assert page.status_code == 200
    assert SAID in text
    assert f'value="{down}" checked' in text
    assert 'name="details.address"' in text
    assert not Ticket.objects.exists()


def test_the_form_asks_for_what_the_topic_needs(browser):
    lin, down = browser("lin"), topic("broadband.fault.down")
    assert "装机地址" in lin.get("/tickets/new/fields", {"topic_id": down}).content.decode()
    assert "details." not in lin.get("/tickets/new/fields", {"topic_id": "x"}).content.decode()
    form = {"description": SAID, "kind": "fault", "topic_id": down, "scope": "several"}
    refused = lin.post("/tickets/new", {**form, "details.symptom": "红灯"})
    assert refused.status_code == 422
    assert 'value="红灯"' in refused.content.decode()
    told = {"details.symptom": "红灯", "details.address": "天河路1号"}
    assert lin.post("/tickets/new", {**form, **told}).status_code == 302
    ticket = Ticket.objects.get()
    assert ticket.details == {"symptom": "红灯", "address": "天河路1号"}
    page = lin.get(f"/tickets/{ticket.number}").content.decode()
    for words in ("天河路1号", "为什么是这个优先级", "多个客户"):
        assert words in page


def test_a_closed_topic_is_refused_with_the_one_after_it(browser, viewer):
    old, now = topic("fixed.order.close"), clock.now()
    topics.end_topic(
        viewer("wang"), "fixed.order.close", until=clock.now().date(), successor="fixed", now=now
    )
    page = browser("lin").post("/tickets/new", {"description": SAID, "topic_id": old})
    assert page.status_code == 422
    assert "已停用" in page.content.decode()


def test_a_ticket_is_reclassified_by_a_suggestion(browser, ticket):
    lin = browser("lin")
    text = lin.get(f"/tickets/{ticket.number}/suggestions").content.decode()
    assert text.count("<form") == 3
    down = topic("broadband.fault.down")
    form = {"version": 1, "topic_id": down, "kind": "fault", "details.address": "天河路1号"}
    assert lin.post(f"/tickets/{ticket.number}/reclassify", form).status_code == 302
    view = queries.ticket_for(system_viewer(), ticket.id)
    assert (str(view.topic_id), view.details) == (down, {"address": "天河路1号"})
    page = lin.get(f"/tickets/{ticket.number}").content.decode()
    assert "待补充" in page  # what is seen is still to be told


def test_feedback_is_marked_on_the_page(browser, ticket):
    lin = browser("lin")
    lin.post(f"/tickets/{ticket.number}/mark-truth", {"version": 1, "mark": "unverified"})
    assert "查无实据" in lin.get(f"/tickets/{ticket.number}").content.decode()
    assert ticket.number in lin.get("/tickets?view=all&truth=unverified").content.decode()
    assert ticket.number not in lin.get("/tickets?view=all&truth=verified").content.decode()
    assert lin.get("/tickets?view=all&feedback=gossip").status_code == 400


def test_a_customer_is_asked_for_the_same(client):
    down = topic("broadband.fault.down")
    assert "装机地址" in client.get("/portal/fields", {"topic_id": down}).content.decode()
    form = {"phone": "13800138000", "text": SAID, "kind": "fault", "topic_id": down}
    refused = client.post("/portal/request", form)
    assert refused.status_code == 422
    assert 'name="details.address"' in refused.content.decode()
    told = {"details.symptom": "红灯", "details.address": "天河路1号"}
    assert client.post("/portal/request", {**form, **told}).status_code == 302
    assert Ticket.objects.get().details["address"] == "天河路1号"


def test_topics_are_kept_in_versions(browser):
    wang = browser("wang")
    form = {
        "code": "mobile.card.esim",
        "name": "智能手表",
        "aliases": "eSIM, 手表",
        "reporting_type": "value_added",
        "fields": "imei, 手表串号, IMEI, text, required\nday，开通日期，，day，optional",
    }
    assert wang.post("/manage/topics/new", form).status_code == 302
    page = wang.get("/manage/topics/mobile.card.esim").content.decode()
    for words in ("智能手表", "eSIM与一号双终端", "手表串号", "10001"):
        assert words in page
    assert wang.get("/manage/topics/nothing").status_code == 404
    assert wang.post("/manage/topics/new", {**form, "fields": "x"}).status_code == 422
    assert wang.post("/manage/topics/new", {**form, "fields": "a, b, c, hue"}).status_code == 422
    assert len(knowledge.topic_versions("mobile.card.esim")) == 2


def test_a_topic_ends_with_another_after_it(browser):
    wang, today = browser("wang"), clock.now().date().isoformat()
    form = {"code": "fixed.order.close", "until": today, "successor": "fixed.order.close"}
    assert wang.post("/manage/topics/end", form).status_code == 422
    form["successor"] = "fixed.order.install"
    assert wang.post("/manage/topics/end", form).status_code == 302
    assert "接替分类" in wang.get("/manage/topics/fixed.order.close").content.decode()


def test_suggestions_are_trained_from_the_page(browser, ticket):
    wang = browser("wang")
    assert "随附语料" in wang.get("/manage/suggestions").content.decode()
    assert wang.post("/manage/suggestions/train").status_code == 302
    assert "hx-trigger" in wang.get("/manage/suggestions").content.decode()
    assert run_job(clock.now(), only=Job.objects.get().id) == 1
    shown = wang.get("/manage/suggestions", headers={"HX-Request": "true"}).content.decode()
    assert "使用中" in shown
    assert "every 2s" not in shown
