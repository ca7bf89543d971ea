"""Which contacts belong to an outage: cases worked by hand, and a labelled set of 500."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from ..rules import outages as rules
from ..rules.outages import Area, Contact, Extent, Words
from ..services.outage_words import known_words

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
BEGAN = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
ENDED = BEGAN + 6 * HOUR
CITY, OTHER = "/hq/gd/gz/", "/hq/gd/sz/"
WHOLE = Extent((Area(CITY),), frozenset({"broadband"}), BEGAN)
CELL = Extent((Area(CITY, "OLT-7", ("珠江新城", "猎德")),), frozenset({"broadband"}), BEGAN, ENDED)
FEW = Words(
    names={"broadband": ("宽带",), "mobile": ("手机",), "tv": ("电视",)},
    faults={"": ("断网", "上不了网"), "broadband": ("宽带不通",), "mobile": ("没信号",)},
    other=("资费", "咨询"),
    own=("欠费",),
)


def matched(contact: Contact, extent: Extent = WHOLE, words: Words = FEW) -> bool:
    found = rules.match(contact, extent, words, before=30 * MINUTE, after=60 * MINUTE)
    return found is not None


def said(text: str, **changes: object) -> Contact:
    return replace(Contact(BEGAN + HOUR, CITY, text=text), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("contact", "belongs"),
    [
        (said("断网了"), True),
        (said("", topic="broadband.fault.down"), True),
        (said("", topic="broadband.fault"), True),
        (said("", topic="network.outage.area"), True),
        (said("", topic="broadband.fault.device"), False),  # the customer's own box
        (said("", topic="broadband.fault.password"), False),
        (said("断网了", topic="billing.dispute.monthly"), False),  # a person said what it is about
        (said("断网了", topic="mobile.plan.enquiry"), False),
        (said("断网了", topic="network"), True),  # too broad: the words decide
        (said("断网了", topic="broadband"), True),
        (said("想问一下", topic="broadband"), False),
        (said("", topic="broadband.tv.fault"), False),
        (said("", topic="network.mobile.no_signal"), False),
        (said("断网了", kind="praise"), False),
        (said("断网了", kind="transaction"), False),
        (said("断网了", kind="enquiry"), True),
        (said("断网了，是不是欠费了"), False),
        (said("咨询资费，原来那家老断网"), False),  # two words of another matter, one of a fault
        (said("咨询一下，断网了，上不了网"), True),
        (said("手机上不了网"), False),  # speaks of another product
        (said("宽带和手机都上不了网"), True),
        (said("手机没信号"), False),
        (said("断网了", path=f"{CITY}gz-hot/"), True),
        (said("断网了", path=OTHER), False),
        (said("断网了", path="/hq/gd/"), False),  # at home above: nobody knows where
        (said("断网了", code="OLT-9"), True),  # the whole city is down
        (said("断网了", at=BEGAN - 30 * MINUTE), True),
        (said("断网了", at=BEGAN - 30 * MINUTE - SECOND), False),
        (said("断网了", at=BEGAN + timedelta(days=20)), True),  # nobody knows the end
    ],
)
def test_a_contact_belongs_by_time_area_and_fault(contact: Contact, belongs: bool) -> None:
    assert matched(contact) is belongs


@pytest.mark.parametrize(
    ("contact", "belongs"),
    [
        (said("断网了", code="OLT-7"), True),
        (said("断网了", code="OLT-9"), False),
        (said("断网了"), False),  # somewhere in the city
        (said("猎德这边断网了"), True),
        (said("猎德这边断网了", code="OLT-9"), False),
        (said("猎德这边断网了", path=OTHER), False),
        (said("猎德这边断网了", path="/hq/"), True),  # not known, but says where
        (said("断网了", path="/hq/"), False),
        (said("断网了", path="/hq/", code="OLT-7"), True),
        (said("断网了", code="OLT-7", at=ENDED + 60 * MINUTE), True),
        (said("断网了", code="OLT-7", at=ENDED + 60 * MINUTE + SECOND), False),
    ],
)
def test_a_code_narrows_the_area_and_places_stand_for_it(contact: Contact, belongs: bool) -> None:
    assert matched(contact, CELL) is belongs


def test_the_narrowest_reason_is_told() -> None:
    two = replace(CELL, areas=(Area(OTHER), *CELL.areas))
    found = rules.match(
        said("猎德断网", code="OLT-7"), two, FEW, before=timedelta(), after=timedelta()
    )
    assert found is not None
    assert found.reasons == ("code", "words")


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        (Area(CITY), Area(CITY), True),
        (Area(CITY), Area(f"{CITY}gz-hot/"), True),
        (Area(CITY), Area(OTHER), False),
        (Area(CITY, "A"), Area(CITY), True),
        (Area(CITY, "A"), Area(CITY, "A"), True),
        (Area(CITY, "A"), Area(CITY, "B"), False),
        (Area(CITY, "A"), Area(OTHER, "A"), False),
    ],
)
def test_areas_meet_both_ways(one: Area, other: Area, meet: bool) -> None:
    assert rules.areas_meet([one], [other]) is meet
    assert rules.areas_meet([other], [one]) is meet


def test_outages_overlap_by_place_product_and_time() -> None:
    one = replace(WHOLE, until=ENDED)
    assert rules.overlap(one, one)
    assert not rules.overlap(one, replace(one, products=frozenset({"tv"})))
    assert not rules.overlap(one, replace(one, areas=(Area(OTHER),)))
    touching = replace(one, since=ENDED, until=ENDED + HOUR)
    for first, second in ((one, touching), (touching, one)):
        assert not rules.overlap(first, second)
    assert rules.overlap(one, replace(touching, since=ENDED - SECOND))
    assert rules.overlap(WHOLE, touching)  # nobody knows the end of the first


def test_works_are_announced_ahead_or_at_once() -> None:
    lead = timedelta(hours=72)
    assert rules.announce_at(BEGAN + 100 * HOUR, BEGAN, lead) == BEGAN + 28 * HOUR
    assert rules.announce_at(BEGAN + 10 * HOUR, BEGAN, lead) == BEGAN


def test_a_fault_waives_rent_after_the_limit_and_works_always() -> None:
    since, rent = datetime(2026, 11, 10, 8, 0, tzinfo=UTC), Decimal(90)  # 3.00 a day in November
    assert rules.waiver(rent, since, since + 48 * HOUR) is None
    late = rules.waiver(rent, since, since + 48 * HOUR + SECOND)
    assert late is not None
    assert (late.amount, late.days, late.basis) == (Decimal("9.00"), 3, "cn_telecom_32")
    assert rules.waiver(rent, since, since + 72 * HOUR, rural=True) is None
    assert rules.waiver(rent, since, since + 100 * HOUR, terminal=True) is None
    works = rules.waiver(rent, since, since + 2 * HOUR, planned=True)
    assert works is not None
    assert (works.amount, works.days, works.basis) == (Decimal("3.00"), 1, "cn_telecom_35")
    assert rules.waiver(rent, since, since, planned=True) is None


# A labelled set: what people say, in other words than the rules hold where people use others.

BY_TOPIC = (
    *("broadband.fault.down", "broadband.fault.drop", "broadband.fault"),
    "network.outage.area",
)
COMPLAINS = (
    "家里断网了，光猫亮红灯，什么时候能好？",
    "宽带从上午开始就上不了网，重启光猫也没有用。",
    "我们整栋楼都没网了，请赶紧派人修。",
    "网络中断快一个小时了，孩子还要上网课。",
    "在家办公突然没有网络，影响很大。",
    "宽带断了，LOS灯一直闪，邻居家也一样。",
    "店里收银机连不上网，客人都等着付款。",
    "你们的网络是不是瘫痪了？小区群里都在说没网。",
    "网络故障什么时候恢复？已经报过一次了。",
    "wifi连上没网，是不是线路出问题了？",
    "宽带用不了，重新插拔网线也不行。",
    "咨询一下，家里为什么上不了网，宽带一直是红灯。",
    "无法上网，光猫红灯，请尽快处理。",
    "Our broadband is down, no internet since this morning.",
)
HARD = ("家里网页打不开，什么都刷不出来。",)  # no word of a fault: nobody can be sure
OTHER_MATTERS = (
    ("咨询一下500M宽带的资费和优惠活动。", "", "enquiry"),
    ("想了解宽带套餐价格，多少钱一个月？", "", "enquiry"),
    ("上次断网的补偿什么时候到账？", "", "enquiry"),
    ("要搬家了，宽带移机怎么办理？", "", "enquiry"),
    ("申请新装宽带，什么时候能上门安装？", "", "enquiry"),
    ("这个月账单多扣了三十元，请退费。", "billing.dispute.monthly", "complaint"),
    ("发票怎么开？", "billing.query.invoice", "query"),
    ("套餐想改成便宜一点的。", "mobile.plan.change", "enquiry"),
    ("路由器坏了，无法上网，能不能换一个？", "broadband.fault.device", "fault"),
    ("忘记密码了，宽带上不了网。", "broadband.fault.password", "fault"),
    ("欠费停机后宽带上不了网，已经缴费了。", "", "enquiry"),
    ("只有我家上不了网，邻居家正常，可能是网线坏了。", "", "fault"),
    ("手机没信号，电话打不出去。", "network.mobile.no_signal", "fault"),
    ("手机流量上不了网。", "", "fault"),
    ("电视黑屏，机顶盒没信号。", "broadband.tv.fault", "fault"),
    ("电视看不了了，一直转圈。", "", "fault"),
    ("座机没有拨号音。", "fixed.fault.dead", "fault"),
    ("师傅态度很好，网修得快，表扬一下。", "service.praise.praise", "praise"),
    ("想携号转网，需要什么条件？", "portability.out.query", "enquiry"),
    ("推销电话太多了，不要再打。", "marketing.contact.refuse", "complaint"),
)


@dataclass(frozen=True)
class Labelled:
    contact: Contact
    belongs: bool
    why: str


def labelled(seed: int = 7) -> list[Labelled]:
    """Return 500 contacts of a day with the truth: 220 belong to the outage of the code."""
    dice = random.Random(seed)

    def moment() -> datetime:
        return BEGAN + timedelta(minutes=dice.randrange(-25, 400))

    def one(text: str, why: str, belongs: bool, **changes: object) -> Labelled:
        base = Contact(moment(), CITY, "OLT-7", "fault", "", text)
        return Labelled(replace(base, **changes), belongs, why)  # type: ignore[arg-type]

    makers: list[tuple[int, Callable[[], Labelled]]] = [
        (90, lambda: one(dice.choice(COMPLAINS), "topic", True, topic=dice.choice(BY_TOPIC))),
        (80, lambda: one(dice.choice(COMPLAINS), "words", True, kind="enquiry")),
        (42, lambda: one(f"珠江新城{dice.choice(COMPLAINS)}", "place", True, code="")),
        (8, lambda: one(HARD[0], "no word of a fault", True)),
        (45, lambda: one(dice.choice(COMPLAINS), "other city", False, path=OTHER)),
        (45, lambda: one(dice.choice(COMPLAINS), "other code", False, code="OLT-9")),
        (30, lambda: one(dice.choice(COMPLAINS), "no place told", False, code="")),
        (20, lambda: one(dice.choice(COMPLAINS), "too early", False, at=BEGAN - 3 * HOUR)),
        (20, lambda: one(dice.choice(COMPLAINS), "too late", False, at=ENDED + 4 * HOUR)),
    ]
    found = [make() for count, make in makers for _ in range(count)]
    while len(found) < 500:
        text, topic, kind = OTHER_MATTERS[len(found) % len(OTHER_MATTERS)]
        found.append(one(text, "other matter", False, topic=topic, kind=kind))
    dice.shuffle(found)
    return found


@pytest.mark.parametrize("seed", [7, 11, 2026])
def test_precision_and_recall_on_five_hundred_labelled_contacts(seed: int) -> None:
    rows = labelled(seed)
    words = known_words()
    hits = [(row, matched(row.contact, CELL, words)) for row in rows]
    right = sum(row.belongs and hit for row, hit in hits)
    wrong = [row for row, hit in hits if hit and not row.belongs]
    missed = [row for row, hit in hits if row.belongs and not hit]
    precision = right / (right + len(wrong))
    recall = right / (right + len(missed))
    print(f"\nseed {seed}: precision {precision:.3f}, recall {recall:.3f} of {len(rows)}")
    assert len(rows) == 500
    assert precision >= 0.95, [(row.why, row.contact.text) for row in wrong]
    assert recall >= 0.95, [(row.why, row.contact.text) for row in missed]
