"""The documents a network stands on; so far the rules of talking, built in, readable and accepted."""

from network.agreements.commands import AcceptanceView, accept_rules, adopt_builtin_rules
from network.agreements.policy import may_accept_rules, may_read_agreements
from network.agreements.queries import (
    ClauseView,
    VersionView,
    count_own_rules,
    get_agreement_version,
    has_accepted,
    rules_of_network,
    translated_clauses,
)
from network.agreements.rules import ClauseText, VersionSuperseded, builtin_rules

__all__ = [
    "AcceptanceView",
    "ClauseText",
    "ClauseView",
    "VersionSuperseded",
    "VersionView",
    "accept_rules",
    "adopt_builtin_rules",
    "builtin_rules",
    "count_own_rules",
    "get_agreement_version",
    "has_accepted",
    "may_accept_rules",
    "may_read_agreements",
    "rules_of_network",
    "translated_clauses",
]
