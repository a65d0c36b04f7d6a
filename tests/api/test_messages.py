"""What goes with a message over HTTP: whom it calls, who reacted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient

from network.kernel.actor import Actor
from tests.api.callers import Caller
from tests.factories.discussions import Community, make_community, make_room, make_topic


@dataclass
class Talk:
    """A topic in an open room, and callers."""

    community: Community
    room_id: str
    topic_id: str
    actors: dict[str, Actor]
    ann: Caller
    bob: Caller
    outsider: Caller


@pytest.fixture
def talk(make_client: Callable[[], FlaskClient]) -> Talk:
    """Two members and somebody of another network."""
    community, other = make_community(), make_community()
    actors = {"ann": community.member(), "bob": community.member(), "outsider": other.member()}
    room = make_room(community.network)
    topic = make_topic(room, actors["ann"])
    callers = {name: Caller(make_client, actor.user_id) for name, actor in actors.items()}
    return Talk(community, room.id, topic.id, actors, **callers)


def test_whom_one_can_call(talk: Talk) -> None:
    bob = talk.actors["bob"]
    answer = talk.ann("get", f"/rooms/{talk.room_id}/mentionable?q={bob.name.lower()}").json
    assert [(one["kind"], one["id"], one["text"]) for one in answer["items"]] == [
        ("person", bob.user_id, f"@{bob.name}")
    ]
    sent = {"body": f"@{bob.name}: look", "client_msg_id": "1"}
    said = talk.ann("post", f"/topics/{talk.topic_id}/messages", sent).json
    assert said["body"] == f"@[{bob.name}](user:{bob.user_id}): look"
    assert f'<a class="mention" href="/people/{bob.user_id}"' in said["html"]
    assert talk.ann("post", f"/topics/{talk.topic_id}/messages", sent).status_code == 200
    assert talk.outsider("get", f"/rooms/{talk.room_id}/mentionable").status_code == 404


def test_signs_at_a_message(talk: Talk) -> None:
    body = {"body": "Monday?", "client_msg_id": "1"}
    said = talk.bob("post", f"/topics/{talk.topic_id}/messages", body).json
    path = f"/messages/{said['id']}/reactions"
    for _ in range(2):
        answer = talk.ann("put", f"{path}/\u2764")
        assert answer.status_code == 200
        assert answer.json["reactions"] == [{"emoji": "\u2764\ufe0f", "count": 1, "mine": True}]
    seen = talk.bob("get", f"/topics/{talk.topic_id}/messages").json["items"][0]
    assert seen["reactions"] == [{"emoji": "\u2764\ufe0f", "count": 1, "mine": False}]
    whose = talk.bob("get", path).json["items"]
    assert [one["user"]["display_name"] for one in whose] == [talk.actors["ann"].name]
    assert talk.ann("delete", f"{path}/\u2764\ufe0f").json["reactions"] == []
    assert talk.ann("put", f"{path}/word").json["errors"].keys() == {"emoji"}
    assert talk.outsider("put", f"{path}/\u2764").status_code == 404


def test_what_waits_to_be_sent(talk: Talk) -> None:
    path = f"/me/drafts/topic:{talk.topic_id}"
    assert talk.ann("get", path).json["version"] == 0
    phone = {"body": "Phone ", "client_msg_id": "m1", "expected_version": 0}
    assert talk.ann("put", path, phone).json["body"] == "Phone "
    both = talk.ann("put", path, {"body": "Desk", "client_msg_id": "m2", "expected_version": 0}).json
    assert (both["body"], both["set_aside"], both["version"]) == ("Desk", ["Phone "], 2)
    sent = {"body": "Desk", "client_msg_id": "m2"}
    assert talk.ann("post", f"/topics/{talk.topic_id}/messages", sent).status_code == 201
    assert talk.ann("get", path).json["body"] == "Phone "
    assert talk.outsider("get", path).status_code == talk.outsider("put", path, phone).status_code == 404
    assert talk.bob("get", "/me/drafts/elsewhere").status_code == 404


def test_how_a_text_would_look_and_how_it_was_translated(talk: Talk) -> None:
    path = f"/topics/{talk.topic_id}"
    body = {"body": f"**Hello** @{talk.actors['bob'].name}"}
    html = talk.ann("post", f"{path}/previews", body).json["html"]
    assert html.startswith("<p><strong>Hello</strong> <a class=")
    assert talk.outsider("post", f"{path}/previews", body).status_code == 404
    assert talk.ann("get", f"{path}/messages").json["items"] == []
    sent = {"body": "Hello", "client_msg_id": "1", "language": "de", "translation": " from it,\nby me "}
    said = talk.ann("post", f"{path}/messages", sent)
    assert (said.status_code, said.json["translation"]) == (201, "from it, by me")
    assert talk.ann("post", f"{path}/messages", sent).status_code == 200
    assert talk.ann("post", f"{path}/messages", {**sent, "translation": None}).status_code == 409
    gone = talk.ann("delete", f"/messages/{said.json['id']}").json
    assert gone["translation"] is None
