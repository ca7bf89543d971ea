"""What limits and dispatch rules ask of a ticket, in words."""

from __future__ import annotations

import pytest
from django.utils import translation

from sunline.kernel import clock
from sunline.knowledge import services as knowledge
from sunline.routing import services as routing
from sunline.routing.types import QueueDraft, RuleDraft
from sunline.sla import services as sla
from sunline.staff.types import system_viewer
from sunline.testing import cast
from sunline.web import traits

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "wanted", "chinese", "english"),
    [
        ("kind", ["complaint"], "工单类型：投诉", "Kind of ticket: Complaint"),
        ("tier", {"gold", "diamond"}, "客户等级：金卡、钻卡", "Tier: Gold card, Diamond card"),
        ("rural", ["yes"], "农村地区：是", "Countryside: yes"),
        ("severity", ["Low", "Odd"], "严重程度：低 (Low)、Odd", "Severity: Low (Low), Odd"),
        ("topic", ["broadband", "x.y"], "业务分类：宽带业务、x.y", "Topic: Broadband, x.y"),
        ("home", ["/hq/gd/", "/x/"], "归属单位：广东省公司、/x/", "Home unit: Guangdong, /x/"),
        ("later", ["b", "a"], "later：a、b", "later: a, b"),
    ],
)
def test_each_trait_is_said_in_both_languages(org, name, wanted, chinese, english):
    knowledge.load_topics(now=clock.now())
    with translation.override("en"):
        assert traits.said(name, wanted) == english
    with translation.override("zh-hans"):
        assert traits.said(name, wanted) == chinese


def test_the_tables_show_words_instead_of_codes(browser, org: cast.Organisation):
    now, system = clock.now(), system_viewer()
    draft = QueueDraft(code="q", name="广州", unit_id=org["gz-net"].id)
    queue = routing.create_queue(system, draft, now=now)
    rule = RuleDraft(
        name="r", rank=1, queue_id=queue, conditions={"tier": ("gold",), "home": ("/hq/gd/",)}
    )
    routing.create_rule(system, rule, now=now)
    sla.load_shipped(now=now)
    client = browser("wang")
    text = client.get("/manage/queues").content.decode()
    assert "<div>客户等级：金卡</div>" in text
    assert "<div>归属单位：广东省公司</div>" in text
    limits = client.get("/manage/limits").content.decode()
    assert "<div>工单类型：投诉</div>" in limits
    assert "kind: complaint" not in limits
