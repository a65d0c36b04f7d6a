"""Two people and a second tab of one of them: type, see, edit, react, lose the network, come back, read on
from an older place; in the end every tab shows what a fresh page shows, nothing missing, nothing double."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from network import discussions
from network.kernel.actor import Actor
from network.kernel.transaction import unit_of_work
from tests.factories.discussions import make_messages
from tests.web.discussions.conftest import Cafe, cafe
from tests.web.discussions.test_live_pages import (
    Opens,
    bubble,
    chromium,
    contexts,
    live,
    opens,
    reactions,
    say,
    server,
    shown,
    topic_of,
)

__all__ = ["cafe", "chromium", "contexts", "live", "opens", "server"]  # fixtures

pytestmark = pytest.mark.browser
THUMB = "\U0001f44d"


def left(actor: Actor, cafe: Cafe) -> int:
    with unit_of_work():
        return discussions.get_unread(actor, cafe.community.network.id)["unread"]


def second_tab(page: Page, path: str) -> Page:
    """On the same device: the same cookies, the same storage."""
    tab = page.context.new_page()
    tab.on("pageerror", lambda error: page.context.complaints.append(str(error)))  # type: ignore[attr-defined]
    tab.goto(path)
    return tab


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_two_people_and_a_second_tab_miss_nothing_and_see_nothing_twice(cafe: Cafe, opens: Opens) -> None:
    path = topic_of(cafe)
    ann, bob = opens(cafe.ann, path), opens(cafe.bob, path)
    third = second_tab(ann, "/talk")
    badge = third.locator('nav.tabs a[href="/talk"] .badge')

    # Type and see: on the other's page that somebody writes, then what she wrote; on the second tab too.
    ann.locator("#composer-body").press_sequentially("Who has")
    expect(bob.locator("[data-typing]")).to_contain_text("is writing")
    say(ann, "Who has **time**?")
    expect(bubble(bob, "Who has time?")).to_be_visible()
    expect(bob.locator("[data-typing]")).to_be_hidden()
    expect(third.locator("main")).to_contain_text("Who has time?")
    third.goto(path)
    expect(bubble(third, "Who has time?")).to_have_count(1)

    # Edit and react.
    with unit_of_work():
        (first,) = discussions.list_messages(cafe.ann, cafe.topic.id)["items"]
    discussions.edit_message(cafe.ann, first["id"], "Who has time on *Monday*?", expected_version=1)
    for page in (ann, bob, third):
        expect(bubble(page, "Who has time on Monday?")).to_contain_text("changed")
    discussions.react(cafe.bob, first["id"], THUMB)
    for page in (ann, bob, third):
        expect(page.locator("[role=log] .reactions button")).to_have_count(1)

    # Lose the network: both say something, one without a line; come back.
    bob.context.set_offline(True)
    say(bob, "I have, from the tunnel")
    say(ann, "Nobody?")
    discussions.delete_message(
        cafe.ann, discussions.post_message(cafe.ann, cafe.topic.id, "Oh", "o").message["id"]
    )
    expect(bubble(bob, "from the tunnel")).to_contain_text("waits until the line is back")
    bob.context.set_offline(False)
    for page in (ann, bob, third):
        expect(bubble(page, "from the tunnel")).to_have_count(1)
        expect(bubble(page, "Nobody?")).to_have_count(1)
        expect(page.locator("article.waiting, [data-failed]")).to_have_count(0)

    # Unread from here on one tab: the same on every other, and one tap leads to where it begins.
    third.goto("/talk")
    expect(badge).to_have_count(0)
    make_messages(cafe.topic, cafe.bob, 120)
    ann.goto("/talk")
    with ann.expect_response(re.compile("/done$")):
        ann.get_by_role("button", name=f"Mark as read: {cafe.topic.title}").click()
    expect(badge).to_have_count(0)
    assert left(cafe.ann, cafe) == 0
    with unit_of_work():
        middle = discussions.list_messages(cafe.ann, cafe.topic.id, after=0, limit=60)["items"][-1]
    discussions.mark_unread(cafe.ann, cafe.topic.id, middle["seq"])
    waits = left(cafe.ann, cafe)
    assert waits > 60
    expect(badge).to_contain_text(str(waits))
    ann.goto(path)
    ann.get_by_role("link", name="To the first new message").click()
    ann.wait_for_url("**from=unread**")
    start = ann.locator(f"#message-{middle['id']}")
    expect(start).to_be_in_viewport()

    # She stands in the middle: what she sees is alive, what is newer is counted, and scrolling leads there.
    log = ann.locator("[role=log]")
    expect(ann.locator("[data-newer] a")).to_have_text(re.compile(r"\d+ newer messages"))
    before = int((ann.locator("[data-newer] a").text_content() or "").split()[0])
    discussions.react(cafe.bob, middle["id"], THUMB)
    expect(start.locator(".reactions button")).to_have_count(1)
    say(bob, "Said at the end")
    expect(ann.locator("[data-newer] a")).to_have_text(f"{before + 1} newer messages")
    expect(ann.get_by_role("button", name=f"{before + 1} newer messages")).to_be_visible()
    expect(bubble(ann, "Said at the end")).to_have_count(0)
    while ann.locator("[data-newer]").count():
        last = log.locator("article").last
        last.scroll_into_view_if_needed()
        expect(
            log.locator(f"#{last.get_attribute('id')} ~ article").or_(bubble(ann, "Said at the end")).first
        ).to_be_attached()
    say(bob, "And once more")
    expect(bubble(ann, "And once more")).to_have_count(1)
    with ann.expect_response(re.compile("/read$")):
        bubble(ann, "And once more").scroll_into_view_if_needed()
    say(ann, "I am here again")
    expect(bubble(bob, "I am here again")).to_have_count(1)
    expect(badge).to_have_count(0)
    assert left(cafe.ann, cafe) == 0

    # What each tab lived through is what a fresh page shows.
    for page in (ann, bob):
        expect(bubble(page, "I am here again")).to_be_visible()
        lived, pressed = shown(page), reactions(page)
        numbers = page.locator("[role=log] article").evaluate_all("all => all.map((one) => one.id)")
        assert len(set(numbers)) == len(numbers), "nothing double"
        page.goto(path)
        fresh = shown(page)
        assert lived[-50:] == fresh[-50:], "nothing missing"
        assert pressed[-1:] == reactions(page)[-1:] or not reactions(page)
