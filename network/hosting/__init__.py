"""A host first: whom to welcome, what to answer and announce, in one round a week that she can give away."""

from network.hosting.commands.doing import send_words, skip_thing, undo_deed
from network.hosting.commands.terms import forget_weeks, remind_of_term, remind_of_terms
from network.hosting.commands.weeks import begin_round, begin_rounds, choose_day, give_week, take_week_back
from network.hosting.policy import may_host, may_see_handover
from network.hosting.queries.handover import HandoverView, get_handover, without_party
from network.hosting.queries.rounds import (
    DeedView,
    HostingView,
    RoundView,
    WeekView,
    get_hosting,
    get_round,
    list_weeks,
    who_could_take,
)
from network.hosting.queries.things import ThingView, first_name, list_things
from network.hosting.rules.load import MINUTES, TOO_MUCH, Load, load_of
from network.hosting.rules.things import KINDS, MOST_IN_ROUND
from network.hosting.rules.weeks import UNDO_FOR, AlreadyDone, NoDeputy, UndoOver

__all__ = [
    "KINDS",
    "MINUTES",
    "MOST_IN_ROUND",
    "TOO_MUCH",
    "UNDO_FOR",
    "AlreadyDone",
    "DeedView",
    "HandoverView",
    "HostingView",
    "Load",
    "NoDeputy",
    "RoundView",
    "ThingView",
    "UndoOver",
    "WeekView",
    "begin_round",
    "begin_rounds",
    "choose_day",
    "first_name",
    "forget_weeks",
    "get_handover",
    "get_hosting",
    "get_round",
    "give_week",
    "list_things",
    "list_weeks",
    "load_of",
    "may_host",
    "may_see_handover",
    "remind_of_term",
    "remind_of_terms",
    "send_words",
    "skip_thing",
    "take_week_back",
    "undo_deed",
    "who_could_take",
    "without_party",
]
