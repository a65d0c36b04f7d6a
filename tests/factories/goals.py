"""Makes goals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from models.goals import Goal
from models.networks import Network
from network.kernel import runtime
from network.kernel.ids import new_id
from tests.factories.people import save


def make_goal(network: Network, **over: Any) -> Goal:
    """An adopted goal that is looked at again in a month."""
    now = runtime.current().clock.now()
    values = {
        "id": new_id(),
        "network_id": network.id,
        "title": "Nobody waits longer than three days",
        "why": "A letter cannot wait.",
        "review_on": now.date() + timedelta(days=30),
        "state": "adopted",
        "proposed_by": network.created_by,
        "created_at": now,
        "adopted_at": now,
        "version": 1,
    }
    return save(Goal(**values | over))
