"""How a network goes on: a sentence recorded for a step, and the move to another phase."""

from __future__ import annotations

from models.roadmap import StepNote
from network import decisions, networks
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.audit import append
from network.kernel.errors import FieldFault, Invalid, NotFound
from network.kernel.events import record
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version
from network.kernel.translation import mark as _
from network.networks import DecisionRequired, NetworkView
from network.roadmap.commands.deciding import MAX_REASON, decided_way, move
from network.roadmap.events import StepNoted
from network.roadmap.policy import GateNotReady, Passage, may_change_phase, may_note_step
from network.roadmap.queries import StepView, get_step, standings_of
from network.roadmap.rules.steps import ORGANISATION, PHASES, STEP_BY_KEY, leads_back

MAX_SENTENCE = 1000


def change_phase(actor: Actor, network_id: str, to: str, reason: str, expected_version: int) -> NetworkView:
    """Take a network through a gate, with every step's evidence kept as it is now. From `initiation` to
    `organisation` the steward, with proof; out of `organisation` she too, once the network decided it; every
    other move is DecisionRequired, for the decision itself brings it about. Raises NotFound, Forbidden,
    ProofRequired, Invalid by field, VersionConflict, GateNotReady with the `missing` steps. Records
    PhaseChanged."""
    decisions.settle_due(network_id)
    return _change(actor, network_id, to, reason, expected_version)


@command
def _change(actor: Actor, network_id: str, to: str, reason: str, expected_version: int) -> NetworkView:
    row = networks.visible_network_row(actor, network_id)
    _check_passage(to, reason)
    decision_id = decided_way(row, to) if row.phase == ORGANISATION else None
    require(may_change_phase(actor, Passage(row.id, row.phase, to, decision_id is not None)))
    row = networks.lock_network(row.id)
    check_version(row, expected_version, networks.network_view)
    gate = standings_of(row).gate
    if not gate.ready and not leads_back(row.phase, to):
        raise GateNotReady(missing=list(gate.missing))
    changed = move(actor, row, to, reason.strip(), "steward", decision_id=decision_id)
    return networks.network_view(changed)


@command
def note_step(
    actor: Actor,
    network_id: str,
    key: str,
    *,
    sentence: str | None = None,
    waived: bool | None = None,
    language: str | None = None,
) -> StepView:
    """Record a sentence for a step (an empty one takes it back), or that the network does without the step;
    what is None stays. Where only people can know, the sentence is the evidence. Raises NotFound, Forbidden
    to who does not lead the network, Invalid, DecisionRequired for doing without a gate's step."""
    row = networks.visible_network_row(actor, network_id)
    require(may_note_step(actor, row))
    _check_note(key, sentence, waived)
    if waived and STEP_BY_KEY[key].gate is not None:
        raise DecisionRequired()
    networks.lock_network(row.id)
    work, now = session(), runtime.current().clock.now()
    note = work.get(StepNote, (row.id, key))
    if note is None:
        note = StepNote(
            network_id=row.id, key=key, sentence=None, waived=False, noted_by=actor.id, noted_at=now
        )
        work.add(note)
    was_waived = note.waived
    if sentence is not None:
        note.sentence = sentence.strip() or None
    if waived is not None:
        note.waived = waived
    if sentence is not None or note.sentence is None:
        # Doing without a step, or not, leaves the date of its sentence as it is.
        note.noted_by, note.noted_at = actor.id, now
    work.flush()
    if note.waived != was_waived:
        append(
            actor, "network.step_waived" if note.waived else "network.step_resumed", "network", row.id,
            network_id=row.id, acting_role=_role(actor, row.id), after={"step": key},
            rules_version_id=row.rules_version_id,
        )  # fmt: skip
    record(StepNoted(scope=f"network:{row.id}", entity_id=row.id, entity_version=row.version, key=key))
    return get_step(actor, row.id, key, language)


def _role(actor: Actor, network_id: str) -> str:
    roles = ("steward", "meta_mentor", "deputy")
    return next(role for role in roles if actor.has_role(network_id, role))


def _check_passage(to: str, reason: str) -> None:
    faults: dict[str, FieldFault] = {}
    if to not in PHASES:
        faults["to"] = FieldFault.of(_("There is no such phase."))
    if not reason.strip():
        faults["reason"] = FieldFault.of(_("Please say why, in a sentence."))
    elif len(reason.strip()) > MAX_REASON:
        faults["reason"] = FieldFault.of(_("At most %(most)s characters, please."), most=MAX_REASON)
    if faults:
        raise Invalid(faults)


def _check_note(key: str, sentence: str | None, waived: bool | None) -> None:
    if key not in STEP_BY_KEY:
        raise NotFound()
    if sentence is None and waived is None:
        raise Invalid({"sentence": FieldFault.of(_("Please write a sentence, or say that you do without."))})
    if sentence is not None and len(sentence.strip()) > MAX_SENTENCE:
        raise Invalid(
            {"sentence": FieldFault.of(_("At most %(most)s characters, please."), most=MAX_SENTENCE)}
        )
