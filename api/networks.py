"""Networks: seen, changed, their features switched. Founding is in api/founding.py."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from api.operations import operation, page_request
from api.schemas.base import PageQuery, page_of
from api.schemas.networks import FeaturesIn, NetworkOut, NetworkPatchIn
from network import decisions, networks
from network.kernel.actor import Actor

blueprint = Blueprint("networks", __name__, description="The communities")


@operation(blueprint, "GET", "/networks", out=page_of(NetworkOut), query=PageQuery, audience="anyone")
def list_networks(actor: Actor, query: dict[str, Any]) -> Any:
    """One's own networks, and those that are listed or public, in the order of their founding."""
    return networks.list_networks(actor, page_request(query))


@operation(
    blueprint, "GET", "/networks/<id:network_id>", out=NetworkOut, audience="anyone", problems=(404,)
)  # fmt: skip
def get_network(actor: Actor, network_id: str) -> Any:
    """One network: a private one is there for its own people only."""
    found = networks.get_network(actor, network_id)
    # What was decided about it holds from the end of the decision on, whoever looks first.
    return networks.get_network(actor, network_id) if decisions.settle_due(network_id) else found


@operation(
    blueprint, "PATCH", "/networks/<id:network_id>", out=NetworkOut, body=NetworkPatchIn,
    problems=(404, 409),
)  # fmt: skip
def change_network(actor: Actor, network_id: str, body: dict[str, Any]) -> Any:
    """Change what the network says of itself: meta-mentor or steward. `phase`, `parent_id` and `features`
    have addresses of their own."""
    expected = body.pop("expected_version")
    return networks.change_network(actor, network_id, expected, body)


@operation(
    blueprint, "PUT", "/networks/<id:network_id>/features", out=NetworkOut, body=FeaturesIn,
    problems=(404, 409),
)  # fmt: skip
def set_features(actor: Actor, network_id: str, body: dict[str, Any]) -> Any:
    """Switch features, with a proof of identity: the meta-mentor of a Small network, the steward until the
    organisation phase; 409 `decision_required` where the network decides it together: effect
    `set_features`."""
    return networks.set_features(actor, network_id, body)
