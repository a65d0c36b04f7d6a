"""Decisions: writing down, opening, taking part, objections and how they are met, result and what follows."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from api.operations import operation, page_request
from api.schemas.base import PageQuery, VersionedIn, page_of
from api.schemas.decisions import (
    AnswerToObjectionIn,
    DecisionCancellationIn,
    DecisionDraftIn,
    DecisionObjectionOut,
    DecisionOut,
    DecisionPatchIn,
    DecisionQuery,
    NextRoundIn,
    ObjectionEndIn,
    OutcomeIn,
    ResultOut,
    StanceIn,
    StatementIn,
)
from network import decisions
from network.kernel.actor import Actor

blueprint = Blueprint("decisions", __name__, description="What a network settles together")


@operation(
    blueprint, "GET", "/networks/<id:network_id>/decisions", out=page_of(DecisionOut), query=DecisionQuery,
    problems=(404,),
)  # fmt: skip
def list_decisions(actor: Actor, network_id: str, query: dict[str, Any]) -> Any:
    """The decisions of a network, the newest first; of drafts one's own, and those about oneself."""
    return decisions.list_decisions(actor, network_id, page_request(query), state=query["state"])


@operation(
    blueprint, "POST", "/networks/<id:network_id>/decisions", out=DecisionOut, status=201,
    body=DecisionDraftIn, problems=(404, 409), idempotent=True,
)  # fmt: skip
def draft_decision(actor: Actor, network_id: str, body: dict[str, Any]) -> Any:
    """Write down a decision, as an active member who accepted the rules or as the steward; it is opened by
    `/opening`."""
    return decisions.draft_decision(actor, network_id, **body)


@operation(blueprint, "GET", "/decisions/<id:decision_id>", out=DecisionOut, problems=(404,))
def get_decision(actor: Actor, decision_id: str) -> Any:
    """One decision as it stands at this moment, with one's own stance."""
    return decisions.get_decision(actor, decision_id)


@operation(
    blueprint, "PATCH", "/decisions/<id:decision_id>", out=DecisionOut, body=DecisionPatchIn,
    problems=(404, 409),
)  # fmt: skip
def change_decision(actor: Actor, decision_id: str, body: dict[str, Any]) -> Any:
    """Change a decision: before its opening almost everything, then a later end, more secrecy, typing
    errors."""
    return decisions.change_decision(actor, decision_id, body.pop("expected_version"), body)


@operation(
    blueprint, "POST", "/decisions/<id:decision_id>/opening", out=DecisionOut, body=VersionedIn,
    problems=(404, 409), idempotent=True,
)  # fmt: skip
def open_decision(actor: Actor, decision_id: str, body: dict[str, Any]) -> Any:
    """Open a draft, now or at its `opens_at`; who takes part is fixed at that moment."""
    return decisions.open_decision(actor, decision_id, body["expected_version"])


@operation(
    blueprint, "POST", "/decisions/<id:decision_id>/cancellation", out=DecisionOut,
    body=DecisionCancellationIn, problems=(404, 409), idempotent=True,
)  # fmt: skip
def cancel_decision(actor: Actor, decision_id: str, body: dict[str, Any]) -> Any:
    """End a decision without a result."""
    return decisions.cancel_decision(actor, decision_id, body["expected_version"], body["reason"])


@operation(
    blueprint, "POST", "/decisions/<id:decision_id>/outcome", out=DecisionOut, body=OutcomeIn,
    problems=(404, 409), idempotent=True,
)  # fmt: skip
def publish_outcome(actor: Actor, decision_id: str, body: dict[str, Any]) -> Any:
    """Write down what follows from a decision that was counted."""
    return decisions.publish_outcome(
        actor, decision_id, body["expected_version"], body["text"],
        responsible_id=body["responsible_id"], review_on=body["review_on"],
    )  # fmt: skip


@operation(
    blueprint, "POST", "/decisions/<id:decision_id>/next-round", out=DecisionOut, status=201,
    body=NextRoundIn, problems=(404, 409), idempotent=True,
)  # fmt: skip
def next_round(actor: Actor, decision_id: str, body: dict[str, Any]) -> Any:
    """Ask again, at once; an open round ends by it. Answers with the new round."""
    return decisions.next_round(actor, decision_id, body.pop("expected_version"), **body)


@operation(
    blueprint, "PUT", "/decisions/<id:decision_id>/stance", out=DecisionOut, body=StanceIn,
    problems=(404, 409),
)  # fmt: skip
def take_stance(actor: Actor, decision_id: str, body: dict[str, Any]) -> Any:
    """Say where one stands, or anew, until the end."""
    return decisions.take_stance(actor, decision_id, **body)


@operation(
    blueprint, "PUT", "/decisions/<id:decision_id>/statement", out=DecisionOut, body=StatementIn,
    problems=(404, 409),
)  # fmt: skip
def make_statement(actor: Actor, decision_id: str, body: dict[str, Any]) -> Any:
    """Say something to a matter that concerns oneself."""
    return decisions.make_statement(actor, decision_id, body["statement"], body["expected_version"])


@operation(
    blueprint, "GET", "/decisions/<id:decision_id>/objections", out=page_of(DecisionObjectionOut),
    query=PageQuery, problems=(404,),
)  # fmt: skip
def list_objections(actor: Actor, decision_id: str, query: dict[str, Any]) -> Any:
    """The objections to a decision, with what became of them."""
    return decisions.list_objections(actor, decision_id, page_request(query))


@operation(
    blueprint, "POST", "/objections/<id:decision_objection_id>/integration", out=DecisionObjectionOut,
    body=AnswerToObjectionIn, problems=(404, 409), idempotent=True,
)  # fmt: skip
def integrate_objection(actor: Actor, decision_objection_id: str, body: dict[str, Any]) -> Any:
    """Offer how an objection could be met: who sees to the decision."""
    return decisions.integrate_objection(
        actor, decision_objection_id, body["answer"], body["expected_version"]
    )


@operation(
    blueprint, "POST", "/objections/<id:decision_objection_id>/resolution", out=DecisionObjectionOut,
    body=ObjectionEndIn, problems=(404, 409), idempotent=True,
)  # fmt: skip
def resolve_objection(actor: Actor, decision_objection_id: str, body: dict[str, Any]) -> Any:
    """Say that one's own objection is met."""
    return decisions.resolve_objection(actor, decision_objection_id, body["stance"], body["expected_version"])


@operation(
    blueprint, "POST", "/objections/<id:decision_objection_id>/withdrawal", out=DecisionObjectionOut,
    body=ObjectionEndIn, problems=(404, 409), idempotent=True,
)  # fmt: skip
def withdraw_objection(actor: Actor, decision_objection_id: str, body: dict[str, Any]) -> Any:
    """Take one's own objection back."""
    return decisions.withdraw_objection(
        actor, decision_objection_id, body["stance"], body["expected_version"]
    )


@operation(blueprint, "GET", "/decisions/<id:decision_id>/result", out=ResultOut, problems=(404, 409))
def get_result(actor: Actor, decision_id: str) -> Any:
    """What came of a decision, as it was counted once."""
    return decisions.get_result(actor, decision_id)
