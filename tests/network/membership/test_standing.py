"""How the actor stands: what is read for every request, and by how many statements."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import event

from network import membership
from network.kernel.actor import ANONYMOUS, Standing, system_actor
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from tests.factories.membership import make_appointment, make_membership, standing_actor
from tests.factories.networks import make_network
from tests.factories.organisations import make_organisation, make_steward
from tests.factories.people import actor_of, make_user
from tests.running import HandClock


def test_what_a_person_is_in_each_network(live: Runtime) -> None:
    person, today = make_user(), live.clock.today()
    organisation = make_organisation(person)
    led, carried, asked, left, noise = (
        make_network(rules_version_id="r1"), make_network(organisation), make_network(), make_network(),
        make_network(),
    )  # fmt: skip
    lead = make_membership(led, person, rules_version_id="r1")
    for role, over in {
        "meta_mentor": {},
        "deputy": {"until": today},
        "safeguarding_lead": {"until": today - timedelta(days=1)},
        "safeguarding_deputy": {"ended_at": live.clock.now()},
    }.items():
        make_appointment(lead, role, **over)
    waiting = make_membership(asked, person, state="applied")
    make_membership(left, person, state="left")
    make_membership(noise)
    actor = standing_actor(person)
    assert actor.stewardships == {organisation.id}
    assert actor.standings == {
        led.id: Standing(
            led.id, lead.id, "active", frozenset({"mentor", "meta_mentor", "deputy"}), None, True
        ),
        carried.id: Standing(carried.id, None, None, frozenset({"steward"})),
        asked.id: Standing(asked.id, waiting.id, "applied", frozenset()),
    }


def test_a_steward_who_is_a_member_is_both(live: Runtime) -> None:
    person = make_user()
    network = make_network(make_organisation(person))
    joined = make_membership(network, person)
    standing = standing_actor(person).standings[network.id]
    assert (standing.membership_id, standing.roles) == (joined.id, {"mentor", "steward"})


def test_a_stewardship_that_ended_gives_nothing(live: Runtime) -> None:
    organisation, person = make_organisation(), make_user()
    make_steward(organisation, person, ended_at=live.clock.now())
    make_network(organisation)
    assert standing_actor(person).standings == {}


def test_a_pause_ends_by_itself_after_its_last_day(live: Runtime, clock: HandClock) -> None:
    network, person = make_network(), make_user()
    make_membership(network, person, state="paused", paused_until=clock.today())
    assert standing_actor(person).standings[network.id].state == "paused"
    clock.forward(days=1)
    assert standing_actor(person).standings[network.id].state == "active"
    with unit_of_work():
        assert membership.count_active(network.id) == 1


def test_a_suspension_lies_over_the_state(live: Runtime, clock: HandClock) -> None:
    network, person = make_network(), make_user()
    make_membership(network, person, suspended_until=clock.now() + timedelta(days=2))
    standing = standing_actor(person).standings[network.id]
    assert (standing.state, standing.is_suspended(clock.now())) == ("active", True)
    clock.forward(days=3)
    assert not standing.is_suspended(clock.now())


def test_rules_that_changed_are_not_accepted_yet(live: Runtime) -> None:
    person = make_user()
    old, none = make_network(rules_version_id="r2"), make_network()
    make_membership(old, person, rules_version_id="r1")
    make_membership(none, person)
    standings = standing_actor(person).standings
    assert not standings[old.id].rules_accepted
    assert not standings[none.id].rules_accepted


def test_two_statements_whatever_one_belongs_to(live: Runtime) -> None:
    person = make_user()
    seen: list[str] = []
    event.listen(live.database.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))

    def statements() -> int:
        with unit_of_work():
            asking = actor_of(person)
            seen.clear()
            membership.with_standings(asking)
            return len([said for said in seen if said != "BEGIN"])

    assert statements() == 2
    for _ in range(5):
        network = make_network(make_organisation(person))
        make_appointment(make_membership(network, person))
    assert statements() == 2


def test_who_is_no_person_stays_as_she_is(live: Runtime) -> None:
    with unit_of_work():
        assert membership.with_standings(ANONYMOUS) is ANONYMOUS
        job = system_actor("jobs")
        assert membership.with_standings(job) is job
