"""Being asked before something is posted, and first messages that wait, over the API."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.api.callers import Caller
from tests.factories.discussions import make_community, make_room, make_topic

TEXT = {"body": "Ask Frau Meier, 0176 1234567", "client_msg_id": "1"}


def test_the_whole_way_of_asking_and_waiting(make_client: Callable[[], FlaskClient]) -> None:
    community = make_community()
    people = [community.member(), community.member(), community.member("meta_mentor")]
    ann, bob, meta = (Caller(make_client, each.user_id) for each in people)
    topic = make_topic(make_room(community.network), people[1])
    here, way = f"/networks/{community.network.id}", f"/topics/{topic.id}/messages"

    # Who does not ask to be asked posts as ever; who does is asked once.
    assert bob("post", way, TEXT).status_code == 201
    asking = {**TEXT, "client_msg_id": "2", "ask_hints": True}
    key = {"Idempotency-Key": "k"}
    bob.headers |= key
    asked = bob("post", way, asking)
    assert (asked.status_code, asked.json["code"]) == (409, "hint_question")
    assert [(one["kind"], one["field"], one["text"]) for one in asked.json["hints"]] == [
        ("name", "body", "Frau Meier"), ("phone", "body", "0176 1234567")
    ]  # fmt: skip
    first = asked.json["hints"][0]
    assert TEXT["body"][first["start"] : first["end"]] == "Frau Meier" and "talked about" in first["note"]
    # Nothing was kept under the key: the same request with the answer is another one, and goes through.
    seen = [one["key"] for one in asked.json["hints"]]
    assert bob("post", way, {**asking, "hints_seen": seen}).status_code == 201
    del bob.headers["Idempotency-Key"]
    change = {"body": "x@y.example", "expected_version": 1, "ask_hints": True}
    said = bob("post", way, {**asking, "hints_seen": seen}).json
    assert bob("patch", f"/messages/{said['id']}", change).json["code"] == "hint_question"

    listed = {"words": [{"text": "Camp", "note": "Say: there."}], "patterns": [{"text": "BG-#*"}]}
    made = meta("put", f"{here}/hints", {**listed, "holds_first": True, "expected_version": 0}).json
    assert made["patterns"] == [{"text": "BG-#*", "note": ""}] and made["version"] == 1
    assert ann("get", f"{here}/hints").json == made
    assert meta("put", f"{here}/hints", {"expected_version": 0}).json["current"] == made
    refused = meta("put", f"{here}/hints", {"patterns": [{"text": "**"}], "expected_version": 1})
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["patterns"])

    hello = {"body": "Hello", "client_msg_id": "1"}
    waits = ann("post", way, hello)
    assert (waits.status_code, waits.json["seq"], ann("post", way, hello).status_code) == (202, 0, 202)
    opens = ann("post", f"/rooms/{topic.room_id}/topics", {**hello, "title": "Me", "client_msg_id": "3"})
    assert opens.status_code == 202 and opens.json["first_message"]["held_until"] is not None
    held = meta("get", f"{here}/held-messages").json["items"]
    assert [(one["id"], one["opens_topic"], one["title"]) for one in held] == [
        (waits.json["id"], False, topic.title), (opens.json["first_message"]["id"], True, "Me"),
    ]  # fmt: skip
    assert held[0]["message"] == waits.json
    assert len(bob("get", way).json["items"]) == 2
    release = f"/messages/{waits.json['id']}/release"
    assert [each("post", release, {}).status_code for each in (ann, bob, meta, meta)] == [403, 404, 200, 200]
    assert len(bob("get", way).json["items"]) == 3


@pytest.mark.parametrize("wrong", [{"ask_hints": "yes"}, {"hints_seen": "all"}, {"hints_seen": [""]}])
def test_what_is_no_answer_to_the_question(make_client: Callable[[], FlaskClient], wrong: object) -> None:
    community = make_community()
    ann = community.member()
    topic = make_topic(make_room(community.network), ann)
    assert isinstance(wrong, dict)
    answer = Caller(make_client, ann.user_id)("post", f"/topics/{topic.id}/messages", {**TEXT, **wrong})
    assert answer.status_code == 422
