"""A row of chips shows the one where one is, on a screen that is narrower than the row."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browsing import PHONE, visitor
from tests.pages.opened import Opened
from tests.pages.table import VISITS

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("script", [True, False])
def test_the_current_chip_is_on_the_screen(browser: Browser, opened: Opened, script: bool) -> None:
    visit = next(visit for visit in VISITS if visit.endpoint == "features.features" and visit.who == "meta")
    signed_in = opened.as_(visit.who).context.storage_state()
    phone = visitor(browser, opened.server, storage_state=signed_in, java_script_enabled=script)
    phone.page.goto(opened.server.address + visit.path.format(**opened.places))
    row = phone.page.locator(".filters").first
    chip, whole = row.locator("[aria-current]").bounding_box(), row.bounding_box()
    phone.context.close()
    assert chip is not None and whole is not None
    assert chip["x"] >= 0 and chip["x"] + chip["width"] <= PHONE["width"]
    # Without a script nothing scrolls: the chips stand below each other.
    assert (whole["height"] > 2 * chip["height"]) is not script
