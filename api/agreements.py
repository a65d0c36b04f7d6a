"""The documents of a network: reading a version, accepting the rules."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from api.operations import operation
from api.schemas.agreements import AgreementVersionOut, RulesAcceptanceIn, RulesAcceptanceOut
from network import agreements
from network.kernel.actor import Actor

blueprint = Blueprint("agreements", __name__, description="What a network stands on")


@operation(
    blueprint, "GET", "/agreement-versions/<id:version_id>", out=AgreementVersionOut, problems=(404,)
)  # fmt: skip
def get_agreement_version(actor: Actor, version_id: str) -> Any:
    """One version with its clauses, for members, applicants and stewards of the network."""
    return agreements.get_agreement_version(actor, version_id)


@operation(
    blueprint, "POST", "/networks/<id:network_id>/rules-acceptance", out=RulesAcceptanceOut, status=201,
    also={200: RulesAcceptanceOut}, body=RulesAcceptanceIn, problems=(404, 409), idempotent=True,
)  # fmt: skip
def accept_rules(actor: Actor, network_id: str, body: dict[str, Any]) -> Any:
    """Accept the rules that hold, before the first post. Accepting again answers 200 with the first
    acceptance; a version that holds no longer is 409 `version_superseded`."""
    accepted = agreements.accept_rules(actor, network_id, body["version_id"])
    return accepted, 201 if accepted["created"] else 200
