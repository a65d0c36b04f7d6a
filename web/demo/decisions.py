"""What the networks decide: who asked, who said what, how an objection is met, and what came of it."""

from __future__ import annotations

from functools import partial
from typing import Any

from network import decisions
from network.kernel.paging import PageRequest
from web.demo.content import day, moment
from web.demo.filling import MINUTE, Filling


def plan_decision(filling: Filling, row: dict[str, Any]) -> None:
    """One decision from its draft to what came of it."""
    zone, key = filling.zones[row["network"]], f"{row['network']}/{row['question']}"
    filling.at(row["opened"], zone, partial(_ask, filling, row, key, zone))
    for said in row["said"]:
        filling.at(said["at"], zone, partial(_say, filling, key, said), later=MINUTE)
        if "met" in said:
            filling.at(said["met"]["at"], zone, partial(_meet, filling, key, said), later=MINUTE)
    if row["closes"].startswith("-"):
        filling.at(row["closes"], zone, decisions.settle_due, later=MINUTE)
    if "outcome" in row:
        filling.at(row["outcome"]["at"], zone, partial(_write_outcome, filling, row, key, zone))


def _ask(filling: Filling, row: dict[str, Any], key: str, zone: str) -> None:
    actor = filling.actor(row["by"])
    topic = filling.ids.get(("topic", f"{row['network']}/{row.get('topic', '')}"))
    made = decisions.draft_decision(
        actor, filling.ids["network", row["network"]], kind=row["kind"], question=row["question"],
        explanation=row["explanation"], language=row["language"], options=row.get("options", []),
        closes_at=moment(row["closes"], filling.now, zone), quorum=row.get("quorum"), topic_id=topic,
    )  # fmt: skip
    opened = decisions.open_decision(actor, made["id"], made["version"])
    filling.ids["decision", key] = made["id"]
    for option in opened["options"]:
        filling.ids["option", f"{key}/{option['text']}"] = option["id"]


def _say(filling: Filling, key: str, said: dict[str, Any]) -> None:
    chosen = [filling.ids["option", f"{key}/{said['option']}"]] if "option" in said else []
    decisions.take_stance(
        filling.actor(said["by"]), filling.ids["decision", key], stance=said.get("stance"),
        option_ids=chosen, reason=said.get("reason", ""), would_change=said.get("would_change", ""),
    )  # fmt: skip


def _meet(filling: Filling, key: str, said: dict[str, Any]) -> None:
    actor, met = filling.actor(said["met"]["by"]), said["met"]
    raised = decisions.list_objections(actor, filling.ids["decision", key], PageRequest()).items[-1]
    decisions.integrate_objection(actor, raised["id"], met["answer"], raised["version"])


def _write_outcome(filling: Filling, row: dict[str, Any], key: str, zone: str) -> None:
    outcome = row["outcome"]
    actor, decision_id = filling.actor(outcome["by"]), filling.ids["decision", key]
    found = decisions.get_decision(actor, decision_id)
    decisions.publish_outcome(
        actor, decision_id, found["version"], outcome["text"],
        responsible_id=filling.ids["person", outcome["responsible"]],
        review_on=day(outcome["review"], filling.now, zone),
    )  # fmt: skip
