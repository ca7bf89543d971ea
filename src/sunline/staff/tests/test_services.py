"""Each change to people, units and rights: who may, what changes, what is written."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sunline.kernel import log
from sunline.kernel.errors import Invalid, NotFound, Refused
from sunline.kernel.models import Event
from sunline.staff import permissions, queries, services
from sunline.staff.errors import AlreadyThere, LastDoor, OwnRights, StillInUse, VendorScope
from sunline.staff.models import Account
from sunline.staff.types import system_viewer
from sunline.testing import cast


def kinds(subject_id) -> list[str]:
    return [event.kind for event in log.history(subject_id)]


def test_the_catalogue_and_the_default_matrix_know_each_other(org):
    known = permissions.codes()
    granted = frozenset().union(*queries.role_permissions().values())
    assert sorted(granted - known) == [], "the matrix grants what no room knows"
    assert sorted(known - granted) == [], "no role may do this"


def test_roles_are_granted_and_revoked_and_both_are_written(org, viewer, now):
    lin, wang = cast.person("lin"), viewer("wang")
    unit = org["gz"].id
    assert not viewer("lin").may("tickets.check", org.path("gz"))
    services.grant_role(wang, lin.id, role="dispatcher", unit_id=unit, now=now)
    services.grant_role(wang, lin.id, role="dispatcher", unit_id=unit, now=now)
    assert viewer("lin").may("tickets.check", org.path("gz"))
    later = now + timedelta(seconds=1)
    services.revoke_role(wang, lin.id, role="dispatcher", unit_id=unit, now=later)
    lin = Account.objects.get(id=lin.id)
    assert not queries.viewer_for(lin, now=later).may("tickets.check", org.path("gz"))
    assert kinds(lin.id) == ["staff.role_granted@1", "staff.role_revoked@1"]
    assert [event.actor_label for event in log.history(lin.id)] == ["10001", "10001"]
    with pytest.raises(NotFound):
        services.revoke_role(wang, lin.id, role="dispatcher", unit_id=unit, now=later)


def test_a_role_until_a_date_ends_by_itself(org, viewer, now):
    lin, unit = cast.person("lin"), org["gz"].id
    until = now + timedelta(days=1)
    services.grant_role(
        viewer("wang"), lin.id, role="inspector", unit_id=unit, now=now, until=until
    )
    lin.refresh_from_db()
    assert "inspector" in queries.viewer_for(lin, now=now).roles
    assert "inspector" not in queries.viewer_for(lin, now=until).roles


def test_rights_are_given_by_others_within_their_scope(org, viewer, now):
    wang, lin = viewer("wang"), cast.person("lin")
    unit = org["gz"].id
    with pytest.raises(OwnRights):
        services.grant_role(wang, wang.account_id, role="agent", unit_id=unit, now=now)
    for name in ("lin", "zhao", "feng"):
        with pytest.raises(Refused):
            services.grant_role(viewer(name), lin.id, role="agent", unit_id=unit, now=now)
    # A province's administrator rules there and nowhere else.
    sun = cast.person("sun")
    services.grant_role(wang, sun.id, role="administrator", unit_id=org["gd"].id, now=now)
    sun.refresh_from_db()
    local = queries.viewer_for(sun, now=now)
    services.grant_role(local, lin.id, role="inspector", unit_id=unit, now=now)
    with pytest.raises(Refused):
        services.grant_role(local, lin.id, role="inspector", unit_id=org["js"].id, now=now)
    with pytest.raises(Refused):
        services.change_cell(local, role="agent", permission="tickets.export", held=True, now=now)


def test_the_outsourced_stay_in_their_scope(org, viewer, now):
    wang, outsourced = viewer("wang"), cast.person("xu_vendor")
    for role, unit in (("agent", "gz-out"), ("vendor_agent", "gz")):
        with pytest.raises(VendorScope):
            services.grant_role(wang, outsourced.id, role=role, unit_id=org[unit].id, now=now)


def test_the_matrix_is_changed_cell_by_cell(org, viewer, now):
    wang = viewer("wang")
    assert not viewer("lin").may("tickets.export")
    services.change_cell(wang, role="agent", permission="tickets.export", held=True, now=now)
    assert viewer("lin").may("tickets.export", org.path("gz"))
    services.change_cell(wang, role="agent", permission="tickets.view", held=False, now=now)
    assert not viewer("lin").may("tickets.view")
    event = Event.objects.filter(kind="staff.matrix_changed@1").latest("id")
    assert event.payload == {"role": "agent", "permission": "tickets.view", "held": False}
    with pytest.raises(Invalid):
        services.change_cell(wang, role="agent", permission="tickets.fly", held=True, now=now)
    with pytest.raises(LastDoor):
        services.change_cell(
            wang, role="administrator", permission="staff.change_matrix", held=False, now=now
        )
    with pytest.raises(OwnRights):
        services.change_cell(
            wang, role="administrator", permission="tickets.dispatch", held=True, now=now
        )


def test_an_own_role_starts_empty(org, viewer, now):
    role = services.create_role(viewer("wang"), code="night_shift", name="夜班", now=now)
    assert queries.role_permissions()["night_shift"] == frozenset()
    assert queries.role_label("night_shift") == "夜班"
    assert kinds(role) == ["staff.role_created@1"]
    with pytest.raises(AlreadyThere):
        services.create_role(viewer("wang"), code="night_shift", name="夜班", now=now)


def test_units_are_created_and_closed(org, viewer, now):
    wang = viewer("wang")
    made = services.create_unit(
        wang, code="gz2", name="番禺", parent_id=org["gz"].id, level="team", kind="front", now=now
    )
    assert queries.unit_tree().path(made) == "/hq/gd/gz/gz2/"
    assert viewer("lin").may("tickets.view", queries.unit_tree().path(made))
    with pytest.raises(AlreadyThere):
        services.create_unit(
            wang, code="gz2", name="x", parent_id=org["gz"].id, level="team", kind="front", now=now
        )
    with pytest.raises(Invalid) as raised:
        services.create_unit(
            wang, code="A b", name="", parent_id=org["gz"].id, level="moon", kind="x", now=now
        )
    assert {problem.field for problem in raised.value.problems} == {"code", "name", "level", "kind"}
    person = services.create_person(wang, staff_no="20099", name="新人", unit_id=made, now=now)
    with pytest.raises(StillInUse):
        services.close_unit(wang, made, now=now)
    services.move_person(wang, person.id, unit_id=org["gz"].id, now=now)
    services.close_unit(wang, made, now=now)
    assert [row.closed for row in queries.unit_tree().rows if row.id == made] == [True]
    assert kinds(made) == ["staff.unit_created@1", "staff.unit_closed@1"]
    assert kinds(person.id) == ["staff.person_created@1", "staff.person_moved@1"]
    with pytest.raises(Refused):
        services.close_unit(viewer("lin"), org["gz"].id, now=now)


def test_only_one_headquarters(org, now):
    with pytest.raises(Invalid):
        services.create_unit(
            system_viewer(), code="hq2", name="x", parent_id=None, level="hq", kind="front", now=now
        )


def test_a_person_leaves_and_may_nothing_any_more(org, viewer, now):
    lin = cast.person("lin")
    services.end_person(viewer("wang"), lin.id, now=now)
    lin.refresh_from_db()
    gone = queries.viewer_for(lin, now=now)
    assert not gone.is_signed_in
    assert not gone.may("tickets.view")
    assert queries.grants_held(lin.id, now=now) == []
    assert kinds(lin.id) == ["staff.person_left@1"]


def test_skills_are_dated(org, viewer, now):
    wang, lin = viewer("wang"), cast.person("lin")
    for code in ("broadband", "english"):
        services.create_skill(wang, code=code, name=code, now=now)
    services.set_skills(wang, lin.id, skills={"broadband": 3, "english": 2}, now=now)
    services.set_skills(wang, lin.id, skills={"broadband": 4}, now=now + timedelta(days=1))
    assert queries.skills_held([lin.id]) == {lin.id: {"broadband": 4}}
    assert lin.skills.count() == 3
    with pytest.raises(Invalid):
        services.set_skills(wang, lin.id, skills={"broadband": 9}, now=now)


def test_skills_kept_by_a_process_are_read_anew_when_their_stamp_has_risen(
    org, viewer, now, django_assert_num_queries
):
    wang, lin = viewer("wang"), cast.person("lin")
    services.create_skill(wang, code="broadband", name="宽带", now=now)

    def known(moment):
        stamp = Account.objects.get(id=lin.id).permission_stamp
        return queries.skills_by_stamp([(lin.id, stamp)], moment)

    services.set_skills(wang, lin.id, skills={"broadband": 3}, now=now)
    assert known(now) == [{"broadband": 3}]
    with django_assert_num_queries(1):  # the stamp
        assert known(now) == [{"broadband": 3}]
    services.set_skills(wang, lin.id, skills={}, now=now)
    assert known(now) == [{}]


def test_programs_see_their_unit_within_their_scopes(org, viewer, now):
    wang = viewer("wang")
    made = services.create_client(
        wang, name="gz crm", unit_id=org["gz"].id, allowed=["tickets:read"], now=now
    )
    client = queries.clients(wang).get(public_id=made.id)
    assert client.client_secret != made.client_secret
    seen = queries.viewer_for_client(client, ["tickets:read", "tickets:write"], now=now)
    assert seen.may("tickets.view", org.path("gz-hot"))
    assert not seen.may("tickets.view", org.path("sz"))
    assert not seen.may("tickets.register", org.path("gz"))
    services.close_client(wang, made.id, now=now)
    client.refresh_from_db()
    assert not queries.viewer_for_client(client, ["tickets:read"], now=now).may("tickets.view")
    assert kinds(made.id) == ["staff.client_created@1", "staff.client_closed@1"]
    with pytest.raises(Invalid):
        services.create_client(wang, name="x", unit_id=org["gz"].id, allowed=["all"], now=now)


def test_looking_as_a_role_sees_what_it_sees_and_does_nothing(org, viewer, now):
    wang = viewer("wang")
    services.start_looking_as(wang, role="agent", unit_id=org["sz"].id, now=now)
    seen = queries.viewer_as(cast.person("wang"), "agent", org["sz"].id)
    assert seen.may("tickets.register", org.path("sz"))
    assert not seen.may("tickets.view", org.path("gz"))
    seen.require("tickets.view", org.path("sz"))
    with pytest.raises(Refused):
        seen.require("tickets.register", org.path("sz"))
    services.end_looking_as(wang, role="agent", now=now)
    assert kinds(wang.account_id) == ["staff.looking_as_started@1", "staff.looking_as_ended@1"]
    with pytest.raises(Refused):
        services.start_looking_as(viewer("zhao"), role="agent", unit_id=org["gz"].id, now=now)


def test_a_refusal_is_written_once_a_minute(org, viewer, now):
    lin = viewer("lin")
    assert services.note_refusal(lin, "GET /manage/people", now)
    assert not services.note_refusal(lin, "GET /manage/people", now)
    assert services.note_refusal(lin, "POST /tickets/T1/dispatch", now)
    written = Event.objects.filter(kind="staff.access_refused@1", actor_id=lin.account_id)
    assert written.count() == 2
