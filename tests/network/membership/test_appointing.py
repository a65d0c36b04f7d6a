"""Roles: given by the organisation, handed over, ended."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from network import membership
from network.kernel import outbox
from network.kernel.actor import Actor
from network.kernel.errors import Conflict, Forbidden, Invalid, NotFound, ProofRequired, VersionConflict
from network.kernel.paging import PageRequest
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from network.membership import AlreadyAppointed, AppointmentEnded, LastMetaMentor, NotAnActiveMember, mails
from tests.factories.membership import (
    again,
    make_appointment,
    make_membership,
    member_of,
    standing_actor,
    steward_of_network,
)
from tests.factories.networks import make_network
from tests.factories.people import make_user
from tests.recorded import audited, facts, promised, untouched
from tests.running import HandClock, LetterBox

assert mails  # they register themselves


def own(actor: Actor) -> str:
    [standing] = actor.standings.values()
    assert standing.membership_id is not None
    return standing.membership_id


def running(network_id: str) -> list[tuple[str, str]]:
    with unit_of_work():
        return [(row["user"]["id"], row["role"]) for row in membership.running_appointments(network_id)]


def test_the_organisation_appoints_a_member(live: Runtime, clock: HandClock, letterbox: LetterBox) -> None:
    network = make_network()
    user = make_user(email="fatma@mail.example")
    member, steward = member_of(network, user=user), steward_of_network(network)
    until = clock.today() + timedelta(days=365)
    made = membership.appoint(steward, network.id, own(member), "meta_mentor", "staff", until)
    shown = {key: made[key] for key in ("role", "capacity", "until", "state", "appointed_by", "version")}  # type: ignore[literal-required]
    assert shown == {
        "role": "meta_mentor", "capacity": "staff", "until": until, "state": "running",
        "appointed_by": steward.user_id, "version": 1,
    }  # fmt: skip
    assert made["user"]["id"] == user.id
    assert again(member).has_role(network.id, "meta_mentor")
    assert facts(f"network:{network.id}") == ["appointment.changed", "membership.changed"]
    with unit_of_work():
        view = membership.get_membership(again(member), own(member))
    assert (view["roles"], view["version"]) == (["meta_mentor", "mentor"], 2)
    [audit] = audited(made["id"])
    assert (audit.action, audit.acting_role) == ("appointment.start", "steward")
    assert audit.after is not None
    assert (audit.after["role"], audit.after["until"]) == ("meta_mentor", until.isoformat())
    outbox.drain()
    [letter] = letterbox.to("fatma@mail.example")
    assert network.name in letter["Subject"]


def test_only_the_steward_appoints_and_with_proof(live: Runtime, clock: HandClock) -> None:
    network = make_network()
    member, steward = member_of(network), steward_of_network(network)
    for actor, error in (
        (member, Forbidden),
        (member_of(network, "meta_mentor"), Forbidden),
        (member_of(network, "deputy"), Forbidden),
        (steward_of_network(make_network()), NotFound),
        (standing_actor(make_user(is_operator=True)), NotFound),
    ):
        with pytest.raises(error):
            membership.appoint(actor, network.id, own(member), "deputy", "volunteer")
    clock.forward(minutes=61)
    with pytest.raises(ProofRequired):
        membership.appoint(steward, network.id, own(member), "deputy", "volunteer")
    assert untouched()


def test_a_role_needs_somebody_who_is_there(live: Runtime, clock: HandClock) -> None:
    network = make_network()
    steward = steward_of_network(network)
    suspended = clock.now() + timedelta(days=1)
    for over in (
        {"state": "paused"},
        {"state": "applied"},
        {"state": "left"},
        {"suspended_until": suspended},
    ):
        joined = make_membership(network, **over)
        with pytest.raises(NotAnActiveMember):
            membership.appoint(steward, network.id, joined.id, "deputy", "volunteer")
    for wanted in (make_membership(make_network()).id, "0190a3c2-0000-7000-8000-000000000000"):
        with pytest.raises(Invalid) as refused:
            membership.appoint(steward, network.id, wanted, "deputy", "volunteer")
        assert set(refused.value.faults) == {"membership_id"}
    with pytest.raises(Invalid) as refused:
        membership.appoint(
            steward, network.id, make_membership(network).id, "deputy", "volunteer",
            clock.today() - timedelta(days=1),
        )  # fmt: skip
    assert set(refused.value.faults) == {"until"}
    assert untouched()


def test_one_running_appointment_per_person_and_role(live: Runtime, clock: HandClock) -> None:
    network = make_network()
    member, steward = member_of(network), steward_of_network(network)

    def give(role: str, until: Any = None) -> Any:
        return membership.appoint(steward, network.id, own(member), role, "volunteer", until)

    first = give("deputy", clock.today())
    give("meta_mentor")
    with pytest.raises(AlreadyAppointed):
        give("deputy")
    clock.forward(hours=24)
    steward = replace(steward, proof_at=clock.now())
    second = give("deputy")
    assert second["id"] != first["id"]
    with unit_of_work():
        rows = membership.list_appointments(steward, network.id, PageRequest()).items
        ended = membership.list_appointments(steward, network.id, PageRequest(), "ended").items
    assert len(rows) == 3
    assert [(row["id"], row["ended_reason"]) for row in ended] == [(first["id"], "expired")]


def test_appointed_twice_at_once_is_appointed_once(live: Runtime) -> None:
    network = make_network()
    member, steward = member_of(network), steward_of_network(network)

    def give(_number: int) -> str:
        try:
            return membership.appoint(steward, network.id, own(member), "deputy", "volunteer")["state"]
        except Conflict as refusal:
            return refusal.code

    with ThreadPoolExecutor(5) as pool:
        assert sorted(pool.map(give, range(5))) == ["already_appointed"] * 4 + ["running"]
    assert running(network.id) == [(member.user_id, "deputy")]


def test_a_meta_mentor_hands_over_her_own(live: Runtime) -> None:
    network = make_network()
    lead, member = member_of(network, "meta_mentor"), member_of(network)
    with unit_of_work():
        [held] = membership.running_appointments(network.id)
    made = membership.hand_over(lead, held["id"], own(member), 1)
    assert (made["user"]["id"], made["role"], made["capacity"]) == (
        member.user_id, "meta_mentor", "volunteer",
    )  # fmt: skip
    assert running(network.id) == [(member.user_id, "meta_mentor")]
    assert not again(lead).has_role(network.id, "meta_mentor")
    with unit_of_work():
        ended = membership.list_appointments(again(lead), network.id, PageRequest(), "ended").items
    assert [(row["id"], row["ended_reason"], row["version"]) for row in ended] == [
        (held["id"], "handed_over", 2)
    ]
    assert facts(f"network:{network.id}") == ["appointment.changed", "membership.changed"] * 2
    assert [row.action for row in audited()] == ["appointment.end", "appointment.start"]
    # Now she is free to go.
    assert membership.leave_membership(again(lead), own(lead), 2)["state"] == "left"
    with pytest.raises(AppointmentEnded):
        membership.hand_over(steward_of_network(network), held["id"], own(member), 2)


def test_handing_over_fails_as_a_whole(live: Runtime) -> None:
    network = make_network()
    lead, member = member_of(network, "meta_mentor"), member_of(network)
    paused, second = make_membership(network, state="paused"), member_of(network, "meta_mentor")
    with unit_of_work():
        [held] = [
            row for row in membership.running_appointments(network.id) if row["user"]["id"] == lead.user_id
        ]
    for wanted, version, error in (
        (paused.id, 1, NotAnActiveMember),
        (own(second), 1, AlreadyAppointed),
        (own(lead), 1, AlreadyAppointed),
        (make_membership(make_network()).id, 1, Invalid),
        (own(member), 9, VersionConflict),
    ):
        with pytest.raises(error):
            membership.hand_over(lead, held["id"], wanted, version)
    assert set(running(network.id)) == {(lead.user_id, "meta_mentor"), (second.user_id, "meta_mentor")}
    assert untouched()


def test_nobody_hands_over_somebody_elses_role(live: Runtime) -> None:
    network = make_network()
    held = make_appointment(make_membership(network))
    target = make_membership(network)
    for actor, error in (
        (member_of(network), Forbidden),
        (member_of(network, "meta_mentor"), Forbidden),
        (member_of(network, "deputy"), Forbidden),
        (member_of(make_network(), "meta_mentor"), NotFound),
    ):
        with pytest.raises(error):
            membership.hand_over(actor, held.id, target.id, 1)
    assert untouched()


def test_the_steward_ends_a_role(live: Runtime) -> None:
    network = make_network()
    deputy, steward = member_of(network, "deputy"), steward_of_network(network)
    with unit_of_work():
        [held] = membership.running_appointments(network.id)
    with pytest.raises(Forbidden):
        membership.end_appointment(deputy, held["id"])
    assert membership.end_appointment(steward, held["id"])["state"] == "ended"
    assert running(network.id) == []
    with pytest.raises(AppointmentEnded):
        membership.end_appointment(steward, held["id"])
    assert [row.action for row in audited()] == ["appointment.end"]


def test_c47_the_last_meta_mentors_role_is_handed_over_and_not_ended(live: Runtime, clock: HandClock) -> None:
    network = make_network()
    lead, steward, member = member_of(network, "meta_mentor"), steward_of_network(network), member_of(network)
    # None of these could lead.
    member_of(network, "meta_mentor", state="paused")
    member_of(network, "meta_mentor", suspended_until=clock.now() + timedelta(days=1))
    member_of(make_network(), "meta_mentor")
    with unit_of_work():
        [held] = [
            each for each in membership.running_appointments(network.id) if each["user"]["id"] == lead.user_id
        ]
    with pytest.raises(LastMetaMentor) as refused:
        membership.end_appointment(steward, held["id"])
    assert refused.value.code == "last_meta_mentor"
    assert untouched()
    passed_on = membership.hand_over(steward, held["id"], own(member), held["version"])
    assert passed_on["user"]["id"] == member.user_id
    with pytest.raises(LastMetaMentor):
        membership.end_appointment(steward, passed_on["id"])
    membership.appoint(steward, network.id, own(lead), "meta_mentor", "volunteer")
    assert membership.end_appointment(steward, passed_on["id"])["state"] == "ended"


def test_a_suspended_one_who_was_alone_leads_nobody_and_may_be_relieved(
    live: Runtime, clock: HandClock
) -> None:
    network = make_network()
    lead = member_of(network, "meta_mentor", suspended_until=clock.now() + timedelta(days=9))
    steward = steward_of_network(network)
    with unit_of_work():
        [held] = membership.running_appointments(network.id)
    assert membership.end_appointment(steward, held["id"])["ended_reason"] == "ended"
    other = member_of(make_network(), "meta_mentor", suspended_until=clock.now() + timedelta(days=9))
    assert membership.leave_membership(other, own(other), 1)["state"] == "left"
    assert again(lead).standings[network.id].roles == {"mentor"}


def test_c47_of_two_whose_roles_are_ended_at_once_one_stays(live: Runtime) -> None:
    for _ in range(4):
        network = make_network()
        for _lead in range(2):
            member_of(network, "meta_mentor")
        steward = steward_of_network(network)
        with unit_of_work():
            held = [each["id"] for each in membership.running_appointments(network.id)]

        def end(appointment_id: str, steward: Actor = steward) -> str:
            try:
                return membership.end_appointment(steward, appointment_id)["state"]
            except Conflict as refusal:
                return refusal.code

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(end, held)) == ["ended", "last_meta_mentor"]


def test_a_role_that_ended_before_it_was_told_makes_no_letter(live: Runtime, letterbox: LetterBox) -> None:
    network = make_network()
    member, steward = member_of(network), steward_of_network(network)
    made = membership.appoint(steward, network.id, own(member), "deputy", "volunteer")
    membership.end_appointment(steward, made["id"])
    assert len(promised("appointed")) == 1
    outbox.drain()
    assert letterbox.letters == []


def test_outsiders_do_not_see_the_roles(live: Runtime) -> None:
    network = make_network(visibility="public")
    member_of(network, "meta_mentor")
    with unit_of_work(), pytest.raises(Forbidden):
        membership.list_appointments(standing_actor(make_user()), network.id, PageRequest())
