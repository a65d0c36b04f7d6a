"""Lets a network decide: drafts, opens, lets people consent, and turns the clock past the end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import network.goals.subscriptions
import network.roadmap.subscriptions
from models.decisions import Decision
from models.networks import Network
from network import decisions
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.transaction import session, unit_of_work
from tests.running import HandClock

assert network.goals.subscriptions, "effects are registered"
assert network.roadmap.subscriptions, "effects are registered"


def open_decision(proposer: Actor, network: Network, effect: Any = None, **over: Any) -> str:
    """A consent decision that is open for three days; its id."""
    wish = {"kind": "consent", "question": "Shall we?", "effect": effect} | over
    closes_at = wish.pop("closes_at", runtime.current().clock.now() + timedelta(days=3))
    draft = decisions.draft_decision(proposer, network.id, closes_at=closes_at, **wish)
    return decisions.open_decision(proposer, draft["id"], draft["version"])["id"]


def decide(
    proposer: Actor, electors: Sequence[Actor], network: Network, clock: HandClock, effect: Any, **over: Any
) -> Decision:
    """A decision to which everybody consented and whose time is over, as it stands in the database."""
    decision_id = open_decision(proposer, network, effect, **over)
    for elector in electors:
        decisions.take_stance(elector, decision_id, stance="consent")
    clock.forward(days=4)
    decisions.settle_due()
    return decision_row(decision_id)


def decision_row(decision_id: str) -> Decision:
    """A decision as it is in the database."""
    with unit_of_work():
        row = session().get_one(Decision, decision_id)
        session().expunge(row)
        return row
