"""Which steps lie on the way, in which phase and strand, and which of them open the gate to the next phase.

The table is roadmap.md's. Nothing is ticked: `rules/evidence.py` says when a step is done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

PHASES = ("initiation", "organisation", "maintenance", "outreach")
ORGANISATION = "organisation"
STRANDS = ("organisation", "mentors", "activities")

TIME_BEFORE_LEAVING = {"maintenance": timedelta(days=90)}
"""How long a network stays in a phase before the gate out of it opens."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `gate` is the phase that it opens; `need` how much evidence makes it done, where that is
    fixed; `by_sentence` that people can know it better than we, so a recorded sentence is evidence, for
    `sentence_days` days where it does not count for ever."""

    key: str
    phase: str
    strand: str
    gate: str | None = None
    need: int = 1
    by_sentence: bool = False
    sentence_days: int | None = None


STEPS: tuple[Step, ...] = (
    Step("organisation_verified", "initiation", "organisation", gate="organisation"),
    Step("course_session_held", "initiation", "organisation"),
    Step("graduates_invited", "initiation", "organisation", need=0),
    Step("graduates_joined", "initiation", "mentors", gate="organisation", need=5),
    Step("purpose_and_goals", "initiation", "activities", gate="organisation"),
    Step("introductions", "initiation", "mentors"),
    Step("first_meeting", "initiation", "activities"),
    Step("meta_mentor_appointed", "organisation", "organisation", gate="maintenance"),
    Step("roles_known", "organisation", "organisation", by_sentence=True),
    Step("rules_in_force", "organisation", "activities", gate="maintenance"),
    Step("agreement_decided", "organisation", "mentors", gate="maintenance"),
    Step("office_decided", "organisation", "organisation", gate="maintenance"),
    Step("help_process_set", "organisation", "mentors", gate="maintenance", by_sentence=True),
    Step("rhythm_set", "maintenance", "activities"),
    Step("talking_regularly", "maintenance", "mentors", gate="outreach", need=9),
    Step("help_answered", "maintenance", "mentors", gate="outreach", need=0),
    Step("resources_shared", "maintenance", "activities"),
    Step("goals_reviewed", "maintenance", "activities", gate="outreach", need=0),
    Step("volunteers_thanked", "maintenance", "organisation", by_sentence=True, sentence_days=183),
    Step("public_page", "outreach", "organisation"),
    Step("outreach_plan", "outreach", "activities", gate="outreach", by_sentence=True),
    Step("partner_contacted", "outreach", "organisation"),
    Step("partner_course", "outreach", "organisation"),
    Step("sub_network_or_join", "outreach", "mentors"),
)

STEP_BY_KEY = {step.key: step for step in STEPS}


def next_phase(phase: str) -> str | None:
    """The phase after this one; None after the last."""
    following = PHASES.index(phase) + 1
    return PHASES[following] if following < len(PHASES) else None


def leads_back(phase: str, to: str) -> bool:
    """True for a move to an earlier phase."""
    return PHASES.index(to) < PHASES.index(phase)


def gate_steps(to: str) -> tuple[Step, ...]:
    """The steps that open the gate to a phase."""
    return tuple(step for step in STEPS if step.gate == to)
