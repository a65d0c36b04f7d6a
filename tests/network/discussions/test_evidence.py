"""What the roadmap counts."""

from __future__ import annotations

from sqlalchemy import update

from models.membership import Membership
from network.discussions import (
    delete_message,
    open_first_rooms,
    open_topic,
    post_message,
    talk_evidence,
)
from network.kernel import runtime
from network.kernel.transaction import unit_of_work
from tests.factories.discussions import make_room, make_topic
from tests.network.discussions.conftest import Cafe
from tests.running import HandClock


def test_introduced_are_active_members_with_a_hello_in_the_welcome_room(cafe: Cafe) -> None:
    network = cafe.community.network.id
    rooms = open_first_rooms(cafe.community.steward(), network, "en")
    topic = open_topic(cafe.ann, rooms["welcome"], "Hello", "I am Ann").topic["id"]
    post_message(cafe.ann, topic, "again", "a")
    bobs = post_message(cafe.bob, topic, "I am Bob", "b").message["id"]
    post_message(cafe.meta, topic, "Welcome!", "m")
    open_topic(cafe.community.member(), rooms["cafe"], "Not a hello", "x")
    with unit_of_work():
        assert talk_evidence(network).introduced == 3
        assert talk_evidence(next(iter(cafe.outsider.standings))).introduced == 0
    delete_message(cafe.bob, bobs)
    with runtime.current().database.engine.begin() as connection:
        gone = update(Membership).where(Membership.user_id == cafe.meta.user_id).values(state="left")
        connection.execute(gone)
    with unit_of_work():
        assert talk_evidence(network).introduced == 1


def test_weeks_with_conversation_need_two_people(cafe: Cafe, clock: HandClock) -> None:
    network = cafe.community.network.id
    private = make_topic(make_room(cafe.community.network, [cafe.ann, cafe.bob]), cafe.ann)
    spoken = [  # one line a week, oldest first
        [cafe.ann, cafe.bob],  # falls out of the 13 weeks
        [cafe.ann, cafe.bob],
        [cafe.ann, cafe.ann],
        [],
        [cafe.meta, cafe.bob, cafe.ann],
    ]
    for number, people in enumerate(spoken):
        for turn, actor in enumerate(people):
            post_message(actor, cafe.topic.id, "Word", f"{number}-{turn}")
        clock.forward(days=7)
    clock.forward(days=8 * 7 + 5)
    for actor in (cafe.ann, cafe.bob):
        post_message(actor, private.id, "Between us", "p")
    clock.forward(days=1)
    with unit_of_work():
        assert talk_evidence(network).weeks == 2
        assert talk_evidence(network, weeks=14).weeks == 3
        assert talk_evidence(network, weeks=2).weeks == 0
