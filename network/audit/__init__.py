"""The part of the audit trail that belongs to a network, for those who answer for it."""

from network.audit.policy import CLOSED_ACTIONS, CLOSED_TYPES, OF_CASES, OPEN_TYPES, may_see_trail
from network.audit.queries import AuditRowView, list_trail

__all__ = [
    "CLOSED_ACTIONS",
    "CLOSED_TYPES",
    "OF_CASES",
    "OPEN_TYPES",
    "AuditRowView",
    "list_trail",
    "may_see_trail",
]
