"""The documents a network stands on; so far the rules of talking, built in, readable and accepted."""

from network.agreements.commands.accepting import AcceptanceView, accept_rules, adopt_builtin_rules
from network.agreements.commands.documents import Document, issue_document
from network.agreements.commands.names import seal_name
from network.agreements.policy import may_accept_rules, may_read_agreements
from network.agreements.queries.documents import (
    DocumentCheck,
    SignedCopy,
    check_document,
    digest_of,
    list_signed_copies,
)
from network.agreements.queries.evidence import Documents, count_own_rules, standing_documents
from network.agreements.queries.names import names_as_signed, read_name
from network.agreements.queries.versions import (
    ClauseView,
    VersionView,
    get_agreement_version,
    has_accepted,
    rules_of_network,
    translated_clauses,
)
from network.agreements.rules.differences import (
    ClauseDifference,
    ClauseWords,
    Difference,
    Span,
    compare,
    side_by_side,
    text_spans,
)
from network.agreements.rules.printing import TextNotFixed
from network.agreements.rules.templates import TemplateView, list_templates, template_clauses, template_kind
from network.agreements.rules.texts import ClauseText, VersionSuperseded, builtin_rules

__all__ = [
    "AcceptanceView",
    "ClauseDifference",
    "ClauseText",
    "ClauseView",
    "ClauseWords",
    "Difference",
    "Document",
    "DocumentCheck",
    "Documents",
    "SignedCopy",
    "Span",
    "TemplateView",
    "TextNotFixed",
    "VersionSuperseded",
    "VersionView",
    "accept_rules",
    "adopt_builtin_rules",
    "builtin_rules",
    "check_document",
    "compare",
    "count_own_rules",
    "digest_of",
    "get_agreement_version",
    "has_accepted",
    "issue_document",
    "list_signed_copies",
    "list_templates",
    "may_accept_rules",
    "may_read_agreements",
    "names_as_signed",
    "read_name",
    "rules_of_network",
    "seal_name",
    "side_by_side",
    "standing_documents",
    "template_clauses",
    "template_kind",
    "text_spans",
    "translated_clauses",
]
