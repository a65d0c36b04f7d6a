"""Who may report, see and handle a case. The law of parties comes first, everywhere."""

from network.moderation.policy.cases import (
    Matter,
    acting_role,
    may_act_on_case,
    may_open_case,
    may_reopen_case,
    may_report,
    may_see_case,
    may_see_queue,
    may_settle_cases,
    visible_cases,
)

__all__ = [
    "Matter",
    "acting_role",
    "may_act_on_case",
    "may_open_case",
    "may_reopen_case",
    "may_report",
    "may_see_case",
    "may_see_queue",
    "may_settle_cases",
    "visible_cases",
]
