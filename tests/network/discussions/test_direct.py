"""Rooms between people: one for the same people, seen by them alone, closed to who is blocked."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select

from models.discussions import Room
from models.people import User
from network import blocks
from network.discussions import (
    DirectMessagesClosed,
    DirectMessagesOff,
    MembershipPaused,
    MembershipRequired,
    RoomNotLeft,
    change_room,
    count_unread,
    find_direct_room,
    get_room,
    get_topic,
    leave_room,
    list_conversations,
    list_messages,
    list_rooms,
    lock_room,
    may_see_scope,
    open_direct_room,
    open_room,
    open_topic,
    post_message,
    write_directly,
)
from network.discussions.rules.texts import ClientMsgIdConflict
from network.kernel.actor import Actor
from network.kernel.errors import Forbidden, Invalid, NotFound
from network.kernel.events import entries_after
from network.kernel.transaction import session, unit_of_work
from network.membership import RulesNotAccepted, leave_membership
from tests.factories.discussions import make_membership
from tests.factories.membership import again
from tests.network.discussions.conftest import Cafe


def opened(actor: Actor, cafe: Cafe, *others: Actor) -> str:
    return open_direct_room(actor, cafe.community.network.id, [o.user_id or "" for o in others]).room["id"]


def told(actor: Actor) -> list[tuple[str, str]]:
    with unit_of_work():
        return [(e.type, e.entity_id) for e in entries_after(f"user:{actor.user_id}", 0, 100)]


def count_direct() -> int:
    with unit_of_work():
        return session().scalar(select(func.count()).where(Room.kind == "direct")) or 0


def test_the_same_people_have_one_room_whoever_opens_it(cafe: Cafe) -> None:
    network = cafe.community.network.id
    made = open_direct_room(cafe.ann, network, [cafe.bob.user_id or ""])
    assert made.is_new and made.room["kind"] == "direct"
    assert made.room["name"] == cafe.bob.name and [p["id"] for p in made.room["people"]] == [cafe.bob.user_id]
    for actor, others in ((cafe.bob, (cafe.ann,)), (cafe.ann, (cafe.bob, cafe.ann)), (cafe.ann, (cafe.bob,))):
        assert opened(actor, cafe, *others) == made.room["id"]
    three = opened(cafe.meta, cafe, cafe.ann, cafe.bob)
    assert three != made.room["id"] and opened(cafe.bob, cafe, cafe.meta, cafe.ann) == three
    assert told(cafe.bob) == [("room.opened", made.room["id"]), ("room.opened", three)]
    with unit_of_work():
        assert get_room(cafe.bob, made.room["id"])["name"] == cafe.ann.name
        assert {room["id"] for room in list_rooms(cafe.ann, network).items if room["kind"] == "direct"} == {
            made.room["id"], three
        }  # fmt: skip
        assert find_direct_room(cafe.ann, network, [cafe.bob.user_id or ""]) == made.room["id"]


def test_many_open_the_same_room_at_once(cafe: Cafe) -> None:
    pairs = [(cafe.ann, cafe.bob), (cafe.bob, cafe.ann)] * 3
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda pair: opened(pair[0], cafe, pair[1]), pairs))
    assert len(set(found)) == 1 and count_direct() == 1
    assert told(cafe.ann) == told(cafe.bob) == [("room.opened", found[0])]


def test_nobody_else_sees_it_or_looks_after_it(cafe: Cafe) -> None:
    room_id = opened(cafe.ann, cafe, cafe.bob)
    sent = write_directly(cafe.ann, cafe.community.network.id, [cafe.bob.user_id or ""], "Hello", "m-1")
    for actor in (cafe.meta, cafe.community.steward(), cafe.outsider):
        with unit_of_work():
            assert not may_see_scope(actor, f"room:{room_id}")
            with pytest.raises(NotFound):
                get_room(actor, room_id)
            with pytest.raises(NotFound):
                get_topic(actor, sent.message["topic_id"])
        with pytest.raises(NotFound):
            post_message(actor, sent.message["topic_id"], "Me too", "m-2")
    hosted = opened(cafe.meta, cafe, cafe.bob)
    for change in (lock_room, change_room):
        with pytest.raises(Forbidden):
            change(cafe.meta, hosted, expected_version=1)


def test_who_opens_one_and_with_whom(cafe: Cafe, nobody: Actor) -> None:
    network = cafe.community.network.id
    for others in ([], [cafe.ann.user_id or ""], [cafe.outsider.user_id or ""], ["x" * 36]):
        with pytest.raises(Invalid) as refused:
            open_direct_room(cafe.ann, network, others)
        assert set(refused.value.faults) == {"user_ids"}
    with pytest.raises(Invalid):
        open_direct_room(cafe.ann, network, [f"{n:036}" for n in range(20)])
    with pytest.raises(Invalid):
        open_room(cafe.meta, network, "Two", "", "direct", user_ids=[cafe.bob.user_id or ""])
    for actor, error in (
        (nobody, NotFound), (cafe.outsider, NotFound), (cafe.community.steward(), MembershipRequired),
        (cafe.community.member(state="paused"), MembershipPaused),
        (cafe.community.member(rules_accepted=False), RulesNotAccepted),
    ):  # fmt: skip
        with pytest.raises(error):
            opened(actor, cafe, cafe.bob)
    assert count_direct() == 0 and told(cafe.bob) == []


def test_the_first_words_open_the_room_and_are_sent_once(cafe: Cafe) -> None:
    network, bob = cafe.community.network.id, [cafe.bob.user_id or ""]
    first = write_directly(cafe.ann, network, bob, "Hello Bob", "m-1")
    assert first.is_new
    again = write_directly(cafe.ann, network, bob, "Hello Bob", "m-1")
    assert (again.message["id"], again.is_new) == (first.message["id"], False)
    with pytest.raises(ClientMsgIdConflict):
        write_directly(cafe.ann, network, bob, "Other words", "m-1")
    second = write_directly(cafe.bob, network, [cafe.ann.user_id or ""], "Hello Ann", "m-1")
    assert second.message["topic_id"] == first.message["topic_id"]
    with unit_of_work():
        listed = list_messages(cafe.bob, first.message["topic_id"])
        assert [each["body"] for each in listed["items"]] == ["Hello Ann", "Hello Bob"]
        assert count_unread(cafe.bob, network) == 1
        shown = list_conversations(cafe.bob, network)[0]
        assert (shown["title"], shown["room_name"], shown["unread"]) == (cafe.ann.name, cafe.ann.name, 1)
        assert get_topic(cafe.ann, first.message["topic_id"])["title"] == cafe.bob.name
    named = open_topic(cafe.bob, first.message["room_id"], "Tuesday", "Shall we meet?")
    assert named.topic["title"] == "Tuesday"


def test_leaving_one_of_three(cafe: Cafe) -> None:
    two, three = opened(cafe.ann, cafe, cafe.bob), opened(cafe.ann, cafe, cafe.bob, cafe.meta)
    for room_id in (two, cafe.room.id):
        with pytest.raises(RoomNotLeft):
            leave_room(cafe.ann, room_id)
    leave_room(cafe.ann, three)
    assert told(cafe.ann)[-1] == ("access.ended", three)
    with unit_of_work():
        assert get_room(cafe.bob, three)["name"] == cafe.meta.name
        assert not may_see_scope(cafe.ann, f"room:{three}")
    with pytest.raises(NotFound):
        leave_room(cafe.ann, three)
    with pytest.raises(RoomNotLeft):
        leave_room(cafe.bob, three)
    assert opened(cafe.ann, cafe, cafe.bob, cafe.meta) != three
    assert opened(cafe.bob, cafe, cafe.meta) != three


def test_who_left_the_network_comes_back_into_no_old_room(cafe: Cafe) -> None:
    first = opened(cafe.ann, cafe, cafe.bob)
    leave_membership(cafe.ann, cafe.ann.standings[cafe.community.network.id].membership_id or "", 1)
    with unit_of_work(), pytest.raises(NotFound):
        get_room(cafe.ann, first)
    with pytest.raises(Invalid):
        opened(cafe.bob, cafe, cafe.ann)
    with unit_of_work():
        ann = session().get_one(User, cafe.ann.user_id)
        session().expunge(ann)
    make_membership(cafe.community.network, ann)
    back = again(cafe.ann)
    second = opened(back, cafe, cafe.bob)
    assert second != first and opened(cafe.bob, cafe, back) == second


def test_who_is_blocked_hears_what_she_would_hear_of_who_takes_no_messages(cafe: Cafe) -> None:
    network = cafe.community.network.id
    carl = cafe.community.member()
    said = {}
    for other in (cafe.bob, carl):
        sent = write_directly(cafe.ann, network, [other.user_id or ""], "Hello", f"m-{other.user_id}")
        said[other.user_id or ""] = sent.message["topic_id"]
    blocks.block(cafe.bob, cafe.ann.user_id or "")
    blocks.choose_contact(carl, direct_messages=False)
    for other in (cafe.bob, carl):
        topic_id, to = said[other.user_id or ""], [other.user_id or ""]
        attempts: list[Callable[[], Any]] = [
            partial(opened, cafe.ann, cafe, other),
            partial(opened, cafe.ann, cafe, other, cafe.meta),
            partial(write_directly, cafe.ann, network, to, "Why?", "m-7"),
            partial(post_message, cafe.ann, topic_id, "Why?", "m-8"),
        ]
        heard = []
        for attempt in attempts:
            with pytest.raises(DirectMessagesClosed) as refused:
                attempt()
            heard.append((refused.value.code, refused.value.message))
        assert len(set(heard)) == 1
        with pytest.raises(DirectMessagesOff):
            post_message(other, topic_id, "I do not want that", "m-9")
        with unit_of_work():
            assert len(list_messages(cafe.ann, topic_id)["items"]) == 1
    with unit_of_work():
        rooms: list[Any] = [
            get_room(cafe.ann, find_direct_room(cafe.ann, network, [user_id]) or "") for user_id in said
        ]
        assert {(room["refused"], room["refuses"]) for room in rooms} == {(True, False)}
    post_message(cafe.ann, cafe.topic.id, "In the open I can still write", "m-10")
    blocks.unblock(cafe.bob, cafe.ann.user_id or "")
    assert post_message(cafe.ann, said[cafe.bob.user_id or ""], "Good", "m-11").is_new
