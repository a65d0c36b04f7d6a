"""Private rooms and those who go: what she was told of them she reads no more, and coming back opens none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from models.people import User
from network import membership
from network.discussions import (
    get_room,
    get_unread,
    list_conversations,
    list_rooms,
    may_see_scope,
    open_room,
    open_topic,
    post_message,
    visible_scopes,
)
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.events import entries_after, rendered
from network.kernel.ids import new_untimed_id
from network.kernel.policy import ALLOWED, require
from network.kernel.transaction import command, unit_of_work
from tests.factories.discussions import make_membership
from tests.factories.membership import again
from tests.network.discussions.conftest import Cafe


def own(cafe: Cafe, actor: Actor) -> str:
    return actor.standings[cafe.community.network.id].membership_id or ""


def leave(cafe: Cafe, actor: Actor) -> None:
    membership.leave_membership(actor, own(cafe, actor), 1)


def be_removed(cafe: Cafe, actor: Actor) -> None:
    @command
    def remove() -> None:
        require(ALLOWED)
        membership.remove_member(cafe.meta, own(cafe, actor), "Rule 2", "meta_mentor")

    remove()


def come_back(cafe: Cafe, actor: Actor) -> Actor:
    make_membership(cafe.community.network, User(id=actor.id))
    return again(actor)


def private_room(cafe: Cafe) -> tuple[str, str]:
    room = open_room(cafe.meta, cafe.community.network.id, "Us", "", "private", user_ids=[cafe.bob.id])
    return room["id"], open_topic(cafe.meta, room["id"], "Between us", "A secret").topic["id"]


def test_what_was_told_of_a_private_room_is_its_id_alone(cafe: Cafe) -> None:
    room_id, _topic = private_room(cafe)
    leave(cafe, cafe.bob)
    with unit_of_work():
        [opened, ended] = rendered(entries_after(f"user:{cafe.bob.id}", 0, 10))
    assert (opened["type"], opened["entity_id"]) == ("room.opened", room_id)
    assert opened["data"] == {"network_id": cafe.community.network.id}
    assert ended["type"] == "access.ended"


@pytest.mark.parametrize("going", [leave, be_removed])
def test_who_comes_back_is_in_none_of_her_old_rooms(cafe: Cafe, going: Callable[[Cafe, Actor], None]) -> None:
    network = cafe.community.network.id
    room_id, topic_id = private_room(cafe)
    post_message(cafe.ann, cafe.topic.id, "Hello", "noise")
    going(cafe, cafe.bob)
    bob = come_back(cafe, cafe.bob)
    post_message(cafe.meta, topic_id, "Still between us", "later")
    post_message(cafe.ann, cafe.topic.id, "Welcome back", "noise-2")
    with unit_of_work():
        assert [room["id"] for room in list_rooms(bob, network).items] == [cafe.room.id]
        assert [topic["id"] for topic in list_conversations(bob, network)] == [cafe.topic.id]
        assert [room["id"] for room in get_unread(bob, network)["rooms"]] == [cafe.room.id]
        scopes = {f"room:{room_id}", f"room:{cafe.room.id}"}
        assert visible_scopes(bob, scopes) == {f"room:{cafe.room.id}"}
        assert not may_see_scope(bob, f"room:{room_id}")
        with pytest.raises(NotFound):
            get_room(bob, room_id)
        assert get_room(cafe.meta, room_id)["id"] == room_id, "the others stay in it"
    with pytest.raises(NotFound):
        post_message(bob, topic_id, "I am back", new_untimed_id())


def test_a_room_that_she_is_asked_into_later_is_hers(cafe: Cafe) -> None:
    private_room(cafe)
    leave(cafe, cafe.bob)
    bob = come_back(cafe, cafe.bob)
    room_id, topic_id = private_room(cafe)
    assert post_message(bob, topic_id, "I am back", new_untimed_id()).is_new
    with unit_of_work():
        assert get_room(bob, room_id)["name"] == "Us"


def test_a_pause_takes_nobody_out_of_a_room(cafe: Cafe) -> None:
    room_id, _topic = private_room(cafe)
    membership.pause_membership(cafe.bob, own(cafe, cafe.bob), 1)
    membership.resume_membership(again(cafe.bob), own(cafe, cafe.bob), 2)
    with unit_of_work():
        assert get_room(again(cafe.bob), room_id)["id"] == room_id


def test_a_steward_who_was_a_member_once_is_in_none_of_her_old_rooms(cafe: Cafe) -> None:
    steward = cafe.community.steward(member=True)
    room = open_room(cafe.meta, cafe.community.network.id, "Us", "", "private", user_ids=[steward.id])
    leave(cafe, steward)
    with unit_of_work():
        assert get_room(again(steward), cafe.room.id), "she reads along as a steward"
        with pytest.raises(NotFound):
            get_room(again(steward), room["id"])
