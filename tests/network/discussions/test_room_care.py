"""Rooms that go slow, stand in order, are closed and opened, choose their people; pinned topics."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from models.audit import AuditRow
from models.membership import Membership
from models.networks import Network
from models.people import User
from network.discussions import (
    SLOWEST,
    RoomArchived,
    RoomNotLeft,
    RoomOpenToAll,
    SlowMode,
    add_room_member,
    archive_room,
    delete_message,
    edit_message,
    get_room,
    get_topic,
    leave_room,
    list_room_members,
    list_rooms,
    list_topics,
    lock_room,
    open_room,
    open_topic,
    pin_topic,
    place_room,
    post_message,
    remove_room_member,
    set_slow_mode,
    unarchive_room,
    unpin_topic,
)
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import FeatureOff, Forbidden, Invalid, NotFound, VersionConflict
from network.kernel.events import entries_after
from network.kernel.paging import PageRequest
from network.kernel.policy import anyone, require
from network.kernel.transaction import command, session, unit_of_work
from tests.factories.discussions import make_membership, make_room, make_topic
from tests.network.discussions.conftest import Cafe
from tests.network.discussions.test_races import at_once
from tests.running import HandClock


def told(scope: str) -> list[str]:
    with unit_of_work():
        return [entry.type for entry in entries_after(scope, 0, 100)]


@command
def _come_back(actor: Actor, cafe: Cafe) -> None:
    """She left the network and joined it again."""
    require(anyone(actor, None))
    mine = Membership.user_id == actor.user_id
    now = runtime.current().clock.now()
    session().execute(update(Membership).where(mine).values(state="left", ended_at=now))
    user = session().get_one(User, actor.user_id or "")
    make_membership(cafe.community.network, user)


@command
def switch(actor: Actor, cafe: Cafe, **features: bool) -> None:
    require(anyone(actor, None))
    network = session().get_one(Network, cafe.community.network.id)
    network.features = {**network.features, **features}


def test_slow_mode_lets_everybody_wait_and_says_how_long(cafe: Cafe, clock: HandClock) -> None:
    room = set_slow_mode(cafe.meta, cafe.room.id, 30, expected_version=1, reason="It got heated.")
    assert (room["slow_mode_seconds"], room["version"], room["writes_again_at"]) == (30, 2, None)
    with unit_of_work():
        row = session().scalars(select(AuditRow).where(AuditRow.action == "room.slow_mode")).one()
        assert (row.reason, row.before, row.after["seconds"]) == ("It got heated.", {"seconds": 0}, 30)
    assert told(f"room:{cafe.room.id}") == ["room.changed"]
    said = post_message(cafe.bob, cafe.topic.id, "One", "1").message
    # what she deletes does not make her faster, another topic neither, and changing what stands there is free
    edit_message(cafe.bob, said["id"], "One.", expected_version=1)
    delete_message(cafe.bob, said["id"])
    clock.forward(seconds=12)
    for send in (
        lambda: post_message(cafe.bob, cafe.topic.id, "Two", "2"),
        lambda: open_topic(cafe.bob, cafe.room.id, "Other", "Two", "3"),
    ):
        with pytest.raises(SlowMode) as refused:
            send()
        assert (refused.value.code, refused.value.retry_after) == ("slow_mode", 18)
    with unit_of_work():
        again = get_room(cafe.bob, cafe.room.id)["writes_again_at"]
        assert again is not None
        assert abs(again - said["created_at"] - timedelta(seconds=30)) < timedelta(seconds=1)
        assert get_room(cafe.ann, cafe.room.id)["writes_again_at"] is None
    # sent again it is the message that stands there
    assert not post_message(cafe.bob, cafe.topic.id, "One", "1").is_new
    assert post_message(cafe.ann, cafe.topic.id, "Mine", "4").is_new
    clock.forward(seconds=18)
    assert post_message(cafe.bob, cafe.topic.id, "Two", "2").is_new
    free = make_topic(make_room(cafe.community.network), cafe.bob)
    assert post_message(cafe.bob, free.id, "Elsewhere", "5").is_new


def test_c37_slow_mode_holds_for_meta_mentors_and_ends_for_all(cafe: Cafe, clock: HandClock) -> None:
    set_slow_mode(cafe.meta, cafe.room.id, 3600, expected_version=1)
    post_message(cafe.meta, cafe.topic.id, "One", "1")
    with pytest.raises(SlowMode):
        post_message(cafe.meta, cafe.topic.id, "Two", "2")
    # with the clock set back nobody waits longer than the room says
    clock.forward(hours=-5)
    assert post_message(cafe.meta, cafe.topic.id, "Two", "2").is_new
    set_slow_mode(cafe.meta, cafe.room.id, 0, expected_version=2)
    assert post_message(cafe.meta, cafe.topic.id, "Three", "3").is_new
    set_slow_mode(cafe.meta, cafe.room.id, 60, expected_version=3)
    assert post_message(cafe.meta, cafe.topic.id, "Four", "4").is_new  # nobody waits for what was before


def test_slow_mode_at_two_tabs_at_once_lets_one_through(cafe: Cafe) -> None:
    set_slow_mode(cafe.meta, cafe.room.id, 60, expected_version=1)
    sends = [lambda n=n: post_message(cafe.bob, cafe.topic.id, "Word", f"{n}") for n in range(6)]  # type: ignore[misc]
    sent = at_once(sends)
    assert sum(isinstance(answer, SlowMode) for answer in sent) == 5


def test_slow_mode_where_the_network_does_not_use_it(cafe: Cafe) -> None:
    set_slow_mode(cafe.meta, cafe.room.id, 60, expected_version=1)
    post_message(cafe.bob, cafe.topic.id, "One", "1")
    switch(cafe.meta, cafe, slow_mode=False)
    with pytest.raises(FeatureOff):
        set_slow_mode(cafe.meta, cafe.room.id, 30, expected_version=2)
    with unit_of_work():
        room = get_room(cafe.bob, cafe.room.id)
        assert (room["slow_mode_seconds"], room["writes_again_at"]) == (0, None)
    assert post_message(cafe.bob, cafe.topic.id, "Two", "2").is_new


def test_who_makes_a_room_slow(cafe: Cafe) -> None:
    for actor in (cafe.bob, cafe.community.steward(member=True)):
        with pytest.raises(Forbidden):
            set_slow_mode(actor, cafe.room.id, 30, expected_version=1)
    with pytest.raises(NotFound):
        set_slow_mode(cafe.outsider, cafe.room.id, 30, expected_version=1)
    for seconds in (-1, SLOWEST + 1):
        with pytest.raises(Invalid):
            set_slow_mode(cafe.meta, cafe.room.id, seconds, expected_version=1)
    with pytest.raises(VersionConflict):
        set_slow_mode(cafe.meta, cafe.room.id, 30, expected_version=9)
    with pytest.raises(Invalid):
        set_slow_mode(cafe.meta, cafe.room.id, 30, expected_version=1, reason="x" * 301)
    assert told(f"room:{cafe.room.id}") == []


def test_a_lock_keeps_its_reason_and_a_closed_room_opens_again(cafe: Cafe) -> None:
    lock_room(cafe.meta, cafe.room.id, expected_version=1, reason=" Let us  sleep over it. ")
    archive_room(cafe.meta, cafe.room.id, expected_version=2)
    assert unarchive_room(cafe.meta, cafe.room.id, expected_version=3)["state"] == "open"
    with unit_of_work():
        rows = session().scalars(
            select(AuditRow).where(AuditRow.entity_id == cafe.room.id).order_by(AuditRow.seq)
        )
        assert [(row.action, row.reason) for row in rows] == [
            ("room.lock", "Let us sleep over it."), ("room.archive", None), ("room.unarchive", None),
        ]  # fmt: skip


def test_rooms_stand_where_they_are_put(cafe: Cafe) -> None:
    network = cafe.community.network
    rooms = [cafe.room, *[make_room(network) for _ in range(3)]]
    hidden = make_room(network, [cafe.ann])
    one, two, three, four = (room.id for room in rooms)

    def order(actor: Actor) -> list[str]:
        with unit_of_work():
            return [room["id"] for room in list_rooms(actor, network.id).items]

    place_room(cafe.meta, four, two, expected_version=1)
    assert order(cafe.bob) == [one, four, two, three]
    assert order(cafe.ann) == [one, four, two, three, hidden.id]
    with unit_of_work():
        version = get_room(cafe.meta, one)["version"]
    placed = place_room(cafe.meta, one, None, expected_version=version)
    assert order(cafe.bob) == [four, two, three, one]
    # what stands there already moves nothing, and nobody is told
    before = len(told(f"room:{one}"))
    place_room(cafe.meta, one, None, expected_version=placed["version"])
    assert len(told(f"room:{one}")) == before
    with unit_of_work():
        positions = [room["position"] for room in list_rooms(cafe.ann, network.id).items]
    assert positions == sorted(set(positions))
    for actor in (cafe.bob, cafe.community.steward(member=True)):
        with pytest.raises(Forbidden):
            place_room(actor, one, None, expected_version=1)
    with pytest.raises(VersionConflict):
        place_room(cafe.meta, one, None, expected_version=1)
    for other in (hidden.id, cafe.noise.room_id, "nowhere", one):
        with pytest.raises(Invalid):
            place_room(cafe.meta, one, other, expected_version=placed["version"])


def test_two_who_put_rooms_in_order_at_once(cafe: Cafe) -> None:
    network = cafe.community.network
    ids = [cafe.room.id, *[make_room(network).id for _ in range(4)]]
    at_once([lambda n=n: place_room(cafe.meta, ids[n], ids[0], expected_version=1) for n in range(1, 5)])  # type: ignore[misc]
    with unit_of_work():
        placed = list_rooms(cafe.bob, network.id).items
    assert sorted(room["id"] for room in placed) == sorted(ids)
    assert len({room["position"] for room in placed}) == 5


def test_pinned_topics_stand_first(cafe: Cafe) -> None:
    made = [open_topic(cafe.bob, cafe.room.id, f"Topic {n}", "x").topic["id"] for n in range(3)]
    assert pin_topic(cafe.meta, cafe.topic.id, expected_version=1)["pinned"]
    assert pin_topic(cafe.meta, cafe.topic.id, expected_version=2)["version"] == 2  # twice is once
    pin_topic(cafe.meta, made[0], expected_version=1)
    with unit_of_work():
        first = list_topics(cafe.bob, cafe.room.id, PageRequest(2))
        assert [topic["id"] for topic in first.items] == [made[0], cafe.topic.id]
        rest = list_topics(cafe.bob, cafe.room.id, PageRequest(2, first.next)).items
        assert [topic["id"] for topic in rest] == [made[2], made[1]]
    assert not unpin_topic(cafe.meta, made[0], expected_version=2)["pinned"]
    for actor in (cafe.ann, cafe.bob):
        with pytest.raises(Forbidden):
            pin_topic(actor, cafe.topic.id, expected_version=2)
    with pytest.raises(VersionConflict):
        unpin_topic(cafe.meta, cafe.topic.id, expected_version=1)
    archive_room(cafe.meta, cafe.room.id, expected_version=1)
    with pytest.raises(RoomArchived):
        unpin_topic(cafe.meta, cafe.topic.id, expected_version=2)
    assert told(f"room:{cafe.room.id}").count("topic.changed") == 3


def test_who_is_taken_into_a_private_room_reads_its_past(cafe: Cafe) -> None:
    network = cafe.community.network.id
    room = open_room(cafe.meta, network, "Two", "", "private", user_ids=[cafe.ann.user_id or ""])
    topic = open_topic(cafe.meta, room["id"], "Old", "Before you came").topic
    bob = cafe.bob.user_id or ""
    added = add_room_member(cafe.meta, room["id"], bob)
    assert added["user"]["id"] == bob
    assert add_room_member(cafe.meta, room["id"], bob) == added
    assert told(f"user:{bob}") == ["room.opened"]
    assert told(f"room:{room['id']}")[-1] == "room.changed"
    with unit_of_work():
        assert get_topic(cafe.bob, topic["id"])["unread"] == 0
    post_message(cafe.ann, topic["id"], "Welcome", "w")
    with unit_of_work():
        assert get_topic(cafe.bob, topic["id"])["unread"] == 1
    remove_room_member(cafe.meta, room["id"], bob)
    assert told(f"user:{bob}") == ["room.opened", "access.ended"]
    with unit_of_work(), pytest.raises(NotFound):
        get_room(cafe.bob, room["id"])
    leave_room(cafe.ann, room["id"])
    with pytest.raises(RoomNotLeft):
        leave_room(cafe.meta, room["id"])


def test_who_left_the_network_is_in_none_of_its_rooms_until_taken_in_again(cafe: Cafe) -> None:
    network = cafe.community.network
    room = make_room(network, [cafe.meta, cafe.bob])
    _come_back(cafe.bob, cafe)
    with unit_of_work():
        assert [m["user"]["id"] for m in list_room_members(cafe.meta, room.id).items] == [cafe.meta.user_id]
    assert add_room_member(cafe.meta, room.id, cafe.bob.user_id or "")["user"]["id"] == cafe.bob.user_id


def test_who_chooses_the_people_of_a_room(cafe: Cafe) -> None:
    room = make_room(cafe.community.network, [cafe.meta, cafe.ann])
    bob = cafe.bob.user_id or ""
    with pytest.raises(Forbidden):
        add_room_member(cafe.ann, room.id, bob)
    for actor in (cafe.bob, cafe.community.member("meta_mentor"), cafe.community.steward()):
        with pytest.raises(NotFound):
            add_room_member(actor, room.id, bob)
        with pytest.raises(NotFound):
            remove_room_member(actor, room.id, cafe.ann.user_id or "")
    for person in (cafe.outsider.user_id or "", "nobody"):
        with pytest.raises(NotFound):
            add_room_member(cafe.meta, room.id, person)
    for act in (add_room_member, remove_room_member):
        with pytest.raises(RoomOpenToAll):
            act(cafe.meta, cafe.room.id, bob)
    assert told(f"room:{room.id}") == []
