"""Reports, their cases, and what follows from them: handled by nobody who is a party."""

from network.moderation.commands.answering import (
    answer_reports,
)
from network.moderation.commands.claiming import (
    answer_question,
    ask_question,
    claim_case,
)
from network.moderation.commands.escalating import (
    escalate_case,
    lift_late_cases,
    open_own_case,
    reopen_case,
    step_aside,
)
from network.moderation.commands.invalidating import (
    set_report_aside,
)
from network.moderation.commands.looking import (
    get_case,
    list_neighbours,
)
from network.moderation.commands.noticing import (
    answer_notice,
    notice,
)
from network.moderation.commands.reporting import (
    Receipt,
    report,
    withdraw_report,
)
from network.moderation.commands.tidying import (
    forget_closed_cases,
)
from network.moderation.commands.veiling import (
    veil_case,
)
from network.moderation.policy import (
    may_open_case,
    may_report,
    may_see_queue,
)
from network.moderation.queries.cases import (
    WaitingCases,
    check_case_visible,
    count_waiting,
)
from network.moderation.queries.cases import (
    see_cases as list_cases,
)
from network.moderation.queries.detail import (
    NeighbourView,
)
from network.moderation.queries.log import (
    LogEntryView,
    list_log,
)
from network.moderation.queries.looks import (
    LookView,
    list_looks,
)
from network.moderation.queries.notices import (
    NoticeView,
    get_notice,
    list_notices,
)
from network.moderation.queries.questions import (
    check_asked,
    get_question,
)
from network.moderation.queries.reports import (
    get_report,
    list_reports,
    paused_until,
    promised,
    warned_in,
)
from network.moderation.queries.sight import (
    ids_in_sight,
)
from network.moderation.queries.targets import (
    Target,
    visible_target,
)
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

__all__ = [
    "CASE_STATES",
    "CLAIM_LASTS",
    "LEVELS",
    "QUESTION_LASTS",
    "REPORT_STATES",
    "TARGETS",
    "VEIL_LASTS",
    "CaseClaimed",
    "CaseDetailView",
    "CaseReportView",
    "CaseView",
    "CellsView",
    "LogEntryView",
    "LookView",
    "ModerationReportView",
    "NeighbourView",
    "NotYours",
    "NothingNew",
    "NoticeView",
    "NowhereToHandOver",
    "OwnCaseView",
    "QuestionOver",
    "QuestionView",
    "Receipt",
    "ReportView",
    "ReportingPaused",
    "SnapshotView",
    "Target",
    "TargetView",
    "WaitingCases",
    "answer_notice",
    "answer_question",
    "answer_reports",
    "ask_question",
    "check_asked",
    "check_case_visible",
    "claim_case",
    "count_waiting",
    "default_span",
    "escalate_case",
    "forget_closed_cases",
    "get_case",
    "get_moderation_report",
    "get_notice",
    "get_question",
    "get_report",
    "ids_in_sight",
    "lift_late_cases",
    "list_cases",
    "list_log",
    "list_looks",
    "list_neighbours",
    "list_notices",
    "list_reports",
    "may_open_case",
    "may_report",
    "may_see_queue",
    "notice",
    "open_own_case",
    "paused_until",
    "promised",
    "reopen_case",
    "report",
    "set_report_aside",
    "step_aside",
    "veil_case",
    "visible_target",
    "warned_in",
    "withdraw_report",
]
