"""Whatever a socket refuses, it says in the person's language, and the limits it names are the real ones."""

from __future__ import annotations

import json
from typing import Any

import pytest

from network.kernel.ids import new_untimed_id
from network.kernel.translation import translate
from realtime.errors import SENTENCES
from tests.factories.people import make_user
from tests.realtime.conftest import Cafe
from tests.realtime.serving import Served, acked, connected

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SEND = {"topic_id": "T", "body": "Hallo", "client_msg_id": "m"}
REFUSED: list[tuple[str, Any, str, dict[str, str]]] = [
    ("nothing", {}, "unknown_event", {}),
    ("subscribe", 7, "malformed", {}),
    ("subscribe", {}, "validation_failed", {"scopes": "This is needed."}),
    ("subscribe", {"scopes": []}, "validation_failed", {"scopes": "This must be an object."}),
    ("subscribe", {"scopes": {}}, "validation_failed",
     {"scopes": "Please name at least one scope and at most 100."}),
    ("subscribe", {"scopes": {"room:x": 1}}, "validation_failed",
     {"scopes.room:x": "This must be an object."}),
    ("subscribe", {"scopes": {"room:x": {"seq": "1"}}}, "validation_failed",
     {"scopes.room:x.seq": "This must be a whole number."}),
    ("subscribe", {"scopes": {"room:x": {"seq": -1}}}, "validation_failed",
     {"scopes.room:x.seq": "This number is too small or too large."}),
    ("subscribe", {"scopes": {"x" * 81: {"seq": 1}}}, "validation_failed",
     {f"scopes.{'x' * 81}": "This is not a valid id."}),
    ("unsubscribe", {"scopes": "room:x"}, "validation_failed", {"scopes": "This must be a list."}),
    ("presence", {"state": "asleep"}, "validation_failed", {"state": "This must be active or idle."}),
    ("typing", {"topic_id": None, "who": 1}, "validation_failed",
     {"topic_id": "This is needed.", "who": "There is no such field."}),
    ("typing", {"topic_id": "absent"}, "not_found", {}),
    ("message.send", {**SEND, "body": 7}, "validation_failed", {"body": "This must be text."}),
    ("message.send", {**SEND, "body": " "}, "validation_failed", {"body": "Please write something."}),
    ("message.send", {**SEND, "reply_to": "x" * 37}, "validation_failed",
     {"reply_to": "This is not a valid id."}),
]  # fmt: skip
"""Event, what comes with it, the code, and the sentence for each field, in the source's words."""


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_refusal_is_said_in_the_persons_language(server: Served, cafe: Cafe, language: str) -> None:
    server.live.gate._limited = False
    line = connected(server, cafe.community.member(user=make_user(language=language)))
    for event, payload, code, errors in REFUSED:
        if isinstance(payload, dict) and payload.get("topic_id") == "T":
            payload = {**payload, "topic_id": cafe.topic.id}
        answer = acked(line, "427" + json.dumps([event, payload]), 7)
        assert (answer["ok"], answer["code"]) == (False, code), payload
        assert answer["message"], payload
        if code in SENTENCES:
            assert answer["message"] == translate(language, SENTENCES[code])
        expected = {field: [translate(language, said)] for field, said in errors.items()}
        assert answer.get("errors", {}) == expected
        if language != "en":
            assert all(answer["errors"][field] != [said] for field, said in errors.items())


@pytest.mark.parametrize(("characters", "taken"), [(10_000, True), (10_001, False), (20_000, False)])
def test_a_message_is_at_most_ten_thousand_characters(
    server: Served, cafe: Cafe, characters: int, taken: bool
) -> None:
    sent = {**SEND, "topic_id": cafe.topic.id, "body": "ä" * characters, "client_msg_id": new_untimed_id()}
    answer = server.tab(cafe.bob).ask("message.send", sent)
    assert answer["ok"] is taken
    if not taken:
        assert answer["errors"] == {"body": ["This is too long: at most 10000 characters."]}


def test_an_answer_to_a_fault_of_ours_names_its_number(
    server: Served, cafe: Cafe, capfd: pytest.CaptureFixture[str]
) -> None:
    """The row of her network cannot be read: nothing of that is told, and the log has the number."""
    line = connected(server, cafe.bob)
    with server.runtime.database.engine.begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE memberships SET suspended_until = 'no time' WHERE user_id = '{cafe.bob.user_id}'"
        )
    asked = json.dumps(["typing", {"topic_id": cafe.topic.id}])
    answer = acked(line, f"427{asked}", 7)
    assert (answer["code"], answer["retryable"]) == ("internal_error", True)
    assert answer["request_id"] in answer["message"]
    said = capfd.readouterr()
    assert answer["request_id"] in said.out + said.err
    assert "no time" not in json.dumps(answer)
