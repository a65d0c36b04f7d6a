"""Recording a sentence for a step, doing without it, and going through the first gate."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from models.audit import AuditRow
from models.networks import Network
from models.organisations import Organisation
from models.roadmap import PhaseChange, StepNote
from network import roadmap
from network.kernel.actor import Actor
from network.kernel.errors import (
    Forbidden,
    Invalid,
    InvalidTransition,
    NotFound,
    ProofRequired,
    VersionConflict,
)
from network.kernel.events import LogEntry, entries_after, rendered
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.networks import DecisionRequired
from network.roadmap import GateNotReady
from tests.factories.agreements import make_version
from tests.factories.goals import make_goal
from tests.factories.membership import make_membership, member_of, steward_of_network
from tests.factories.networks import make_network
from tests.factories.people import save
from tests.running import HandClock


@pytest.fixture
def network(live: Runtime) -> Network:
    """A network at the start to which nothing is missing: verified, a goal, five members."""
    made = make_network()
    make_goal(made)
    make_version(made)
    for _ in range(5):
        make_membership(made)
    return made


@pytest.fixture
def steward(network: Network) -> Actor:
    return steward_of_network(network)


def facts(network: Network) -> list[LogEntry]:
    with unit_of_work():
        return entries_after(f"network:{network.id}", 0, 100)


def phase_of(network: Network) -> tuple[str, int]:
    with unit_of_work():
        row = session().get_one(Network, network.id)
        return row.phase, row.version


def changes() -> int:
    with unit_of_work():
        return session().scalar(select(func.count()).select_from(PhaseChange)) or 0


def test_the_steward_takes_the_network_through_the_first_gate(network: Network, steward: Actor) -> None:
    noise = make_network()
    moved = roadmap.change_phase(steward, network.id, "organisation", " We are ready. ", network.version)
    assert (moved["phase"], moved["version"]) == ("organisation", network.version + 1)
    assert phase_of(network) == ("organisation", network.version + 1)
    assert phase_of(noise) == ("initiation", 1)
    with unit_of_work():
        kept = session().scalars(select(PhaseChange)).one()
        assert (kept.from_phase, kept.to_phase, kept.reason) == (
            "initiation",
            "organisation",
            "We are ready.",
        )
        assert kept.changed_by == steward.user_id
        assert len(kept.evidence) == 24
        assert kept.evidence["graduates_joined"] == {"state": "done", "have": 5, "need": 5}
        assert kept.evidence["first_meeting"] == {"state": "open", "have": 0, "need": 1}
        assert session().get_one(Network, network.id).phase_since == kept.changed_at
        trail = session().scalars(select(AuditRow)).one()
        assert (trail.action, trail.acting_role) == ("network.phase_change", "steward")
        assert (trail.before, trail.reason) == ({"phase": "initiation"}, "We are ready.")
        told = [
            entry for entry in entries_after(f"network:{network.id}", 0, 9) if entry.type == "phase.changed"
        ]
        event = rendered(told)[0]
    assert (event["entity_id"], event["entity_version"]) == (network.id, network.version + 1)
    assert event["data"]["phase"] == "organisation"
    assert (event["data"]["from_phase"], event["data"]["to_phase"]) == ("initiation", "organisation")


@pytest.mark.parametrize("missing", ["graduates_joined", "purpose_and_goals", "organisation_verified"])
def test_a_gate_that_is_not_ready_stays_shut(live: Runtime, missing: str) -> None:
    network = make_network()
    if missing == "organisation_verified":
        with unit_of_work():
            organisation = session().get_one(Organisation, network.organisation_id)
        organisation.state = "pending"
        save(organisation)
    if missing != "purpose_and_goals":
        make_goal(network)
    for _ in range(4 if missing == "graduates_joined" else 5):
        make_membership(network)
    steward = steward_of_network(network)
    with pytest.raises(GateNotReady) as refused:
        roadmap.change_phase(steward, network.id, "organisation", "Now.", 1)
    assert refused.value.params == {"missing": [missing]}
    assert phase_of(network) == ("initiation", 1)
    assert changes() == 0
    assert facts(network) == []


@pytest.mark.parametrize(
    ("who", "visibility", "error"),
    [
        ("meta_mentor", "private", Forbidden),
        ("member", "private", Forbidden),
        ("stranger", "private", NotFound),
        ("stranger", "public", Forbidden),
        ("unproven", "private", ProofRequired),
    ],
)
def test_nobody_else_takes_it_through(
    network: Network, steward: Actor, who: str, visibility: str, error: type[Exception]
) -> None:
    network.visibility = visibility
    save(network)
    actor = {
        "meta_mentor": lambda: member_of(network, "meta_mentor"),
        "member": lambda: member_of(network),
        "stranger": lambda: member_of(make_network()),
        "unproven": lambda: replace(steward, proof_at=steward.proof_at - timedelta(hours=2)),  # type: ignore[operator]
    }[who]()
    version = phase_of(network)[1]
    with pytest.raises(error) as refused:
        roadmap.change_phase(actor, network.id, "organisation", "Now.", version)
    assert type(refused.value) is error
    assert phase_of(network) == ("initiation", version)
    assert changes() == 0
    roadmap.change_phase(steward, network.id, "organisation", "Now.", version)


@pytest.mark.parametrize(
    ("phase", "to"),
    [
        ("organisation", "maintenance"),
        ("maintenance", "outreach"),
        ("organisation", "initiation"),
        ("initiation", "maintenance"),
    ],
)
def test_every_other_move_takes_a_decision(network: Network, steward: Actor, phase: str, to: str) -> None:
    network.phase = phase
    save(network)
    for actor in (steward, member_of(network, "meta_mentor")):
        with pytest.raises(DecisionRequired):
            roadmap.change_phase(actor, network.id, to, "Now.", network.version)
    assert phase_of(network)[0] == phase
    assert changes() == 0


def test_one_goes_through_a_gate_once(network: Network, steward: Actor) -> None:
    roadmap.change_phase(steward, network.id, "organisation", "Now.", network.version)
    with pytest.raises(InvalidTransition):
        roadmap.change_phase(steward, network.id, "organisation", "Now.", network.version)
    assert changes() == 1


def test_another_version_was_seen(network: Network, steward: Actor) -> None:
    with pytest.raises(VersionConflict) as refused:
        roadmap.change_phase(steward, network.id, "organisation", "Now.", network.version - 1)
    assert refused.value.current is not None
    assert refused.value.current["version"] == network.version
    assert changes() == 0


@pytest.mark.parametrize(
    ("to", "reason", "field"),
    [("winter", "Now.", "to"), ("organisation", "  ", "reason"), ("organisation", "x" * 2001, "reason")],
)
def test_what_is_no_move(network: Network, steward: Actor, to: str, reason: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        roadmap.change_phase(steward, network.id, to, reason, network.version)
    assert list(refused.value.faults) == [field]
    assert changes() == 0


@pytest.mark.parametrize("key", ["roles_known", "help_process_set", "outreach_plan", "volunteers_thanked"])
def test_where_only_people_can_know_a_sentence_is_the_evidence(
    network: Network, steward: Actor, key: str
) -> None:
    noted = roadmap.note_step(steward, network.id, key, sentence="  Ask Fatma.  ")
    assert (noted["state"], noted["sentence"]) == ("done", "Ask Fatma.")
    told = facts(network)[-1]
    assert (told.type, told.entity_id, told.codes) == ("step.noted", network.id, {"key": key})
    taken_back = roadmap.note_step(steward, network.id, key, sentence="")
    assert (taken_back["state"], taken_back["sentence"]) == ("open", None)


def test_a_sentence_does_not_stand_for_what_can_be_counted(network: Network, steward: Actor) -> None:
    noted = roadmap.note_step(steward, network.id, "first_meeting", sentence="We met in the park.")
    assert (noted["state"], noted["sentence"]) == ("open", "We met in the park.")


def test_thanks_count_for_half_a_year(network: Network, steward: Actor, clock: HandClock) -> None:
    roadmap.note_step(steward, network.id, "volunteers_thanked", sentence="Cake for everybody.")
    clock.forward(days=184)
    assert step(steward, network, "volunteers_thanked")["state"] == "open"
    # Doing without it and taking it up again does not make the thanks of long ago new.
    roadmap.note_step(steward, network.id, "volunteers_thanked", waived=True)
    assert roadmap.note_step(steward, network.id, "volunteers_thanked", waived=False)["state"] == "open"
    assert roadmap.note_step(steward, network.id, "volunteers_thanked", sentence="Tea!")["state"] == "done"


def test_a_network_does_without_a_step_and_takes_it_up_again(network: Network) -> None:
    meta = member_of(network, "meta_mentor")
    assert roadmap.note_step(meta, network.id, "first_meeting", waived=True)["state"] == "waived"
    assert roadmap.note_step(meta, network.id, "first_meeting", waived=False)["state"] == "open"
    with unit_of_work():
        trail = session().scalars(select(AuditRow).order_by(AuditRow.seq)).all()
        assert [(row.action, row.after, row.acting_role) for row in trail] == [
            ("network.step_waived", {"step": "first_meeting"}, "meta_mentor"),
            ("network.step_resumed", {"step": "first_meeting"}, "meta_mentor"),
        ]


@pytest.mark.parametrize("key", ["graduates_joined", "agreement_decided", "outreach_plan"])
def test_a_gates_step_is_done_without_only_by_decision(network: Network, steward: Actor, key: str) -> None:
    with pytest.raises(DecisionRequired):
        roadmap.note_step(steward, network.id, key, waived=True)
    with unit_of_work():
        assert session().scalar(select(func.count()).select_from(StepNote)) == 0
    assert facts(network) == []
    assert roadmap.note_step(steward, network.id, key, waived=False)["state"] != "waived"


@pytest.mark.parametrize(
    ("key", "note", "error"),
    [
        ("no_such_step", {"sentence": "x"}, NotFound),
        ("roles_known", {}, Invalid),
        ("roles_known", {"sentence": "x" * 1001}, Invalid),
    ],
)
def test_what_cannot_be_noted(
    network: Network, steward: Actor, key: str, note: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        roadmap.note_step(steward, network.id, key, **note)
    assert facts(network) == []


@pytest.mark.parametrize(("who", "error"), [("member", Forbidden), ("stranger", NotFound)])
def test_who_notes_nothing(network: Network, who: str, error: type[Exception]) -> None:
    actor = member_of(network) if who == "member" else member_of(make_network())
    with pytest.raises(error):
        roadmap.note_step(actor, network.id, "roles_known", sentence="Ask me.")
    assert facts(network) == []


def step(actor: Actor, network: Network, key: str) -> roadmap.StepView:
    with unit_of_work():
        return roadmap.get_step(actor, network.id, key)
