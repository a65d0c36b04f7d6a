"""Looking at decisions: what is due by the clock is settled first, so that nobody sees what is over."""

from __future__ import annotations

from datetime import datetime

from network.decisions.commands.closing import settle_due
from network.decisions.queries.decisions import see_agreed, see_decision, see_decisions, see_result
from network.decisions.queries.objections import see_objections
from network.decisions.queries.views import AgreedView, OwnDecisionView, OwnObjectionView, ResultOut
from network.kernel.actor import Actor
from network.kernel.paging import PageOf, PageRequest


def get_decision(actor: Actor, decision_id: str) -> OwnDecisionView:
    """One decision as it stands at this moment. Raises NotFound."""
    settle_due(decision_id=decision_id)
    return see_decision(actor, decision_id)


def list_decisions(
    actor: Actor, network_id: str, request: PageRequest, *, state: str | None = None,
    topic_id: str | None = None,
) -> PageOf[OwnDecisionView]:  # fmt: skip
    """The decisions of a network, by its id, newest first; of one state, or about one topic. Raises NotFound
    where the network is not visible, Forbidden where its decisions are not."""
    settle_due(network_id)
    return see_decisions(actor, network_id, request, state=state, topic_id=topic_id)


def list_objections(actor: Actor, decision_id: str, request: PageRequest) -> PageOf[OwnObjectionView]:
    """The objections to a decision with what became of them, the oldest first. Raises NotFound."""
    settle_due(decision_id=decision_id)
    return see_objections(actor, decision_id, request)


def get_result(actor: Actor, decision_id: str) -> ResultOut:
    """What came of a decision, as it was counted once. Raises NotFound; StillOpen before the end,
    WasCancelled where it ended without one."""
    settle_due(decision_id=decision_id)
    return see_result(actor, decision_id)


def list_agreed(actor: Actor, network_id: str, since: datetime | None = None) -> list[AgreedView]:
    """The decisions of a network that passed by consent or choice and bring nothing about by themselves, all
    that closed after `since`, the newest first. Raises NotFound, Forbidden."""
    settle_due(network_id)
    return see_agreed(actor, network_id, since)
