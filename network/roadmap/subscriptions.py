"""What decisions bring about on a network's way, and in the capabilities below decisions, which cannot say so
themselves: phases and steps, roles, features."""

from __future__ import annotations

from network.decisions import register_effect
from network.membership import appoint_as_decided, check_decided_role
from network.networks import check_decided_features, set_features_as_decided
from network.roadmap.commands.deciding import (
    PHASE_CHANGE,
    WAIVE_STEP,
    change_phase_as_decided,
    check_decided_phase,
    check_waived_step,
    waive_step_as_decided,
)

register_effect(PHASE_CHANGE, check_decided_phase, change_phase_as_decided)
register_effect(WAIVE_STEP, check_waived_step, waive_step_as_decided)
register_effect("appoint", check_decided_role, appoint_as_decided)
register_effect("set_features", check_decided_features, set_features_as_decided)
