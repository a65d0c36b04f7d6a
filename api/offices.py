"""A network's office: what was decided, and settling it."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from api.operations import operation
from api.schemas.offices import OfficeIn, OfficeOut
from network import offices
from network.kernel.actor import Actor

blueprint = Blueprint("offices", __name__, description="A network's office, and how it is reached")


@operation(blueprint, "GET", "/networks/<id:network_id>/office", out=OfficeOut, problems=(404,))
def get_office(actor: Actor, network_id: str) -> Any:
    """What the network decided about its office, for members and stewards; `exists` is null, and `version` 0,
    while nothing is decided."""
    return offices.get_office(actor, network_id)


@operation(
    blueprint, "PUT", "/networks/<id:network_id>/office", out=OfficeOut, body=OfficeIn, problems=(404, 409)
)
def decide_office(actor: Actor, network_id: str, body: dict[str, Any]) -> Any:
    """Settle that the network has an office or has none: the meta-mentor of a Small network, the steward
    until the organisation phase; else who leads it, with the id of an effect-free decision that passed (409
    `decision_required`, `decision_unfit`). Details of what was decided so are kept up to date without
    another one."""
    decision_id, expected_version = body.pop("decision_id"), body.pop("expected_version")
    return offices.decide_office(
        actor, network_id, body, decision_id=decision_id, expected_version=expected_version
    )
