"""The documents of a network: beginning one, its versions on their way, signatures, accepting the rules."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from api.operations import operation, page_request
from api.schemas.agreements import (
    AgreementIn,
    AgreementOut,
    AgreementVersionOut,
    DeclinationIn,
    DiscussionIn,
    RulesAcceptanceIn,
    RulesAcceptanceOut,
    SignatureIn,
    SignatureOut,
    TerminationIn,
    VersionIn,
    VersionPatchIn,
)
from api.schemas.base import PageQuery, VersionedIn, page_of
from network import agreements
from network.kernel.actor import Actor

blueprint = Blueprint("agreements", __name__, description="What a network stands on")


@operation(
    blueprint, "GET", "/agreement-versions/<id:version_id>", out=AgreementVersionOut, problems=(404,)
)  # fmt: skip
def get_agreement_version(actor: Actor, version_id: str) -> Any:
    """One version with its clauses, for members, applicants and stewards of the network."""
    return agreements.get_agreement_version(actor, version_id)


@operation(
    blueprint, "POST", "/networks/<id:network_id>/rules-acceptance", out=RulesAcceptanceOut, status=201,
    also={200: RulesAcceptanceOut}, body=RulesAcceptanceIn, problems=(404, 409), idempotent=True,
)  # fmt: skip
def accept_rules(actor: Actor, network_id: str, body: dict[str, Any]) -> Any:
    """Accept the rules that hold, before the first post. Accepting again answers 200 with the first
    acceptance; a version that holds no longer is 409 `version_superseded`."""
    accepted = agreements.accept_rules(actor, network_id, body["version_id"])
    return accepted, 201 if accepted["created"] else 200


@operation(
    blueprint, "POST", "/networks/<id:network_id>/agreements", out=AgreementOut, status=201, body=AgreementIn,
    problems=(404, 409), idempotent=True,
)  # fmt: skip
def found_agreement(actor: Actor, network_id: str, body: dict[str, Any]) -> Any:
    """Begin a document, as meta-mentor, deputy or steward, or as a member together with two others."""
    return agreements.found_agreement(
        actor, network_id, body["kind"], body["title"], body["language"], body["together_with"]
    )


@operation(
    blueprint, "GET", "/networks/<id:network_id>/agreements", out=page_of(AgreementOut), query=PageQuery,
    problems=(403, 404),
)  # fmt: skip
def list_agreements(actor: Actor, network_id: str, query: dict[str, Any]) -> Any:
    """The documents of a network, each with its versions."""
    return agreements.list_agreements(actor, network_id, page_request(query))


@operation(blueprint, "GET", "/agreements/<id:agreement_id>", out=AgreementOut, problems=(404,))
def get_agreement(actor: Actor, agreement_id: str) -> Any:
    """One document with its versions, for members, applicants and stewards of the network."""
    return agreements.get_agreement(actor, agreement_id)


@operation(
    blueprint, "POST", "/agreements/<id:agreement_id>/versions", out=AgreementVersionOut, status=201,
    body=VersionIn, problems=(404, 409), idempotent=True,
)  # fmt: skip
def draft_version(actor: Actor, agreement_id: str, body: dict[str, Any]) -> Any:
    """Draft the next version, from nothing, a template or an earlier version. A clause with the `id` of an
    earlier one goes on from it; an unknown one is 422."""
    return agreements.draft_version(actor, agreement_id, **_terms(body))


@operation(
    blueprint, "PATCH", "/agreement-versions/<id:version_id>", out=AgreementVersionOut, body=VersionPatchIn,
    problems=(404, 409),
)  # fmt: skip
def change_version(actor: Actor, version_id: str, body: dict[str, Any]) -> Any:
    """Change the clauses or the terms of a draft; anything later is 409 `not_a_draft`."""
    return agreements.change_version(actor, version_id, body.pop("expected_version"), _terms(body))


@operation(
    blueprint, "POST", "/agreement-versions/<id:version_id>/deliberation", out=AgreementVersionOut,
    body=VersionedIn, problems=(404, 409), idempotent=True,
)  # fmt: skip
def open_deliberation(actor: Actor, version_id: str, body: dict[str, Any]) -> Any:
    """Open a draft for everybody to talk about, for seven days at least."""
    return agreements.open_deliberation(actor, version_id, body["expected_version"])


@operation(
    blueprint, "POST", "/agreement-versions/<id:version_id>/rework", out=AgreementVersionOut,
    body=VersionedIn, problems=(404, 409), idempotent=True,
)  # fmt: skip
def rework_version(actor: Actor, version_id: str, body: dict[str, Any]) -> Any:
    """Take a version that is talked about back into its draft."""
    return agreements.rework_version(actor, version_id, body["expected_version"])


@operation(
    blueprint, "POST", "/agreement-versions/<id:version_id>/discussion", out=AgreementVersionOut,
    body=DiscussionIn, problems=(404, 409), idempotent=True,
)  # fmt: skip
def discuss_correction(actor: Actor, version_id: str, body: dict[str, Any]) -> Any:
    """Turn a small correction into a proposal to talk about, as one who signed what is to be corrected."""
    return agreements.discuss_correction(actor, version_id, body["reason"])


@operation(
    blueprint, "POST", "/agreement-versions/<id:version_id>/freeze", out=AgreementVersionOut,
    body=VersionedIn, problems=(404, 409), idempotent=True,
)  # fmt: skip
def freeze_version(actor: Actor, version_id: str, body: dict[str, Any]) -> Any:
    """Say that the text may be fixed: a meta-mentor and the steward, in either order; the second fixes it."""
    return agreements.freeze_version(actor, version_id, body["expected_version"])


@operation(
    blueprint, "POST", "/agreement-versions/<id:version_id>/signing", out=AgreementVersionOut,
    body=VersionedIn, problems=(404, 409), idempotent=True,
)  # fmt: skip
def request_signatures(actor: Actor, version_id: str, body: dict[str, Any]) -> Any:
    """Ask for signatures. A passed decision with the effect `activate_agreement` does that by itself; without
    one this is 409 `decision_required`."""
    return agreements.request_signatures(actor, version_id, body["expected_version"])


@operation(
    blueprint, "POST", "/agreement-versions/<id:version_id>/activation", out=AgreementVersionOut,
    body=VersionedIn, problems=(404, 409), idempotent=True,
)  # fmt: skip
def activate_version(actor: Actor, version_id: str, body: dict[str, Any]) -> Any:
    """Bring a version into force as soon as its rule is met, as meta-mentor or deputy; before that it is 409
    `rule_not_met`. At the end of signing the clock does it."""
    return agreements.activate_version(actor, version_id, body["expected_version"])


@operation(
    blueprint, "POST", "/agreement-versions/<id:version_id>/abandonment", out=AgreementVersionOut,
    body=VersionedIn, problems=(404, 409), idempotent=True,
)  # fmt: skip
def abandon_version(actor: Actor, version_id: str, body: dict[str, Any]) -> Any:
    """Give up a draft or a version that is talked about; never one whose text is fixed."""
    return agreements.abandon_version(actor, version_id, body["expected_version"])


@operation(
    blueprint, "POST", "/agreement-versions/<id:version_id>/termination", out=AgreementVersionOut,
    body=TerminationIn, problems=(404, 409), idempotent=True,
)  # fmt: skip
def terminate_version(actor: Actor, version_id: str, body: dict[str, Any]) -> Any:
    """Announce that a version in force ends, at least 30 days ahead, because the network decided it: a
    consent that passed is named; without one this is 409 `decision_required`. A decision with the effect
    `end_agreement` (`id` the version, `value` its last day or null) announces it by itself. Communication
    rules are replaced, never ended."""
    return agreements.terminate_version(
        actor, version_id, body["expected_version"], body["ends_on"], body["reason"], body["decision_id"]
    )


@operation(
    blueprint, "POST", "/agreement-versions/<id:version_id>/signatures", out=SignatureOut, status=201,
    also={200: SignatureOut}, body=SignatureIn, problems=(404, 409), idempotent=True,
)  # fmt: skip
def sign_version(actor: Actor, version_id: str, body: dict[str, Any]) -> Any:
    """Sign the text that was read, with proof of identity; a second time answers 200 with the first. A stale
    `text_hash` is 409 `text_changed` with `version_id` and the `text_hash` of now."""
    done = agreements.sign_version(
        actor, version_id, body["text_hash"], body["capacity"], body["organisation_id"]
    )
    return done.signature, 201 if done.created else 200


@operation(
    blueprint, "GET", "/agreement-versions/<id:version_id>/signatures", out=page_of(SignatureOut),
    query=PageQuery, problems=(404,),
)  # fmt: skip
def list_signatures(actor: Actor, version_id: str, query: dict[str, Any]) -> Any:
    """The record of who signed, declined and took back, the oldest row first."""
    return agreements.list_signatures(actor, version_id, page_request(query))


@operation(
    blueprint, "POST", "/agreement-versions/<id:version_id>/declinations", out=SignatureOut, status=201,
    also={200: SignatureOut}, body=DeclinationIn, problems=(404, 409), idempotent=True,
)  # fmt: skip
def decline_version(actor: Actor, version_id: str, body: dict[str, Any]) -> Any:
    """Say no to a version; it keeps nobody from signing later."""
    done = agreements.decline_version(
        actor, version_id, body["reason"], body["capacity"], body["organisation_id"]
    )
    return done.signature, 201 if done.created else 200


@operation(
    blueprint, "POST", "/agreement-versions/<id:version_id>/withdrawals", out=SignatureOut, status=201,
    also={200: SignatureOut}, body=DeclinationIn, problems=(404, 409), idempotent=True,
)  # fmt: skip
def withdraw_signature(actor: Actor, version_id: str, body: dict[str, Any]) -> Any:
    """Take one's signature back for the future, with proof; that it was given stays in the record."""
    done = agreements.withdraw_signature(
        actor, version_id, body["reason"], body["capacity"], body["organisation_id"]
    )
    return done.signature, 201 if done.created else 200


def _terms(body: dict[str, Any]) -> dict[str, Any]:
    """The body in the words of the rules: the activation rule in its two parts, clauses as they are."""
    terms = dict(body)
    rule = terms.pop("activation_rule", None)
    if rule is not None:
        terms["members"] = rule.get("members", "2/3")
        if rule.get("organisations") is not None:
            terms["organisations"] = rule["organisations"]
    if terms.get("clauses") is not None:
        terms["clauses"] = [agreements.ClauseIn(**clause) for clause in terms["clauses"]]
    return terms
