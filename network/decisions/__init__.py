"""What a network settles together: asked, answered until a moment of the server's clock, counted once."""

from network.decisions.commands.calls import write_down_call
from network.decisions.commands.changing import change_decision
from network.decisions.commands.closing import settle_decision, settle_due
from network.decisions.commands.drafting import draft_decision
from network.decisions.commands.ending import cancel_decision, drop_decision
from network.decisions.commands.looking import (
    get_decision,
    get_result,
    list_agreed,
    list_decisions,
    list_objections,
)
from network.decisions.commands.next_rounds import next_round
from network.decisions.commands.objecting import (
    integrate_objection,
    resolve_objection,
    withdraw_objection,
)
from network.decisions.commands.opening import draft_and_open, open_decision
from network.decisions.commands.outcomes import make_statement, publish_outcome
from network.decisions.commands.taking_stances import take_stance
from network.decisions.policy import (
    may_answer_objection,
    may_cancel_decision,
    may_change_decision,
    may_draft_decision,
    may_make_statement,
    may_open_decision,
    may_publish_outcome,
    may_see_decision,
    may_see_decisions,
    may_start_next_round,
    may_take_stance,
)
from network.decisions.queries.answer_links import open_stance_link, stance_link
from network.decisions.queries.calls import AttendeeView, list_attendees
from network.decisions.queries.concerns import ConcernView, list_concerns
from network.decisions.queries.decisions import (
    is_asked_about,
    open_decision_about,
    passed_decision,
    visible_decision,
)
from network.decisions.queries.electorate import is_elector, silent_electors
from network.decisions.queries.objections import taken_along
from network.decisions.queries.views import (
    AgreedView,
    ChangeView,
    DecisionView,
    EffectView,
    ObjectionView,
    OptionView,
    OutcomeView,
    OwnDecisionView,
    OwnObjectionView,
    ResultOut,
    StanceView,
)
from network.decisions.queries.waiting import (
    UnansweredView,
    about_topic,
    list_awaiting_outcome,
    list_unanswered,
)
from network.decisions.rules.counting import OUTCOMES, STANCES
from network.decisions.rules.drafting import (
    KINDS,
    PERSON_ANSWERS,
    QUORUM,
    SILENCES,
    THRESHOLDS,
    EffectWish,
    TooLittleTime,
)
from network.decisions.rules.effects import register_effect, register_fallback
from network.decisions.rules.states import (
    AGAIN,
    CANCEL_REASONS,
    MOST_ROUNDS,
    OBJECTION_STATES,
    STATES,
    TOLD_AHEAD,
    DecisionEnded,
    DecisionNotOpen,
    LastRound,
    NetworkArchived,
    NetworkDormant,
    NotAnElector,
    NothingChanged,
    NotTightened,
    StillOpen,
    TextFixed,
    TooFewElectors,
    WasCancelled,
)

__all__ = [
    "AGAIN",
    "CANCEL_REASONS",
    "KINDS",
    "MOST_ROUNDS",
    "OBJECTION_STATES",
    "OUTCOMES",
    "PERSON_ANSWERS",
    "QUORUM",
    "SILENCES",
    "STANCES",
    "STATES",
    "THRESHOLDS",
    "TOLD_AHEAD",
    "AgreedView",
    "AttendeeView",
    "ChangeView",
    "ConcernView",
    "DecisionEnded",
    "DecisionNotOpen",
    "DecisionView",
    "EffectView",
    "EffectWish",
    "LastRound",
    "NetworkArchived",
    "NetworkDormant",
    "NotAnElector",
    "NotTightened",
    "NothingChanged",
    "ObjectionView",
    "OptionView",
    "OutcomeView",
    "OwnDecisionView",
    "OwnObjectionView",
    "ResultOut",
    "StanceView",
    "StillOpen",
    "TextFixed",
    "TooFewElectors",
    "TooLittleTime",
    "UnansweredView",
    "WasCancelled",
    "about_topic",
    "cancel_decision",
    "change_decision",
    "draft_and_open",
    "draft_decision",
    "drop_decision",
    "get_decision",
    "get_result",
    "integrate_objection",
    "is_asked_about",
    "is_elector",
    "list_agreed",
    "list_attendees",
    "list_awaiting_outcome",
    "list_concerns",
    "list_decisions",
    "list_objections",
    "list_unanswered",
    "make_statement",
    "may_answer_objection",
    "may_cancel_decision",
    "may_change_decision",
    "may_draft_decision",
    "may_make_statement",
    "may_open_decision",
    "may_publish_outcome",
    "may_see_decision",
    "may_see_decisions",
    "may_start_next_round",
    "may_take_stance",
    "next_round",
    "open_decision",
    "open_decision_about",
    "open_stance_link",
    "passed_decision",
    "publish_outcome",
    "register_effect",
    "register_fallback",
    "resolve_objection",
    "settle_decision",
    "settle_due",
    "silent_electors",
    "stance_link",
    "take_stance",
    "taken_along",
    "visible_decision",
    "withdraw_objection",
    "write_down_call",
]
