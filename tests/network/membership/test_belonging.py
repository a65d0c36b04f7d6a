"""Pausing, coming back, leaving, and the last meta-mentor who cannot vanish."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from models.membership import Application, Appointment, Invitation, Membership
from network import membership
from network.kernel.actor import Actor, system_actor
from network.kernel.errors import Conflict, Forbidden, Invalid, InvalidTransition, NotFound, VersionConflict
from network.kernel.paging import PageRequest
from network.kernel.runtime import Runtime
from network.kernel.transaction import command, note_checked, session, unit_of_work
from network.membership import LastMetaMentor, subscriptions
from network.people import close_account
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
from tests.factories.people import make_user
from tests.recorded import audited, codes, facts, untouched
from tests.running import HandClock

assert subscriptions  # they register themselves


def own(actor: Actor) -> str:
    [standing] = actor.standings.values()
    assert standing.membership_id is not None
    return standing.membership_id


def row_of(membership_id: str) -> dict[str, Any]:
    with unit_of_work():
        row = session().get_one(Membership, membership_id)
        return {column.name: getattr(row, column.name) for column in Membership.__table__.columns}


def test_a_member_pauses_and_comes_back(live: Runtime, clock: HandClock) -> None:
    network, noise = make_network(), make_network()
    member, other = member_of(network), member_of(noise)
    until = clock.today() + timedelta(days=14)
    paused = membership.pause_membership(member, own(member), 1, until)
    assert (paused["state"], paused["paused_until"], paused["version"]) == ("paused", until, 2)
    with pytest.raises(InvalidTransition):
        membership.pause_membership(again(member), own(member), 2)
    back = membership.resume_membership(again(member), own(member), 2)
    assert (back["state"], back["paused_until"], back["version"]) == ("active", None, 3)
    assert facts(f"network:{network.id}") == ["membership.changed"] * 2
    assert [code["state"] for code in codes(f"network:{network.id}")] == ["paused", "active"]
    assert row_of(own(other))["version"] == 1


def test_a_pause_that_ran_out_is_over(live: Runtime, clock: HandClock) -> None:
    network = make_network()
    member = member_of(network)
    membership.pause_membership(member, own(member), 1, clock.today())
    clock.forward(days=1)
    with unit_of_work():
        assert membership.get_membership(again(member), own(member))["state"] == "active"
    with pytest.raises(InvalidTransition):
        membership.resume_membership(again(member), own(member), 2)
    assert membership.pause_membership(again(member), own(member), 2)["state"] == "paused"


def test_a_pause_does_not_end_before_it_began(live: Runtime, clock: HandClock) -> None:
    member = member_of(make_network())
    with pytest.raises(Invalid) as refused:
        membership.pause_membership(member, own(member), 1, clock.today() - timedelta(days=1))
    assert set(refused.value.faults) == {"until"}
    assert untouched()


def test_leaving_is_at_once_and_ends_roles_and_access(live: Runtime) -> None:
    network = make_network()
    member, stays = member_of(network, "deputy", "safeguarding_lead"), member_of(network)
    left = membership.leave_membership(member, own(member), 1)
    assert (left["state"], left["roles"]) == ("left", [])
    assert row_of(own(member))["ended_at"] is not None
    with unit_of_work():
        ended = session().query(Appointment).filter_by(user_id=member.user_id).all()
        assert [(row.ended_reason, row.ended_at is not None) for row in ended] == [("left", True)] * 2
    assert facts(f"network:{network.id}") == ["appointment.changed"] * 2 + ["membership.changed"]
    assert facts(f"user:{member.user_id}") == ["role.ended"] * 2 + ["access.ended"]
    assert codes(f"user:{member.user_id}")[-1] == {"network_id": network.id, "reason": "left"}
    assert again(member).standings == {}
    assert row_of(own(stays))["state"] == "active"
    [audit] = audited(own(member))
    assert (audit.action, audit.acting_role) == ("membership.leave", "member")


def test_the_suspended_may_leave(live: Runtime, clock: HandClock) -> None:
    member = member_of(make_network(), suspended_until=clock.now() + timedelta(days=9))
    assert membership.leave_membership(member, own(member), 1)["state"] == "left"


def test_an_applicant_who_leaves_withdraws(live: Runtime) -> None:
    network, user = make_network(), make_user()
    application = make_application(network, user)
    left = membership.leave_membership(standing_actor(user), application.membership_id, 1)
    assert left["state"] == "withdrawn"
    with unit_of_work():
        assert session().get_one(Application, application.id).state == "withdrawn"
    assert facts(f"network:{network.id}") == []
    assert facts(f"user:{user.id}") == ["application.changed"]


STEPS: tuple[Callable[..., Any], ...] = (
    membership.pause_membership, membership.resume_membership, membership.leave_membership,
)  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
def test_nobody_does_it_for_somebody_else(live: Runtime, step: Callable[..., Any]) -> None:
    network = make_network()
    member = member_of(network)
    for actor, error in (
        (member_of(network, "meta_mentor"), Forbidden),
        (steward_of_network(network), Forbidden),
        (member_of(make_network()), NotFound),
        (standing_actor(make_user(is_operator=True)), NotFound),
    ):
        with pytest.raises(error):
            step(actor, own(member), 1)
    assert row_of(own(member))["version"] == 1
    assert untouched()


@pytest.mark.parametrize("step", STEPS)
def test_a_stale_version_is_refused_with_what_is_there(live: Runtime, step: Callable[..., Any]) -> None:
    member = member_of(make_network())
    with pytest.raises(VersionConflict) as refused:
        step(member, own(member), 7)
    assert refused.value.current is not None
    assert refused.value.current["state"] == "active"
    assert untouched()


@pytest.mark.parametrize("step", [membership.pause_membership, membership.leave_membership])
def test_c47_the_last_meta_mentor_hands_over_first(live: Runtime, step: Callable[..., Any]) -> None:
    network = make_network()
    lead = member_of(network, "meta_mentor")
    # None of these could lead: one pauses, one is suspended, one's time is over, one leads elsewhere.
    member_of(network, "meta_mentor", state="paused")
    member_of(network, "meta_mentor", suspended_until=live.clock.now() + timedelta(days=1))
    over = make_membership(network)
    make_appointment(over, until=live.clock.today() - timedelta(days=1))
    member_of(make_network(), "meta_mentor")
    member_of(network, "deputy")
    with pytest.raises(LastMetaMentor):
        step(lead, own(lead), 1)
    assert untouched()
    member_of(network, "meta_mentor")
    assert step(lead, own(lead), 1)["version"] == 2


def test_c47_of_two_who_leave_at_once_one_stays(live: Runtime) -> None:
    for _ in range(4):
        network = make_network()
        leads = [member_of(network, "meta_mentor") for _ in range(2)]

        def leave(actor: Actor) -> str:
            try:
                return membership.leave_membership(actor, own(actor), 1)["state"]
            except Conflict as refusal:
                return refusal.code

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(leave, leads)) == ["last_meta_mentor", "left"]
        with unit_of_work():
            assert len(membership.running_appointments(network.id, "meta_mentor")) == 1


def test_removing_is_for_a_higher_command(live: Runtime) -> None:
    network = make_network()
    lead, member = member_of(network, "meta_mentor"), member_of(network)
    written = make_invitation(network, origin="member", invited_by=member.user_id)[0]
    listed = make_invitation(network, "b@mail.example", origin="course", invited_by=member.user_id)[0]

    @command
    def remove() -> None:
        note_checked()
        membership.remove_member(lead, own(member), "Rule 2, again and again.", "meta_mentor")

    remove()
    assert row_of(own(member))["state"] == "removed"
    assert facts(f"user:{member.user_id}") == ["access.ended"]
    [audit] = audited(own(member))
    assert (audit.action, audit.reason) == ("membership.remove", "Rule 2, again and again.")
    with unit_of_work():
        assert session().get_one(Invitation, written.id).state == "revoked"
        assert session().get_one(Invitation, listed.id).state == "open"


def test_a_closed_account_belongs_nowhere(live: Runtime) -> None:
    network, another = make_network(), make_network()
    user = make_user()
    lead = make_membership(network, user)
    make_appointment(lead)
    asked = make_application(another, user)
    stays = make_membership(network)
    close_account(system_actor("console"), user.id, "asked for")
    assert row_of(lead.id)["state"] == "left"
    assert row_of(asked.membership_id)["state"] == "withdrawn"
    assert row_of(stays.id)["state"] == "active"
    with unit_of_work():
        assert membership.running_appointments(network.id) == []


def test_what_others_see_of_a_membership(live: Runtime, clock: HandClock) -> None:
    network = make_network()
    until, day = clock.now() + timedelta(days=3), clock.today() + timedelta(days=9)
    suspended = make_membership(network, make_user(), state="paused", suspended_until=until, paused_until=day)
    make_membership(network, state="applied")
    make_membership(network, state="left")
    member, lead = member_of(network), member_of(network, "meta_mentor")
    with unit_of_work():
        to_member = membership.get_membership(member, suspended.id)
        to_lead = membership.get_membership(lead, suspended.id)
        assert (to_member["suspended_until"], to_member["paused_until"]) == (None, None)
        assert (to_lead["suspended_until"], to_lead["paused_until"]) == (until, day)
        listed = membership.list_memberships(member, network.id, PageRequest()).items
        assert {view["state"] for view in listed} == {"paused", "active"}
        assert membership.list_memberships(member, network.id, PageRequest(), "applied").items == []
        waiting = membership.list_memberships(lead, network.id, PageRequest(), "applied").items
        assert [view["state"] for view in waiting] == ["applied"]
        with pytest.raises(NotFound):
            membership.list_memberships(member_of(make_network()), network.id, PageRequest())


def test_lists_go_on_where_they_stopped(live: Runtime, clock: HandClock) -> None:
    network = make_network()
    ids = []
    for _ in range(5):
        clock.forward(seconds=1)
        ids.append(make_membership(network).id)
    steward = steward_of_network(network)
    with unit_of_work():
        first = membership.list_memberships(steward, network.id, PageRequest(2))
        second = membership.list_memberships(steward, network.id, PageRequest(2, first.next))
        third = membership.list_memberships(steward, network.id, PageRequest(2, second.next))
    assert [view["id"] for part in (first, second, third) for view in part.items] == ids
    assert third.next is None


def test_ones_own_memberships_also_those_that_ended(live: Runtime, clock: HandClock) -> None:
    user = make_user()
    old, new = make_network(), make_network(rules_version_id="r1")
    make_membership(old, user, state="left")
    clock.forward(seconds=1)
    make_membership(new, user, rules_version_id="r1")
    actor = standing_actor(user)
    with unit_of_work():
        mine = membership.list_my_memberships(actor).items
        named = membership.my_networks(actor)
    assert [(view["state"], view["network"]["slug"], view["rules_accepted"]) for view in mine] == [
        ("active", new.slug, True), ("left", old.slug, False),
    ]  # fmt: skip
    assert [view["url"] for view in mine] == [f"/network/{new.slug}/membership", None]
    assert [(row["id"], row["state"], row["roles"]) for row in named] == [(new.id, "active", ["mentor"])]
