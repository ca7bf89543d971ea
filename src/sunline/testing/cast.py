"""The organisation and the people that tests, demo and screenshots share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from uuid import NAMESPACE_URL, UUID, uuid5

from django.contrib.auth.hashers import make_password

from sunline.staff import matrix, queries
from sunline.staff.models import Account, Role, RoleGrant, Unit
from sunline.staff.types import Viewer

from .clock import NOON

PASSWORD = "Sunline-hotline-2026"


@dataclass(frozen=True, slots=True)
class UnitSketch:
    """A unit before it is a row."""

    code: str
    parent: str
    name: str
    name_en: str
    level: str
    kind: str = "front"
    vendor: str = ""
    region: str = ""


UNITS: Sequence[UnitSketch] = (
    UnitSketch("hq", "", "阳光电信总部", "Sunline Telecom HQ", "hq", "staffing"),
    UnitSketch("gd", "hq", "广东省公司", "Guangdong", "province", region="440000"),
    UnitSketch("gz", "gd", "广州市分公司", "Guangzhou", "city", region="440100"),
    UnitSketch("sz", "gd", "深圳市分公司", "Shenzhen", "city", region="440300"),
    UnitSketch("js", "hq", "江苏省公司", "Jiangsu", "province", region="320000"),
    UnitSketch("nj", "js", "南京市分公司", "Nanjing", "city", region="320100"),
    UnitSketch("gz-hot", "gz", "广州热线一班", "Guangzhou hotline team 1", "team"),
    UnitSketch("gz-hall", "gz", "广州天河营业厅", "Guangzhou Tianhe hall", "team"),
    UnitSketch("gz-net", "gz", "广州网络维护中心", "Guangzhou network", "team", "back"),
    UnitSketch("gz-bill", "gz", "广州账务中心", "Guangzhou billing", "team", "back"),
    UnitSketch("gz-field", "gz", "广州装维班", "Guangzhou field team", "team", "back"),
    UnitSketch(
        "gz-out", "gz", "广州外呼外包班", "Guangzhou vendor team", "team", vendor="恒信外包"
    ),
    UnitSketch("sz-hot", "sz", "深圳热线一班", "Shenzhen hotline team 1", "team"),
    UnitSketch("sz-net", "sz", "深圳网络维护中心", "Shenzhen network", "team", "back"),
    UnitSketch("nj-hot", "nj", "南京热线一班", "Nanjing hotline team 1", "team"),
    UnitSketch("nj-net", "nj", "南京网络维护中心", "Nanjing network", "team", "back"),
    UnitSketch("gd-disp", "gd", "广东派单中心", "Guangdong dispatch", "team", "dispatch"),
    UnitSketch("gd-comp", "gd", "广东投诉处理中心", "Guangdong complaints", "team"),
    UnitSketch("gd-qual", "gd", "广东质检组", "Guangdong inspection", "team", "staffing"),
    UnitSketch("js-disp", "js", "江苏派单中心", "Jiangsu dispatch", "team", "dispatch"),
    UnitSketch("hq-oper", "hq", "总部运营管理部", "HQ operations", "team", "staffing"),
)


@dataclass(frozen=True, slots=True)
class PersonSketch:
    """A person before they are a row; `scope` is the unit the role is held for."""

    key: str
    staff_no: str
    name: str
    unit: str
    role: str
    scope: str


PEOPLE: Sequence[PersonSketch] = (
    PersonSketch("lin", "20001", "林晓", "gz-hot", "agent", "gz"),
    PersonSketch("zhao", "20002", "赵敏", "gz-hot", "team_leader", "gz"),
    PersonSketch("qian", "20003", "钱进", "gz", "floor_manager", "gz"),
    PersonSketch("sun", "20004", "孙立", "gd-disp", "dispatcher", "gd"),
    PersonSketch("zhou", "20005", "周正", "gd-qual", "inspector", "gd"),
    PersonSketch("wu", "20006", "吴工", "gz-field", "field_engineer", "gz-field"),
    PersonSketch("zheng", "20007", "郑一", "gz-net", "back_office", "gz-net"),
    PersonSketch("wang", "10001", "王珂", "hq-oper", "administrator", "hq"),
    PersonSketch("feng", "10002", "冯析", "hq-oper", "analyst", "hq"),
    # Beyond the cast: one for every other role, a second handler, and colleagues elsewhere.
    PersonSketch("chu", "20008", "褚宁", "gz-net", "back_office", "gz-net"),
    PersonSketch("wei", "20009", "卫东", "gz-bill", "back_office", "gz-bill"),
    PersonSketch("jiang", "20010", "蒋诚", "gd-comp", "complaint_specialist", "gd"),
    PersonSketch("shen", "20011", "沈怡", "gd-comp", "revisit_caller", "gd"),
    PersonSketch("han", "20012", "韩阳", "gz", "account_manager", "gz"),
    PersonSketch("yang", "20013", "杨柳", "gz-hall", "hall_clerk", "gz"),
    PersonSketch("zhu", "10003", "朱班", "hq-oper", "planner", "hq"),
    PersonSketch("qin", "10004", "秦文", "hq-oper", "knowledge_editor", "hq"),
    PersonSketch("you", "10005", "尤严", "hq-oper", "auditor", "hq"),
    PersonSketch("xu_vendor", "W0001", "许外", "gz-out", "vendor_agent", "gz-out"),
    PersonSketch("he_sz", "21001", "何深", "sz-hot", "agent", "sz"),
    PersonSketch("lv_nj", "31001", "吕宁", "nj-hot", "agent", "nj"),
    PersonSketch("shi_js", "31002", "施派", "js-disp", "dispatcher", "js"),
    PersonSketch("zhang_nj", "31003", "张网", "nj-net", "back_office", "nj-net"),
)
BY_KEY = {sketch.key: sketch for sketch in PEOPLE}


def fixed_id(kind: str, name: str) -> UUID:
    """Return the id that a named row of the cast always has."""
    return uuid5(NAMESPACE_URL, f"https://sunline.example/{kind}/{name}")


@cache
def _hashed(algorithm: str) -> str:
    return make_password(PASSWORD, hasher=algorithm)


def hashed_password(algorithm: str = "default") -> str:
    """Return the hash of the cast's password, made once per process."""
    return _hashed(algorithm)


class Organisation:
    """The units by code."""

    def __init__(self, units: dict[str, Unit]) -> None:
        self.units = units

    def __getitem__(self, code: str) -> Unit:
        return self.units[code]

    def path(self, code: str) -> str:
        """Return the path of the unit with the code."""
        return self.units[code].path


def organisation() -> Organisation:
    """Make the units and roles unless they are there, and return the units."""
    units = {unit.code: unit for unit in Unit.objects.all()}
    missing = [sketch for sketch in UNITS if sketch.code not in units]
    made = []
    for sketch in missing:
        parent = units.get(sketch.parent)
        units[sketch.code] = unit = Unit(
            id=fixed_id("unit", sketch.code),
            code=sketch.code,
            name=sketch.name,
            name_en=sketch.name_en,
            level=sketch.level,
            kind=sketch.kind,
            parent=parent,
            path=f"{parent.path if parent else '/'}{sketch.code}/",
            vendor=sketch.vendor,
            region_code=sketch.region,
        )
        made.append(unit)
    Unit.objects.bulk_create(made)
    Role.objects.bulk_create([Role(code=code) for code in matrix.ROLES], ignore_conflicts=True)
    if made:
        queries.forget_units()
        queries.forget_matrix()
    return Organisation(units)


def people(*keys: str, now: datetime = NOON) -> dict[str, Account]:
    """Make the named people (all of them when none is named) unless they are there."""
    units = organisation().units
    wanted = [BY_KEY[key] for key in (keys or BY_KEY)]
    numbers = [sketch.staff_no for sketch in wanted]
    there = {row.staff_no: row for row in Account.objects.filter(staff_no__in=numbers)}
    fresh = [sketch for sketch in wanted if sketch.staff_no not in there]
    roles = dict(Role.objects.values_list("code", "id"))
    since = now - timedelta(days=365)
    made = [
        Account(
            id=fixed_id("account", sketch.key),
            staff_no=sketch.staff_no,
            name=sketch.name,
            email=f"{sketch.staff_no.lower()}@staff.sunline.example",
            unit=units[sketch.unit],
            employer=units[sketch.unit].vendor,
            password=hashed_password(),
            password_changed_at=now,
            joined_at=since,
        )
        for sketch in fresh
    ]
    Account.objects.bulk_create(made)
    RoleGrant.objects.bulk_create(
        RoleGrant(
            account=account, role_id=roles[sketch.role], unit=units[sketch.scope], since=since
        )
        for sketch, account in zip(fresh, made, strict=True)
    )
    there |= {account.staff_no: account for account in made}
    return {sketch.key: there[sketch.staff_no] for sketch in wanted}


def person(key: str, now: datetime = NOON) -> Account:
    """Return the account of one of the cast, made when first asked for."""
    return people(key, now=now)[key]


def viewer(key: str, now: datetime = NOON) -> Viewer:
    """Return what one of the cast may do."""
    return queries.viewer_for(person(key, now), now=now)
