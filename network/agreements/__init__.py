"""The documents a network stands on: drafted, talked about, fixed, signed, in force; and its rules."""

from network.agreements.commands.accepting import AcceptanceView, accept_rules, adopt_builtin_rules
from network.agreements.commands.amending import (
    co_sponsor_amendment,
    discuss_amendment,
    open_amendments,
    resubmit_amendment,
    submit_amendment,
)
from network.agreements.commands.answering import accept_amendment, reject_amendment
from network.agreements.commands.commenting import add_comment, delete_comment
from network.agreements.commands.consenting import request_signatures
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
from network.agreements.commands.handing_over import take_over_amendment, withdraw_amendment
from network.agreements.commands.names import seal_name
from network.agreements.commands.reading import (
    get_agreement,
    get_agreement_version,
    get_amendment,
    list_agreements,
    list_amendments,
    list_signatures,
)
from network.agreements.commands.requesting import request_of_newcomer
from network.agreements.commands.settling import activate_version, settle_versions
from network.agreements.commands.signing import Signing, decline_version, sign_version, withdraw_signature
from network.agreements.commands.voting import put_amendment_to_vote
from network.agreements.policy.deliberation import (
    may_amend,
    may_answer_amendment,
    may_comment,
    may_see_deliberation,
)
from network.agreements.policy.versions import (
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
from network.agreements.queries.agreements import AgreementView, VersionLine, versions_of
from network.agreements.queries.consent import open_end
from network.agreements.queries.counting import Counts, Progress
from network.agreements.queries.deliberation import (
    AmendmentView,
    ClauseTalk,
    CommentView,
    OwnAmendmentView,
    list_comments,
    talk_by_clause,
)
from network.agreements.queries.differences import DifferenceView, difference
from network.agreements.queries.documents import SignedCopy, check_document, digest_of, list_signed_copies
from network.agreements.queries.evidence import document_evidence
from network.agreements.queries.making import VersionAhead, versions_ahead
from network.agreements.queries.mine import (
    OwnSignature,
    WaitingSignature,
    list_unsigned,
    my_signatures,
    waiting_signatures,
)
from network.agreements.queries.names import names_as_signed, read_name
from network.agreements.queries.progress import SigningProgress, signing_progress
from network.agreements.queries.signatures import (
    OwnSigningView,
    SignatureView,
    first_signers,
    own_signing,
)
from network.agreements.queries.standing import (
    AgreementStanding,
    agreement_due,
    agreement_standing,
    has_signed,
    must_read_only,
)
from network.agreements.queries.translations import translations_of
from network.agreements.queries.versions import (
    ClauseView,
    VersionView,
    has_accepted,
    rules_of_network,
    translated_clauses,
)
from network.agreements.rules.amendments import (
    AlreadyVoted,
    AmendmentsClosed,
    AuthorStillHere,
    ClauseChanged,
    CoSponsored,
    NotInDeliberation,
    TooFewSponsors,
)
from network.agreements.rules.clock import consent_until
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
from network.agreements.rules.signing import is_quiet
from network.agreements.rules.templates import TemplateView, list_templates, template_clauses, template_kind
from network.agreements.rules.texts import VersionSuperseded, builtin_rules
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
    "AlreadyVoted",
    "AmendmentView",
    "AmendmentsClosed",
    "AmendmentsOpen",
    "AnotherVersionRunning",
    "AuthorStillHere",
    "ClauseChanged",
    "ClauseDifference",
    "ClauseIn",
    "ClauseTalk",
    "ClauseView",
    "ClauseWords",
    "CoSponsored",
    "CommentView",
    "ConsentRequired",
    "Counts",
    "DeliberationRunning",
    "Difference",
    "DifferenceView",
    "DisputedSignature",
    "Document",
    "MoreMembersNeeded",
    "NotADraft",
    "NotFrozen",
    "NotInDeliberation",
    "NotOpenForSigning",
    "NotSigned",
    "OwnAmendmentView",
    "OwnSignature",
    "OwnSigningView",
    "Progress",
    "RuleNotMet",
    "SignatureTakenBack",
    "SignatureView",
    "SignedCopy",
    "Signing",
    "SigningProgress",
    "Span",
    "TemplateView",
    "TextChanged",
    "TextNotFixed",
    "TooFewSponsors",
    "TwoOperatorsNeeded",
    "VersionAhead",
    "VersionLine",
    "VersionSuperseded",
    "VersionView",
    "WaitingSignature",
    "abandon_version",
    "accept_amendment",
    "accept_rules",
    "activate_version",
    "add_comment",
    "adopt_builtin_rules",
    "agreement_due",
    "agreement_standing",
    "builtin_rules",
    "change_version",
    "check_document",
    "co_sponsor_amendment",
    "compare",
    "consent_until",
    "decline_version",
    "delete_comment",
    "destroy_keys",
    "destroy_names",
    "destroy_sealed_names",
    "difference",
    "digest_of",
    "discuss_amendment",
    "discuss_correction",
    "document_evidence",
    "draft_version",
    "first_signers",
    "found_agreement",
    "freeze_version",
    "get_agreement",
    "get_agreement_version",
    "get_amendment",
    "has_accepted",
    "has_signed",
    "is_quiet",
    "issue_document",
    "list_agreements",
    "list_amendments",
    "list_comments",
    "list_signatures",
    "list_signed_copies",
    "list_templates",
    "list_unsigned",
    "may_accept_rules",
    "may_activate_version",
    "may_amend",
    "may_answer_amendment",
    "may_change_version",
    "may_comment",
    "may_draft_version",
    "may_freeze_version",
    "may_open_deliberation",
    "may_read_agreements",
    "may_see_deliberation",
    "may_sign",
    "may_sign_for",
    "may_terminate_version",
    "must_read_only",
    "my_signatures",
    "names_as_signed",
    "open_amendments",
    "open_deliberation",
    "open_end",
    "own_signing",
    "put_amendment_to_vote",
    "read_name",
    "read_signatures",
    "reject_amendment",
    "request_of_newcomer",
    "request_signatures",
    "resubmit_amendment",
    "rework_version",
    "rules_of_network",
    "seal_name",
    "settle_versions",
    "side_by_side",
    "sign_version",
    "signing_progress",
    "submit_amendment",
    "take_over_amendment",
    "talk_by_clause",
    "template_clauses",
    "template_kind",
    "terminate_version",
    "text_spans",
    "translated_clauses",
    "translations_of",
    "versions_ahead",
    "versions_of",
    "waiting_signatures",
    "withdraw_amendment",
    "withdraw_signature",
]
