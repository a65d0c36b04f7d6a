"""What is done to rooms binds meta-mentors as well, and stands in the log with its reason, without a name."""

from __future__ import annotations

from datetime import timedelta

import pytest

from network import discussions
from network.kernel.transaction import unit_of_work
from tests.factories.discussions import make_room, make_topic
from tests.network.discussions.conftest import Cafe
from tests.running import HandClock


def test_c37_every_measure_stands_in_the_log_with_its_reason(cafe: Cafe, clock: HandClock) -> None:
    network, room, topic = cafe.community.network, cafe.room.id, cafe.topic.id
    garden, circle = make_room(network), make_room(network, [cafe.meta, cafe.ann])
    own = make_topic(cafe.room, cafe.meta)
    hidden = make_topic(circle, cafe.ann)
    began = clock.now()
    steps = [
        (discussions.lock_topic, topic, 1, "It got personal."),
        (discussions.unlock_topic, topic, 2, None),
        (discussions.lock_room, room, 1, "Let us sleep over it."),
        (discussions.unlock_room, room, 2, None),
        (discussions.archive_room, garden.id, 1, "Nobody came."),
        (discussions.unarchive_room, garden.id, 2, None),
        (discussions.lock_topic, hidden.id, 1, "What few know."),
    ]
    for act, thing, version, reason in steps:
        why = {} if reason is None else {"reason": reason}
        act(cafe.meta, thing, expected_version=version, **why)  # type: ignore[operator]
        clock.forward(minutes=1)
    discussions.set_slow_mode(cafe.meta, room, 60, expected_version=3, reason="It got heated.")
    clock.forward(minutes=1)
    discussions.move_topic(cafe.meta, topic, garden.id, expected_version=3, reason="About plants.")
    discussions.move_topic(cafe.meta, own.id, garden.id, expected_version=1)
    with unit_of_work():
        log = discussions.list_room_measures(network.id)
        later = discussions.list_room_measures(network.id, since=began + timedelta(minutes=1), most=1)
        before = discussions.list_room_measures(network.id, before=began + timedelta(minutes=1))
    told = [(one["kind"], one["topic_id"], one["reason"]) for one in reversed(log)]
    assert told == [
        ("lock", topic, "It got personal."), ("unlock", topic, None), ("lock", None, "Let us sleep over it."),
        ("unlock", None, None), ("archive", None, "Nobody came."), ("unarchive", None, None),
        ("slow_mode", None, "It got heated."), ("move", topic, "About plants."),
    ]  # fmt: skip
    assert {one["acting_role"] for one in log} == {"meta_mentor"}
    assert cafe.meta.id not in str(log) and cafe.meta.name not in str(log)
    assert [one["kind"] for one in later] == ["move"]
    assert [one["kind"] for one in before] == ["lock"]


@pytest.mark.parametrize("what", ["room", "topic"])
def test_a_lock_binds_whoever_locked(cafe: Cafe, what: str) -> None:
    deputy, steward = cafe.community.member("deputy"), cafe.community.steward(member=True)
    if what == "room":
        discussions.lock_room(cafe.meta, cafe.room.id, expected_version=1, reason="Quiet, please.")
    else:
        discussions.lock_topic(cafe.meta, cafe.topic.id, expected_version=1, reason="Quiet, please.")
    for actor in (cafe.meta, deputy, steward, cafe.ann):
        with pytest.raises((discussions.RoomLocked, discussions.TopicLocked)):
            discussions.post_message(actor, cafe.topic.id, "But I", f"{actor.id[:8]}")
