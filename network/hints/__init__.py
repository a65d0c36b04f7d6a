"""What a network asks an author about before something is posted: it asks, and decides nothing."""

from network.hints.commands import change_hints
from network.hints.policy import may_change_hints, may_see_hints
from network.hints.queries import EntryView, HintsView, ask, get_hints
from network.hints.rules.detecting import BUILT_IN, KINDS, key_of
from network.hints.rules.lists import MOST_ENTRIES, NOTE_MAX, TEXT_MAX
from network.hints.rules.questions import HintQuestion, HintView

__all__ = [
    "BUILT_IN",
    "KINDS",
    "MOST_ENTRIES",
    "NOTE_MAX",
    "TEXT_MAX",
    "EntryView",
    "HintQuestion",
    "HintView",
    "HintsView",
    "ask",
    "change_hints",
    "get_hints",
    "key_of",
    "may_change_hints",
    "may_see_hints",
]
