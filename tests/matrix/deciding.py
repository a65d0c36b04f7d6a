"""Decisions for the world: one that is open, with an objection; a draft; one that was closed; one about
somebody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from models.people import User
from network import decisions, membership
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.paging import PageRequest
from network.kernel.transaction import unit_of_work


def decide(network_id: str, proposer: User, objector: User, others: list[User]) -> dict[str, str]:
    """Make one of each; the ids by the names that questions use."""
    clock = runtime.current().clock
    now = clock.now()

    def asked(question: str, by: User = proposer, **over: Any) -> str:
        values = {"kind": "consent", "closes_at": now + timedelta(days=9), "quorum": "0/1", **over}
        return decisions.draft_decision(_as(by), network_id, question=question, **values)["id"]

    ids = {
        "decision_id": asked("Shall we meet in the park?"),
        "draft_decision_id": asked("Shall we meet at all?", others[0]),
        "person_decision_id": asked(
            "How do we go on?", kind="person", options=["Talk", "Wait"], concerned_user_id=objector.id
        ),
    }
    ids["choice_decision_id"] = asked("Where do we meet?", kind="choice", options=["Inside", "Outside"])
    opened = decisions.open_decision(_as(proposer), ids["choice_decision_id"], 1)
    ids["option_id"] = opened["options"][0]["id"]
    decisions.open_decision(_as(proposer), ids["decision_id"], 1)
    decisions.take_stance(_as(objector), ids["decision_id"], stance="objection", reason="It rains.")
    with unit_of_work():
        raised = decisions.list_objections(_as(objector), ids["decision_id"], PageRequest()).items[0]
    ids["decision_objection_id"] = raised["id"]
    with clock.at(now - timedelta(days=3)):
        ids["closed_decision_id"] = asked("Shall we cook?", closes_at=now - timedelta(days=1))
        decisions.open_decision(_as(proposer), ids["closed_decision_id"], 1)
        for person in (proposer, objector, *others):
            decisions.take_stance(_as(person), ids["closed_decision_id"], stance="consent")
    decisions.settle_due(network_id)
    return ids


def _as(person: User) -> Actor:
    with unit_of_work():
        return membership.with_standings(Actor("person", person.id, person.display_name))
