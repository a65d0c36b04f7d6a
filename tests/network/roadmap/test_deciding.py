"""What the network decides about its way: phases, steps, roles, features, goals; each once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from models.audit import AuditRow
from models.membership import Appointment
from models.networks import Network
from models.offices import Office
from models.roadmap import PhaseChange, StepNote
from network import decisions, goals, networks, roadmap
from network.kernel.actor import Actor
from network.kernel.errors import FeatureOff, Forbidden, Invalid, InvalidTransition, ProofRequired
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.networks import DecisionRequired
from network.roadmap import GateNotReady, StepSettled
from tests.factories.agreements import make_agreement, make_version
from tests.factories.decisions import decide, decision_row, open_decision
from tests.factories.goals import make_goal
from tests.factories.membership import (
    make_membership,
    member_of,
    steward_of_network,
)
from tests.factories.networks import make_network
from tests.factories.people import save
from tests.running import START, HandClock


@pytest.fixture
def network(live: Runtime) -> Network:
    """A network that organises itself and to which nothing is missing for the next phase."""
    made = make_network(phase="organisation", phase_since=START - timedelta(days=60))
    make_version(made, builtin=None)
    make_version(made, make_agreement(made, kind="network_agreement"), builtin=None)
    save(
        Office(
            network_id=made.id, exists=False, reason="We take turns.", hours=[], tasks="",
            decided_by=made.created_by, decided_at=START, version=1,
        )
    )  # fmt: skip
    save(StepNote(
        network_id=made.id, key="help_process_set", sentence="Ask in the café.", waived=False,
        noted_by=made.created_by, noted_at=START,
    ))  # fmt: skip
    return made


@pytest.fixture
def people(network: Network) -> list[Actor]:
    """The meta-mentor first, then two members who accepted the rules."""
    version_id = now(network).rules_version_id
    return [member_of(network, *roles, rules_version_id=version_id) for roles in (["meta_mentor"], [], [])]


@pytest.fixture
def steward(network: Network) -> Actor:
    return steward_of_network(network)


def now(network: Network) -> Network:
    with unit_of_work():
        row = session().get_one(Network, network.id)
        session().expunge(row)
        return row


def count(table: Any, *where: Any) -> int:
    with unit_of_work():
        return session().scalar(select(func.count()).select_from(table).where(*where)) or 0


def maintenance() -> dict[str, Any]:
    return {"type": "phase_change", "value": "maintenance"}


def fresh(actor: Actor, clock: HandClock) -> Actor:
    """The same person after she showed once more who she is."""
    return replace(actor, proof_at=clock.now())


def test_a_passed_decision_opens_the_way_and_the_steward_takes_it(
    network: Network, people: list[Actor], steward: Actor, clock: HandClock
) -> None:
    version = now(network).version
    with pytest.raises(DecisionRequired):
        roadmap.change_phase(steward, network.id, "maintenance", "Now.", version)
    passed = decide(people[0], people, network, clock, maintenance())
    assert (passed.effect_state, passed.effect_code) == ("done", None)
    assert (now(network).phase, count(PhaseChange)) == ("organisation", 0)
    with pytest.raises(Forbidden):
        roadmap.change_phase(fresh(people[0], clock), network.id, "maintenance", "Now.", version)
    with pytest.raises(ProofRequired):
        roadmap.change_phase(steward, network.id, "maintenance", "Now.", version)
    steward = fresh(steward, clock)
    moved = roadmap.change_phase(steward, network.id, "maintenance", "We are ready.", version)
    assert moved["phase"] == "maintenance"
    with unit_of_work():
        kept = session().scalars(select(PhaseChange)).one()
        assert kept.evidence["rules_in_force"] == {"state": "done", "have": 1, "need": 1}
        trail = session().scalars(select(AuditRow).where(AuditRow.action == "network.phase_change")).one()
        assert trail.after is not None
        assert trail.after["decision_id"] == passed.id
    with pytest.raises(DecisionRequired):  # the way out was used; back takes a decision of its own
        roadmap.change_phase(steward, network.id, "organisation", "Back.", moved["version"])


def test_a_dead_job_keeps_no_way_shut(
    network: Network, people: list[Actor], steward: Actor, clock: HandClock
) -> None:
    decision_id = open_decision(people[0], network, maintenance())
    for one in people:
        decisions.take_stance(one, decision_id, stance="consent")
    clock.forward(days=4)
    moved = roadmap.change_phase(
        fresh(steward, clock), network.id, "maintenance", "We are ready.", now(network).version
    )
    assert moved["phase"] == "maintenance"
    assert decision_row(decision_id).effect_state == "done"


def test_back_moves_come_about_at_closing_with_the_decisions_words_as_reason(
    network: Network, people: list[Actor], clock: HandClock
) -> None:
    network.phase, network.phase_since = "maintenance", START - timedelta(days=9)
    save(network)
    effect = {"type": "phase_change", "value": "organisation"}
    passed = decide(people[1], people, network, clock, effect, explanation="Nobody leads us.")
    assert (passed.effect_state, now(network).phase) == ("done", "organisation")
    with unit_of_work():
        kept = session().scalars(select(PhaseChange)).one()
        assert (kept.from_phase, kept.to_phase, kept.reason) == (
            "maintenance", "organisation", "Nobody leads us.",
        )  # fmt: skip
        assert len(kept.evidence) == 24
    decisions.settle_due()
    assert count(PhaseChange) == 1


def test_a_gate_is_ready_at_the_opening_and_at_the_closing(
    network: Network, people: list[Actor], clock: HandClock
) -> None:
    draft = decisions.draft_decision(
        people[0], network.id, kind="consent", question="On?", effect=maintenance(),
        closes_at=START + timedelta(days=3),
    )  # fmt: skip
    with unit_of_work():
        office = session().get_one(Office, network.id)
        session().expunge(office)
    office.exists = True  # nobody is named who could be reached there
    save(office)
    with pytest.raises(GateNotReady) as refused:
        decisions.open_decision(people[0], draft["id"], draft["version"])
    assert refused.value.params == {"missing": ["office_decided"]}
    office.exists = False
    save(office)
    decisions.open_decision(people[0], draft["id"], draft["version"])
    for one in people:
        decisions.take_stance(one, draft["id"], stance="consent")
    office.exists = True
    save(office)
    clock.forward(days=4)
    decisions.settle_due()
    closed = decision_row(draft["id"])
    assert closed.result is not None
    assert (closed.result["outcome"], closed.effect_state) == ("passed", "refused")
    assert (closed.effect_code, now(network).phase) == ("gate_not_ready", "organisation")


@pytest.mark.parametrize(
    ("value", "refusal"),
    [("organisation", InvalidTransition), ("outreach", InvalidTransition), ("party", Invalid)],
)
def test_a_phase_is_another_one_and_the_next(
    network: Network, people: list[Actor], value: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        open_decision(people[0], network, {"type": "phase_change", "value": value})
    network.phase = "initiation"
    save(network)
    with pytest.raises(Invalid):
        open_decision(people[0], network, {"type": "phase_change", "value": "organisation"})


def test_the_network_does_without_a_step(network: Network, people: list[Actor], clock: HandClock) -> None:
    with pytest.raises(StepSettled):
        open_decision(people[0], network, {"type": "waive_step", "value": "agreement_decided"})
    nothing: list[object] = ["roles_known", {"a": 1}, ["talking_regularly"], 1]
    for value in nothing:
        with pytest.raises(Invalid):
            open_decision(people[0], network, {"type": "waive_step", "value": value})
    effect = {"type": "waive_step", "value": "talking_regularly"}
    assert decide(people[0], people, network, clock, effect).effect_state == "done"
    with unit_of_work():
        note = session().get_one(StepNote, (network.id, "talking_regularly"))
        assert (note.waived, note.sentence) == (True, None)
        view = roadmap.get_roadmap(people[0], network.id)
    step = next(one for one in view["steps"] if one["key"] == "talking_regularly")
    assert step["state"] == "waived"
    with pytest.raises(StepSettled):
        open_decision(people[0], network, effect)


def test_a_role_is_given_by_decision_where_elections_are_on_or_nobody_leads(
    network: Network, people: list[Actor], clock: HandClock
) -> None:
    with unit_of_work():
        membership_id = people[1].standings[network.id].membership_id
    effect = {"type": "appoint", "id": membership_id, "value": "deputy"}
    with pytest.raises(FeatureOff):
        open_decision(people[0], network, effect)
    with unit_of_work():
        lead = session().scalars(select(Appointment).where(Appointment.role == "meta_mentor")).one()
        session().expunge(lead)
    lead.ended_at = START
    save(lead)
    with pytest.raises(Invalid):
        open_decision(people[1], network, effect | {"value": "queen"})
    with pytest.raises(Invalid):
        open_decision(people[1], network, effect | {"id": make_membership(make_network()).id})
    assert decide(people[1], people, network, clock, effect).effect_state == "done"
    assert count(Appointment, Appointment.role == "deputy", Appointment.user_id == people[1].user_id) == 1


def test_a_role_runs_to_the_day_that_was_decided_or_for_a_year_and_can_be_given_for_longer(
    network: Network, people: list[Actor], clock: HandClock
) -> None:
    network.features = {"elections": True}
    save(network)
    with unit_of_work():
        effect = {"type": "appoint", "id": people[1].standings[network.id].membership_id}

    def given(value: Any) -> Any:
        made = decide(people[0], people, network, clock, effect | {"value": value})
        with unit_of_work():
            deputies = select(Appointment).where(Appointment.role == "deputy")
            return made.effect_state, made.effect_code, session().scalars(deputies).one().until

    for odd in ({"role": "deputy"}, {"role": "deputy", "until": "soon"}, {"role": "queen", "until": None}):
        with pytest.raises(Invalid):
            open_decision(people[0], network, effect | {"value": odd})
    with pytest.raises(Invalid):
        open_decision(
            people[0], network, effect | {"value": {"role": "deputy", "until": "2001-01-01"}}
        )  # fmt: skip
    state, code, until = given("deputy")
    assert (state, code, until) == ("done", None, clock.today().replace(year=clock.today().year + 1))
    shorter = {"role": "deputy", "until": until.isoformat()}
    assert given(shorter) == ("refused", "already_appointed", until)
    longer = {"role": "deputy", "until": (until + timedelta(days=300)).isoformat()}
    assert given(longer) == ("done", None, until + timedelta(days=300))
    assert given({"role": "deputy", "until": None}) == ("done", None, None)
    assert given("deputy") == ("refused", "already_appointed", None)
    assert count(AuditRow, AuditRow.action == "appointment.prolong") == 2


def test_an_election_passes_on_its_winner(network: Network, clock: HandClock) -> None:
    network.features = {"elections": True}
    save(network)
    people = [member_of(network, rules_version_id=now(network).rules_version_id) for _ in range(3)]
    candidates = [one.standings[network.id].membership_id or "" for one in people[:2]]
    effect = {"type": "appoint", "value": "meta_mentor"}
    opened = open_decision(people[0], network, effect, kind="election", question="Who?", options=candidates)
    with unit_of_work():
        second = decisions.get_decision(people[0], opened)["options"][1]["id"]
    for one in people:
        decisions.take_stance(one, opened, option_ids=[second])
    clock.forward(days=4)
    decisions.settle_due()
    with unit_of_work():
        made = session().scalars(select(Appointment).where(Appointment.network_id == network.id)).one()
        assert (made.membership_id, made.role, made.capacity) == (candidates[1], "meta_mentor", "volunteer")


def test_features_are_switched_by_decision(network: Network, people: list[Actor], clock: HandClock) -> None:
    for wrong in (None, {}, {"magic": True}, {"typing": "yes"}):
        with pytest.raises(Invalid):
            open_decision(people[0], network, {"type": "set_features", "value": wrong})
    network.size = "full"
    save(network)
    with pytest.raises(DecisionRequired):
        networks.set_features(people[0], network.id, {"typing": False})
    effect = {"type": "set_features", "value": {"typing": False}}
    assert decide(people[2], people, network, clock, effect).effect_state == "done"
    with unit_of_work():
        assert networks.network_view(now(network))["features"]["typing"] is False


def test_a_goal_is_adopted_by_decision_once(network: Network, people: list[Actor], clock: HandClock) -> None:
    goal = make_goal(network, state="proposed", adopted_at=None)
    effect = {"type": "adopt_goal", "id": goal.id}
    with pytest.raises(Invalid):
        open_decision(people[0], network, effect | {"id": make_goal(make_network()).id})
    opened = [open_decision(people[0], network, effect) for _ in range(2)]
    for one in opened:
        for person in people:
            decisions.take_stance(person, one, stance="consent")
    clock.forward(days=4)
    decisions.settle_due()
    with unit_of_work():
        adopted = goals.get_goal(people[0], goal.id)
    assert (adopted["state"], adopted["version"]) == ("adopted", goal.version + 1)
    states = {(decision_row(one).effect_state, decision_row(one).effect_code) for one in opened}
    assert states == {("done", None), ("refused", "invalid_transition")}
