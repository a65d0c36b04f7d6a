"""The table of steps against the table that the project agreed on (roadmap.md)."""

from __future__ import annotations

from collections import Counter

import pytest

from network.roadmap.rules.steps import PHASES, STEP_BY_KEY, STEPS, STRANDS, gate_steps, next_phase

AGREED = """
organisation_verified    initiation    organisation  organisation
course_session_held      initiation    organisation  -
graduates_invited        initiation    organisation  -
graduates_joined         initiation    mentors       organisation
purpose_and_goals        initiation    activities    organisation
introductions            initiation    mentors       -
first_meeting            initiation    activities    -
meta_mentor_appointed    organisation  organisation  maintenance
roles_known              organisation  organisation  -
rules_in_force           organisation  activities    maintenance
agreement_decided        organisation  mentors       maintenance
office_decided           organisation  organisation  maintenance
help_process_set         organisation  mentors       maintenance
rhythm_set               maintenance   activities    -
talking_regularly        maintenance   mentors       outreach
help_answered            maintenance   mentors       outreach
resources_shared         maintenance   activities    -
goals_reviewed           maintenance   activities    outreach
volunteers_thanked       maintenance   organisation  -
public_page              outreach      organisation  -
outreach_plan            outreach      activities    outreach
partner_contacted        outreach      organisation  -
partner_course           outreach      organisation  -
sub_network_or_join      outreach      mentors       -
"""


def test_the_steps_are_those_agreed_in_their_order() -> None:
    rows = [line.split() for line in AGREED.strip().splitlines()]
    assert [[step.key, step.phase, step.strand, step.gate or "-"] for step in STEPS] == rows
    assert len(STEP_BY_KEY) == 24


def test_every_phase_and_strand_has_steps() -> None:
    assert set(Counter(step.phase for step in STEPS)) == set(PHASES)
    assert set(Counter(step.strand for step in STEPS)) == set(STRANDS)


@pytest.mark.parametrize(
    ("phase", "following"),
    [
        ("initiation", "organisation"),
        ("organisation", "maintenance"),
        ("maintenance", "outreach"),
        ("outreach", None),
    ],
)
def test_phases_follow_each_other(phase: str, following: str | None) -> None:
    assert next_phase(phase) == following


def test_the_gate_to_outreach_asks_for_the_plan_too() -> None:
    keys = {step.key for step in gate_steps("outreach")}
    assert keys == {"talking_regularly", "help_answered", "goals_reviewed", "outreach_plan"}
