"""A4: what was taken between the look-up of the one who asks and her command is gone for the command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select, update

from models.audit import AuditRow
from models.event_log import Event
from models.idempotency import IdempotencyKey
from models.membership import Appointment, Membership
from models.networks import Network
from models.organisations import Steward
from models.outbox import OutboxMail
from models.people import User, UserSession
from network import discussions, membership, networks, organisations, people
from network.kernel.actor import ANONYMOUS, Actor, system_actor
from network.kernel.errors import Forbidden, NotFound, ProofRequired, Unauthenticated
from network.kernel.idempotency import Answer, once
from network.kernel.policy import ALLOWED, require
from network.kernel.runtime import Runtime
from network.kernel.transaction import command, session, unit_of_work
from realtime.connection import Connection
from tests.factories.discussions import make_community, make_room, make_topic
from tests.factories.membership import make_appointment, make_membership
from tests.factories.networks import make_network
from tests.factories.organisations import make_organisation
from tests.factories.people import actor_of, make_session, make_user
from tests.running import HandClock

WRITTEN = (Event, AuditRow, OutboxMail, IdempotencyKey)


@dataclass
class Place:
    """A network with one person who is everything in it: member, meta-mentor, steward, operator."""

    runtime: Runtime
    user: User
    network: Network
    session_row: UserSession

    def actor(self) -> Actor:
        """The person as the surface looked her up."""
        with unit_of_work():
            return membership.with_standings(
                actor_of(self.user, session_id=self.session_row.id, is_operator=True)
            )

    def take(self, table: Any, **values: Any) -> None:
        """Change her rows from elsewhere."""
        column = table.id if table is User else table.user_id
        with self.runtime.database.engine.begin() as connection:
            connection.execute(update(table).where(column == self.user.id).values(**values))


@pytest.fixture
def place(live: Runtime) -> Place:
    user = make_user(is_operator=True)
    network = make_network(make_organisation(user, make_user()))
    make_appointment(make_membership(network, user))
    make_appointment(make_membership(network))
    return Place(live, user, network, make_session(user)[0])


def written() -> list[int]:
    with unit_of_work():
        return [session().execute(select(func.count()).select_from(row)).scalar_one() for row in WRITTEN]


def rename(actor: Actor, place: Place) -> object:
    return networks.change_network(actor, place.network.id, None, {"name": "Another name"})


def appoint_steward(actor: Actor, place: Place) -> object:
    return organisations.add_steward(actor, place.network.organisation_id, make_user().id)


def close(actor: Actor, _place: Place) -> object:
    return people.close_account(actor, make_user().id, "asked for")


def nothing(_place: Place) -> None: ...


def _ended(place: Place) -> None:
    place.take(UserSession, ended_at=place.runtime.clock.now())


def _expired(place: Place) -> None:
    place.take(UserSession, expires_at=place.runtime.clock.now())


def _closed(place: Place) -> None:
    place.take(User, state="closed")


def _removed(place: Place) -> None:
    place.take(Membership, state="removed")
    place.take(Steward, ended_at=place.runtime.clock.now())


def _suspended(place: Place) -> None:
    place.take(Membership, suspended_until=place.runtime.clock.now().replace(year=2030))
    place.take(Steward, ended_at=place.runtime.clock.now())


def _role_ended(place: Place) -> None:
    place.take(Appointment, ended_at=place.runtime.clock.now())
    place.take(Steward, ended_at=place.runtime.clock.now())


def _steward_removed(place: Place) -> None:
    place.take(Steward, ended_at=place.runtime.clock.now())


def _no_operator(place: Place) -> None:
    place.take(User, is_operator=False)


RACES = {
    "session ended": (rename, _ended, Unauthenticated),
    "session expired": (rename, _expired, Unauthenticated),
    "account closed": (rename, _closed, Unauthenticated),
    "removed": (rename, _removed, NotFound),
    "suspended": (rename, _suspended, Forbidden),
    "role ended": (rename, _role_ended, Forbidden),
    "steward removed": (appoint_steward, _steward_removed, Forbidden),
    "no operator": (close, _no_operator, Forbidden),
}


@pytest.mark.parametrize("race", sorted(RACES))
def test_a4_what_was_taken_meanwhile_counts(place: Place, race: str) -> None:
    act, take, refusal = RACES[race]
    act(place.actor(), place)  # she may
    stale = place.actor()
    take(place)
    before = written()
    with pytest.raises(refusal) as refused:
        act(stale, place)
    assert type(refused.value) is refusal
    assert written() == before
    # It is the refusal that she gets at her next request.
    if refusal is not Unauthenticated:
        now = replace(place.actor(), is_operator=race != "no operator")
        with pytest.raises(refusal):
            act(now, place)


def test_a4_a_token_that_was_revoked_meanwhile_does_nothing(place: Place) -> None:
    made = people.create_token(place.actor(), "Script", ["read", "write"])

    def look_up() -> Actor:
        with unit_of_work():
            found = people.find_bearer(made["token"])
            assert found is not None
            return membership.with_standings(found)

    rename(look_up(), place)
    stale = look_up()
    people.revoke_token(place.actor(), made["id"])
    before = written()
    with pytest.raises(Unauthenticated):
        rename(stale, place)
    assert written() == before


def test_a4_a_proof_that_went_stale_meanwhile_is_none(place: Place, clock: HandClock) -> None:
    stale = replace(place.actor(), proof_at=clock.forward(minutes=90))
    with pytest.raises(ProofRequired):
        appoint_steward(stale, place)


def test_a4_a_second_factor_that_is_gone_meanwhile_is_none(place: Place) -> None:
    place.take(User, second_factor_at=place.user.created_at)
    for held in (True, False):
        with unit_of_work():
            assert (
                membership.look_again(replace(place.actor(), has_second_factor=True)).has_second_factor
                is held
            )
        place.take(User, second_factor_at=None)


def test_a4_what_was_given_meanwhile_counts_too(place: Place) -> None:
    newcomer = make_user()
    with unit_of_work():
        stale = membership.with_standings(actor_of(newcomer))
    make_appointment(make_membership(place.network, newcomer))
    assert rename(stale, place)


def test_nested_commands_and_views_get_her_as_she_stands(place: Place) -> None:
    """The actor is looked up once, and what the first command calls with her sees the same one."""
    seen: list[Actor] = []
    statements: list[str] = []

    @command
    def inner(actor: Actor) -> None:
        seen.append(actor)

    @command
    def outer(actor: Actor, before: Actor) -> None:
        require(ALLOWED)
        seen.append(actor)
        inner(actor)
        inner(before)  # a closure over what the surface had
        inner(actor=before)

    stale = place.actor()
    _role_ended(place)
    engine = place.runtime.database.engine
    event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    outer(stale, stale)
    assert len([said for said in statements if "user_sessions" in said]) == 1
    assert stale.has_role(place.network.id, "meta_mentor")
    assert len(seen) == 4
    for actor in seen:
        assert actor is seen[0]
        assert not actor.has_role(place.network.id, "meta_mentor")


def test_jobs_and_nobody_are_handed_through(live: Runtime) -> None:
    seen: list[Actor] = []

    @command
    def act(actor: Actor) -> None:
        require(ALLOWED)
        seen.append(actor)

    job = system_actor("test")
    act(job)
    act(actor=ANONYMOUS)
    assert seen[0] is job
    assert seen[1] is ANONYMOUS


def test_looking_again_is_looking_up(place: Place) -> None:
    """What the command sees is what the next request would see."""
    organisation = make_organisation(place.user)
    others = [make_network(organisation), make_network(), make_network()]
    make_membership(others[0], place.user, state="applied")
    make_appointment(make_membership(others[1], place.user), "deputy")
    make_membership(others[2], place.user, state="left")
    days = timedelta(days=place.runtime.settings.second_factor_grace_days)
    proved = replace(
        place.actor(), proof_at=place.session_row.proof_at, second_factor_due=place.user.created_at + days
    )
    for actor in (proved, replace(proved, session_id=None)):
        bare = Actor("person", actor.user_id, session_id=actor.session_id, proof_at=actor.proof_at)
        with unit_of_work():
            assert membership.look_again(actor) == actor
            assert membership.look_again(bare) == actor


# ---------------------------------------------------------------- an answer that is asked for again


def ask_again(place: Place, change: Callable[[Place], None], act: Callable[[Actor], object]) -> Answer:
    def perform(actor: Actor) -> Answer:
        require(ALLOWED)
        act(actor)
        return 201, b"first"

    assert once(place.actor(), "k", b"x", perform) == (201, b"first")
    stale = place.actor()
    change(place)
    before = written()
    try:
        return once(stale, "k", b"x", perform)
    finally:
        assert written() == before


def test_who_still_may_gets_the_first_answer(place: Place) -> None:
    assert ask_again(place, nothing, lambda _actor: None) == (201, b"first")


@pytest.mark.parametrize("race", ["session ended", "session expired", "account closed"])
def test_a4_an_answer_is_not_given_to_a_session_that_ended(place: Place, race: str) -> None:
    with pytest.raises(Unauthenticated):
        ask_again(place, RACES[race][1], lambda _actor: None)


@pytest.mark.parametrize("race", ["removed", "suspended", "role ended", "steward removed", "no operator"])
def test_a4_an_answer_is_not_given_to_who_lost_a_right(place: Place, race: str) -> None:
    with pytest.raises(Forbidden):
        ask_again(place, RACES[race][1], lambda _actor: None)


def test_a_right_that_the_work_itself_took_is_not_asked_for(place: Place) -> None:
    def leave(actor: Actor) -> None:
        with unit_of_work():
            own = membership.running_membership(place.network.id, place.user.id)
            assert own is not None
        membership.leave_membership(actor, own.id, own.version)

    assert ask_again(place, nothing, leave) == (201, b"first")


def test_a_right_that_came_since_does_no_harm(place: Place) -> None:
    def join(place: Place) -> None:
        make_membership(make_network(), place.user)

    assert ask_again(place, join, lambda _actor: None) == (201, b"first")


def test_an_event_from_a_socket_looks_her_up_once(live: Runtime) -> None:
    """The command that it leads to looks at her session, name and standings; nobody does before it."""
    community, user = make_community(), make_user(display_name="Before")
    me = community.member(user=user)
    row, cookie = make_session(user)
    topic = make_topic(make_room(community.network), me)
    line = Connection("s", "e", user.id, ("cookie", cookie), 0.0, 0.0, session_id=row.id)
    actor = line.to_be_looked_up()
    assert actor is not None
    assert (actor.name, dict(actor.standings), set(actor.stewardships)) == ("", {}, set())
    with live.database.engine.begin() as connection:
        connection.execute(update(User).where(User.id == user.id).values(display_name="After"))
    said: list[str] = []
    event.listen(live.database.engine, "before_cursor_execute", lambda *given: said.append(given[2]))
    sent = discussions.post_message(actor, topic.id, "Hello", "one")
    assert sent.message["author"]["display_name"] == "After"
    assert sum("user_sessions" in statement for statement in said) == 1
    assert sum("appointments" in statement and "rules_version_id" in statement for statement in said) == 1
    with live.database.engine.begin() as connection:
        connection.execute(update(UserSession).values(ended_at=live.clock.now()))
    with pytest.raises(Unauthenticated):
        discussions.post_message(actor, topic.id, "Hello", "two")


def test_a_token_is_looked_up_before_it_may_write(live: Runtime) -> None:
    assert Connection("s", "e", "u", ("bearer", "t"), 0.0, 0.0).to_be_looked_up() is None
