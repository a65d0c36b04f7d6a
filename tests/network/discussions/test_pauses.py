"""A pause from writing holds on every way, in one topic or in the whole network, and ends by the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from network import discussions, files, goals, meetings
from network.kernel.events import entries_after
from network.kernel.ids import new_untimed_id
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from network.membership.commands.measures import forget_pauses
from tests.factories import files as made
from tests.factories.discussions import make_topic
from tests.network.discussions.conftest import Cafe
from tests.network.discussions.test_veiling import moderate
from tests.running import HandClock


@pytest.fixture(autouse=True)
def _without_limits(live: Runtime) -> None:
    object.__setattr__(live.settings, "rate_limits", "off")


def _meet(cafe: Cafe, clock: HandClock) -> Any:
    return meetings.plan_meeting(
        cafe.bob, cafe.community.network.id, title="Evening", kind="exchange", time_zone="UTC",
        starts_at=clock.now().replace(microsecond=0) + timedelta(days=3), duration_minutes=60,
    )  # fmt: skip


def ways(cafe: Cafe, clock: HandClock) -> dict[str, Callable[[], Any]]:
    """How Bob adds something to the network; those before the line in Ann's topic."""
    network, topic, bob = cafe.community.network.id, cafe.topic.id, cafe.bob
    by_ann = discussions.post_message(cafe.ann, topic, "Hello", new_untimed_id()).message["id"]
    own = discussions.post_message(bob, topic, "Hello", new_untimed_id()).message
    elsewhere = make_topic(cafe.room, cafe.ann).id
    goal = goals.propose_goal(bob, network, "Title", "Why")

    def asked_to_write() -> None:
        with unit_of_work():
            discussions.room_to_write_in(bob, topic)

    return {
        "message": lambda: discussions.post_message(bob, topic, "Word", new_untimed_id()),
        "edit": lambda: discussions.edit_message(bob, own["id"], "Other", expected_version=own["version"]),
        "reaction": lambda: discussions.react(bob, by_ann, "👍"),
        "typing": asked_to_write,
        "elsewhere": lambda: discussions.post_message(bob, elsewhere, "Word", new_untimed_id()),
        "topic": lambda: discussions.open_topic(bob, cafe.room.id, "Title", "Word", new_untimed_id()),
        "direct": lambda: discussions.write_directly(bob, network, [cafe.ann.id], "Word", new_untimed_id()),
        "file": lambda: files.upload_file(bob, network, made.GOOD["png"][0], "a.png"),
        "goal": lambda: goals.propose_goal(bob, network, "Another", "Why"),
        "goal changed": lambda: goals.change_goal(bob, goal["id"], goal["version"], {"title": "Third"}),
        "meeting": lambda: _meet(cafe, clock),
    }


IN_TOPIC = {"message", "edit", "reaction", "typing"}


@pytest.mark.parametrize("scope", ["topic", "network"])
def test_a_pause_holds_on_every_way_and_ends_by_the_clock(cafe: Cafe, clock: HandClock, scope: str) -> None:
    network, found = cafe.community.network.id, ways(cafe, clock)
    until, topic_id = clock.now() + timedelta(days=3), cafe.topic.id if scope == "topic" else None
    moderate(
        discussions.pause_posting, cafe.meta, network, cafe.bob.id, topic_id=topic_id, until=until,
        measure_id=new_untimed_id(),
    )  # fmt: skip
    refused = dict[str, Any]()
    for name, act in found.items():
        try:
            act()
        except discussions.PostingPaused as error:
            refused[name] = error.params["until"]
    assert refused == dict.fromkeys(IN_TOPIC if scope == "topic" else found, until)
    # Others write as before, and she reads and takes back her own words.
    discussions.post_message(cafe.ann, cafe.topic.id, "Word", new_untimed_id())
    with unit_of_work():
        assert discussions.running_pause(cafe.bob.id, network, cafe.topic.id) == until
        assert discussions.get_topic(cafe.bob, cafe.topic.id)["paused_until"] == until
        mine = discussions.list_messages(cafe.bob, cafe.topic.id)["items"]
    discussions.delete_message(cafe.bob, next(m["id"] for m in mine if m["author"]["id"] == cafe.bob.id))
    clock.forward(days=3)
    for name, act in ways(cafe, clock).items():
        assert name
        act()
    with unit_of_work():
        assert discussions.running_pause(cafe.bob.id, network, cafe.topic.id) is None


def test_of_two_pauses_the_longer_one_runs_and_each_ends_alone(cafe: Cafe, clock: HandClock) -> None:
    network, first, second = cafe.community.network.id, new_untimed_id(), new_untimed_id()
    soon, late = (clock.now() + timedelta(days=days) for days in (1, 2))
    for measure_id, topic_id, until in (
        (first, None, late),
        (second, cafe.topic.id, soon),
        (first, None, soon),
    ):
        moderate(
            discussions.pause_posting, cafe.meta, network, cafe.bob.id, topic_id=topic_id, until=until,
            measure_id=measure_id,
        )  # fmt: skip

    def running() -> Any:
        with unit_of_work():
            return discussions.running_pause(cafe.bob.id, network, cafe.topic.id)

    assert running() == late
    for _ in range(2):
        moderate(discussions.end_pause, cafe.meta, first)
        assert running() == soon
    moderate(discussions.end_pause, cafe.meta, second)
    moderate(discussions.end_pause, cafe.meta, new_untimed_id())
    assert running() is None
    assert discussions.post_message(cafe.bob, cafe.topic.id, "Word", "1").is_new
    with unit_of_work():
        told = [entry.type for entry in entries_after(f"user:{cafe.bob.id}", 0, 50)]
    assert told == ["posting.paused"] * 3 + ["posting.resumed"] * 2


def test_what_was_sent_before_a_pause_is_the_same_message_again(cafe: Cafe, clock: HandClock) -> None:
    discussions.post_message(cafe.bob, cafe.topic.id, "Word", "1")
    moderate(
        discussions.pause_posting, cafe.meta, cafe.community.network.id, cafe.bob.id, topic_id=None,
        until=clock.now() + timedelta(days=1), measure_id=new_untimed_id(),
    )  # fmt: skip
    assert not discussions.post_message(cafe.bob, cafe.topic.id, "Word", "1").is_new


def test_a_pause_is_forgotten_a_month_after_its_end(cafe: Cafe, clock: HandClock) -> None:
    for days in (1, 20):
        moderate(
            discussions.pause_posting, cafe.meta, cafe.community.network.id, cafe.bob.id, topic_id=None,
            until=clock.now() + timedelta(days=days), measure_id=new_untimed_id(),
        )  # fmt: skip
    clock.forward(days=30)
    assert forget_pauses() == 0
    clock.forward(days=1)
    assert forget_pauses() == 1
    clock.forward(days=19)
    assert (forget_pauses(), forget_pauses()) == (1, 0)
