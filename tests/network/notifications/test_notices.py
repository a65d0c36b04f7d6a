"""Whom a message concerns, once each; the bell; mails at once that hold what may be told and no more."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from models.discussions import MessageMention
from models.membership import Membership
from models.networks import Network
from models.notifications import Notice, NoticeSending
from models.outbox import OutboxMail
from models.people import User
from network import blocks, discussions, notifications
from network.discussions import choose_room_level, choose_topic_level
from network.kernel import outbox, runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.events import entries_after
from network.kernel.ids import new_untimed_id
from network.kernel.paging import PageRequest
from network.kernel.transaction import session, unit_of_work
from network.notifications.commands import deriving
from tests.factories.discussions import make_messages, make_room, make_topic
from tests.factories.people import save
from tests.network.discussions.conftest import Cafe
from tests.network.notifications.conftest import Run
from tests.running import HandClock

SECRET = "Mellow purple elephants"


def change(table: Any, where: Any, **values: Any) -> None:
    with runtime.current().database.engine.begin() as connection:
        connection.execute(update(table).where(where).values(**values))


def say(author: Actor, topic_id: str, reply_to: str | None = None, names: Actor | None = None) -> str:
    """A message, with a mention as discussions writes it down; its id."""
    said = discussions.post_message(author, topic_id, SECRET, new_untimed_id(), reply_to).message["id"]
    if names is not None:
        save(MessageMention(message_id=said, user_id=names.user_id or "", kind="person"))
    return said


def notices(actor: Actor) -> list[notifications.NoticeView]:
    with unit_of_work():
        return notifications.list_notices(actor).items


def count(actor: Actor) -> int:
    with unit_of_work():
        return notifications.count_notices(actor)


@pytest.fixture
def awake(cafe: Cafe) -> None:
    """In the middle of everybody's day."""
    assert cafe
    change(User, User.id.is_not(None), time_zone="UTC")


@pytest.fixture
def private(cafe: Cafe) -> str:
    """A topic in a private room of Ann and Bob."""
    room = make_room(cafe.community.network, [cafe.ann, cafe.bob], name="Hidden place")
    return make_topic(room, cafe.ann, title="Hidden topic").id


def direct(cafe: Cafe) -> tuple[str, str]:
    """Ann writes to Bob alone: room and topic."""
    network, bob = cafe.community.network.id, [cafe.bob.user_id or ""]
    said = discussions.write_directly(cafe.ann, network, bob, SECRET, new_untimed_id()).message
    return said["room_id"], said["topic_id"]


def test_who_is_named_answered_or_written_to_is_told_once(cafe: Cafe, run: Run, awake: None) -> None:
    first = say(cafe.bob, cafe.topic.id)
    say(cafe.ann, cafe.topic.id, reply_to=first, names=cafe.bob)
    say(cafe.ann, cafe.topic.id, names=cafe.meta)
    say(cafe.ann, cafe.topic.id)
    assert notifications.derive_notices() == 3
    assert notifications.derive_notices() == 0
    [told] = notices(cafe.bob)
    assert (told["kind"], told["read"], told["excerpt"]) == ("mention", False, SECRET)
    assert [each["kind"] for each in notices(cafe.meta)] == ["mention"]
    assert [each["kind"] for each in notices(cafe.ann)] == ["reply"], "she opened the topic"
    with unit_of_work():
        [fact] = [e for e in entries_after(f"user:{cafe.bob.user_id}", 0, 99) if e.type == "notice.added"]
    assert fact.codes == {"network_id": cafe.community.network.id}


def test_who_opened_a_topic_is_answered_in_it_unless_she_wants_less(cafe: Cafe, awake: None) -> None:
    say(cafe.bob, cafe.topic.id)
    say(cafe.ann, cafe.topic.id)
    assert notifications.derive_notices() == 1
    assert [each["kind"] for each in notices(cafe.ann)] == ["reply"]
    choose_topic_level(cafe.ann, cafe.topic.id, "mentions")
    own = say(cafe.ann, cafe.topic.id)
    say(cafe.bob, cafe.topic.id)
    assert notifications.derive_notices() == 0
    say(cafe.bob, cafe.topic.id, reply_to=own)
    assert notifications.derive_notices() == 1


def test_many_messages_of_one_moment_are_all_seen(cafe: Cafe, awake: None) -> None:
    topic = make_topic(cafe.room, cafe.bob)
    make_messages(topic, cafe.ann, 2 * deriving.AT_ONCE + 1)
    assert notifications.derive_notices() == 2 * deriving.AT_ONCE + 1
    assert notifications.derive_notices() == 0


def test_an_edit_tells_whom_it_names_and_nobody_twice(cafe: Cafe, awake: None) -> None:
    said = say(cafe.ann, cafe.topic.id, names=cafe.bob)
    notifications.derive_notices()
    discussions.edit_message(cafe.ann, said, f"{SECRET}!", expected_version=1)
    with runtime.current().database.engine.begin() as connection:
        connection.execute(
            MessageMention.__table__.insert(),
            [{"message_id": said, "user_id": cafe.meta.user_id, "kind": "person"}],
        )
    assert notifications.derive_notices() == 1
    assert (count(cafe.bob), count(cafe.meta)) == (1, 1)


def test_two_workers_and_one_that_dies_tell_each_once(
    cafe: Cafe, run: Run, clock: HandClock, awake: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        say(cafe.ann, cafe.topic.id, names=cafe.bob)
    workers = [threading.Thread(target=notifications.derive_notices) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(notices(cafe.bob)) == 5
    say(cafe.ann, cafe.topic.id, names=cafe.bob)
    with monkeypatch.context() as dying:
        dying.setattr(deriving, "_note_progress", _die)  # after the notices, before the end of the run
        with pytest.raises(SystemExit):
            notifications.derive_notices()
    assert notifications.derive_notices() == 0
    assert len(notices(cafe.bob)) == 6
    clock.forward(minutes=6)
    senders = [threading.Thread(target=notifications.send_notices) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    with unit_of_work():
        assert session().scalar(select(func.count()).select_from(OutboxMail)) == 1
    assert len(run()) == 1
    assert run() == []


def _die(*_arguments: object) -> None:
    raise SystemExit


def test_a_mail_comes_after_a_while_and_not_to_who_has_read_it(
    cafe: Cafe, run: Run, clock: HandClock, awake: None
) -> None:
    say(cafe.ann, cafe.topic.id, names=cafe.bob)
    say(cafe.ann, cafe.topic.id, names=cafe.meta)
    assert run() == []
    discussions.mark_read(cafe.meta, cafe.topic.id, 99)
    clock.forward(minutes=6)
    [mail] = run()
    assert mail.startswith(f"{cafe.bob.email}: {cafe.ann.name} named you: {cafe.topic.title} |")
    assert SECRET in mail
    assert run() == []


def test_quiet_hours_hold_a_mail_until_the_morning_where_somebody_is(
    cafe: Cafe, run: Run, clock: HandClock
) -> None:
    change(User, User.id == cafe.bob.user_id, time_zone="America/New_York")  # it is four in the morning
    say(cafe.ann, cafe.topic.id, names=cafe.bob)
    run()
    clock.forward(minutes=10)
    assert run() == []
    clock.forward(hours=3, minutes=45)
    assert run() == []
    clock.forward(minutes=10)
    assert len(run()) == 1


def test_a_letter_that_could_not_leave_in_the_evening_waits_for_the_morning(
    cafe: Cafe, run: Run, clock: HandClock, letterbox: Any, awake: None
) -> None:
    say(cafe.ann, cafe.topic.id, names=cafe.bob)
    notifications.derive_notices()
    clock.forward(hours=11, minutes=55)
    assert notifications.send_notices() == 1, "five to nine, and the mail server is away"
    clock.forward(hours=2)
    for _ in range(outbox.ATTEMPTS + 1):
        assert run() == []
    clock.forward(hours=9)
    assert run() == []
    clock.forward(minutes=6)
    assert len(run()) == 1


def test_who_changes_her_quiet_hours_is_not_held_by_the_old_ones(
    cafe: Cafe, run: Run, clock: HandClock
) -> None:
    change(User, User.id == cafe.bob.user_id, time_zone="America/New_York")
    say(cafe.ann, cafe.topic.id, names=cafe.bob)
    run()
    clock.forward(minutes=10)
    assert run() == []
    notifications.choose_settings(cafe.bob, times={"quiet": False})
    clock.forward(minutes=6)
    assert len(run()) == 1


def test_a_mail_says_names_as_they_were_typed(cafe: Cafe, run: Run, clock: HandClock, awake: None) -> None:
    words = f"Ask @{cafe.bob.name} and @{cafe.meta.name} *today*"
    discussions.post_message(cafe.ann, cafe.topic.id, words, "called")
    run()
    clock.forward(minutes=6)
    mails = run()
    assert len(mails) == 2
    assert all(words in mail and "user:" not in mail for mail in mails)


@pytest.mark.parametrize("where", ["private", "direct"])
def test_of_what_only_some_read_a_mail_says_that_it_waits(
    cafe: Cafe, private: str, run: Run, clock: HandClock, awake: None, where: str
) -> None:
    if where == "direct":
        direct(cafe)
    else:
        say(cafe.ann, private, names=cafe.bob)
    run()
    clock.forward(minutes=6)
    [mail] = run()
    for told in (SECRET, cafe.ann.name, "Hidden"):
        assert told not in mail
    assert "A message waits for you in" in mail


def _pause(cafe: Cafe) -> None:
    change(Membership, Membership.user_id == cafe.bob.user_id, state="paused")


def _remove(cafe: Cafe) -> None:
    now = runtime.current().clock.now()
    change(Membership, Membership.user_id == cafe.bob.user_id, state="removed", ended_at=now)


def _suspend(cafe: Cafe) -> None:
    until = runtime.current().clock.now() + timedelta(days=9)
    change(Membership, Membership.user_id == cafe.bob.user_id, suspended_until=until)


def _sleep(cafe: Cafe) -> None:
    change(Network, Network.id == cafe.community.network.id, overlay="dormant")


def _new_rules(cafe: Cafe) -> None:
    change(Network, Network.id == cafe.community.network.id, rules_version_id=new_untimed_id())


def _block(cafe: Cafe) -> None:
    blocks.block(cafe.bob, cafe.ann.user_id or "")


def _mute(cafe: Cafe) -> None:
    choose_room_level(cafe.bob, cafe.room.id, "muted")


def _mute_topic(cafe: Cafe) -> None:
    choose_topic_level(cafe.bob, cafe.topic.id, "muted")


def _freeze(cafe: Cafe) -> None:
    change(User, User.id == cafe.bob.user_id, frozen_at=runtime.current().clock.now())


def _delete(cafe: Cafe) -> None:
    with unit_of_work():
        for said in discussions.list_messages(cafe.ann, cafe.topic.id)["items"]:
            discussions.delete_message(cafe.ann, said["id"])


SILENCED = [_pause, _remove, _suspend, _sleep, _new_rules, _block, _mute, _mute_topic, _freeze, _delete]


@pytest.mark.parametrize("silence", SILENCED)
def test_rights_are_asked_when_it_is_told_and_again_when_it_is_sent(
    cafe: Cafe, run: Run, clock: HandClock, awake: None, silence: Callable[[Cafe], None]
) -> None:
    say(cafe.ann, cafe.topic.id, names=cafe.bob)
    assert notifications.derive_notices() == 1
    silence(cafe)
    clock.forward(minutes=6)
    assert run() == []
    if silence not in (_delete, _new_rules):
        say(cafe.ann, cafe.topic.id, names=cafe.bob)
        assert notifications.derive_notices() == 0


def test_what_waited_in_the_outbox_asks_once_more(
    cafe: Cafe, run: Run, clock: HandClock, awake: None
) -> None:
    say(cafe.ann, cafe.topic.id, names=cafe.bob)
    notifications.derive_notices()
    clock.forward(minutes=6)
    assert notifications.send_notices() == 1
    _remove(cafe)
    assert run() == []


def test_of_a_private_room_only_its_people_are_told(cafe: Cafe, private: str, awake: None) -> None:
    say(cafe.ann, private, names=cafe.meta)
    assert notifications.derive_notices() == 0
    assert notices(cafe.meta) == []


def test_levels_say_what_of_a_direct_room_is_heard(cafe: Cafe, awake: None) -> None:
    room_id, topic_id = direct(cafe)
    discussions.choose_network_level(cafe.bob, cafe.community.network.id, "muted")
    assert notifications.derive_notices() == 1, "what is said of the network is not said of this room"
    choose_room_level(cafe.bob, room_id, "mentions")
    say(cafe.ann, topic_id)
    assert notifications.derive_notices() == 0
    say(cafe.ann, topic_id, names=cafe.bob)
    assert notifications.derive_notices() == 1


def test_a_topic_speaks_louder_than_its_room_and_the_room_than_the_network(cafe: Cafe, awake: None) -> None:
    network = cafe.community.network.id
    discussions.choose_network_level(cafe.bob, network, "muted")
    say(cafe.ann, cafe.topic.id, names=cafe.bob)
    assert notifications.derive_notices() == 0
    choose_room_level(cafe.bob, cafe.room.id, "mentions")
    with unit_of_work():
        assert discussions.get_unread(cafe.bob, network)["unread"] == 1
    choose_topic_level(cafe.bob, cafe.topic.id, "muted")
    with unit_of_work():
        left = discussions.get_unread(cafe.bob, network)
        assert (left["unread"], left["muted_unread"], left["rooms"][0]["unread"]) == (0, 1, 1)
        assert discussions.get_topic(cafe.bob, cafe.topic.id)["muted"]
    topic = choose_topic_level(cafe.bob, cafe.topic.id, None)
    assert (topic["muted"], topic["level"]) == (False, None)
    say(cafe.ann, cafe.topic.id, names=cafe.bob)
    assert notifications.derive_notices() == 2, "the last minute is looked through again"


def test_the_bell_counts_what_is_left_on_every_device(cafe: Cafe, awake: None) -> None:
    for _ in range(3):
        say(cafe.ann, cafe.topic.id, names=cafe.bob)
    notifications.derive_notices()
    assert count(cafe.bob) == 3
    newest, middle, _oldest = notices(cafe.bob)
    discussions.mark_read(cafe.bob, cafe.topic.id, middle["seq"] - 1)
    assert count(cafe.bob) == 2
    assert notifications.mark_notices_read(cafe.bob, middle["id"]) == {"unread": 1}
    assert [each["read"] for each in notices(cafe.bob)] == [False, True, True]
    assert notifications.mark_notices_read(cafe.bob) == {"unread": 0}
    with unit_of_work():
        told = [e for e in entries_after(f"user:{cafe.bob.user_id}", 0, 99) if e.type == "notices.read"]
    assert [fact.entity_id for fact in told] == [middle["id"], newest["id"]]
    assert notifications.mark_notices_read(cafe.meta) == {"unread": 0}


def test_what_may_not_be_seen_any_more_is_not_in_the_list(cafe: Cafe, private: str, awake: None) -> None:
    say(cafe.ann, private, names=cafe.bob)
    notifications.derive_notices()
    assert count(cafe.bob) == 1
    gone = replace(cafe.bob, standings={})
    assert (count(gone), notices(gone)) == (0, [])
    _block(cafe)
    assert (count(cafe.bob), notices(cafe.bob)) == (0, [])


def test_the_list_is_read_a_page_at_a_time(cafe: Cafe, awake: None) -> None:
    for _ in range(5):
        say(cafe.ann, cafe.topic.id, names=cafe.bob)
    notifications.derive_notices()
    with unit_of_work():
        first = notifications.list_notices(cafe.bob, PageRequest(limit=3))
        rest = notifications.list_notices(cafe.bob, PageRequest(limit=3, cursor=first.next))
    seqs = [each["seq"] for each in (*first.items, *rest.items)]
    assert seqs == sorted(seqs, reverse=True)
    assert (len(seqs), rest.next) == (5, None)


def test_what_was_told_long_ago_is_forgotten(cafe: Cafe, clock: HandClock, awake: None) -> None:
    say(cafe.ann, cafe.topic.id, names=cafe.bob)
    notifications.derive_notices()
    clock.forward(days=89)
    assert notifications.forget_notices(system_actor("test")) == 0
    clock.forward(days=1)
    assert notifications.forget_notices(system_actor("test")) == 1
    with unit_of_work():
        for table in (Notice, NoticeSending):
            assert session().scalar(select(func.count()).select_from(table)) == 0


def test_mails_at_once_can_be_ended_by_their_link(
    cafe: Cafe, run: Run, clock: HandClock, letterbox: Any, awake: None
) -> None:
    say(cafe.ann, cafe.topic.id, names=cafe.bob)
    run()
    clock.forward(minutes=6)
    assert len(run()) == 1
    [letter] = letterbox.letters
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/mails/notices/" in letter["List-Unsubscribe"]
    notifications.choose_settings(cafe.bob, mails={"notices": "none"})
    say(cafe.ann, cafe.topic.id, names=cafe.bob)
    run()
    clock.forward(minutes=6)
    assert run() == []
    assert count(cafe.bob) == 2, "the bell tells it all the same"
