"""What can be seen of a network's way: the roadmap, its next step, and the draft of one to be founded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypedDict

from sqlalchemy import select

from models.networks import Network
from models.roadmap import FoundingDraft, PhaseChange, StepNote
from network import (
    agreements,
    courses,
    decisions,
    discussions,
    goals,
    meetings,
    membership,
    networks,
    offices,
    organisations,
)
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.policy import require
from network.kernel.transaction import session
from network.roadmap.policy import may_read_sentences, may_see_roadmap
from network.roadmap.rules.evidence import (
    Evidence,
    Findings,
    Gate,
    Note,
    State,
    can_be_taken,
    evidence_of,
    gate_of,
    has_ended,
    state_of,
)
from network.roadmap.rules.steps import STEP_BY_KEY, STEPS, STRANDS
from network.roadmap.rules.wording import Guide, guide, phrase, title


class EvidenceView(TypedDict):
    """`text` says the numbers in the reader's language."""

    have: int
    need: int
    text: str


class StepView(TypedDict):
    """One step; `gate` is the phase that it opens, `by_sentence` that a recorded sentence is its evidence. A
    sentence is shown inside the network only."""

    key: str
    phase: str
    strand: str
    title: str
    state: str
    gate: str | None
    by_sentence: bool
    evidence: EvidenceView
    sentence: str | None
    noted_at: datetime | None
    guide_url: str


class GateView(TypedDict):
    to: str | None
    ready: bool
    missing: list[str]
    not_before: date | None


class RoadmapView(TypedDict):
    """Where a network stands; `version` is the network's."""

    network_id: str
    phase: str
    since: datetime
    strands: list[str]
    steps: list[StepView]
    gate: GateView
    version: int


class NextStep(TypedDict):
    """The step to take first, for the home page."""

    key: str
    title: str
    said: str
    why: str
    url: str


@dataclass(frozen=True, slots=True)
class Standings:
    """Every step of one network as it stands now."""

    evidence: Mapping[str, Evidence]
    states: Mapping[str, State]
    notes: Mapping[str, Note]
    gate: Gate

    def as_record(self) -> dict[str, Any]:
        """What is kept of each step when a gate is passed."""
        return {
            key: {"state": self.states[key], "have": found.have, "need": found.need}
            for key, found in self.evidence.items()
        }


def get_roadmap(actor: Actor, network_id: str, language: str | None = None) -> RoadmapView:
    """The whole way of a network, computed now, in `language` (the actor's when none is given). A network is
    named by id or slug. Raises NotFound where it is not visible, Forbidden where its way is not."""
    row = networks.visible_network_row(actor, network_id)
    require(may_see_roadmap(actor, row))
    if decisions.settle_due(row.id):
        session().refresh(row)
    standings = standings_of(row)
    inside = bool(may_read_sentences(actor, row))
    reader = language or actor.language
    return {
        "network_id": row.id,
        "phase": row.phase,
        "since": row.phase_since,
        "strands": list(STRANDS),
        "steps": [_step_view(step.key, row.slug, standings, reader, inside=inside) for step in STEPS],
        "gate": {
            "to": standings.gate.to,
            "ready": standings.gate.ready,
            "missing": list(standings.gate.missing),
            "not_before": standings.gate.not_before,
        },
        "version": row.version,
    }


def get_step(actor: Actor, network_id: str, key: str, language: str | None = None) -> StepView:
    """One step of a network's way. Raises NotFound for a key that no step has, else as `get_roadmap`."""
    if key not in STEP_BY_KEY:
        raise NotFound()
    roadmap = get_roadmap(actor, network_id, language)
    return next(step for step in roadmap["steps"] if step["key"] == key)


def get_guide(key: str, language: str) -> Guide:
    """The half page behind a step. Raises NotFound for a key that no step has."""
    if key not in STEP_BY_KEY:
        raise NotFound()
    return guide(key, language)


def next_step(roadmap: RoadmapView, language: str) -> NextStep | None:
    """The step to take first: of the gate's missing ones the first of this phase, else the first open step of
    this phase, else what else the gate still asks for; never one that nobody can take yet. None when nothing
    is open."""
    steps = {step["key"]: step for step in roadmap["steps"]}
    here = [step["key"] for step in roadmap["steps"] if step["phase"] == roadmap["phase"]]
    missing = roadmap["gate"]["missing"]
    order = [key for key in here if key in missing] + here + missing
    for key in order:
        step = steps[key]
        if step["state"] in ("open", "flagged") and can_be_taken(STEP_BY_KEY[key]):
            return {
                "key": key, "title": step["title"], "said": step["evidence"]["text"],
                "why": guide(key, language).why, "url": step["guide_url"],
            }  # fmt: skip
    return None


def standings_of(row: Network) -> Standings:
    """How every step stands now, in a fixed number of SQL statements."""
    notes = _notes(row.id)
    findings = _findings(row, notes)
    held = _held_at_gates(row.id) | has_ended(findings)
    evidence = evidence_of(findings)
    states = {step.key: state_of(step, evidence[step.key], notes.get(step.key), held) for step in STEPS}
    gate = gate_of(row.phase, row.phase_since, states, findings.now)
    return Standings(evidence, states, notes, gate)


def founding_draft(actor: Actor, organisation_id: str) -> dict[str, Any] | None:
    """What the actor typed so far of a network that she wants to found for the organisation; None when that
    is nothing. Nobody sees another's."""
    row = session().get(FoundingDraft, (actor.id, organisation_id))
    return None if row is None else dict(row.fields)


def _findings(row: Network, notes: Mapping[str, Note]) -> Findings:
    course = courses.course_evidence(row.course_session_id) if row.course_session_id else None
    completions = course.people if course else {}
    belonging = membership.belonging_evidence(row.id)
    # Another network may have invited the people of the same course.
    invites = course is not None and belonging.invitations > 0
    counted, met = goals.count_goals(row.id), meetings.count_meetings(row.id)
    talk, texts = discussions.talk_evidence(row.id), agreements.document_evidence(row.id)
    return Findings(
        now=runtime.current().clock.now(),
        organisation_verified=organisations.is_verified(row.organisation_id),
        course_ends_on=course.ends_on if course else None,
        completed=sum(completions.get(state, 0) for state in ("ready", "invited", "member")),
        invited=sum(completions.get(state, 0) for state in ("invited", "member")) if invites else 0,
        active=belonging.active,
        has_purpose=bool(row.purpose),
        goals_adopted=counted.adopted,
        goals_in_time=counted.in_time,
        meetings_held=met.held,
        rhythms=met.rhythms,
        introduced=talk.introduced,
        meta_mentors=belonging.meta_mentors,
        deputies=belonging.deputies,
        own_rules=texts.own_rules,
        agreement=texts.agreement.state,
        office=offices.office_standing(row.id).is_settled,
        talking_weeks=talk.weeks,
        notes=notes,
    )


def _notes(network_id: str) -> dict[str, Note]:
    rows = session().scalars(select(StepNote).where(StepNote.network_id == network_id))
    return {row.key: Note(row.sentence, row.waived, row.noted_at) for row in rows}


def _held_at_gates(network_id: str) -> frozenset[str]:
    records = session().scalars(select(PhaseChange.evidence).where(PhaseChange.network_id == network_id))
    return frozenset(key for kept in records for key, was in kept.items() if was["state"] == "done")


def _step_view(key: str, slug: str, standings: Standings, language: str, *, inside: bool) -> StepView:
    step, evidence, state = STEP_BY_KEY[key], standings.evidence[key], standings.states[key]
    note = standings.notes.get(key) if inside else None
    return {
        "key": key,
        "phase": step.phase,
        "strand": step.strand,
        "title": title(key, language),
        "state": state,
        "gate": step.gate,
        "by_sentence": step.by_sentence,
        "evidence": {
            "have": evidence.have,
            "need": evidence.need,
            "text": phrase(key, state, evidence, language),
        },
        "sentence": note.sentence if note else None,
        "noted_at": note.noted_at if note else None,
        "guide_url": f"/network/{slug}/steps/{key}",
    }
