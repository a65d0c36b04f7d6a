"""When each step is done, flagged, waived or open, and when a gate opens."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from network.roadmap.rules.evidence import (
    Evidence,
    Findings,
    Note,
    State,
    evidence_of,
    gate_of,
    state_of,
)
from network.roadmap.rules.steps import STEP_BY_KEY, STEPS, gate_steps

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
NOTHING = Findings(now=NOW)
SAID = {"sentence": "We ask in the café.", "waived": False}


def note(**over: Any) -> Note:
    return Note(**{**SAID, "noted_at": NOW, **over})


def noted(key: str, **over: Any) -> dict[str, Any]:
    return {"notes": {key: note(**over)}}


def test_nothing_is_done_where_nothing_is_true() -> None:
    found = evidence_of(NOTHING)
    assert set(found) == {step.key for step in STEPS}
    assert [key for key, evidence in found.items() if evidence.holds] == []


@pytest.mark.parametrize(
    ("key", "short", "enough", "have", "need"),
    [
        ("organisation_verified", {}, {"organisation_verified": True}, 1, 1),
        (
            "course_session_held",
            {"course_ends_on": TODAY},
            {"course_ends_on": TODAY - timedelta(days=1)},
            1,
            1,
        ),
        ("graduates_invited", {"completed": 44, "invited": 43}, {"completed": 44, "invited": 44}, 44, 44),
        ("graduates_joined", {"active": 4}, {"active": 5}, 5, 5),
        ("purpose_and_goals", {"goals_adopted": 1}, {"goals_adopted": 1, "has_purpose": True}, 1, 1),
        ("introductions", {"active": 7, "introduced": 3}, {"active": 7, "introduced": 4}, 4, 4),
        ("meta_mentor_appointed", {}, {"meta_mentors": 1}, 1, 1),
        (
            "roles_known",
            {"notes": {"roles_known": note(sentence=None)}},
            {"notes": {"roles_known": note()}},
            1,
            1,
        ),
        ("roles_known", {"meta_mentors": 1}, {"meta_mentors": 1, "deputies": 1}, 1, 1),
        ("roles_known", {"deputies": 2}, {"meta_mentors": 2}, 1, 1),
        ("rules_in_force", {}, {"own_rules": 1}, 1, 1),
        ("agreement_decided", {"agreement": "expired"}, {"agreement": "in_force"}, 1, 1),
        ("office_decided", {}, {"office": True}, 1, 1),
        ("help_process_set", {}, noted("help_process_set"), 1, 1),
        ("first_meeting", {}, {"meetings_held": 2}, 2, 1),
        ("rhythm_set", {}, {"rhythms": 1}, 1, 1),
        ("talking_regularly", {"talking_weeks": 8}, {"talking_weeks": 9}, 9, 9),
        (
            "goals_reviewed",
            {"goals_adopted": 3, "goals_in_time": 2},
            {"goals_adopted": 3, "goals_in_time": 3},
            3,
            3,
        ),
        (
            "volunteers_thanked",
            noted("volunteers_thanked", noted_at=NOW - timedelta(days=184)),
            noted("volunteers_thanked", noted_at=NOW - timedelta(days=182)),
            1,
            1,
        ),
        ("outreach_plan", {}, noted("outreach_plan"), 1, 1),
    ],
)
def test_a_step_is_done_from_its_evidence_on(
    key: str, short: dict[str, Any], enough: dict[str, Any], have: int, need: int
) -> None:
    assert not evidence_of(replace(NOTHING, **short))[key].holds
    found = evidence_of(replace(NOTHING, **enough))
    assert found[key] == Evidence(have=have, need=need)
    assert found[key].holds
    # Nothing else became done by it, but what rests on the same fact.
    others = {other for other, evidence in found.items() if evidence.holds} - {key}
    assert others <= {
        "purpose_and_goals", "goals_reviewed", "introductions", "graduates_joined", "meta_mentor_appointed",
    }  # fmt: skip


@pytest.mark.parametrize(
    "key",
    [
        "help_answered", "resources_shared", "public_page",
        "partner_contacted", "partner_course", "sub_network_or_join",
    ],
)  # fmt: skip
def test_a_step_whose_capability_comes_later_stays_open(key: str) -> None:
    everything = Findings(
        now=NOW, organisation_verified=True, course_ends_on=TODAY.replace(month=1), completed=9, invited=9,
        active=9, has_purpose=True, goals_adopted=9, goals_in_time=9, introduced=9, meta_mentors=9,
        own_rules=1, agreement="in_force", office=True, talking_weeks=13, meetings_held=9, rhythms=9,
        notes={step.key: note() for step in STEPS},
    )  # fmt: skip
    assert evidence_of(everything)[key].have == 0
    assert not evidence_of(everything)[key].holds


@pytest.mark.parametrize(("active", "need"), [(0, 1), (1, 1), (2, 1), (3, 2), (40, 20), (41, 21)])
def test_half_of_the_active_say_hello(active: int, need: int) -> None:
    assert evidence_of(replace(NOTHING, active=active))["introductions"].need == need


@pytest.mark.parametrize("key", ["graduates_invited", "goals_reviewed", "help_answered"])
def test_with_nothing_to_count_yet_a_step_is_open(key: str) -> None:
    assert evidence_of(NOTHING)[key] == Evidence(have=0, need=0)
    assert not evidence_of(NOTHING)[key].holds


@pytest.mark.parametrize(
    ("have", "waived", "held", "state"),
    [
        (0, False, False, "open"),
        (1, False, False, "done"),
        (0, True, False, "waived"),
        (1, True, False, "done"),
        (0, False, True, "flagged"),
        (1, False, True, "done"),
        (0, True, True, "waived"),
    ],
)
def test_how_a_step_stands(have: int, waived: bool, held: bool, state: State) -> None:
    step = STEP_BY_KEY["roles_known"]
    held_at_gates = {"roles_known"} if held else {"graduates_joined"}
    got = state_of(step, Evidence(have, 1), note(waived=waived, sentence=None), held_at_gates)
    assert got == state


def states(**over: State) -> dict[str, State]:
    return {**{step.key: "open" for step in STEPS}, **over}  # type: ignore[dict-item]


def all_done(to: str) -> dict[str, State]:
    return {step.key: "done" for step in gate_steps(to)}


def test_a_gate_names_what_is_missing_and_nothing_else() -> None:
    gate = gate_of("initiation", NOW, states(organisation_verified="done", graduates_joined="flagged"), NOW)
    assert (gate.to, gate.ready, gate.missing) == (
        "organisation",
        False,
        ("graduates_joined", "purpose_and_goals"),
    )


def test_a_gate_opens_without_the_steps_that_are_none_of_its_own() -> None:
    gate = gate_of("initiation", NOW, states(**all_done("organisation")), NOW)
    assert (gate.ready, gate.missing, gate.not_before) == (True, (), None)


def test_a_waived_step_does_not_close_a_gate() -> None:
    gate = gate_of(
        "organisation", NOW, states(**{**all_done("maintenance"), "agreement_decided": "waived"}), NOW
    )
    assert gate.ready


@pytest.mark.parametrize(("days", "ready"), [(89, False), (90, True)])
def test_maintenance_lasts_ninety_days(days: int, ready: bool) -> None:
    gate = gate_of("maintenance", NOW - timedelta(days=days), states(**all_done("outreach")), NOW)
    assert (gate.ready, gate.missing) == (ready, ())
    assert gate.not_before == (NOW - timedelta(days=days) + timedelta(days=90)).date()


def test_after_the_last_phase_there_is_no_gate() -> None:
    gate = gate_of("outreach", NOW, states(), NOW)
    assert (gate.to, gate.ready, gate.missing) == (None, False, ())
