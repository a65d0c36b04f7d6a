"""Every event that a client may send × every kind of actor, as the table beside this file says; an event
without a row fails (A5, A12).

The table holds `ok` or the code of the refusal. `of` is the thing that is meant; what may not be seen is
answered like what does not exist. `anonymous` has a line on which nobody said who she is.
"""

from __future__ import annotations

import csv
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from models.discussions import Message, Room, Topic
from network.kernel import runtime
from network.kernel.ids import new_untimed_id
from network.kernel.transaction import session, unit_of_work
from realtime import EVENTS
from tests.matrix.tenants import BELONGS_TO, SMALL
from tests.matrix.world import ACTORS, APPLICANT, DEMO_ADDRESSES, World, make_world, user
from tests.ports import free_port
from tests.realtime.serving import Refused, Served, Tab, acked, packets, serving

TABLE = Path(__file__).with_name("events.csv")
ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))
SCOPE_KINDS = ("room", "network", "user", "case", "help")
"""Contract, Socket.IO."""

BELONG_TO_PRIVATE_ROOM = {
    actor for row in ROWS for actor in ACTORS
    if (row["event"], row["of"], row[actor]) == ("subscribe", "private_room", "ok")
}  # fmt: skip

_numbers = itertools.count(1)


@dataclass
class Stage:
    """The world on a real port, and a tab for each actor who is let in."""

    world: World
    server: Served
    tabs: dict[str, Tab] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    def thing(self, of: str, actor: str) -> str:
        """The id that a row means."""
        known = {"own": self.user_id(actor), "case": ABSENT, "help": ABSENT, "absent_room": ABSENT}
        return known.get(of) or self.world.ids[f"{of}_id"]

    def user_id(self, actor: str) -> str:
        """The account of an actor; of nobody, none that there is."""
        return user(DEMO_ADDRESSES.get(actor, APPLICANT)).id if actor != "anonymous" else ABSENT

    def topic(self, of: str) -> str:
        """A topic of the room that a row means."""
        if of == "absent_room":
            return ABSENT
        with unit_of_work():
            inside = (Topic.room_id == self.world.ids[f"{of}_id"], Topic.state == "open")
            return str(session().scalars(select(Topic.id).where(*inside).order_by(Topic.id).limit(1)).one())


ABSENT = new_untimed_id()


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """SQLite alone: the laws are asked in Python, and both databases are asked elsewhere."""
    with make_world(tmp_path_factory.mktemp("world")) as world:
        port = free_port()
        object.__setattr__(runtime.current().settings, "base_url", f"http://127.0.0.1:{port}")
        with serving(runtime.current(), port) as server:
            made = Stage(world, server)
            for actor in ACTORS:
                try:
                    made.tabs[actor] = server.tab(cookie=world.tokens.get(actor, ""))
                except Refused as refusal:
                    made.refused[actor] = refusal.data["code"]
            yield made


def payload_of(stage: Stage, event: str, of: str, actor: str) -> dict[str, Any]:
    """What is sent with an event."""
    if event in ("subscribe", "unsubscribe"):
        kind = "user" if of == "own" else of.rpartition("_")[2]
        scope = f"{kind}:{stage.thing(of, actor)}"
        return {"scopes": {scope: {"seq": 0}} if event == "subscribe" else [scope]}
    if event == "message.send":
        number = next(_numbers)
        return {"topic_id": stage.topic(of), "body": f"Word {number}", "client_msg_id": f"m-{number}"}
    return {"typing": lambda: {"topic_id": stage.topic(of)}, "presence": lambda: {"state": "active"}}.get(
        event, dict
    )()


def answer_of(stage: Stage, event: str, of: str, actor: str) -> str:
    """`ok` or the code that an actor is answered."""
    if event == "connect":
        return stage.refused.get(actor, "ok")
    payload = payload_of(stage, event, of, actor)
    if actor not in stage.tabs:
        line = stage.server.line()
        packets(line, lambda packet: packet.startswith("0"))
        answer = acked(line, "427" + json.dumps([event, payload]), 7)
        line.close()
    else:
        if event == "presence":
            network = f"network:{stage.world.ids['network_id']}"
            stage.tabs[actor].ask("subscribe", {"scopes": {network: {"seq": 0}}})
        answer = stage.tabs[actor].ask(event, payload)
    if event == "subscribe" and answer["ok"]:
        ((_scope, said),) = answer["scopes"].items()
        return str(said.get("error", "ok"))
    return "ok" if answer["ok"] else str(answer["code"])


def test_every_event_has_its_row() -> None:
    rows = [(row["event"], row["of"]) for row in ROWS]
    assert len(set(rows)) == len(rows), "a row stands twice in tests/matrix/events.csv"
    known = {"connect", *EVENTS, "nothing.known"}
    named = {event for event, _of in rows}
    assert not known - named, "Add a row to tests/matrix/events.csv: what each kind of actor is answered"
    assert not named - known, "Take the row out of tests/matrix/events.csv: its event is gone"
    assert {of for event, of in rows if event == "subscribe"} >= set(SCOPE_KINDS)


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['event']} {row['of']}".strip() for row in ROWS])
def test_a5_a12_each_actor_is_answered_what_the_table_says(stage: Stage, row: dict[str, str]) -> None:
    found = {actor: answer_of(stage, row["event"], row["of"], actor) for actor in ACTORS}
    assert found == {actor: row[actor] for actor in ACTORS}


def test_a5_what_may_not_be_seen_and_what_is_not_there_are_one_answer(stage: Stage) -> None:
    """Byte for byte, but for the id."""
    for actor, tab in stage.tabs.items():
        for event in ("subscribe", "typing", "message.send"):
            told = {}
            for of in ("private_room", "absent_room"):
                sent = payload_of(stage, event, of, actor)
                thing = stage.thing(of, actor)
                told[of] = json.dumps(tab.ask(event, sent)).replace(thing, "<id>")
            if actor not in BELONG_TO_PRIVATE_ROOM:
                assert told["private_room"] == told["absent_room"], (actor, event)


def test_a12_somebody_elses_ids_on_a_line_are_ids_of_nothing(stage: Stage) -> None:
    """Each kind of actor asks for the other network, its people, rooms and topics; byte for byte but for the
    id she is answered as for what is not there, and nothing is written."""
    with unit_of_work():
        small = stage.world.ids["small_network_id"]
        there = select(Message).join(Room, Room.id == Message.room_id).where(Room.network_id == small)
        said_there = session().scalars(there.limit(1)).one()
        room, topic, message = said_there.room_id, said_there.topic_id, said_there.id
    large = {name: stage.world.ids[f"{name}_id"] for name in ("network", "room", "topic", "message", "user")}
    theirs = {"network": small, "room": room, "topic": topic, "message": message}
    theirs["user"] = user("kasia@people.example").id
    for actor, tab in stage.tabs.items():
        things = large if BELONGS_TO.get(actor) == SMALL else theirs
        before = _said_so_far()
        for kind in ("network", "room", "user"):
            told = []
            for thing in (things[kind], ABSENT):
                said = tab.ask("subscribe", {"scopes": {f"{kind}:{thing}": {"seq": 0}}})
                told.append(json.dumps(said).replace(thing, "<id>"))
            assert told[0] == told[1], (actor, kind)
        own_topic = stage.topic("room")
        for event, kind, payload in (
            ("message.send", "topic", {"topic_id": "<id>", "body": "Hello", "client_msg_id": "theirs"}),
            ("message.send", "message", {
                "topic_id": own_topic, "body": "Hi", "client_msg_id": "answer", "reply_to": "<id>",
            }),
            ("typing", "topic", {"topic_id": "<id>"}),
        ):  # fmt: skip
            told = []
            for thing in (things[kind], ABSENT):
                sent = {name: thing if value == "<id>" else value for name, value in payload.items()}
                told.append(json.dumps(tab.ask(event, sent)).replace(thing, "<id>"))
            assert told[0] == told[1], (actor, event)
            assert '"ok": false' in told[0], (actor, event, told[0])
        assert _said_so_far() == before, actor


def _said_so_far() -> int:
    with unit_of_work():
        return int(session().scalar(select(func.count()).select_from(Message)) or 0)
