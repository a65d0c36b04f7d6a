"""Everybody can use every page: WCAG 2.2 AA as far as a machine can tell, narrow and wide, light and dark.

trust.md D.5 names the rules. Each page is loaded once, every other one narrow; the width and the theme are
changed in place, in the order that changes least.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from config import ROOT
from tests.browsing import Theme
from tests.pages.opened import Opened
from tests.pages.table import ERROR, NO_PAGES, PAGES, VISITS, Visit
from tests.running import running
from wsgi import create_app

LOOK = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8") + (
    Path(__file__).with_name("look.js").read_text(encoding="utf-8")
)
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
WIDTHS = (1280, 320)
THEMES: tuple[tuple[Theme, Theme], ...] = (("light", "dark"), ("dark", "light"))
"""First at one width, then at the other: the theme stays while the width changes."""


def test_every_page_of_the_url_map_is_in_the_table(tmp_path: Path) -> None:
    with running(f"sqlite:///{tmp_path}/empty.db", tmp_path, demo=True) as runtime:
        rules = list(create_app(runtime.settings, runtime).url_map.iter_rules())  # type: ignore[arg-type]
    found = {
        rule.endpoint
        for rule in rules
        if "GET" in (rule.methods or ()) and not rule.rule.startswith("/api/v1/")
    }
    assert found == PAGES | set(NO_PAGES)
    assert not PAGES & set(NO_PAGES)


@pytest.mark.browser
def test_what_is_wrong_is_seen(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 740})
    page.set_content(
        "<html><body style='background:#fff'><p style='color:#bbb'>Hardly to be read</p>"
        "<a class='button primary' href='#' style='width:10px;display:block;overflow:hidden'>One</a>"
        "<a class='button primary' href='#'>Two</a><div style='width:500px'>Wide</div></body></html>"
    )
    page.evaluate(LOOK)
    rules = {line.partition(":")[0] for line in page.evaluate("look.axe()")}
    assert {"color-contrast", "html-has-lang", "document-title"} <= rules
    shape = page.evaluate("[look.tooWide(), look.primaries(), look.tooSmall()]")
    page.close()
    assert [bool(found) for found in shape] == [True, True, True]


@pytest.mark.browser
@pytest.mark.parametrize(("number", "visit"), list(enumerate(VISITS)), ids=list(map(str, VISITS)))
def test_page(opened: Opened, number: int, visit: Visit) -> None:
    widths = WIDTHS if number % 2 else WIDTHS[::-1]
    opened.show(visit, width=widths[0], theme="light")
    window = opened.window(visit)
    page, problems = window.page, []
    page.evaluate(LOOK)
    for width, themes in zip(widths, THEMES, strict=True):
        found = []
        for theme in themes:
            opened.show(visit, width=width, theme=theme)
            # Nothing but colours differs between the themes.
            rules = None if theme == "light" else ["color-contrast"]
            found += [f"{theme} {line}" for line in page.evaluate("(rules) => look.axe(rules)", rules)]
        found += page.evaluate("[...look.tooWide(), ...look.primaries(), ...look.tooSmall()]")
        problems += [f"at {width} px: {line}" for line in found]
    if (headings := page.locator("h1").count()) != 1:
        problems.append(f"{headings} h1")
    if page.locator("html").get_attribute("lang") not in ("de", "en"):
        problems.append("no language")
    # The browser notes each answer that says no, also where that is right.
    problems += [line for line in window.complaints if f"status of {visit.status}" not in line]
    problems += [f"asks another site: {address}" for address in window.strange_requests]
    assert problems == []


@pytest.mark.browser
def test_titles_tell_pages_apart(opened: Opened) -> None:
    """Whoever has many tabs open, or cannot see, knows the page by its title."""
    first = {visit.endpoint: visit for visit in reversed(VISITS) if visit.endpoint != ERROR}
    titles = Counter(TITLE.findall(opened.fetch(visit).text())[0] for visit in first.values())
    assert all(title.endswith(" – mentorNET") for title in titles), titles
    assert {title for title, times in titles.items() if times > 2} == set()
