"""Writing, publishing and reading articles in versions."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from sunline.kernel.errors import Invalid, NotFound, Refused
from sunline.kernel.models import Event
from sunline.knowledge import queries, services
from sunline.knowledge.errors import ChangedMeanwhile, NothingToPublish
from sunline.knowledge.models import Article
from sunline.knowledge.types import NewArticle
from sunline.staff import services as staff
from sunline.staff.types import nobody, system_viewer
from sunline.testing import cast

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def ids(viewer, **wanted) -> list[UUID]:
    return [row.id for row in queries.articles(viewer, **wanted).items]


def kinds() -> list[str]:
    rows = Event.objects.filter(kind__startswith="knowledge.").order_by("id")
    return [kind.partition("@")[0] for kind in rows.values_list("kind", flat=True)]


def test_articles_are_read_while_they_hold_by_those_who_may(viewer, now):
    services.load_topics(now=now)
    topic = queries.topic_id("broadband.fault.slow")
    qin, lin = viewer("qin"), viewer("lin")
    inner = services.publish_article(
        qin, NewArticle("测速口径", "先重启光猫。", topic, until=now + DAY), now=now
    )
    open_to_all = NewArticle("自助排障", "看指示灯。", public=True)
    public = services.publish_article(qin, open_to_all, now=now)
    later = NewArticle("下月活动", "尚未开始。", since=now + 9 * DAY)
    services.publish_article(qin, later, now=now)

    assert set(ids(lin, now=now)) == {inner, public}
    branch = queries.topic_id("broadband")
    assert ids(lin, topic=branch, now=now) == [inner]
    assert ids(nobody(), now=now) == [public]
    assert queries.article_for(lin, inner, now=now).body == "先重启光猫。"
    with pytest.raises(NotFound):
        queries.article_for(nobody(), inner, now=now)
    with pytest.raises(NotFound):
        queries.article_for(lin, inner, now=now + 2 * DAY)

    services.withdraw_article(qin, public, now=now)
    assert ids(lin, now=now) == [inner]
    with pytest.raises(NotFound):
        services.withdraw_article(qin, public, now=now)
    assert kinds() == ["knowledge.article_published"] * 3 + ["knowledge.article_withdrawn"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("测速", True),
        ("重启\0光猫", True),
        ("cskj", True),
        ("KJ", True),
        ("ＷＩＦＩ", True),
        ("kjx", False),
        ("光纤", False),
    ],
)
def test_articles_are_found_by_title_text_and_initials(viewer, now, text, found):
    services.publish_article(
        viewer("qin"), NewArticle("测速口径", "先重启光猫，再看 WiFi。"), now=now
    )
    assert bool(ids(viewer("lin"), text=text, now=now)) == found


def test_pages_lead_through_all_articles_once(viewer, now):
    qin = viewer("qin")
    made = {
        services.publish_article(qin, NewArticle(f"第{n}篇", "正文" * 200), now=now)
        for n in range(7)
    }
    seen: list[UUID] = []
    cursor = None
    while True:
        found = queries.articles(qin, now=now, cursor=cursor, limit=3)
        seen += [row.id for row in found.items]
        assert all(len(row.start) == 120 for row in found.items)
        cursor = found.next
        if not cursor:
            break
    assert len(seen) == 7
    assert set(seen) == made


def test_a_new_version_takes_over_on_its_day_and_history_stays(viewer, now):
    qin, lin = viewer("qin"), viewer("lin")
    article = services.save_article(qin, NewArticle("资费口径", "旧"), now=now)
    assert ids(lin, now=now) == []
    services.publish(qin, article, now=now)
    with pytest.raises(NothingToPublish):
        services.publish(qin, article, now=now)
    change = NewArticle("资费口径", "新", since=now + 3 * DAY)
    assert services.save_article(qin, change, article_id=article, now=now) == article
    assert queries.article_for(lin, article, now=now).body == "旧"
    services.publish(qin, article, now=now)
    assert queries.article_for(lin, article, now=now + 2 * DAY).body == "旧"
    assert queries.article_for(lin, article, now=now + 3 * DAY).body == "新"
    told = queries.versions(qin, article, now=now)
    assert [(row.row.number, row.state, row.body) for row in told] == [
        (2, "scheduled", "新"),
        (1, "in_force", "旧"),
    ]
    services.withdraw_article(qin, article, now=now + DAY)
    states = [row.state for row in queries.versions(qin, article, now=now + DAY)]
    assert states == ["ended", "ended"]
    assert ids(lin, now=now + 5 * DAY) == []
    assert kinds()[-1] == "knowledge.article_withdrawn"


def test_a_version_published_at_once_replaces_one_that_was_to_come(viewer, now):
    qin = viewer("qin")
    article = services.publish_article(qin, NewArticle("a", "1", since=now + 9 * DAY), now=now)
    services.save_article(qin, NewArticle("a", "2"), article_id=article, now=now)
    services.publish(qin, article, now=now)
    for moment in (now, now + 10 * DAY):
        assert queries.article_for(qin, article, now=moment).body == "2"
    assert [row.state for row in queries.versions(qin, article, now=now)] == ["in_force", "ended"]


def test_two_editors_do_not_write_over_each_other(viewer, now):
    qin, wang = viewer("qin"), viewer("wang")
    article = services.save_article(qin, NewArticle("a", "1"), now=now)
    seen = queries.versions(wang, article, now=now)[0].revision
    services.save_article(qin, NewArticle("a", "2"), article_id=article, revision=seen, now=now)
    for act in (
        lambda: services.save_article(
            wang, NewArticle("a", "3"), article_id=article, revision=seen, now=now
        ),
        lambda: services.publish(wang, article, revision=seen, now=now),
    ):
        with pytest.raises(ChangedMeanwhile) as caught:
            act()
        assert caught.value.params == {"by": "10004"}
    rows = queries.versions(wang, article, now=now)
    assert [(row.body, row.row.number) for row in rows] == [("2", 1)]


def test_knowledge_of_a_province_stays_there(viewer, now, org):
    js = org["js"]
    local = NewArticle("江苏口径", "x", unit_id=js.id)
    article = services.publish_article(viewer("qin"), local, now=now)
    assert ids(viewer("lv_nj"), now=now) == [article]
    assert ids(viewer("wang"), now=now) == [article]
    assert ids(viewer("lin"), now=now) == []
    with pytest.raises(NotFound):
        queries.article_for(viewer("lin"), article, now=now)


def test_an_editor_of_a_province_edits_what_is_of_the_province(now, org):
    staff.grant_role(
        system_viewer(),
        cast.person("shi_js").id,
        role="knowledge_editor",
        unit_id=org["js"].id,
        now=now,
    )
    shi, qin = cast.viewer("shi_js", now), cast.viewer("qin", now)
    everywhere = services.publish_article(qin, NewArticle("全国口径", "x"), now=now)
    own = services.save_article(shi, NewArticle("江苏口径", "x", unit_id=org["nj"].id), now=now)
    assert [row.row.id for row in queries.edited(shi, now=now).items] == [own]
    assert {row.row.id for row in queries.edited(qin, now=now).items} == {own, everywhere}
    for unit_id in (None, org["gd"].id, uuid4()):
        with pytest.raises(Invalid) as caught:
            services.save_article(shi, NewArticle("x", "y", unit_id=unit_id), now=now)
        assert [problem.field for problem in caught.value.problems] == ["unit_id"]
    with pytest.raises(NotFound):
        queries.versions(shi, everywhere, now=now)
    for act in (services.publish, services.withdraw_article):
        with pytest.raises(NotFound):
            act(shi, everywhere, now=now)
    with pytest.raises(NotFound):
        services.save_article(
            shi, NewArticle("x", "y", unit_id=org["js"].id), article_id=everywhere, now=now
        )


def test_writing_needs_permission_and_sense(viewer, now):
    lin, qin = viewer("lin"), viewer("qin")
    article = services.save_article(qin, NewArticle("x", "y", until=now + DAY), now=now)
    for act in (
        lambda: services.publish_article(lin, NewArticle("x", "y"), now=now),
        lambda: services.save_article(lin, NewArticle("x", "y"), now=now),
        lambda: services.publish(lin, article, now=now),
        lambda: services.withdraw_article(lin, article, now=now),
    ):
        with pytest.raises(Refused):
            act()
    with pytest.raises(NotFound):
        services.publish(qin, uuid4(), now=now)
    with pytest.raises(Invalid):
        services.publish(qin, article, now=now + 2 * DAY)
    assert Article.objects.get().published_at is None
    bad = NewArticle(
        " ", "", topic_id=uuid4(), language="fr", since=now, until=now, unit_id=uuid4()
    )
    with pytest.raises(Invalid) as caught:
        services.publish_article(qin, bad, now=now)
    assert {problem.field for problem in caught.value.problems} == {
        "title",
        "body",
        "topic_id",
        "language",
        "unit_id",
        "until",
    }
