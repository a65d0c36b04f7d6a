"""What decisions bring about here: a goal becomes the network's own."""

from __future__ import annotations

from network.decisions import register_effect
from network.goals.commands import adopt_goal_as_decided, check_decided_goal

register_effect("adopt_goal", check_decided_goal, adopt_goal_as_decided)
