"""A network's common aims: proposed by members, adopted, looked at again on a day."""

from network.goals.commands import adopt_first_goal, adopt_goal, propose_goal
from network.goals.policy import may_adopt_goal, may_propose_goal, may_see_goals
from network.goals.queries import GoalCounts, GoalView, count_adopted, count_goals, get_goal, list_goals
from network.goals.rules import check_goal

__all__ = [
    "GoalCounts",
    "GoalView",
    "adopt_first_goal",
    "adopt_goal",
    "check_goal",
    "count_adopted",
    "count_goals",
    "get_goal",
    "list_goals",
    "may_adopt_goal",
    "may_propose_goal",
    "may_see_goals",
    "propose_goal",
]
