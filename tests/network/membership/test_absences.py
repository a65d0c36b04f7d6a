"""Who has not been here for long is asked, offered a pause, and let go; who looks in is left alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.event_log import Event
from models.membership import Membership
from models.networks import Network
from models.people import User
from network import membership
from network.kernel import outbox, runtime
from network.kernel.actor import Actor
from network.kernel.errors import Forbidden
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.membership import mails
from network.membership.commands.absences import miss_member, miss_members
from tests.factories.discussions import make_community, make_messages, make_room, make_topic
from tests.factories.membership import make_membership, member_of
from tests.factories.networks import make_network
from tests.factories.people import make_session, make_user
from tests.running import HandClock, LetterBox

assert mails  # they register themselves


@pytest.fixture
def network(live: Runtime) -> Network:
    assert live
    return make_network()


def comes_often(network: Network) -> User:
    """Somebody with a session that never ends: the network does not sleep."""
    user = make_user()
    make_membership(network, user)
    look_in(user, days=10_000)
    return user


def look_in(user: User, days: float = 0) -> None:
    """A session that was used just now; with `days`, that will have been used until then."""
    with unit_of_work() as unit:
        row = unit.session.get_one(User, user.id)
        now = runtime.current().clock.now()
        make_session(row, last_used_at=now + timedelta(days=days), expires_at=now + timedelta(days=90 + days))


def state_of(row: Membership) -> str:
    with unit_of_work():
        return session().get_one(Membership, row.id).state


def subjects(letterbox: LetterBox, user: User) -> list[str]:
    outbox.drain()
    return [str(letter["Subject"]) for letter in letterbox.to(user.email or "")]


def test_asked_offered_a_pause_and_let_go(network: Network, clock: HandClock, letterbox: LetterBox) -> None:
    comes_often(network)
    ann = make_user()
    row = make_membership(network, ann)
    look_in(ann)
    clock.forward(days=89)
    assert miss_members() == 0
    clock.forward(days=1)
    assert miss_members() == 1
    assert miss_members() == 0, "once"
    assert subjects(letterbox, ann) == [f"Are you still with us in {network.name}?"]
    clock.forward(days=89)
    assert miss_members() == 0
    clock.forward(days=1)
    assert miss_members() == 1
    assert subjects(letterbox, ann)[1:] == [f"A pause in {network.name}?"]
    clock.forward(days=184)
    assert miss_members() == 0
    assert state_of(row) == "active"
    clock.forward(days=1)
    assert miss_members() == 1
    assert state_of(row) == "lapsed"
    assert subjects(letterbox, ann)[2:] == [f"Your place in {network.name} is free again"]
    assert miss_members() == 0
    with unit_of_work():
        told = select(Event.type, Event.codes).where(Event.scope == f"user:{ann.id}").order_by(Event.seq)
        facts = [(kind, codes.get("step") or codes.get("reason")) for kind, codes in session().execute(told)]
    assert facts == [
        ("membership.missed", "asked"), ("membership.missed", "pause_offered"), ("access.ended", "lapsed"),
    ]  # fmt: skip


def test_whoever_looks_in_begins_anew(network: Network, clock: HandClock) -> None:
    comes_often(network)
    ann = make_user()
    row = make_membership(network, ann)
    clock.forward(days=90)
    assert miss_members() == 1
    clock.forward(days=60)
    look_in(ann)
    clock.forward(days=60)
    assert miss_members() == 0, "she was here"
    clock.forward(days=30)
    assert miss_members() == 1
    clock.forward(days=90)
    assert miss_members() == 1
    assert state_of(row) == "active"


def test_who_is_left_alone(network: Network, clock: HandClock) -> None:
    comes_often(network)
    lead = member_of(network, "meta_mentor")
    paused = make_membership(network, state="paused")
    suspended = make_membership(network, suspended_until=runtime.current().clock.now() + timedelta(days=999))
    frozen = make_membership(network, make_user(frozen_at=runtime.current().clock.now()))
    asleep = make_membership(make_network())
    clock.forward(days=400)
    assert miss_members() == 0
    assert {state_of(row) for row in (suspended, frozen, asleep)} == {"active"}
    assert state_of(paused) == "paused"
    with pytest.raises(Forbidden):
        miss_member(lead, asleep.id)


def test_who_wrote_was_here(live: Runtime, clock: HandClock) -> None:
    assert live
    place = make_community()
    comes_often(place.network)
    ann = place.member()
    topic = make_topic(make_room(place.network), ann)
    clock.forward(days=50)
    make_messages(topic, ann, 1)
    clock.forward(days=50)
    assert miss_members() == 0
    clock.forward(days=40)
    assert miss_members() == 1


def test_whoever_was_let_go_comes_back_as_anybody(network: Network, clock: HandClock) -> None:
    comes_often(network)
    ann = make_user()
    row = make_membership(network, ann)
    for days in (90, 90, 185):
        clock.forward(days=days)
        miss_members()
    assert state_of(row) == "lapsed"
    actor = Actor(kind="person", user_id=ann.id, name=ann.display_name)
    with unit_of_work():
        assert membership.with_standings(actor).standings.get(network.id) is None
    again = make_membership(network, ann)
    assert state_of(again) == "active"
    assert miss_members() == 0
