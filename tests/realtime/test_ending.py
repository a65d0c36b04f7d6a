"""What ends, ends at once: sessions, accounts, memberships, here and when another process ended them."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from models.people import ApiToken
from network import membership, people
from network.discussions import post_message, remove_room_member
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.ids import digest, new_untimed_id
from network.kernel.transaction import unit_of_work
from tests.factories.discussions import make_messages, make_room, make_topic
from tests.factories.people import save
from tests.realtime.conftest import Cafe
from tests.realtime.serving import Refused, Served, Tab, wait_for

ROOT = Path(__file__).resolve().parents[2]


def say(actor: Actor, cafe: Cafe) -> None:
    post_message(actor, cafe.topic.id, "Word", new_untimed_id())


def ended_within_a_second(tab: Tab, reason: str) -> None:
    assert tab.ended.wait(1.0), "the socket is still open after a second"
    assert ("session.revoked", {"reason": reason}) in tab.told


def signed_in(server: Served, actor: Actor) -> tuple[Actor, Tab]:
    session_id, cookie = server.cookie(actor)
    tab = server.tab(cookie=cookie)
    return replace(actor, session_id=session_id, proof_at=runtime.current().clock.now()), tab


def test_a3_signing_out_closes_this_sessions_sockets_alone(server: Served, cafe: Cafe) -> None:
    here, tab = signed_in(server, cafe.bob)
    second = server.tab(cookie=tab.client.connection_headers["Cookie"].partition("=")[2])
    _, elsewhere = signed_in(server, cafe.bob)
    _, noise = signed_in(server, cafe.ann)
    for one in (tab, second, elsewhere, noise):
        one.listen(cafe.scope)
    people.sign_out(here)
    for one in (tab, second):
        ended_within_a_second(one, "signed_out")
    say(cafe.ann, cafe)
    wait_for(lambda: elsewhere.heard("message.posted") and noise.heard("message.posted"))
    assert not tab.heard("message.posted")
    assert elsewhere.client.connected
    with pytest.raises(Refused):
        server.tab(cookie=tab.client.connection_headers["Cookie"].partition("=")[2])


def test_a3_ending_a_session_from_another_device(server: Served, cafe: Cafe) -> None:
    here, tab = signed_in(server, cafe.bob)
    there, other = signed_in(server, cafe.bob)
    people.end_session(here, there.session_id or "")
    ended_within_a_second(other, "ended_elsewhere")
    assert tab.client.connected


def test_a3_a_closed_account_hears_nothing_while_others_write(server: Served, cafe: Cafe) -> None:
    object.__setattr__(server.runtime.settings, "rate_limits", "off")
    tabs = [signed_in(server, cafe.bob)[1] for _ in range(20)]
    witness = server.tab(cafe.meta)
    for tab in (*tabs, witness):
        tab.listen(cafe.scope)
    stop = threading.Event()

    def write() -> None:
        while not stop.wait(0.02):
            say(cafe.ann, cafe)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        wait_for(lambda: all(tab.heard("message.posted") for tab in tabs))
        people.close_account(system_actor("test"), cafe.bob.user_id or "", "asked for")
        for tab in tabs:
            assert tab.ended.wait(1.0)
        heard, seen = [len(tab.told) for tab in tabs], len(witness.heard("message.posted"))
        wait_for(lambda: len(witness.heard("message.posted")) >= seen + 5)
        assert [len(tab.told) for tab in tabs] == heard
    finally:
        stop.set()
        writer.join()


def test_c53_who_left_hears_no_more_and_keeps_her_own_scope(server: Served, cafe: Cafe) -> None:
    bob, ann = server.tab(cafe.bob), server.tab(cafe.ann)
    own, network = f"user:{cafe.bob.user_id}", f"network:{cafe.community.network.id}"
    for tab in (bob, ann):
        tab.listen(cafe.scope, network)
    bob.listen(own)
    standing = cafe.bob.standings[cafe.community.network.id]
    membership.leave_membership(cafe.bob, standing.membership_id or "", expected_version=1)
    wait_for(lambda: bob.heard("access.ended"), 1.0)
    wait_for(lambda: server.live.connections.of_user(cafe.bob.user_id or "")[0].scopes == {own}, 1.0)
    say(cafe.meta, cafe)
    wait_for(lambda: ann.heard("message.posted"))
    assert not bob.heard("message.posted")
    assert bob.listen(cafe.scope, network) == {
        cafe.scope: {"error": "not_found"},
        network: {"error": "not_found"},
    }
    sent = {"topic_id": cafe.topic.id, "body": "x", "client_msg_id": "m"}
    assert bob.ask("message.send", sent)["code"] == "not_found"


def test_c53_who_is_taken_out_of_a_private_room_hears_no_more_of_it(server: Served, cafe: Cafe) -> None:
    room = make_room(cafe.community.network, [cafe.meta, cafe.bob, cafe.ann])
    topic, scope = make_topic(room, cafe.meta), f"room:{room.id}"
    bob, ann = server.tab(cafe.bob), server.tab(cafe.ann)
    for tab, actor in ((bob, cafe.bob), (ann, cafe.ann)):
        tab.listen(scope, f"user:{actor.user_id}")
    remove_room_member(cafe.meta, room.id, cafe.bob.user_id or "")
    ended = wait_for(lambda: bob.heard("access.ended"), 1.0)
    assert (ended[0]["entity_id"], ended[0]["data"]) == (room.id, {"reason": "taken_out"})
    wait_for(lambda: scope not in server.live.connections.of_user(cafe.bob.user_id or "")[0].scopes, 1.0)
    post_message(cafe.meta, topic.id, "Without her", "w")
    wait_for(lambda: ann.heard("message.posted"))
    assert not bob.heard("message.posted")
    assert bob.listen(scope) == {scope: {"error": "not_found"}}
    sent = {"topic_id": topic.id, "body": "x", "client_msg_id": "m"}
    assert bob.ask("message.send", sent)["code"] == "not_found"


@pytest.mark.parametrize("milliseconds", [0, 2, 4, 6, 9, 13])
def test_who_is_taken_out_while_she_catches_up_hears_nothing_said_afterwards(
    server: Served, cafe: Cafe, milliseconds: int
) -> None:
    """Before her right is looked at, between that and the reading, and after it."""
    room = make_room(cafe.community.network, [cafe.meta, cafe.bob, cafe.ann])
    topic, scope = make_topic(room, cafe.meta), f"room:{room.id}"
    make_messages(topic, cafe.meta, 120)
    bob, ann = server.tab(cafe.bob), server.tab(cafe.ann)
    ann.listen(scope)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(bob.ask, "subscribe", {"scopes": {scope: {"seq": 0}}})
        threading.Event().wait(milliseconds / 1000)
        remove_room_member(cafe.meta, room.id, cafe.bob.user_id or "")
        last = post_message(cafe.meta, topic.id, "Without her", "w").message["seq"]
        answer = asked.result()["scopes"][scope]
    wait_for(lambda: ann.heard("message.posted"))
    wait_for(lambda: scope not in server.live.connections.of_user(cafe.bob.user_id or "")[0].scopes, 1.0)
    post_message(cafe.meta, topic.id, "And still", "s")
    wait_for(lambda: len(ann.heard("message.posted")) == 2)
    told = [event["seq"] for event in (*answer.get("events", ()), *bob.heard("message.posted"))]
    assert all(seq < last for seq in told)
    assert bob.listen(scope) == {scope: {"error": "not_found"}}


def test_a_revoked_token_closes_its_sockets(server: Served, cafe: Cafe) -> None:
    secret = new_untimed_id()
    token = ApiToken(
        id=new_untimed_id(), user_id=cafe.bob.user_id or "", name="t", token_hash=digest(secret),
        scopes="read", created_at=runtime.current().clock.now(), expires_at=None, revoked_at=None,
    )  # fmt: skip
    save(token)
    tab = server.tab(token=secret)
    people.revoke_token(cafe.bob, token.id)
    ended_within_a_second(tab, "token_revoked")


@pytest.mark.parametrize("what", ["listens", "speaks", "speaks wrongly"])
def test_a4_identity_is_asked_for_every_event(server: Served, cafe: Cafe, what: str) -> None:
    """Even where nobody told the live channel: the row alone decides, before anything else is refused."""
    said = {"topic_id": cafe.topic.id, "body": "Word", "client_msg_id": "one"}
    event, payload = {
        "listens": ("subscribe", {"scopes": {cafe.scope: {"seq": 0}}}),
        "speaks": ("message.send", said), "speaks wrongly": ("message.send", {**said, "body": 7}),
    }[what]  # fmt: skip
    _, tab = signed_in(server, cafe.bob)
    with server.runtime.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE users SET state = 'closed'")
    assert tab.ask(event, payload)["code"] == "not_signed_in"
    assert tab.ended.wait(1.0)


def test_a3_the_sweep_finds_what_nobody_told(server: Served, cafe: Cafe) -> None:
    _, tab = signed_in(server, cafe.bob)
    _, noise = signed_in(server, cafe.ann)
    with server.runtime.database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE users SET state = 'closed' WHERE id = '{cafe.bob.user_id}'")
    for connection_ in server.live.connections.everyone():
        connection_.checked_at -= 61
    ended_within_a_second(tab, "session_ended")
    assert noise.client.connected


OTHER_PROCESS = """
import sys
from pathlib import Path
from tests.running import running
from network.kernel.clock import Clock
from network.kernel.transaction import unit_of_work
url, folder, deed, user_id, topic_id = sys.argv[1:]
with running(url, Path(folder)) as made:
    object.__setattr__(made, "clock", Clock())
    from network import discussions, membership, organisations, people
    from network.kernel.actor import system_actor
    from tests.factories.people import actor_of
    if deed == "close":
        people.close_account(system_actor("test"), user_id, "asked for")
    elif deed == "dismiss":
        with unit_of_work():
            (held,) = organisations.stewardships_of(user_id)
            other = next(one for one in organisations.stewards_of(held) if one != user_id)
            asking = actor_of(people.user_row(other), session_id=None, stewardships=frozenset({held}))
        organisations.remove_steward(asking, held, user_id)
    else:
        with unit_of_work():
            user = people.user_row(user_id)
            actor = membership.with_standings(actor_of(user))
        discussions.post_message(actor, topic_id, "From elsewhere", "other-1")
"""


def in_another_process(server: Served, cafe: Cafe, deed: str, actor: Actor) -> None:
    url = server.runtime.database.url
    command = [sys.executable, "-c", OTHER_PROCESS, url, str(server.runtime.settings.data_dir), deed]
    subprocess.run([*command, actor.user_id or "", cafe.topic.id], cwd=ROOT, check=True, timeout=60)


def test_what_another_process_did_arrives_too(server: Served, cafe: Cafe) -> None:
    bob = server.tab(cafe.bob)
    bob.listen(cafe.scope)
    in_another_process(server, cafe, "post", cafe.ann)
    event = wait_for(lambda: bob.heard("message.posted"), 1.0)[0]
    assert event["data"]["body"] == "From elsewhere"
    say(cafe.ann, cafe)
    wait_for(lambda: len(bob.heard("message.posted")) == 2)
    assert [event["seq"] for event in bob.heard("message.posted")] == [1, 2]


def test_a3_what_another_process_ended_ends_here_within_a_second(server: Served, cafe: Cafe) -> None:
    tab = signed_in(server, cafe.bob)[1]
    in_another_process(server, cafe, "close", cafe.bob)
    assert tab.ended.wait(1.0)
    with unit_of_work():
        assert people.find_session(tab.client.connection_headers["Cookie"].partition("=")[2]) is None


def test_a3_a_steward_whom_another_process_dismissed_hears_no_more(server: Served, cafe: Cafe) -> None:
    steward, network = cafe.community.steward(), f"network:{cafe.community.network.id}"
    cafe.community.steward()
    tab, witness = server.tab(steward), server.tab(cafe.bob)
    for one in (tab, witness):
        one.listen(cafe.scope, network)
    in_another_process(server, cafe, "dismiss", steward)
    held = server.live.connections.of_user(steward.user_id or "")[0].scopes
    wait_for(lambda: not held, 1.0)
    say(cafe.ann, cafe)
    wait_for(lambda: witness.heard("message.posted"))
    assert not tab.heard("message.posted")
    assert tab.listen(cafe.scope) == {cafe.scope: {"error": "not_found"}}


def test_nobody_there_costs_nothing(server: Served, cafe: Cafe) -> None:
    """The thread behind the channel runs while somebody is connected, and again for the next one."""
    relay = server.live.relay
    assert relay._thread is None
    tab = server.tab(cafe.bob)
    assert relay._thread is not None
    tab.client.eio.disconnect(abort=True)
    tab.client.eio.ws.shutdown()
    wait_for(lambda: relay._thread is None)
    again = server.tab(cafe.bob)
    again.listen(cafe.scope)
    say(cafe.ann, cafe)
    wait_for(lambda: again.heard("message.posted"))
