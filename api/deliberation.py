"""The talk about a version: what differs, comments, amendments and what becomes of them; templates."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from api.operations import operation, page_request
from api.schemas.agreements import AgreementVersionOut
from api.schemas.base import VersionedIn, page_of
from api.schemas.deliberation import (
    AmendmentAcceptanceIn,
    AmendmentIn,
    AmendmentOut,
    AmendmentsOpenIn,
    AmendmentWithdrawalIn,
    ClauseQuery,
    CommentIn,
    CommentOut,
    CoSponsorshipIn,
    DifferenceOut,
    DifferenceQuery,
    RejectionIn,
    SubmissionIn,
    TemplateQuery,
    TemplatesOut,
    VoteIn,
)
from network import agreements
from network.kernel.actor import Actor

blueprint = Blueprint("deliberation", __name__, description="How a network talks about a text")


@operation(blueprint, "GET", "/agreement-templates", out=TemplatesOut, query=TemplateQuery)
def list_templates(actor: Actor, query: dict[str, Any]) -> Any:
    """The texts that a document can begin from, in English or German. Their `key` is the `template` of a new
    version."""
    return {"items": agreements.list_templates(query["language"] or actor.language), "next": None}


@operation(
    blueprint, "GET", "/agreement-versions/<id:version_id>/diff", out=DifferenceOut, query=DifferenceQuery,
    problems=(404,),
)  # fmt: skip
def difference(actor: Actor, version_id: str, query: dict[str, Any]) -> Any:
    """What differs from another version, clause by clause and word by word. Line ends, trailing blanks and
    how letters are composed are no difference."""
    return agreements.difference(actor, version_id, query["against"])


@operation(
    blueprint, "GET", "/agreement-versions/<id:version_id>/comments", out=page_of(CommentOut),
    query=ClauseQuery, problems=(404,),
)  # fmt: skip
def list_comments(actor: Actor, version_id: str, query: dict[str, Any]) -> Any:
    """What members say about the clauses, the oldest first."""
    return agreements.list_comments(actor, version_id, page_request(query), query["clause_id"])


@operation(
    blueprint, "POST", "/agreement-versions/<id:version_id>/comments", out=CommentOut, status=201,
    body=CommentIn, problems=(404, 409), idempotent=True,
)  # fmt: skip
def add_comment(actor: Actor, version_id: str, body: dict[str, Any]) -> Any:
    """Say something about a clause while the version is talked about."""
    return agreements.add_comment(actor, version_id, body["clause_id"], body["body"])


@operation(blueprint, "DELETE", "/clause-comments/<id:comment_id>", out=CommentOut, problems=(404,))
def delete_comment(actor: Actor, comment_id: str) -> Any:
    """Take one's own comment back; that there was one stays."""
    return agreements.delete_comment(actor, comment_id)


@operation(
    blueprint, "GET", "/agreement-versions/<id:version_id>/amendments", out=page_of(AmendmentOut),
    query=ClauseQuery, problems=(404,),
)  # fmt: skip
def list_amendments(actor: Actor, version_id: str, query: dict[str, Any]) -> Any:
    """Who proposes which other words, in the order in which that came."""
    return agreements.list_amendments(actor, version_id, page_request(query), query["clause_id"])


@operation(
    blueprint, "POST", "/agreement-versions/<id:version_id>/amendments", out=AmendmentOut, status=201,
    body=AmendmentIn, problems=(404, 409), idempotent=True,
)  # fmt: skip
def submit_amendment(actor: Actor, version_id: str, body: dict[str, Any]) -> Any:
    """Propose another text for a clause. A stale `clause_hash` is 409 `clause_changed`; outside of the
    deliberation 409 `not_in_deliberation`; where new ones are no longer taken 409 `amendments_closed`."""
    return agreements.submit_amendment(
        actor, version_id, body["clause_id"], body["clause_hash"], body["text"], body["reason"],
        draft=body["draft"],
    )  # fmt: skip


@operation(
    blueprint, "PUT", "/agreement-versions/<id:version_id>/amendments-open", out=AgreementVersionOut,
    body=AmendmentsOpenIn, problems=(404, 409),
)  # fmt: skip
def open_amendments(actor: Actor, version_id: str, body: dict[str, Any]) -> Any:
    """Close a version for new amendments while those that are there go on, or open it again: meta-mentor,
    deputy or steward."""
    return agreements.open_amendments(actor, version_id, body["expected_version"], is_open=body["open"])


@operation(blueprint, "GET", "/amendments/<id:amendment_id>", out=AmendmentOut, problems=(404,))
def get_amendment(actor: Actor, amendment_id: str) -> Any:
    """One amendment."""
    return agreements.get_amendment(actor, amendment_id)


@operation(
    blueprint, "POST", "/amendments/<id:amendment_id>/submission", out=AmendmentOut, body=SubmissionIn,
    problems=(404, 409), idempotent=True,
)  # fmt: skip
def resubmit_amendment(actor: Actor, amendment_id: str, body: dict[str, Any]) -> Any:
    """Bring one's own draft forward, or an outdated amendment on the words of now."""
    return agreements.resubmit_amendment(
        actor, amendment_id, body["expected_version"], body["clause_hash"], body["text"], body["reason"]
    )


@operation(
    blueprint, "POST", "/amendments/<id:amendment_id>/co-sponsorship", out=AmendmentOut, body=CoSponsorshipIn,
    problems=(404, 409),
)  # fmt: skip
def co_sponsor_amendment(actor: Actor, amendment_id: str, body: dict[str, Any]) -> Any:
    """Stand behind somebody's amendment. Once is enough. The version that was seen may come along: then not
    behind other words than those."""
    return agreements.co_sponsor_amendment(actor, amendment_id, body["expected_version"])


@operation(
    blueprint, "POST", "/amendments/<id:amendment_id>/discussion", out=AmendmentOut, body=VersionedIn,
    problems=(404, 409), idempotent=True,
)  # fmt: skip
def discuss_amendment(actor: Actor, amendment_id: str, body: dict[str, Any]) -> Any:
    """Say that it is being talked about: meta-mentor, deputy or steward."""
    return agreements.discuss_amendment(actor, amendment_id, body["expected_version"])


@operation(
    blueprint, "POST", "/amendments/<id:amendment_id>/acceptance", out=AmendmentOut,
    body=AmendmentAcceptanceIn, problems=(404, 409), idempotent=True,
)  # fmt: skip
def accept_amendment(actor: Actor, amendment_id: str, body: dict[str, Any]) -> Any:
    """Make it the clause's text, or `text` in its place: meta-mentor, deputy or steward, never its author."""
    return agreements.accept_amendment(
        actor, amendment_id, body["expected_version"], body["text"], body["short"]
    )


@operation(
    blueprint, "POST", "/amendments/<id:amendment_id>/rejection", out=AmendmentOut, body=RejectionIn,
    problems=(404, 409), idempotent=True,
)  # fmt: skip
def reject_amendment(actor: Actor, amendment_id: str, body: dict[str, Any]) -> Any:
    """Leave the clause as it is and say why: meta-mentor, deputy or steward, never its author."""
    return agreements.reject_amendment(actor, amendment_id, body["expected_version"], body["reason"])


@operation(
    blueprint, "POST", "/amendments/<id:amendment_id>/withdrawal", out=AmendmentOut,
    body=AmendmentWithdrawalIn, problems=(404, 409), idempotent=True,
)  # fmt: skip
def withdraw_amendment(actor: Actor, amendment_id: str, body: dict[str, Any]) -> Any:
    """Take one's own amendment back. Where others stand behind it (409 `co_sponsored`) it is handed over to
    one of them, `hand_over_to`."""
    return agreements.withdraw_amendment(actor, amendment_id, body["expected_version"], body["hand_over_to"])


@operation(
    blueprint, "POST", "/amendments/<id:amendment_id>/takeover", out=AmendmentOut, body=VersionedIn,
    problems=(404, 409), idempotent=True,
)  # fmt: skip
def take_over_amendment(actor: Actor, amendment_id: str, body: dict[str, Any]) -> Any:
    """Go on with an amendment that one stands behind, when its author is no member any more."""
    return agreements.take_over_amendment(actor, amendment_id, body["expected_version"])


@operation(
    blueprint, "POST", "/amendments/<id:amendment_id>/vote", out=AmendmentOut, body=VoteIn,
    problems=(404, 409), idempotent=True,
)  # fmt: skip
def put_amendment_to_vote(actor: Actor, amendment_id: str, body: dict[str, Any]) -> Any:
    """Bring a rejected amendment that three others stand behind before everybody; `decision_id` is where
    they answer."""
    return agreements.put_amendment_to_vote(actor, amendment_id, body["expected_version"], body["closes_at"])
