"""What was decided in the world: two warnings of the member, at one of which somebody shall look again; a
suspension that waits for its second person; a decision of the meta-mentor that nobody was told of yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select, update

from models.moderation import Appeal, Case, CaseDecision, Sanction
from models.people import User
from network import discussions, membership, moderation
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.policy import anyone, require
from network.kernel.transaction import command, session, unit_of_work
from network.moderation import Draft, Wish

SAID = {"facts": "Somebody was called names.", "reason": "That hurts.", "basis": "own_initiative"}


def measure(
    ids: Mapping[str, str], somebody: User, people: Mapping[str, User]
) -> tuple[dict[str, str], dict[str, int]]:
    """Decide four matters; the ids and versions that came of it."""
    acting = {name: _actor(person) for name, person in people.items()}
    told = [_decided(ids, acting["deputy"], acting["member"], number) for number in (1, 2)]
    _let_minutes_pass(told)
    moderation.settle_measures()
    measures = [_measure_of(case_id) for case_id in told]
    asked = moderation.appeal(acting["member"], measures[1], "I did not mean it.")
    until = runtime.current().clock.now() + timedelta(days=20)
    waits = _decided(
        ids, acting["deputy"], _actor(somebody), 3, Wish("suspension", "network", ids["network_id"], until)
    )
    fresh = _decided(ids, acting["meta_mentor"], _actor(somebody), 4)
    proposed = _measure_of(waits)
    found = {
        "sanction_id": measures[0], "appeal_id": asked["id"], "proposed_id": proposed,
        "decided_case_id": fresh, "appealed_id": measures[1],
    }  # fmt: skip
    with unit_of_work():
        found["token"] = moderation.appeal_token(session().get_one(Sanction, measures[0]))
        versions = {
            "sanction": session().get_one(Sanction, measures[0]).version,
            "appeal": session().get_one(Appeal, asked["id"]).version,
            "proposed": session().get_one(Sanction, proposed).version,
            "decided_case": session().get_one(Case, fresh).version,
        }
    return found, versions


def _decided(
    ids: Mapping[str, str], host: Actor, author: Actor, number: int, wish: Wish | None = None
) -> str:
    said = discussions.post_message(author, ids["topic_id"], f"Names, {number}", f"measured-{number}").message
    case = moderation.open_own_case(host, ids["network_id"], "message", said["id"], reason="Seen.")
    draft = Draft(
        outcome="sanction", rule_id=ids["rule_id"], **SAID,
        sanctions=(wish or Wish("warning", "message", said["id"]),),
    )  # fmt: skip
    moderation.decide_case(host, case["id"], case["version"], draft)
    return str(case["id"])


def _actor(person: User) -> Actor:
    with unit_of_work():
        actor = membership.with_standings(Actor("person", person.id, person.display_name))
    return replace(actor, proof_at=runtime.current().clock.now(), has_second_factor=True)


def _measure_of(case_id: str) -> str:
    with unit_of_work():
        return session().scalars(select(Sanction.id).where(Sanction.case_id == case_id)).one()


@command
def _let_minutes_pass(case_ids: list[str]) -> None:
    require(anyone(system_actor("tests"), None))
    before = runtime.current().clock.now() - timedelta(minutes=1)
    wanted = update(CaseDecision).where(CaseDecision.case_id.in_(case_ids))
    session().execute(wanted.values(send_from=before))
