"""Knowledge: looked up at the desk, written in manage."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from sunline.kernel import clock
from sunline.knowledge import queries, services
from sunline.knowledge.types import NewArticle
from sunline.staff.types import system_viewer
from sunline.testing import cast

pytestmark = pytest.mark.django_db
HERE = "/manage/knowledge"
SYSTEM = system_viewer()


def published(title: str = "测速口径", body: str = "先重启光猫。", **more):
    return services.publish_article(SYSTEM, NewArticle(title, body, **more), now=clock.now())


def rows(article_id):
    return queries.versions(SYSTEM, article_id, now=clock.now())


def typed(**more: str) -> dict[str, str]:
    return {"title": "资费口径", "body": "按套餐\n\n计费", "language": "zh-hans"} | more


def test_an_agent_finds_and_reads_what_holds(browser, org):
    article = published()
    services.save_article(SYSTEM, NewArticle("没有发布", "x"), now=clock.now())
    client = browser("lin")
    assert 'href="/knowledge"' in client.get("/tickets").content.decode()
    for query, found in (("", True), ("?q=光猫", True), ("?q=cskj", True), ("?q=资费", False)):
        text = client.get(f"/knowledge{query}").content.decode()
        assert ("测速口径" in text) == found, query
        assert "没有发布" not in text
        assert HERE not in text
    page = client.get(f"/knowledge/{article}").content.decode()
    assert "先重启光猫。" in page
    assert HERE not in page
    services.withdraw_article(SYSTEM, article, now=clock.now())
    assert client.get(f"/knowledge/{article}").status_code == 404
    assert "测速口径" not in client.get("/knowledge").content.decode()


def test_what_was_written_is_never_markup(browser, org):
    article = published("<b>标题</b>", "<script>alert(1)</script>\n<img src=x onerror=y>")
    client = browser("wang")
    for path in ("/knowledge", f"/knowledge/{article}", HERE, f"{HERE}/{article}?version=1"):
        text = client.get(path).content.decode().partition('id="main"')[2]
        assert "<b>标题" not in text, path
        assert "<script>alert" not in text, path
        assert "<img src=x" not in text, path
        assert "&lt;b&gt;标题" in text, path


def test_the_list_is_paged(browser, org):
    for number in range(26):
        published(f"第{number:02}篇")
    client = browser("lin")
    first = client.get("/knowledge")
    second = client.get(f"/knowledge?cursor={first.context['page'].next}")
    titles = [row.title for page in (first, second) for row in page.context["page"].items]
    assert sorted(titles) == [f"第{number:02}篇" for number in range(26)]
    assert client.get("/knowledge?cursor=x").status_code == 400
    assert client.get("/knowledge?topic=x").status_code == 400


def test_knowledge_of_another_province_is_not_shown(browser, org: cast.Organisation):
    article = published("江苏口径", unit_id=org["js"].id)
    assert "江苏口径" in browser("lv_nj").get("/knowledge").content.decode()
    assert "江苏口径" not in browser("lin").get("/knowledge").content.decode()
    assert browser("lin").get(f"/knowledge/{article}").status_code == 404


def test_an_editor_writes_publishes_changes_and_withdraws(browser, org):
    client = browser("qin")
    made = client.post(f"{HERE}/new", typed())
    assert made.status_code == 302
    path = str(made["Location"])
    article = path.rsplit("/", 1)[1]
    page = client.get(path).content.decode()
    assert "按套餐\n\n计费" in page
    assert "发布已保存的草稿" in page
    assert client.post(f"{path}/publish", {"revision": "1"}).status_code == 302
    assert "<p>按套餐</p>" in client.get(f"/knowledge/{article}").content.decode()
    assert client.post(f"{path}/publish").status_code == 409

    day = (clock.now() + timedelta(days=3)).date().isoformat()
    saved = client.post(f"{path}/save", typed(body="新的", since=day, until=day, revision="2"))
    assert saved.status_code == 302
    draft = rows(article)[0]
    assert (draft.row.number, draft.state, draft.saved_by) == (2, "draft", "10004")
    assert draft.row.until - draft.row.since == timedelta(days=1)
    assert f'value="{day}"' in client.get(path).content.decode()
    assert client.post(f"{path}/publish").status_code == 302
    assert [row.state for row in rows(article)] == ["scheduled", "in_force"]
    assert "新的" in client.get(f"{path}?version=2").content.decode()
    assert client.get(f"{path}?version=9").status_code == 404
    assert client.post(f"{path}/withdraw").status_code == 302
    assert client.post(f"{path}/withdraw").status_code == 404
    assert [row.state for row in rows(article)] == ["ended", "ended"]


def test_what_cannot_be_used_is_told_at_its_field_and_stays(browser, org):
    client = browser("qin")
    article = services.save_article(SYSTEM, NewArticle("旧", "旧"), now=clock.now())
    cases = [
        ({"title": ""}, "title"),
        ({"title": "x" * 129}, "title"),
        ({"body": " "}, "body"),
        ({"topic_id": "x"}, "topic_id"),
        ({"topic_id": str(uuid4())}, "topic_id"),
        ({"unit_id": str(uuid4())}, "unit_id"),
        ({"since": "2026-13-01"}, "since"),
        ({"since": "2026-12-02", "until": "2026-12-01"}, "until"),
        ({"language": "fr"}, "language"),
    ]
    for path in (f"{HERE}/new", f"{HERE}/{article}/save"):
        for more, field in cases:
            page = client.post(path, typed(**{"body": "打好的字", **more}))
            assert page.status_code == 422, more
            assert {problem.field for problem in page.context["problems"]} == {field}
            assert "打好的字" in page.content.decode() or field == "body"
    assert [row.body for row in rows(article)] == ["旧"]


def test_a_draft_that_somebody_else_changed_keeps_what_was_typed(browser, org):
    article = services.save_article(SYSTEM, NewArticle("甲", "原文"), now=clock.now())
    other = NewArticle("甲", "同事写的")
    services.save_article(SYSTEM, other, article_id=article, now=clock.now())
    client = browser("qin")
    path = f"{HERE}/{article}"
    page = client.post(f"{path}/save", typed(body="我写的", revision="1"))
    text = page.content.decode()
    assert page.status_code == 409
    assert "我写的" in text
    assert "同事写的" in text
    assert 'name="revision" value="2"' in text
    assert client.post(f"{path}/publish", {"revision": "1"}).status_code == 409
    assert client.post(f"{path}/save", typed(body="我写的", revision="2")).status_code == 302
    assert rows(article)[0].body == "我写的"


def test_only_editors_of_the_unit_see_an_article_in_manage(browser, org):
    article = published()
    assert browser("lin").get(f"{HERE}/{article}").status_code == 403
    for verb in ("save", "publish", "withdraw"):
        assert browser("lin").post(f"{HERE}/{article}/{verb}").status_code == 403
        assert browser("qin").post(f"{HERE}/{uuid4()}/{verb}", typed()).status_code == 404
