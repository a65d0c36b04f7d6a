"""Reports, their cases, and what follows from them: handled by nobody who is a party."""

from network.moderation.commands.tidying import forget_closed_cases
from network.moderation.policy import may_open_case, may_report, may_see_queue
from network.moderation.queries.views import CaseView, OwnCaseView, ReportView, SnapshotView, TargetView
from network.moderation.rules.cases import CASE_STATES, LEVELS, REPORT_STATES, TARGETS

__all__ = [
    "CASE_STATES",
    "LEVELS",
    "REPORT_STATES",
    "TARGETS",
    "CaseView",
    "OwnCaseView",
    "ReportView",
    "SnapshotView",
    "TargetView",
    "forget_closed_cases",
    "may_open_case",
    "may_report",
    "may_see_queue",
]
