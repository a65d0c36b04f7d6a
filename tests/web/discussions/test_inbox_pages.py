"""What waits for oneself, and what is new by topic: read, marked and continued without a script."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from models.discussions import MessageMention
from network import discussions, notifications
from network.kernel.ids import new_untimed_id
from network.kernel.transaction import unit_of_work
from tests.factories.discussions import make_messages, make_room, make_topic, make_topics
from tests.factories.people import save
from tests.running import HandClock
from tests.web.discussions.conftest import Cafe
from tests.web.discussions.visiting import Visitor

Visits = Callable[..., Visitor]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What is asked of a database is asked of both in tests/network."""


def test_what_waits_is_found_read_and_gone(cafe: Cafe, visitor: Visits, clock: HandClock) -> None:
    bob, topic = visitor(cafe.bob), cafe.topic.id
    assert "Nothing waits for you." in bob.see("/inbox").text
    discussions.post_message(cafe.meta, topic, "Not for Bob alone", "0")
    said = discussions.post_message(cafe.ann, topic, "Could you, Bob?", new_untimed_id()).message
    save(MessageMention(message_id=said["id"], user_id=cafe.bob.user_id or "", kind="person"))
    clock.forward(seconds=1)
    discussions.write_directly(cafe.ann, cafe.community.network.id, [cafe.bob.user_id or ""], "Psst", "1")
    notifications.derive_notices()
    page = bob.see("/inbox")
    assert page.text.index("Psst") < page.text.index("Could you, Bob?"), "the newest first"
    assert "You are named" in page.text
    assert f'href="/talk/m/{said["id"]}"' in page.html, "to what names her, not to the first unread"
    assert "For you 2" in bob.see("/talk").text
    left = bob.send(page.form("seq", action=f"/talk/t/{topic}/done"))
    assert "Marked as read." in left.text
    assert "Could you, Bob?" not in left.text
    assert "Psst" in left.text
    assert "For you 1" in left.text, "the bell and the page count alike"


def test_topics_and_rooms_are_marked_as_read_where_they_are_listed(cafe: Cafe, visitor: Visits) -> None:
    other = make_room(cafe.community.network, name="Library")
    second = make_topic(other, cafe.ann, title="Books")
    for topic in (cafe.topic, second):
        make_messages(topic, cafe.ann, 2)
    bob = visitor(cafe.bob)
    page = bob.see("/talk")
    make_messages(cafe.topic, cafe.ann, 1)  # said after the page was made: not read with it
    page = bob.send(page.form("seq", action=f"/talk/t/{cafe.topic.id}/done"))
    assert discussions_left(cafe) == {cafe.topic.id: 1, second.id: 2}
    page = bob.send(page.form(action=f"/talk/r/{other.id}/done"))
    assert discussions_left(cafe) == {cafe.topic.id: 1}
    room = bob.see(f"/talk/r/{cafe.room.id}")
    room = bob.send(room.form(action=f"/talk/r/{cafe.room.id}/done"))
    assert discussions_left(cafe) == {}
    assert "Topics" in room.text
    assert not room.offers("Everything read")
    foreign = f"/talk/r/{cafe.noise.room_id}/done"
    assert bob.client.post(foreign, data=page.form("csrf_token").values).status_code == 404


def test_after_half_a_year_it_is_one_page_and_goes_on(cafe: Cafe, visitor: Visits) -> None:
    make_topics(make_room(cafe.community.network), cafe.ann, 30)
    make_messages(cafe.topic, cafe.ann, 300)
    bob = visitor(cafe.bob)
    page = bob.see("/talk")
    assert page.html.count("/done") == 20 + 2, "twenty topics, two rooms"
    more = bob.see(page.link("More that is new"))
    assert more.html.count("?from=unread#unread") == 31 - 20
    assert not more.offers("More that is new")
    assert "Earlier" not in more.text
    assert bob.see("/home").html.count("/done") == 5, "shortly on home"


def discussions_left(cafe: Cafe) -> dict[str, int]:
    with unit_of_work():
        left = discussions.get_unread(cafe.bob, cafe.community.network.id)
    return {topic["id"]: topic["unread"] for topic in left["topics"]}
