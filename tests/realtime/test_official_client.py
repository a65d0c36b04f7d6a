"""The official JavaScript client, in Node, with our transport and with the whole live channel."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from config import ROOT
from tests.realtime.alone import alone
from tests.realtime.conftest import Cafe
from tests.realtime.serving import Served
from tests.realtime.test_tokens import token_of

MESSAGES = 1_000
NODE = ROOT / ".venv" / "bin" / "node"
WAYS = [["websocket"], ["polling", "websocket"]]


def talk(asked: dict[str, Any], then: Callable[[], object]) -> dict[str, Any]:
    """Let the client say what it is asked to; when it has heard all of it do something that ends it. What it
    saw."""
    script = ROOT / "tests" / "realtime" / "client.mjs"
    pipe = subprocess.PIPE
    with subprocess.Popen([NODE, script], stdin=pipe, stdout=pipe, text=True) as process:
        try:
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write(json.dumps(asked))
            process.stdin.close()
            assert (said := process.stdout.readline()) == "heard\n", said
            then()
            return dict(json.loads(process.stdout.readline()))
        finally:
            process.kill()


@pytest.mark.parametrize("transports", WAYS, ids=["websocket", "upgrade"])
def test_a_thousand_messages_in_order(transports: list[str]) -> None:
    says = [
        ["say", {"room": "r", "number": number, "text": "ł" * (number % 300)}] for number in range(MESSAGES)
    ]
    with alone() as served:
        seen = talk(
            {
                "url": served.url,
                "transports": transports,
                "first": ["join", "r"],
                "says": says,
                "hears": "said",
            },
            served.rooms.close,
        )
    assert seen["heard"] == list(range(MESSAGES))
    assert seen["transports"] == transports
    assert seen["reason"] in ("transport close", "io server disconnect")


@pytest.mark.parametrize("transports", WAYS, ids=["websocket", "upgrade"])
def test_it_talks_and_is_told_that_its_session_ended(
    server: Served, cafe: Cafe, transports: list[str]
) -> None:
    says = [
        [
            "message.send",
            {"topic_id": cafe.topic.id, "body": f"word {number}", "client_msg_id": f"js-{number}"},
        ]
        for number in range(5)
    ]
    first = ["subscribe", {"scopes": {cafe.scope: {"seq": 0}}}]
    seen = talk(
        {
            "url": server.url, "transports": transports, "first": first, "says": says, "hears": "event",
            "acknowledged": True, "token": token_of(cafe.ann, "read write"),
        },
        lambda: server.live.revoke(server.live.connections.everyone()[0], "signed_out"),
    )  # fmt: skip
    assert seen["transports"] == transports
    assert seen["acks"][0]["ok"] and cafe.scope in seen["acks"][0]["scopes"]
    assert [ack["message"]["body"] for ack in seen["acks"][1:]] == [f"word {number}" for number in range(5)]
    assert seen["heard"] == [f"word {number}" for number in range(5)]
    assert seen["events"] == [["session.revoked", {"reason": "signed_out"}]]
    assert seen["reason"] == "io server disconnect"
