"""The bell, the page behind it and the menus of rooms and topics, without a script."""

from __future__ import annotations

from collections.abc import Callable

from models.discussions import MessageMention
from network import discussions, notifications
from network.kernel.actor import Actor
from network.kernel.ids import new_untimed_id
from network.kernel.transaction import unit_of_work
from tests.factories.people import save
from tests.running import HandClock
from tests.web.discussions.conftest import Cafe
from tests.web.discussions.visiting import Visitor

Visits = Callable[..., Visitor]


def name(author: Actor, person: Actor, topic_id: str, body: str = "Could you?") -> None:
    said = discussions.post_message(author, topic_id, body, new_untimed_id()).message["id"]
    save(MessageMention(message_id=said, user_id=person.user_id or "", kind="person"))
    notifications.derive_notices()


def test_the_bell_counts_and_the_page_shows_by_conversation(
    cafe: Cafe, visitor: Visits, clock: HandClock
) -> None:
    bob = visitor(cafe.bob)
    assert 'aria-label="Notices"' in bob.see("/home").html
    assert "All read." in bob.see("/n").text
    for _ in range(2):
        name(cafe.ann, cafe.bob, cafe.topic.id)
    network = cafe.community.network.id
    clock.forward(minutes=1)
    discussions.write_directly(cafe.ann, network, [cafe.bob.user_id or ""], "Only for you", "1")
    notifications.derive_notices()
    assert 'aria-label="Notices, 3 new"' in bob.see("/home").html
    assert bob.client.get("/n/count").json == {"unread": 3, "label": "Notices, 3 new"}
    page = bob.see("/n")
    assert page.text.index("Only for you") < page.text.index("Could you?")
    assert page.text.count(f"{cafe.ann.name} named you · Café") == 1, "one row for the conversation"
    with unit_of_work():
        said = discussions.list_messages(cafe.bob, cafe.topic.id)["items"]
    ways = [f'href="/talk/m/{one["id"]}"' for one in said]
    assert any(way in page.html for way in ways), "to where it stands, however much came since"
    discussions.mark_read(cafe.bob, cafe.topic.id, 99)
    assert 'aria-label="Notices, 1 new"' in bob.see("/n").html
    read = bob.send(page.form("until"), "/n")
    assert 'aria-label="Notices"' in read.html
    assert "Only for you" in read.text
    assert not read.offers("Everything read")


def test_what_came_after_the_page_stays_new(cafe: Cafe, visitor: Visits, clock: HandClock) -> None:
    bob = visitor(cafe.bob)
    name(cafe.ann, cafe.bob, cafe.topic.id)
    page = bob.see("/n")
    clock.forward(minutes=1)
    name(cafe.ann, cafe.bob, cafe.topic.id, "And later?")
    assert 'aria-label="Notices, 1 new"' in bob.send(page.form("until"), "/n").html


def test_menus_say_how_much_one_hears(cafe: Cafe, visitor: Visits) -> None:
    bob, path = visitor(cafe.bob), f"/talk/t/{cafe.topic.id}"
    page = bob.send(bob.see(path).form("level", said="Only when somebody"))
    assert "You hear from here when somebody names or answers you." in page.text
    page = bob.send(page.form("level", said="As from the whole room"))
    assert "Saved." in page.text
    room = bob.send(bob.see(f"/talk/r/{cafe.room.id}").form("level", said="Nothing"))
    assert "quiet for you" in room.html
    discussions.post_message(cafe.ann, cafe.topic.id, "Hello", "1")
    assert not bob.see("/talk").offers("Everything read"), "nothing of it is unread"
    wrong = bob.see(path).form("level")
    sent = {**wrong.values, "level": "some"}
    assert bob.client.post(wrong.action, data=sent).status_code == 400


def test_a_network_is_quiet_by_ones_settings(cafe: Cafe, visitor: Visits) -> None:
    bob, network = visitor(cafe.bob), cafe.community.network
    page = bob.see("/me/mails")
    assert network.name in page.text
    chosen = {
        f"level_{network.id}": "muted",
        "weekday": "0",
        "hour": "7",
        "quiet_from": "22",
        "quiet_until": "6",
    }
    bob.send(page.form("weekday"), "/me/mails", **chosen)
    name(cafe.ann, cafe.bob, cafe.topic.id)
    assert 'aria-label="Notices"' in bob.see("/home").html
