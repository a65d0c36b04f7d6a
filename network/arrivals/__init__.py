"""A newcomer's first days: five small steps that can wait, and a buddy who greets her."""

from network.arrivals.commands import (
    end_pair,
    find_buddy,
    greet_newcomers,
    let_go_of_pairs,
    put_off,
    stop_greeting,
)
from network.arrivals.policy import may_greet, may_name_buddy, may_see_arrival
from network.arrivals.queries import ArrivalView, NewcomerView, StepView, get_arrival, greets_in, list_buddies
from network.arrivals.rules import STEPS

__all__ = [
    "STEPS",
    "ArrivalView",
    "NewcomerView",
    "StepView",
    "end_pair",
    "find_buddy",
    "get_arrival",
    "greet_newcomers",
    "greets_in",
    "let_go_of_pairs",
    "list_buddies",
    "may_greet",
    "may_name_buddy",
    "may_see_arrival",
    "put_off",
    "stop_greeting",
]
