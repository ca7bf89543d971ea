"""Figures in dated rows: defaults, moments, bounds, who set what."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sunline.kernel import policies
from sunline.kernel.errors import Invalid, Refused
from sunline.kernel.models import Event
from sunline.kernel.policies import Policy
from sunline.staff import services
from sunline.testing import cast

pytestmark = pytest.mark.django_db
CODE = "tickets.return_cap"


def cap() -> Policy[int]:
    found: Policy[int] = policies.catalogue()[CODE]
    return found


def test_the_default_holds_until_another_value_does(org: cast.Organisation, now: datetime) -> None:
    later = now + timedelta(days=1)
    assert cap().at(now) == 3
    services.set_policy(cast.viewer("wang"), CODE, "5", since=later, now=now)
    assert (cap().at(now), cap().at(later)) == (3, 5)
    services.set_policy(cast.viewer("wang"), CODE, 2, now=now)
    assert (cap().at(now), cap().at(later)) == (2, 5)
    assert [row.value for row in policies.history(CODE)] == [5, 2]
    assert Event.objects.filter(kind="policy.set@1").count() == 2


@pytest.mark.parametrize("value", ["x", "", None, 0, 21, "1e9", [], float("nan")])
def test_values_out_of_bounds_are_refused_and_nothing_is_kept(
    org: cast.Organisation, now: datetime, value: object
) -> None:
    with pytest.raises(Invalid):
        services.set_policy(cast.viewer("wang"), CODE, value, now=now)
    assert policies.history(CODE) == []


def test_only_whoever_may_sets_one_and_not_for_the_past(
    org: cast.Organisation, now: datetime
) -> None:
    with pytest.raises(Refused):
        services.set_policy(cast.viewer("lin"), CODE, 2, now=now)
    with pytest.raises(Invalid):
        services.set_policy(cast.viewer("wang"), CODE, 2, since=now - timedelta(days=1), now=now)


def test_every_policy_has_a_default_within_its_bounds() -> None:
    for policy in policies.catalogue().values():
        assert policy.checked(policy.default) == policy.default
        assert str(policy.label)
