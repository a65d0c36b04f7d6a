"""What moderation hides is hidden wherever it could be read, and there again when its time is over, jobs or
not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.audit import AuditRow
from models.discussions import Message
from network import discussions, files, notifications
from network.discussions.commands.veiling import tell_lapsed_veils
from network.discussions.rules.states import MessageVeiled
from network.files.commands.veiling import tell_lapsed_veils as tell_lapsed_files
from network.kernel.actor import Actor, system_actor
from network.kernel.errors import NotFound
from network.kernel.events import entries_after, rendered
from network.kernel.policy import ALLOWED, require
from network.kernel.runtime import Runtime
from network.kernel.transaction import command, session, unit_of_work
from network.kernel.veils import FOREVER
from tests.factories import files as made
from tests.factories.discussions import make_room, make_topic
from tests.network.discussions.conftest import Cafe
from tests.running import HandClock

SECRET = "Marzipan"


@pytest.fixture(autouse=True)
def _without_limits(live: Runtime) -> None:
    object.__setattr__(live.settings, "rate_limits", "off")


@command
def moderate(act: Callable[..., None], actor: Actor, *given: Any, **named: Any) -> None:
    """As a command of moderation does, which asked who may."""
    require(ALLOWED)
    act(actor, *given, **named)


def asked(question: Callable[..., Any], *given: Any, **named: Any) -> Any:
    with unit_of_work():
        return question(*given, **named)


def everywhere(cafe: Cafe, reader: Actor, message: dict[str, Any], file_id: str) -> dict[str, bool]:
    """Where somebody can read a message that opened a topic, carries a file, calls her and was answered."""
    network, topic_id = cafe.community.network.id, message["topic_id"]
    shown = asked(discussions.get_message, reader, message["id"])
    listed = asked(discussions.list_messages, reader, topic_id, after=0)["items"]
    newest = asked(discussions.list_newest_in_room, reader, message["room_id"])["items"]
    talk = asked(discussions.list_conversations, reader, network)
    with unit_of_work():
        entries = entries_after(f"room:{message['room_id']}", 0, 500)
        told = [event["data"] for event in rendered(entries) if event["entity_id"] == message["id"]]
    notices = asked(notifications.list_notices, reader).items
    try:
        asked(discussions.open_file, reader, file_id)
        opens = True
    except NotFound:
        opens = False
    return {
        "alone": shown["body"] is not None and bool(shown["html"]),
        "reactions": bool(shown["reactions"]),
        "files": bool(shown["files"]),
        "file": opens,
        "list": SECRET in str(listed),
        "room": SECRET in str(newest),
        "history": bool(asked(discussions.list_revisions, reader, message["id"]).items),
        "who reacted": bool(asked(discussions.list_reacted, reader, message["id"]).items),
        "search": SECRET in str(asked(discussions.search_messages, reader, network, SECRET).items),
        "conversations": SECRET in str([each["last_message"] for each in talk]),
        "events": SECRET in str(told),
        "notices": SECRET in str(notices),
        "unread": asked(discussions.get_unread, reader, network)["unread"] > 0,
    }


@pytest.fixture
def said(cafe: Cafe) -> tuple[dict[str, Any], str]:
    """A message of Ann's that Bob was called in, with a file and a sign at it; changed once."""
    network = cafe.community.network.id
    sent = files.upload_file(cafe.ann, network, made.GOOD["png"][0], "a.png")["id"]
    message = discussions.post_message(
        cafe.ann, cafe.topic.id, f"{SECRET} for @{cafe.bob.name}", "1", file_ids=(sent,)
    ).message
    discussions.react(cafe.meta, message["id"], "👍")
    discussions.edit_message(
        cafe.ann, message["id"], f"More {SECRET} for @{cafe.bob.name}", expected_version=1
    )
    notifications.derive_notices()
    return dict(message), sent


@pytest.mark.parametrize("reader", ["bob", "ann"])
def test_what_is_veiled_is_read_nowhere_and_by_nobody(
    cafe: Cafe, said: tuple[dict[str, Any], str], clock: HandClock, reader: str
) -> None:
    (message, file_id), who = said, getattr(cafe, reader)
    before = everywhere(cafe, who, message, file_id)
    only_others = {"notices", "unread"}  # one's own words are no news
    assert {place for place, there in before.items() if not there} == (
        only_others if reader == "ann" else set()
    )
    moderate(discussions.veil_message, cafe.meta, message["id"], clock.now() + timedelta(hours=72))
    for _ in range(2):
        assert not any(everywhere(cafe, who, message, file_id).values())
        discussions.index()
    clock.forward(hours=72)
    # No job has run, and none has told anybody: what is read is right all the same.
    assert everywhere(cafe, who, message, file_id) == before
    discussions.index()
    assert everywhere(cafe, who, message, file_id) == before
    assert tell_lapsed_veils() == 1
    assert tell_lapsed_veils() == 0
    discussions.index()
    assert everywhere(cafe, who, message, file_id) == before


def test_of_two_veils_the_later_end_counts_and_it_is_taken_away_at_once(cafe: Cafe, clock: HandClock) -> None:
    message = discussions.post_message(cafe.ann, cafe.topic.id, "Hello", "1").message["id"]
    soon = clock.now() + timedelta(hours=1)

    def shown() -> Any:
        return asked(discussions.get_message, cafe.ann, message)

    for until in (FOREVER, soon):
        moderate(discussions.veil_message, cafe.meta, message, until)
    clock.forward(days=365)
    assert (shown()["body"], shown()["veiled"], shown()["version"]) == (None, True, 3)
    for _ in range(2):
        moderate(discussions.unveil_message, cafe.meta, message)
    assert (shown()["body"], shown()["veiled"], shown()["version"]) == ("Hello", False, 4)
    with unit_of_work():
        told = [entry.type for entry in entries_after(f"room:{cafe.room.id}", 0, 100)]
        noted = session().execute(
            select(AuditRow.action, AuditRow.actor_id)
            .where(AuditRow.entity_id == message)
            .order_by(AuditRow.seq)
        )
        assert [tuple(row) for row in noted] == [
            (f"message.{verb}", cafe.meta.id) for verb in ("veil", "veil", "unveil")
        ]
    assert told == ["message.posted", "message.veiled", "message.veiled", "message.restored"]
    with pytest.raises(NotFound):
        moderate(discussions.veil_message, cafe.meta, cafe.ann.id, FOREVER)


def test_what_is_veiled_is_neither_changed_nor_forgotten(cafe: Cafe, clock: HandClock, live: Runtime) -> None:
    kept, gone = (
        discussions.post_message(cafe.ann, cafe.topic.id, "Hello", key).message["id"] for key in "12"
    )
    sent = files.upload_file(cafe.ann, cafe.community.network.id, made.GOOD["png"][0], "a.png")["id"]
    carrying = discussions.post_message(cafe.ann, cafe.topic.id, "Hello", "3", file_ids=(sent,)).message["id"]
    for message in (kept, gone, carrying):
        discussions.delete_message(cafe.ann, message)
    moderate(files.veil_file, cafe.meta, sent, clock.now() + timedelta(days=60))
    moderate(discussions.veil_message, cafe.meta, kept, clock.now() + timedelta(days=60))
    clock.forward(days=live.settings.deleted_items_kept_days + 1)
    assert discussions.forget_deleted(system_actor("test")) == 1
    with unit_of_work():
        assert session().get_one(Message, kept).body == "Hello"
        assert session().get_one(Message, carrying).body == "Hello"
        assert session().get_one(Message, gone).body == ""


@pytest.mark.parametrize(
    "act",
    [
        lambda cafe, message: discussions.edit_message(cafe.ann, message["id"], "Other", expected_version=2),
        lambda cafe, message: discussions.delete_message(cafe.ann, message["id"]),
        lambda cafe, message: discussions.react(cafe.bob, message["id"], "👍"),
    ],
    ids=["edit", "delete", "react"],
)
def test_a_veiled_message_stays_as_it_is(cafe: Cafe, act: Callable[..., Any]) -> None:
    message = discussions.post_message(cafe.ann, cafe.topic.id, "Hello", "1").message
    moderate(discussions.veil_message, cafe.meta, message["id"], FOREVER)
    with pytest.raises(MessageVeiled):
        act(cafe, message)


def test_a_veiled_topic_has_no_title_and_nobody_writes_there(cafe: Cafe, clock: HandClock) -> None:
    network = cafe.community.network.id
    opened = discussions.open_topic(
        cafe.ann, cafe.room.id, f"{SECRET}s", f"@{cafe.bob.name} hello", "1"
    ).topic
    topic, first = opened["id"], opened["first_message"]["id"]
    later = discussions.post_message(cafe.meta, topic, f"@{cafe.bob.name} come", "2").message["id"]
    notifications.derive_notices()

    def titles() -> dict[str, str]:
        bob = cafe.bob
        with unit_of_work():
            events = rendered(entries_after(f"room:{cafe.room.id}", 0, 100))
        return {
            "alone": str(asked(discussions.get_topic, bob, topic)),
            "room": str(asked(discussions.list_topics, bob, cafe.room.id).items),
            "talk": str(asked(discussions.list_conversations, bob, network)),
            "waiting": str(asked(notifications.list_unread, bob, network).items),
            "notices": str(asked(notifications.list_notices, bob).items),
            "events": str([event["data"] for event in events if event["entity_id"] == topic]),
            "search": str(asked(discussions.search_messages, bob, network, f"{SECRET}s").items),
        }

    assert all(SECRET in title for title in titles().values()), titles()
    moderate(discussions.veil_topic, cafe.meta, topic, clock.now() + timedelta(hours=72))
    assert not any(SECRET in title for title in titles().values()), titles()
    assert asked(discussions.get_topic, cafe.bob, topic)["veiled"]
    assert asked(discussions.get_message, cafe.bob, first)["veiled"]
    assert not asked(discussions.get_message, cafe.bob, later)["veiled"]
    for act in (
        lambda: discussions.post_message(cafe.bob, topic, "And I", "3"),
        lambda: discussions.post_message(cafe.meta, topic, "And I", "4"),
        lambda: discussions.react(cafe.bob, later, "👍"),
        lambda: asked(discussions.room_to_write_in, cafe.bob, topic),
    ):
        with pytest.raises(discussions.TopicVeiled):
            act()
    clock.forward(hours=72)
    assert all(SECRET in title for title in titles().values()), titles()
    discussions.post_message(cafe.bob, topic, "And I", "3")
    assert tell_lapsed_veils() == 2
    moderate(discussions.veil_topic, cafe.meta, topic, FOREVER)
    moderate(discussions.unveil_topic, cafe.meta, topic)
    assert not asked(discussions.get_message, cafe.bob, first)["veiled"]
    assert all(SECRET in title for title in titles().values()), titles()


def test_a_veil_of_its_own_outlasts_that_of_the_topic(cafe: Cafe, clock: HandClock) -> None:
    opened = discussions.open_topic(cafe.ann, cafe.room.id, "Title", "Hello", "1").topic
    moderate(discussions.veil_topic, cafe.meta, opened["id"], clock.now() + timedelta(hours=72))
    moderate(discussions.veil_message, cafe.meta, opened["first_message"]["id"], FOREVER)
    moderate(discussions.unveil_topic, cafe.meta, opened["id"])
    assert asked(discussions.get_message, cafe.bob, opened["first_message"]["id"])["veiled"]


def test_a_veiled_file_is_gone_from_its_message(cafe: Cafe, clock: HandClock) -> None:
    network = cafe.community.network.id
    hidden, other = (
        files.upload_file(cafe.ann, network, made.GOOD["png"][0], name)["id"] for name in ("a.png", "b.png")
    )
    message = discussions.post_message(cafe.ann, cafe.topic.id, "", "1", file_ids=(hidden, other)).message[
        "id"
    ]

    def shown() -> tuple[list[str], bool]:
        try:
            asked(discussions.open_file, cafe.ann, hidden)
            opens = True
        except NotFound:
            opens = False
        return [one["id"] for one in asked(discussions.get_message, cafe.bob, message)["files"]], opens

    moderate(files.veil_file, cafe.meta, hidden, clock.now() + timedelta(hours=1))
    assert shown() == ([other], False)
    clock.forward(hours=1)
    assert shown() == ([hidden, other], True)
    assert (tell_lapsed_files(), tell_lapsed_files()) == (1, 0)
    moderate(files.veil_file, cafe.meta, hidden, FOREVER)
    moderate(files.unveil_file, cafe.meta, hidden)
    assert shown() == ([hidden, other], True)
    with unit_of_work():
        entries = entries_after(f"room:{cafe.room.id}", 0, 100)
        told = [(event["type"], len(event["data"]["files"])) for event in rendered(entries)[1:]]
    assert told == [(f"file.{verb}", 2) for verb in ("veiled", "restored", "veiled", "restored")]


def test_ends_of_many_veils_are_told_in_steps(
    cafe: Cafe, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("network.discussions.commands.veiling.AT_ONCE", 2)
    until = clock.now() + timedelta(hours=1)
    for number in range(3):
        room = make_room(cafe.community.network)
        topic = make_topic(room, cafe.ann)
        message = discussions.post_message(cafe.ann, topic.id, "Hello", f"{number}").message["id"]
        moderate(discussions.veil_message, cafe.meta, message, until)
    assert tell_lapsed_veils() == 0
    clock.forward(hours=2)
    assert (tell_lapsed_veils(), tell_lapsed_veils()) == (3, 0)
