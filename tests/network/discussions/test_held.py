"""Before something is posted: the author is asked once, and a newcomer's first message may wait."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.audit import AuditRow
from models.discussions import Message, Topic
from models.hints import HeldMessage
from network import discussions, hints
from network.discussions import FilesLater, HeldStays
from network.discussions.commands.releasing import release_due
from network.discussions.rules.holding import KEPT, LONGEST
from network.hints import HintQuestion
from network.kernel.actor import Actor
from network.kernel.errors import Forbidden, NotFound
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests.factories.discussions import make_room, make_topic
from tests.network.discussions.conftest import Cafe
from tests.recorded import counted, facts
from tests.running import HandClock

TEXT = "Frau Meier is at 0176 1234567."


@pytest.fixture
def careful(cafe: Cafe) -> Cafe:
    """The network looks at first messages, and asks about a word of its own."""
    hints.change_hints(
        cafe.meta, cafe.community.network.id, words=[{"text": "Camp Nord", "note": "Say: the camp."}],
        holds_first=True, expected_version=0,
    )  # fmt: skip
    return cafe


def asked(refused: pytest.ExceptionInfo[HintQuestion]) -> list[tuple[str, str]]:
    return [(one["field"], one["text"]) for one in refused.value.params["hints"]]


def test_who_wants_to_be_asked_is_asked_once(cafe: Cafe) -> None:
    here = cafe.community.network.id
    hints.change_hints(cafe.meta, here, words=[{"text": "Camp Nord"}], expected_version=0)
    # A program that knows nothing of it posts as ever.
    assert discussions.post_message(cafe.ann, cafe.topic.id, TEXT, "1").is_new
    with pytest.raises(HintQuestion) as refused:
        discussions.post_message(cafe.ann, cafe.topic.id, TEXT, "2", hints_seen=[])
    assert asked(refused) == [("body", "Frau Meier"), ("body", "0176 1234567")]
    keys = [one["key"] for one in refused.value.params["hints"]]
    # She changed what she said: about what is left she was asked already, about what is new she was not.
    assert discussions.post_message(cafe.ann, cafe.topic.id, "frau  meier", "2", hints_seen=keys).is_new
    with pytest.raises(HintQuestion) as refused:
        discussions.post_message(cafe.ann, cafe.topic.id, f"{TEXT} camp nord", "3", hints_seen=keys)
    assert len(asked(refused)) == 3
    sent = discussions.post_message(cafe.ann, cafe.topic.id, TEXT, "3", hints_seen=keys)
    assert sent.message["body"] == TEXT
    # What was sent is not asked about again.
    assert not discussions.post_message(cafe.ann, cafe.topic.id, TEXT, "3", hints_seen=[]).is_new
    with pytest.raises(HintQuestion) as refused:
        discussions.open_topic(cafe.ann, cafe.room.id, "Frau Ahl", "x@y.example", hints_seen=[])
    assert asked(refused) == [("title", "Frau Ahl"), ("body", "x@y.example")]
    assert counted(Message) == 3 and counted(Topic) == 2


def test_an_edit_is_asked_about_where_it_says_something_new(cafe: Cafe) -> None:
    said = discussions.post_message(cafe.ann, cafe.topic.id, TEXT, "1").message
    change = {"expected_version": 1, "hints_seen": list[str]()}
    with pytest.raises(HintQuestion):
        discussions.edit_message(cafe.ann, said["id"], f"{TEXT} x@y.example", **change)
    assert discussions.edit_message(cafe.ann, said["id"], f"So: {TEXT}", **change)["version"] == 2


def test_between_people_nobody_looks(careful: Cafe) -> None:
    here = careful.community.network.id
    room = discussions.open_direct_room(careful.ann, here, [careful.bob.id]).room
    first = discussions.write_directly(careful.ann, here, [careful.bob.id], "Hello", "1").message
    assert first["room_id"] == room["id"] and first["held_until"] is None
    sent = discussions.post_message(careful.ann, first["topic_id"], TEXT, "2", hints_seen=[])
    assert sent.message["held_until"] is None
    # Nor in a private room, which those who look after the rooms do not see; there she is asked all the same.
    private = make_topic(make_room(careful.community.network, [careful.ann]), careful.ann)
    assert discussions.post_message(careful.ann, private.id, "Hi", "3").message["seq"] == 1
    with pytest.raises(HintQuestion):
        discussions.post_message(careful.ann, private.id, TEXT, "4", hints_seen=[])


def test_a_first_message_waits_until_somebody_looked(careful: Cafe, clock: HandClock) -> None:
    scope, here = f"room:{careful.room.id}", careful.community.network.id
    sent = discussions.post_message(careful.ann, careful.topic.id, "Hello @Bob, you all", "1")
    held = sent.message
    assert sent.is_new and held["seq"] == 0 and held["body"] == "Hello @Bob, you all"
    assert held["held_until"] == held["created_at"] + LONGEST
    assert facts(scope) == [] and counted(Message) == 0
    again = discussions.post_message(careful.ann, careful.topic.id, "Hello @Bob, you all", "1")
    assert again == (held, False)
    with pytest.raises(discussions.ClientMsgIdConflict):
        discussions.post_message(careful.ann, careful.topic.id, "Another", "1")
    with unit_of_work():
        for actor in (careful.ann, careful.meta):
            assert discussions.get_message(actor, held["id"]) == held
        for actor in (careful.bob, careful.outsider, careful.community.steward()):
            with pytest.raises(NotFound):
                discussions.get_message(actor, held["id"])
        assert discussions.list_messages(careful.ann, careful.topic.id)["items"] == []
        assert discussions.get_topic(careful.bob, careful.topic.id)["unread"] == 0
        assert [one["id"] for one in discussions.own_held(careful.ann, "", careful.topic.id)] == [held["id"]]
        (listed,) = discussions.list_held(careful.meta, here).items
        assert (listed["title"], listed["opens_topic"]) == (careful.topic.title, False)
        assert (
            discussions.count_held(careful.meta, here) == 1 and discussions.count_held(careful.bob, here) == 0
        )
    # Others write meanwhile, with the numbers of the room.
    assert discussions.post_message(careful.meta, careful.topic.id, "Meta", "1").message["seq"] == 1
    for actor, refusal in (
        (careful.ann, Forbidden), (careful.bob, NotFound), (careful.outsider, NotFound)
    ):  # fmt: skip
        with pytest.raises(refusal):
            discussions.release_message(actor, held["id"])
    shown = discussions.release_message(careful.meta, held["id"])
    assert (shown["id"], shown["seq"], shown["held_until"]) == (held["id"], 2, None)
    assert shown["created_at"] > held["created_at"] and shown["author"] == held["author"]
    assert facts(scope) == ["message.posted", "message.posted"]
    assert facts(f"user:{careful.ann.id}") == ["message.released"]
    assert discussions.release_message(careful.meta, held["id"])["seq"] == 2
    assert counted(HeldMessage) == 0
    with unit_of_work():
        assert discussions.get_topic(careful.bob, careful.topic.id)["unread"] == 2
        rows = session().scalars(select(AuditRow).where(AuditRow.action == "message.released")).all()
        assert [(row.actor_id, row.acting_role) for row in rows] == [(careful.meta.id, "meta_mentor")]
    assert not discussions.post_message(careful.ann, careful.topic.id, "Hello @Bob, you all", "1").is_new
    # What she writes from now on is everybody's at once.
    assert discussions.post_message(careful.ann, careful.topic.id, "Second", "2").message["seq"] == 3


def test_a_first_topic_waits_as_a_whole(careful: Cafe) -> None:
    sent = discussions.open_topic(careful.ann, careful.room.id, "My question", "How?", "1")
    held = sent.topic["first_message"]
    assert sent.is_new and held["held_until"] is not None
    assert discussions.open_topic(careful.ann, careful.room.id, "My question", "How?", "1") == (
        sent.topic, False
    )  # fmt: skip
    with unit_of_work():
        for actor in (careful.ann, careful.meta):
            with pytest.raises(NotFound):
                discussions.get_topic(actor, sent.topic["id"])
        assert discussions.own_held(careful.ann, careful.room.id)[0]["title"] == "My question"
    shown = discussions.release_message(careful.meta, held["id"])
    assert facts(f"room:{careful.room.id}") == ["topic.opened", "message.posted"]
    with unit_of_work():
        topic = discussions.get_topic(careful.bob, sent.topic["id"])
        assert (topic["title"], topic["created_by"], topic["last_seq"]) == (
            "My question", careful.ann.id, shown["seq"]
        )  # fmt: skip


def test_where_nobody_looks_nobody_is_silenced(careful: Cafe, clock: HandClock) -> None:
    held = discussions.post_message(careful.ann, careful.topic.id, "Hello", "1").message
    clock.forward(hours=47, minutes=59)
    assert release_due() == 0
    clock.forward(minutes=2)
    assert release_due() == 1
    with unit_of_work():
        assert discussions.get_message(careful.bob, held["id"])["seq"] == 1


def test_what_cannot_appear_waits_on_and_is_forgotten(careful: Cafe, clock: HandClock) -> None:
    held = discussions.post_message(careful.ann, careful.topic.id, "Hello", "1").message
    discussions.lock_topic(careful.meta, careful.topic.id, expected_version=1)
    with pytest.raises(HeldStays):
        discussions.release_message(careful.meta, held["id"])
    clock.moment += LONGEST + timedelta(hours=1)
    assert release_due() == 0 and counted(HeldMessage) == 1
    clock.moment += KEPT
    assert release_due() == 0 and counted(HeldMessage) == 0


def test_its_author_takes_it_back(careful: Cafe) -> None:
    held = discussions.post_message(careful.ann, careful.topic.id, "Hello", "1").message
    for actor in (careful.bob, careful.meta):
        with pytest.raises(NotFound):
            discussions.delete_message(actor, held["id"])
    gone = discussions.delete_message(careful.ann, held["id"])
    assert gone["body"] is None and gone["deleted_at"] is not None
    assert counted(HeldMessage) == 0 and facts(f"room:{careful.room.id}") == []


def test_who_looks_after_the_rooms_does_not_wait(careful: Cafe) -> None:
    people: list[Actor] = [
        careful.meta,
        careful.community.member("deputy"),
        careful.community.steward(member=True),
    ]
    for number, actor in enumerate(people):
        sent = discussions.post_message(actor, careful.topic.id, "Hello", str(number))
        assert sent.message["held_until"] is None
    with pytest.raises(FilesLater):
        discussions.post_message(careful.ann, careful.topic.id, "", "1", file_ids=["x"])


def test_a_network_that_stops_holding_loses_nothing(careful: Cafe, live: Runtime) -> None:
    held = discussions.post_message(careful.ann, careful.topic.id, "Hello", "1").message
    hints.change_hints(careful.meta, careful.community.network.id, holds_first=False, expected_version=1)
    with unit_of_work():
        assert discussions.count_held(careful.meta, careful.community.network.id) == 1
    assert discussions.post_message(careful.ann, careful.topic.id, "Next", "2").message["seq"] == 1
    assert discussions.release_message(careful.meta, held["id"])["seq"] == 2
