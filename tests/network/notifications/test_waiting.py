"""What is new since one was there, by topic; what waits for oneself: bounded, in order, done by reading."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.discussions import MessageMention
from network import blocks, discussions, notifications
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.ids import new_untimed_id
from network.kernel.paging import PageRequest
from network.kernel.transaction import unit_of_work
from tests.factories.discussions import make_messages, make_room, make_topic
from tests.factories.people import save
from tests.network.discussions.conftest import Cafe
from tests.running import HandClock

Waiting = list[discussions.WaitingView]


def say(
    author: Actor, topic_id: str, body: str, names: Actor | None = None, reply_to: str | None = None
) -> str:
    said = discussions.post_message(author, topic_id, body, new_untimed_id(), reply_to).message["id"]
    if names is not None:
        save(MessageMention(message_id=said, user_id=names.user_id or "", kind="role"))
    return said


def new(cafe: Cafe, actor: Actor) -> Waiting:
    with unit_of_work():
        return notifications.list_unread(actor, cafe.community.network.id).items


def inbox(actor: Actor) -> Waiting:
    notifications.derive_notices()
    with unit_of_work():
        return notifications.list_inbox(actor).items


def test_what_is_new_is_told_by_topic_with_who_wrote_and_where_it_begins(cafe: Cafe) -> None:
    say(cafe.ann, cafe.topic.id, "Seen long ago")
    discussions.mark_read(cafe.bob, cafe.topic.id, 10**6)
    first = say(cafe.ann, cafe.topic.id, "**Who** has time?")
    say(cafe.bob, cafe.topic.id, "My own words are not new to me")
    gone = say(cafe.ann, cafe.topic.id, "Taken back")
    say(cafe.meta, cafe.topic.id, "I have")
    discussions.delete_message(cafe.ann, gone)
    (topic,) = new(cafe, cafe.bob)
    assert (topic["id"], topic["unread"], topic["writer_count"]) == (cafe.topic.id, 2, 2)
    assert [one["id"] for one in topic["writers"]] == [cafe.meta.user_id, cafe.ann.user_id], "the last first"
    message = topic["message"]
    assert (message["id"], message["excerpt"], message["author"]["display_name"]) == (
        first, "Who has time?", cafe.ann.name,
    )  # fmt: skip
    assert topic["first_unread_seq"] == message["seq"]
    assert (topic["called"], topic["calls"]) == (None, 0)
    discussions.mark_read(cafe.bob, topic["id"], topic["last_seq"])
    assert new(cafe, cafe.bob) == []
    say(cafe.ann, cafe.topic.id, "One more")
    blocks.block(cafe.bob, cafe.ann.user_id or "")
    (folded,) = new(cafe, cafe.bob)
    assert (folded["message"]["folded"], folded["message"]["excerpt"]) == (True, None)


def test_what_concerns_one_comes_first_then_what_one_follows_and_nothing_quiet(
    cafe: Cafe, clock: HandClock
) -> None:
    network = cafe.community.network
    names = ("named", "followed", "seldom", "quiet room", "quiet topic")
    rooms = {name: make_room(network, name=name) for name in names}
    topics = {name: make_topic(rooms[name], cafe.ann, title=name).id for name in names}
    discussions.choose_room_level(cafe.bob, rooms["seldom"].id, discussions.MENTIONS)
    discussions.choose_room_level(cafe.bob, rooms["quiet room"].id, discussions.MUTED)
    discussions.choose_topic_level(cafe.bob, topics["quiet topic"], discussions.MUTED)
    for name in names:
        clock.forward(minutes=1)
        say(cafe.ann, topics[name], "Hello", names=cafe.bob if name == "named" else None)
        notifications.derive_notices()
    clock.forward(minutes=1)
    say(cafe.ann, cafe.topic.id, "The newest")
    assert [topic["title"] for topic in new(cafe, cafe.bob)] == [
        "named", cafe.topic.title, "followed", "seldom",
    ]  # fmt: skip
    (waiting,) = inbox(cafe.bob)
    assert (waiting["title"], waiting["called"], waiting["calls"]) == ("named", "mention", 1)
    assert inbox(cafe.meta) == []


def test_the_list_is_bounded_and_goes_on(cafe: Cafe, clock: HandClock) -> None:
    made = [make_topic(cafe.room, cafe.ann).id for _ in range(5)]
    for topic_id in made:
        clock.forward(seconds=1)
        say(cafe.ann, topic_id, "Hello")
    say(cafe.ann, made[0], "Bob?", names=cafe.bob)
    notifications.derive_notices()
    seen: list[str] = []
    cursor = None
    with unit_of_work():
        for _ in range(3):
            found = notifications.list_unread(cafe.bob, cafe.community.network.id, PageRequest(2, cursor))
            seen += [topic["id"] for topic in found.items]
            cursor = found.next
    assert cursor is None
    assert seen == [made[0], *reversed(made[1:])], "each once, the one that names her first"


def test_the_inbox_holds_who_wrote_named_or_answered_her_until_she_has_read_it(
    cafe: Cafe, clock: HandClock
) -> None:
    network = cafe.community.network.id
    asked = say(cafe.bob, cafe.topic.id, "Who knows?")
    clock.forward(seconds=1)
    say(cafe.ann, cafe.topic.id, "Not for Bob alone")
    answer = say(cafe.ann, cafe.topic.id, "I do", reply_to=asked)
    say(cafe.meta, cafe.topic.id, "And all of us", names=cafe.bob)
    clock.forward(seconds=1)
    alone = discussions.write_directly(cafe.ann, network, [cafe.bob.user_id or ""], "Psst", "1").message
    direct, cafe_topic = inbox(cafe.bob)
    assert (direct["id"], direct["called"], direct["unread"]) == (alone["topic_id"], "direct", 1)
    assert [one["id"] for one in direct["people"]] == [cafe.ann.user_id]
    # Answers tell who opened a topic of everything in it; here it is Ann's.
    assert (cafe_topic["called"], cafe_topic["calls"], cafe_topic["unread"]) == ("mention", 2, 3)
    assert cafe_topic["message"]["id"] == answer, "the first that is meant for her, not the first unread"
    # Everything at the bell was seen: a direct message that nobody read still waits.
    notifications.mark_notices_read(cafe.bob)
    (left,) = inbox(cafe.bob)
    assert (left["id"], left["called"]) == (alone["topic_id"], None)
    discussions.mark_read(cafe.bob, alone["topic_id"], alone["seq"])
    assert inbox(cafe.bob) == []
    discussions.mark_unread(cafe.bob, alone["topic_id"], alone["seq"])
    assert [topic["id"] for topic in inbox(cafe.bob)] == [alone["topic_id"]]
    assert [topic["id"] for topic in inbox(cafe.ann)] == [cafe.topic.id], "answers in the topic she opened"
    assert inbox(cafe.outsider) == []


def test_nobody_sees_more_than_she_may(cafe: Cafe) -> None:
    room = make_room(cafe.community.network, [cafe.ann, cafe.bob], name="Hidden place")
    say(cafe.ann, make_topic(room, cafe.ann).id, "Only for some", names=cafe.bob)
    notifications.derive_notices()
    assert [topic["room_name"] for topic in new(cafe, cafe.bob)] == ["Hidden place"]
    assert new(cafe, cafe.meta) == []
    gone = replace(cafe.bob, standings={})
    assert inbox(gone) == []
    for nobody in (gone, cafe.outsider):
        with pytest.raises(NotFound), unit_of_work():
            notifications.list_unread(nobody, cafe.community.network.id)


def test_all_of_a_room_is_read_quiet_topics_too_and_of_the_network_only_what_is_heard(cafe: Cafe) -> None:
    network, other = cafe.community.network.id, make_topic(make_room(cafe.community.network), cafe.ann)
    quiet = make_topic(cafe.room, cafe.ann)
    for topic in (cafe.topic, quiet, other):
        make_messages(topic, cafe.ann, 2)
    discussions.choose_topic_level(cafe.bob, quiet.id, discussions.MUTED)
    left = discussions.mark_network_read(cafe.bob, network, cafe.room.id)
    assert [topic["id"] for topic in left["topics"]] == [other.id]
    assert discussions.mark_network_read(cafe.bob, network)["topics"] == []
    elsewhere = discussions.mark_network_read(cafe.ann, network, cafe.noise.room_id)
    assert elsewhere["unread"] == 0
