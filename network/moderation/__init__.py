"""Reports, their cases, and what follows from them: handled by nobody who is a party."""

from network.moderation.commands.answering import answer_reports
from network.moderation.commands.appealing import appeal, appeal_by_link, withdraw_appeal
from network.moderation.commands.claiming import answer_question, ask_question, claim_case
from network.moderation.commands.deciding import decide_case
from network.moderation.commands.escalating import (
    escalate_case,
    lift_late_cases,
    open_own_case,
    reopen_case,
    step_aside,
)
from network.moderation.commands.invalidating import set_report_aside
from network.moderation.commands.looking import get_case, list_neighbours
from network.moderation.commands.noticing import answer_notice, notice
from network.moderation.commands.reporting import Receipt, report, withdraw_report
from network.moderation.commands.reviewing import decide_appeal, settle_appeals
from network.moderation.commands.seconding import lift_sanction, reject_sanction, second_sanction
from network.moderation.commands.sending import settle_measures, withdraw_decision
from network.moderation.commands.tidying import forget_closed_cases
from network.moderation.commands.veiling import veil_case
from network.moderation.policy import may_open_case, may_report, may_see_queue
from network.moderation.queries.appeal_links import appeal_token, sanction_of_link
from network.moderation.queries.appeals import (
    AppealView,
    HandledAppealView,
    appeal_about,
    appeals_in_sight,
    can_appeal,
    check_appeal_visible,
    see_appeal,
    see_appeals,
    standing_of,
)
from network.moderation.queries.case_measures import may_take_back
from network.moderation.queries.cases import (
    OpenCaseView,
    WaitingCases,
    check_case_visible,
    count_waiting,
    list_open,
)
from network.moderation.queries.cases import see_cases as list_cases
from network.moderation.queries.detail import NeighbourView
from network.moderation.queries.log import LogEntryView, list_log
from network.moderation.queries.looks import LookView, list_looks
from network.moderation.queries.measures import (
    HandledSanctionView,
    SanctionView,
    check_sanction_visible,
    earlier_measures_of,
    own_running,
    own_sanction,
    see_own_sanctions,
    see_proposals,
    see_sanction,
)
from network.moderation.queries.notices import NoticeView, get_notice, list_notices
from network.moderation.queries.questions import check_asked, get_question
from network.moderation.queries.reports import get_report, list_reports, paused_until, promised, warned_in
from network.moderation.queries.ruling import RuleView, rules_of_case
from network.moderation.queries.sight import ids_in_sight
from network.moderation.queries.statements import (
    appealed_statement,
    handled_statement,
    linked_statement,
    own_statement,
    preview,
    statement_of_sanction,
)
from network.moderation.queries.targets import Target, visible_target
from network.moderation.queries.transparency import (
    CellsView,
    ModerationReportView,
    default_span,
    get_moderation_report,
)
from network.moderation.queries.views import (
    CaseDetailView,
    CaseReportView,
    CaseView,
    OwnCaseView,
    QuestionView,
    ReportView,
    SnapshotView,
    TargetView,
)
from network.moderation.rules.appeals import milder_kinds, reviewers_needed
from network.moderation.rules.cases import (
    CASE_STATES,
    CLAIM_LASTS,
    LEVELS,
    QUESTION_LASTS,
    REPORT_STATES,
    TARGETS,
    VEIL_LASTS,
    CaseClaimed,
    NothingNew,
    NotYours,
    NowhereToHandOver,
    QuestionOver,
    ReportingPaused,
)
from network.moderation.rules.deciding import CASE_OUTCOMES, Draft
from network.moderation.rules.measures import KINDS, SANCTION_STATES, SCOPES, Wish
from network.moderation.rules.statements import KIND_NAMES, Section, sections

__all__ = [
    "CASE_OUTCOMES",
    "CASE_STATES",
    "CLAIM_LASTS",
    "KINDS",
    "KIND_NAMES",
    "LEVELS",
    "QUESTION_LASTS",
    "REPORT_STATES",
    "SANCTION_STATES",
    "SCOPES",
    "TARGETS",
    "VEIL_LASTS",
    "AppealView",
    "CaseClaimed",
    "CaseDetailView",
    "CaseReportView",
    "CaseView",
    "CellsView",
    "Draft",
    "HandledAppealView",
    "HandledSanctionView",
    "LogEntryView",
    "LookView",
    "ModerationReportView",
    "NeighbourView",
    "NotYours",
    "NothingNew",
    "NoticeView",
    "NowhereToHandOver",
    "OpenCaseView",
    "OwnCaseView",
    "QuestionOver",
    "QuestionView",
    "Receipt",
    "ReportView",
    "ReportingPaused",
    "RuleView",
    "SanctionView",
    "Section",
    "SnapshotView",
    "Target",
    "TargetView",
    "WaitingCases",
    "Wish",
    "answer_notice",
    "answer_question",
    "answer_reports",
    "appeal",
    "appeal_about",
    "appeal_by_link",
    "appeal_token",
    "appealed_statement",
    "appeals_in_sight",
    "ask_question",
    "can_appeal",
    "check_appeal_visible",
    "check_asked",
    "check_case_visible",
    "check_sanction_visible",
    "claim_case",
    "count_waiting",
    "decide_appeal",
    "decide_case",
    "default_span",
    "earlier_measures_of",
    "escalate_case",
    "forget_closed_cases",
    "get_case",
    "get_moderation_report",
    "get_notice",
    "get_question",
    "get_report",
    "handled_statement",
    "ids_in_sight",
    "lift_late_cases",
    "lift_sanction",
    "linked_statement",
    "list_cases",
    "list_log",
    "list_looks",
    "list_neighbours",
    "list_notices",
    "list_open",
    "list_reports",
    "may_open_case",
    "may_report",
    "may_see_queue",
    "may_take_back",
    "milder_kinds",
    "notice",
    "open_own_case",
    "own_running",
    "own_sanction",
    "own_statement",
    "paused_until",
    "preview",
    "promised",
    "reject_sanction",
    "reopen_case",
    "report",
    "reviewers_needed",
    "rules_of_case",
    "sanction_of_link",
    "second_sanction",
    "sections",
    "see_appeal",
    "see_appeals",
    "see_own_sanctions",
    "see_proposals",
    "see_sanction",
    "set_report_aside",
    "settle_appeals",
    "settle_measures",
    "standing_of",
    "statement_of_sanction",
    "step_aside",
    "veil_case",
    "visible_target",
    "warned_in",
    "withdraw_appeal",
    "withdraw_decision",
    "withdraw_report",
]
