"""A topic in another room: nothing is lost or doubled, what was read stays read, both rooms count right."""

from __future__ import annotations

import random
from typing import Any

import pytest
from sqlalchemy import event, select

from models.audit import AuditRow
from models.discussions import Room
from network.discussions import (
    RoomArchived,
    RoomLocked,
    Sent,
    TopicStays,
    archive_room,
    delete_message,
    edit_message,
    get_message,
    get_room,
    get_topic,
    get_unread,
    list_messages,
    list_revisions,
    list_topics,
    lock_room,
    mark_network_read,
    mark_read,
    mark_unread,
    move_topic,
    open_topic,
    pin_topic,
    post_message,
    rename_topic,
    unpin_topic,
    write_directly,
)
from network.kernel.actor import Actor
from network.kernel.errors import Forbidden, Invalid, NotFound, VersionConflict
from network.kernel.events import entries_after, rendered
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests.factories.discussions import make_messages, make_room, make_topic
from tests.network.discussions.conftest import Cafe
from tests.network.discussions.test_races import at_once


@pytest.fixture(autouse=True)
def _without_limits(live: Runtime) -> None:
    object.__setattr__(live.settings, "rate_limits", "off")


@pytest.fixture
def garden(cafe: Cafe) -> Room:
    """Another room of the network, in which something was said."""
    room = make_room(cafe.community.network)
    open_topic(cafe.ann, room.id, "Plants", "Who waters them?", "garden-1")
    return room


def unread(actor: Actor, cafe: Cafe) -> dict[str, int]:
    with unit_of_work():
        return {
            topic["id"]: topic["unread"] for topic in get_unread(actor, cafe.community.network.id)["topics"]
        }


def told(room_id: str) -> list[dict[str, Any]]:
    with unit_of_work():
        return rendered(entries_after(f"room:{room_id}", 0, 2000))


def test_a_topic_goes_with_all_that_was_said(cafe: Cafe, garden: Room) -> None:
    said = [post_message(cafe.ann, cafe.topic.id, f"Word {n}", f"m-{n}").message for n in range(4)]
    other = open_topic(cafe.bob, cafe.room.id, "Stays", "Here", "stays").topic
    answer = post_message(cafe.bob, cafe.topic.id, "An answer", "a", reply_to=said[0]["id"]).message
    delete_message(cafe.ann, said[1]["id"])
    before = len(told(garden.id))
    moved = move_topic(cafe.meta, cafe.topic.id, garden.id, expected_version=1, reason="It is about plants.")
    assert (moved["room_id"], moved["message_count"], moved["version"]) == (garden.id, 4, 2)
    with unit_of_work():
        found = list_messages(cafe.bob, cafe.topic.id, after=0)
        assert [m["id"] for m in found["items"]] == [*[m["id"] for m in said], answer["id"]]
        assert [m["seq"] for m in found["items"]] == list(range(before + 2, before + 7))
        assert {m["room_id"] for m in found["items"]} == {garden.id}
        assert found["items"][-1]["reply_to"] == said[0]["id"]
        assert moved["last_seq"] == found["items"][-1]["seq"] == get_room(cafe.bob, garden.id)["head_seq"]
        assert [t["id"] for t in list_topics(cafe.bob, cafe.room.id).items] == [other["id"]]
        assert list_topics(cafe.bob, garden.id).items[0]["id"] == cafe.topic.id
    new, old = told(garden.id)[before:], told(cafe.room.id)[-1]
    assert [each["type"] for each in new] == ["topic.moved", *["message.moved"] * 5]
    assert [each["data"]["seq"] for each in new[1:]] == [each["seq"] for each in new[1:]]
    assert [each["data"]["from_seq"] for each in new[1:]] == [*[m["seq"] for m in said], answer["seq"]]
    assert (old["type"], old["entity_id"], old["data"]["to_room_id"]) == (
        "topic.moved",
        cafe.topic.id,
        garden.id,
    )
    assert old["data"]["room_id"] == garden.id
    with unit_of_work():
        row = session().scalars(select(AuditRow).where(AuditRow.action == "topic.move")).one()
        assert (row.reason, row.before["room_id"], row.after["room_id"]) == (
            "It is about plants.", cafe.room.id, garden.id,
        )  # fmt: skip
    # sent again after its topic went away, it is the same message
    again = post_message(cafe.ann, cafe.topic.id, "Word 0", "m-0")
    assert (again.is_new, again.message["id"], again.message["room_id"]) == (False, said[0]["id"], garden.id)
    post_message(cafe.bob, cafe.topic.id, "Goes on", "on")
    assert told(garden.id)[-1]["type"] == "message.posted"


def test_c58_what_was_read_stays_read(cafe: Cafe, garden: Room) -> None:
    make_messages(cafe.topic, cafe.ann, 20)
    late = cafe.community.member()
    with unit_of_work():
        seqs = [m["seq"] for m in list_messages(cafe.bob, cafe.topic.id, after=0)["items"]]
    mark_network_read(cafe.meta, cafe.community.network.id)
    mark_read(cafe.bob, cafe.topic.id, seqs[6])
    mark_unread(late, cafe.topic.id, seqs[0])
    before = {
        who: unread(actor, cafe) for who, actor in {"bob": cafe.bob, "meta": cafe.meta, "late": late}.items()
    }
    assert [before[who].get(cafe.topic.id, 0) for who in before] == [13, 0, 0]
    move_topic(cafe.meta, cafe.topic.id, garden.id, expected_version=1)
    for actor, known in ((cafe.bob, before["bob"]), (cafe.meta, before["meta"]), (late, before["late"])):
        assert unread(actor, cafe) == known
        with unit_of_work():
            assert get_room(actor, cafe.room.id)["unread"] == 0
            assert get_room(actor, garden.id)["unread"] == sum(known.values())
    # a tab that still counts by the old room moves nothing, in neither direction
    assert mark_read(cafe.bob, cafe.topic.id, seqs[-1], cafe.room.id)["unread"] == 13
    assert mark_unread(cafe.bob, cafe.topic.id, seqs[0], cafe.room.id)["unread"] == 13
    with unit_of_work():
        new = list_messages(cafe.bob, cafe.topic.id, after=0)["items"]
    assert mark_read(cafe.bob, cafe.topic.id, new[7]["seq"], garden.id)["unread"] == 12
    assert mark_read(cafe.bob, cafe.topic.id, new[-1]["seq"])["unread"] == 0


def test_who_moves_topics_and_where_to(cafe: Cafe, garden: Room) -> None:
    for actor in (cafe.ann, cafe.bob, cafe.community.steward(member=True)):
        with pytest.raises(Forbidden):
            move_topic(actor, cafe.topic.id, garden.id, expected_version=1)
    with pytest.raises(NotFound):
        move_topic(cafe.outsider, cafe.topic.id, garden.id, expected_version=1)
    private = make_room(cafe.community.network, [cafe.meta, cafe.bob])
    hidden = make_room(cafe.community.network, [cafe.ann])
    for target in (cafe.room.id, private.id, hidden.id, cafe.noise.room_id, "nowhere"):
        with pytest.raises(Invalid) as refused:
            move_topic(cafe.meta, cafe.topic.id, target, expected_version=1)
        assert set(refused.value.faults) == {"room_id"}
    inside = make_topic(private, cafe.bob)
    with pytest.raises(TopicStays):
        move_topic(cafe.meta, inside.id, garden.id, expected_version=1)
    sent = write_directly(cafe.meta, cafe.community.network.id, [cafe.bob.user_id or ""], "Hello", "d-1")
    with pytest.raises(TopicStays):
        move_topic(cafe.meta, sent.message["topic_id"], garden.id, expected_version=1)
    with pytest.raises(VersionConflict) as stale:
        move_topic(cafe.meta, cafe.topic.id, garden.id, expected_version=7)
    assert stale.value.current and stale.value.current["room_id"] == cafe.room.id
    archive_room(cafe.meta, garden.id, expected_version=1)
    with pytest.raises(RoomArchived):
        move_topic(cafe.meta, cafe.topic.id, garden.id, expected_version=1)
    assert [each["type"] for each in told(cafe.room.id)] == []


def test_a_huge_topic_takes_as_many_statements_as_a_small_one(
    cafe: Cafe, garden: Room, live: Runtime
) -> None:
    """Apart from the rows of the log, which are written a thousand at a time."""
    huge = make_topic(cafe.room, cafe.ann)
    make_messages(cafe.topic, cafe.ann, 10)
    make_messages(huge, cafe.ann, 3_000)
    mark_read(cafe.bob, huge.id, 1_010)
    move_topic(
        cafe.meta, open_topic(cafe.ann, cafe.room.id, "First", "x").topic["id"], garden.id, expected_version=1
    )
    seen: list[str] = []
    event.listen(live.database.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))

    def statements(topic_id: str) -> int:
        seen.clear()
        move_topic(cafe.meta, topic_id, garden.id, expected_version=1)
        return len([said for said in seen if not said.startswith("INSERT INTO event")])

    assert statements(huge.id) == statements(cafe.topic.id)
    assert unread(cafe.bob, cafe)[huge.id] == 2_000


class Mirror:
    """What a client knows that fetched once and then only listens: the topics and messages of a room."""

    def __init__(self, room_id: str) -> None:
        self.room_id = room_id
        self.seq = 0
        self.topics: dict[str, dict[str, Any]] = {}
        self.messages: dict[str, dict[str, Any]] = {}

    def hear(self) -> None:
        with unit_of_work():
            entries = entries_after(f"room:{self.room_id}", self.seq, 2000)
            for each in rendered(entries):
                assert each["seq"] == self.seq + 1, "no hole"
                self.seq = each["seq"]
                self._apply(each["type"], each["data"])

    def _apply(self, kind: str, data: dict[str, Any]) -> None:
        plain = {k: v for k, v in data.items() if k not in ("from_room_id", "from_seq", "to_room_id")}
        if kind == "topic.moved" and data["to_room_id"] != self.room_id:
            self.topics.pop(data["id"], None)
            self.messages = {k: m for k, m in self.messages.items() if m["topic_id"] != data["id"]}
        elif kind.startswith("topic."):
            self.topics[data["id"]] = plain
        elif kind.startswith("message.") and data["room_id"] == self.room_id:
            self.messages[data["id"]] = plain

    def fetched(self, actor: Actor) -> tuple[dict[str, Any], dict[str, Any]]:
        viewers = ("unread", "muted", "level", "first_unread_seq", "language")
        with unit_of_work():
            topics = {t["id"]: {k: v for k, v in t.items() if k not in viewers}
                      for t in list_topics(actor, self.room_id).items}  # fmt: skip
            messages = {m["id"]: m for t in topics for m in list_messages(actor, t, after=0)["items"]}
        return topics, messages


# What a topic counts changes with each message, of which it is not told for itself.
_COUNTED = ("message_count", "last_seq", "last_message_at")


def test_d18_state_and_events_are_what_a_fresh_fetch_shows(cafe: Cafe, garden: Room) -> None:
    """Both rooms, through seventy steps that nobody chose."""
    dice, here = random.Random(58), {cafe.topic.id: cafe.room.id}
    mirrors = [Mirror(cafe.room.id), Mirror(garden.id)]
    mirrors[0].topics, _none = mirrors[0].fetched(cafe.bob)  # it was there before anything was told
    for number in range(70):
        topic_id = dice.choice(sorted(here))
        with unit_of_work():
            version = get_topic(cafe.meta, topic_id)["version"]
            messages = list_messages(cafe.ann, topic_id)["items"]
        step = dice.choice(["post", "post", "post", "open", "move", "edit", "delete", "pin", "rename"])
        if step == "post":
            post_message(dice.choice([cafe.ann, cafe.bob]), topic_id, f"Word {number}", f"p-{number}")
        elif step == "open":
            room_id = dice.choice([cafe.room.id, garden.id])
            here[open_topic(cafe.ann, room_id, f"T {number}", "x", f"o-{number}").topic["id"]] = room_id
        elif step == "move":
            target = garden.id if here[topic_id] == cafe.room.id else cafe.room.id
            move_topic(cafe.meta, topic_id, target, expected_version=version)
            here[topic_id] = target
        elif step == "pin":
            dice.choice([pin_topic, unpin_topic])(cafe.meta, topic_id, expected_version=version)
        elif step == "rename":
            rename_topic(cafe.meta, topic_id, f"Named {number}", expected_version=version)
        else:
            mine = [m for m in messages if m["author"]["id"] == cafe.ann.user_id and m["body"] is not None]
            if mine and step == "edit":
                edit_message(cafe.ann, mine[0]["id"], f"Other {number}", expected_version=mine[0]["version"])
            elif mine:
                delete_message(cafe.ann, mine[0]["id"])
        if number % 10 == 9:
            for mirror in mirrors:
                mirror.hear()
    for mirror in mirrors:
        mirror.hear()
        topics, messages = mirror.fetched(cafe.bob)
        assert mirror.messages == messages
        assert set(mirror.topics) == set(topics)
        for topic_id, topic in topics.items():
            known = mirror.topics[topic_id]
            assert {k: v for k, v in known.items() if k not in _COUNTED} == {
                k: v for k, v in topic.items() if k not in _COUNTED
            }


def test_c54_posts_against_moves(cafe: Cafe, garden: Room) -> None:
    """Whoever posts while the topic goes to and fro posts in the room where it is then, under one number."""

    def chat(number: int) -> list[Any]:
        return [post_message(cafe.bob, cafe.topic.id, "Word", f"{number}-{turn}") for turn in range(5)]

    def carry() -> int:
        for turn in range(4):
            target = (garden.id, cafe.room.id)[turn % 2]
            move_topic(cafe.meta, cafe.topic.id, target, expected_version=turn + 1)
        return 4

    def read() -> None:
        for seq in range(1, 12):
            mark_read(cafe.meta, cafe.topic.id, seq, cafe.room.id)

    *chats, moves, _read = at_once([*[lambda n=n: chat(n) for n in range(3)], carry, read])  # type: ignore[misc]
    assert moves == 4, moves
    assert all(isinstance(each, Sent) for chat in chats for each in chat), chats
    with unit_of_work():
        topic = get_topic(cafe.bob, cafe.topic.id)
        found = list_messages(cafe.bob, cafe.topic.id, after=0, limit=200)["items"]
    assert topic["room_id"] == cafe.room.id
    assert len(found) == topic["message_count"] == 15
    assert {m["room_id"] for m in found} == {cafe.room.id}
    assert [m["seq"] for m in found] == sorted({m["seq"] for m in found})
    for room in (cafe.room, garden):
        assert [each["seq"] for each in told(room.id)] == list(range(1, len(told(room.id)) + 1))


def test_c54_a_lock_holds_for_what_comes_in_while_a_topic_moves(cafe: Cafe, garden: Room) -> None:
    lock_room(cafe.meta, garden.id, expected_version=1)
    move_topic(cafe.meta, cafe.topic.id, garden.id, expected_version=1)
    with pytest.raises(RoomLocked):
        post_message(cafe.bob, cafe.topic.id, "Late", "late")


def test_a_message_that_was_moved_says_what_it_said(cafe: Cafe, garden: Room) -> None:
    said = post_message(cafe.bob, cafe.topic.id, "Before", "kept").message["id"]
    move_topic(cafe.meta, cafe.topic.id, garden.id, expected_version=1)
    with unit_of_work():
        version = get_message(cafe.bob, said)["version"]
    edit_message(cafe.bob, said, "After", expected_version=version)
    with unit_of_work():
        history = list_revisions(cafe.ann, said).items
    assert [(each["number"], each["body"]) for each in history] == [(1, "Before"), (2, "After")]
