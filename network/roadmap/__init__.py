"""The way of a network from its start to reaching out: founding, steps with evidence, gates, guides."""

from network.roadmap.commands.deciding import is_decided
from network.roadmap.commands.founding import FirstGoal, FirstMeeting, found_network, save_founding_draft
from network.roadmap.commands.going_on import change_phase, note_step
from network.roadmap.policy import (
    DraftGone,
    GateNotReady,
    Passage,
    StepSettled,
    may_change_phase,
    may_note_step,
    may_see_roadmap,
)
from network.roadmap.queries import (
    GateView,
    NextStep,
    RoadmapView,
    StepView,
    founding_draft,
    get_guide,
    get_roadmap,
    get_step,
    next_step,
)
from network.roadmap.rules.steps import PHASES, STRANDS
from network.roadmap.rules.wording import Guide

__all__ = [
    "PHASES",
    "STRANDS",
    "DraftGone",
    "FirstGoal",
    "FirstMeeting",
    "GateNotReady",
    "GateView",
    "Guide",
    "NextStep",
    "Passage",
    "RoadmapView",
    "StepSettled",
    "StepView",
    "change_phase",
    "found_network",
    "founding_draft",
    "get_guide",
    "get_roadmap",
    "get_step",
    "is_decided",
    "may_change_phase",
    "may_note_step",
    "may_see_roadmap",
    "next_step",
    "note_step",
    "save_founding_draft",
]
