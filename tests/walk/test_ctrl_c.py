"""Ctrl-C ends the whole process tree, and ends it clean; nothing can follow this test."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Browser
from walk.people import Colleague
from walk.stage import Stage, is_alive

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_ctrl_c_leaves_nothing_behind(operator: Stage, browser: Browser) -> None:
    # An open live stream must not hold the end up.
    lin = Colleague(browser, operator.url, "lin")
    lin.open("/tickets")
    lin.page.wait_for_selector("html[data-live-state=on]")
    family = operator.family()
    assert len(family) >= 4, "the command, web, worker and mailbox"
    began = time.monotonic()
    assert operator.interrupt() == 0
    assert time.monotonic() - began < 12
    assert not [one for one in family if is_alive(one)]
    said = operator.said()
    assert "Traceback" not in said, said[-3000:]
    lin.context.close()
