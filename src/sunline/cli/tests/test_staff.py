"""The commands for people."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from sunline.cli.main import main
from sunline.staff.models import Account, RoleGrant, SignInGuard, Unit
from sunline.staff.services import check_sign_in
from sunline.testing import cast

pytestmark = pytest.mark.django_db


def sunline(*words: str, language: str = "en"):
    """Run a command and return its result."""
    return CliRunner().invoke(main, list(words), env={"SUNLINE_LANGUAGE": language})


def test_the_first_administrator_of_an_empty_installation(now) -> None:
    result = sunline("staff", "add", "10001", "王珂", "--role", "administrator")
    assert result.exit_code == 0, result.output
    found = re.search(r"Password for the first sign-in: (\S+)", result.output)
    assert found
    account = check_sign_in("10001", found[1], address="127.0.0.1", now=now)
    assert account.must_change_password
    assert Unit.objects.get().path == "/hq/"
    assert RoleGrant.objects.get().role.code == "administrator"


def test_a_number_is_given_once(org) -> None:
    cast.person("lin")
    result = sunline("staff", "add", "20001", "别人", "--unit", "gz-hot")
    assert result.exit_code == 1
    assert Account.objects.filter(staff_no="20001").count() == 1


def test_a_wrong_unit_or_role_adds_nobody(org) -> None:
    assert sunline("staff", "add", "20077", "某人", "--unit", "nowhere").exit_code == 1
    assert sunline("staff", "add", "20077", "某人", "--unit", "gz", "--role", "king").exit_code == 1
    assert not Account.objects.filter(staff_no="20077").exists()


def test_a_new_password_is_printed(org, now) -> None:
    cast.person("lin")
    result = sunline("staff", "reset-password", "20001", language="zh")
    assert "下次登录密码" in result.output
    password = result.output.strip().rpartition("：")[2]
    assert check_sign_in("20001", password, address="127.0.0.1", now=now)


def test_a_locked_door_is_opened(org, now) -> None:
    cast.person("lin")
    SignInGuard.objects.create(key="person:20001", failures=9, last_failed_at=now)
    assert sunline("staff", "unlock", "20001").exit_code == 0
    assert not SignInGuard.objects.filter(key="person:20001").exists()


def test_unknown_people_are_told_by_a_code(org) -> None:
    result = sunline("staff", "unlock", "99999")
    assert result.exit_code == 1
    assert "staff.person_unknown" in result.output


def test_people_are_listed_by_unit(org) -> None:
    cast.people("lin", "he_sz")
    assert "20001" in sunline("staff", "list", "--unit", "gz").output
    assert "21001" not in sunline("staff", "list", "--unit", "gz").output
    assert "agent@/hq/gd/sz/" in sunline("staff", "list").output
