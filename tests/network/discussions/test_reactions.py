"""Signs at messages: one of each kind a person, counted, told, gone with the message."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.discussions import Message, MessageReaction
from network import blocks, discussions
from network.discussions import AnnouncementsOnly, DirectMessagesClosed, RoomLocked, TooManyReactions
from network.discussions.commands.rewording import MessageDeletedAlready
from network.kernel.actor import Actor
from network.kernel.errors import Invalid, NotFound
from network.kernel.events import entries_after, rendered
from network.kernel.policy import anyone, require
from network.kernel.runtime import Runtime
from network.kernel.transaction import command, session, unit_of_work
from network.membership import RulesNotAccepted
from tests.factories.discussions import make_messages, make_room, make_topic
from tests.network.discussions.conftest import Cafe
from tests.network.discussions.test_races import at_once

THUMB, HEART = "\U0001f44d", "\u2764\ufe0f"


@pytest.fixture(autouse=True)
def _without_limits(live: Runtime) -> None:
    object.__setattr__(live.settings, "rate_limits", "off")


@pytest.fixture
def said(cafe: Cafe) -> str:
    return discussions.post_message(cafe.bob, cafe.topic.id, "Monday?", "1").message["id"]


def told(cafe: Cafe) -> list[tuple[str, object, object]]:
    with unit_of_work():
        entries = rendered(entries_after(f"room:{cafe.room.id}", 0, 100))
    return [(one["type"], one["data"].get("emoji"), one["data"].get("reactions")) for one in entries]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("\u2764", HEART), (HEART, HEART), ("\U0001f44d", THUMB),
        ("\u261d\ufe0f\U0001f3fd", "\u261d\U0001f3fd"),
        ("1\u20e3", "1\ufe0f\u20e3"), ("\U0001f1ea\U0001f1fa", "\U0001f1ea\U0001f1fa"),
        ("\U0001f937\U0001f3fd\u200d\u2640", "\U0001f937\U0001f3fd\u200d\u2640\ufe0f"),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f468\u200d\U0001f469\u200d\U0001f467"),
    ],
)  # fmt: skip
def test_the_same_sign_is_the_same_from_every_keyboard(typed: str, kept: str) -> None:
    assert discussions.check_emoji(typed) == kept


@pytest.mark.parametrize("typed", ["", "a", "1", "<b>", THUMB * 2, THUMB + "a", "\U0001f1ea", THUMB * 50])
def test_anything_else_is_no_sign(typed: str) -> None:
    with pytest.raises(Invalid):
        discussions.check_emoji(typed)


def test_signs_are_counted_once_a_person_and_told_without_whose_they_are(cafe: Cafe, said: str) -> None:
    for actor, emoji in ((cafe.ann, THUMB), (cafe.meta, THUMB), (cafe.ann, THUMB), (cafe.ann, "\u2764")):
        shown = discussions.react(actor, said, emoji)
    assert shown["reactions"] == [
        {"emoji": THUMB, "count": 2, "mine": True}, {"emoji": HEART, "count": 1, "mine": True},
    ]  # fmt: skip
    assert shown["version"] == 1, "a sign is no change of the words"
    discussions.take_reaction_back(cafe.ann, said, THUMB)
    discussions.take_reaction_back(cafe.ann, said, THUMB)
    with unit_of_work():
        listed = discussions.list_messages(cafe.ann, cafe.topic.id)["items"][0]
        theirs = discussions.list_reacted(cafe.bob, said).items
    assert listed["reactions"] == [
        {"emoji": THUMB, "count": 1, "mine": False}, {"emoji": HEART, "count": 1, "mine": True},
    ]  # fmt: skip
    assert {(one["emoji"], one["user"]["id"]) for one in theirs} == {
        (THUMB, cafe.meta.user_id), (HEART, cafe.ann.user_id),
    }  # fmt: skip
    now = [{"emoji": THUMB, "count": 1}, {"emoji": HEART, "count": 1}]
    assert told(cafe) == [
        ("message.posted", None, now), ("reaction.added", THUMB, now), ("reaction.added", THUMB, now),
        ("reaction.added", HEART, now), ("reaction.removed", THUMB, now),
    ]  # fmt: skip


def test_who_could_not_post_puts_no_sign_but_at_an_announcement(cafe: Cafe, said: str) -> None:
    with pytest.raises(NotFound):
        discussions.react(cafe.outsider, said, THUMB)
    news = make_topic(make_room(cafe.community.network, kind="announcement"), cafe.meta)
    announced = discussions.post_message(cafe.meta, news.id, "Party!", "2").message["id"]
    with pytest.raises(AnnouncementsOnly):
        discussions.post_message(cafe.ann, news.id, "Yes", "3")
    assert discussions.react(cafe.ann, announced, THUMB)["reactions"][0]["count"] == 1
    newcomer = cafe.community.member(rules_accepted=False)
    for refused, act in ((newcomer, discussions.react), (newcomer, discussions.take_reaction_back)):
        with pytest.raises(RulesNotAccepted):
            act(refused, said, THUMB)
    network = cafe.community.network.id
    direct = discussions.write_directly(cafe.ann, network, [cafe.bob.user_id or ""], "Hello", "4")
    blocks.block(cafe.ann, cafe.bob.user_id or "")
    with pytest.raises(DirectMessagesClosed):
        discussions.react(cafe.bob, direct.message["id"], THUMB)
    discussions.lock_room(cafe.meta, cafe.room.id, expected_version=1)
    for act in (discussions.react, discussions.take_reaction_back):
        with pytest.raises(RoomLocked):
            act(cafe.ann, said, THUMB)


def test_a_message_takes_twenty_signs_and_none_once_it_is_deleted(cafe: Cafe, said: str) -> None:
    signs = [chr(0x1F600 + number) for number in range(21)]
    for sign in signs[:20]:
        discussions.react(cafe.ann, said, sign)
    with pytest.raises(TooManyReactions):
        discussions.react(cafe.bob, said, signs[20])
    assert discussions.react(cafe.bob, said, signs[0])["reactions"][0]["count"] == 2
    assert discussions.delete_message(cafe.bob, said)["reactions"] == []
    with pytest.raises(MessageDeletedAlready):
        discussions.react(cafe.ann, said, THUMB)
    with unit_of_work():
        assert session().scalars(select(MessageReaction)).all() == []
        assert session().get_one(Message, said).reaction_count == 0


def test_twenty_at_once_are_counted_right(cafe: Cafe, said: str) -> None:
    people = [cafe.community.member() for _ in range(5)]
    both = [
        lambda actor=actor, act=act: act(actor, said, THUMB)
        for actor in people
        for act in (discussions.react, discussions.take_reaction_back, discussions.react)
    ]
    at_once(both)
    with unit_of_work():
        stored = len(session().scalars(select(MessageReaction)).all())
        assert session().get_one(Message, said).reaction_count == stored
        kinds = [entry.type for entry in entries_after(f"room:{cafe.room.id}", 0, 100)]
    assert kinds.count("reaction.added") - kinds.count("reaction.removed") == stored


def test_who_is_erased_takes_her_signs_along(cafe: Cafe, said: str) -> None:
    make_messages(cafe.topic, cafe.bob, 2)
    discussions.react(cafe.ann, said, THUMB)
    discussions.react(cafe.meta, said, THUMB)
    _erase(cafe.ann)
    with unit_of_work():
        shown = discussions.get_message(cafe.bob, said)["reactions"]
    assert shown == [{"emoji": THUMB, "count": 1, "mine": False}]
    assert [one[0] for one in told(cafe)][-2:] == ["reaction.removed", "user.erased"]


@command
def _erase(actor: Actor) -> None:
    require(anyone(actor, None))
    discussions.erase_words(actor.id, everywhere=False)
