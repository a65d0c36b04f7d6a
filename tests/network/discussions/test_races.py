"""Many at once: nothing is doubled, nothing is lost, nothing appears behind a lock, and `seq` has no hole."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from models.discussions import Message, Topic
from network.discussions import (
    ClientMsgIdConflict,
    RoomLocked,
    Sent,
    TopicLocked,
    choose_room_level,
    lock_room,
    lock_topic,
    mark_network_read,
    mark_read,
    open_topic,
    post_message,
)
from network.kernel.errors import DomainError
from network.kernel.events import entries_after
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests.factories.discussions import make_room, make_topic
from tests.network.discussions.conftest import Cafe


@pytest.fixture(autouse=True)
def _without_limits(live: Runtime) -> None:
    object.__setattr__(live.settings, "rate_limits", "off")


def at_once(deeds: list[Callable[[], Any]]) -> list[Any]:
    """Do all of them at the same moment; a refusal is an outcome like any other."""
    gate = threading.Barrier(len(deeds))

    def do(deed: Callable[[], Any]) -> Any:
        gate.wait()
        try:
            return deed()
        except DomainError as error:
            return error

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


def seqs(cafe: Cafe) -> list[tuple[int, str]]:
    with unit_of_work():
        return [(entry.seq, entry.type) for entry in entries_after(f"room:{cafe.room.id}", 0, 1000)]


def test_b9_the_same_message_twenty_times_at_once(cafe: Cafe) -> None:
    sent = at_once([lambda: post_message(cafe.bob, cafe.topic.id, "Hello", "same")] * 20)
    assert all(isinstance(answer, Sent) for answer in sent), sent
    assert [answer.is_new for answer in sent].count(True) == 1
    assert {answer.message["id"] for answer in sent} == {sent[0].message["id"]}
    assert {answer.message["seq"] for answer in sent} == {1}
    assert seqs(cafe) == [(1, "message.posted")]


def test_the_same_id_in_twenty_rooms_at_once_is_taken_once(cafe: Cafe) -> None:
    topics = [make_topic(make_room(cafe.community.network), cafe.ann).id for _ in range(10)]
    sent = at_once(
        [lambda t=topic: post_message(cafe.bob, t, "Hello", "same") for topic in topics]  # type: ignore[misc]
    )
    assert [type(answer) for answer in sent].count(Sent) == 1
    assert [type(answer) for answer in sent].count(ClientMsgIdConflict) == 9
    with unit_of_work():
        assert session().scalar(select(func.count()).select_from(Message)) == 1


def test_the_same_topic_ten_times_at_once(cafe: Cafe) -> None:
    sent = at_once([lambda: open_topic(cafe.bob, cafe.room.id, "Title", "Hello", "same")] * 10)
    assert len({answer.topic["id"] for answer in sent}) == 1
    assert [answer.is_new for answer in sent].count(True) == 1
    assert [kind for _, kind in seqs(cafe)] == ["topic.opened", "message.posted"]


def test_seq_is_dense_under_many_writers(cafe: Cafe) -> None:
    other = make_topic(cafe.room, cafe.ann)

    def chat(number: int) -> None:
        actor = (cafe.ann, cafe.bob, cafe.meta)[number % 3]
        for turn in range(10):
            post_message(actor, (cafe.topic, other)[turn % 2].id, "Word", f"{number}-{turn}")

    at_once([lambda n=n: chat(n) for n in range(8)])  # type: ignore[misc]
    assert [seq for seq, _ in seqs(cafe)] == list(range(1, 81))
    with unit_of_work():
        stored = session().execute(
            select(Message.topic_id, func.count(), func.max(Message.seq)).group_by(Message.topic_id)
        )
        counted = {topic: (count, last) for topic, count, last in stored}
        topics = session().scalars(select(Topic).where(Topic.room_id == cafe.room.id))
        assert {t.id: (t.message_count, t.last_seq) for t in topics} == counted


@pytest.mark.parametrize("what", ["room", "topic"])
def test_c54_lock_against_post(cafe: Cafe, what: str) -> None:
    """Whatever was posted stands before the lock in the log; everybody else was told of the lock."""

    def chat(number: int) -> list[Any]:
        said: list[Any] = []
        for turn in range(1000):
            try:
                said.append(post_message(cafe.bob, cafe.topic.id, "Word", f"{number}-{turn}"))
            except (RoomLocked, TopicLocked) as refused:
                said.append(refused)
                break
        return said

    def lock() -> Any:
        for turn in range(3):
            post_message(cafe.meta, cafe.topic.id, "Soon", f"lock-{turn}")
        if what == "room":
            return lock_room(cafe.meta, cafe.room.id, expected_version=1)
        return lock_topic(cafe.meta, cafe.topic.id, expected_version=1)

    *chats, _locked = at_once([*[lambda n=n: chat(n) for n in range(5)], lock])  # type: ignore[misc]
    told = [kind for _, kind in seqs(cafe)]
    assert told[-1] == f"{what}.changed"
    assert told.count(f"{what}.changed") == 1
    posted = [answer for said in chats for answer in said if isinstance(answer, Sent)]
    assert len(posted) + 3 == told.count("message.posted")
    assert all(isinstance(said[-1], RoomLocked if what == "room" else TopicLocked) for said in chats)


def test_c58_two_tabs_never_move_a_marker_back(cafe: Cafe) -> None:
    for number in range(30):
        post_message(cafe.ann, cafe.topic.id, "Word", f"m-{number}")
    at_once([lambda n=n: mark_read(cafe.bob, cafe.topic.id, n) for n in range(1, 31, 3)])  # type: ignore[misc]
    with unit_of_work():
        moved = [entry.codes for entry in entries_after(f"user:{cafe.bob.user_id}", 0, 100)]
    markers = [codes["last_read_seq"] for codes in moved]
    assert markers == sorted(set(markers))
    assert markers[-1] == 28
    assert [codes["unread"] for codes in moved] == [30 - marker for marker in markers]


def test_muted_ten_times_at_once_is_muted(cafe: Cafe) -> None:
    done = at_once([lambda: choose_room_level(cafe.bob, cafe.room.id, "muted")] * 10)
    assert [room["muted"] for room in done] == [True] * 10
    assert not choose_room_level(cafe.bob, cafe.room.id, None)["muted"]


def test_all_read_on_two_devices_at_once_is_told_once(cafe: Cafe) -> None:
    topics = [make_topic(cafe.room, cafe.ann) for _ in range(20)]
    for number, topic in enumerate(topics):
        post_message(cafe.ann, topic.id, "Word", f"m-{number}")
    network = cafe.community.network.id
    left = at_once([lambda: mark_network_read(cafe.bob, network)] * 4)
    assert [view["unread"] for view in left] == [0] * 4
    with unit_of_work():
        entries = entries_after(f"user:{cafe.bob.user_id}", 0, 100)
    assert [entry.seq for entry in entries] == list(range(1, 21))
    assert {entry.entity_id for entry in entries} == {topic.id for topic in topics}
