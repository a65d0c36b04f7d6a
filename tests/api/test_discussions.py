"""Rooms, topics, messages, markers and events over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from network.kernel.actor import Actor
from network.kernel.ids import new_untimed_id
from network.kernel.runtime import Runtime
from tests.factories.discussions import Community, make_community, make_messages, make_room, make_topic
from tests.factories.people import sign_in

API = "/api/v1"


@dataclass
class Caller:
    """Somebody signed in, or nobody."""

    client: FlaskClient
    headers: dict[str, str]

    def __call__(self, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, Any]:
        """Ask the API; status and JSON."""
        headers = {**self.headers, **more.pop("headers", {})}
        answer = self.client.open(API + path, method=method, json=body, headers=headers, **more)
        if answer.status_code >= 400:
            assert answer.content_type == "application/problem+json", answer.data
        return answer.status_code, answer.json


@dataclass
class Cafe:
    """An open room with a topic, and a caller for each role."""

    community: Community
    room_id: str
    topic_id: str
    ann: Caller
    bob: Caller
    meta: Caller
    steward: Caller
    outsider: Caller
    anonymous: Caller
    people: dict[str, Actor]


@pytest.fixture
def cafe(make_client: Callable[[], FlaskClient]) -> Cafe:
    """The people's sessions are real; each has a browser of her own."""
    community, other = make_community(), make_community()
    people = {
        "ann": community.member(), "bob": community.member(), "meta": community.member("meta_mentor"),
        "steward": community.steward(), "outsider": other.member(),
    }  # fmt: skip
    room = make_room(community.network)
    topic = make_topic(room, people["ann"])

    def caller(actor: Actor) -> Caller:
        client = make_client()
        return Caller(client, sign_in(client, actor.user_id or ""))

    callers = {name: caller(actor) for name, actor in people.items()}
    return Cafe(community, room.id, topic.id, anonymous=Caller(make_client(), {}), people=people, **callers)


def test_the_whole_way_of_a_message(cafe: Cafe) -> None:
    path = f"/topics/{cafe.topic_id}/messages"
    sent = {"body": "Hello **Bob**", "client_msg_id": "m-1", "language": "en"}
    status, message = cafe.ann("POST", path, sent)
    assert status == 201
    assert set(message) == {
        "id", "room_id", "topic_id", "seq", "author", "body", "html", "client_msg_id", "reply_to", "language",
        "translation", "created_at", "edited_at", "deleted_at", "veiled", "reactions", "files", "version",
    }  # fmt: skip
    assert (message["seq"], message["html"], message["reactions"]) == (
        1,
        "<p>Hello <strong>Bob</strong></p>",
        [],
    )
    assert set(message["author"]) == {"id", "display_name", "photo_url"}
    assert message["created_at"].endswith("Z")
    assert cafe.ann("POST", path, sent) == (200, message)
    status, problem = cafe.ann("POST", path, {**sent, "body": "Other"})
    assert (status, problem["code"]) == (409, "client_msg_id_conflict")
    assert cafe.bob("GET", path) == (200, {"items": [message], "next": None, "as_of_seq": 1})
    assert cafe.bob("GET", f"/messages/{message['id']}") == (200, message)
    status, edited = cafe.ann("PATCH", f"/messages/{message['id']}", {"body": "Hello", "expected_version": 1})
    assert (status, edited["body"], edited["version"]) == (200, "Hello", 2)
    status, problem = cafe.ann("PATCH", f"/messages/{message['id']}", {"body": "No", "expected_version": 1})
    assert (status, problem["code"], problem["current"]["version"]) == (409, "version_conflict", 2)
    status, problem = cafe.ann("PATCH", f"/messages/{message['id']}", {"body": "No"})
    assert (status, list(problem["errors"])) == (422, ["expected_version"])
    status, said = cafe.bob("GET", f"/messages/{message['id']}/revisions")
    assert (status, [r["body"] for r in said["items"]]) == (200, ["Hello **Bob**", "Hello"])
    status, gone = cafe.ann("DELETE", f"/messages/{message['id']}")
    assert (status, gone["body"], gone["html"], gone["version"]) == (200, None, None, 3)
    assert cafe.ann("POST", path, sent) == (200, gone)


def test_rooms_and_topics(cafe: Cafe) -> None:
    network = cafe.community.network.id
    status, room = cafe.meta("POST", f"/networks/{network}/rooms", {"name": "New", "purpose": "Why"})
    assert (status, room["kind"], room["state"], room["head_seq"], room["unread"]) == (
        201,
        "open",
        "open",
        0,
        0,
    )
    status, rooms = cafe.bob("GET", f"/networks/{network}/rooms?limit=1")
    assert (status, len(rooms["items"]), bool(rooms["next"])) == (200, 1, True)
    status, rooms = cafe.bob("GET", f"/networks/{network}/rooms?limit=1&cursor={rooms['next']}")
    assert (rooms["items"], rooms["next"]) == ([room], None)
    status, changed = cafe.meta("PATCH", f"/rooms/{room['id']}", {"name": "Other", "expected_version": 1})
    assert (status, changed["name"], changed["purpose"]) == (200, "Other", "Why")
    opened = {"title": "First", "body": "Hello", "client_msg_id": "t"}
    status, topic = cafe.bob("POST", f"/rooms/{room['id']}/topics", opened)
    assert (status, topic["title"], topic["first_message"]["body"]) == (201, "First", "Hello")
    assert cafe.bob("POST", f"/rooms/{room['id']}/topics", opened) == (200, topic)
    del topic["first_message"]
    assert cafe.bob("GET", f"/topics/{topic['id']}") == (200, topic)
    assert cafe.ann("GET", f"/rooms/{room['id']}/topics") == (
        200,
        {"items": [{**topic, "unread": 1, "first_unread_seq": 3}], "next": None},
    )
    steps = [("lock", "locked"), ("unlock", "open"), ("resolve", "resolved"), ("reopen", "open")]
    for version, (step, state) in enumerate(steps, 1):
        status, moved = cafe.meta("POST", f"/topics/{topic['id']}/{step}", {"expected_version": version})
        assert (status, moved["state"], moved["version"]) == (200, state, version + 1)
    status, problem = cafe.meta("POST", f"/topics/{topic['id']}/unlock", {"expected_version": 5})
    assert (status, problem["code"]) == (409, "invalid_transition")
    status, renamed = cafe.bob("PATCH", f"/topics/{topic['id']}", {"title": "Better", "expected_version": 5})
    assert (status, renamed["title"]) == (200, "Better")
    for version, (step, state) in enumerate(
        [("lock", "locked"), ("unlock", "open"), ("archive", "archived")], 2
    ):
        status, moved = cafe.meta("POST", f"/rooms/{room['id']}/{step}", {"expected_version": version})
        assert (status, moved["state"]) == (200, state)
    status, problem = cafe.bob("POST", f"/topics/{topic['id']}/messages", {"body": "x", "client_msg_id": "n"})
    assert (status, problem["code"]) == (409, "room_archived")


def test_looking_after_rooms_and_topics(cafe: Cafe) -> None:
    network = cafe.community.network.id
    other = cafe.meta("POST", f"/networks/{network}/rooms", {"name": "New"})[1]
    sixty = {"seconds": 60, "expected_version": 1}
    status, slow = cafe.meta("POST", f"/rooms/{cafe.room_id}/slow-mode", sixty)
    assert (status, slow["slow_mode_seconds"], slow["writes_again_at"]) == (200, 60, None)
    for body in ({"seconds": -1}, {"seconds": 86_401}, {"seconds": "5"}, {}):
        sent = {**body, "expected_version": 2}
        assert cafe.meta("POST", f"/rooms/{cafe.room_id}/slow-mode", sent)[0] == 422, body
    path = f"/topics/{cafe.topic_id}/messages"
    assert cafe.ann("POST", path, {"body": "One", "client_msg_id": "1"})[0] == 201
    answer = cafe.ann.client.post(
        API + path, json={"body": "Two", "client_msg_id": "2"}, headers=cafe.ann.headers
    )
    assert (answer.status_code, answer.json["code"]) == (429, "slow_mode")
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert cafe.ann("GET", f"/rooms/{cafe.room_id}")[1]["writes_again_at"].endswith("Z")
    sent = {"before": cafe.room_id, "expected_version": 1}
    assert cafe.meta("POST", f"/rooms/{other['id']}/position", sent)[0] == 200
    assert [room["id"] for room in cafe.bob("GET", f"/networks/{network}/rooms")[1]["items"]] == [
        other["id"], cafe.room_id,
    ]  # fmt: skip
    status, pinned = cafe.meta("POST", f"/topics/{cafe.topic_id}/pin", {"expected_version": 1})
    assert (status, pinned["pinned"], pinned["version"]) == (200, True, 2)
    assert cafe.meta("POST", f"/topics/{cafe.topic_id}/unpin", {"expected_version": 2})[1]["pinned"] is False
    move = {"room_id": other["id"], "reason": "It is new.", "expected_version": 3}
    status, moved = cafe.meta("POST", f"/topics/{cafe.topic_id}/move", move)
    assert (status, moved["room_id"], moved["message_count"]) == (200, other["id"], 1)
    status, problem = cafe.meta("POST", f"/topics/{cafe.topic_id}/move", move)
    assert (status, problem["code"]) == (409, "version_conflict")
    status, problem = cafe.meta("POST", f"/topics/{cafe.topic_id}/move", {**move, "expected_version": 4})
    assert (status, list(problem["errors"])) == (422, ["room_id"])
    types = [e["type"] for e in cafe.bob("GET", f"/events?scope=room:{other['id']}&limit=9")[1]["events"]]
    assert types == ["room.changed", "topic.moved", "message.moved"]


def test_the_people_of_a_private_room(cafe: Cafe) -> None:
    network, ann, bob = cafe.community.network.id, cafe.people["ann"].user_id, cafe.people["bob"].user_id
    room = cafe.meta(
        "POST", f"/networks/{network}/rooms", {"name": "Two", "kind": "private", "user_ids": [ann]}
    )[1]
    path = f"/rooms/{room['id']}/members"
    cafe.meta("POST", f"/rooms/{room['id']}/topics", {"title": "T", "body": "Before you came"})
    assert cafe.bob("GET", path)[0] == 404
    assert cafe.ann("PUT", f"{path}/{bob}")[0] == 403
    status, added = cafe.meta("PUT", f"{path}/{bob}")
    assert (status, added["user"]["id"]) == (200, bob)
    assert cafe.meta("PUT", f"{path}/{bob}") == (200, added)
    assert len(cafe.bob("GET", path)[1]["items"]) == 3
    seen = cafe.bob("GET", f"/rooms/{room['id']}/topics")[1]["items"]
    assert [(topic["title"], topic["unread"]) for topic in seen] == [("T", 0)]
    for person in (cafe.people["outsider"].user_id, new_untimed_id()):
        assert cafe.meta("PUT", f"{path}/{person}")[0] == 404
    status, problem = cafe.meta("PUT", f"/rooms/{cafe.room_id}/members/{bob}")
    assert (status, problem["code"]) == (409, "room_open_to_all")
    assert cafe.bob("DELETE", f"{path}/{ann}")[0] == 403
    assert cafe.meta("DELETE", f"{path}/{bob}")[0] == 204
    assert cafe.bob("GET", path)[0] == 404
    assert cafe.meta("DELETE", f"{path}/{bob}")[0] == 404
    assert cafe.ann("DELETE", f"{path}/{ann}")[0] == 204
    status, problem = cafe.meta("DELETE", f"{path}/{cafe.people['meta'].user_id}")
    assert (status, problem["code"]) == (409, "room_not_left")


def test_pages_of_messages(cafe: Cafe, live: Runtime) -> None:
    assert live
    topic = make_topic(make_room(cafe.community.network), cafe.people["ann"])
    make_messages(topic, cafe.people["ann"], 7)
    path = f"/topics/{topic.id}/messages"

    def seqs(query: str) -> tuple[list[int], str | None]:
        status, answer = cafe.bob("GET", f"{path}?{query}")
        assert (status, answer["as_of_seq"]) == (200, 7)
        return [message["seq"] for message in answer["items"]], answer["next"]

    assert seqs("limit=3") == ([7, 6, 5], "before:5")
    assert seqs("limit=3&before=5") == ([4, 3, 2], "before:2")
    assert seqs("limit=3&cursor=before:2") == ([1], None)
    assert seqs("limit=3&after=0") == ([1, 2, 3], "after:3")
    assert seqs("limit=9&cursor=after:3") == ([4, 5, 6, 7], None)
    assert seqs("after=7") == ([], None)
    assert seqs("before=1") == ([], None)
    for query in ("cursor=3", "cursor=after:x", "cursor=after:", "after=-1", "limit=0", "limit=201", "odd=1"):
        assert cafe.bob("GET", f"{path}?{query}")[0] == 422, query


def test_markers(cafe: Cafe) -> None:
    path = f"/topics/{cafe.topic_id}"
    for number in range(3):
        cafe.ann("POST", f"{path}/messages", {"body": "x", "client_msg_id": f"{number}"})
    network = f"/networks/{cafe.community.network.id}"
    status, left = cafe.bob("GET", f"{network}/unread")
    assert (status, left["unread"], left["topics"][0]["id"]) == (200, 3, cafe.topic_id)
    same = {"topic_id": cafe.topic_id, "room_id": cafe.room_id}
    assert cafe.bob("PUT", f"{path}/read", {"seq": 2}) == (200, {**same, "last_read_seq": 2, "unread": 1})
    assert cafe.bob("PUT", f"{path}/read", {"seq": 1})[1]["last_read_seq"] == 2
    assert cafe.bob("PUT", f"{path}/unread", {"seq": 1}) == (200, {**same, "last_read_seq": 0, "unread": 3})
    assert cafe.bob("PUT", f"{network}/read")[1]["unread"] == 0
    assert cafe.bob("GET", f"{path}")[1]["unread"] == 0
    for body in ({"seq": -1}, {"seq": "1"}, {"seq": 2**53}, {"seq": None}, {}, {"seq": 1, "user_id": "x"}):
        assert cafe.bob("PUT", f"{path}/read", body)[0] == 422


def test_catching_up(cafe: Cafe) -> None:
    for number in range(3):
        cafe.ann("POST", f"/topics/{cafe.topic_id}/messages", {"body": "x", "client_msg_id": f"{number}"})
    status, answer = cafe.bob("GET", f"/events?scope=room:{cafe.room_id}&after=1&limit=1")
    assert (status, answer["head_seq"], [event["seq"] for event in answer["events"]]) == (200, 3, [2])
    assert answer["events"][0]["data"]["client_msg_id"] == "1"
    assert answer["epoch"]
    assert cafe.bob("GET", "/events?after=0")[0] == 422
    absent = cafe.bob("GET", f"/events?scope=room:{new_untimed_id()}")
    assert absent[0] == 404
    for scope in (f"user:{cafe.people['ann'].user_id}", "room:x", "nonsense"):
        assert cafe.bob("GET", f"/events?scope={scope}") == absent


def test_a5_a12_what_is_not_yours_looks_like_what_is_not_there(cafe: Cafe) -> None:
    _, message = cafe.ann("POST", f"/topics/{cafe.topic_id}/messages", {"body": "x", "client_msg_id": "m"})
    bodies: dict[str, Any] = {"POST": {"expected_version": 1}, "PUT": {"seq": 1}}
    ways = [
        ("GET", "/rooms/{}", cafe.room_id, None), ("GET", "/rooms/{}/topics", cafe.room_id, None),
        ("PATCH", "/rooms/{}", cafe.room_id, {"name": "x", "expected_version": 1}),
        ("POST", "/rooms/{}/lock", cafe.room_id, None), ("POST", "/rooms/{}/unlock", cafe.room_id, None),
        ("POST", "/rooms/{}/archive", cafe.room_id, None),
        ("POST", "/rooms/{}/topics", cafe.room_id, {"title": "x", "body": "x"}),
        ("GET", "/topics/{}", cafe.topic_id, None), ("GET", "/topics/{}/messages", cafe.topic_id, None),
        ("PATCH", "/topics/{}", cafe.topic_id, {"title": "x", "expected_version": 1}),
        ("POST", "/topics/{}/messages", cafe.topic_id, {"body": "x", "client_msg_id": "x"}),
        ("POST", "/topics/{}/lock", cafe.topic_id, None), ("POST", "/topics/{}/unlock", cafe.topic_id, None),
        ("POST", "/topics/{}/resolve", cafe.topic_id, None),
        ("POST", "/topics/{}/reopen", cafe.topic_id, None),
        ("PUT", "/topics/{}/read", cafe.topic_id, None), ("PUT", "/topics/{}/unread", cafe.topic_id, None),
        ("GET", "/messages/{}", message["id"], None), ("DELETE", "/messages/{}", message["id"], None),
        ("PATCH", "/messages/{}", message["id"], {"body": "x", "expected_version": 1}),
        ("GET", "/messages/{}/revisions", message["id"], None),
        ("GET", "/networks/{}/rooms", cafe.community.network.id, None),
        ("POST", "/networks/{}/rooms", cafe.community.network.id, {"name": "x"}),
        ("GET", "/networks/{}/unread", cafe.community.network.id, None),
        ("PUT", "/networks/{}/read", cafe.community.network.id, ""),
    ]  # fmt: skip
    for method, path, thing, body in ways:
        sent = (body or None) if body is not None else bodies.get(method)
        theirs = cafe.outsider(method, path.format(thing), sent)
        assert theirs[0] == 404, (method, path)
        assert theirs == cafe.outsider(method, path.format(new_untimed_id()), sent)
        assert cafe.anonymous(method, path.format(thing), sent)[0] == 401, (method, path)
    assert cafe.bob("GET", f"/messages/{message['id']}")[1] == message


@pytest.mark.parametrize(
    ("who", "method", "path", "body"),
    [
        ("bob", "POST", "/networks/{network}/rooms", {"name": "x"}),
        ("steward", "POST", "/networks/{network}/rooms", {"name": "x"}),
        ("bob", "POST", "/rooms/{room}/lock", {"expected_version": 1}),
        ("bob", "PATCH", "/topics/{topic}", {"title": "x", "expected_version": 1}),
        ("ann", "POST", "/topics/{topic}/lock", {"expected_version": 1}),
        ("steward", "POST", "/topics/{topic}/messages", {"body": "x", "client_msg_id": "x"}),
        ("bob", "PATCH", "/messages/{message}", {"body": "x", "expected_version": 1}),
        ("meta", "DELETE", "/messages/{message}", None),
    ],
)
def test_what_is_visible_and_not_allowed(cafe: Cafe, who: str, method: str, path: str, body: Any) -> None:
    _, message = cafe.ann("POST", f"/topics/{cafe.topic_id}/messages", {"body": "x", "client_msg_id": "m"})
    known = {
        "network": cafe.community.network.id, "room": cafe.room_id, "topic": cafe.topic_id,
        "message": message["id"],
    }  # fmt: skip
    assert getattr(cafe, who)(method, path.format(**known), body)[0] == 403


def test_a22_an_unsafe_request_needs_the_token(cafe: Cafe) -> None:
    cafe.bob.headers = {}
    sent = {"body": "x", "client_msg_id": "m"}
    status, problem = cafe.bob("POST", f"/topics/{cafe.topic_id}/messages", sent)
    assert (status, problem["code"]) == (403, "csrf_failed")
    assert cafe.ann("GET", f"/topics/{cafe.topic_id}/messages")[1]["items"] == []


def test_a13_nobody_slips_a_field_in(cafe: Cafe) -> None:
    sent = {"body": "x", "client_msg_id": "m"}
    for more in ("author_id", "seq", "veiled", "created_at", "role", "room_id", "html"):
        status, problem = cafe.bob("POST", f"/topics/{cafe.topic_id}/messages", {**sent, more: "x"})
        assert (status, list(problem["errors"])) == (422, [more])


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "Please write something."), (" \n", "Please write something."),
        ("x" * 10_001, "This is too long: at most 10000 characters."),
        ("x" * 200_000, "This is too long: at most 10000 characters."),
    ],
    ids=["empty", "blank", "one too many", "far too many"],
)  # fmt: skip
def test_a_messages_limits_are_the_rules_own(cafe: Cafe, body: str, said: str) -> None:
    sent = {"body": body, "client_msg_id": "m"}
    for path, more in (("/topics/{}/messages", {}), ("/rooms/{}/topics", {"title": "Soup"})):
        place = path.format(cafe.room_id if more else cafe.topic_id)
        status, problem = cafe.ann("POST", place, {**sent, **more})
        assert (status, problem["errors"]) == (422, {"body": [said]})
    long = {"body": "x" * 10_000, "client_msg_id": "long"}
    status, message = cafe.ann("POST", f"/topics/{cafe.topic_id}/messages", long)
    assert status == 201
    status, problem = cafe.ann("PATCH", f"/messages/{message['id']}", {"body": body, "expected_version": 1})
    assert (status, problem["errors"]) == (422, {"body": [said]})


def test_b14_lists_cost_the_same_however_long(cafe: Cafe, live: Runtime) -> None:
    counted: list[str] = []
    event.listen(live.database.engine, "before_cursor_execute", lambda *args: counted.append(args[2]))
    topic = make_topic(make_room(cafe.community.network), cafe.people["ann"])
    paths = [
        f"/topics/{topic.id}/messages", f"/rooms/{topic.room_id}/topics", f"/rooms/{topic.room_id}",
        f"/networks/{cafe.community.network.id}/rooms", f"/networks/{cafe.community.network.id}/unread",
        f"/events?scope=room:{topic.room_id}", f"/topics/{topic.id}",
    ]  # fmt: skip

    def statements() -> dict[str, int]:
        costs = {}
        for path in paths:
            counted.clear()
            assert cafe.bob("GET", path)[0] == 200
            costs[path] = len([text for text in counted if not text.startswith(("BEGIN", "PRAGMA"))])
        return costs

    make_messages(topic, cafe.people["ann"], 10)
    few = statements()
    make_messages(topic, cafe.people["meta"], 990)
    for _ in range(30):
        make_messages(
            make_topic(make_room(cafe.community.network), cafe.people["ann"]), cafe.people["ann"], 3
        )
        make_messages(make_topic(cafe_room(topic.room_id), cafe.people["ann"]), cafe.people["ann"], 3)
    assert statements() == few
    assert few[paths[0]] <= 6


def cafe_room(room_id: str) -> Any:
    """A room by its id, as a factory takes it."""
    return type("Place", (), {"id": room_id})()
