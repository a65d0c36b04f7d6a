"""When a step is done, flagged, waived or open, and when a gate is ready: computed from what is true now."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from network.roadmap.rules.steps import STEPS, TIME_BEFORE_LEAVING, Step, gate_steps, next_phase

State = Literal["open", "done", "waived", "flagged"]


@dataclass(frozen=True, slots=True)
class Note:
    """What people recorded for a step: a sentence and its date, or that they do without the step."""

    sentence: str | None
    waived: bool
    noted_at: datetime


@dataclass(frozen=True, slots=True)
class Findings:
    """What the capabilities below say about a network at one moment."""

    now: datetime
    organisation_verified: bool = False
    course_ends_on: date | None = None
    completed: int = 0
    invited: int = 0
    active: int = 0
    has_purpose: bool = False
    goals_adopted: int = 0
    goals_in_time: int = 0
    meetings_held: int = 0
    rhythms: int = 0
    introduced: int = 0
    meta_mentors: int = 0
    deputies: int = 0
    own_rules: int = 0
    agreement: Literal["none", "in_force", "expired"] = "none"
    office: bool = False
    talking_weeks: int = 0
    notes: Mapping[str, Note] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evidence:
    """How much there is of what a step needs; with nothing needed yet there is nothing to be done either."""

    have: int
    need: int

    @property
    def holds(self) -> bool:
        """True when the step's evidence is there."""
        return self.need > 0 and self.have >= self.need


@dataclass(frozen=True, slots=True)
class Gate:
    """The way to the next phase: which steps are missing, and the day before which it does not open."""

    to: str | None
    missing: tuple[str, ...]
    not_before: date | None
    ready: bool


def evidence_of(findings: Findings) -> dict[str, Evidence]:
    """The evidence of every step. Steps whose capability the product does not have yet stay open."""
    counted = _counted(findings)
    needed = {
        "graduates_invited": findings.completed,
        # Half of those who are there, rounded up, and at least one.
        "introductions": max(1, (findings.active + 1) // 2),
        "goals_reviewed": findings.goals_adopted,
    }
    return {
        step.key: Evidence(
            have=counted.get(step.key, 0) or int(_sentence_counts(step, findings)),
            need=needed.get(step.key, step.need),
        )
        for step in STEPS
    }


def _counted(findings: Findings) -> dict[str, int]:
    return {
        "organisation_verified": int(findings.organisation_verified),
        "course_session_held": int(_has_ended(findings)),
        "graduates_invited": findings.invited,
        "graduates_joined": findings.active,
        "purpose_and_goals": findings.goals_adopted if findings.has_purpose else 0,
        "introductions": findings.introduced,
        "first_meeting": findings.meetings_held,
        "meta_mentor_appointed": findings.meta_mentors,
        "roles_known": int(_roles_are_listed(findings)),
        "rules_in_force": findings.own_rules,
        "agreement_decided": int(findings.agreement == "in_force"),
        "office_decided": int(findings.office),
        "rhythm_set": findings.rhythms,
        "talking_regularly": findings.talking_weeks,
        "goals_reviewed": findings.goals_in_time,
    }


def can_be_taken(step: Step) -> bool:
    """True where the product already has what the step needs: something is counted for it, or people record
    a sentence."""
    return step.by_sentence or step.key in _WITHIN_REACH


def has_ended(findings: Findings) -> frozenset[str]:
    """The steps that were done, whatever gate was passed meanwhile, and are so no longer: an agreement whose
    time is over raises a flag (state-machines, B4)."""
    return frozenset({"agreement_decided"} if findings.agreement == "expired" else ())


def state_of(step: Step, evidence: Evidence, note: Note | None, held: Collection[str]) -> State:
    """How a step stands; `held` are the keys of the steps whose evidence held once: at a gate that was
    passed, or until its time was over."""
    if evidence.holds:
        return "done"
    if note is not None and note.waived:
        return "waived"
    return "flagged" if step.key in held else "open"


def gate_of(phase: str, since: datetime, states: Mapping[str, State], now: datetime) -> Gate:
    """The gate out of a phase. It opens when each of its steps is done, or waived by the network's decision,
    and the phase has lasted long enough (roadmap.md)."""
    to = next_phase(phase)
    if to is None:
        return Gate(to=None, missing=(), not_before=None, ready=False)
    missing = tuple(step.key for step in gate_steps(to) if states[step.key] not in ("done", "waived"))
    stay = TIME_BEFORE_LEAVING.get(phase)
    not_before = None if stay is None else (since + stay).date()
    ready = not missing and (stay is None or since + stay <= now)
    return Gate(to=to, missing=missing, not_before=not_before, ready=ready)


def _has_ended(findings: Findings) -> bool:
    return findings.course_ends_on is not None and findings.course_ends_on < findings.now.date()


def _roles_are_listed(findings: Findings) -> bool:
    """All members see who has which role. That says who does what as soon as nothing in it is empty: somebody
    leads, and somebody stands in, as a deputy or a second meta-mentor."""
    return findings.meta_mentors > 0 and findings.meta_mentors + findings.deputies > 1


def _sentence_counts(step: Step, findings: Findings) -> bool:
    if not step.by_sentence:
        return False
    note = findings.notes.get(step.key)
    if note is None or not note.sentence:
        return False
    if step.sentence_days is None:
        return True
    return findings.now - note.noted_at <= timedelta(days=step.sentence_days)


_WITHIN_REACH = frozenset(_counted(Findings(now=datetime.min.replace(tzinfo=UTC))))
