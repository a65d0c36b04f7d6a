"""Who may see a network's way, record a sentence on it and move the network on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from network.kernel.actor import ANONYMOUS
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from network.roadmap.policy import (
    Passage,
    may_change_phase,
    may_note_step,
    may_read_sentences,
    may_see_roadmap,
)
from tests.factories.membership import (
    make_appointment,
    make_membership,
    member_of,
    standing_actor,
    steward_of_network,
)
from tests.factories.networks import make_network
from tests.factories.people import actor_of, make_user
from tests.running import START

LATER = START + timedelta(days=3)


@pytest.mark.parametrize("visibility", ["private", "listed", "public"])
@pytest.mark.parametrize(
    ("who", "inside", "notes", "moves_on", "moves_later"),
    [
        ("active", True, False, "forbidden", "forbidden"),
        ("paused", True, False, "forbidden", "forbidden"),
        ("applied", False, False, "forbidden", "forbidden"),
        ("left", False, False, "forbidden", "forbidden"),
        ("suspended", False, False, "forbidden", "forbidden"),
        ("meta_mentor", True, True, "forbidden", "decision_required"),
        ("suspended_meta_mentor", False, False, "forbidden", "forbidden"),
        ("deputy", True, True, "forbidden", "decision_required"),
        ("steward", True, True, None, "decision_required"),
        ("stranger", False, False, "forbidden", "forbidden"),
        ("operator", False, False, "forbidden", "forbidden"),
        ("anonymous", False, False, "forbidden", "forbidden"),
    ],
)
def test_who_may_what(
    live: Runtime,
    visibility: str,
    who: str,
    inside: bool,
    notes: bool,
    moves_on: str | None,
    moves_later: str,
) -> None:
    network = make_network(visibility=visibility)
    if who in ("stranger", "operator", "anonymous", "steward"):
        actor = {
            "stranger": lambda: member_of(make_network(), "meta_mentor"),
            "operator": lambda: actor_of(make_user(is_operator=True)),
            "anonymous": lambda: ANONYMOUS,
            "steward": lambda: steward_of_network(network),
        }[who]()
    else:
        user = make_user()
        state = who if who in ("paused", "applied", "left") else "active"
        until = LATER if who.startswith("suspended") else None
        joined = make_membership(network, user, state=state, suspended_until=until)
        if "meta_mentor" in who or who == "deputy":
            make_appointment(joined, "deputy" if who == "deputy" else "meta_mentor")
        actor = standing_actor(user)
    with unit_of_work():
        assert bool(may_see_roadmap(actor, network)) is (inside or visibility != "private")
        assert bool(may_read_sentences(actor, network)) is inside
        assert bool(may_note_step(actor, network)) is notes
        on = Passage(network.id, "initiation", "organisation")
        assert may_change_phase(actor, on).code == moves_on
        for before, after in (
            ("organisation", "maintenance"), ("maintenance", "outreach"), ("organisation", "initiation"),
            ("initiation", "maintenance"), ("outreach", "maintenance"),
        ):  # fmt: skip
            assert may_change_phase(actor, Passage(network.id, before, after)).code == moves_later


@pytest.mark.parametrize(
    ("minutes", "scopes", "code"),
    [
        (59, None, None),
        (61, None, "proof_required"),
        (61, frozenset({"read", "write", "weighty"}), None),
        (1, frozenset({"read", "write"}), "proof_required"),
    ],
)
def test_moving_on_takes_a_fresh_proof(
    live: Runtime, minutes: int, scopes: frozenset[str] | None, code: str | None
) -> None:
    network = make_network()
    proof_at = live.clock.now() - timedelta(minutes=minutes)
    actor = replace(steward_of_network(network), proof_at=proof_at, token_scopes=scopes)
    assert may_change_phase(actor, Passage(network.id, "initiation", "organisation")).code == code


def test_going_nowhere_is_no_move(live: Runtime) -> None:
    network = make_network()
    for phase in ("initiation", "organisation"):
        verdict = may_change_phase(steward_of_network(network), Passage(network.id, phase, phase))
        assert verdict.code == "invalid_transition"
