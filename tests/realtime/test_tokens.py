"""What a program may that comes with a token."""

from __future__ import annotations

import pytest

from models.people import ApiToken
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.ids import digest, new_untimed_id
from realtime import EVENTS
from tests.factories.people import save
from tests.realtime.conftest import Cafe
from tests.realtime.serving import Refused, Served, Tab, wait_for


def test_a_program_comes_with_atoken_of(server: Served, cafe: Cafe) -> None:
    reader = token_of(cafe.bob, "read")
    bob = server.tab(token=reader)
    bob.listen(cafe.scope)
    sent = {"topic_id": cafe.topic.id, "body": "Hello", "client_msg_id": "m"}
    assert bob.ask("message.send", sent)["code"] == "insufficient_scope"
    writer: Tab = server.tab(token=token_of(cafe.bob, "read write"))
    assert writer.ask("message.send", sent)["ok"]
    wait_for(lambda: bob.heard("message.posted"))
    with pytest.raises(Refused):
        server.tab(token="wrong")


@pytest.mark.parametrize("scopes", ["read", "write", "read write", "weighty"])
def test_a_token_does_on_a_socket_what_its_scopes_say(server: Served, cafe: Cafe, scopes: str) -> None:
    """The same as over HTTP: reading takes `read`, saying anything takes `write`."""
    network, tab = f"network:{cafe.community.network.id}", server.tab(token=token_of(cafe.bob, scopes))
    sent = {
        "subscribe": {"scopes": {cafe.scope: {"seq": 0}, network: {"seq": 0}}},
        "message.send": {"topic_id": cafe.topic.id, "body": "Hello", "client_msg_id": "m"},
        "typing": {"topic_id": cafe.topic.id},
        "presence": {"state": "active"},
        "unsubscribe": {"scopes": [cafe.scope]},
    }
    assert sent.keys() == EVENTS.keys()
    for event, payload in sent.items():
        answer = tab.ask(event, payload)
        if EVENTS[event].needs not in scopes.split():
            assert (answer["ok"], answer["code"]) == (False, "insufficient_scope"), event
        elif event == "presence" and "read" not in scopes:
            assert answer["code"] == "feature_off"  # it listens to no network
        else:
            assert answer["ok"], answer
    heard = server.live.connections.everyone()[0].scopes
    assert heard == ({network} if "read" in scopes else set())


def token_of(actor: Actor, scopes: str) -> str:
    from_now = new_untimed_id()
    save(
        ApiToken(
            id=new_untimed_id(), user_id=actor.user_id or "", name="t", token_hash=digest(from_now),
            scopes=scopes, created_at=runtime.current().clock.now(), expires_at=None, revoked_at=None,
        )
    )  # fmt: skip
    return from_now
