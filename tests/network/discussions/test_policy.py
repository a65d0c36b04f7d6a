"""Who may see, speak and look after rooms: role × place → verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.discussions import Room, RoomMember
from models.networks import Network
from network.discussions import (
    Owned,
    Place,
    Rooms,
    may_change_message,
    may_change_topic,
    may_lock_topic,
    may_open_room,
    may_post_message,
    may_see_room,
    visible_rooms,
)
from network.discussions.policy import may_open_first_rooms
from network.kernel.actor import ANONYMOUS, Actor, Standing, system_actor
from network.kernel.ids import new_untimed_id
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests.factories.discussions import make_community, make_room

HERE, THERE, ORG = "here", "there", "org"
LATER, EARLIER = datetime(2999, 1, 1, tzinfo=UTC), datetime(2001, 1, 1, tzinfo=UTC)
ANN = Actor(kind="person", user_id="ann")


def person(state: str | None, *roles: str, network: str = HERE, **over: object) -> Actor:
    standing = Standing(network, "m" if state else None, state, frozenset(roles), **over)  # type: ignore[arg-type]
    return replace(ANN, standings={network: standing})


ROLES = {
    "anonymous": ANONYMOUS,
    "signed in": ANN,
    "applicant": person("applied"),
    "member": person("active", "mentor"),
    "paused": person("paused", "mentor"),
    "suspended": person("active", "mentor", suspended_until=LATER),
    "was suspended": person("active", "mentor", suspended_until=EARLIER),
    "left": person("left"),
    "elsewhere": person("active", "mentor", network=THERE),
    "deputy": person("active", "mentor", "deputy"),
    "meta-mentor": person("active", "mentor", "meta_mentor"),
    "suspended meta-mentor": person("active", "meta_mentor", suspended_until=LATER),
    "steward": person(None, "steward"),
    "steward and member": person("active", "mentor", "steward"),
    "operator": replace(ANN, is_operator=True),
}


def place(
    who: str, kind: str = "open", posting: str = "members", *, in_room: bool = False, rules: bool = True
) -> Place:
    standing = ROLES[who].standings.get(HERE)
    state = standing.state if standing and standing.state in ("active", "paused") else None
    until = standing.suspended_until if standing else None
    return Place(HERE, kind, posting, in_room, state, until, rules)


@pytest.mark.parametrize(
    ("who", "opened", "private"),
    [
        ("anonymous", False, False), ("signed in", False, False), ("applicant", False, False),
        ("member", True, True), ("paused", True, True), ("suspended", False, False),
        ("was suspended", True, True), ("left", False, False), ("elsewhere", False, False),
        ("deputy", True, True), ("meta-mentor", True, True), ("suspended meta-mentor", False, False),
        ("steward", True, True), ("steward and member", True, True), ("operator", False, False),
    ],
)  # fmt: skip
def test_who_sees_a_room(live: Runtime, who: str, opened: bool, private: bool) -> None:
    assert live
    for kind in ("open", "announcement"):
        assert bool(may_see_room(ROLES[who], place(who, kind))) is opened
    for kind in ("private", "direct"):
        assert bool(may_see_room(ROLES[who], place(who, kind, in_room=True))) is private
        assert not may_see_room(ROLES[who], place(who, kind))


@pytest.mark.parametrize(
    ("who", "everywhere", "announcing"),
    [
        ("member", None, "announcements_only"), ("paused", "membership_paused", "membership_paused"),
        ("was suspended", None, "announcements_only"), ("deputy", None, None), ("meta-mentor", None, None),
        ("steward", "membership_required", "membership_required"), ("steward and member", None, None),
        ("suspended", "forbidden", "forbidden"), ("applicant", "forbidden", "forbidden"),
        ("elsewhere", "forbidden", "forbidden"), ("operator", "forbidden", "forbidden"),
    ],
)  # fmt: skip
def test_who_speaks(live: Runtime, who: str, everywhere: str | None, announcing: str | None) -> None:
    assert live
    assert may_post_message(ROLES[who], place(who)).code == everywhere
    assert may_post_message(ROLES[who], place(who, "announcement")).code == announcing
    assert may_post_message(ROLES[who], place(who, posting="meta_mentors")).code == announcing


def test_the_rules_come_before_the_first_word(live: Runtime) -> None:
    assert live
    for who in ("member", "meta-mentor", "steward and member"):
        assert may_post_message(ROLES[who], place(who, rules=False)).code == "rules_not_accepted"


def test_what_the_database_says_now_counts_more_than_the_actor(live: Runtime) -> None:
    assert live
    as_it_was = ROLES["member"]
    assert (
        may_post_message(as_it_was, replace(place("member"), member_state=None)).code == "membership_required"
    )
    assert not may_post_message(as_it_was, replace(place("member"), suspended_until=LATER))


@pytest.mark.parametrize("who", ROLES)
def test_who_looks_after_rooms(live: Runtime, who: str) -> None:
    assert live
    hosts = who in ("deputy", "meta-mentor")
    steward = who in ("steward", "steward and member")
    assert bool(may_open_room(ROLES[who], Rooms(HERE, ORG, hosted=True))) is hosts
    assert bool(may_open_room(ROLES[who], Rooms(HERE, ORG, hosted=False))) is (hosts or steward)
    assert bool(may_lock_topic(ROLES[who], Owned(HERE, "somebody"))) is hosts
    assert bool(may_change_topic(ROLES[who], Owned(HERE, "somebody"))) is hosts
    assert not may_change_message(ROLES[who], Owned(HERE, "somebody"))
    if ROLES[who].user_id == "ann":
        assert may_change_message(ROLES[who], Owned(HERE, "ann"))
        assert may_change_topic(ROLES[who], Owned(HERE, "ann"))


def test_the_first_rooms_are_the_founders(live: Runtime) -> None:
    assert live
    rooms = Rooms(HERE, ORG, hosted=False)
    assert may_open_first_rooms(replace(ANN, stewardships=frozenset({ORG})), rooms)
    assert may_open_first_rooms(system_actor("demo"), rooms)
    assert not may_open_first_rooms(replace(ANN, stewardships=frozenset({"other"})), rooms)
    assert not may_open_first_rooms(ROLES["meta-mentor"], rooms)


_KIND = st.sampled_from(("open", "private", "announcement", "direct"))


@given(
    st.lists(st.tuples(_KIND, st.booleans(), st.booleans()), min_size=1, max_size=6),
    st.sampled_from([None, "active", "paused", "applied", "invited"]),
    st.booleans(),
    st.booleans(),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_select_agrees_with_the_law(
    live: Runtime, rooms: list[tuple[str, bool, bool]], state: str | None, suspended: bool, steward: bool
) -> None:
    assert live
    community, other = make_community(), make_community()
    me = community.member()
    standing = replace(
        me.standings[community.network.id], state=state, suspended_until=LATER if suspended else None,
        roles=frozenset({"steward"} if steward else {"mentor"}),
    )  # fmt: skip
    actor = replace(me, standings={community.network.id: standing})
    made: dict[str, tuple[Room, bool]] = {}
    for kind, here, mine in rooms:
        network: Network = community.network if here else other.network
        room = make_room(network, [me] if mine else None, kind=kind)
        made[room.id] = (room, mine)
    with unit_of_work():
        seen = {room.id for room in session().scalars(visible_rooms(actor))}
        assert session().get(RoomMember, ("none", "none")) is None
    allowed = {
        room.id for room, mine in made.values()
        if may_see_room(actor, Place(room.network_id, room.kind, room.posting, in_room=mine))
    }  # fmt: skip
    assert seen == allowed


def test_nobody_sees_nothing(live: Runtime) -> None:
    assert live
    make_room(make_community().network)
    with unit_of_work():
        assert session().scalars(visible_rooms(ANONYMOUS)).all() == []
        stranger = Actor(kind="person", user_id=new_untimed_id())
        assert session().scalars(visible_rooms(stranger)).all() == []
