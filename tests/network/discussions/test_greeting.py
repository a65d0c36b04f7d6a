"""Saying hello while one waits: an applicant who knows the rules, once, in the welcome room."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.discussions import Message
from network import discussions
from network.discussions import AlreadyGreeted, RoomLocked
from network.kernel.actor import ANONYMOUS
from network.kernel.errors import Forbidden, NotFound, Unauthenticated
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from network.membership import RulesNotAccepted
from tests.factories.discussions import make_community, make_room
from tests.factories.membership import again
from tests.recorded import counted, facts


def test_an_applicant_says_hello_once(live: Runtime) -> None:
    community = make_community()
    room = make_room(community.network, opening="welcome")
    applicant, member = again(community.member(state="applied")), community.member()
    opened = discussions.greet_while_waiting(
        applicant, community.network.id, "I am Jo and I support two people."
    )
    assert opened["room_id"] == room.id
    assert facts(f"room:{room.id}") == ["topic.opened", "message.posted"]
    with unit_of_work():
        found = discussions.list_messages(member, opened["id"])
        assert [each["body"] for each in found["items"]] == ["I am Jo and I support two people."]
        # She cannot look in yet, not even at her own hello's room.
        with pytest.raises(NotFound):
            discussions.get_topic(applicant, opened["id"])
    with pytest.raises(AlreadyGreeted):
        discussions.greet_while_waiting(applicant, community.network.id, "Me again")
    assert counted(Message) == 1


def test_nobody_else_says_hello_this_way(live: Runtime) -> None:
    community, other = make_community(), make_community()
    make_room(community.network, opening="welcome")
    here = community.network.id
    for actor, refusal in (
        (ANONYMOUS, Unauthenticated),
        (community.member(), Forbidden),
        (again(other.member(state="applied")), Forbidden),
        (again(community.member(state="applied", rules_accepted=False)), RulesNotAccepted),
    ):
        with pytest.raises(refusal):
            discussions.greet_while_waiting(actor, here, "Hello")
    assert counted(Message) == 0


def test_a_locked_welcome_room_stays_shut(live: Runtime) -> None:
    community = make_community()
    make_room(community.network, opening="welcome", state="locked")
    applicant = again(replace(community.member(state="applied")))
    with pytest.raises(RoomLocked):
        discussions.greet_while_waiting(applicant, community.network.id, "Hello")
