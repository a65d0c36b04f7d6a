"""How much travels to a phone: at most 60 kB at the first visit of a page and 15 kB after, whatever letters
the names on it have. Only faces and photos stand apart.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Request

from tests.browsing import PHONE, visitor
from tests.live_server import LiveServer
from tests.pages.opened import Opened
from tests.pages.table import VISITS, Visit

pytestmark = pytest.mark.browser

FIRST_VISIT, LATER_VISIT = 60_000, 15_000
PICTURES = re.compile(r"^/faces/")
OTHER_LETTERS = "Nguyễn Thị Ước, Zieliński, Şahin, Ștefan, Олена Їжак, Θεοδώρα, ئاڤان, አበበ"
FIRST_PAGES = {
    "landing.landing",
    "invitations.invitation",
    "home.home",
    "discussions.talk",
    "discussions.room",
    "discussions.topic",
    "meetings.agenda",
    "membership.people",
    "people.me",
    "people.sign_in",
    "roadmap.network",
}
"""Where people come in: from a search, a letter, a bookmark, a notice, the tabs."""
FIRST_VISITS = [
    visit
    for visit in VISITS
    if visit.endpoint in FIRST_PAGES and visit.status == 200 and "?" not in visit.path
]
TALKING = {"discussions.talk", "discussions.room", "discussions.topic"}
"""Pages that do without the second style sheet."""
MEETS = """async (address) => {
  const sheet = new CSSStyleSheet();
  await sheet.replace(await (await fetch(address)).text());
  const inner = (rule) => [...rule.cssRules ?? []].flatMap(selectors);
  const selectors = (rule) => rule.selectorText ? [rule.selectorText] : inner(rule);
  const found = [...sheet.cssRules].flatMap(selectors);
  return [found.length, found.filter((each) => document.querySelector(each.replace(/::[\\w-]+/g, "")))];
}"""


class Scale:
    """Weighs what a page fetches: bytes on the wire, headers of the answers apart."""

    def __init__(self) -> None:
        self.parts: dict[str, int] = {}

    def weigh(self, request: Request) -> None:
        path = urlsplit(request.url).path
        if PICTURES.match(path) or request.response() is None:
            return
        # What came out of the browser's cache is told as a little less than nothing.
        self.parts[path] = self.parts.get(path, 0) + max(0, request.sizes()["responseBodySize"])

    @property
    def total(self) -> int:
        return sum(self.parts.values())


@pytest.mark.parametrize("visit", FIRST_VISITS, ids=str)
def test_the_first_visit_and_the_next(browser: Browser, opened: Opened, visit: Visit) -> None:
    signed_in = opened.as_(visit.who).context.storage_state()
    fresh = visitor(browser, opened.server, viewport=PHONE, storage_state=signed_in)
    address = opened.server.address + visit.path.format(**opened.places)
    first, later = Scale(), Scale()
    fresh.page.on("requestfinished", first.weigh)
    fresh.page.goto(address, wait_until="networkidle")
    # As if people with such names were there, in bold and in plain.
    fresh.page.locator("h1").evaluate(
        "(place, names) => { place.append(names); place.after(names); }", OTHER_LETTERS
    )
    fresh.page.evaluate("document.fonts.ready")
    fresh.page.wait_for_load_state("networkidle")
    states = fresh.page.evaluate("[...document.fonts].map((font) => font.status)")
    assert "loaded" in states and "error" not in states, "what was made lighter is still a font"
    fresh.page.remove_listener("requestfinished", first.weigh)
    fresh.page.on("requestfinished", later.weigh)
    fresh.page.goto(address, wait_until="networkidle")
    fresh.context.close()
    assert 0 < first.total <= FIRST_VISIT, sorted(first.parts.items(), key=lambda part: -part[1])
    assert any("latin-ext" in path for path in first.parts), "what the names fetch is counted"
    assert 0 < later.total <= LATER_VISIT, sorted(later.parts.items(), key=lambda part: -part[1])


def test_pages_of_talking_miss_nothing_of_the_sheet_that_they_do_without(opened: Opened) -> None:
    landing = next(visit for visit in VISITS if visit.endpoint == "landing.landing")
    sheet = re.search(r'href="(/static/pages\.[^"]+)', opened.fetch(landing).text())
    assert sheet is not None
    number, met = opened.open(landing).evaluate(MEETS, sheet[1])
    assert number > 100 and met, "the sheet has rules, and a page that needs them meets them"
    for visit in (visit for visit in VISITS if visit.endpoint in TALKING):
        page = opened.open(visit)
        assert page.evaluate(MEETS, sheet[1])[1] == [], visit
        assert sheet[1] not in page.content()


@pytest.mark.parametrize("visit", VISITS, ids=str)
def test_every_page_is_light(opened: Opened, visit: Visit) -> None:
    """Once the frame is in the browser's cache, what is left of a later visit is the page itself."""
    window = opened.as_(visit.who, script=visit.script)
    answer = window.context.request.get(
        opened.server.address + visit.path.format(**opened.places), headers={"Accept-Encoding": "br"}
    )
    length = int(answer.headers["content-length"])
    assert answer.headers.get("content-encoding") == "br" or length < 500
    assert length <= LATER_VISIT


def test_what_is_built_is_kept_for_ever(demo_server: LiveServer, opened: Opened) -> None:
    page = opened.fetch(VISITS[0]).text()
    built = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page))
    assert len(built) >= 3
    for path in built:
        answer = opened.as_("nobody").context.request.get(demo_server.address + path)
        assert answer.status == 200
        assert "immutable" in answer.headers["cache-control"], path
