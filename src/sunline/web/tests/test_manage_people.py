"""Units, skills, people, roles and imports as an administrator sets them up."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sunline.customers.services import import_customers
from sunline.interactions import services as interactions
from sunline.kernel import clock, deliveries
from sunline.kernel import queries as kernel
from sunline.kernel.ids import new_id
from sunline.kernel.models import Delivery, Event
from sunline.staff import queries as staff
from sunline.staff import services
from sunline.staff.types import system_viewer
from sunline.testing import cast
from sunline.tickets.services.importing_csv import import_tickets

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer()
RUN = {
    "customers.import": import_customers,
    "tickets.import": import_tickets,
    "interactions.import": interactions.import_interactions,
}


def wrong(answer) -> set[str]:
    """Return the fields that the page says cannot be used."""
    return {problem.field for problem in answer.context["problems"]}


def test_a_unit_is_created_and_closed(browser, org: cast.Organisation):
    client = browser("wang")
    values = {"parent_id": str(org["gz"].id), "code": "gz-new", "name": "新班组"}
    page = client.post("/manage/units", values | {"code": "No Good"})
    assert (page.status_code, wrong(page)) == (422, {"code"})
    assert 'value="新班组"' in page.content.decode()
    assert client.post("/manage/units", values).status_code == 302
    row = staff.unit_tree().by_code("gz-new")
    assert row is not None
    assert client.post(f"/manage/units/{row.id}/close").status_code == 302
    assert client.post(f"/manage/units/{org['gz'].id}/close").status_code == 409
    assert client.post(f"/manage/units/{uuid4()}/close").status_code == 404


def test_a_skill_is_created_and_given(browser, org: cast.Organisation):
    client = browser("wang")
    page = client.post("/manage/skills/new", {"code": "光纤", "name": "光纤"})
    assert (page.status_code, wrong(page)) == (422, {"code"})
    values = {"code": "fibre", "name": "光纤"}
    assert client.post("/manage/skills/new", values).status_code == 302
    assert client.post("/manage/skills/new", values).status_code == 409
    assert Event.objects.filter(kind="staff.skill_created@1", actor_label="10001").count() == 1
    lin = cast.person("lin").id
    path = f"/manage/people/{lin}/skills"
    assert client.post(path, {"skills.fibre": "4"}).status_code == 302
    assert staff.skills_held([lin])[lin] == {"fibre": 4}
    page = client.post(path, {"skills.fibre": "9"})
    assert (page.status_code, wrong(page)) == (422, {"skills.fibre"})
    assert client.post(path, {}).status_code == 302
    assert staff.skills_held([lin]) == {}


def test_a_person_is_moved_unlocked_and_freed_of_the_generator(browser, org: cast.Organisation):
    client = browser("wang")
    lin = cast.person("lin").id
    path = f"/manage/people/{lin}"
    assert wrong(client.post(f"{path}/move", {"unit_id": ""})) == {"unit_id"}
    assert client.post(f"{path}/move", {"unit_id": str(uuid4())}).status_code == 404
    assert client.post(f"{path}/move", {"unit_id": str(org["sz-hot"].id)}).status_code == 302
    row = staff.account_row(lin)
    assert row is not None
    assert row.unit_id == org["sz-hot"].id
    assert client.post(f"{path}/unlock").status_code == 302
    assert Event.objects.filter(kind="staff.lockout_reset@1", subject_id=lin).exists()
    assert client.post(f"{path}/factor").status_code == 302
    for act in ("move", "skills", "unlock", "factor"):
        assert client.post(f"/manage/people/{uuid4()}/{act}", {}).status_code == 404
        assert browser("lin").post(f"{path}/{act}", {}).status_code == 403


def test_a_new_person_keeps_what_was_typed_until_it_can_be_used(browser, org: cast.Organisation):
    client = browser("wang")
    values = {"staff_no": "not good!", "name": "新人", "unit_id": str(org["gz-hot"].id)}
    page = client.post("/manage/people", values)
    assert (page.status_code, wrong(page)) == (422, {"staff_no"})
    assert 'value="新人"' in page.content.decode()
    made = client.post("/manage/people", values | {"staff_no": "29997"})
    assert made["Cache-Control"] == "no-store"
    assert made.context["made"].password in made.content.decode()
    assert client.post("/manage/people", values | {"staff_no": "29997"}).status_code == 409


def test_a_role_of_ones_own_is_created(browser, org: cast.Organisation):
    client = browser("wang")
    page = client.post("/manage/roles/new", {"code": "x y", "name": "夜班组长"})
    assert (page.status_code, wrong(page)) == (422, {"code"})
    assert (
        client.post("/manage/roles/new", {"code": "night", "name": "夜班组长"}).status_code == 302
    )
    assert staff.role_permissions()["night"] == frozenset()
    assert "夜班组长" in client.get("/manage/roles").content.decode()


def test_the_last_door_of_the_administrator_stays_open(browser):
    cell = {"role": "administrator", "permission": "staff.change_matrix", "held": "0"}
    page = browser("wang").post("/manage/roles/cells", cell)
    assert page.status_code in {403, 409}
    assert "staff.change_matrix" in staff.role_permissions()["administrator"]


def test_a_client_without_scopes_keeps_what_was_typed(browser, org: cast.Organisation):
    values = {"name": "新系统", "unit_id": str(org["gz"].id)}
    page = browser("wang").post("/manage/clients", values)
    assert (page.status_code, wrong(page)) == (422, {"scopes"})
    assert 'value="新系统"' in page.content.decode()
    assert browser("wang").post(f"/manage/clients/{uuid4()}/rotate").status_code == 404


FILES = {
    "customers.import": "客户名称,号码\n,\n",
    "tickets.import": (
        "工单编号,登记时间,受理类型,工单内容,归属单位,联系号码,状态,归档时间,处理结果\n"
        "A-1,2026-10-01 09:00,投诉,宽带慢,gz,19900001234,已归档,2026-10-02 09:00,认可\n"
        "A-2,someday,投诉,宽带慢,gz,19900001234,已归档,2026-10-02 09:00,认可\n"
    ),
    "interactions.import": (
        "接触编码,接触时间,渠道,客户号码,归属单位\n"
        "C-1,2026-10-01 09:00,电话,19900001234,gz\n"
        "C-2,someday,电话,19900001234,gz\n"
    ),
}


@pytest.mark.parametrize("kind", sorted(FILES))
def test_a_file_is_tried_looked_at_and_imported(browser, org, settings, tmp_path, kind):
    settings.FILES_ROOT = tmp_path
    client = browser("wang")
    file = SimpleUploadedFile("past.csv", FILES[kind].encode(), "text/csv")
    led = client.post("/manage/imports", {"kind": kind, "file": file})
    assert led.status_code == 302
    assert 'hx-trigger="every 2s"' in client.get(led["Location"]).content.decode()
    job = kernel.jobs().items[0]
    assert (job.kind, job.arguments["dry_run"]) == (kind, True)
    assert client.get(led["Location"] + "/errors").status_code == 404
    RUN[kind](job, clock.now())
    type(job).objects.filter(id=job.id).update(state="done")
    page = client.get(led["Location"], headers={"HX-Request": "true"})
    assert "hx-trigger" not in page.content.decode()
    assert page.context["job"].result["problems"]
    reason = page.context["job"].result["problems"][0]["text"]
    assert reason in page.content.decode()
    errors = client.get(led["Location"] + "/errors")
    assert reason in b"".join(errors.streaming_content).decode()
    real = client.post(led["Location"] + "/again")
    assert (real.status_code, real["Location"] != led["Location"]) == (302, True)
    assert kernel.jobs().items[0].arguments["dry_run"] is False
    assert client.post(real["Location"] + "/again").status_code == 404


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({}, {"kind"}),
        ({"kind": "tickets.import"}, {"file"}),
        ({"kind": "nonsense.import", "encoding": "utf-7"}, {"kind", "encoding"}),
    ],
)
def test_an_upload_that_cannot_be_is_refused(browser, values, fields):
    page = browser("wang").post("/manage/imports", values)
    assert (page.status_code, wrong(page)) == (422, fields)


def test_an_import_is_shown_to_whom_it_concerns_only(browser, org, settings, tmp_path):
    settings.FILES_ROOT = tmp_path
    file = SimpleUploadedFile("past.csv", FILES["tickets.import"].encode(), "text/csv")
    led = browser("wang").post("/manage/imports", {"kind": "tickets.import", "file": file})
    services.change_cell(
        SYSTEM, role="team_leader", permission="customers.import", held=True, now=clock.now()
    )
    other = browser("zhao")
    page = other.get("/manage/imports")
    assert (page.status_code, page.context["jobs"]) == (200, [])
    for path in ("", "/errors"):
        assert other.get(led["Location"] + path).status_code == 404
    assert other.post(led["Location"] + "/again").status_code == 404
    page = other.post("/manage/imports", {"kind": "tickets.import", "file": file})
    assert (page.status_code, wrong(page)) == (422, {"kind"})


@pytest.mark.parametrize("act", ["replay", "skip"])
def test_a_failed_delivery_is_decided_on_in_ones_own_name(browser, org, act):
    event = Event.objects.create(
        subject_kind="ticket",
        subject_id=new_id(),
        sequence=1,
        kind="ticket.registered@1",
        at=clock.now(),
        actor_kind="system",
        payload={},
    )
    row = Delivery.objects.create(
        listener="nobody",
        event=event,
        subject_id=event.subject_id,
        sequence=1,
        due_at=clock.now(),
        attempts=deliveries.MOST_ATTEMPTS,
        dead=True,
    )
    client = browser("wang")
    assert "nobody" in client.get("/manage/dead-letters").content.decode()
    assert browser("lin").post(f"/manage/dead-letters/{row.id}/{act}").status_code == 403
    assert client.post(f"/manage/dead-letters/{row.id}/{act}").status_code == 302
    assert client.post(f"/manage/dead-letters/{row.id}/{act}").status_code == 404
    fact = Event.objects.get(subject_kind="delivery", subject_id=row.id)
    assert fact.actor_label == "10001"
