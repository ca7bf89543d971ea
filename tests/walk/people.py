"""People at their browsers, who do what a person can do and see what a person sees."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page, Request, expect, sync_playwright

from sunline.testing import cast

CHROMIUM = os.environ.get("SUNLINE_CHROMIUM", "/usr/bin/chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic"]
# A folder for screenshots of the stations of the walk; none are taken when it is not named.
SHOTS = os.environ.get("SUNLINE_WALK_SHOTS", "")
LOOKS = (("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390))
PATIENCE = 60_000  # milliseconds until something that arrives by itself must have come


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield a running browser."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


class Person:
    """Somebody with a browser of their own; whatever goes wrong in it is remembered."""

    def __init__(self, browser: Browser, url: str, language: str = "zh-CN") -> None:
        self.url, self.faults = url, list[str]()
        self.context = browser.new_context(
            locale=language, viewport={"width": 1440, "height": 900}, color_scheme="light"
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", lambda said: self._said(said.type, said.text))
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("request", self._asked)
        self.page.on(
            "response",
            lambda got: (
                self.faults.append(f"{got.status} {got.url}") if got.status >= 500 else None
            ),
        )

    def _said(self, kind: str, text: str) -> None:
        # The browser itself calls any refusal an error; refusals are looked for by the tests.
        refused = re.search(r"(status of|Status Error Code) 4\d\d", text)
        if kind == "error" and not refused:
            self.faults.append(f"console: {text}")

    def _asked(self, request: Request) -> None:
        asked, own = urlsplit(request.url), urlsplit(self.url)
        if asked.scheme not in {"data", "blob"} and asked.netloc != own.netloc:
            self.faults.append(f"leaves the origin: {request.url}")

    def open(self, path: str) -> None:
        """Go to a page."""
        self.page.goto(f"{self.url}{path}")

    def sees(self, *texts: str | re.Pattern[str]) -> None:
        """Wait until each text stands on the page."""
        for text in texts:
            expect(self.page.locator("body")).to_contain_text(text)

    def sees_not(self, *texts: str) -> None:
        """Wait until none of the texts stands on the page."""
        for text in texts:
            expect(self.page.locator("body")).not_to_contain_text(text)

    def shot(self, name: str) -> None:
        """Keep pictures of the page in each look, where a folder was named."""
        if not SHOTS:
            return
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        for look, width in LOOKS:
            self.page.emulate_media(color_scheme=look)
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.wait_for_timeout(150)
            self.page.screenshot(path=f"{SHOTS}/{name}-{look}-{width}.png", full_page=True)
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size({"width": 1440, "height": 900})

    def close(self) -> None:
        """Leave, and complain about what went wrong."""
        self.context.close()
        assert not self.faults, self.faults


class Colleague(Person):
    """One of the cast, signed in."""

    def __init__(self, browser: Browser, url: str, key: str, language: str = "zh-CN") -> None:
        super().__init__(browser, url, language)
        self.number = cast.BY_KEY[key].staff_no
        self.open("/sign-in")
        self.page.fill("#staff_no", self.number)
        self.page.fill("#password", cast.PASSWORD)
        self.page.locator("form[action='/sign-in'] button").click()
        expect(self.page.locator("#staff_no")).to_have_count(0)
        self.sees(self.number)

    def be(self, state: str) -> None:
        """Say by the header what one is doing: ready, busy, offline."""
        self.page.locator("#presence button.presence").click()
        self.page.locator(f"#presence button[value={state}]").click()
        expect(self.page.locator(f"#presence .presence-{state}")).to_have_count(1)

    def form(self, slug: str) -> Locator:
        """Return the form of an act, opened if it was shut."""
        found = self.page.locator(f"form[action$='/{slug}']")
        expect(found).to_have_count(1)
        box = self.page.locator(f"details#act-{slug}")
        if box.count() and box.get_attribute("open") is None:
            box.locator("summary").click()
        return found

    def act(self, slug: str, **values: str) -> None:
        """Do an act on the ticket that is open, as a person fills in its form."""
        form = self.form(slug)
        for name, value in values.items():
            field = form.locator(f"[name={name}]")
            if field.evaluate("field => field.tagName") == "SELECT":
                option = field.locator("option", has_text=value).first
                field.select_option(value=option.get_attribute("value"))
            else:
                field.fill(value)
        with self.page.expect_response(lambda got: got.url.endswith(f"/{slug}")) as answer:
            form.locator("button").click()
        assert answer.value.status == 200, (slug, answer.value.status, answer.value.text()[:500])

    def post(self, path: str, values: dict[str, str]) -> int:
        """Send a form as a page would that was loaded before things changed; return the status."""
        script = """async ([path, values]) => {
            const token = document.querySelector("meta[name=csrf-token]").content;
            const body = new URLSearchParams({ csrfmiddlewaretoken: token, ...values });
            return (await fetch(path, { method: "POST", body })).status;
        }"""
        return int(self.page.evaluate(script, [path, values]))

    def steps(self) -> list[tuple[str, str]]:
        """Return the timeline, oldest first: what happened, and who and when."""
        found = []
        for step in reversed(self.page.locator("#ticket-timeline li.event").all()):
            what = " ".join(step.locator(".event-line").inner_text().split())
            found.append((what, " ".join(step.locator(".event-meta").inner_text().split())))
        return found
