"""Units and people of the demo operator: the cast, two more cities, and their colleagues."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from sunline.staff import queries
from sunline.staff.models import Account, AccountSkill, Role, RoleGrant, Skill, Unit
from sunline.testing import cast
from sunline.testing.cast import UnitSketch

DATA = Path(__file__).parent / "data"
HEADCOUNT = 90

UNITS: Sequence[UnitSketch] = (
    UnitSketch("fs", "gd", "佛山市分公司", "Foshan", "city", region="440600"),
    UnitSketch("fs-net", "fs", "佛山网络维护中心", "Foshan network", "team", "back"),
    UnitSketch("su", "js", "苏州市分公司", "Suzhou", "city", region="320500"),
    UnitSketch("su-net", "su", "苏州网络维护中心", "Suzhou network", "team", "back"),
    UnitSketch("js-bill", "js", "江苏账务与投诉中心", "Jiangsu billing", "team", "back"),
)
CITIES = ("gz", "sz", "fs", "nj", "su")


@dataclass(frozen=True, slots=True)
class Colleagues:
    """People of one team beyond the cast: how many, as what, for which unit, from which number."""

    unit: str
    role: str
    scope: str
    count: int
    first_no: str
    skills: str


def colleagues() -> list[Colleagues]:
    """Return the teams' people as `data/teams.csv` lists them."""
    with (DATA / "teams.csv").open(encoding="utf-8", newline="") as file:
        return [
            Colleagues(
                row["unit"],
                row["role"],
                row["scope"],
                int(row["count"]),
                row["first_no"],
                row["skills"],
            )
            for row in csv.DictReader(file)
        ]


@cache
def skills() -> dict[str, tuple[str, str]]:
    """Return the skills' names in Chinese and English by their codes."""
    with (DATA / "skills.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: (row["name"], row["name_en"]) for row in csv.DictReader(file)}


def hire(*, now: datetime, rng: random.Random) -> dict[str, list[Account]]:
    """Make all units and people and return the people by the code of their unit."""
    units = _units()
    cast.people(now=now)
    Skill.objects.bulk_create(
        [Skill(code=code, name=zh, name_en=en) for code, (zh, en) in skills().items()],
        ignore_conflicts=True,
    )
    _colleagues(units, now, rng)
    queries.forget_units()
    queries.forget_matrix()
    found: dict[str, list[Account]] = {}
    for account in Account.objects.select_related("unit").order_by("staff_no"):
        found.setdefault(account.unit.code, []).append(account)
    return found


def _units() -> dict[str, Unit]:
    units = dict(cast.organisation().units)
    for sketch in UNITS:
        parent = units[sketch.parent]
        units[sketch.code], _made = Unit.objects.get_or_create(
            code=sketch.code,
            defaults={
                "id": cast.fixed_id("unit", sketch.code),
                "name": sketch.name,
                "name_en": sketch.name_en,
                "level": sketch.level,
                "kind": sketch.kind,
                "parent": parent,
                "path": f"{parent.path}{sketch.code}/",
                "region_code": sketch.region,
            },
        )
    return units


def _colleagues(units: dict[str, Unit], now: datetime, rng: random.Random) -> None:
    roles = dict(Role.objects.values_list("code", "id"))
    names = NameMaker(rng)
    accounts: list[Account] = []
    grants: list[RoleGrant] = []
    for team in colleagues():
        prefix = team.first_no.rstrip("0123456789")
        first = int(team.first_no[len(prefix) :])
        for index in range(team.count):
            number = f"{prefix}{first + index:0{len(team.first_no) - len(prefix)}d}"
            joined = now - timedelta(days=rng.randint(60, 4000))
            account = Account(
                id=cast.fixed_id("account", number),
                staff_no=number,
                name=names.person()[0],
                email=f"{number.lower()}@staff.sunline.example",
                unit=units[team.unit],
                employer=units[team.unit].vendor,
                password=cast.hashed_password(),
                password_changed_at=now,
                joined_at=joined,
            )
            accounts.append(account)
            grants.append(
                RoleGrant(
                    account=account,
                    role_id=roles[team.role],
                    unit=units[team.scope],
                    since=joined,
                )
            )
    Account.objects.bulk_create(accounts)
    RoleGrant.objects.bulk_create(grants)
    _teach(now, rng)


def _teach(now: datetime, rng: random.Random) -> None:
    ids = dict(Skill.objects.values_list("code", "id"))
    by_unit = {team.unit: team.skills.split() for team in colleagues()}
    rows = []
    for account in Account.objects.select_related("unit").order_by("staff_no"):
        for code in by_unit.get(account.unit.code, ()):
            rows.append(
                AccountSkill(
                    account=account,
                    skill_id=ids[code],
                    level=rng.choices((2, 3, 4, 5), (2, 5, 3, 1))[0],
                    since=now - timedelta(days=200),
                )
            )
    AccountSkill.objects.bulk_create(rows)


class NameMaker:
    """Makes people's names from common surnames and given characters."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        lines = (DATA / "names.csv").read_text(encoding="utf-8").splitlines()
        parts = dict(line.split(",", 1) for line in lines[1:])
        self._surnames = parts["surnames"].split()
        self._female = parts["female"].split()
        self._male = parts["male"].split()
        self._old = parts["old"].split()

    def person(self, *, senior: bool = False) -> tuple[str, str]:
        """Return a name and a gender."""
        gender = self._rng.choice(("female", "male"))
        given = self._old if senior else self._female if gender == "female" else self._male
        name = self._rng.choice(self._surnames) + self._rng.choice(given)
        if len(name) == 2 and self._rng.random() < 0.7:
            name += self._rng.choice([one for one in given if len(one) == 1])
        return name, gender
