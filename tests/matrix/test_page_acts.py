"""A page that takes one of several steps lets each actor take it or not as the API does (A12): the table of
routes asks such a page about one of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.matrix.asking import ask
from tests.matrix.questions import REASON, named
from tests.matrix.test_routes import ROWS, asked_rules
from tests.matrix.world import ACTORS, World, make_world

STEPS = {
    "opening": "api_agreements.open_deliberation", "rework": "api_agreements.rework_version",
    "freeze": "api_agreements.freeze_version", "activation": "api_agreements.activate_version",
    "abandonment": "api_agreements.abandon_version",
    "objection": "api_agreements.discuss_correction",
}  # fmt: skip
WISHES = {
    "support": "api_deliberation.co_sponsor_amendment", "vote": "api_deliberation.put_amendment_to_vote",
    "discussion": "api_deliberation.discuss_amendment", "takeover": "api_deliberation.take_over_amendment",
    "withdrawal": "api_deliberation.withdraw_amendment", "handover": "api_deliberation.withdraw_amendment",
}  # fmt: skip
OUTCOMES = {
    "accept": "api_deliberation.accept_amendment", "modify": "api_deliberation.accept_amendment",
    "reject": "api_deliberation.reject_amendment",
}  # fmt: skip
ACTS = [
    *(("agreement_steps.step", {"act": act}, {"reason": REASON}, operation)
      for act, operation in STEPS.items()),
    # Everybody is asked whether it ends.
    ("agreement_steps.step", {"act": "termination", "version_id": "held_version_id"}, {"reason": REASON},
     "api_decisions.draft_decision"),
    *(("deliberation.step", {"wish": wish}, {}, operation) for wish, operation in WISHES.items()),
    *(("deliberation.answer", {}, {"outcome": outcome, "text": "We ask.", "reason": REASON}, operation)
      for outcome, operation in OUTCOMES.items()),
]  # fmt: skip
ALIKE = {"2": ("302", "303"), "401": ("302",), "403": ("403",), "404": ("404",), "409": ("409", "422")}
"""What a page answers where the API says this."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """SQLite alone, as in the table of routes."""
    with make_world(tmp_path_factory.mktemp("acts")) as made:
        yield made


@pytest.mark.parametrize(
    ("page", "at", "body", "operation"), ACTS, ids=[" ".join((*a[1].values(), a[3])) for a in ACTS]
)
def test_a12_a_page_lets_do_what_the_api_lets_do(
    world: World, page: str, at: dict[str, str], body: dict[str, Any], operation: str
) -> None:
    row = next(row for row in ROWS if row["endpoint"] == operation)
    things = {name: world.ids.get(other, other) for name, other in {**named(operation), **at}.items()}

    rule = asked_rules(world)[page, "POST"]
    said = {actor: str(ask(world, rule, "POST", actor, things, body)) for actor in ACTORS}
    wanted = {actor: ALIKE.get(row[actor], ALIKE.get(row[actor][0], ())) for actor in ACTORS}
    assert {actor: (said[actor], row[actor]) for actor in ACTORS if said[actor] not in wanted[actor]} == {}
