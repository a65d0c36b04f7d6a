"""Who may what about belonging, as a table; and the filters that say the same."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from models.membership import Invitation, Membership
from models.networks import Network
from network.kernel.actor import ANONYMOUS, Actor, system_actor
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.membership import policy
from tests.factories.courses import make_course_session
from tests.factories.membership import (
    again,
    make_application,
    make_appointment,
    make_invitation,
    make_membership,
    member_of,
    standing_actor,
    steward_of_network,
)
from tests.factories.networks import make_network
from tests.factories.organisations import make_organisation, steward_of
from tests.factories.people import actor_of, make_user

OK, IN, NO, PROOF = None, "not_signed_in", "forbidden", "proof_required"
WHO = (
    "anonymous", "stranger", "elsewhere", "applicant", "member", "suspended", "deputy", "meta_mentor",
    "steward", "operator",
)  # fmt: skip
TABLE = {
    "may_see_members": (NO, NO, NO, NO, OK, NO, OK, OK, OK, NO),
    "may_invite_by_hand": (NO, NO, NO, NO, OK, NO, OK, OK, OK, NO),
    "may_see_all_invitations": (NO, NO, NO, NO, NO, NO, OK, OK, OK, NO),
    "may_apply": (IN, OK, OK, OK, OK, OK, OK, OK, OK, OK),
    "may_hang_poster": (NO, NO, NO, NO, NO, NO, OK, OK, OK, NO),
    "may_see_applications": (NO, NO, NO, NO, NO, NO, OK, OK, OK, NO),
    "may_appoint": (NO, NO, NO, NO, NO, NO, NO, NO, OK, NO),
    # of somebody else who is active
    "may_see_membership": (NO, NO, NO, NO, OK, NO, OK, OK, OK, NO),
    "may_see_why": (NO, NO, NO, NO, NO, NO, OK, OK, OK, NO),
    "may_change_membership": (NO, NO, NO, NO, NO, NO, NO, NO, NO, NO),
    # of somebody else who applied
    "may_see_application": (NO, NO, NO, NO, NO, NO, OK, OK, OK, NO),
    "may_talk_about_application": (NO, NO, NO, NO, NO, NO, OK, OK, OK, NO),
    "may_decide_application": (NO, NO, NO, NO, NO, NO, OK, OK, OK, NO),
    "may_withdraw_application": (NO, NO, NO, NO, NO, NO, NO, NO, NO, NO),
    # of somebody else who is meta-mentor
    "may_end_appointment": (NO, NO, NO, NO, NO, NO, NO, NO, OK, NO),
    "may_hand_over": (NO, NO, NO, NO, NO, NO, NO, NO, OK, NO),
    # that the steward sent
    "may_see_invitation": (NO, NO, NO, NO, NO, NO, OK, OK, OK, NO),
    "may_change_invitation": (NO, NO, NO, NO, NO, NO, OK, OK, OK, NO),
}
OTHERWISE = {
    "may_invite_graduates", "may_end_all_memberships", "may_tidy_invitations", "may_miss_members",
    "may_send_waiting", "may_tell_how_somebody_looks",
}  # fmt: skip


def everybody(network: Network, live: Runtime) -> dict[str, Actor]:
    tomorrow = live.clock.now() + timedelta(days=1)
    actors = (
        ANONYMOUS,
        actor_of(make_user()),
        member_of(make_network(), "meta_mentor"),
        member_of(network, state="applied"),
        member_of(network),
        member_of(network, "meta_mentor", suspended_until=tomorrow),
        member_of(network, "deputy"),
        member_of(network, "meta_mentor"),
        steward_of_network(network),
        standing_actor(make_user(is_operator=True)),
    )
    return dict(zip(WHO, actors, strict=True))


@pytest.mark.parametrize("law", sorted(TABLE))
def test_the_table_of_rights(live: Runtime, law: str) -> None:
    network = make_network()
    joined = make_membership(network)
    things = {
        "membership": joined,
        "why": joined,
        "application": make_application(network),
        "appointment": make_appointment(joined),
        "over": make_appointment(joined, "deputy"),
        "invitation": make_invitation(network)[0],
    }
    thing = things.get(law.rsplit("_", 1)[1], network)
    actors = everybody(network, live)
    codes = {who: getattr(policy, law)(actor, thing).code for who, actor in actors.items()}
    assert codes == dict(zip(WHO, TABLE[law], strict=True))


def test_every_law_stands_in_the_table() -> None:
    assert {name for name in vars(policy) if name.startswith("may_")} == set(TABLE) | OTHERWISE


def test_appointments_take_a_proof(live: Runtime) -> None:
    network = make_network()
    lead = member_of(network, "meta_mentor")
    late = live.clock.now() - timedelta(minutes=61)
    own = make_appointment(make_membership(network, make_user()))
    for asked, thing, held in (
        (policy.may_appoint, network, steward_of_network(network)),
        (policy.may_end_appointment, own, steward_of_network(network)),
        (policy.may_hand_over, _own_role(lead), lead),
    ):
        stale = Actor(kind="person", user_id=held.user_id, proof_at=late, standings=held.standings)
        assert asked(held, thing)
        assert asked(stale, thing).code == PROOF
        token = Actor(
            kind="person", user_id=held.user_id, token_scopes=frozenset({"write"}), standings=held.standings
        )
        assert asked(token, thing).code == PROOF


def _own_role(lead: Actor) -> object:
    with unit_of_work():
        standing = next(iter(lead.standings.values()))
        found = session().query(policy.Appointment).filter_by(membership_id=standing.membership_id).one()
        session().expunge(found)
        return found


def test_a_meta_mentor_hands_over_only_her_own_lead(live: Runtime) -> None:
    network = make_network()
    lead = member_of(network, "meta_mentor", "deputy")
    with unit_of_work():
        rows = session().query(policy.Appointment).filter_by(user_id=lead.user_id).all()
        verdicts = {row.role: bool(policy.may_hand_over(lead, row)) for row in rows}
    assert verdicts == {"meta_mentor": True, "deputy": False}


def test_graduates_are_invited_by_the_stewards_of_their_organisation(live: Runtime) -> None:
    organisation = make_organisation()
    course, network = make_course_session(organisation), make_network(organisation)
    actors = (
        ANONYMOUS, actor_of(make_user()), steward_of(make_organisation()), steward_of(organisation),
        member_of(network, "meta_mentor"), actor_of(make_user(is_operator=True)),
    )  # fmt: skip
    codes = [policy.may_invite_graduates(actor, course).code for actor in actors]
    assert codes == [IN, NO, NO, OK, NO, NO]


def test_only_the_system_tidies(live: Runtime) -> None:
    for law in (
        policy.may_end_all_memberships, policy.may_tidy_invitations, policy.may_miss_members,
        policy.may_send_waiting,
    ):  # fmt: skip
        assert law(system_actor("jobs"))
        assert law(actor_of(make_user(is_operator=True))).code == NO


def test_a_member_sees_her_own_invitations_even_void_ones_and_no_others(live: Runtime) -> None:
    network = make_network()
    member, lead = member_of(network), member_of(network, "meta_mentor")
    own = make_invitation(network, "a@mail.example", origin="member", invited_by=member.user_id)[0]
    void = make_invitation(
        network, "b@mail.example", origin="member", invited_by=member.user_id, state="void"
    )[0]
    other = make_invitation(network, "c@mail.example")[0]
    assert [bool(policy.may_see_invitation(member, row)) for row in (own, void, other)] == [True, True, False]
    assert [bool(policy.may_see_invitation(lead, row)) for row in (own, void, other)] == [True, False, True]


@pytest.mark.parametrize("seed", range(4))
def test_the_filters_say_what_the_laws_say(live: Runtime, seed: int) -> None:
    """Random rows, every kind of actor: the select and the law find the same."""
    chance = random.Random(seed)
    network, another = make_network(), make_network()
    actors = everybody(network, live)
    states = ("applied", "accepted", "active", "paused", "left", "removed", "declined")
    memberships: list[Membership] = [
        make_membership(chance.choice((network, another)), state=chance.choice(states)) for _ in range(12)
    ]
    applications = [make_application(chance.choice((network, another))) for _ in range(4)]
    people = [actor.user_id for actor in actors.values() if actor.user_id]
    invitations: list[Invitation] = [
        make_invitation(
            chance.choice((network, another)), f"guest{number}@mail.example",
            invited_by=chance.choice(people), origin=chance.choice(("course", "member", "deputy")),
            state=chance.choice(("open", "void", "accepted", "revoked")),
        )[0]
        for number in range(12)
    ]  # fmt: skip
    for who, actor in actors.items():
        asking = again(actor)
        for rows, select, law in (
            (memberships, policy.visible_memberships, policy.may_see_membership),
            (applications, policy.visible_applications, policy.may_see_application),
            (invitations, policy.visible_invitations, policy.may_see_invitation),
        ):
            with unit_of_work():
                found = {row.id for row in session().scalars(select(asking))}
            by_law = {row.id for row in rows if law(asking, row)}
            assert found & {row.id for row in rows} == by_law, who
