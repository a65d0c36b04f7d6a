"""Conversations in a real browser: what others say appears, what one says arrives once, on any line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, WebSocketRoute, expect
from sqlalchemy import func, select

from models.discussions import StoredDraft
from models.files import File
from network import discussions, notifications, organisations, people
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests.factories import files as made
from tests.factories import pictures
from tests.factories.discussions import make_messages, make_room, make_topic
from tests.network.discussions.payloads import PAYLOADS
from tests.ports import free_port
from tests.realtime.serving import Served, serving, wait_for
from tests.running import running
from tests.web.discussions.conftest import Cafe

pytestmark = pytest.mark.browser
SOON = 15_000
THUMB = "\U0001f44d"
Opens = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium(browser: Browser) -> Browser:
    """The worker's one browser: a second Playwright in the same process refuses to start."""
    return browser


@pytest.fixture
def live(database_url: str, tmp_path: Path) -> Iterator[Runtime]:
    """The runtime of a site that is reached at a port of its own."""
    with running(database_url, tmp_path, base_url=f"http://127.0.0.1:{free_port()}") as runtime:
        yield runtime


@pytest.fixture
def server(live: Runtime) -> Iterator[Served]:
    """The running server."""
    with serving(live, int(live.settings.base_url.rpartition(":")[2])) as served:
        yield served
        # The pages are closed; what they asked last is still being answered.
        wait_for(lambda: live.database.engine.pool.checkedout() == 0)  # type: ignore[attr-defined]


@pytest.fixture
def contexts(chromium: Browser) -> Iterator[list[BrowserContext]]:
    """The devices of a test; whatever their pages complained about fails it."""
    found: list[BrowserContext] = []
    complaints: list[str] = []
    yield found
    for context in found:
        complaints += getattr(context, "complaints", [])
        context.close()
    assert complaints == []


@pytest.fixture
def opens(chromium: Browser, server: Served, contexts: list[BrowserContext]) -> Opens:
    """Open a page on a device of somebody: `opens(actor, path)`, with `scripts=False` without JavaScript."""

    def open_page(actor: Actor, path: str, *, scripts: bool = True, width: int = 360) -> Page:
        context = chromium.new_context(
            base_url=server.url, java_script_enabled=scripts, viewport={"width": width, "height": 700},
            locale="en-GB",
        )  # fmt: skip
        context.set_default_timeout(SOON)
        context.add_cookies(
            [{"name": "mentornet_session", "value": server.cookie(actor)[1], "url": server.url}]
        )
        context.complaints = []  # type: ignore[attr-defined]
        page = context.new_page()
        page.on("pageerror", lambda error: context.complaints.append(str(error)))  # type: ignore[attr-defined]
        contexts.append(context)
        page.goto(path)
        return page

    return open_page


def topic_of(cafe: Cafe) -> str:
    return f"/talk/t/{cafe.topic.id}"


def say(page: Page, text: str) -> None:
    page.locator("#composer-body").fill(text)
    page.get_by_role("button", name="Send").click()


def bubble(page: Page, text: str) -> Any:
    return page.locator("article", has_text=text)


def stored(cafe: Cafe) -> list[str | None]:
    with unit_of_work():
        found = discussions.list_messages(cafe.ann, cafe.topic.id, limit=200)["items"]
    return [message["body"] for message in reversed(found)]


def shown(page: Page) -> list[str]:
    """What stands in the conversation, line for line."""
    lines = page.locator("[role=log] > :is(article, .day)").all_inner_texts()
    return [" ".join(line.split()) for line in lines]


def reactions(page: Page) -> list[tuple[str, str, str]]:
    """What stands under the messages: the sign, what is read out, whether it is one's own."""
    found = page.locator("[role=log] .reactions button").all()
    return [
        (one.get_attribute("value") or "", one.text_content() or "", one.get_attribute("aria-pressed") or "")
        for one in found
    ]


def test_one_says_hello_another_sees_it_a_third_answers_without_a_script(cafe: Cafe, opens: Opens) -> None:
    ann, bob = opens(cafe.ann, topic_of(cafe)), opens(cafe.bob, topic_of(cafe))
    meta = opens(cafe.meta, topic_of(cafe), scripts=False)
    say(ann, "Hello to **everybody**")
    expect(bubble(bob, "Hello to everybody")).to_be_visible()
    expect(bob.locator("article strong")).to_have_text("everybody")
    expect(bob.locator("article b").first).to_have_text(cafe.ann.name)
    expect(ann.locator("article.own")).to_have_count(1)
    expect(ann.locator("article.waiting")).to_have_count(0)
    meta.reload()
    expect(bubble(meta, "Hello to everybody")).to_be_visible()
    say(meta, "Welcome!")
    for page in (ann, bob):
        expect(bubble(page, "Welcome!")).to_be_visible()
        expect(bubble(page, "Welcome!").locator(".role")).to_have_text("Meta-mentor")
    assert stored(cafe) == ["Hello to **everybody**", "Welcome!"]


def test_old_state_and_events_are_what_a_fresh_page_shows(cafe: Cafe, opens: Opens) -> None:
    make_messages(cafe.topic, cafe.bob, 2)
    discussions.mark_read(cafe.ann, cafe.topic.id, 2)
    ann = opens(cafe.ann, topic_of(cafe))
    expect(ann.locator("article")).to_have_count(2)
    topic = cafe.topic.id
    one = discussions.post_message(cafe.bob, topic, "Who has *time*?", "1").message
    two = discussions.post_message(cafe.meta, topic, "I have.", "2", reply_to=one["id"]).message
    three = discussions.post_message(cafe.bob, topic, "Never mind", "3").message
    discussions.edit_message(cafe.meta, two["id"], "I have, on Monday.", expected_version=1)
    five = discussions.post_message(cafe.bob, topic, "A `code` & **more**\n- and", "5").message
    discussions.post_message(cafe.meta, topic, "As you say", "6", reply_to=five["id"])
    discussions.post_message(cafe.meta, topic, "Never?", "7", reply_to=three["id"])
    discussions.edit_message(cafe.bob, five["id"], "Other\n\n- words", expected_version=1)
    for actor, sign in (
        (cafe.ann, THUMB),
        (cafe.bob, THUMB),
        (cafe.meta, "\U0001f33b"),
        (cafe.ann, "\u2753"),
    ):
        discussions.react(actor, one["id"], sign)
    discussions.take_reaction_back(cafe.ann, one["id"], "\u2753")
    discussions.react(cafe.bob, three["id"], THUMB)
    discussions.delete_message(cafe.bob, three["id"])
    discussions.post_message(cafe.ann, topic, "And I.\n\n- Monday\n- Tuesday", "4", reply_to=two["id"])
    expect(bubble(ann, "And I.")).to_be_visible()
    people.change_me(cafe.bob, display_name="Robert")
    expect(ann.locator("article", has_text="Robert").first).to_be_visible()
    lived, pressed = shown(ann), reactions(ann)
    ann.reload()
    expect(bubble(ann, "And I.")).to_be_visible()
    assert lived == shown(ann)
    assert pressed == reactions(ann) == [(THUMB, "Good, 2", "true"), ("\U0001f33b", "\U0001f33b1", "false")]
    assert any("I have, on Monday." in line and "changed" in line for line in lived)
    assert any("Other words As you say" in line for line in lived)
    assert any("This message was deleted. Never?" in line for line in lived)


def test_c55_what_is_written_offline_arrives_once(cafe: Cafe, opens: Opens) -> None:
    ann, bob = opens(cafe.ann, topic_of(cafe)), opens(cafe.bob, topic_of(cafe))
    ann.context.set_offline(True)
    say(ann, "From the tunnel")
    expect(bubble(ann, "From the tunnel")).to_contain_text("waits until the line is back")
    expect(ann.locator("#offline")).to_be_visible()
    assert stored(cafe) == []
    ann.context.set_offline(False)
    expect(bubble(bob, "From the tunnel")).to_be_visible()
    expect(ann.locator("article.waiting")).to_have_count(0)
    expect(bubble(ann, "From the tunnel")).to_have_count(1)
    expect(bubble(bob, "From the tunnel")).to_have_count(1)
    assert stored(cafe) == ["From the tunnel"]


def test_c55_a_lost_answer_makes_no_second_message(cafe: Cafe, server: Served, opens: Opens) -> None:
    ann = opens(cafe.ann, "/talk")
    lost: list[str] = []
    ann.clock.install()

    def route(line: WebSocketRoute) -> None:
        there = line.connect_to_server()

        def take(packet: str | bytes) -> None:
            text = str(packet)
            is_event = text.startswith("42") and "message.posted" in text
            if is_event or (text.startswith("43") and "client_msg_id" in text):
                lost.append(text)  # neither the answer nor the event comes through
            else:
                line.send(packet)

        there.on_message(take)

    def connected() -> bool:
        ann.clock.run_for(100)
        return any(f"room:{cafe.room.id}" in each.scopes for each in server.live.connections.everyone())

    ann.route_web_socket(re.compile("/socket.io/"), route)
    ann.goto(topic_of(cafe))
    # Before it is connected the page would say it over HTTP.
    wait_for(connected)
    say(ann, "Only once")
    for _ in range(40):
        ann.clock.fast_forward(500)
        if ann.locator("article.waiting").count() == 0:
            break
    expect(ann.locator("article.waiting")).to_have_count(0)
    expect(bubble(ann, "Only once")).to_have_count(1)
    assert lost
    assert stored(cafe) == ["Only once"]


def test_a_lost_event_is_fetched_and_put_in_its_place(cafe: Cafe, opens: Opens) -> None:
    ann = opens(cafe.ann, "/talk")
    dropped: list[str] = []

    def route(line: WebSocketRoute) -> None:
        there = line.connect_to_server()

        def take(packet: str | bytes) -> None:
            if str(packet).startswith("42") and "Lost on the way" in str(packet) and not dropped:
                dropped.append(str(packet))
            else:
                line.send(packet)

        there.on_message(take)

    ann.route_web_socket(re.compile("/socket.io/"), route)
    ann.goto(topic_of(cafe))
    first = discussions.post_message(cafe.bob, cafe.topic.id, "Before", "0")
    expect(bubble(ann, "Before")).to_be_visible()
    discussions.post_message(cafe.bob, cafe.topic.id, "Lost on the way", "1")
    discussions.post_message(cafe.bob, cafe.topic.id, "After", "2")
    expect(bubble(ann, "After")).to_be_visible()
    assert dropped
    assert first.is_new
    assert [line.rpartition(" ")[2] for line in shown(ann)[-3:]] == ["Before", "way", "After"]


def test_c56_after_another_epoch_everything_is_fetched_anew(cafe: Cafe, opens: Opens) -> None:
    make_messages(cafe.topic, cafe.bob, 3)
    ann = opens(cafe.ann, "/talk")
    counts: list[int] = []

    def route(line: WebSocketRoute) -> None:
        there = line.connect_to_server()

        def take(packet: str | bytes) -> None:
            found = re.match(r"43(\d+)(.*)", str(packet))
            if found and f"room:{cafe.room.id}" in found[2]:
                ack = json.loads(found[2])[0]
                part = ack["scopes"][f"room:{cafe.room.id}"]
                ack["scopes"][f"room:{cafe.room.id}"] = {
                    "resync": True, "head_seq": part["head_seq"], "epoch": "another",
                }  # fmt: skip
                line.send(f"43{found[1]}{json.dumps([ack])}")
            elif not (str(packet).startswith("42") and "While away" in str(packet)):
                line.send(packet)

        there.on_message(take)

    ann.route_web_socket(re.compile("/socket.io/"), route)
    ann.add_init_script(
        "addEventListener('DOMContentLoaded', () => { const log = document.querySelector('[role=log]');"
        "window.fewest = 99; if (log) new MutationObserver(() => {"
        "window.fewest = Math.min(window.fewest, log.querySelectorAll('article').length); })"
        ".observe(log, {childList: true}); })"
    )
    with ann.expect_response(re.compile(r"/api/v1/topics/[^/]+/messages$")):
        ann.goto(topic_of(cafe))
    expect(ann.locator("article")).to_have_count(3)
    counts.append(ann.evaluate("window.fewest"))
    assert min(counts) >= 3, "the list was empty for a moment"


def test_c59_a_lock_is_told_at_once_and_the_text_stays(cafe: Cafe, opens: Opens) -> None:
    ann = opens(cafe.ann, topic_of(cafe))
    ann.locator("#composer-body").fill("Half a thought")
    discussions.lock_topic(cafe.meta, cafe.topic.id, expected_version=1)
    expect(ann.get_by_text("This topic was locked. What you typed stays here.")).to_be_visible()
    expect(ann.get_by_role("button", name="Send")).to_be_disabled()
    expect(ann.locator("#composer-body")).to_have_value("Half a thought")
    discussions.unlock_topic(cafe.meta, cafe.topic.id, expected_version=2)
    discussions.rename_topic(cafe.meta, cafe.topic.id, "Better forms", expected_version=3)
    expect(ann.get_by_role("heading", name="Better forms")).to_be_visible()
    ann.get_by_role("button", name="Send").click()
    expect(bubble(ann, "Half a thought")).to_have_count(1)
    expect(ann.locator("article.waiting")).to_have_count(0)
    assert stored(cafe) == ["Half a thought"]


def test_what_was_refused_stays_with_its_reason_also_after_a_reload(cafe: Cafe, opens: Opens) -> None:
    ann = opens(cafe.ann, topic_of(cafe))
    ann.context.set_offline(True)
    say(ann, "Too late")
    discussions.lock_topic(cafe.meta, cafe.topic.id, expected_version=1)
    ann.context.set_offline(False)
    expect(bubble(ann, "Too late")).to_contain_text("This topic is locked. That was not sent.")
    ann.reload()
    expect(bubble(ann, "Too late")).to_contain_text("not sent")
    discussions.unlock_topic(cafe.meta, cafe.topic.id, expected_version=2)
    ann.get_by_role("button", name="Try again").click()
    expect(ann.locator("[data-failed], article.waiting")).to_have_count(0)
    expect(bubble(ann, "Too late")).to_have_count(1)
    assert stored(cafe) == ["Too late"]


def test_a_refused_text_can_be_taken_back_into_the_box(cafe: Cafe, opens: Opens) -> None:
    ann = opens(cafe.ann, topic_of(cafe))
    ann.context.set_offline(True)
    say(ann, "To be rewritten")
    discussions.lock_topic(cafe.meta, cafe.topic.id, expected_version=1)
    ann.context.set_offline(False)
    ann.get_by_role("button", name="Take it back").click()
    expect(ann.locator("#composer-body")).to_have_value("To be rewritten")
    expect(ann.locator("article")).to_have_count(0)


def test_reading_marks_what_was_on_the_screen_and_all_tabs_agree(cafe: Cafe, opens: Opens) -> None:
    make_messages(cafe.topic, cafe.bob, 3)
    lists = opens(cafe.ann, "/talk")
    badge = lists.locator("nav.tabs a[href='/talk'] .badge")
    expect(badge).to_contain_text("3")
    topic = opens(cafe.ann, topic_of(cafe))
    expect(badge).to_have_count(0)
    expect(lists.get_by_role("heading", name="Unread")).to_have_count(0)
    with unit_of_work():
        assert discussions.get_topic(cafe.ann, cafe.topic.id)["unread"] == 0
    discussions.post_message(cafe.bob, cafe.topic.id, "One more", "1")
    expect(bubble(topic, "One more")).to_be_visible()
    expect(lists.get_by_text("One more")).to_be_visible()
    expect(badge).to_have_count(0)


def test_a_long_topic_is_read_only_as_far_as_one_scrolled(cafe: Cafe, opens: Opens) -> None:
    make_messages(cafe.topic, cafe.bob, 40)
    ann = opens(cafe.ann, topic_of(cafe))
    with ann.expect_response(re.compile("/read$")):
        ann.mouse.wheel(0, 10)
    with unit_of_work():
        left = discussions.get_topic(cafe.ann, cafe.topic.id)["unread"]
    assert 0 < left < 40
    before = ann.evaluate("scrollY")
    discussions.post_message(cafe.bob, cafe.topic.id, "At the very end", "1")
    jump = ann.get_by_role("button", name="1 new message")
    expect(jump).to_be_visible()
    assert ann.evaluate("scrollY") == before
    jump.click()
    expect(bubble(ann, "At the very end")).to_be_in_viewport()
    expect(jump).to_be_hidden()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_c56_an_older_part_is_fetched_anew_and_leads_to_the_newest(cafe: Cafe, opens: Opens) -> None:
    make_messages(cafe.topic, cafe.bob, 130)
    discussions.mark_read(cafe.ann, cafe.topic.id, 10**6)
    ann, torn = opens(cafe.ann, "/talk"), list[str]()

    def route(line: WebSocketRoute) -> None:
        there = line.connect_to_server()

        def take(packet: str | bytes) -> None:
            found = re.match(r"43(\d+)(.*)", str(packet))
            scope = f"room:{cafe.room.id}"
            if found and scope in found[2] and not torn:
                torn.append(scope)
                ack = json.loads(found[2])[0]
                head = ack["scopes"][scope]["head_seq"]
                ack["scopes"][scope] = {"resync": True, "head_seq": head, "epoch": "another"}
                line.send(f"43{found[1]}{json.dumps([ack])}")
            else:
                line.send(packet)

        there.on_message(take)

    ann.route_web_socket(re.compile("/socket.io/"), route)
    way, newer = f"{topic_of(cafe)}?at=40", ann.locator("[data-newer] a")
    with ann.expect_response(re.compile(r"/messages\?after=\d+&limit=200")):
        ann.goto(way)
    expect(newer).to_have_text("61 newer messages")
    told = [" ".join(line.split()[-2:]) for line in shown(ann)[1:]]
    assert told == [f"Word {n}" for n in range(19, 69)], "each once, in order"

    # A word from here is said at the end, where it is shown with what was said last.
    ann.goto(way)
    discussions.edit_message(cafe.bob, message_at(cafe, 40), "Changed meanwhile", expected_version=1)
    expect(bubble(ann, "Changed meanwhile")).to_be_visible()
    say(ann, "From the middle")
    expect(bubble(ann, "From the middle")).to_be_in_viewport()
    expect(newer).to_have_count(0)
    expect(bubble(ann, "Changed meanwhile")).to_have_count(0)
    expect(ann.get_by_role("link", name="Older messages")).to_be_attached()
    discussions.post_message(cafe.bob, cafe.topic.id, "Heard at once", "h")
    expect(bubble(ann, "Heard at once")).to_be_visible()

    # The way down leads there too.
    ann.goto(way)
    ann.get_by_role("button", name=re.compile("newer messages")).click()
    expect(bubble(ann, "Heard at once")).to_be_in_viewport()
    expect(ann.locator("[data-jump]")).to_be_hidden()
    lived = shown(ann)
    ann.goto(topic_of(cafe))
    expect(bubble(ann, "Heard at once")).to_be_visible()
    assert lived[-50:] == shown(ann)[-50:]


def message_at(cafe: Cafe, seq: int) -> str:
    with unit_of_work():
        found = discussions.list_messages(cafe.ann, cafe.topic.id, after=seq - 1, limit=1)["items"]
    return found[0]["id"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_waits_comes_and_goes_on_every_device(cafe: Cafe, opens: Opens) -> None:
    inbox, lists = opens(cafe.bob, "/inbox"), opens(cafe.bob, "/talk", width=1280)
    expect(inbox.locator("main")).to_contain_text("Nothing waits for you.")
    body = f"@{cafe.bob.name}, what do you think?"
    said = discussions.post_message(cafe.ann, cafe.topic.id, body, "1").message
    notifications.derive_notices()
    expect(inbox.locator("main")).to_contain_text("You are named")
    expect(inbox.get_by_role("link", name="Notices, 1 new")).to_be_visible()
    for page in (inbox, lists):
        expect(page.get_by_role("link", name="For you 1")).to_be_visible()
    discussions.mark_read(cafe.bob, cafe.topic.id, said["seq"])
    expect(inbox.locator("main")).to_contain_text("Nothing waits for you.")
    expect(lists.get_by_role("link", name="For you", exact=True)).to_be_visible()


def test_who_is_signed_out_elsewhere_is_told_and_keeps_the_text(
    cafe: Cafe, opens: Opens, server: Served
) -> None:
    ann = opens(cafe.ann, topic_of(cafe))
    discussions.post_message(cafe.bob, cafe.topic.id, "Alive", "1")
    expect(bubble(ann, "Alive")).to_be_visible()
    ann.locator("#composer-body").fill("Unfinished")
    with unit_of_work():
        sessions = people.list_sessions(cafe.ann)
    for each in sessions if isinstance(sessions, list) else sessions.items:
        people.end_session(cafe.ann, each["id"])
    expect(ann.locator("[data-stopped]")).to_contain_text("You are signed out.")
    expect(ann.locator("#composer-body")).to_have_value("Unfinished")
    assert server.url in ann.url


def test_a_dismissed_steward_is_told_and_hears_no_more(cafe: Cafe, opens: Opens) -> None:
    steward, other = cafe.community.steward(), cafe.community.steward()
    page, ann = opens(steward, topic_of(cafe)), opens(cafe.ann, topic_of(cafe))
    discussions.post_message(cafe.bob, cafe.topic.id, "Alive", "1")
    expect(bubble(page, "Alive")).to_be_visible()
    now = runtime.current().clock.now()
    organisations.remove_steward(
        replace(other, proof_at=now), cafe.community.organisation.id, steward.user_id or ""
    )
    expect(page.locator("[data-stopped]")).to_be_visible()
    discussions.post_message(cafe.bob, cafe.topic.id, "Among ourselves", "2")
    expect(bubble(ann, "Among ourselves")).to_be_visible()
    expect(bubble(page, "Among ourselves")).to_have_count(0)


def test_the_list_changes_under_the_readers_hands_without_taking_the_focus(cafe: Cafe, opens: Opens) -> None:
    make_messages(cafe.topic, cafe.bob, 1)
    ann = opens(cafe.ann, "/talk")
    row = ann.get_by_role("link", name=re.compile("Forms"))
    row.focus()
    other = make_room(cafe.community.network, name="Offices")
    discussions.open_topic(cafe.bob, cafe.room.id, "Brand new", "Look here", "1")
    expect(ann.get_by_role("link", name=re.compile("Brand new"))).to_be_visible()
    expect(row).to_be_focused()
    assert other.name


def test_without_a_websocket_the_events_come_over_http(cafe: Cafe, opens: Opens) -> None:
    ann = opens(cafe.ann, "/talk")
    ann.clock.install()
    ann.route_web_socket(re.compile("/socket.io/"), lambda line: line.close())
    ann.goto(topic_of(cafe))
    discussions.post_message(cafe.bob, cafe.topic.id, "By post", "1")
    for _ in range(40):
        ann.clock.fast_forward(1_000)
        if bubble(ann, "By post").count():
            break
    expect(bubble(ann, "By post")).to_be_visible()
    say(ann, "By post as well")
    for _ in range(40):
        ann.clock.fast_forward(500)
        if ann.locator("article.waiting").count() == 0:
            break
    expect(ann.locator("article.waiting")).to_have_count(0)
    assert stored(cafe) == ["By post", "By post as well"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_answering_and_typing_by_keyboard(cafe: Cafe, opens: Opens) -> None:
    asked = discussions.post_message(cafe.bob, cafe.topic.id, "Who is in?", "1").message
    ann, bob = opens(cafe.ann, topic_of(cafe)), opens(cafe.bob, topic_of(cafe))
    discussions.post_message(cafe.meta, cafe.topic.id, "Both are listening", "2")
    for page in (ann, bob):
        expect(bubble(page, "Both are listening")).to_be_visible()
    menu = bubble(ann, "Who is in?").locator("summary")
    menu.focus()
    ann.keyboard.press("Enter")
    ann.keyboard.press("Tab")
    ann.keyboard.press("Enter")
    expect(ann.locator("#composer-body")).to_be_focused()
    expect(ann.get_by_text(f"Answer to {cafe.bob.name}")).to_be_visible()
    ann.keyboard.type("I am")
    expect(bob.get_by_text(f"{cafe.ann.name.split()[0]} is writing …")).to_be_visible()
    ann.keyboard.press("Control+Enter")
    expect(bubble(bob, "I am").locator(".quote")).to_contain_text("You")
    expect(bubble(ann, "I am").locator(".quote")).to_contain_text("Who is in?")
    expect(bob.locator("[data-typing]")).to_be_hidden()
    with unit_of_work():
        newest = discussions.list_messages(cafe.ann, cafe.topic.id)["items"][0]
    assert newest["reply_to"] == asked["id"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_calling_and_reacting_by_keyboard(cafe: Cafe, opens: Opens) -> None:
    discussions.post_message(cafe.bob, cafe.topic.id, "Who is in?", "1")
    ann, bob = opens(cafe.ann, topic_of(cafe)), opens(cafe.bob, topic_of(cafe))
    expect(bubble(bob, "Who is in?")).to_be_visible()
    box = ann.locator("#composer-body")
    box.focus()
    ann.keyboard.type("Ask @meta")
    expect(ann.get_by_role("option", name="@meta-mentors")).to_be_visible()
    expect(box).to_have_attribute("aria-activedescendant", "calling-0")
    ann.keyboard.press("Enter")
    expect(box).to_have_value("Ask @meta-mentors ")
    expect(ann.get_by_role("listbox")).to_be_hidden()
    ann.keyboard.press("Control+Enter")
    expect(bob.locator("strong.mention")).to_have_text("@meta-mentors")
    asked = bubble(ann, "Who is in?")
    asked.locator("summary").press("Enter")
    asked.get_by_role("link", name="React").press("Enter")
    expect(ann.get_by_role("button", name="Good")).to_be_focused()
    ann.keyboard.press("Tab")
    ann.keyboard.press("Enter")
    thanks = asked.get_by_role("button", name="Thank you, 1")
    expect(thanks).to_have_attribute("aria-pressed", "true")
    theirs = bubble(bob, "Who is in?").get_by_role("button", name="Thank you, 1")
    expect(theirs).to_have_attribute("aria-pressed", "false")
    theirs.click()
    expect(asked.get_by_role("button", name="Thank you, 2")).to_have_attribute("aria-pressed", "true")
    asked.get_by_role("button", name="Thank you, 2").press("Enter")
    expect(bubble(bob, "Who is in?").get_by_role("button", name="Thank you, 1")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(asked.get_by_role("button", name="Thank you, 1")).to_have_attribute("aria-pressed", "false")
    bubble(bob, "Who is in?").get_by_role("button", name="Thank you, 1").press("Enter")
    expect(bubble(bob, "Who is in?").locator(".reactions")).to_have_count(0)
    expect(bubble(bob, "Who is in?").locator("summary")).to_be_focused()  # her place is not lost with it
    bob.get_by_role("link", name="Skip to writing").press("Enter")
    expect(bob.locator("#composer-body")).to_be_focused()


def test_c58_c59_a_topic_that_is_moved_goes_on_in_a_room_that_is_slow(cafe: Cafe, opens: Opens) -> None:
    garden = make_room(cafe.community.network, name="Garden")
    make_messages(cafe.topic, cafe.bob, 2)
    ann = opens(cafe.ann, topic_of(cafe))
    expect(ann.locator("article")).to_have_count(2)
    ann.locator("#composer-body").fill("Half a thought")
    discussions.move_topic(cafe.meta, cafe.topic.id, garden.id, expected_version=1)
    expect(ann.locator(".bar-title")).to_contain_text("Garden")
    expect(ann.locator("#composer-body")).to_have_value("Half a thought")
    discussions.post_message(cafe.bob, cafe.topic.id, "In the garden", "g")
    expect(bubble(ann, "In the garden")).to_have_count(1)
    discussions.set_slow_mode(cafe.meta, garden.id, 60, expected_version=1)
    expect(ann.get_by_text("Slow mode: one message every 1 min.")).to_be_visible()
    ann.get_by_role("button", name="Send").click()
    expect(bubble(ann, "Half a thought")).to_have_count(1)
    ann.locator("#composer-body").fill("Too soon")
    expect(ann.get_by_text("Slow mode: you can write again in")).to_be_visible()
    expect(ann.get_by_role("button", name="Send")).to_be_disabled()
    discussions.set_slow_mode(cafe.meta, garden.id, 0, expected_version=2)
    ann.get_by_role("button", name="Send").click()
    expect(bubble(ann, "Too soon")).to_have_count(1)
    wait_for(lambda: stored(cafe)[-3:] == ["In the garden", "Half a thought", "Too soon"])


def test_d15_what_is_typed_goes_on_on_the_other_device(cafe: Cafe, opens: Opens) -> None:
    phone = opens(cafe.ann, topic_of(cafe))
    with phone.expect_response(lambda answer: "/me/drafts/" in answer.url):
        phone.locator("#composer-body").fill("Half a **thought**")
    desk = opens(cafe.ann, topic_of(cafe))
    box = desk.locator("#composer-body")
    expect(box).to_have_value("Half a **thought**")
    desk.get_by_text("Preview and language").click()
    desk.get_by_role("button", name="Preview").click()
    expect(desk.locator("[data-preview] strong")).to_have_text("thought")
    desk.get_by_label("Translated? How?").fill("from Polish")
    box.press("Control+Enter")
    expect(bubble(desk, "Half a thought")).to_contain_text("from Polish")
    expect(bubble(phone, "Half a thought")).to_contain_text("from Polish")
    expect(phone.locator("#composer-body")).to_have_value("")
    desk.reload()
    expect(desk.locator("#composer-body")).to_have_value("")
    with unit_of_work():
        assert discussions.get_draft(cafe.ann, discussions.topic_context(cafe.topic.id))["version"] == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_d15_what_parted_from_what_is_sent_stays_on_its_device(cafe: Cafe, opens: Opens) -> None:
    def adds(page: Page, more: str) -> None:
        page.get_by_role("link", name="Skip to writing").press("Enter")  # the caret stands at the end
        with page.expect_response(lambda told: told.request.method == "PUT" and "/me/drafts/" in told.url):
            page.keyboard.type(more)

    phone = opens(cafe.ann, topic_of(cafe))
    adds(phone, "Old")
    desk = opens(cafe.ann, topic_of(cafe))
    phone.reload()
    adds(phone, " one")
    adds(desk, " two")
    box = phone.locator("#composer-body")
    expect(desk.get_by_text("You typed another text here too.")).to_be_visible()
    desk.locator("#composer-body").press("Control+Enter")
    expect(bubble(phone, "Old two")).to_have_count(1)
    expect(phone.get_by_text("You sent another text on another device.")).to_be_visible()
    expect(box).to_have_value("Old one")
    expect(desk.locator("#composer-body")).to_have_value("Old one")
    adds(phone, " more")
    assert draft_of(cafe) == ("Old one more", [])
    expect(desk.locator("#composer-body")).to_have_value("Old one")
    desk.reload()  # there it is the same text, which nobody changed: it goes with the sending
    box.press("Control+Enter")
    expect(bubble(desk, "Old one more")).to_have_count(1)
    expect(desk.locator("#composer-body")).to_have_value("")
    assert draft_of(cafe) == ("", [])
    assert stored(cafe) == ["Old two", "Old one more"]


def draft_of(cafe: Cafe) -> tuple[str, list[str]]:
    with unit_of_work():
        found = discussions.get_draft(cafe.ann, discussions.topic_context(cafe.topic.id))
    return found["body"], found["set_aside"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_d15_a_new_topic_goes_on_on_the_other_device_and_in_another_room(cafe: Cafe, opens: Opens) -> None:
    other = make_room(cafe.community.network, name="Library")
    phone = opens(cafe.ann, f"/talk/new?room={cafe.room.id}")
    with phone.expect_response(lambda answer: "/me/drafts/" in answer.url):
        phone.locator("[name=title]").fill("Which books?")
        phone.locator("[name=body]").fill("I look for **easy** ones.")
    desk = opens(cafe.ann, "/talk/new")
    expect(desk.locator("[name=title]")).to_have_value("Which books?")
    expect(desk.locator("[name=body]")).to_have_value("I look for **easy** ones.")
    with desk.expect_response(lambda answer: f"room:{other.id}" in answer.url and answer.ok):
        desk.get_by_text("Library").click()
    expect(desk.locator("[name=title]")).to_have_value("Which books?")
    wait_for(lambda: drafts_of(cafe) == [f"room:{other.id}"])
    desk.get_by_role("button", name="Send").click()
    expect(bubble(desk, "I look for easy ones.")).to_be_visible()
    assert drafts_of(cafe) == []


def drafts_of(cafe: Cafe) -> list[str]:
    with unit_of_work():
        mine = select(StoredDraft.context).where(StoredDraft.user_id == cafe.ann.user_id)
        return list(session().scalars(mine))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a15_two_hundred_hostile_texts_run_nothing_and_fetch_nothing(
    cafe: Cafe, opens: Opens, server: Served, live: Runtime
) -> None:
    object.__setattr__(live.settings, "rate_limits", "off")
    assert len(PAYLOADS) >= 200
    titled = "<img src=x onerror=alert(1)>\"'><script>alert(1)</script>"
    topic = make_topic(cafe.room, cafe.bob, title=titled).id
    ann = opens(cafe.ann, f"/talk/t/{topic}")
    trouble: list[str] = []
    ann.on("dialog", lambda dialog: (trouble.append(dialog.message), dialog.dismiss()))
    ann.on("request", lambda asked: None if _is_ours(asked.url, server.url) else trouble.append(asked.url))
    ann.expose_function("complain", lambda said: trouble.append(said))
    watch = "addEventListener('securitypolicyviolation', (told) => complain(told.blockedURI || told.sample))"
    ann.add_init_script(watch)
    ann.evaluate(watch)
    first = None
    for number, payload in enumerate(PAYLOADS):  # each comes in alive, the way a script puts it there
        said = discussions.post_message(
            cafe.bob, topic, payload or ".", f"m{number}", reply_to=first, translation=payload[:120]
        ).message
        first = first or said["id"]
    discussions.post_message(cafe.bob, topic, "That was all", "end")
    expect(bubble(ann, "That was all")).to_be_visible()
    expect(ann.locator("article[data-message]")).to_have_count(len(PAYLOADS) + 1)
    hostile = "[role=log] :is(script, style, iframe, object, embed, img:not(.avatar), svg:not(.icon))"
    assert ann.locator(hostile).count() == 0
    ann.mouse.move(180, 300)
    before = said["seq"] + 1
    while before > 1:  # and as the server writes them
        ann.goto(f"/talk/t/{topic}?before={before}")
        assert ann.locator(hostile).count() == 0
        seqs = (ann.locator("[data-seqs]").get_attribute("data-seqs") or "").split()
        if not seqs or int(seqs[0]) >= before:
            break
        before = int(seqs[0])
    for path in (f"/talk/r/{cafe.room.id}", f"/talk/m/{said['id']}/reactions", "/talk"):
        ann.goto(path)
    assert trouble == []


def _is_ours(address: str, ours: str) -> bool:
    return address.startswith((ours, ours.replace("http", "ws", 1), "data:", "blob:"))


A_TONE = """() => { navigator.mediaDevices.getUserMedia = async () => {
  const context = new AudioContext(), heard = context.createMediaStreamDestination();
  const tone = new OscillatorNode(context);
  tone.connect(heard);
  tone.start();
  return heard.stream;
}; }"""
"""A microphone that hears a tone."""
HEARD = """async (sound) => {
  sound.muted = true;
  await sound.play();
  while (sound.currentTime < 0.2) await new Promise((done) => setTimeout(done, 20));
  sound.currentTime = 0;
  await new Promise((done) => sound.addEventListener("seeked", done, { once: true }));
  return sound.error === null;
}"""


LOSE_AN_ANSWER = """() => {
  const { send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.send = function(form) {
    XMLHttpRequest.prototype.send = send;
    Object.defineProperties(this, { status: { value: 400 }, response: { value: null } });
    send.call(this, form);
  };
}"""
"""The server takes the next file, and the page hears of something between them that it could not."""
PASTE_WHILE_SAVING = """() => {
  const { fetch } = window;
  window.fetch = (path, ways) => {
    if (ways?.method === "PATCH") {
      window.fetch = fetch;
      const more = new DataTransfer();
      more.items.add(new File(["nothing but words"], "words.txt"));
      const input = document.querySelector("input[type=file]");
      input.files = more.files;
      input.dispatchEvent(new Event("change"));
    }
    return fetch(path, ways);
  };
}"""
"""Another file comes while what was typed beside a picture is on its way."""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_picture_and_a_voice_note_are_chosen_described_heard_and_sent(cafe: Cafe, opens: Opens) -> None:
    ann, bob = opens(cafe.ann, topic_of(cafe)), opens(cafe.bob, topic_of(cafe))
    large = {"name": "film.pdf", "mimeType": "application/pdf", "buffer": made.pdf(b"%" + bytes(10 * 2**20))}
    photo = {"name": "table.jpg", "mimeType": "image/jpeg", "buffer": pictures.photo_with_place()}
    ann.locator("input[type=file]").set_input_files([photo, large])
    expect(ann.locator("#composer-error")).to_contain_text("film.pdf: This file is too large.")
    described = ann.get_by_label("What does the picture show? For people who do not see it.")
    described.fill("Our table")
    hers = f"chosen:{cafe.ann.id}:{cafe.topic.id}"
    ann.wait_for_function("(hers) => hers in sessionStorage", arg=hers)
    another = f"chosen:x:{cafe.topic.id}"
    for key in (f"chosen:{cafe.topic.id}", another):
        ann.evaluate("(key) => { sessionStorage[key] = '[{}]'; }", key)
    ann.reload()  # what was chosen is still there, and what somebody else chose in this tab is not
    expect(ann.locator(".chosen b")).to_have_text(["table.jpg"])
    kept = ann.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('chosen:'))")
    assert sorted(kept) == sorted([hers, another])
    ann.route("**/api/v1/files/*", lambda route: route.abort())
    described.fill("Our table, set")
    ann.evaluate(A_TONE)
    ann.get_by_role("button", name="Record a voice note").click()
    ann.get_by_role("button", name="Discard").click()
    expect(ann.locator(".recording")).to_have_count(0)
    ann.get_by_role("button", name="Record a voice note").click()
    expect(ann.locator(".recording time")).to_have_text("0:01")
    ann.context.set_offline(True)
    ann.get_by_role("button", name="Stop").click()
    picture, note = ann.locator(".chosen li").nth(0), ann.locator(".chosen li").nth(1)
    expect(note.locator(".error")).to_have_text(
        "There is no line. This is sent by itself when the line is back."
    )
    ann.evaluate(LOSE_AN_ANSWER)
    ann.context.set_offline(False)
    expect(note.locator(".error")).to_have_text("This file could not be sent. Try again, or remove it.")
    note.get_by_role("button", name="Try again").click()
    assert note.locator("audio").evaluate(HEARD)
    with unit_of_work():
        assert session().scalar(select(func.count()).select_from(File)) == 2, "sent again is no second file"
    send, hindrance = ann.get_by_role("button", name="Send"), ann.locator("#composer-error")
    send.click()
    unsaved = "What you wrote about the picture is not saved yet. Please try again."
    expect(hindrance).to_have_text(unsaved)
    expect(picture.locator(".error")).to_have_text(unsaved)
    ann.unroute("**/api/v1/files/*")
    ann.evaluate(PASTE_WHILE_SAVING)
    send.click()
    expect(hindrance).to_contain_text(re.compile("still on its way|not taken here"))
    words = ann.locator(".chosen li", has_text="words.txt")
    expect(words.locator(".error")).to_be_visible()
    expect(words.get_by_role("button", name="Try again")).to_be_hidden()  # another try says the same
    expect(ann.locator("article.own")).to_have_count(0)
    words.get_by_role("button", name="Remove").click()
    send.click()
    expect(ann.locator(".chosen li")).to_have_count(0)
    expect(ann.locator("article.own").get_by_alt_text("Our table, set")).to_be_visible()
    expect(bob.get_by_alt_text("Our table, set")).to_be_visible()
    assert bob.locator("article .voice audio").evaluate(HEARD)
    assert stored(cafe) == [""]
    ann.get_by_role("button", name="Record a voice note").click()
    expect(ann.locator(".recording time")).to_have_text("0:01")
    send.click()  # who sends while she records has said what she wanted to
    expect(bob.locator("article .voice audio")).to_have_count(2)
