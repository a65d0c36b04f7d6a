"""A network's way: where it stands, what is recorded for a step, and the move to another phase."""

from __future__ import annotations

from typing import Any

from flask_babel import get_locale
from flask_smorest import Blueprint

from api.operations import operation
from api.schemas.networks import NetworkOut
from api.schemas.roadmap import PhaseChangeIn, RoadmapOut, StepNoteIn, StepOut
from network import roadmap
from network.kernel.actor import Actor

blueprint = Blueprint("roadmap", __name__, description="The way of a network, step by step")


@operation(
    blueprint, "GET", "/networks/<id:network_id>/roadmap", out=RoadmapOut, audience="anyone",
    problems=(403, 404),
)  # fmt: skip
def get_roadmap(actor: Actor, network_id: str) -> Any:
    """Every step with its evidence, computed now: for members, and for everybody where the network is listed
    or public."""
    return roadmap.get_roadmap(actor, network_id, str(get_locale()))


@operation(
    blueprint, "PUT", "/networks/<id:network_id>/roadmap/<key>", out=StepOut, body=StepNoteIn,
    problems=(404, 409),
)  # fmt: skip
def note_step(actor: Actor, network_id: str, key: str, body: dict[str, Any]) -> Any:
    """Record a sentence for a step, or that the network does without it: meta-mentor, deputy, steward. Doing
    without a step that a gate needs is 409 `decision_required`: effect `waive_step`."""
    return roadmap.note_step(actor, network_id, key, language=str(get_locale()), **body)


@operation(
    blueprint, "POST", "/networks/<id:network_id>/phase-changes", out=NetworkOut, body=PhaseChangeIn,
    problems=(404, 409), idempotent=True,
)  # fmt: skip
def change_phase(actor: Actor, network_id: str, body: dict[str, Any]) -> Any:
    """Go on to another phase: from the start to organising by the steward with a fresh proof, out of
    organising by her too, once a decision with the effect `phase_change` has passed; answers with the
    network. 409 `gate_not_ready` names the missing steps; `decision_required` stands for every other move,
    which such a decision brings about itself."""
    return roadmap.change_phase(actor, network_id, body["to"], body["reason"], body["expected_version"])
