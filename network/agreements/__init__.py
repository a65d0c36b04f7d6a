"""The documents a network stands on: drafted, talked about, fixed, signed, in force; and its rules."""

from network.agreements.commands.accepting import AcceptanceView, accept_rules, adopt_builtin_rules
from network.agreements.commands.deliberating import (
    discuss_correction,
    freeze_version,
    open_deliberation,
    rework_version,
)
from network.agreements.commands.destroying import destroy_keys, destroy_names, destroy_sealed_names
from network.agreements.commands.disputes import DisputedSignature, TwoOperatorsNeeded, read_signatures
from network.agreements.commands.documents import Document, issue_document
from network.agreements.commands.drafting import (
    abandon_version,
    change_version,
    draft_version,
    found_agreement,
)
from network.agreements.commands.ending import terminate_version
from network.agreements.commands.names import seal_name
from network.agreements.commands.reading import (
    get_agreement,
    get_agreement_version,
    list_agreements,
    list_signatures,
)
from network.agreements.commands.requesting import request_of_newcomer, request_signatures
from network.agreements.commands.settling import activate_version, settle_versions
from network.agreements.commands.signing import Signing, decline_version, sign_version, withdraw_signature
from network.agreements.policy import (
    may_accept_rules,
    may_activate_version,
    may_change_version,
    may_draft_version,
    may_freeze_version,
    may_open_deliberation,
    may_read_agreements,
    may_sign,
    may_sign_for,
    may_terminate_version,
)
from network.agreements.queries.agreements import AgreementView, VersionLine
from network.agreements.queries.counting import Counts, Progress
from network.agreements.queries.documents import (
    DocumentCheck,
    SignedCopy,
    check_document,
    digest_of,
    list_signed_copies,
)
from network.agreements.queries.evidence import count_own_rules
from network.agreements.queries.names import names_as_signed, read_name
from network.agreements.queries.signatures import (
    OwnSigningView,
    SignatureView,
    organisations_to_sign_for,
    own_signing,
)
from network.agreements.queries.standing import (
    AgreementStanding,
    agreement_due,
    agreement_standing,
    has_signed,
    must_read_only,
)
from network.agreements.queries.versions import (
    ClauseView,
    VersionView,
    has_accepted,
    progress_towards,
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
from network.agreements.rules.versions import (
    KINDS,
    STATES,
    AgreementNotSigned,
    AlreadySigned,
    AmendmentsOpen,
    AnotherVersionRunning,
    ClauseIn,
    ConsentRequired,
    DeliberationRunning,
    MoreMembersNeeded,
    NotADraft,
    NotFrozen,
    NotOpenForSigning,
    NotSigned,
    RuleNotMet,
    SignatureTakenBack,
    TextChanged,
)

__all__ = [
    "KINDS",
    "STATES",
    "AcceptanceView",
    "AgreementNotSigned",
    "AgreementStanding",
    "AgreementView",
    "AlreadySigned",
    "AmendmentsOpen",
    "AnotherVersionRunning",
    "ClauseDifference",
    "ClauseIn",
    "ClauseText",
    "ClauseView",
    "ClauseWords",
    "ConsentRequired",
    "Counts",
    "DeliberationRunning",
    "Difference",
    "DisputedSignature",
    "Document",
    "DocumentCheck",
    "MoreMembersNeeded",
    "NotADraft",
    "NotFrozen",
    "NotOpenForSigning",
    "NotSigned",
    "OwnSigningView",
    "Progress",
    "RuleNotMet",
    "SignatureTakenBack",
    "SignatureView",
    "SignedCopy",
    "Signing",
    "Span",
    "TemplateView",
    "TextChanged",
    "TextNotFixed",
    "TwoOperatorsNeeded",
    "VersionLine",
    "VersionSuperseded",
    "VersionView",
    "abandon_version",
    "accept_rules",
    "activate_version",
    "adopt_builtin_rules",
    "agreement_due",
    "agreement_standing",
    "builtin_rules",
    "change_version",
    "check_document",
    "compare",
    "count_own_rules",
    "decline_version",
    "destroy_keys",
    "destroy_names",
    "destroy_sealed_names",
    "digest_of",
    "discuss_correction",
    "draft_version",
    "found_agreement",
    "freeze_version",
    "get_agreement",
    "get_agreement_version",
    "has_accepted",
    "has_signed",
    "issue_document",
    "list_agreements",
    "list_signatures",
    "list_signed_copies",
    "list_templates",
    "may_accept_rules",
    "may_activate_version",
    "may_change_version",
    "may_draft_version",
    "may_freeze_version",
    "may_open_deliberation",
    "may_read_agreements",
    "may_sign",
    "may_sign_for",
    "may_terminate_version",
    "must_read_only",
    "names_as_signed",
    "open_deliberation",
    "organisations_to_sign_for",
    "own_signing",
    "progress_towards",
    "read_name",
    "read_signatures",
    "request_of_newcomer",
    "request_signatures",
    "rework_version",
    "rules_of_network",
    "seal_name",
    "settle_versions",
    "side_by_side",
    "sign_version",
    "template_clauses",
    "template_kind",
    "terminate_version",
    "text_spans",
    "translated_clauses",
    "withdraw_signature",
]
