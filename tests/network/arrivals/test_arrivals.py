"""A newcomer's first days: what is left of the list, who greets her, and for how long."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from models.arrivals import BuddyPair
from models.event_log import Event
from models.membership import Membership
from models.people import User
from network import arrivals, blocks, membership
from network.arrivals import mails, subscriptions
from network.arrivals.rules import Candidate, choose_buddy, kept_steps, steps_put_off
from network.discussions import post_message, write_directly
from network.kernel import outbox
from network.kernel.actor import ANONYMOUS, Actor, system_actor
from network.kernel.errors import Forbidden, Invalid, NotFound
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.membership import RulesNotAccepted
from tests.factories.discussions import Community, make_community, make_room, make_topic
from tests.factories.membership import make_invitation, standing_actor
from tests.factories.people import make_user
from tests.running import HandClock, LetterBox

assert mails and subscriptions  # they register themselves


@pytest.fixture
def place(live: Runtime) -> Community:
    return make_community()


def first_days(actor: Actor, place: Community) -> Any:
    with unit_of_work():
        return arrivals.get_arrival(actor, place.network.id)


def meet(newcomer: Actor, place: Community) -> None:
    with unit_of_work():
        wanted = select(Membership.id).filter_by(network_id=place.network.id, user_id=newcomer.user_id)
        membership_id = session().scalars(wanted).one()
    arrivals.find_buddy(system_actor("test"), membership_id)


def buddy_of(newcomer: Actor, place: Community) -> str | None:
    found = first_days(newcomer, place)["buddy"]
    return found["id"] if found else None


def people_row(user_id: str) -> User:
    with unit_of_work():
        row = session().get_one(User, user_id)
        session().expunge(row)
    return row


def greets(place: Community) -> Actor:
    somebody = place.member()
    arrivals.greet_newcomers(somebody, place.network.id, somebody.user_id or "")
    return somebody


def test_who_greets_least_and_speaks_the_same_is_chosen() -> None:
    few, many = Candidate("b", 1, True), Candidate("a", 2, True)
    assert choose_buddy([many, few, Candidate("c", 0, False)]) == "b"
    assert choose_buddy([Candidate("c", 3, False)]) == "c"
    assert choose_buddy([]) is None
    assert steps_put_off(kept_steps(["offers", "hello"])) == {"offers", "hello"}
    assert steps_put_off("hello dance") == {"hello"}


def test_the_list_follows_what_one_does(place: Community, clock: HandClock) -> None:
    ann, bob = place.member(), place.member()
    before = first_days(ann, place)["steps"]
    assert [(step["key"], step["done"]) for step in before] == [(key, False) for key in arrivals.STEPS]
    theirs = make_topic(make_room(place.network), bob)
    post_message(ann, theirs.id, "The same here", "m-1")
    done = {step["key"]: step["done"] for step in first_days(ann, place)["steps"]}
    assert done == {"introduction": False, "offers": False, "hello": False, "meeting": False, "answer": True}
    shown = arrivals.put_off(ann, place.network.id, "offers")
    assert {step["key"] for step in shown["steps"] if step["put_off"]} == {"offers"}
    again = arrivals.put_off(ann, place.network.id, "hello")
    assert {step["key"] for step in again["steps"] if step["put_off"]} == {"offers", "hello"}
    with pytest.raises(Invalid):
        arrivals.put_off(ann, place.network.id, "dance")
    assert arrivals.put_off(ann, place.network.id)["steps"] == []
    clock.forward(days=29)
    assert first_days(bob, place)["steps"] != []
    clock.forward(days=2)
    assert first_days(bob, place)["steps"] == []


def test_first_days_are_ones_own(place: Community) -> None:
    stranger = make_community().member()
    with unit_of_work(), pytest.raises(NotFound):
        arrivals.get_arrival(stranger, place.network.id)
    with pytest.raises(NotFound):
        arrivals.put_off(stranger, place.network.id)
    with pytest.raises(NotFound):
        arrivals.greet_newcomers(stranger, place.network.id, stranger.user_id or "")
    ann = place.member()
    with pytest.raises(Forbidden):
        arrivals.find_buddy(ann, "x")


def test_a_newcomer_gets_the_buddy_who_greets_least(place: Community, letterbox: LetterBox) -> None:
    busy, free = greets(place), greets(place)
    first, second = place.member(), place.member()
    meet(first, place)
    meet(first, place)  # once is enough
    meet(second, place)
    assert {buddy_of(first, place), buddy_of(second, place)} == {busy.user_id, free.user_id}
    other = busy if buddy_of(first, place) == busy.user_id else free
    mine = first_days(other, place)["newcomers"]
    assert [(one["user"]["id"], one["greeted"]) for one in mine] == [(first.user_id, False)]
    write_directly(other, place.network.id, [first.user_id or ""], "Hello!", "m-1")
    assert first_days(other, place)["newcomers"][0]["greeted"]
    with unit_of_work():
        assert session().query(BuddyPair).count() == 2


def test_without_volunteers_the_meta_mentor_greets_and_nobody_greets_herself(place: Community) -> None:
    meta, ann = place.member("meta_mentor"), place.member()
    meet(ann, place)
    assert buddy_of(ann, place) == meta.user_id
    meet(meta, place)
    assert buddy_of(meta, place) is None


def test_who_is_blocked_or_takes_no_messages_greets_nobody(place: Community) -> None:
    blocking, silent, kind = greets(place), greets(place), greets(place)
    ann = place.member()
    blocks.block(blocking, ann.user_id or "")
    blocks.choose_contact(silent, direct_messages=False)
    meet(ann, place)
    assert buddy_of(ann, place) == kind.user_id
    blocks.block(ann, kind.user_id or "")
    assert buddy_of(ann, place) is None
    assert first_days(kind, place)["newcomers"] == []


def test_it_ends_after_thirty_days_and_goes_on_when_the_buddy_leaves(
    place: Community, clock: HandClock
) -> None:
    first = greets(place)
    ann = place.member()
    meet(ann, place)
    second = greets(place)
    arrivals.let_go_of_pairs(system_actor("test"), place.network.id, first.user_id or "")
    assert buddy_of(ann, place) == second.user_id
    clock.forward(days=29)
    assert buddy_of(ann, place) == second.user_id
    clock.forward(days=2)
    assert buddy_of(ann, place) is None
    late = place.member()
    clock.forward(days=15)
    meet(late, place)
    assert buddy_of(late, place) is None, "who came long ago is no newcomer"


def test_who_may_put_whom_on_the_list(place: Community) -> None:
    meta, ann, bob = place.member("meta_mentor"), place.member(), place.member()
    with pytest.raises(Forbidden):
        arrivals.greet_newcomers(ann, place.network.id, bob.user_id or "")
    arrivals.greet_newcomers(meta, place.network.id, bob.user_id or "")
    arrivals.greet_newcomers(meta, place.network.id, bob.user_id or "")
    with pytest.raises(NotFound):
        arrivals.greet_newcomers(meta, place.network.id, make_user().id)
    with unit_of_work():
        assert [one["id"] for one in arrivals.list_buddies(ann, place.network.id)] == [bob.user_id]
    with pytest.raises(Forbidden):
        arrivals.stop_greeting(ann, place.network.id, bob.user_id or "")
    arrivals.stop_greeting(bob, place.network.id, bob.user_id or "")
    with unit_of_work():
        assert arrivals.list_buddies(ann, place.network.id) == []
    late = place.member(rules_accepted=False)
    with pytest.raises(RulesNotAccepted):
        arrivals.greet_newcomers(late, place.network.id, late.user_id or "")


def test_whoever_comes_in_is_met(place: Community, letterbox: LetterBox) -> None:
    """The whole way: an invitation is accepted, the buddy gets a letter, the newcomer sees her."""
    kind = greets(place)
    _row, secret = make_invitation(place.network)
    done = membership.accept_invitation(ANONYMOUS, secret, display_name="Amina")
    assert done.user_id is not None
    newcomer = standing_actor(people_row(done.user_id))
    assert buddy_of(newcomer, place) == kind.user_id
    outbox.drain()
    told = [str(letter["Subject"]) for letter in letterbox.to(kind.email or "")]
    assert [subject for subject in told if subject.startswith("Amina ")] == [
        f"Amina is new in {place.network.name}"
    ]


def told(scope: Actor) -> list[str]:
    """The kinds of the facts about buddies in somebody's own scope."""
    with unit_of_work():
        wanted = select(Event.type).where(Event.scope == f"user:{scope.user_id}", Event.type.like("buddy.%"))
        return list(session().scalars(wanted.order_by(Event.seq)))


def test_a_newcomer_ends_it_and_is_left_alone(place: Community) -> None:
    first, _second = greets(place), greets(place)
    ann, third = place.member(), place.member()
    meet(ann, place)
    buddy = buddy_of(ann, place) or ""
    with pytest.raises(NotFound):
        arrivals.end_pair(third, place.network.id, buddy)
    arrivals.end_pair(ann, place.network.id, buddy)
    arrivals.end_pair(ann, place.network.id, buddy)  # once is enough
    assert buddy_of(ann, place) is None
    assert told(ann) == ["buddy.found", "buddy.ended"]
    if buddy == first.user_id:
        assert first_days(first, place)["newcomers"] == []
    meet(ann, place)
    assert buddy_of(ann, place) is None, "she wanted none"


def test_a_buddy_hands_on_whom_she_did_not_greet_and_no_one_else(place: Community) -> None:
    first, second = greets(place), greets(place)
    ann = place.member()
    meet(ann, place)
    one, other = (first, second) if buddy_of(ann, place) == first.user_id else (second, first)
    arrivals.end_pair(one, place.network.id, ann.user_id or "")
    assert buddy_of(ann, place) == other.user_id
    assert told(one) == ["buddy.found", "buddy.ended"]
    assert told(ann) == ["buddy.found", "buddy.ended", "buddy.found"]
    assert not first_days(ann, place)["greeted"]
    write_directly(other, place.network.id, [ann.user_id or ""], "Hello!", "m-1")
    assert first_days(ann, place)["greeted"]
    arrivals.end_pair(other, place.network.id, ann.user_id or "")
    assert buddy_of(ann, place) is None, "she was greeted"
    with pytest.raises(NotFound):
        arrivals.end_pair(one, place.network.id, ann.user_id or "")


def test_both_end_it_at_the_same_moment_and_it_ends_once(place: Community) -> None:
    buddy, ann, other = greets(place), place.member(), place.member()
    meet(ann, place)
    write_directly(buddy, place.network.id, [ann.user_id or ""], "Hello!", "m-1")
    deeds = [(ann, buddy), (buddy, ann), (other, ann)] * 2

    def end(deed: tuple[Actor, Actor]) -> None:
        with contextlib.suppress(NotFound):
            arrivals.end_pair(deed[0], place.network.id, deed[1].user_id or "")

    with ThreadPoolExecutor(len(deeds)) as pool:
        list(pool.map(end, deeds))
    assert told(ann) == told(buddy) == ["buddy.found", "buddy.ended"]
