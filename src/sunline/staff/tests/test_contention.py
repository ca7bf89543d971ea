"""Many processes at one door: threads with connections of their own, on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyotp
import pytest
from django.db import connection

from sunline.staff import services
from sunline.staff.errors import Locked, WrongCode, WrongSignIn
from sunline.staff.models import SecondFactor
from sunline.testing import cast
from sunline.testing.clock import NOON

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(act: Callable[[], Any], times: int = 16) -> list[str]:
    """Run an act on many connections at once and return what each came to."""

    def run(_: int) -> str:
        try:
            act()
            return "in"
        except (Locked, WrongCode, WrongSignIn) as error:
            return type(error).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return sorted(pool.map(run, range(times)))


def test_guesses_at_once_get_no_more_tries_than_guesses_in_turn():
    cast.person("lin")
    came = at_once(
        lambda: services.check_sign_in("20001", "guess", address="203.0.113.9", now=NOON)
    )
    assert came == ["Locked"] * 11 + ["WrongSignIn"] * 5


def test_one_code_lets_one_of_many_in():
    lin = cast.person("lin")
    secret = pyotp.random_base32()
    SecondFactor.objects.create(account=lin, secret=secret, confirmed_at=NOON)
    code = pyotp.TOTP(secret).at(NOON)
    came = at_once(lambda: services.check_second_factor(lin, code, now=NOON), 5)
    assert came.count("in") == 1
