"""Catching up: who sees which scope, and that old state and events make the new state."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network.discussions import (
    catch_up,
    change_room,
    delete_message,
    edit_message,
    get_room,
    list_messages,
    list_topics,
    lock_topic,
    may_see_scope,
    open_room,
    open_topic,
    post_message,
    rename_topic,
    resolve_topic,
    unlock_topic,
    visible_scopes,
)
from network.kernel.actor import ANONYMOUS, Actor
from network.kernel.errors import DomainError, NotFound
from network.kernel.ids import new_untimed_id
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from tests.factories.discussions import make_community, make_room
from tests.network.discussions.conftest import Cafe


def test_a5_who_sees_which_scope(cafe: Cafe, nobody: Actor) -> None:
    private = make_room(cafe.community.network, [cafe.ann])
    scopes = {
        "room": f"room:{cafe.room.id}", "private": f"room:{private.id}",
        "noise": f"room:{cafe.noise.room_id}",
        "network": f"network:{cafe.community.network.id}", "own": f"user:{cafe.ann.user_id}",
        "absent": f"room:{new_untimed_id()}", "absent network": f"network:{new_untimed_id()}",
        "case": f"case:{new_untimed_id()}", "odd": "room:", "odder": "room", "oddest": "user:%", "empty": "",
    }  # fmt: skip
    expected: list[tuple[Actor, set[str]]] = [
        (cafe.ann, {"room", "private", "network", "own"}),
        (cafe.bob, {"room", "network"}),
        (cafe.community.steward(), {"room", "network"}),
        (cafe.outsider, {"noise"}),
        (nobody, set()),
        (replace(cafe.bob, standings={}), set()),
        (ANONYMOUS, set()),
    ]
    with unit_of_work():
        for actor, seen in expected:
            for name, scope in scopes.items():
                assert may_see_scope(actor, scope) is (name in seen), (actor.name, name)
                if name not in seen:
                    with pytest.raises(NotFound):
                        catch_up(actor, scope, 0, 10)
            assert visible_scopes(actor, set(scopes.values())) == {scopes[name] for name in seen}


def test_catching_up_has_no_holes(cafe: Cafe) -> None:
    scope = f"room:{cafe.room.id}"
    with unit_of_work():
        assert catch_up(cafe.bob, scope, 0, 10) == {"events": [], "head_seq": 0, "epoch": None}
    for number in range(7):
        post_message(cafe.ann, cafe.topic.id, f"Word {number}", f"m-{number}")
    with unit_of_work():
        part = catch_up(cafe.bob, scope, 2, 3)
        assert [event["seq"] for event in part["events"]] == [3, 4, 5]
        assert part["head_seq"] == 7
        assert part["epoch"]
        event = part["events"][0]
        assert set(event) == {"scope", "seq", "type", "entity_id", "entity_version", "data", "at"}
        assert event["data"]["client_msg_id"] == "m-2"
        assert event["data"]["body"] == "Word 2"
        assert catch_up(cafe.bob, scope, 7, 3)["events"] == []
        assert catch_up(cafe.bob, scope, 99, 3)["events"] == []


def test_events_show_things_as_they_are_when_sent(cafe: Cafe) -> None:
    said = post_message(cafe.ann, cafe.topic.id, "A secret", "m").message
    delete_message(cafe.ann, said["id"])
    with unit_of_work():
        events = catch_up(cafe.bob, f"room:{cafe.room.id}", 0, 10)["events"]
    assert [(event["type"], event["data"]["body"], event["data"]["html"]) for event in events] == [
        ("message.posted", None, None), ("message.deleted", None, None),
    ]  # fmt: skip


class Mirror:
    """What a client holds of a room, kept right by events alone."""

    def __init__(self, actor: Actor, room_id: str) -> None:
        self.room, self.topics, self.messages, self.seq = fetch(actor, room_id)

    def apply(self, event: dict[str, Any]) -> None:
        assert event["seq"] == self.seq + 1
        self.seq = event["seq"]
        data, thing = event["data"], event["entity_id"]
        kind = event["type"].split(".")[0]
        if kind == "room":
            self.room = data
        elif kind == "topic":
            counted = {k: self.topics[thing][k] for k in COUNTED} if thing in self.topics else NOTHING
            self.topics[thing] = {**data, **counted}
        elif thing not in self.messages or data["version"] >= self.messages[thing]["version"]:
            gone = event["type"] == "message.deleted"
            if event["type"] == "message.posted" and thing not in self.messages:
                topic = self.topics[data["topic_id"]]
                topic["last_seq"], topic["last_message_at"] = data["seq"], data["created_at"]
                topic["message_count"] += 1
            topic = self.topics[data["topic_id"]]
            topic["message_count"] -= gone
            self.messages[thing] = data


OF_VIEWER = ("unread", "first_unread_seq", "muted", "level", "writes_again_at", "language")
COUNTED = ("message_count", "last_seq", "last_message_at")
NOTHING = {"message_count": 0, "last_seq": 0}


def fetch(actor: Actor, room_id: str) -> tuple[Any, dict[str, Any], dict[str, Any], int]:
    with unit_of_work():
        room = get_room(actor, room_id)
        seq = room["head_seq"]
        core = {key: value for key, value in room.items() if key not in (*OF_VIEWER, "head_seq")}
        topics = {
            topic["id"]: {key: value for key, value in topic.items() if key not in OF_VIEWER}
            for topic in list_topics(actor, room_id).items
        }
        messages = {
            message["id"]: message
            for topic in topics
            for message in list_messages(actor, topic, after=0)["items"]
        }
        return core, topics, messages, seq


@given(st.integers(min_value=0, max_value=2**32), st.integers(min_value=1, max_value=25))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_old_state_and_events_make_the_new_state(live: Runtime, seed: int, steps: int) -> None:
    assert live
    object.__setattr__(live.settings, "rate_limits", "off")
    dice = random.Random(seed)
    community = make_community()
    meta, ann = community.member("meta_mentor"), community.member()
    room_id = open_room(meta, community.network.id, "Room", "", "open")["id"]
    open_topic(ann, room_id, "First", "Hello")
    mirror = Mirror(ann, room_id)
    for _ in range(steps):
        _do_something(dice, meta, ann, room_id)
    with unit_of_work():
        for event in catch_up(ann, f"room:{room_id}", mirror.seq, 500)["events"]:
            mirror.apply(event)
    assert (mirror.room, mirror.topics, mirror.messages, mirror.seq) == fetch(ann, room_id)


def _do_something(dice: random.Random, meta: Actor, ann: Actor, room_id: str) -> None:
    room, topics, messages, _seq = fetch(ann, room_id)
    topic = dice.choice(list(topics.values()))
    author = dice.choice([meta, ann])
    own = [m for m in messages.values() if m["author"]["id"] == author.user_id]
    version = topic["version"]
    deeds = [
        lambda: post_message(author, topic["id"], f"Word {dice.random()}", new_untimed_id()),
        lambda: open_topic(author, room_id, f"Topic {dice.random()}", "x"),
        lambda: rename_topic(meta, topic["id"], f"Title {dice.random()}", expected_version=version),
        lambda: lock_topic(meta, topic["id"], expected_version=version),
        lambda: unlock_topic(meta, topic["id"], expected_version=version),
        lambda: resolve_topic(meta, topic["id"], expected_version=version),
        lambda: change_room(meta, room_id, expected_version=room["version"], purpose=f"{dice.random()}"),
    ]
    if own:
        message = dice.choice(own)
        deeds += [
            lambda: edit_message(
                author, message["id"], f"{dice.random()}", expected_version=message["version"]
            ),
            lambda: delete_message(author, message["id"]),
        ]
    try:
        dice.choice(deeds)()
    except DomainError:
        assert fetch(ann, room_id) == (room, topics, messages, _seq)
