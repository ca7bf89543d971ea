"""The closed loop in real browsers: from a customer's mail to the day's figures."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from walk.people import Colleague, Person
from walk.stage import ADDRESS, Stage

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CUSTOMER = "chen@customer.example"
NUMBER = re.compile(r"T\d{8}-\d{6}")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}")
TITLE = "宽带晚上掉线,已经第三天了"
BODY = "您好:\r\n我家宽带每天晚上八点以后就掉线,请尽快派人看看,镕基路12号。\r\n陈女士\r\n"
ANSWER = "尊敬的陈女士:您家的光猫已经更换,线路测试正常。给您带来不便,敬请谅解。"


def mail_of_chen() -> bytes:
    """Return a mail as older Chinese programs write it: GBK bytes under the name of gb2312."""
    mail = "\r\n".join(
        (
            "From: =?gb2312?B?s8LFrsq/?= <chen@customer.example>",
            f"To: {ADDRESS}",
            f"Subject: {_word(TITLE)}",
            "Date: Fri, 20 Nov 2026 20:15:00 +0800",
            "Message-ID: <walk-1@customer.example>",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=gb2312",
            "Content-Transfer-Encoding: 8bit",
            "",
            "",
        )
    )
    return mail.encode("ascii") + BODY.encode("gbk")


def _word(text: str) -> str:
    from base64 import b64encode

    return f"=?gb2312?B?{b64encode(text.encode('gbk')).decode()}?="


def mails_to(operator: Stage, address: str) -> list[EmailMessage]:
    """Return what the customer was sent."""
    return [item.mail for item in list(operator.smtp.received) if address in item.recipients]


def awaited(look: Callable[[], Any], what: str, seconds: float = 15) -> Any:
    """Return what a look finds, waiting for it."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"never came: {what}")


def text_of(mail: EmailMessage) -> str:
    """Return the words of a mail."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


@pytest.fixture(scope="module")
def crew(operator: Stage, browser: Browser) -> Iterator[dict[str, Colleague]]:
    """Return the people of the walk, each at a browser of their own."""
    names = ("lin", "sun", "zheng", "chu")
    found = {name: Colleague(browser, operator.url, name) for name in names}
    yield found
    for person in found.values():
        person.close()


def rating_links(operator: Stage) -> list[str]:
    """Return the links that the customer was sent, in their order."""
    texts = [text_of(mail) for mail in mails_to(operator, CUSTOMER)]
    return [link for text in texts for link in re.findall(r"http://\S+/r/[\w-]+", text)]


def rate(browser: Browser, operator: Stage, link: str, score: int, solved: str, name: str) -> None:
    """Open the link as the customer and give a rating."""
    customer = Person(browser, operator.url)
    customer.page.goto(link)
    customer.sees("您对我们的答复满意吗", ANSWER)
    customer.shot(name)
    customer.page.locator(f"label[for=solved-{solved}]").click()
    customer.page.locator(f"label[for=score-{score}]").click()
    customer.page.fill("#comment", "还是掉线" if solved == "no" else "这次修好了,谢谢")
    customer.page.locator("form button.btn-primary").click()
    customer.sees("感谢您的评价")
    customer.shot(f"{name}-thanks")
    customer.close()


def test_a_mail_goes_round_the_whole_loop(
    operator: Stage, browser: Browser, crew: dict[str, Colleague]
) -> None:
    before = operator.figures()
    arrived(operator, crew["lin"])
    number = sent_on(crew["lin"], crew["zheng"])
    worked_on(crew, number)
    link = answered(operator, number)
    sent_back_to_work(operator, browser, crew, number, link)
    closed(operator, crew, number, link)
    counted(operator, before)
    assert "Traceback" not in operator.said()


def arrived(operator: Stage, lin: Colleague) -> None:
    """The mail arrives while the agent's list is open, and the ticket comes by itself."""
    lin.open("/tickets?view=unassigned")
    lin.sees("暂无工单")
    lin.page.evaluate("window.stayed = true")
    operator.imap.deliver("gz", mail_of_chen())
    lin.sees(TITLE)
    assert lin.page.evaluate("window.stayed") is True
    lin.shot("1-list")


def sent_on(lin: Colleague, zheng: Colleague) -> str:
    """She reads it, classifies it and sends it to the unit."""
    lin.page.get_by_role("link", name=TITLE).click()
    lin.sees("镕基路12号", "待派", CUSTOMER.partition("@")[2])
    number = NUMBER.search(lin.page.url).group()  # type: ignore[union-attr]
    lin.act("reclassify", kind="故障", topic_id="掉线", urgency="紧急")
    lin.sees("故障", "频繁掉线")
    # What the ticket waits for stands open.
    expect(lin.page.locator("details#act-dispatch[open]")).to_have_count(1)
    lin.shot("2-classified")
    zheng.open("/tickets?view=mine")
    zheng.be("ready")
    zheng.sees_not(number)
    lin.act("dispatch", unit_id="广州网络维护中心", note="用户着急,请优先处理")
    lin.sees("待签收", "广州网络维护中心")
    return number


def worked_on(crew: dict[str, Colleague], number: str) -> None:
    """The handler takes the order on; the dispatcher checks the reply and answers."""
    lin, sun, zheng = (crew[name] for name in ("lin", "sun", "zheng"))
    # The handler who is ready gets it, without asking, and takes it on.
    zheng.sees(number)
    zheng.page.locator(f"#t-{number}").click()
    zheng.sees("用户着急,请优先处理")
    zheng.shot("3-handler")
    zheng.act("accept")
    zheng.sees("处理中")
    lin.sees("处理中")
    zheng.act("reply", text="已处理")
    zheng.sees("待审核")

    # The dispatcher sends a poor reply back, then passes a good one and answers.
    sun.open("/tickets?view=to_check")
    sun.sees(number)
    sun.page.locator(f"#t-{number}").click()
    sun.shot("4-check")
    sun.act("send-back", reason="缺少", note="请写明原因和处理措施")
    zheng.sees("处理中", "请写明原因和处理措施")
    zheng.act("reply", text="光猫老化,已上门更换,测速正常")
    sun.sees("光猫老化,已上门更换,测速正常")
    sun.act("approve")
    sun.sees("待答复")
    sun.shot("5-answer")
    sun.act("answer", text=ANSWER)
    sun.sees("待回访")


def answered(operator: Stage, number: str) -> str:
    """The customer has the answer as a reply to her mail, and is asked to rate it."""
    first = awaited(
        lambda: [mail for mail in mails_to(operator, CUSTOMER) if ANSWER in text_of(mail)],
        "the answer by mail",
    )[0]
    assert first["In-Reply-To"] == "<walk-1@customer.example>"
    assert "<walk-1@customer.example>" in first["References"]
    assert number in first["Subject"]
    assert TITLE in first["Subject"]
    assert "阳光热线" in first["From"]
    assert ADDRESS in first["From"]
    link = awaited(lambda: rating_links(operator), "the link to rate")[0]
    return link


def sent_back_to_work(
    operator: Stage, browser: Browser, crew: dict[str, Colleague], number: str, link: str
) -> None:
    """She is not content: it goes to somebody else, and not to the same handler again."""
    sun, zheng, chu = (crew[name] for name in ("sun", "zheng", "chu"))
    chu.open("/tickets?view=mine")
    chu.be("ready")
    rate(browser, operator, link, 2, "no", "6-rate")
    chu.sees(number)
    sun.sees("待签收", "重派")
    chu.page.locator(f"#t-{number}").click()
    zheng.open(f"/tickets/{number}")
    zheng.sees("20008")
    expect(zheng.page.locator("form[action$='/accept']")).to_have_count(0)
    assert zheng.post(f"/tickets/{number}/accept", {"version": "1"}) == 409
    zheng.shot("7-not-his")
    chu.act("accept")
    chu.act("reply", text="更换入户光缆,连续观察两晚正常")
    sun.act("approve")
    sun.act("answer", text=ANSWER)
    again = awaited(
        lambda: len(rating_links(operator)) > 1 and rating_links(operator), "the second link"
    )[1]
    assert again != link
    rate(browser, operator, again, 9, "yes", "8-rate")


def closed(operator: Stage, crew: dict[str, Colleague], number: str, link: str) -> None:
    """Now it is closed as accepted, for all who look."""
    lin, sun, chu = (crew[name] for name in ("lin", "sun", "chu"))
    sun.sees("已归档", "认可")
    sun.shot("9-closed")
    for person in (lin, chu):
        person.open(f"/tickets/{number}")
        person.sees("已归档", "认可")
    told(sun)
    # Who answers for the work must not be able to rate it.
    assert "/r/" in sun.page.content()
    assert link.rpartition("/")[2] not in sun.page.content()


def told(person: Colleague) -> None:
    """Check that each step stands on the timeline with who and when."""
    steps = person.steps()
    whos = [
        ("客户来信", "客户"),
        ("登记", "系统"),
        ("分类已修改", "20001"),
        ("派单", "20001"),
        ("指定处理人 20007", "系统"),
        ("签收", "20007"),
        ("回单", "20007"),
        ("审核驳回 缺少佐证", "20004"),
        ("回单", "20007"),
        ("审核通过", "20004"),
        ("答复", "20004"),
        ("已回访 未解决", "客户"),
        ("重派", "系统"),
        ("指定处理人 20008", "系统"),
        ("签收", "20008"),
        ("回单", "20008"),
        ("审核通过", "20004"),
        ("答复", "20004"),
        ("已回访 已解决", "客户"),
        ("已归档 认可", "系统"),
    ]
    place = 0
    for what, who in whos:
        rest = [index for index, step in enumerate(steps) if index >= place]
        found = next((i for i in rest if what in steps[i][0] and who in steps[i][1]), None)
        assert found is not None, (what, who, steps)
        place = found + 1
    assert all(MOMENT.search(meta) for _what, meta in steps), steps


def counted(operator: Stage, before: dict[str, int]) -> None:
    """Check what the day's figures have become."""
    wanted = {
        "interactions.email": 1,
        "registered": 1,
        "dispatched": 1,
        "answered": 2,
        "redispatched": 1,
        "surveyed.email": 2,
        "rated.bad": 1,
        "rated.good": 1,
        "closed.accepted": 1,
    }

    def grown() -> bool:
        after = operator.figures()
        return all(after.get(name, 0) - before.get(name, 0) == by for name, by in wanted.items())

    awaited(grown, f"the figures {wanted}; they are {operator.figures()}")


def test_the_same_pages_speak_english(operator: Stage, browser: Browser) -> None:
    sun = Colleague(browser, operator.url, "sun", "en-GB")
    sun.open("/tickets?view=all")
    if sun.page.locator("button[name=language][value=en]:visible").count():
        sun.page.locator("button[name=language][value=en]:visible").click()
    sun.sees("Tickets", "All open", "Closed", "Registered")
    sun.shot("10-list-en")
    sun.sees("Guangzhou network")
    sun.page.locator("a.number").first.click()
    expect(sun.page.locator("#ticket-timeline")).to_contain_text("History")
    sun.sees("Sent back", "Staff no. 20007", "Guangzhou network")
    sun.sees_not("广州", "频繁掉线")
    sun.shot("11-ticket-en")
    sun.page.locator("button[name=language][value=zh-hans]:visible").click()
    sun.sees("已归档")
    sun.close()
