"""Log, failed deliveries and jobs are cut by the viewer's units."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sunline.kernel import clock, deliveries, log
from sunline.kernel import queries as kernel
from sunline.kernel.events import SwitchTurned
from sunline.kernel.ids import new_id
from sunline.kernel.models import Delivery, Event, Job
from sunline.kernel.types import Actor, Subject
from sunline.staff import queries as staff
from sunline.staff import services
from sunline.staff.types import system_viewer
from sunline.testing import cast

pytestmark = pytest.mark.django_db
# Who looks after what: headquarters, a province, one of its cities, and a city elsewhere.
LOOKERS = {"wang": "hq", "sun": "gd", "qian": "gz", "lv_nj": "nj"}
SEEN = {
    "wang": {"gz-net", "sz-hot", "gd", "nj", "hq", ""},
    "sun": {"gz-net", "sz-hot", "gd"},
    "qian": {"gz-net"},
    "lv_nj": {"nj"},
}


@pytest.fixture
def rows(org: cast.Organisation) -> dict[str, tuple[Event, Delivery, Job]]:
    """Return a fact, a dead delivery and a job of each unit, and of none."""
    for key, unit in LOOKERS.items():
        if key != "wang":
            services.grant_role(
                system_viewer(),
                cast.person(key).id,
                role="administrator",
                unit_id=org[unit].id,
                now=clock.now(),
            )
    return {code: made(code, org[code].id if code else None) for code in SEEN["wang"]}


def made(code: str, unit_id: UUID | None) -> tuple[Event, Delivery, Job]:
    now, actor = clock.now(), Actor(Actor.PERSON, new_id(), f"by-{code}", unit_id)
    fact = SwitchTurned(f"of-{code}.", True)
    event_id = log.record(fact, subject=Subject("switch", new_id()), actor=actor, now=now)
    event = Event.objects.get(id=event_id)
    owed = Delivery.objects.create(
        listener=f"listener-{code}.",
        event=event,
        subject_id=event.subject_id,
        sequence=1,
        due_at=now,
        dead=True,
    )
    job = Job.objects.create(
        kind=f"kind-{code}.", due_at=now, asked_at=now, unit_id=unit_id, state="failed"
    )
    return event, owed, job


@pytest.mark.parametrize("key", sorted(SEEN))
def test_each_sees_the_rows_of_their_units_and_no_others(browser, rows, key):
    client = browser(key)
    for path, mark in (
        ("/manage/log?kind=switch.", "of-{}."),
        ("/manage/dead-letters", "listener-{}."),
        ("/manage/jobs", "kind-{}."),
    ):
        text = client.get(path).content.decode()
        assert {code for code in rows if mark.format(code) in text} == SEEN[key], path


@pytest.mark.parametrize("key", sorted(SEEN))
@pytest.mark.parametrize("verb", ["replay", "skip"])
def test_each_decides_on_the_deliveries_of_their_units_only(browser, rows, key, verb):
    client = browser(key)
    for code, (_event, owed, _job) in rows.items():
        answer = client.post(f"/manage/dead-letters/{owed.id}/{verb}")
        assert answer.status_code == (302 if code in SEEN[key] else 404), code
        still = Delivery.objects.filter(id=owed.id, dead=True).exists()
        assert still == (code not in SEEN[key]), code


def test_the_overview_counts_what_is_seen(browser, rows):
    for key, seen in SEEN.items():
        backlog = browser(key).get("/manage").context["backlog"]
        assert (backlog["dead"], backlog["failed_jobs"]) == (len(seen), len(seen)), key


def test_a_filter_by_subject_does_not_lead_out_of_the_units(browser, rows):
    event = rows["nj"][0]
    text = browser("qian").get(f"/manage/log?subject={event.subject_id}").content.decode()
    assert "switch.turned@1" not in text
    text = browser("lv_nj").get(f"/manage/log?subject={event.subject_id}").content.decode()
    assert "switch.turned@1" in text


def test_without_the_permission_no_unit_is_held(org):
    viewer = cast.viewer("lin")
    assert staff.units_held(viewer, "staff.operate") == []
    assert kernel.jobs(units=[]).items == []
    assert staff.units_held(system_viewer(), "staff.operate") is None
    assert not deliveries.skip(new_id(), units=[], actor=viewer.actor, now=clock.now())


def test_an_import_is_a_job_of_its_askers_unit(browser, org):
    client = browser("wang")
    file = SimpleUploadedFile("x.csv", b"name\nx\n", "text/csv")
    assert (
        client.post("/manage/imports", {"kind": "customers.import", "file": file}).status_code
        == 302
    )
    assert Job.objects.get().unit_id == cast.person("wang").unit_id
