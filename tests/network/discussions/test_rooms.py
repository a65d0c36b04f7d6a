"""Rooms and topics: setting up, looking after, seeing them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from network.discussions import (
    archive_room,
    change_room,
    first_rooms,
    get_room,
    get_topic,
    has_introduced_herself,
    list_conversations,
    list_rooms,
    list_topics,
    lock_room,
    lock_topic,
    open_first_rooms,
    open_room,
    open_topic,
    post_message,
    rename_topic,
    reopen_topic,
    resolve_topic,
    unlock_room,
    unlock_topic,
)
from network.kernel.actor import Actor
from network.kernel.errors import Forbidden, Invalid, InvalidTransition, NotFound, VersionConflict
from network.kernel.events import entries_after, rendered
from network.kernel.ids import new_untimed_id
from network.kernel.paging import PageRequest
from network.kernel.transaction import unit_of_work
from tests.factories.discussions import make_community, make_messages, make_room, make_topic
from tests.network.discussions.conftest import Cafe


def told(scope: str) -> list[tuple[str, str]]:
    with unit_of_work():
        return [(entry.type, entry.entity_id) for entry in entries_after(scope, 0, 100)]


@pytest.mark.parametrize(("language", "names"), [("en", ["Welcome", "Café"]), ("pl", ["Welcome", "Café"])])
def test_a_new_network_has_a_welcome_and_a_cafe(cafe: Cafe, language: str, names: list[str]) -> None:
    community = make_community()
    steward = community.steward()
    # in founding the actor was read before there was a network
    founder = replace(steward, standings={})
    rooms = open_first_rooms(founder, community.network.id, language)
    assert list(rooms) == ["welcome", "cafe"]
    with unit_of_work():
        seen = list_rooms(steward, community.network.id).items
        assert [room["name"] for room in seen] == names
        assert [(room["kind"], room["posting"], room["state"]) for room in seen] == [
            ("open", "members", "open")
        ] * 2
        assert first_rooms(community.network.id) == rooms
    scope = f"network:{community.network.id}"
    assert told(scope) == [("room.opened", rooms["welcome"]), ("room.opened", rooms["cafe"])]
    for actor in (cafe.meta, cafe.community.steward(), community.member("meta_mentor")):
        with pytest.raises(Forbidden):
            open_first_rooms(actor, community.network.id, language)
    assert len(told(scope)) == 2


def test_opening_a_room(cafe: Cafe) -> None:
    network = cafe.community.network.id
    room = open_room(cafe.meta, network, " Sprach-\ncafé ", "Where we learn", "announcement", "meta_mentors")
    assert {**room, "id": 1} == {
        "id": 1, "network_id": network, "name": "Sprach- café", "purpose": "Where we learn",
        "kind": "announcement", "opening": None, "posting": "meta_mentors", "state": "open", "version": 1,
        "position": cafe.room.position + 1, "slow_mode_seconds": 0, "needs_agreement": False,
        "writes_again_at": None, "head_seq": 0, "unread": 0, "muted": False, "level": None, "people": [],
    }  # fmt: skip
    assert told(f"network:{network}") == [("room.opened", room["id"])]
    with unit_of_work():
        assert [r["id"] for r in list_rooms(cafe.bob, network).items] == [cafe.room.id, room["id"]]
        assert get_room(cafe.bob, room["id"]) == room


def test_a_private_room_is_told_to_its_people_alone(cafe: Cafe) -> None:
    network = cafe.community.network.id
    room = open_room(cafe.meta, network, "Two", "", "private", user_ids=[cafe.bob.user_id or ""])
    assert told(f"network:{network}") == []
    for actor in (cafe.meta, cafe.bob):
        assert told(f"user:{actor.user_id}") == [("room.opened", room["id"])]
        with unit_of_work():
            assert get_room(actor, room["id"])["name"] == "Two"
    assert told(f"user:{cafe.ann.user_id}") == []
    for actor in (cafe.ann, cafe.community.steward(), cafe.outsider):
        with unit_of_work(), pytest.raises(NotFound):
            get_room(actor, room["id"])
    before = len(told(f"user:{cafe.bob.user_id}"))
    for people, kind in (([cafe.outsider.user_id], "private"), ([cafe.bob.user_id], "open")):
        with pytest.raises(Invalid) as refused:
            open_room(cafe.meta, network, "No", "", kind, user_ids=people)  # type: ignore[arg-type]
        assert set(refused.value.faults) == {"user_ids"}
    assert len(told(f"user:{cafe.bob.user_id}")) == before


def test_who_opens_rooms(cafe: Cafe, nobody: Actor) -> None:
    network = cafe.community.network.id
    for actor in (cafe.bob, cafe.community.steward()):
        with pytest.raises(Forbidden):
            open_room(actor, network, "Room", "", "open")
    for actor in (cafe.outsider, nobody):
        with pytest.raises(NotFound):
            open_room(actor, network, "Room", "", "open")
    for field, sent in {
        "name": ("  ", "", "open", "members"), "purpose": ("x", "y" * 1001, "open", "members"),
        "kind": ("x", "", "direct", "members"), "posting": ("x", "", "open", "nobody"),
    }.items():  # fmt: skip
        with pytest.raises(Invalid) as refused:
            open_room(cafe.meta, network, *sent)
        assert set(refused.value.faults) == {field}
    assert told(f"network:{network}") == []
    unhosted = make_community()
    assert open_room(unhosted.steward(), unhosted.network.id, "Meanwhile", "", "open")["version"] == 1


def test_looking_after_a_room(cafe: Cafe) -> None:
    changed = change_room(
        cafe.meta, cafe.room.id, expected_version=1, name="Other", purpose="Why", posting="meta_mentors"
    )
    assert (changed["name"], changed["purpose"], changed["posting"], changed["version"]) == (
        "Other",
        "Why",
        "meta_mentors",
        2,
    )
    assert lock_room(cafe.meta, cafe.room.id, expected_version=2)["state"] == "locked"
    with pytest.raises(InvalidTransition):
        lock_room(cafe.meta, cafe.room.id, expected_version=3)
    assert unlock_room(cafe.meta, cafe.room.id, expected_version=3)["state"] == "open"
    assert archive_room(cafe.meta, cafe.room.id, expected_version=4)["state"] == "archived"
    with pytest.raises(InvalidTransition):
        unlock_room(cafe.meta, cafe.room.id, expected_version=5)
    with pytest.raises(VersionConflict) as refused:
        change_room(cafe.meta, cafe.room.id, expected_version=4, name="Late")
    assert refused.value.current and refused.value.current["version"] == 5
    with unit_of_work():
        events = rendered(entries_after(f"room:{cafe.room.id}", 0, 10))
    assert [(e["type"], e["entity_version"]) for e in events] == [("room.changed", n) for n in (2, 3, 4, 5)]
    assert events[-1]["data"]["state"] == "archived"
    assert not {"unread", "muted", "level", "head_seq"} & set(events[-1]["data"])


def test_who_looks_after_a_room(cafe: Cafe) -> None:
    for act in (lock_room, unlock_room, archive_room, change_room):
        for actor in (cafe.bob, cafe.community.steward(member=True)):
            with pytest.raises(Forbidden):
                act(actor, cafe.room.id, expected_version=1)
        with pytest.raises(NotFound):
            act(cafe.outsider, cafe.room.id, expected_version=1)
    assert told(f"room:{cafe.room.id}") == []


def test_looking_after_a_topic(cafe: Cafe) -> None:
    deputy = cafe.community.member("deputy")
    assert rename_topic(cafe.ann, cafe.topic.id, " New  title ", expected_version=1)["title"] == "New title"
    assert resolve_topic(cafe.ann, cafe.topic.id, expected_version=2)["state"] == "resolved"
    assert reopen_topic(cafe.meta, cafe.topic.id, expected_version=3)["state"] == "open"
    assert lock_topic(deputy, cafe.topic.id, expected_version=4)["state"] == "locked"
    with pytest.raises(InvalidTransition):
        resolve_topic(cafe.ann, cafe.topic.id, expected_version=5)
    assert unlock_topic(cafe.meta, cafe.topic.id, expected_version=5)["state"] == "open"
    assert [kind for kind, _ in told(f"room:{cafe.room.id}")] == ["topic.changed"] * 5
    with pytest.raises(VersionConflict):
        rename_topic(cafe.ann, cafe.topic.id, "Late", expected_version=5)
    with pytest.raises(Invalid):
        rename_topic(cafe.ann, cafe.topic.id, " ", expected_version=6)
    for act, actor in (
        (rename_topic, cafe.bob),
        (resolve_topic, cafe.bob),
        (lock_topic, cafe.ann),
        (unlock_topic, cafe.ann),
    ):
        more = {"title": "Theirs"} if act is rename_topic else {}
        with pytest.raises(Forbidden):
            act(actor, cafe.topic.id, expected_version=6, **more)  # type: ignore[operator]
        with pytest.raises(NotFound):
            act(cafe.outsider, cafe.topic.id, expected_version=6, **more)  # type: ignore[operator]
    assert len(told(f"room:{cafe.room.id}")) == 5


def test_topics_come_with_the_newest_first_page_by_page(cafe: Cafe) -> None:
    made = [open_topic(cafe.bob, cafe.room.id, f"Topic {n}", "x").topic["id"] for n in range(5)]
    post_message(cafe.ann, made[1], "later", "l")
    order = [made[1], made[4], made[3], made[2], made[0], cafe.topic.id]
    with unit_of_work():
        seen, cursor = [], None
        while True:
            page = list_topics(cafe.bob, cafe.room.id, PageRequest(2, cursor))
            seen += [topic["id"] for topic in page.items]
            cursor = page.next
            if cursor is None:
                break
        assert seen == order
        for actor, topic in (
            (cafe.outsider, cafe.topic.id),
            (cafe.bob, cafe.noise.id),
            (cafe.bob, new_untimed_id()),
        ):
            with pytest.raises(NotFound):
                get_topic(actor, topic)
        with pytest.raises(NotFound):
            list_topics(cafe.outsider, cafe.room.id)


def test_conversations_begin_with_what_is_unread(cafe: Cafe) -> None:
    other = make_room(cafe.community.network)
    private = make_topic(make_room(cafe.community.network, [cafe.ann]), cafe.ann)
    old = open_topic(cafe.ann, other.id, "Old", "**Hello** [all](https://x.example), `x`").topic["id"]
    new = open_topic(cafe.bob, other.id, "New", "mine").topic["id"]
    make_messages(private, cafe.ann, 1)
    with unit_of_work():
        seen = list_conversations(cafe.bob, cafe.community.network.id)
        assert [topic["id"] for topic in seen][:2] == [old, new]
        assert [(t["unread"], t["room_name"]) for t in seen][:2] == [(1, other.name), (0, other.name)]
        first, second = seen[0]["last_message"], seen[1]["last_message"]
        assert first and first["excerpt"] == "Hello all, x"
        assert first["author"]["display_name"] == cafe.ann.name
        assert second and second["author"]["id"] == cafe.bob.user_id
        assert private.id not in {topic["id"] for topic in seen}
        assert [t["id"] for t in list_conversations(cafe.bob, cafe.community.network.id, most=1)] == [
            old,
            new,
        ]
        with pytest.raises(NotFound):
            list_conversations(cafe.outsider, cafe.community.network.id)


def test_saying_hello_is_noticed(cafe: Cafe) -> None:
    welcome = make_topic(make_room(cafe.community.network, opening="welcome"), cafe.ann)
    post_message(cafe.bob, cafe.topic.id, "Elsewhere", "e")
    network = cafe.community.network.id
    with unit_of_work():
        assert not has_introduced_herself(cafe.bob, network)
    post_message(cafe.bob, welcome.id, "Hello", "h")
    with unit_of_work():
        assert has_introduced_herself(cafe.bob, network)
        assert not has_introduced_herself(cafe.ann, network)
