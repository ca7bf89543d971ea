"""Decisions about people, without a database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunline.staff import matrix, rules, scopes
from sunline.staff.types import Viewer, is_reading
from sunline.testing.clock import NOON

UNITS = (
    "/hq/",
    "/hq/gd/",
    "/hq/gd/gz/",
    "/hq/gd/gz/gz-net/",
    "/hq/gd/sz/",
    "/hq/js/",
    "/hq/js/nj/",
)
ALL_CODES = sorted(frozenset().union(*matrix.DEFAULT.values()))


@pytest.mark.parametrize("role", sorted(matrix.ROLES))
@pytest.mark.parametrize("held_for", UNITS)
def test_role_by_permission_by_unit_in_both_directions(role: str, held_for: str) -> None:
    grants = rules.grants_of([(role, held_for)], matrix.DEFAULT)
    viewer = Viewer(actor=None, grants=grants)  # type: ignore[arg-type]
    for code in ALL_CODES:
        for asked in UNITS:
            inside = asked.startswith(held_for)
            assert viewer.may(code, asked) == (code in matrix.DEFAULT[role] and inside)


@given(st.lists(st.tuples(st.sampled_from(sorted(matrix.ROLES)), st.sampled_from(UNITS))))
def test_grants_add_up_and_never_more(held: list[tuple[str, str]]) -> None:
    viewer = Viewer(actor=None, grants=rules.grants_of(held, matrix.DEFAULT))  # type: ignore[arg-type]
    for code in ALL_CODES:
        for asked in UNITS:
            wanted = any(
                code in matrix.DEFAULT[role] and asked.startswith(top) for role, top in held
            )
            assert viewer.may(code, asked) == wanted


def test_every_role_has_a_default_and_nothing_else() -> None:
    assert set(matrix.DEFAULT) == set(matrix.ROLES)


def test_a_decided_cell_changes_the_default_and_an_unknown_role_holds_nothing() -> None:
    found = rules.effective_matrix(
        {"agent": frozenset({"a.view", "a.do"})},
        [("agent", "a.do", False), ("agent", "b.do", True), ("own", None, None)],
    )
    assert found == {"agent": {"a.view", "b.do"}, "own": frozenset()}


@given(st.sets(st.sampled_from(UNITS)))
def test_outermost_covers_the_same_units(paths: set[str]) -> None:
    kept = rules.outermost(paths)
    assert kept <= paths
    for asked in UNITS:
        assert any(asked.startswith(p) for p in paths) == any(asked.startswith(p) for p in kept)


@pytest.mark.parametrize(
    ("role", "path", "vendor", "own", "allowed"),
    [
        ("agent", "/hq/gd/gz/", "", "/hq/gd/gz/gz-hot/", True),
        ("vendor_agent", "/hq/gd/gz/gz-out/", "V", "/hq/gd/gz/gz-out/", True),
        ("vendor_agent", "/hq/gd/gz/", "V", "/hq/gd/gz/gz-out/", False),
        ("agent", "/hq/gd/gz/gz-out/", "V", "/hq/gd/gz/gz-out/", False),
        ("vendor_agent", "/hq/gd/gz/gz-out/", "V", "", False),
    ],
)
def test_the_outsourced_hold_vendor_roles_in_their_own_unit(role, path, vendor, own, allowed):
    assert rules.may_hold(role, path, vendor, own) is allowed


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("short", "too_short"),
        ("my20001pass", "holds_staff_no"),
        ("aaaaaaaaaaaa", "too_few_characters"),
        ("lin-xiao-lin-xiao", "holds_name"),
        ("quiet-otter-42", ""),
    ],
)
def test_password_policy(password: str, fault: str) -> None:
    faults = rules.password_faults(password, staff_no="20001", name="lin-xiao")
    assert faults == ([fault] if fault else [])


def test_the_wait_grows_and_has_an_end() -> None:
    waits = [rules.wait_after(count) for count in range(1, 40)]
    assert waits[:4] == [timedelta()] * 4
    assert waits[4:7] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(hours=1)
    assert rules.minutes(timedelta(seconds=61)) == 2


def test_failures_are_forgiven_after_half_a_day_of_quiet() -> None:
    assert rules.counted_failures(7, NOON, NOON + timedelta(hours=11)) == 7
    assert rules.counted_failures(7, NOON, NOON + timedelta(hours=12)) == 0


def test_sessions_end_by_age_and_by_quiet() -> None:
    longest, idle = timedelta(hours=12), timedelta(hours=2)

    def over(signed_in: int, seen: int) -> bool:
        return rules.session_is_over(
            NOON - timedelta(minutes=signed_in),
            NOON - timedelta(minutes=seen),
            longest=longest,
            idle=idle,
            now=NOON,
        )

    assert not over(60, 60)
    assert over(121, 120)
    assert over(720, 1)


def test_scopes_stand_for_permissions_and_unknown_ones_for_none() -> None:
    assert set(scopes.LABELS) == set(scopes.PERMISSIONS)
    assert "tickets.view" in scopes.permissions_of(["tickets:read", "nonsense"])
    assert "tickets.register" not in scopes.permissions_of(["tickets:read"])


def test_looking_and_doing() -> None:
    assert is_reading("tickets.view")
    assert is_reading("staff.view_log")
    assert not is_reading("staff.look_as")
    assert not is_reading("tickets.export")


def test_levels_hold_until_the_next_skill_begins_or_ends() -> None:
    hour = timedelta(hours=1)
    held = [
        ("broadband", 2, NOON - hour, None),
        ("broadband", 4, NOON - hour, NOON + 2 * hour),
        ("english", 3, NOON + hour, None),
    ]
    assert rules.levels_at(held, NOON) == ({"broadband": 4}, NOON + hour)
    assert rules.levels_at(held, NOON + hour) == ({"broadband": 4, "english": 3}, NOON + 2 * hour)
    assert rules.levels_at(held[:1], NOON + 2 * hour) == ({"broadband": 2}, rules.NEVER)


def test_a_vendor_keeps_only_what_is_for_the_own_floor_and_never_reveals() -> None:
    cells = {
        "vendor_agent": frozenset({"tickets.view", "customers.reveal"}),
        "team_leader": frozenset({"tickets.view", "insight.view", "tickets.note"}),
    }
    own = "/hq/gd/gz/gz-out/"
    held = [("vendor_agent", own), ("team_leader", "/hq/gd/gz/"), ("team_leader", f"{own}a/")]
    assert rules.vendor_grants(held, cells, own) == {
        "tickets.view": frozenset({own}),
        "tickets.note": frozenset({f"{own}a/"}),
    }
    assert rules.vendor_grants(held, cells, "") == {}
