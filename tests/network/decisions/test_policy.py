"""Who may what with a decision; the select says the same as the law."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from models.decisions import Decision
from models.membership import Appointment, Membership
from network.decisions.policy import (
    may_answer_objection,
    may_draft_decision,
    may_make_statement,
    may_open_decision,
    may_see_decision,
    may_see_decisions,
    may_settle_decisions,
    may_start_next_round,
    may_take_stance,
    visible_decisions,
)
from network.kernel.actor import ANONYMOUS, Actor, system_actor
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests.factories.decisions import Town, make_town, now
from tests.factories.membership import again, make_membership, member_of, standing_actor, steward_of_network
from tests.factories.networks import make_network
from tests.factories.people import actor_of, make_user


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> str:
    """SQLite alone: the law and its select are the same on both."""
    shutil.copy(sqlite_template, tmp_path / "test.db")
    return f"sqlite:///{tmp_path}/test.db"


@pytest.fixture
def town(live: Runtime) -> Town:
    return make_town(4)


def actor(town: Town, who: str) -> Actor:
    network = town.network
    made = {
        "proposer": lambda: town.people[1],
        "member": lambda: town.people[2],
        "concerned": lambda: town.people[3],
        "meta_mentor": lambda: town.people[0],
        "deputy": lambda: member_of(network, "deputy"),
        "new": lambda: member_of(network),
        "paused": lambda: member_of(network, state="paused"),
        "suspended": lambda: member_of(network, suspended_until=now() + timedelta(days=1)),
        "applied": lambda: member_of(network, state="applied"),
        "left": lambda: member_of(network, state="left"),
        "steward": lambda: steward_of_network(network),
        "stranger": lambda: member_of(make_network()),
        "operator": lambda: actor_of(make_user(is_operator=True)),
        "anonymous": lambda: ANONYMOUS,
    }
    return made[who]()


@pytest.mark.parametrize(
    ("who", "sees", "drafts", "stance", "leads", "draft"),
    [
        ("proposer", True, None, True, None, True),
        ("member", True, None, True, "forbidden", False),
        ("concerned", True, None, True, "party_to_matter", True),
        ("meta_mentor", True, None, True, None, False),
        ("deputy", True, "rules_not_accepted", True, None, False),
        ("new", True, "rules_not_accepted", True, "forbidden", False),
        ("paused", True, "forbidden", True, "forbidden", False),
        ("steward", True, None, False, "forbidden", False),
        ("suspended", False, "forbidden", False, "forbidden", False),
        ("applied", False, "forbidden", False, "forbidden", False),
        ("left", False, "forbidden", False, "forbidden", False),
        ("stranger", False, "forbidden", False, "forbidden", False),
        ("operator", False, "forbidden", False, "forbidden", False),
        ("anonymous", False, "forbidden", False, "forbidden", False),
    ],
)
def test_who_may_what(
    town: Town, who: str, sees: bool, drafts: str | None, stance: bool, leads: str | None, draft: bool
) -> None:
    over = {"options": ["Yes", "No"], "concerned_user_id": town.people[3].user_id}
    kept = town.draft("person", 1, **over)["id"]
    told = town.asks(by=1)["id"]
    her, network_id = actor(town, who), town.network.id
    with unit_of_work():
        # Whoever is concerned by one of them is so by both, to ask the same question of both.
        about, seen = session().get_one(Decision, kept), session().get_one(Decision, told)
        assert bool(may_see_decisions(her, network_id)) is sees
        assert may_draft_decision(her, network_id).code == drafts
        assert bool(may_take_stance(her, seen)) is stance
        for law in (may_open_decision, may_answer_objection, may_start_next_round):
            assert law(her, about).code == leads
        assert bool(may_make_statement(her, about)) is (who == "concerned")
        assert bool(may_see_decision(her, seen)) is sees
        assert bool(may_see_decision(her, about)) is draft
        found = set(session().scalars(visible_decisions(her)))
        assert found == {row for row in session().scalars(select(Decision)) if may_see_decision(her, row)}
        assert not may_settle_decisions(her)
        assert may_settle_decisions(system_actor("decisions"))


def test_a_meta_mentor_leads_nothing_that_concerns_her(town: Town) -> None:
    over = {"options": ["Yes", "No"], "concerned_user_id": town.people[0].user_id}
    kept = town.draft("person", 1, **over)["id"]
    with unit_of_work():
        row = session().get_one(Decision, kept)
        assert may_open_decision(town.people[0], row).code == "party_to_matter"
        assert may_open_decision(town.people[1], row)


def test_an_abandoned_decision_is_taken_over_by_whoever_wants(town: Town) -> None:
    told = town.asks(by=1)["id"]
    town.leaves(town.people[1])
    with unit_of_work():
        row = session().get_one(Decision, told)
        assert may_start_next_round(town.people[2], row)
        assert not may_start_next_round(again(town.people[1]), row)
        user = make_user()
        make_membership(town.network, user, state="paused")
        assert not may_start_next_round(standing_actor(user), row)


def test_the_steward_sees_to_it_where_nobody_leads(town: Town) -> None:
    told = town.asks(by=1)["id"]
    over = {"options": ["Yes", "No"], "concerned_user_id": town.people[0].user_id}
    about_lead = town.draft("person", 1, **over)["id"]
    steward = steward_of_network(town.network)
    with unit_of_work():
        one, her_matter = session().get_one(Decision, told), session().get_one(Decision, about_lead)
        assert not may_answer_objection(steward, one)
        assert may_open_decision(steward, her_matter), "the only one who leads is whom it is about"
        lead = session().scalars(select(Membership).where(Membership.user_id == town.people[0].id)).one()
        lead.suspended_until = now() + timedelta(days=3)
        session().flush()
        assert may_answer_objection(steward, one), "who leads can see to nothing"
        lead.suspended_until = now()
        session().flush()
        assert not may_answer_objection(steward, one)
        for appointment in session().scalars(select(Appointment)):
            appointment.ended_at = now()
        session().flush()
        assert may_answer_objection(steward, one)
        assert not may_answer_objection(town.people[2], one)
