"""Listening and speaking over the live channel."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from models.agreements import AgreementVersion, SignatureRequest
from models.discussions import Room, RoomMember, Topic
from models.membership import Membership
from network import agreements, blocks, files
from network.discussions import (
    delete_message,
    edit_message,
    get_message,
    list_messages,
    lock_topic,
    mark_read,
    post_message,
    set_slow_mode,
)
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.ids import new_untimed_id
from network.kernel.transaction import unit_of_work
from tests.factories import files as made
from tests.factories.agreements import make_agreement, make_version
from tests.factories.discussions import make_messages, make_room
from tests.factories.people import save
from tests.realtime.conftest import Cafe
from tests.realtime.serving import Served, Tab, wait_for
from tests.realtime.stage import write


def say(actor: Actor, cafe: Cafe, body: str = "Hello") -> str:
    return post_message(actor, cafe.topic.id, body, new_untimed_id()).message["id"]


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_what_one_says_another_hears(server: Served, cafe: Cafe, transport: str) -> None:
    ann, bob = server.tab(cafe.ann, transport=transport), server.tab(cafe.bob, transport=transport)
    assert bob.listen(cafe.scope)[cafe.scope] == {"head_seq": 0, "epoch": None, "events": []}
    ann.listen(cafe.scope)
    answer = ann.ask(
        "message.send", {"topic_id": cafe.topic.id, "body": "Hello *Bob*", "client_msg_id": "m-1"}
    )
    assert answer["ok"]
    assert (answer["message"]["html"], answer["message"]["seq"]) == ("<p>Hello <em>Bob</em></p>", 1)
    for tab in (ann, bob):
        event = wait_for(lambda t=tab: t.heard("message.posted"))[0]  # type: ignore[misc]
        assert event["data"] == answer["message"]
        assert (event["scope"], event["seq"], event["entity_id"]) == (cafe.scope, 1, answer["message"]["id"])
        assert event["at"].endswith("Z")
        assert set(event) == {"scope", "seq", "type", "entity_id", "entity_version", "data", "at"}
    with unit_of_work():
        assert get_message(cafe.bob, answer["message"]["id"])["body"] == "Hello *Bob*"


def test_files_go_with_what_one_says(server: Served, cafe: Cafe) -> None:
    ann, bob = server.tab(cafe.ann), server.tab(cafe.bob)
    bob.listen(cafe.scope)
    first, second = (
        files.upload_file(cafe.ann, cafe.community.network.id, made.ogg(3), "note.ogg")["id"] for _ in "ab"
    )
    sent = {"topic_id": cafe.topic.id, "body": "", "client_msg_id": "m-1", "file_ids": [first]}
    answer = ann.ask("message.send", sent)
    assert answer["ok"] and [each["id"] for each in answer["message"]["files"]] == [first]
    assert wait_for(lambda: bob.heard("message.posted"))[0]["data"]["files"] == answer["message"]["files"]
    assert ann.ask("message.send", sent)["message"] == answer["message"]
    assert ann.ask("message.send", {**sent, "file_ids": [second]})["code"] == "client_msg_id_conflict"
    assert ann.ask("message.send", {**sent, "client_msg_id": "m-2"})["code"] == "file_in_use"
    refused = ann.ask("message.send", {**sent, "client_msg_id": "m-3", "file_ids": [cafe.topic.id]})
    assert list(refused["errors"]) == ["file_ids"]
    assert not ann.ask("message.send", {**sent, "client_msg_id": "m-4", "file_ids": "x"})["ok"]


def test_what_came_over_http_is_heard_too(server: Served, cafe: Cafe) -> None:
    bob = server.tab(cafe.bob)
    bob.listen(cafe.scope, f"user:{cafe.bob.user_id}")
    said = say(cafe.ann, cafe)
    edit_message(cafe.ann, said, "Hello!", expected_version=1)
    delete_message(cafe.ann, said)
    mark_read(cafe.bob, cafe.topic.id, 1)
    lock_topic(cafe.meta, cafe.topic.id, expected_version=1)
    wait_for(lambda: bob.heard("topic.changed") and bob.heard("read.moved"))
    room = [event for _, event in bob.told if event["scope"] == cafe.scope]
    assert [(event["seq"], event["type"]) for event in room] == [
        (1, "message.posted"), (2, "message.edited"), (3, "message.deleted"), (4, "topic.changed"),
    ]  # fmt: skip
    assert bob.heard("read.moved")[0]["data"]["unread"] == 0


def test_c55_a_resend_makes_no_second_message(server: Served, cafe: Cafe) -> None:
    ann = server.tab(cafe.ann)
    sent = {"topic_id": cafe.topic.id, "body": "Hello", "client_msg_id": "same"}
    first, second = ann.ask("message.send", sent), server.tab(cafe.ann).ask("message.send", sent)
    assert first == second
    assert ann.ask("message.send", {**sent, "body": "Other"})["code"] == "client_msg_id_conflict"
    with unit_of_work():
        assert len(list_messages(cafe.ann, cafe.topic.id)["items"]) == 1


def test_c57_one_sender_keeps_her_order(server: Served, cafe: Cafe) -> None:
    object.__setattr__(server.runtime.settings, "rate_limits", "off")
    ann = server.tab(cafe.ann)
    done = threading.Semaphore(0)
    for number in range(25):
        sent = {"topic_id": cafe.topic.id, "body": f"{number}", "client_msg_id": f"m-{number}"}
        ann.client.emit("message.send", sent, callback=lambda _: done.release())
    for _ in range(25):
        assert done.acquire(timeout=10)
    with unit_of_work():
        said = [m["body"] for m in list_messages(cafe.ann, cafe.topic.id, after=0)["items"]]
    assert said == [str(number) for number in range(25)]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"topic_id": "absent", "body": "x", "client_msg_id": "a"}, "not_found"),
        ({"topic_id": "T", "body": "", "client_msg_id": "a"}, "validation_failed"),
        ({"topic_id": "T", "body": "x"}, "validation_failed"),
        ({"topic_id": "T", "body": 7, "client_msg_id": "a"}, "validation_failed"),
        ({"topic_id": "T", "body": "x", "client_msg_id": "a", "role": "operator"}, "validation_failed"),
        ({"topic_id": "noise", "body": "x", "client_msg_id": "a"}, "not_found"),
    ],
)
def test_what_is_refused_says_why(server: Served, cafe: Cafe, sent: dict[str, str], code: str) -> None:
    sent["topic_id"] = {"T": cafe.topic.id, "noise": cafe.noise.id}.get(sent["topic_id"], new_untimed_id())
    answer = server.tab(cafe.ann).ask("message.send", sent)
    assert (answer["ok"], answer["code"], answer["retryable"]) == (False, code, False)


def test_c54_a_locked_topic_says_its_state(server: Served, cafe: Cafe) -> None:
    ann = server.tab(cafe.ann)
    lock_topic(cafe.meta, cafe.topic.id, expected_version=1)
    sent = {"topic_id": cafe.topic.id, "body": "Too late", "client_msg_id": "m"}
    answer = ann.ask("message.send", sent)
    assert (answer["ok"], answer["code"], answer["retryable"], answer["state"]) == (
        False,
        "topic_locked",
        False,
        "locked",
    )


def test_too_many_sends_are_retryable(server: Served, cafe: Cafe) -> None:
    ann = server.tab(cafe.ann)
    for number in range(10):
        say(cafe.ann, cafe, f"{number}")
    answer = ann.ask("message.send", {"topic_id": cafe.topic.id, "body": "x", "client_msg_id": "m"})
    assert (answer["code"], answer["retryable"]) == ("too_many_requests", True)
    assert answer["retry_after"] >= 1


def test_catching_up(server: Served, cafe: Cafe) -> None:
    for number in range(3):
        say(cafe.ann, cafe, f"{number}")
    bob = server.tab(cafe.bob)
    first = bob.listen(cafe.scope, seq=1)[cafe.scope]
    assert (first["head_seq"], [event["seq"] for event in first["events"]]) == (3, [2, 3])
    again = {"seq": 3, "epoch": first["epoch"]}
    answer = bob.ask("subscribe", {"scopes": {cafe.scope: again}})
    assert answer["scopes"][cafe.scope] == {"head_seq": 3, "epoch": first["epoch"], "events": []}
    for odd in ({"seq": 3, "epoch": "another"}, {"seq": 4, "epoch": first["epoch"]}, {"seq": 4}):
        answer = bob.ask("subscribe", {"scopes": {cafe.scope: odd}})
        assert answer["scopes"][cafe.scope] == {"resync": True, "head_seq": 3, "epoch": first["epoch"]}
    make_messages(cafe.topic, cafe.ann, 501)
    assert len(bob.listen(cafe.scope, seq=4)[cafe.scope]["events"]) == 500
    assert bob.listen(cafe.scope, seq=3)[cafe.scope]["resync"] is True


def test_a5_what_may_not_be_seen_answers_like_what_is_not_there(server: Served, cafe: Cafe) -> None:
    private = make_room(cafe.community.network, [cafe.ann])
    bob = server.tab(cafe.bob)
    wanted = [
        f"room:{private.id}", f"room:{cafe.noise.room_id}", f"room:{new_untimed_id()}",
        f"user:{cafe.ann.user_id}",
        f"network:{new_untimed_id()}", "room:", "case:1", "nonsense", f"help:{cafe.room.id}",
    ]  # fmt: skip
    answer = bob.listen(*wanted, cafe.scope)
    assert {scope: answer[scope] for scope in wanted} == {scope: {"error": "not_found"} for scope in wanted}
    assert "events" in answer[cafe.scope]
    post_message(cafe.outsider, cafe.noise.id, "Noise", "n")
    say(cafe.ann, cafe)
    wait_for(lambda: bob.heard("message.posted"))
    assert {event["scope"] for _, event in bob.told} == {cafe.scope}
    assert server.live.connections.everyone()[0].scopes == {cafe.scope}


def test_who_leaves_hears_no_more(server: Served, cafe: Cafe) -> None:
    bob, ann = server.tab(cafe.bob), server.tab(cafe.ann)
    bob.listen(cafe.scope)
    ann.listen(cafe.scope)
    assert bob.ask("unsubscribe", {"scopes": [cafe.scope, "room:other"]}) == {"ok": True}
    say(cafe.meta, cafe)
    wait_for(lambda: ann.heard("message.posted"))
    assert not bob.heard("message.posted")


def posted(tab: Tab) -> list[int]:
    """The numbers of the messages that a tab heard of, in their order."""
    return [event["seq"] for event in tab.heard("message.posted")]


def test_join_then_read_leaves_no_hole(server: Served, cafe: Cafe) -> None:
    """Somebody writes without a pause while others come and catch up: each holds every number once."""
    object.__setattr__(server.runtime.settings, "rate_limits", "off")
    stop = threading.Event()
    total = 0

    def write() -> None:
        nonlocal total
        while not stop.is_set() and total < 3_000:
            say(cafe.ann, cafe, f"{total}")
            total += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        held = []
        for _ in range(12):
            tab = server.tab(cafe.bob)
            held.append((tab, tab.listen(cafe.scope)[cafe.scope]))
    finally:
        stop.set()
        writer.join()
    for tab, answer in held:
        if answer.get("resync"):  # the last to come on a fast machine fetch all up to the head
            begun = list(range(1, answer["head_seq"] + 1))
        else:
            begun = [event["seq"] for event in answer["events"]]
        assert begun == list(range(1, len(begun) + 1))
        wait_for(lambda t=tab, b=begun: max([*b, *posted(t)], default=0) == total)  # type: ignore[misc]
        live = posted(tab)
        assert live == sorted(set(live))
        assert set(begun) | set(live) == set(range(1, total + 1))


def test_c56_heads_tell_of_the_lost_last_event(server: Served, cafe: Cafe) -> None:
    bob = server.tab(cafe.bob)
    bob.listen(cafe.scope, f"user:{cafe.bob.user_id}")
    say(cafe.ann, cafe)
    wait_for(lambda: bob.heard("message.posted"))
    server.live._heads_at = float("-inf")
    heads = wait_for(lambda: [data for name, data in bob.told if name == "heads"])
    assert heads[-1] == {cafe.scope: 1, f"user:{cafe.bob.user_id}": 0}


def test_typing_and_presence_reach_the_others(server: Served, cafe: Cafe) -> None:
    ann, bob = server.tab(cafe.ann), server.tab(cafe.bob)
    network = f"network:{cafe.community.network.id}"
    for tab in (ann, bob):
        tab.listen(cafe.scope, network)
    assert ann.ask("typing", {"topic_id": cafe.topic.id}) == {"ok": True}
    name, data = wait_for(lambda: bob.told)[0]
    assert (name, data["topic_id"], data["user"]["display_name"]) == ("typing", cafe.topic.id, cafe.ann.name)
    assert ann.ask("presence", {"state": "idle"}) == {"ok": True}
    name, data = wait_for(lambda: bob.told[1:])[0]
    assert (name, data["user_id"], data["state"]) == ("presence", cafe.ann.user_id, "idle")
    assert ann.told == []
    assert ann.ask("presence", {"state": "asleep"})["code"] == "validation_failed"
    assert ann.ask("typing", {"topic_id": cafe.noise.id})["code"] == "not_found"


def test_slow_mode_says_when_it_goes_on(server: Served, cafe: Cafe) -> None:
    set_slow_mode(cafe.meta, cafe.room.id, 60, expected_version=1)
    ann = server.tab(cafe.ann)
    sent = {"topic_id": cafe.topic.id, "body": "One", "client_msg_id": "1"}
    first = ann.ask("message.send", sent)
    refused = ann.ask("message.send", {**sent, "client_msg_id": "2"})
    assert (refused["ok"], refused["code"], refused["retryable"]) == (False, "slow_mode", True)
    assert 0 < refused["retry_after"] <= 60
    assert ann.ask("message.send", sent) == first  # what stands there already is no second message


def test_who_does_not_want_to_be_seen_is_not(server: Served, cafe: Cafe) -> None:
    ann, bob = server.tab(cafe.ann), server.tab(cafe.bob)
    for tab in (ann, bob):
        tab.listen(cafe.scope, f"network:{cafe.community.network.id}")
    chosen = blocks.choose_contact(cafe.ann, tells_typing=False, tells_presence=False)
    assert chosen == {"direct_messages": True, "tells_typing": False, "tells_presence": False}
    for event, payload in (("typing", {"topic_id": cafe.topic.id}), ("presence", {"state": "active"})):
        assert ann.ask(event, payload) == {"ok": True}
        assert bob.ask(event, payload) == {"ok": True}
    wait_for(lambda: len(ann.told) == 2)
    assert bob.told == []


def test_nobody_sees_who_writes_where_help_is_given(server: Served, cafe: Cafe) -> None:
    write(update(Room).where(Room.id == cafe.room.id).values(kind="help"))
    save(RoomMember(room_id=cafe.room.id, user_id=cafe.ann.user_id or "", since=cafe.room.created_at))
    ann = server.tab(cafe.ann)
    assert ann.ask("typing", {"topic_id": cafe.topic.id})["code"] == "feature_off"


def test_who_has_not_signed_in_time_is_refused_until_she_signs(server: Served, cafe: Cafe) -> None:
    network, now = cafe.community.network, runtime.current().clock.now()
    document = make_agreement(network, kind="network_agreement")
    held = make_version(network, document, state="superseded", builtin=None, read_only_after=30)
    write(
        update(AgreementVersion).where(AgreementVersion.id == held.id).values(state="in_force"),
        update(Room).where(Room.id == cafe.room.id).values(needs_agreement=True),
    )
    save(
        SignatureRequest(
            version_id=held.id, capacity="member", party=cafe.ann.user_id or "",
            requested_at=now - timedelta(days=30), due_at=now - timedelta(seconds=1),
        )
    )  # fmt: skip
    ann, said = server.tab(cafe.ann), {"topic_id": cafe.topic.id, "body": "Hello", "client_msg_id": "a-1"}
    refused = ann.ask("message.send", said)
    assert (refused["ok"], refused["code"], refused["retryable"]) == (False, "agreement_not_signed", False)
    proven = replace(cafe.ann, proof_at=now)
    agreements.sign_version(proven, held.id, held.text_hash, "member")
    assert ann.ask("message.send", said)["ok"], "at once, and what she wrote is not lost"


def test_who_may_not_write_does_not_seem_to(server: Served, cafe: Cafe) -> None:
    ann, bob = server.tab(cafe.ann), server.tab(cafe.bob)
    bob.listen(cafe.scope)
    write(update(Membership).where(Membership.user_id == cafe.ann.user_id).values(rules_version_id=None))
    assert ann.ask("typing", {"topic_id": cafe.topic.id})["code"] == "rules_not_accepted"
    write(update(Topic).values(state="locked"))
    assert bob.ask("typing", {"topic_id": cafe.topic.id})["code"] == "topic_locked"
    assert bob.heard("typing") == []


def test_what_a_network_does_not_use_is_off(server: Served, cafe: Cafe) -> None:
    with server.runtime.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE networks SET size = 'small'")
    ann = server.tab(cafe.ann)
    ann.listen(cafe.scope, f"network:{cafe.community.network.id}")
    for event, payload in (("typing", {"topic_id": cafe.topic.id}), ("presence", {"state": "active"})):
        answer = ann.ask(event, payload)
        assert (answer["ok"], answer["code"], answer["retryable"]) == (False, "feature_off", False)


def test_a_socket_listens_to_so_many_scopes_and_no_more(server: Served, cafe: Cafe) -> None:
    rooms = [f"room:{make_room(cafe.community.network).id}" for _ in range(201)]
    ann = server.tab(cafe.ann)
    answers = {**ann.listen(*rooms[:100]), **ann.listen(*rooms[100:200])}
    assert all("events" in answer for answer in answers.values())
    assert ann.listen(rooms[200])[rooms[200]] == {"error": "too_many_scopes"}
    assert (
        ann.ask("subscribe", {"scopes": {room: {"seq": 0} for room in rooms[:101]}})["code"]
        == "validation_failed"
    )
