"""Every step of a case: who may take it, in which relation to the matter, out of which state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from models.audit import AuditRow
from models.moderation import Case, CaseLook
from network import moderation
from network.kernel.actor import Actor, system_actor
from network.kernel.errors import DomainError, Invalid, NotFound, VersionConflict
from network.kernel.policy import anyone, require
from network.kernel.transaction import command, session, unit_of_work
from tests.factories.cases import Court, facts, make_court
from tests.running import HandClock

ROLES = ("author", "reporter", "member", "claimer", "meta", "deputy", "steward", "operator")
"""`claimer` is the meta-mentor who has the case where somebody has it; `author` and `reporter` lead too."""
STATES = ("new", "claimed", "asked", "lifted", "decided", "closed")
SOON = timedelta(seconds=1)
"""The test's clock goes on by itself a little."""


@dataclass
class Scene:
    """A case in one state, with everybody who could touch it."""

    court: Court
    case_id: str
    version: int
    people: dict[str, Actor]
    report_id: str


def set_up(court: Court, state: str) -> Scene:
    author, reporter = court.community.member("meta_mentor"), court.community.member("meta_mentor")
    deputy = court.community.member("deputy")
    people = {
        "author": author, "reporter": reporter, "member": court.bob, "claimer": court.meta,
        "meta": court.other, "deputy": deputy, "steward": court.steward, "operator": court.operator,
    }  # fmt: skip
    said = court.says(author)
    report = court.reports(reporter, said)
    case = court.case(said)
    if state in ("claimed", "asked"):
        moderation.claim_case(court.meta, case.id, case.version)
    if state == "asked":
        view = {"to": "author", "question": "Why?"}
        moderation.ask_question(court.meta, case.id, expected_version=court.case(said).version, **view)
    if state == "lifted":
        moderation.claim_case(court.meta, case.id, case.version)
        taken = court.case(said)
        moderation.escalate_case(court.meta, case.id, reason="No.", expected_version=taken.version)
    if state in ("decided", "closed"):
        put(case.id, state)
    return Scene(court, case.id, court.case(said).version, people, report["id"])


@command
def put(case_id: str, state: str) -> None:
    require(anyone(system_actor("tests"), None))
    session().execute(update(Case).where(Case.id == case_id).values(state=state))


Step = Callable[[Scene, Actor], Any]
STEPS: dict[str, Step] = {
    "look": lambda s, a: moderation.get_case(a, s.case_id),
    "claim": lambda s, a: moderation.claim_case(a, s.case_id, s.version),
    "question": lambda s, a: moderation.ask_question(
        a, s.case_id, to="author", question="Why?", expected_version=s.version
    ),
    "answer": lambda s, a: moderation.answer_question(a, s.case_id, answer="So."),
    "veil": lambda s, a: moderation.veil_case(a, s.case_id, reason="Now.", expected_version=s.version),
    "escalation": lambda s, a: moderation.escalate_case(
        a, s.case_id, reason="Up.", expected_version=s.version
    ),
    "step_aside": lambda s, a: moderation.step_aside(a, s.case_id, s.version),
    "reopening": lambda s, a: moderation.reopen_case(
        a, s.case_id, evidence="This.", expected_version=s.version
    ),
    "set_aside": lambda s, a: moderation.set_report_aside(
        a, s.case_id, s.report_id, reason="Nothing.", expected_version=s.version
    ),
}

# For each step and state what each of ROLES gets: 4 not there, f forbidden, n not hers, c somebody else has
# it, s not in this state, + done. Who is a party gets 4 always, but the author who was asked.
NONE, TAKEN = "444", "444" + "+ccf4"
TABLE = {
    "look": {"new": "444+++44", "claimed": "444+++44", "asked": "444+++44", "lifted": "444++++4",
             "decided": "444++++4", "closed": "444++++4"},
    "claim": {"new": "444+++44", "claimed": "444+cc44", "asked": "444scc44", "lifted": "444fff+4",
              "decided": "444sssf4", "closed": "444sssf4"},
    "question": {"new": "444nnn44", "claimed": "444+cc44", "asked": "444scc44", "lifted": "444fffn4",
                 "decided": "444nnnf4", "closed": "444nnnf4"},
    "answer": {"new": "44444444", "claimed": "44444444", "asked": "+4444444", "lifted": "44444444",
               "decided": "44444444", "closed": "44444444"},
    "veil": {"new": "444+++44", "claimed": "444+cc44", "asked": "444scc44", "lifted": "444fff+4",
             "decided": "444sssf4", "closed": "444sssf4"},
    "escalation": {"new": "444nnn44", "claimed": "444+cc44", "asked": "444+cc44", "lifted": "444fffn4",
                   "decided": "444nnnf4", "closed": "444nnnf4"},
    "step_aside": {"new": "444+++44", "claimed": "444+++44", "asked": "444+++44", "lifted": "444fff+4",
                   "decided": "444+++f4", "closed": "444+++f4"},
    "reopening": {"new": "444fff44", "claimed": "444fff44", "asked": "444fff44", "lifted": "444fffs4",
                  "decided": "444fffs4", "closed": "444fff+4"},
    "set_aside": {"new": "444+++44", "claimed": "444+cc44", "asked": "444+cc44", "lifted": "444fff+4",
                  "decided": "444+++f4", "closed": "444+++f4"},
}  # fmt: skip
SIGNS = {
    "not_found": "4", "forbidden": "f", "not_assignee": "n", "case_claimed": "c", "invalid_transition": "s",
}  # fmt: skip


class Undone(Exception):
    """Takes back what a trial did."""


@command
def trial(actor: Actor, scene: Scene, step: Step) -> None:
    step(scene, actor)
    raise Undone


def sign_of(scene: Scene, role: str, step: Step) -> str:
    try:
        trial(scene.people[role], scene, step)
    except Undone:
        return "+"
    except DomainError as refusal:
        return SIGNS[refusal.code]
    raise AssertionError("neither done nor refused")


@pytest.mark.parametrize("state", STATES)
def test_roles_and_relations_and_states_of_every_step(clock: HandClock, state: str) -> None:
    scene = set_up(make_court(), state)
    before = facts(f"case:{scene.case_id}")
    found = {name: "".join(sign_of(scene, role, step) for role in ROLES) for name, step in STEPS.items()}
    assert found == {name: row[state] for name, row in TABLE.items()}
    assert facts(f"case:{scene.case_id}") == before


def test_who_comes_with_an_old_version_sees_how_it_is_now(clock: HandClock) -> None:
    scene = set_up(make_court(), "new")
    STEPS["claim"](scene, scene.people["meta"])
    for name in ("claim", "question", "veil", "escalation", "step_aside", "set_aside"):
        with pytest.raises(VersionConflict) as refused:
            STEPS[name](scene, scene.people["meta"])
        assert refused.value.current and refused.value.current["state"] == "in_review"


def test_each_step_is_told_and_stands_in_the_audit_trail_without_words(clock: HandClock) -> None:
    court = make_court()
    scene = set_up(court, "asked")
    moderation.answer_question(scene.people["author"], scene.case_id, answer="SECRET words")
    kinds = facts(f"case:{scene.case_id}")
    assert kinds == ["case.opened", "case.changed", "case.changed", "case.changed"]
    assert facts(f"user:{scene.people['author'].user_id}").count("queue.changed") == 0
    assert facts(f"user:{scene.people['author'].user_id}").count("question.asked") == 1
    assert facts(f"user:{court.other.user_id}").count("queue.changed") == 4
    with unit_of_work():
        rows = session().scalars(select(AuditRow).where(AuditRow.entity_type == "case")).all()
        assert [row.action for row in rows] == ["case.claim", "case.question", "case.answer"]
        assert "SECRET" not in str([(row.before, row.after, row.reason) for row in rows])
        assert rows[0].acting_role == "meta_mentor"


def test_a_claim_lapses_by_the_clock(clock: HandClock) -> None:
    scene = set_up(make_court(), "claimed")
    clock.forward(hours=72)
    view = moderation.get_case(scene.people["meta"], scene.case_id)
    assert (view["state"], view["assignee"], view["version"]) == ("new", None, scene.version)
    view = moderation.claim_case(scene.people["meta"], scene.case_id, scene.version)
    assert view["mine"] and view["claimed_until"]
    assert abs(view["claimed_until"] - clock.now() - timedelta(hours=72)) < SOON


def test_the_clock_stands_while_somebody_is_asked(clock: HandClock) -> None:
    court = make_court()
    scene = set_up(court, "asked")
    until = moderation.get_case(court.meta, scene.case_id)["due_at"]
    clock.forward(days=2)
    moderation.answer_question(scene.people["author"], scene.case_id, answer="Because.")
    view = moderation.get_case(court.meta, scene.case_id)
    assert abs(view["due_at"] - view["reported_at"] - timedelta(days=9)) < SOON and until > view["due_at"]
    assert view["claimed_until"] and abs(view["claimed_until"] - clock.now() - timedelta(hours=72)) < SOON
    moderation.ask_question(
        court.meta, scene.case_id, to="reporter", question="When?", expected_version=view["version"]
    )
    clock.forward(days=7)
    view = moderation.get_case(court.meta, scene.case_id)
    assert view["state"] == "in_review"
    assert abs(view["due_at"] - view["reported_at"] - timedelta(days=16)) < SOON
    with pytest.raises(moderation.QuestionOver):
        moderation.answer_question(scene.people["reporter"], scene.case_id, answer="Late.")


def test_what_is_late_climbs_to_the_end_of_the_route(clock: HandClock) -> None:
    court = make_court(parent=True)
    scene = set_up(court, "claimed")
    for level in (1, 3):  # nobody acts for the organisation above
        clock.forward(days=7, seconds=1)
        assert moderation.lift_late_cases() == 1 and moderation.lift_late_cases() == 0
        assert court.queue(court.meta)[0]["level"] == level
    clock.forward(days=30)
    assert moderation.lift_late_cases() == 0
    assert moderation.get_case(court.operator, scene.case_id)["next_steps"][0] == "claim"


def test_a23_every_look_is_written_down_for_its_author(clock: HandClock) -> None:
    court = make_court()
    before, said = court.says(court.cem), court.says(court.ann)
    court.reports(court.bob, said)
    court.queue(court.meta)
    with unit_of_work():
        assert session().scalar(select(func.count()).select_from(CaseLook)) == 0
    court.look(court.meta, said)
    assert moderation.list_neighbours(court.other, court.case(said).id) == []
    with unit_of_work():
        looks = session().scalars(select(CaseLook)).all()
        assert [(one.looker_id, one.author_id, one.acting_role, one.what) for one in looks] == [
            (court.meta.user_id, court.ann.user_id, "meta_mentor", "content")
        ]
    assert before


def test_steps_take_words(clock: HandClock) -> None:
    scene = set_up(make_court(), "claimed")
    who, case_id, version = scene.people["claimer"], scene.case_id, {"expected_version": scene.version}
    for refused in (
        lambda: moderation.escalate_case(who, case_id, reason=" ", **version),
        lambda: moderation.veil_case(who, case_id, reason=" ", **version),
        lambda: moderation.ask_question(who, case_id, to="author", question=" ", **version),
    ):
        with pytest.raises(Invalid):
            refused()
    with pytest.raises(NotFound):
        moderation.set_report_aside(who, case_id, case_id, reason="Nothing.", **version)
