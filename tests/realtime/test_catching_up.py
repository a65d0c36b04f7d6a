"""What a subscription brings is bounded: nobody is put out by her own catching up."""

from __future__ import annotations

import socket

import pytest
from sqlalchemy import update

from models.discussions import Message, Topic
from network.kernel.policy import ALLOWED, require
from network.kernel.transaction import command, session
from realtime.settings import BACKLOG_BYTES
from tests.factories.discussions import make_messages, make_room, make_topic
from tests.realtime.conftest import Cafe
from tests.realtime.serving import Served, packets

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@command
def lengthen(topic: Topic, text: str) -> None:
    """Every message of a topic says this, and looks like it."""
    require(ALLOWED)
    said = update(Message).where(Message.topic_id == topic.id).values(body=text, html=f"<p>{text}</p>")
    session().execute(said)


def wordy(cafe: Cafe, number: int, text: str) -> str:
    """The scope of a further room in which so many messages say a long text."""
    topic = make_topic(make_room(cafe.community.network), cafe.ann)
    if number:
        make_messages(topic, cafe.ann, number)
        lengthen(topic, text)
    return f"room:{topic.room_id}"


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_a8_five_hundred_long_messages_end_no_line(server: Served, cafe: Cafe, transport: str) -> None:
    make_messages(cafe.topic, cafe.ann, 500)
    lengthen(cafe.topic, "x" * 10_000)
    quiet, short = wordy(cafe, 0, ""), wordy(cafe, 2, "Hello")
    bob = server.tab(cafe.bob, transport=transport)
    answer = bob.listen(cafe.scope, quiet, short)
    assert answer[cafe.scope]["resync"] is True
    assert (answer[cafe.scope]["head_seq"], "events" in answer[cafe.scope]) == (500, False)
    assert answer[quiet]["events"] == []
    assert [event["seq"] for event in answer[short]["events"]] == [1, 2]
    assert len(bob.listen(cafe.scope, seq=490)[cafe.scope]["events"]) == 10
    assert bob.client.connected


def test_all_scopes_of_a_subscription_share_one_measure(server: Served, cafe: Cafe) -> None:
    """The shortest come first; what fits no more is fetched afresh."""
    scopes = [wordy(cafe, number, "ä" * 9_000) for number in (8, 5, 6, 20)]  # some 36 kB each
    answers = server.tab(cafe.bob).listen(*scopes)
    told = {scope: len(answers[scope].get("events", ())) for scope in scopes}
    assert list(told.values()) == [0, 5, 6, 0]
    assert all(("events" in answers[s]) is not ("resync" in answers[s]) for s in scopes)


def test_a8_subscribing_again_and_again_without_reading_ends_no_line(server: Served, cafe: Cafe) -> None:
    """Whoever is slow to read gets less at once, and is not put out by what she herself asked for."""
    scope = wordy(cafe, 20, "x" * 10_000)
    server.live.gate._limited = False
    small = ((socket.SOL_SOCKET, socket.SO_RCVBUF, 4096),)
    line = server.line(cookie=server.cookie(cafe.bob)[1], sockopt=small)
    line.recv()
    line.send("40")
    packets(line, lambda packet: packet.startswith("40"))
    for number in range(40):
        line.send(f'42{number}["subscribe",{{"scopes":{{"{scope}":{{"seq":0}}}}}}]')
    answers = packets(line, lambda packet: packet.startswith("4339["))
    kinds = {"events" if '"events":[' in answer else "resync" for answer in answers}
    assert (len(answers), kinds) == (40, {"events", "resync"})
    assert sum(len(answer) for answer in answers) > BACKLOG_BYTES == 1_048_576  # contract, limits
