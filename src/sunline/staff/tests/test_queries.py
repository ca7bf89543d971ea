"""What people may see, worked out from grants and the matrix."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sunline.kernel.errors import Refused
from sunline.staff import queries
from sunline.staff.types import nobody, subscriber_viewer, system_viewer
from sunline.testing import cast


def test_a_city_sees_its_city_a_province_its_cities_and_hq_all(org, viewer):
    gz, sz, nj = org.path("gz"), org.path("sz"), org.path("nj")
    lin, sun, wang = viewer("lin"), viewer("sun"), viewer("wang")
    assert [lin.may("tickets.view", path) for path in (gz, sz, nj)] == [True, False, False]
    assert [sun.may("tickets.view", path) for path in (gz, sz, nj)] == [True, True, False]
    assert [wang.may("tickets.view", path) for path in (gz, sz, nj)] == [True, True, True]
    assert lin.may("tickets.view", org.path("gz-net"))
    assert not lin.may("tickets.view", org.path("gd"))


def test_back_office_holds_its_permissions_for_its_unit_only(org, viewer):
    zheng = viewer("zheng")
    assert zheng.may("tickets.handle", org.path("gz-net"))
    assert not zheng.may("tickets.handle", org.path("gz"))
    assert not zheng.may("tickets.handle", org.path("gz-bill"))
    with pytest.raises(Refused):
        zheng.require("tickets.dispatch")


def test_a_warm_process_asks_the_database_once_and_then_not_at_all(org, now):
    lin = cast.person("lin")
    queries.viewer_for(cast.person("sun"), now=now)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        queries.viewer_for(lin, now=now)
        assert len(asked) == 1
        queries.viewer_for(lin, now=now)
        assert len(asked) == 1


def test_the_system_may_everything_and_strangers_nothing(org):
    assert system_viewer().may("tickets.dispatch", org.path("gz"))
    assert system_viewer().paths("tickets.view") == {"/"}
    for viewer in (nobody(), subscriber_viewer("199****0001")):
        assert not viewer.may("tickets.view")
        assert viewer.paths("tickets.view") == frozenset()
