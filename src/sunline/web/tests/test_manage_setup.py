"""Queues, rules, limits, calendars, topics and mailboxes as an administrator sets them up."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sunline.interactions import queries as contacts
from sunline.kernel import clock
from sunline.kernel.models import Event
from sunline.knowledge import queries as knowledge
from sunline.routing import queries as routing
from sunline.routing import services as routing_services
from sunline.routing.types import RuleDraft
from sunline.sla import queries as sla
from sunline.sla import services as sla_services
from sunline.staff import services as staff
from sunline.staff.types import system_viewer
from sunline.testing import cast

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer()


def wrong(answer) -> set[str]:
    """Return the fields that the page says cannot be used."""
    return {problem.field for problem in answer.context["problems"]}


@pytest.fixture
def queue(browser, org: cast.Organisation):
    values = {"code": "gz-tech", "name": "广州技术", "unit_id": str(org["gz-net"].id)}
    staff.create_skill(SYSTEM, code="fibre", name="光纤", now=clock.now())
    client = browser("wang")
    done = client.post("/manage/queues/new", values | {"skills.fibre": "3", "automatic": "1"})
    assert done.status_code == 302
    return next(row for row in routing.queue_rows(SYSTEM) if row.code == "gz-tech")


def test_a_queue_is_opened_and_closed(browser, queue):
    assert (queue.automatic, dict(queue.skills)) == (True, {"fibre": 3})
    client = browser("wang")
    assert client.post(f"/manage/queues/{queue.id}/close").status_code == 302
    assert client.post(f"/manage/queues/{queue.id}/close").status_code == 404
    assert all(row.id != queue.id for row in routing.queue_rows(SYSTEM))


def test_a_queue_that_cannot_be_keeps_what_was_typed(browser, queue):
    page = browser("wang").post("/manage/queues/new", {"name": "新的队列", "skills.fibre": "9"})
    assert page.status_code == 422
    assert wrong(page) == {"code", "unit_id", "skills.fibre"}
    assert 'value="新的队列"' in page.content.decode()
    taken = {"code": "gz-tech", "name": "x", "unit_id": str(queue.unit_id)}
    assert wrong(browser("wang").post("/manage/queues/new", taken)) == {"code"}


def test_a_queue_of_another_city_is_not_a_floor_managers_to_open(browser, org: cast.Organisation):
    values = {"code": "nj", "name": "南京", "unit_id": str(org["nj-hot"].id)}
    assert browser("qian").post("/manage/queues/new", values).status_code == 403
    assert not routing.queue_rows(SYSTEM)


def test_a_rule_is_made_changed_and_ended(browser, queue):
    client = browser("wang")
    values = {
        "name": "宽带投诉",
        "rank": "10",
        "queue_id": str(queue.id),
        "conditions.kind": ["complaint"],
        "conditions.topic": "broadband, mobile\uff0ciptv",
    }
    assert client.post("/manage/queues/rules/new", values).status_code == 302
    rule = routing.rules_in_force(SYSTEM, clock.now())[0]
    assert rule.conditions == {"kind": ["complaint"], "topic": ["broadband", "mobile", "iptv"]}
    shown = client.get(f"/manage/queues?rule={rule.id}").content.decode()
    assert "broadband, mobile, iptv" in shown
    path = f"/manage/queues/rules/{rule.id}"
    assert wrong(client.post(f"{path}/change", values | {"rank": "x"})) == {"rank"}
    assert client.post(f"{path}/change", values | {"rank": "20"}).status_code == 302
    assert client.post(f"{path}/change", values).status_code == 404
    changed = routing.rules_in_force(SYSTEM, clock.now())[0]
    assert (changed.rank, changed.id != rule.id) == (20, True)
    assert client.post(f"/manage/queues/rules/{changed.id}/end").status_code == 302
    assert client.post(f"/manage/queues/rules/{changed.id}/end").status_code == 409
    assert routing.rules_in_force(SYSTEM, clock.now()) == []


def test_a_value_without_words_survives_a_change(browser, queue):
    draft = RuleDraft("外部系统", 5, queue.id, {"severity": ["Sev-1", "Major"]})
    rule_id = routing_services.create_rule(SYSTEM, draft, now=clock.now())
    client = browser("wang")
    shown = client.get(f"/manage/queues?rule={rule_id}").context["forms"]["rule"]
    row = next(row for row in shown.rows if row.field.name == "conditions.severity")
    assert {"Sev-1", "Major"} <= {code for code, _label in row.field.choices}
    values = {"name": "外部系统", "rank": "6", "queue_id": str(queue.id)}
    path = f"/manage/queues/rules/{rule_id}/change"
    assert client.post(path, values | {"conditions.severity": row.value}).status_code == 302
    rule = routing.rules_in_force(SYSTEM, clock.now())[0]
    assert (rule.rank, rule.conditions) == (6, {"severity": ["Sev-1", "Major"]})


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({}, {"name", "rank", "queue_id"}),
        ({"name": "x", "rank": "1", "queue_id": str(uuid4())}, {"queue_id"}),
        (
            {"name": "x", "rank": "1", "queue_id": "", "conditions.kind": ["nonsense"]},
            {"queue_id", "conditions.kind"},
        ),
    ],
)
def test_a_rule_that_cannot_be_is_refused_field_by_field(browser, queue, values, fields):
    page = browser("wang").post("/manage/queues/rules/new", values)
    assert (page.status_code, wrong(page)) == (422, fields)


@pytest.fixture
def limits(org: cast.Organisation):
    sla_services.load_shipped(clock.now())
    return {row.code: row for row in sla.profiles(SYSTEM)}


def new_limit(**more: str) -> dict[str, str | list[str]]:
    since = (clock.now() + timedelta(days=2)).date().isoformat()
    values: dict[str, str | list[str]] = {
        "profile": "promise",
        "code": "gold-first",
        "purpose": "first_response",
        "amount": "30",
        "unit": "minutes",
        "calendar": sla.calendars(SYSTEM)[0].code,
        "since": since,
        "applies.tier": ["gold", "diamond"],
        "pausable": "1",
        "source": "金卡承诺",
    }
    return {**values, **more}


def test_a_limit_is_published_and_confirmed(browser, limits):
    client = browser("wang")
    values = new_limit(profile=next(c for c, r in limits.items() if r.jurisdiction == "promise"))
    assert client.post("/manage/limits/new", values).status_code == 302
    row = next(row for row in sla.limits(SYSTEM) if row.code == "gold-first")
    assert (row.rule.allowance.amount, row.confirmed) == (30, False)
    assert row.since.isoformat() == values["since"]
    assert client.post(f"/manage/limits/{row.rule.id}/confirm").status_code == 302
    assert client.post(f"/manage/limits/{uuid4()}/confirm").status_code == 404
    assert "金卡承诺" in client.get(f"/manage/limits?limit={row.rule.id}").content.decode()


def test_a_limit_that_cannot_be_keeps_what_was_typed(browser, limits):
    client = browser("wang")
    page = client.post("/manage/limits/new", new_limit(profile="nonsense", amount="", since="x"))
    assert (page.status_code, wrong(page)) == (422, {"profile", "amount", "since"})
    assert "金卡承诺" in page.content.decode()
    law = next(code for code, row in limits.items() if row.jurisdiction == "law")
    page = client.post("/manage/limits/new", new_limit(profile=law, amount="999999999"))
    assert wrong(page) == {"pausable", "amount"}


def test_a_profile_is_switched_off_but_never_the_law(browser, limits, org: cast.Organisation):
    client = browser("wang")
    promise = next(code for code, row in limits.items() if row.jurisdiction == "promise")
    law = next(code for code, row in limits.items() if row.jurisdiction == "law")
    values = {"unit_id": str(org["gd"].id)}
    assert client.post(f"/manage/limits/profiles/{promise}", values).status_code == 302
    row = next(row for row in sla.profiles(SYSTEM) if row.code == promise)
    assert (row.active, row.unit_path) == (False, "/hq/gd/")
    assert client.post(f"/manage/limits/profiles/{law}", {}).status_code == 409
    assert client.post("/manage/limits/profiles/nonsense", {}).status_code == 404


def test_a_day_of_a_calendar_is_set_and_given_back(browser, limits):
    client = browser("wang")
    code = next(row.code for row in sla.calendars(SYSTEM) if row.holidays)
    day = {"calendar": code, "day": "2027-05-02", "periods": "09:00-12:00、13:30–17:00"}
    assert client.post("/manage/limits/days", day | {"reason": "割接"}).status_code == 302
    row = next(row for row in sla.calendars(SYSTEM) if row.code == code)
    assert row.overrides[date(2027, 5, 2)] == ((540, 720), (810, 1020))
    page = client.post("/manage/limits/days", day | {"periods": "17:00-09:00"})
    assert (page.status_code, wrong(page)) == (422, {"periods"})
    assert wrong(client.post("/manage/limits/days", {})) == {"calendar", "day"}
    clear = f"/manage/limits/calendars/{code}/days/clear"
    assert client.post(clear, {"day": "2027-05-02"}).status_code == 302
    assert wrong(client.post(clear, {})) == {"day"}
    row = next(row for row in sla.calendars(SYSTEM) if row.code == code)
    assert date(2027, 5, 2) not in row.overrides


def test_a_calendar_is_added(browser, limits):
    client = browser("wang")
    values = {"code": "night", "name": "夜班", "time_zone": "Asia/Shanghai", "holidays": ""}
    page = client.post("/manage/limits/calendars/new", values | {"week.1": "25:00-26:00"})
    assert (page.status_code, wrong(page)) == (422, {"week.1", "week"})
    done = client.post("/manage/limits/calendars/new", values | {"week.1": "18:00-24:00"})
    assert done.status_code == 302
    assert "night" in {row.code for row in sla.calendars(SYSTEM)}


def test_a_topic_is_added_and_changed(browser, org: cast.Organisation):
    client = browser("wang")
    values = {"code": "satellite", "name": "卫星业务", "aliases": "卫星、天通"}
    assert client.post("/manage/topics/new", values).status_code == 302
    assert client.post("/manage/topics/new", values | {"name": "卫星通信"}).status_code == 302
    row = knowledge.topics().by_code("satellite")
    assert row is not None
    assert (row.name, row.aliases) == ("卫星通信", ("卫星", "天通"))
    assert Event.objects.filter(kind="knowledge.topic_published@1", subject_id=row.id).count() == 2
    page = client.post("/manage/topics/new", {"code": "nowhere.below", "name": "x"})
    assert (page.status_code, wrong(page)) == (422, {"code"})
    assert "satellite" in client.get("/manage/topics?topic=satellite").content.decode()


@pytest.mark.parametrize("body", [b"", b"\x00\x01", b"name\nx\n", b'code,name\n"a'])
def test_a_file_of_topics_that_cannot_be_read_is_refused(browser, org: cast.Organisation, body):
    page = browser("wang").post("/manage/topics/load", {"file": SimpleUploadedFile("t.csv", body)})
    assert (page.status_code, wrong(page)) == (422, {"file"})


def test_topics_are_loaded_all_or_none(browser, org: cast.Organisation):
    client = browser("wang")
    text = "code,name,aliases\nsat,卫星,天通;卫通\nsat.fault,卫星故障,\n"
    bad = SimpleUploadedFile("t.csv", (text + "nowhere.x,无处,\n").encode())
    page = client.post("/manage/topics/load", {"file": bad})
    assert (page.status_code, knowledge.topic_id("sat")) == (422, None)
    assert "nowhere.x" in page.content.decode()
    good = SimpleUploadedFile("t.csv", text.encode("gb18030"))
    assert client.post("/manage/topics/load", {"file": good}).status_code == 302
    assert knowledge.topic_id("sat.fault") is not None


def mailbox(org: cast.Organisation, **more: str) -> dict[str, str]:
    return {
        "code": "gz",
        "address": "gz@sunline.example",
        "unit_id": str(org["gz"].id),
        "imap_host": "127.0.0.1",
        "imap_port": "1",
        "imap_security": "none",
        "imap_user": "gz",
        "imap_password": " secret ",
        "smtp_host": "127.0.0.1",
        "smtp_port": "1",
        "smtp_security": "none",
    } | more


def test_a_mailbox_is_set_up_tried_changed_and_closed(browser, org: cast.Organisation):
    client = browser("wang")
    assert client.post("/manage/mailboxes/save", mailbox(org)).status_code == 302
    row = contacts.mailbox_settings()[0]
    assert (row.code, row.imap_password) == ("gz", " secret ")
    tried = client.post("/manage/mailboxes/gz/test")
    assert tried.status_code == 200
    assert {(check.ok, check.trouble) for check in tried.context["checks"]} == {
        (False, "unreachable")
    }
    assert "secret" not in client.get("/manage/mailboxes?mailbox=gz").content.decode()
    changed = mailbox(org, imap_password="", folder="Hotline")
    assert client.post("/manage/mailboxes/save", changed).status_code == 302
    row = contacts.mailbox_settings()[0]
    assert (row.folder, row.imap_password) == ("Hotline", " secret ")
    assert client.post("/manage/mailboxes/gz/close").status_code == 302
    assert client.post("/manage/mailboxes/gz/close").status_code == 404
    assert contacts.mailbox_settings() == []


def test_a_mailbox_that_cannot_be_names_its_fields_and_hides_the_password(
    browser, org: cast.Organisation
):
    values = mailbox(org, address="nobody", imap_port="99999", imap_password="verysecret")
    page = browser("wang").post("/manage/mailboxes/save", values)
    assert (page.status_code, wrong(page)) == (422, {"address", "imap_port"})
    assert "verysecret" not in page.content.decode()


FORMS = [
    "/manage/queues/new",
    "/manage/queues/rules/new",
    "/manage/limits/new",
    "/manage/limits/days",
    "/manage/limits/calendars/new",
    "/manage/topics/new",
    "/manage/topics/load",
    "/manage/mailboxes/save",
    "/manage/skills/new",
    "/manage/roles/new",
    "/manage/imports",
]


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("junk", ["\x00", "x" * 5000, "<script>", "' OR 1=1", "-1", "\U0001f600"])
def test_junk_in_every_field_is_refused_in_words(browser, limits, path, junk):
    client = browser("wang")
    names = [
        *("code", "name", "name_en", "unit_id", "rank", "queue_id", "kind", "profile", "amount"),
        *("since", "day", "periods", "calendar", "address", "imap_port", "time_zone", "holidays"),
        *("week.1", "conditions.kind", "conditions.topic", "applies.tier", "encoding", "file"),
        *("aliases", "reporting_type", "strategy", "role", "purpose", "unit", "folder"),
    ]
    page = client.post(path, dict.fromkeys(names, junk))
    assert page.status_code == 422
    assert "<script>" not in page.content.decode().partition('id="main"')[2]


@pytest.mark.parametrize("path", FORMS)
def test_an_agent_sets_nothing_up(browser, org: cast.Organisation, path):
    assert browser("lin").post(path, {}).status_code == 403
