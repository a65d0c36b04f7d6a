"""What goes in and out about a network's way."""

from __future__ import annotations

from marshmallow import ValidationError, fields, validates_schema

from api.schemas.base import Instant, Schema, VersionedIn, choice, text
from network.kernel.translation import mark as _
from network.roadmap import PHASES, STRANDS


class EvidenceOut(Schema):
    """How much there is of what the step needs; `text` says it in the caller's language."""

    have = fields.Integer(required=True)
    need = fields.Integer(required=True)
    text = fields.String(required=True)


class StepOut(Schema):
    """One step. `gate` is the phase that it opens; `by_sentence` says that a recorded sentence is its
    evidence; `sentence` is shown inside the network only."""

    key = fields.String(required=True)
    phase = fields.String(required=True, metadata={"enum": list(PHASES)})
    strand = fields.String(required=True, metadata={"enum": list(STRANDS)})
    title = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": ["open", "done", "waived", "flagged"]})
    gate = fields.String(required=True, allow_none=True)
    by_sentence = fields.Boolean(required=True)
    evidence = fields.Nested(EvidenceOut, required=True)
    sentence = fields.String(required=True, allow_none=True)
    noted_at = Instant(required=True, allow_none=True)
    guide_url = fields.String(required=True)


class GateOut(Schema):
    """The way to the next phase; `to` is null after the last one. Before `not_before` it does not open."""

    to = fields.String(required=True, allow_none=True)
    ready = fields.Boolean(required=True)
    missing = fields.List(fields.String(), required=True)
    not_before = fields.Date(required=True, allow_none=True)


class RoadmapOut(Schema):
    """Where a network stands; `version` is the network's, as a change of phase expects it."""

    network_id = fields.String(required=True)
    phase = fields.String(required=True, metadata={"enum": list(PHASES)})
    since = Instant(required=True)
    strands = fields.List(fields.String(), required=True)
    steps = fields.List(fields.Nested(StepOut), required=True)
    gate = fields.Nested(GateOut, required=True)
    version = fields.Integer(required=True)


class StepNoteIn(Schema):
    """A sentence for a step, or that the network does without it; what is left out stays as it is."""

    sentence = text(1000, metadata={"description": "an empty one takes the recorded one back"})
    waived = fields.Boolean(truthy={True}, falsy={False})

    @validates_schema
    def _says_something(self, data: dict[str, object], **_kwargs: object) -> None:
        if not data:
            raise ValidationError(_("Please write a sentence, or say that you do without."), "sentence")


class PhaseChangeIn(VersionedIn):
    """To which phase, and why; `expected_version` is the network's."""

    to = choice(*PHASES, required=True)
    reason = text(2000, minimum=1, required=True)
