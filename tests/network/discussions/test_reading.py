"""Markers and unread counts: exact for every reader, whatever happens to the messages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import event, update

from models.discussions import Message, Topic
from models.membership import Membership
from models.people import User
from network.discussions import (
    choose_room_level,
    choose_topic_level,
    count_unread,
    delete_message,
    get_room,
    get_topic,
    get_unread,
    list_rooms,
    list_topics,
    mark_network_read,
    mark_read,
    mark_unread,
    post_message,
    rename_topic,
)
from network.kernel import runtime
from network.kernel.actor import ANONYMOUS, Actor
from network.kernel.errors import NotFound, Unauthenticated
from network.kernel.events import entries_after, head, rendered
from network.kernel.ids import new_untimed_id
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from tests.factories.discussions import make_messages, make_room, make_topic, make_topics
from tests.network.discussions.conftest import Cafe

STATEMENTS = 10
"""For marking a network read: who asks, what is left, the markers, the facts, what is left then."""


def say(actor: Actor, topic: Topic) -> dict[str, object]:
    return dict(post_message(actor, topic.id, "Word", new_untimed_id()).message)


def unread(actor: Actor, cafe: Cafe) -> int:
    with unit_of_work():
        room, topics = get_room(actor, cafe.room.id), list_topics(actor, cafe.room.id).items
        whole = get_unread(actor, cafe.community.network.id)
        # however it is asked, the answer is one
        assert room["unread"] == sum(topic["unread"] for topic in topics)
        assert room["unread"] == sum(r["unread"] for r in whole["rooms"] if r["id"] == room["id"])
        assert {t["id"]: t["unread"] for t in whole["topics"] if t["room_id"] == room["id"]} == {
            t["id"]: t["unread"] for t in topics if t["unread"]
        }
        assert list_rooms(actor, cafe.community.network.id).items[0]["unread"] == room["unread"]
        assert (
            get_topic(actor, cafe.topic.id)["unread"] == {t["id"]: t["unread"] for t in topics}[cafe.topic.id]
        )
        return room["unread"]


def test_only_what_others_said_counts(cafe: Cafe) -> None:
    for actor in (cafe.ann, cafe.bob, cafe.bob, cafe.meta):
        say(actor, cafe.topic)
    assert (unread(cafe.ann, cafe), unread(cafe.bob, cafe), unread(cafe.meta, cafe)) == (3, 2, 3)


def test_a_newcomer_begins_where_she_came_in(cafe: Cafe) -> None:
    make_messages(cafe.topic, cafe.ann, 5)
    carla = cafe.community.member()
    assert unread(carla, cafe) == 0
    say(cafe.ann, cafe.topic)
    assert unread(carla, cafe) == 1
    assert unread(cafe.bob, cafe) == 6


def test_who_comes_back_does_not_count_what_was_said_meanwhile(cafe: Cafe) -> None:
    say(cafe.ann, cafe.topic)
    mark_read(cafe.bob, cafe.topic.id, 1)
    from_before = runtime.current()
    with from_before.database.engine.begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE memberships SET state = 'left' WHERE user_id = '{cafe.bob.user_id}'"
        )
    say(cafe.ann, cafe.topic)
    say(cafe.ann, cafe.topic)
    user = _user(cafe.bob)
    back = cafe.community.member(user=user)
    assert unread(back, cafe) == 0
    say(cafe.ann, cafe.topic)
    assert unread(back, cafe) == 1


def _user(actor: Actor):  # type: ignore[no-untyped-def]
    with unit_of_work() as unit:
        from_table = unit.session.get_one(User, actor.user_id)
        unit.session.expunge(from_table)
        return from_table


def test_c58_reading_moves_forward_only(cafe: Cafe) -> None:
    for _ in range(5):
        say(cafe.ann, cafe.topic)
    moved = mark_read(cafe.bob, cafe.topic.id, 3)
    assert moved == {"topic_id": cafe.topic.id, "room_id": cafe.room.id, "last_read_seq": 3, "unread": 2}
    assert mark_read(cafe.bob, cafe.topic.id, 1) == moved
    assert mark_read(cafe.bob, cafe.topic.id, -7) == moved
    assert unread(cafe.bob, cafe) == 2
    assert mark_read(cafe.bob, cafe.topic.id, 10**12)["last_read_seq"] == 5
    assert unread(cafe.bob, cafe) == 0
    say(cafe.ann, cafe.topic)
    assert unread(cafe.bob, cafe) == 1


def test_marking_unread_says_from_where(cafe: Cafe) -> None:
    for _ in range(5):
        say(cafe.ann, cafe.topic)
    mark_read(cafe.bob, cafe.topic.id, 5)
    assert mark_unread(cafe.bob, cafe.topic.id, 4)["unread"] == 2
    assert mark_unread(cafe.bob, cafe.topic.id, 0)["unread"] == 5
    assert mark_unread(cafe.bob, cafe.topic.id, 10**12)["unread"] == 0
    assert mark_unread(cafe.meta, cafe.topic.id, 5)["unread"] == 1
    assert unread(cafe.bob, cafe) == 0


def test_c58_deleted_and_veiled_messages_are_not_missed(cafe: Cafe) -> None:
    said = [say(cafe.ann, cafe.topic) for _ in range(4)]
    delete_message(cafe.ann, str(said[1]["id"]))
    assert unread(cafe.bob, cafe) == 3
    with runtime.current().database.engine.begin() as connection:
        connection.execute(update(Message).where(Message.id == said[2]["id"]).values(veiled=True))
    assert unread(cafe.bob, cafe) == 2
    mark_read(cafe.bob, cafe.topic.id, 4)
    delete_message(cafe.ann, str(said[3]["id"]))
    assert unread(cafe.bob, cafe) == 0


def test_c58_another_name_touches_no_counter(cafe: Cafe) -> None:
    say(cafe.ann, cafe.topic)
    rename_topic(cafe.ann, cafe.topic.id, "Other", expected_version=1)
    assert unread(cafe.bob, cafe) == 1


def test_muted_rooms_count_for_themselves(cafe: Cafe) -> None:
    network = cafe.community.network.id
    other = make_topic(make_room(cafe.community.network), cafe.ann)
    for topic in (cafe.topic, cafe.topic, other):
        say(cafe.ann, topic)
    assert choose_room_level(cafe.bob, cafe.room.id, "muted")["muted"]
    assert choose_room_level(cafe.bob, cafe.room.id, "muted")["muted"]
    with unit_of_work():
        left = get_unread(cafe.bob, network)
        assert (left["unread"], left["muted_unread"], count_unread(cafe.bob, network)) == (1, 2, 1)
        assert count_unread(cafe.meta, network) == 3
    assert unread(cafe.bob, cafe) == 2
    assert not choose_room_level(cafe.bob, cafe.room.id, None)["muted"]
    with unit_of_work():
        assert count_unread(cafe.bob, network) == 3


def test_c58_a_room_counts_its_quiet_topics_and_the_network_does_not(cafe: Cafe) -> None:
    other, network = make_topic(cafe.room, cafe.ann), cafe.community.network.id
    for topic in (cafe.topic, other, other):
        say(cafe.ann, topic)
    choose_topic_level(cafe.bob, other.id, "muted")
    with unit_of_work():
        left = get_unread(cafe.bob, network)
        assert (left["unread"], left["muted_unread"], count_unread(cafe.bob, network)) == (1, 2, 1)
        assert [(room["unread"], room["muted"]) for room in left["rooms"]] == [(3, False)]
    assert unread(cafe.bob, cafe) == 3


def test_all_read_leaves_muted_rooms_alone(cafe: Cafe) -> None:
    network = cafe.community.network.id
    other = make_topic(make_room(cafe.community.network), cafe.ann)
    for topic in (cafe.topic, other):
        say(cafe.ann, topic)
    choose_room_level(cafe.bob, cafe.room.id, "muted")
    left = mark_network_read(cafe.bob, network)
    assert (left["unread"], left["muted_unread"]) == (0, 1)
    with unit_of_work():
        assert count_unread(cafe.meta, network) == 2


@pytest.mark.parametrize("topics", [10, 1000])
def test_all_read_takes_as_many_statements_for_a_thousand_topics(
    cafe: Cafe, live: Runtime, topics: int
) -> None:
    network = cafe.community.network.id
    made = make_topics(cafe.room, cafe.ann, topics)
    seen: list[str] = []
    event.listen(live.database.engine, "before_cursor_execute", lambda *run: seen.append(run[2]))
    left = mark_network_read(cafe.bob, network)
    assert len(seen) <= STATEMENTS, seen
    assert (left["unread"], left["topics"]) == (0, [])
    with unit_of_work():
        told = rendered(entries_after(f"user:{cafe.bob.user_id}", 0, topics + 1))
        assert count_unread(cafe.meta, network) == topics
    assert {each["entity_id"]: each["data"]["last_read_seq"] for each in told} == made
    assert [each["seq"] for each in told] == list(range(1, topics + 1))
    assert {each["data"]["unread"] for each in told} == {0}
    assert mark_network_read(cafe.bob, network)["unread"] == 0
    with unit_of_work():
        assert head(f"user:{cafe.bob.user_id}")[0] == topics, "nothing was left to tell"


def test_the_persons_own_devices_are_told(cafe: Cafe) -> None:
    for _ in range(3):
        say(cafe.ann, cafe.topic)
    mark_read(cafe.bob, cafe.topic.id, 2)
    mark_read(cafe.bob, cafe.topic.id, 2)
    mark_unread(cafe.bob, cafe.topic.id, 1)
    with unit_of_work():
        told = rendered(entries_after(f"user:{cafe.bob.user_id}", 0, 10))
        assert entries_after(f"user:{cafe.ann.user_id}", 0, 10) == []
    assert [(event["seq"], event["type"], event["entity_id"]) for event in told] == [
        (1, "read.moved", cafe.topic.id), (2, "read.moved", cafe.topic.id),
    ]  # fmt: skip
    same = {"network_id": cafe.community.network.id, "room_id": cafe.room.id, "topic_id": cafe.topic.id}
    assert [event["data"] for event in told] == [
        {**same, "last_read_seq": 2, "unread": 1}, {**same, "last_read_seq": 0, "unread": 3},
    ]  # fmt: skip


def test_a_steward_who_is_no_member_is_told_of_what_she_opened(cafe: Cafe) -> None:
    steward = cafe.community.steward()
    say(cafe.ann, cafe.topic)
    assert unread(steward, cafe) == 0
    mark_read(steward, cafe.topic.id, 1)
    say(cafe.ann, cafe.topic)
    assert unread(steward, cafe) == 1


def test_who_may_not_see_has_no_marker(cafe: Cafe, nobody: Actor) -> None:
    say(cafe.ann, cafe.topic)
    with runtime.current().database.engine.begin() as connection:
        mine = update(Membership).where(Membership.user_id == cafe.bob.user_id)
        connection.execute(mine.values(state="removed"))
    removed = replace(cafe.bob, standings={})
    for actor in (cafe.outsider, nobody, removed, ANONYMOUS):
        for act in (mark_read, mark_unread):
            with pytest.raises(NotFound):
                act(actor, cafe.topic.id, 1)
        with pytest.raises(NotFound):
            choose_room_level(actor, cafe.room.id, "muted")
        with pytest.raises((NotFound, Unauthenticated)):
            mark_network_read(actor, cafe.community.network.id)
        with pytest.raises(NotFound), unit_of_work():
            get_unread(actor, cafe.community.network.id)
        with unit_of_work():
            assert entries_after(f"user:{actor.user_id}", 0, 10) == []
