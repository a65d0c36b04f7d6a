"""Organisations, their verification, and who acts for them."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_smorest import Blueprint

from api.operations import operation, page_request
from api.schemas.base import PageQuery, page_of
from api.schemas.organisations import (
    NamedOrganisationOut,
    OpenStewardInvitationOut,
    OrganisationChangeIn,
    OrganisationIn,
    OrganisationOut,
    OrganisationsQuery,
    ResubmissionIn,
    StewardAskedOut,
    StewardIn,
    StewardInvitationsOut,
    StewardOut,
    StewardRemovalIn,
    VerificationIn,
)
from network import organisations
from network.kernel.actor import Actor

blueprint = Blueprint("organisations", __name__, description="Founding institutions and who acts for them")

ONE = "/organisations/<id:organisation_id>"


@operation(
    blueprint, "POST", "/organisations", out=OrganisationOut, status=201, body=OrganisationIn, idempotent=True
)
def found_organisation(actor: Actor, body: dict[str, Any]) -> Any:
    """Enter an organisation. It waits as `pending` for the operator, and you act for it from now on: courses,
    lists and networks can be made at once, letters go out once it is verified."""
    return organisations.found_organisation(actor, **body)


@operation(
    blueprint,
    "GET",
    "/organisations",
    out=page_of(OrganisationOut),
    query=OrganisationsQuery,
    audience="anyone",
)
def list_organisations(actor: Actor, query: dict[str, Any]) -> Any:
    """All organisations, the oldest first."""
    return organisations.list_organisations(actor, page_request(query), query["state"])


@operation(blueprint, "GET", ONE, out=OrganisationOut, audience="anyone", problems=(404,))
def get_organisation(actor: Actor, organisation_id: str) -> Any:
    """One organisation."""
    return organisations.get_organisation(actor, organisation_id)


@operation(blueprint, "PATCH", ONE, out=OrganisationOut, body=OrganisationChangeIn, problems=(404, 409))
def change_organisation(actor: Actor, organisation_id: str, body: dict[str, Any]) -> Any:
    """Change name, country or what it says about itself, as a steward."""
    expected = body.pop("expected_version")
    return organisations.change_organisation(actor, organisation_id, expected, body)


@operation(
    blueprint, "POST", f"{ONE}/verification", out=OrganisationOut, body=VerificationIn, problems=(404, 409),
    idempotent=True,
)  # fmt: skip
def decide_verification(actor: Actor, organisation_id: str, body: dict[str, Any]) -> Any:
    """Verify or refuse, as the operator. What was decided can be decided anew; the stewards get a letter."""
    return organisations.decide_verification(
        actor, organisation_id, body["decision"], body["reason"], body["expected_version"]
    )


@operation(
    blueprint, "POST", f"{ONE}/resubmission", out=OrganisationOut, body=ResubmissionIn, problems=(404, 409),
    idempotent=True,
)  # fmt: skip
def resubmit_organisation(actor: Actor, organisation_id: str, body: dict[str, Any]) -> Any:
    """Answer a refusal, as a steward: the operators look at the organisation again, within three working days
    from now."""
    return organisations.resubmit_organisation(
        actor, organisation_id, body["answer"], body["expected_version"]
    )


@operation(
    blueprint, "GET", f"{ONE}/stewards", out=page_of(StewardOut), query=PageQuery, audience="anyone",
    problems=(404,),
)  # fmt: skip
def list_stewards(actor: Actor, organisation_id: str, query: dict[str, Any]) -> Any:
    """Who acts for the organisation, longest first."""
    return organisations.list_stewards(actor, organisation_id, page_request(query))


@operation(
    blueprint, "POST", f"{ONE}/stewards", out=StewardOut, status=201, body=StewardIn,
    also={202: StewardAskedOut}, problems=(404, 409), idempotent=True,
)  # fmt: skip
def add_steward(actor: Actor, organisation_id: str, body: dict[str, Any]) -> Any:
    """Let somebody act for the organisation, as a steward, with proof. With `user_id` the person does at once
    (201). With `email` whoever reads mail there gets a link to say yes (202): the answer is the same whether
    the address has an account or not, and the organisation must be verified."""
    if "user_id" in body:
        return organisations.add_steward(actor, organisation_id, body["user_id"])
    organisations.invite_steward(actor, organisation_id, body["email"])
    days = current_app.config["SETTINGS"].invitation_days
    return StewardAskedOut().dump({"valid_days": days}), 202


@operation(
    blueprint, "DELETE", f"{ONE}/stewards", out=None, status=204, body=StewardRemovalIn,
    problems=(404, 409, 422),
)  # fmt: skip
def remove_steward(actor: Actor, organisation_id: str, body: dict[str, Any]) -> None:
    """Let somebody no longer act for the organisation, as a steward, with proof. The last one stays."""
    organisations.remove_steward(actor, organisation_id, body["user_id"])


@operation(blueprint, "DELETE", f"{ONE}/stewards/<id:user_id>", out=None, status=204, problems=(404, 409))
def remove_steward_by_path(actor: Actor, organisation_id: str, user_id: str) -> None:
    """The same, for clients whose DELETE has no body."""
    organisations.remove_steward(actor, organisation_id, user_id)


@operation(blueprint, "GET", f"{ONE}/steward-invitations", out=StewardInvitationsOut, problems=(404,))
def list_steward_invitations(actor: Actor, organisation_id: str) -> Any:
    """Who was asked by mail and has not answered, as a steward."""
    return {"items": organisations.list_steward_invitations(actor, organisation_id), "next": None}


@operation(
    blueprint, "DELETE", f"{ONE}/steward-invitations/<id:invitation_id>", out=None, status=204,
    problems=(404,),
)  # fmt: skip
def revoke_steward_invitation(actor: Actor, organisation_id: str, invitation_id: str) -> None:
    """Take the question back, as a steward, with proof."""
    organisations.revoke_steward_invitation(actor, organisation_id, invitation_id)


@operation(
    blueprint, "GET", "/steward-invitations/<token>", out=OpenStewardInvitationOut, audience="anyone",
    problems=(404,),
)  # fmt: skip
def find_steward_invitation(_actor: Actor, token: str) -> Any:
    """What the link in the letter opens; used, ended, expired and unknown ones are one 404."""
    return organisations.find_steward_invitation(token)


@operation(
    blueprint, "POST", "/steward-invitations/<token>/acceptance", out=NamedOrganisationOut,
    problems=(404, 409),
)  # fmt: skip
def accept_stewardship(actor: Actor, token: str) -> Any:
    """Say yes: you act for the organisation from now on. You must be signed in with the address that was
    asked."""
    return organisations.accept_stewardship(actor, token)
