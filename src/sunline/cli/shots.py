"""`sunline shots`: pictures of named screens from a running demo, light and dark, in two languages.

Needs the development packages (Playwright) and an installed Chromium.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .words import gettext as _

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WIDTHS = {"1440": (1440, 900), "390": (390, 844)}
LANGUAGES = {"zh": "zh-hans", "en": "en"}
THEMES = ("light", "dark")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen by name: who looks, where it is, and a link to follow from there."""

    name: str
    role: str  # empty for the portal
    path: str
    follow: str = ""


SCREENS = (
    Screen("sign-in", "", "/sign-in"),
    Screen("work-list", "dispatcher", "/tickets?view=open"),
    Screen("ticket", "dispatcher", "/tickets?view=to_check", "main a[href^='/tickets/T']"),
    Screen("new-ticket", "agent", "/tickets/new"),
    Screen("search", "agent", "/search?q=%E5%AE%BD%E5%B8%A6"),
    Screen("customer", "agent", "/customers?q=19900000001", "main a[href^='/customers/']"),
    Screen("unit-work", "back_office", "/tickets"),
    Screen("manage", "administrator", "/manage"),
    Screen("manage-people", "administrator", "/manage/people"),
    Screen("manage-queues", "administrator", "/manage/queues"),
    Screen("portal", "", "/portal"),
    Screen("portal-ticket", "", "/portal/track"),
)


@click.command("shots")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--credentials",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default="var/demo/credentials.json",
    show_default=True,
)
@click.option("--only", multiple=True, help="Names of screens; all when left out.")
@click.option("--theme", "themes", multiple=True, type=click.Choice(THEMES), default=THEMES)
@click.option(
    "--language", "languages", multiple=True, type=click.Choice(list(LANGUAGES)), default=LANGUAGES
)
@click.option("--width", "widths", multiple=True, type=click.Choice(list(WIDTHS)), default=WIDTHS)
def shots_command(
    folder: Path,
    credentials: Path,
    only: tuple[str, ...],
    themes: tuple[str, ...],
    languages: tuple[str, ...],
    widths: tuple[str, ...],
) -> None:
    """Take pictures of the screens of a running demo into FOLDER.

    Files are called SCREEN-LANGUAGE-THEME-WIDTH.png.
    """
    known: dict[str, Any] = json.loads(credentials.read_text(encoding="utf-8"))
    unknown = set(only) - {screen.name for screen in SCREENS}
    if unknown:
        raise click.BadParameter(", ".join(sorted(unknown)), param_hint="--only")
    screens = [screen for screen in SCREENS if not only or screen.name in only]
    folder.mkdir(parents=True, exist_ok=True)
    taken = 0
    with _browser() as browser:
        for width in widths:
            for theme in themes:
                for language in languages:
                    look = _Look(browser, known, width, theme, language)
                    taken += look.take(screens, folder)
    click.echo(_("%(count)d pictures in %(path)s") % {"count": taken, "path": folder})


def _browser() -> Any:
    """Return a context that holds a running Chromium."""
    from contextlib import contextmanager

    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        text = _("Taking pictures needs the development packages: make dev")
        raise click.ClickException("shots.no_playwright: " + text) from error
    wanted = os.environ.get("SUNLINE_CHROMIUM", "")
    path = wanted or next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if path is None:
        text = _("Chromium is not installed; on Debian: apt-get install chromium")
        raise click.ClickException("shots.no_chromium: " + text)

    @contextmanager
    def running() -> Any:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            try:
                yield browser
            finally:
                browser.close()

    return running()


class _Look:
    """One way to look at the screens: a width, a theme and a language."""

    def __init__(
        self, browser: Browser, known: dict[str, Any], width: str, theme: str, language: str
    ) -> None:
        self._browser, self._known = browser, known
        self._width, self._theme, self._language = width, theme, language
        self._pages: dict[str, Page] = {}

    def take(self, screens: list[Screen], folder: Path) -> int:
        """Take a picture of each screen and return how many there are."""
        for screen in screens:
            page = self._page(screen.role)
            page.goto(self._known["base_url"] + screen.path, wait_until="load")
            if screen.follow:
                page.locator(screen.follow).first.click()
                page.wait_for_load_state("load")
            if screen.name == "portal-ticket":
                self._track(page)
            page.wait_for_timeout(250)
            name = f"{screen.name}-{self._language}-{self._theme}-{self._width}.png"
            page.screenshot(path=folder / name)
        for page in self._pages.values():
            page.context.close()
        return len(screens)

    def _page(self, role: str) -> Page:
        """Return a page on which somebody of the role is signed in, kept for the next screen."""
        if role in self._pages:
            return self._pages[role]
        width, height = WIDTHS[self._width]
        context = self._browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if self._theme == "dark" else "light",
            locale="zh-CN" if self._language == "zh" else "en-GB",
            device_scale_factor=1,
        )
        context.add_cookies(
            [
                {
                    "name": "sunline_language",
                    "value": LANGUAGES[self._language],
                    "url": self._known["base_url"],
                }
            ]
        )
        self._pages[role] = page = context.new_page()
        if role:
            person = next(one for one in self._known["people"] if one["role"] == role)
            page.goto(self._known["sign_in_url"])
            page.fill("#staff_no", person["staff_no"])
            page.fill("#password", person["password"])
            page.press("#password", "Enter")
            page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    def _track(self, page: Page) -> None:
        """Look the portal's ticket up by its number and phone code."""
        portal = self._known["portal"]
        if not portal:
            return
        fields = page.locator("main form input:visible")
        fields.nth(0).fill(portal["number"])
        fields.nth(1).fill(portal["phone_code"])
        fields.nth(1).press("Enter")
        page.wait_for_load_state("load")
