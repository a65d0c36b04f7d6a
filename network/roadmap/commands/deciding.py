"""What the network decides about its way: the move to another phase, and to do without a gate's step."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from models.decisions import Decision
from models.networks import Network
from models.roadmap import PhaseChange, StepNote
from network import decisions, networks
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.audit import append
from network.kernel.errors import FieldFault, Invalid, InvalidTransition
from network.kernel.events import record
from network.kernel.ids import new_id
from network.kernel.policy import is_system, require
from network.kernel.transaction import command, session
from network.kernel.translation import mark as _
from network.roadmap.events import StepNoted
from network.roadmap.policy import GateNotReady, Passage, StepSettled, leaves_the_start
from network.roadmap.queries import standings_of
from network.roadmap.rules.steps import ORGANISATION, PHASES, STEP_BY_KEY, leads_back, next_phase

PHASE_CHANGE, WAIVE_STEP = "phase_change", "waive_step"
MAX_REASON = 2000


def check_decided_phase(actor: Actor, network_id: str, _effect_id: str | None, to: Any) -> None:
    """Whether the network can decide to move to the phase `to`: forward to the next one while its gate is
    ready, back to any; out of the start leads the founding organisation alone. Raises Invalid,
    InvalidTransition, GateNotReady with the `missing` steps."""
    _check_move(actor, networks.network_row(network_id), to)


@command
def change_phase_as_decided(
    actor: Actor, network_id: str, _effect_id: str | None, to: Any, decision_id: str
) -> None:
    """Move the network to a phase as it decided, with every step's evidence kept as it is now; the decision's
    own words are the reason. Out of `organisation` the decision only opens the way, which the steward then
    takes (contract.md, details). Records PhaseChanged. Refused to everybody but the system; else as
    `check_decided_phase`."""
    require(is_system(actor, None))
    row = networks.lock_network(network_id)
    _check_move(actor, row, to)
    if row.phase == ORGANISATION:
        return
    said = session().get_one(Decision, decision_id)
    move(actor, row, to, said.explanation or said.question, None, decision_id=decision_id)


def decided_way(network: Network, to: str) -> str | None:
    """The decision by which the network settled, since it came into its phase, to move on to `to`; asked on
    nobody's behalf. Whoever moved used it up."""
    found = decisions.passed_decision(PHASE_CHANGE, None, network_id=network.id, value=to)
    if found is None:
        return None
    closed = session().scalar(select(Decision.closed_at).where(Decision.id == found))
    return found if closed is not None and closed >= network.phase_since else None


def is_decided(network: Network, to: str) -> bool:
    """Whether the network settled to move on to `to`, so that its steward may take the step; asked on
    nobody's behalf."""
    return network.phase == ORGANISATION and decided_way(network, to) is not None


def move(
    actor: Actor, network: Network, to: str, reason: str, role: str | None, **trail: str | None
) -> Network:
    """Within a command that locked the network, asked who may and looked at the gate: the phase changes, and
    what every step showed at this moment is kept."""
    before, evidence = network.phase, standings_of(network).as_record()
    changed = networks.set_phase(network.id, to)
    change = PhaseChange(
        id=new_id(), network_id=network.id, from_phase=before, to_phase=to, reason=reason[:MAX_REASON],
        changed_by=actor.id, changed_at=changed.phase_since, evidence=evidence,
    )  # fmt: skip
    session().add(change)
    append(
        actor, "network.phase_change", "network", network.id, network_id=network.id, acting_role=role,
        before={"phase": before}, after={"phase": to, "version": changed.version} | known(trail),
        reason=change.reason, rules_version_id=changed.rules_version_id,
    )  # fmt: skip
    return changed


def known(trail: dict[str, str | None]) -> dict[str, str]:
    """What there is of it."""
    return {name: value for name, value in trail.items() if value is not None}


def check_waived_step(_actor: Actor, network_id: str, effect_id: str | None, value: Any) -> None:
    """Whether the network can decide to do without a gate's step, named by its key. Raises Invalid for what
    is none, StepSettled for one that is done or done without already."""
    key = value or effect_id
    if not isinstance(key, str) or key not in STEP_BY_KEY or STEP_BY_KEY[key].gate is None:
        raise Invalid({"value": FieldFault.of(_("There is no such step before a next phase."))})
    state = standings_of(networks.network_row(network_id)).states[key]
    if state in ("done", "waived"):
        raise StepSettled(state=state)


@command
def waive_step_as_decided(
    actor: Actor, network_id: str, effect_id: str | None, value: Any, decision_id: str
) -> None:
    """Record that the network does without a gate's step, as it decided; in the audit trail, with the
    decision. Records StepNoted. Refused to everybody but the system; else as `check_waived_step`."""
    require(is_system(actor, None))
    row = networks.lock_network(network_id)
    check_waived_step(actor, network_id, effect_id, value)
    key, work = str(value or effect_id), session()
    note = work.get(StepNote, (row.id, key), populate_existing=True)
    if note is None:
        now = runtime.current().clock.now()
        note = StepNote(network_id=row.id, key=key, sentence=None, noted_by=actor.id, noted_at=now)
        work.add(note)
    note.waived = True
    work.flush()
    append(
        actor, "network.step_waived", "network", row.id, network_id=row.id,
        after={"step": key, "decision_id": decision_id}, rules_version_id=row.rules_version_id,
    )  # fmt: skip
    record(StepNoted(scope=f"network:{row.id}", entity_id=row.id, entity_version=row.version, key=key))


def _check_move(actor: Actor, row: Network, to: Any) -> None:
    if to not in PHASES:
        raise Invalid({"value": FieldFault.of(_("There is no such phase."))})
    if to == row.phase:
        raise InvalidTransition(state=row.phase)
    if leaves_the_start(actor, Passage(row.id, row.phase, to)):
        raise Invalid({"value": FieldFault.of(_("This step is taken by the organisation that founded it."))})
    if leads_back(row.phase, to):
        return
    if to != next_phase(row.phase):
        raise InvalidTransition(state=row.phase)
    gate = standings_of(row).gate
    if not gate.ready:
        raise GateNotReady(missing=list(gate.missing))
