"""What is reported in the world, and who has it: the member told of something that a plain member said; the
meta-mentor has that case. The deputy asked the member in a second one, a third is closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select, update

from models.agreements import Clause
from models.moderation import Case, CaseQuestion
from models.networks import Network
from models.people import User
from network import membership, moderation
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.policy import anyone, require
from network.kernel.transaction import command, session, unit_of_work

HANDLING = ("member", "meta_mentor", "deputy")
CASES = ("case", "asked_case", "closed_case")


def report(ids: Mapping[str, str], about: User, people: Mapping[str, User]) -> dict[str, str]:
    """Report three things and bring their cases on their way; the ids that came of it."""
    for name in ("meta_mentor", "deputy"):
        _protect(people[name])
    actors = {name: _actor(person) for name, person in people.items()}
    targets = (("message", ids["message_id"]), ("topic", ids["topic_id"]), ("user", about.id))
    reports = [
        moderation.report(actors["member"], kind, target_id, reason="That hurts.").report
        for kind, target_id in targets
    ]
    cases = [_case_of(target_id) for _kind, target_id in targets]
    moderation.claim_case(actors["meta_mentor"], cases[0], _version(cases[0]))
    asked = moderation.claim_case(actors["deputy"], cases[1], _version(cases[1]))
    moderation.ask_question(
        actors["deputy"], asked["id"], to="reporter", question="When?", expected_version=asked["version"]
    )
    _close(cases[2])
    with unit_of_work():
        asked_in = select(CaseQuestion.id).where(CaseQuestion.case_id == cases[1])
        rules = session().get_one(Network, ids["network_id"]).rules_version_id
        rule = session().scalars(select(Clause.clause_id).where(Clause.version_id == rules).limit(1)).one()
        question = session().scalars(asked_in).one()
    notice = moderation.notice(None, url="http://localhost/nothing", why="Hm.", good_faith=True)
    return {
        "notice_id": notice, "target_id": ids["meeting_id"], "report_id": reports[0]["id"],
        "question_id": question, "rule_id": rule,
        **{f"{name}_id": case_id for name, case_id in zip(CASES, cases, strict=True)},
    }  # fmt: skip


def _actor(person: User) -> Actor:
    with unit_of_work():
        return membership.with_standings(Actor("person", person.id, person.display_name))


def _case_of(target_id: str) -> str:
    with unit_of_work():
        return session().scalars(select(Case.id).where(Case.target_id == target_id)).one()


def _version(case_id: str) -> int:
    with unit_of_work():
        return session().get_one(Case, case_id).version


@command
def _protect(person: User) -> None:
    """Who is none of the demo's needs a second factor to see what was reported."""
    require(anyone(system_actor("tests"), None))
    now = runtime.current().clock.now()
    session().execute(update(User).where(User.id == person.id).values(second_factor_at=now))


@command
def _close(case_id: str) -> None:
    require(anyone(system_actor("tests"), None))
    before = runtime.current().clock.now() - timedelta(hours=1)
    session().execute(update(Case).where(Case.id == case_id).values(state="closed", closed_at=before))
