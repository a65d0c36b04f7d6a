"""The tasks that everybody must be able to do by keyboard alone (trust.md, D.5), as far as they exist: change
the language, log in, read, send, export, log out, erase. Each press of Tab shows where the focus is."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from network.kernel import outbox, runtime
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from tests.browsing import PHONE
from tests.factories.discussions import make_messages
from tests.factories.people import make_session, make_user
from tests.realtime.serving import Served
from tests.running import START, HandClock, LetterBox
from tests.web.discussions.conftest import Cafe, cafe
from tests.web.discussions.test_live_pages import chromium, contexts, live, opens, server
from wsgi import load_capabilities

__all__ = ["cafe", "chromium", "contexts", "live", "opens", "server"]  # fixtures

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

MOST_TABS = 60
"""So many stops lie at most before anything on a page, by the skip link fewer."""

LOOK = """
wanted => {
  const at = document.activeElement;
  if (!at || at === document.body) return {name: "", fault: ""};
  const name = at.tagName + " " + (at.getAttribute("aria-label") || at.innerText || at.name || at.id);
  const rgb = text => (text.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const light = text => {
    const part = v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
    const [r, g, b] = rgb(text).map(part);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  let ringed = null, fault = "";
  for (let one = at, n = 0; one && n < 4; one = one.parentElement, n++) {
    const style = getComputedStyle(one);
    if (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) { ringed = one; break; }
  }
  if (!ringed) return {name, fault: "no ring", there: at.matches(wanted)};
  const style = getComputedStyle(ringed);
  let behind = parseFloat(style.outlineOffset) < 0 ? ringed : ringed.parentElement, ground = "rgb(0, 0, 0)";
  for (; behind; behind = behind.parentElement) {
    const shade = getComputedStyle(behind).backgroundColor;
    if ((rgb(shade)[3] ?? 1) > .9) { ground = shade; break; }
  }
  const [a, b] = [light(style.outlineColor), light(ground)].sort((x, y) => y - x);
  if ((a + .05) / (b + .05) < 3) fault = "a ring that nobody sees: " + style.outlineColor + " on " + ground;
  const box = ringed.getBoundingClientRect();
  const seen = [.5, .1, .9].some(y => [.5, .1, .9].some(x => {
    const top = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
    return top && (ringed.contains(top) || top.contains(ringed) && top !== document.documentElement);
  }));
  if (!seen) fault = "something lies above it";
  return {name, fault, there: at.matches(wanted)};
}
"""


class Keyboard:
    """A person without a mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def look(self, wanted: str = "*") -> dict[str, Any]:
        """Where the focus is; it can be seen."""
        found: dict[str, Any] = self.page.evaluate(LOOK, wanted)
        assert found["fault"] == "", f"{found['fault']}: {found['name']} on {self.page.url}"
        return found

    def tab_to(self, wanted: str) -> None:
        """Press Tab until the focus is there; each stop shows itself."""
        stops: list[str] = []
        for _stop in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            found = self.look(wanted)
            if found.get("there"):
                return
            stops.append(found["name"])
        raise AssertionError(f"{wanted} is not reached on {self.page.url}: {stops}")

    def into_page(self) -> None:
        """The first stop leads past the frame."""
        self.tab_to("a.skip")
        self.page.keyboard.press("Enter")
        expect(self.page.locator("main")).to_be_focused()

    def go(self, wanted: str) -> None:
        """Tab there, Enter, and the next page is there."""
        self.tab_to(wanted)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)


def test_every_task_by_keyboard(
    cafe: Cafe, server: Served, contexts: list[BrowserContext], chromium: Browser, letterbox: LetterBox
) -> None:
    load_capabilities()
    address = "kay@mail.example"
    kay = cafe.community.member(user=make_user(display_name="Kay Board", email=address))
    make_messages(cafe.topic, cafe.bob, 3)
    context = chromium.new_context(base_url=server.url, viewport=PHONE, locale="en-GB", accept_downloads=True)
    contexts.append(context)
    context.set_default_timeout(5_000)
    page = context.new_page()
    keys = Keyboard(page)

    # Change the language, there and back.
    page.goto("/")
    keys.go("a[lang=de]")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    keys.go("a[lang=en]")
    expect(page.locator("html")).to_have_attribute("lang", "en")

    # Log in.
    keys.go("a[href^='/signin']")
    keys.tab_to("#email")
    keys.type(address)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    outbox.drain()
    code = re.search(r"\b\d{3} ?\d{3}\b", letterbox.to(address)[-1].as_string())
    assert code is not None
    keys.tab_to("#code")
    keys.type(code.group().replace(" ", ""))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_url("**/home*")

    # Read.
    keys.into_page()
    keys.go(f"main a[href*='/talk/t/{cafe.topic.id}']")
    expect(page.locator(".message")).to_have_count(3)

    # A menu opens, leaves by Escape, and the focus is where it was.
    keys.into_page()
    keys.tab_to(".message summary, .appbar summary")
    page.keyboard.press("Enter")
    expect(page.locator("details.menu[open]")).to_have_count(1)
    page.keyboard.press("Tab")
    keys.look()
    page.keyboard.press("Escape")
    expect(page.locator("details.menu[open]")).to_have_count(0)
    assert keys.look("summary")["there"]

    # Send.
    keys.tab_to("#composer-body")
    keys.type("Written without a mouse.")
    keys.tab_to(".composer .send")
    page.keyboard.press("Enter")
    expect(page.locator(".message.own .body")).to_have_text("Written without a mouse.")

    # Export.
    page.goto("/me")
    keys.into_page()
    keys.go("main a[href='/me/export']")
    keys.into_page()
    keys.tab_to("main button.primary")
    with page.expect_download() as downloading:
        page.keyboard.press("Enter")
    assert downloading.value.suggested_filename.endswith(".zip")

    # Log out.
    page.goto("/me")
    keys.into_page()
    keys.go("form[action='/signout'] button")
    expect(page.locator("body")).to_contain_text("You are signed out")

    # Erase.
    context.add_cookies([{"name": "mentornet_session", "value": server.cookie(kay)[1], "url": server.url}])
    page.goto("/me")
    keys.into_page()
    keys.go("main a[href='/me/erase']")
    keys.into_page()
    keys.go("main form button[type=submit]")
    expect(page.locator("h1")).to_have_text("Your account is off")


def test_the_end_of_a_session_is_told_and_the_focus_goes_back(
    cafe: Cafe, live: Runtime, server: Served, contexts: list[BrowserContext], chromium: Browser,
    clock: HandClock,
) -> None:  # fmt: skip
    ends = runtime.current().clock.now() + timedelta(minutes=10)
    with unit_of_work() as unit:
        user = unit.session.get_one(type(make_user()), cafe.ann.user_id)
        _row, token = make_session(user, shared_device=True, expires_at=ends)
    context = chromium.new_context(base_url=server.url, viewport=PHONE, locale="en-GB")
    contexts.append(context)
    context.set_default_timeout(5_000)
    context.add_cookies([{"name": "mentornet_session", "value": token, "url": server.url}])
    page = context.new_page()
    page.clock.install(time=START)
    page.goto(f"/talk/t/{cafe.topic.id}")
    keys, dialog = Keyboard(page), page.locator("#session-end")
    keys.tab_to("#composer-body")
    keys.type("In the middle of a")
    expect(dialog).to_be_hidden()
    clock.forward(minutes=8, seconds=1)
    page.clock.fast_forward("08:01")
    expect(dialog).to_be_visible()
    expect(page.locator("#session-end-title")).to_be_focused()
    for _stop in range(6):
        page.keyboard.press("Tab")
        assert keys.look("#session-end, #session-end *").get("there", True), "the focus left the dialog"
    page.keyboard.press("Escape")
    expect(page.locator("#composer-body")).to_be_focused()
    expect(page.locator("#composer-body")).to_have_value("In the middle of a")
