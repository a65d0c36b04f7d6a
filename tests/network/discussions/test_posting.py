"""Saying something, changing it, taking it back: what is stored, which facts follow, what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from models.discussions import Message, Topic
from models.membership import Membership
from network.discussions import (
    ClientMsgIdConflict,
    MembershipPaused,
    MembershipRequired,
    RoomArchived,
    RoomLocked,
    TopicLocked,
    archive_room,
    delete_message,
    edit_message,
    get_message,
    list_messages,
    list_revisions,
    list_topics,
    lock_room,
    lock_topic,
    mark_read,
    open_topic,
    post_message,
    resolve_topic,
)
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import DomainError, Forbidden, Invalid, NotFound, TooMany, VersionConflict
from network.kernel.events import LogEntry, entries_after, head
from network.kernel.ids import new_untimed_id
from network.kernel.paging import PageRequest
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.membership import RulesNotAccepted
from tests.factories.discussions import make_room, make_topic
from tests.network.discussions.conftest import Cafe
from tests.running import HandClock


def facts(scope: str) -> list[LogEntry]:
    with unit_of_work():
        return entries_after(scope, 0, 1000)


def room_facts(cafe: Cafe) -> list[tuple[str, str]]:
    return [(entry.type, entry.entity_id) for entry in facts(f"room:{cafe.room.id}")]


def say(actor: Actor, topic: Topic, body: str = "Hello") -> str:
    return post_message(actor, topic.id, body, new_untimed_id()).message["id"]


def set_membership(actor: Actor, **values: object) -> None:
    with runtime.current().database.engine.begin() as connection:
        connection.execute(update(Membership).where(Membership.user_id == actor.user_id).values(**values))


def test_a_message_is_stored_and_told(cafe: Cafe, clock: HandClock) -> None:
    before = clock.now()
    sent = post_message(cafe.bob, cafe.topic.id, " Hello **Ann**\r\nand all ", "m-1", language="en")
    assert sent.is_new
    message = sent.message
    assert message["body"] == "Hello **Ann**\nand all"
    assert message["html"] == "<p>Hello <strong>Ann</strong><br>\nand all</p>"
    assert message["author"] == {"id": cafe.bob.user_id, "display_name": cafe.bob.name, "photo_url": None}
    assert (message["seq"], message["version"], message["reply_to"], message["language"]) == (
        1,
        1,
        None,
        "en",
    )
    assert before < message["created_at"] < clock.now()
    assert (message["edited_at"], message["deleted_at"], message["veiled"], message["reactions"]) == (
        None,
        None,
        False,
        [],
    )
    with unit_of_work():
        assert get_message(cafe.ann, message["id"]) == message
        topic = session().get_one(Topic, cafe.topic.id)
        assert (topic.message_count, topic.last_seq, topic.last_message_at) == (1, 1, message["created_at"])
        assert session().get_one(Topic, cafe.noise.id).message_count == 0
        assert session().scalars(select(Message)).one().id == message["id"]
    assert room_facts(cafe) == [("message.posted", message["id"])]
    assert facts(f"user:{cafe.bob.user_id}") == []


def test_seq_is_that_of_the_event_and_has_no_holes(cafe: Cafe) -> None:
    first = post_message(cafe.ann, cafe.topic.id, "One", "a").message
    opened = open_topic(cafe.bob, cafe.room.id, "Second", "Two", "b").topic
    edit_message(cafe.ann, first["id"], "One!", expected_version=1)
    third = post_message(cafe.ann, cafe.topic.id, "Three", "c").message
    told = [(e.seq, e.type, e.entity_id, e.entity_version) for e in facts(f"room:{cafe.room.id}")]
    assert told == [
        (1, "message.posted", first["id"], 1),
        (2, "topic.opened", opened["id"], 1),
        (3, "message.posted", opened["first_message"]["id"], 1),
        (4, "message.edited", first["id"], 2),
        (5, "message.posted", third["id"], 1),
    ]
    assert (first["seq"], opened["first_message"]["seq"], third["seq"]) == (1, 3, 5)


def test_the_same_message_again_is_the_same_message(cafe: Cafe) -> None:
    first = post_message(cafe.bob, cafe.topic.id, "Hello", "same")
    again = post_message(cafe.bob, cafe.topic.id, "Hello\r\n", "same")
    assert (again.is_new, again.message) == (False, first.message)
    assert len(room_facts(cafe)) == 1
    by_another = post_message(cafe.ann, cafe.topic.id, "Hello", "same")
    assert by_another.is_new
    assert by_another.message["id"] != first.message["id"]


@pytest.mark.parametrize("change", ["body", "topic", "reply_to", "language"])
def test_the_same_id_with_another_content_is_refused(cafe: Cafe, change: str) -> None:
    first = post_message(cafe.bob, cafe.topic.id, "Hello", "same").message
    other = make_topic(cafe.room, cafe.ann)
    sent = {"topic_id": cafe.topic.id, "body": "Hello", "reply_to": None, "language": None}
    sent |= {
        "body": {"body": "Hello!"}, "topic": {"topic_id": other.id}, "reply_to": {"reply_to": first["id"]},
        "language": {"language": "de"},
    }[change]  # fmt: skip
    with pytest.raises(ClientMsgIdConflict):
        post_message(cafe.bob, client_msg_id="same", **sent)  # type: ignore[arg-type]
    assert len(room_facts(cafe)) == 1


def test_c55_a_resend_after_hours_gets_the_message_as_it_is_now(cafe: Cafe, clock: HandClock) -> None:
    first = post_message(cafe.bob, cafe.topic.id, "Hello", "same").message
    clock.forward(hours=30)
    edit_message(cafe.bob, first["id"], "Hello, all", expected_version=1)
    again = post_message(cafe.bob, cafe.topic.id, "Hello", "same")
    assert (again.is_new, again.message["body"], again.message["seq"]) == (False, "Hello, all", 1)
    delete_message(cafe.bob, first["id"])
    again = post_message(cafe.bob, cafe.topic.id, "Hello", "same")
    assert (again.is_new, again.message["body"]) == (False, None)
    lock_room(cafe.meta, cafe.room.id, expected_version=1)
    assert post_message(cafe.bob, cafe.topic.id, "Hello", "same").message["id"] == first["id"]


def test_who_lost_the_room_gets_nothing_back(cafe: Cafe) -> None:
    post_message(cafe.bob, cafe.topic.id, "Hello", "same")
    set_membership(cafe.bob, state="removed")
    with pytest.raises(NotFound):
        post_message(cafe.bob, cafe.topic.id, "Hello", "same")


def test_answers_stay_in_their_topic(cafe: Cafe) -> None:
    first = say(cafe.ann, cafe.topic)
    answer = post_message(cafe.bob, cafe.topic.id, "Yes", "b", reply_to=first).message
    assert answer["reply_to"] == first
    elsewhere = say(cafe.ann, make_topic(cafe.room, cafe.ann))
    before = room_facts(cafe)
    for wrong in (elsewhere, new_untimed_id()):
        with pytest.raises(Invalid) as refused:
            post_message(cafe.bob, cafe.topic.id, "No", "c", reply_to=wrong)
        assert set(refused.value.faults) == {"reply_to"}
    assert room_facts(cafe) == before


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"body": " \n\t "}, "body"), ({"body": "\x00\x01"}, "body"), ({"body": "x" * 10_001}, "body"),
        ({"client_msg_id": ""}, "client_msg_id"), ({"client_msg_id": "x" * 65}, "client_msg_id"),
        ({"client_msg_id": "ä"}, "client_msg_id"), ({"client_msg_id": "a b"}, "client_msg_id"),
        ({"language": "x"}, "language"), ({"language": "de; drop"}, "language"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken(cafe: Cafe, sent: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        post_message(cafe.bob, cafe.topic.id, **({"body": "Hello", "client_msg_id": "a"} | sent))
    assert set(refused.value.faults) == {field}
    assert room_facts(cafe) == []


def test_the_longest_message_fits(cafe: Cafe) -> None:
    message = post_message(cafe.bob, cafe.topic.id, "ü😀" * 5_000, "long").message
    assert message["body"] == "ü😀" * 5_000


def test_signs_that_cannot_be_stored_are_left_out(cafe: Cafe) -> None:
    message = post_message(cafe.bob, cafe.topic.id, "a\x00b\ud800c\td", "odd").message
    assert message["body"] == "abc\td"


def _paused(cafe: Cafe) -> Actor:
    set_membership(cafe.bob, state="paused")
    return cafe.bob


def _unready(cafe: Cafe) -> Actor:
    return cafe.community.member(rules_accepted=False)


def _suspended(cafe: Cafe) -> Actor:
    # The surface read the actor a moment ago; the suspension came in between: she sees nothing any more.
    set_membership(cafe.bob, suspended_until=cafe.room.created_at + timedelta(days=9))
    return cafe.bob


def _left(cafe: Cafe) -> Actor:
    # The steward reads along all the same.
    both = cafe.community.steward(member=True)
    set_membership(both, state="left")
    return both


def _steward(cafe: Cafe) -> Actor:
    return cafe.community.steward()


def _outsider(cafe: Cafe) -> Actor:
    return cafe.outsider


def _removed(cafe: Cafe) -> Actor:
    set_membership(cafe.bob, state="removed")
    return cafe.bob


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        (_paused, MembershipPaused), (_unready, RulesNotAccepted), (_suspended, NotFound),
        (_left, MembershipRequired), (_steward, MembershipRequired), (_outsider, NotFound),
        (_removed, NotFound),
    ],
)  # fmt: skip
def test_who_may_not_post(cafe: Cafe, who, refusal: type[DomainError]) -> None:  # type: ignore[no-untyped-def]
    assert post_message(cafe.bob, cafe.topic.id, "It works for Bob", "ok").is_new
    actor = who(cafe)
    before = room_facts(cafe)
    with pytest.raises(refusal) as refused:
        post_message(actor, cafe.topic.id, "Hello", "a")
    assert type(refused.value) is refusal
    with pytest.raises(refusal):
        open_topic(actor, cafe.room.id, "Title", "Hello", "b")
    assert room_facts(cafe) == before


def test_c60_order_is_by_number_whatever_the_clocks_say(cafe: Cafe, clock: HandClock) -> None:
    other = make_topic(cafe.room, cafe.ann)
    said = []
    for hours in (0, -1, 2, -24):
        clock.forward(hours=hours)
        said.append(post_message(cafe.bob, cafe.topic.id, f"After {hours} h", f"{hours}").message)
    post_message(cafe.bob, other.id, "Last", "last")
    assert [m["seq"] for m in said] == [1, 2, 3, 4]
    assert said[3]["created_at"] < said[0]["created_at"]
    with unit_of_work():
        assert [m["id"] for m in list_messages(cafe.ann, cafe.topic.id, after=0)["items"]] == [
            m["id"] for m in said
        ]
        topics = list_topics(cafe.ann, cafe.room.id).items
        assert [topic["id"] for topic in topics] == [other.id, cafe.topic.id]
    assert mark_read(cafe.ann, cafe.topic.id, 3)["last_read_seq"] == 3


def test_c54_nothing_appears_after_the_lock(cafe: Cafe) -> None:
    say(cafe.bob, cafe.topic)
    message = post_message(cafe.bob, cafe.topic.id, "Mine", "mine").message
    lock_topic(cafe.meta, cafe.topic.id, expected_version=1)
    with pytest.raises(TopicLocked) as refused:
        say(cafe.bob, cafe.topic)
    assert refused.value.params == {"state": "locked"}
    with pytest.raises(TopicLocked):
        edit_message(cafe.bob, message["id"], "Other", expected_version=1)
    assert open_topic(cafe.bob, cafe.room.id, "Another", "goes on", "t").is_new
    lock_room(cafe.meta, cafe.room.id, expected_version=1)
    before = room_facts(cafe)
    other = make_topic(cafe.room, cafe.ann)
    for _ in range(2):
        with pytest.raises(RoomLocked):
            say(cafe.meta, other)
        with pytest.raises(RoomLocked):
            open_topic(cafe.bob, cafe.room.id, "Third", "no", "u")
    archive_room(cafe.meta, cafe.room.id, expected_version=2)
    with pytest.raises(RoomArchived):
        say(cafe.bob, other)
    assert len(room_facts(cafe)) == len(before) + 1
    # taking one's own words back is possible wherever they stand
    assert delete_message(cafe.bob, message["id"])["deleted_at"] is not None


def test_a_resolved_topic_takes_a_late_word(cafe: Cafe) -> None:
    resolve_topic(cafe.ann, cafe.topic.id, expected_version=1)
    assert post_message(cafe.bob, cafe.topic.id, "Thank you", "late").is_new


def test_announcements_are_the_hosts(cafe: Cafe) -> None:
    topic = make_topic(make_room(cafe.community.network, kind="announcement"), cafe.meta)
    deputy, steward = cafe.community.member("deputy"), cafe.community.steward(member=True)
    for actor in (cafe.meta, deputy, steward):
        assert say(actor, topic)
    with pytest.raises(Forbidden) as refused:
        say(cafe.bob, topic)
    assert refused.value.code == "announcements_only"
    with unit_of_work():
        assert len(list_messages(cafe.bob, topic.id)["items"]) == 3


def test_a_private_room_is_for_its_people(cafe: Cafe) -> None:
    topic = make_topic(make_room(cafe.community.network, [cafe.ann, cafe.bob]), cafe.ann)
    assert say(cafe.bob, topic)
    for actor in (cafe.meta, cafe.community.steward(), cafe.outsider):
        with pytest.raises(NotFound):
            say(actor, topic)
        with pytest.raises(NotFound), unit_of_work():
            list_messages(actor, topic.id)


def test_opening_a_topic(cafe: Cafe) -> None:
    sent = open_topic(cafe.bob, cafe.room.id, "  How long \n does it take? ", "Seven weeks?", "t-1")
    assert sent.is_new
    topic = sent.topic
    assert (topic["title"], topic["state"], topic["message_count"]) == ("How long does it take?", "open", 1)
    assert (topic["room_id"], topic["created_by"], topic["unread"]) == (cafe.room.id, cafe.bob.user_id, 0)
    assert (topic["first_message"]["body"], topic["first_message"]["topic_id"]) == (
        "Seven weeks?",
        topic["id"],
    )
    again = open_topic(cafe.bob, cafe.room.id, "How long does it take?", "Seven weeks?", "t-1")
    assert (again.is_new, again.topic) == (False, topic)
    assert len(room_facts(cafe)) == 2
    for title, body in (("Other", "Seven weeks?"), ("How long does it take?", "Eight?")):
        with pytest.raises(ClientMsgIdConflict):
            open_topic(cafe.bob, cafe.room.id, title, body, "t-1")
    with pytest.raises(ClientMsgIdConflict):
        post_message(cafe.bob, topic["id"], "Seven weeks?", "t-1")
    assert open_topic(cafe.bob, cafe.room.id, "No id", "is fine").is_new
    for title in ("", "   ", "x" * 201):
        with pytest.raises(Invalid) as refused:
            open_topic(cafe.bob, cafe.room.id, title, "Body")
        assert set(refused.value.faults) == {"title"}


def test_editing_keeps_the_history(cafe: Cafe, clock: HandClock) -> None:
    first = post_message(cafe.bob, cafe.topic.id, "One", "a").message
    noise = say(cafe.bob, cafe.topic, "Noise")
    clock.forward(days=400)  # there is no edit window
    second = edit_message(cafe.bob, first["id"], "Two *new*", expected_version=1)
    assert (second["body"], second["html"], second["version"]) == ("Two *new*", "<p>Two <em>new</em></p>", 2)
    assert (second["seq"], second["created_at"]) == (first["seq"], first["created_at"])
    assert second["edited_at"] and second["edited_at"] > first["created_at"]
    assert edit_message(cafe.bob, first["id"], " Two *new* ", expected_version=2) == second
    third = edit_message(cafe.bob, first["id"], "Three", expected_version=2)
    with unit_of_work():
        said = list_revisions(cafe.ann, first["id"]).items
        assert [(r["number"], r["body"], r["written_at"]) for r in said] == [
            (1, "One", first["created_at"]),
            (2, "Two *new*", second["edited_at"]),
            (3, "Three", third["edited_at"]),
        ]
        newest = list_revisions(cafe.ann, first["id"], PageRequest(limit=2), newest_first=True)
        assert [r["number"] for r in newest.items] == [3, 2]
        oldest = list_revisions(
            cafe.ann, first["id"], PageRequest(limit=2, cursor=newest.next), newest_first=True
        )
        assert [(r["number"], r["body"]) for r in oldest.items] == [(1, "One")]
        assert [r["body"] for r in list_revisions(cafe.ann, noise).items] == ["Noise"]
        with pytest.raises(NotFound):
            list_revisions(cafe.outsider, first["id"])
    assert [kind for kind, thing in room_facts(cafe) if thing == first["id"]] == [
        "message.posted", "message.edited", "message.edited",
    ]  # fmt: skip


def test_nobody_edits_or_deletes_another_ones_words(cafe: Cafe) -> None:
    message = say(cafe.bob, cafe.topic)
    assert edit_message(cafe.bob, message, "Mine", expected_version=1)["version"] == 2
    before = room_facts(cafe)
    for actor in (cafe.ann, cafe.meta, cafe.community.member("deputy"), cafe.community.steward(member=True)):
        with pytest.raises(Forbidden):
            edit_message(actor, message, "Theirs", expected_version=2)
        with pytest.raises(Forbidden):
            delete_message(actor, message)
    set_membership(cafe.bob, state="removed")
    for actor in (cafe.outsider, cafe.bob):
        with pytest.raises(NotFound):
            edit_message(actor, message, "Theirs", expected_version=2)
        with pytest.raises(NotFound):
            delete_message(actor, message)
    assert room_facts(cafe) == before


def test_an_edit_knows_what_it_changes(cafe: Cafe) -> None:
    message = say(cafe.bob, cafe.topic, "One")
    edit_message(cafe.bob, message, "Two", expected_version=1)
    with pytest.raises(VersionConflict) as refused:
        edit_message(cafe.bob, message, "Three", expected_version=1)
    assert refused.value.current is not None
    assert (refused.value.current["body"], refused.value.current["version"]) == ("Two", 2)


def test_deleting_leaves_the_place(cafe: Cafe) -> None:
    gone, kept = say(cafe.bob, cafe.topic, "Gone"), say(cafe.bob, cafe.topic, "Kept")
    answer = post_message(cafe.ann, cafe.topic.id, "Answer", "x", reply_to=gone).message
    edit_message(cafe.bob, gone, "Gone soon", expected_version=1)
    deleted = delete_message(cafe.bob, gone)
    assert (deleted["body"], deleted["html"], deleted["version"], deleted["seq"]) == (None, None, 3, 1)
    assert delete_message(cafe.bob, gone) == deleted
    with pytest.raises(DomainError) as refused:
        edit_message(cafe.bob, gone, "Back", expected_version=3)
    assert refused.value.code == "message_deleted"
    with unit_of_work():
        shown = list_messages(cafe.ann, cafe.topic.id, after=0)["items"]
        assert [m["body"] for m in shown] == [None, "Kept", "Answer"]
        assert shown[2]["reply_to"] == gone == answer["reply_to"]
        assert list_revisions(cafe.ann, gone).items == []
        assert session().get_one(Topic, cafe.topic.id).message_count == 2
        assert get_message(cafe.ann, kept)["deleted_at"] is None
    assert [kind for kind, thing in room_facts(cafe) if thing == gone] == [
        "message.posted", "message.edited", "message.deleted",
    ]  # fmt: skip


def test_too_many_sends_have_to_wait(cafe: Cafe) -> None:
    for number in range(10):
        post_message(cafe.bob, cafe.topic.id, "Quick", f"q-{number}")
    with pytest.raises(TooMany) as refused:
        post_message(cafe.bob, cafe.topic.id, "Quick", "q-10")
    assert 1 <= refused.value.retry_after <= 3
    with pytest.raises(TooMany):
        open_topic(cafe.bob, cafe.room.id, "Quick", "too")
    assert post_message(cafe.ann, cafe.topic.id, "Others go on", "a").is_new
    with unit_of_work():
        assert head(f"room:{cafe.room.id}")[0] == 11


def test_edits_are_counted_with_the_sends(cafe: Cafe) -> None:
    first = say(cafe.bob, cafe.topic)
    for number in range(9):
        edit_message(cafe.bob, first, f"Quick {number}", expected_version=number + 1)
    with pytest.raises(TooMany):
        edit_message(cafe.bob, first, "Quick", expected_version=10)
    with pytest.raises(TooMany):
        post_message(cafe.bob, cafe.topic.id, "Quick", "q")
    with unit_of_work():
        assert get_message(cafe.ann, first)["version"] == 10


def test_the_history_comes_in_pages(cafe: Cafe, live: Runtime) -> None:
    object.__setattr__(live.settings, "rate_limits", "off")
    first = say(cafe.bob, cafe.topic)
    for number in range(2, 8):
        edit_message(cafe.bob, first, f"Said {number}", expected_version=number - 1)
    with unit_of_work():
        for newest_first in (False, True):
            numbers: list[int] = []
            request = PageRequest(limit=3)
            for _turn in range(3):
                part = list_revisions(cafe.ann, first, request, newest_first=newest_first)
                numbers += [said["number"] for said in part.items]
                request = PageRequest(limit=3, cursor=part.next)
            assert part.next is None
            assert numbers == sorted(range(1, 8), reverse=newest_first)
        with pytest.raises(Invalid):
            list_revisions(cafe.ann, first, PageRequest(cursor="nonsense"))


def test_limits_can_be_lifted_for_benchmarks(cafe: Cafe, live: Runtime) -> None:
    object.__setattr__(live.settings, "rate_limits", "off")
    for number in range(30):
        post_message(cafe.bob, cafe.topic.id, "Quick", f"q-{number}")
    assert len(room_facts(cafe)) == 30
