"""A newcomer's first week, day by day: joined, greeted, reminded, at the meeting, and left in peace."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from network import agreements, arrivals, discussions
from network.kernel import outbox
from network.kernel.actor import Actor
from network.kernel.jobs import all_jobs
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from tests.browsing import PHONE
from tests.factories.meetings import make_meeting
from tests.factories.membership import again, make_invitation, member_of
from tests.factories.people import make_user
from tests.realtime.serving import Served
from tests.running import START, HandClock, LetterBox
from tests.web.discussions.test_live_pages import Opens, chromium, contexts, live, opens, server
from tests.web.invitations.community import Founded, found
from wsgi import load_capabilities

__all__ = ["chromium", "contexts", "live", "opens", "server"]  # fixtures

pytestmark = pytest.mark.browser

MEETING, DAY = "Evening at the library", "26 November"
ROSA = "rosa@mail.example"
MOST_TAPS = {"joined": 4, "hello": 3, "answered her buddy": 3, "meeting": 3, "told": 7, "answered": 3}


class Newcomer:
    """Rosa at her phone: what she taps on is counted, part by part."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0

    def tap(self, what: Locator) -> None:
        self.taps += 1
        what.click()

    def primary(self) -> Locator:
        return self.page.locator("#main .button.primary:visible")

    def write(self, box: str, text: str) -> None:
        self.tap(self.page.locator(box))
        self.page.keyboard.type(text)

    def home(self) -> None:
        self.tap(self.page.locator("nav.tabs a[href='/home']"))
        self.page.wait_for_url("**/home*")

    def has(self, part: str) -> None:
        """End of a part: it took no more taps than it may."""
        assert self.taps <= MOST_TAPS[part], f"{part}: {self.taps} taps"
        self.taps = 0

    def steps_left(self) -> list[str]:
        return self.page.locator("section[aria-labelledby=first-days] .what a").all_inner_texts()


def settle(founded: Founded, name: str) -> Actor:
    actor = member_of(founded.network, user=make_user(display_name=name))
    with unit_of_work():
        version = agreements.rules_of_network(founded.network.id)["id"]
    agreements.accept_rules(actor, founded.network.id, version)
    return again(actor)


def later(clock: HandClock, **span: float) -> None:
    """Time passes: every job has its turn."""
    clock.forward(**span)
    for known in all_jobs():
        with unit_of_work():
            known.run()
    outbox.drain()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_newcomers_first_week(
    live: Runtime, server: Served, opens: Opens, contexts: list[BrowserContext], chromium: Browser,
    clock: HandClock, letterbox: LetterBox,
) -> None:  # fmt: skip
    load_capabilities()
    founded = found()
    place = founded.network
    bob = settle(founded, "Bob Gut")
    arrivals.greet_newcomers(bob, place.id, bob.user_id or "")
    make_meeting(place, starts_at=START + timedelta(days=3, hours=9), title=MEETING)
    _row, secret = make_invitation(place, ROSA, name="Rosa Neu", language="en")

    # Day 0: from the letter to her hello; each screen says when one meets.
    context = chromium.new_context(base_url=server.url, viewport=PHONE, locale="en-GB")
    context.set_default_timeout(5_000)
    contexts.append(context)
    rosa = Newcomer(context.new_page())
    rosa.page.goto(f"/i/{secret}")
    rosa.taps += 1  # the link in the letter
    for _page in ("invitation", "name", "rules"):
        expect(rosa.page.locator("#main")).to_contain_text(DAY)
        rosa.tap(rosa.primary())
    rosa.page.wait_for_url("**/talk/r/*")
    rosa.has("joined")
    expect(rosa.page.locator("#new")).to_contain_text(DAY)
    rosa.write("#new textarea", "Hello, I am Rosa and help a family from next door.")
    rosa.tap(rosa.primary())
    expect(rosa.page.locator(".message .body")).to_contain_text("next door")
    rosa.has("hello")
    rosa.page.goto("/home")
    assert rosa.steps_left() == [
        "Show who you are", "Say what you can help with", "Answer whether you come to the next meeting",
        "Answer somebody",
    ]  # fmt: skip
    expect(rosa.page.locator("#main")).to_contain_text(MEETING)
    expect(rosa.page.locator("section[aria-labelledby=buddy]")).to_contain_text("Bob Gut")

    # Her buddy has one tap, and no script; she finds his words on her home and answers.
    outbox.drain()
    assert [str(one["Subject"]) for one in letterbox.to(bob.email or "")] == [
        f"Rosa Neu is new in {place.name}"
    ]
    buddy = opens(bob, "/home", scripts=False)
    buddy.get_by_role("button", name="Send this: Rosa Neu").click()
    rosa.page.reload()
    expect(rosa.page.locator("section.next")).to_contain_text("Hello Rosa, nice that you are here!")
    rosa.tap(rosa.primary())
    rosa.write("#composer-body", "Thank you, Bob! I have many questions.")
    rosa.tap(rosa.page.get_by_role("button", name="Send", exact=True))
    expect(rosa.page.locator(".message.own .body")).to_contain_text("many questions")
    rosa.has("answered her buddy")

    # Day 1: she says that she comes, and a few words about herself.
    later(clock, days=1)
    rosa.page.goto("/home")
    rosa.tap(rosa.page.locator("#main a", has_text="Answer whether you come"))
    rosa.tap(rosa.page.locator("#main a", has_text=MEETING).first)
    rosa.tap(rosa.page.get_by_role("button", name="Yes", exact=False).first)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    rosa.page.get_by_role("button", name="Share").click()  # here without a phone's own sheet
    expect(rosa.page.get_by_text("The link is copied.")).to_be_attached()
    copied = rosa.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"{server.url}/meetings/") and MEETING not in copied
    rosa.has("meeting")
    rosa.page.goto("/home")
    rosa.tap(rosa.page.locator("#main a", has_text="Show who you are"))
    rosa.write("#introduction", "I bake and I listen.")
    rosa.tap(rosa.primary())
    rosa.write("#offers", "Forms")
    rosa.tap(rosa.primary())
    rosa.has("told")
    rosa.page.goto("/home")
    assert rosa.steps_left() == ["Answer somebody"]

    # Day 2: one letter, a day before.
    assert letterbox.to(ROSA) == []
    later(clock, days=1, hours=10)
    (reminder,) = letterbox.to(ROSA)
    assert MEETING in reminder.as_string()

    # Day 3: another letter an hour before; somebody asks, she answers, and the list is gone.
    later(clock, hours=22.5)
    assert len(letterbox.to(ROSA)) == 2
    with unit_of_work():
        cafe = discussions.first_rooms(place.id)["cafe"]
    topic = discussions.open_topic(bob, cafe, "Who knows a good dictionary?", "A small one.").topic["id"]
    rosa.page.goto("/home")
    rosa.tap(rosa.page.locator(f"a[href^='/talk/t/{topic}']").first)
    rosa.write("#composer-body", "The blue one, same here.")
    rosa.tap(rosa.page.get_by_role("button", name="Send", exact=True))
    expect(rosa.page.locator(".message.own .body")).to_contain_text("The blue one")
    rosa.has("answered")
    rosa.page.goto("/home")
    expect(rosa.page.locator("section[aria-labelledby=first-days]")).to_have_count(0)

    # Day 7: nothing is asked of her, nothing was mailed to her but the two reminders, her buddy stays.
    later(clock, days=4)
    rosa.page.goto("/home")
    expect(rosa.page.locator("section.next")).to_have_count(0)
    expect(rosa.page.locator("#main")).not_to_contain_text(MEETING)
    expect(rosa.page.locator("section[aria-labelledby=buddy]")).to_contain_text("Bob Gut")
    assert len(letterbox.to(ROSA)) == 2
