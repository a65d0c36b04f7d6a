"""Who belongs to a network and in which role: memberships, appointments, applications."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from api.operations import operation, page_request
from api.schemas.base import PageQuery, VersionedIn, page_of
from api.schemas.membership import (
    ApplicationIn,
    ApplicationMessageIn,
    ApplicationMessageOut,
    ApplicationOut,
    ApplicationQuery,
    AppointmentIn,
    AppointmentOut,
    AppointmentQuery,
    DecisionIn,
    GreetingOut,
    HandoverIn,
    MembershipOut,
    MembershipQuery,
    OwnMembershipOut,
    PauseIn,
)
from network import decisions, discussions, membership, networks
from network.kernel.actor import Actor

blueprint = Blueprint("membership", __name__, description="Belonging to a network, and roles in it")


@operation(
    blueprint, "GET", "/networks/<id:network_id>/memberships", out=page_of(MembershipOut),
    query=MembershipQuery, problems=(404,),
)  # fmt: skip
def list_memberships(actor: Actor, network_id: str, query: dict[str, Any]) -> Any:
    """Who belongs to the network, in the order of joining: for its members and stewards."""
    return membership.list_memberships(actor, network_id, page_request(query), query["state"])


@operation(blueprint, "GET", "/me/memberships", out=page_of(OwnMembershipOut), query=PageQuery)
def list_my_memberships(actor: Actor, query: dict[str, Any]) -> Any:
    """One's own memberships, also those that ended, newest first."""
    return membership.list_my_memberships(actor, page_request(query))


@operation(
    blueprint, "GET", "/memberships/<id:membership_id>", out=MembershipOut, problems=(404,)
)  # fmt: skip
def get_membership(actor: Actor, membership_id: str) -> Any:
    """One membership: one's own always; others' for members and stewards; applicants for those who decide."""
    return membership.get_membership(actor, membership_id)


@operation(
    blueprint, "POST", "/memberships/<id:membership_id>/pause", out=MembershipOut, body=PauseIn,
    problems=(404, 409), idempotent=True,
)  # fmt: skip
def pause_membership(actor: Actor, membership_id: str, body: dict[str, Any]) -> Any:
    """Pause one's own membership; nobody asks why. The only meta-mentor hands over first (409
    `last_meta_mentor`)."""
    return membership.pause_membership(actor, membership_id, body["expected_version"], body["until"])


@operation(
    blueprint, "POST", "/memberships/<id:membership_id>/resume", out=MembershipOut, body=VersionedIn,
    problems=(404, 409), idempotent=True,
)  # fmt: skip
def resume_membership(actor: Actor, membership_id: str, body: dict[str, Any]) -> Any:
    """Come back from a pause."""
    return membership.resume_membership(actor, membership_id, body["expected_version"])


@operation(
    blueprint, "POST", "/memberships/<id:membership_id>/leave", out=MembershipOut, body=VersionedIn,
    problems=(404, 409), idempotent=True,
)  # fmt: skip
def leave_membership(actor: Actor, membership_id: str, body: dict[str, Any]) -> Any:
    """Leave at once; open connections lose the network within a second. An applicant withdraws by it. The
    only meta-mentor hands over first (409 `last_meta_mentor`)."""
    return membership.leave_membership(actor, membership_id, body["expected_version"])


@operation(
    blueprint, "GET", "/networks/<id:network_id>/appointments", out=page_of(AppointmentOut),
    query=AppointmentQuery, problems=(404,),
)  # fmt: skip
def list_appointments(actor: Actor, network_id: str, query: dict[str, Any]) -> Any:
    """Who has which role, and who had it, newest first: for members and stewards."""
    found = membership.list_appointments(actor, network_id, page_request(query), query["state"])
    if decisions.settle_due(network_id):  # whom an election chose is there, whoever looks first
        return membership.list_appointments(actor, network_id, page_request(query), query["state"])
    return found


@operation(
    blueprint, "POST", "/networks/<id:network_id>/appointments", out=AppointmentOut, status=201,
    body=AppointmentIn, problems=(404, 409), idempotent=True,
)  # fmt: skip
def appoint(actor: Actor, network_id: str, body: dict[str, Any]) -> Any:
    """Give a role to an active member: the steward, with a proof of identity."""
    return membership.appoint(actor, network_id, **body)


@operation(
    blueprint, "POST", "/appointments/<id:appointment_id>/handover", out=AppointmentOut, body=HandoverIn,
    problems=(404, 409), idempotent=True,
)  # fmt: skip
def hand_over(actor: Actor, appointment_id: str, body: dict[str, Any]) -> Any:
    """Hand a role over to another active member, with a proof of identity: the meta-mentor her own, the
    steward every one. Answers with the successor's appointment."""
    return membership.hand_over(actor, appointment_id, **body)


@operation(
    blueprint, "DELETE", "/appointments/<id:appointment_id>", out=None, status=204, problems=(404, 409)
)  # fmt: skip
def end_appointment(actor: Actor, appointment_id: str) -> None:
    """End a role: the steward, with a proof of identity. The only meta-mentor's is handed over instead (409
    `last_meta_mentor`)."""
    membership.end_appointment(actor, appointment_id)


@operation(
    blueprint, "POST", "/networks/<id:network_id>/applications", out=ApplicationOut, status=201,
    body=ApplicationIn, problems=(404, 409), idempotent=True,
)  # fmt: skip
def apply_to_network(actor: Actor, network_id: str, body: dict[str, Any]) -> Any:
    """Ask to join a network that shows itself."""
    return membership.apply_to_network(actor, network_id, **body)


@operation(
    blueprint, "GET", "/networks/<id:network_id>/applications", out=page_of(ApplicationOut),
    query=ApplicationQuery, problems=(404,),
)  # fmt: skip
def list_applications(actor: Actor, network_id: str, query: dict[str, Any]) -> Any:
    """The applications to a network, newest first: for those who decide who joins."""
    return membership.list_applications(actor, network_id, page_request(query), query["state"])


@operation(blueprint, "GET", "/applications/<id:application_id>", out=ApplicationOut, problems=(404,))
def get_application(actor: Actor, application_id: str) -> Any:
    """One application: one's own, or for those who decide."""
    return membership.get_application(actor, application_id)


@operation(
    blueprint, "POST", "/applications/<id:application_id>/decision", out=ApplicationOut, body=DecisionIn,
    problems=(404, 409), idempotent=True,
)  # fmt: skip
def decide_application(actor: Actor, application_id: str, body: dict[str, Any]) -> Any:
    """Accept or decline: meta-mentor, deputy or steward, but neither the applicant nor who invited her (403
    `party_to_matter`)."""
    return membership.decide_application(actor, application_id, **body)


@operation(
    blueprint, "POST", "/applications/<id:application_id>/withdrawal", out=ApplicationOut, body=VersionedIn,
    problems=(404, 409), idempotent=True,
)  # fmt: skip
def withdraw_application(actor: Actor, application_id: str, body: dict[str, Any]) -> Any:
    """Take one's own application back."""
    return membership.withdraw_application(actor, application_id, body["expected_version"])


@operation(blueprint, "GET", "/me/applications", out=page_of(ApplicationOut), query=PageQuery)
def list_my_applications(actor: Actor, query: dict[str, Any]) -> Any:
    """One's own applications, also those that were settled, newest first."""
    return membership.list_my_applications(actor, page_request(query))


@operation(
    blueprint, "GET", "/applications/<id:application_id>/messages", out=page_of(ApplicationMessageOut),
    query=PageQuery, problems=(404,),
)  # fmt: skip
def list_application_messages(actor: Actor, application_id: str, query: dict[str, Any]) -> Any:
    """What the applicant and those who decide said to each other, oldest first; nobody else reads it."""
    return membership.list_application_messages(actor, application_id, page_request(query))


@operation(
    blueprint, "POST", "/applications/<id:application_id>/messages", out=ApplicationMessageOut, status=201,
    body=ApplicationMessageIn, problems=(404, 409), idempotent=True,
)  # fmt: skip
def write_about_application(actor: Actor, application_id: str, body: dict[str, Any]) -> Any:
    """Say something to the other side while the application waits (409 once it is settled)."""
    return membership.write_about_application(actor, application_id, body["body"])


@operation(
    blueprint, "POST", "/networks/<id:network_id>/greeting", out=GreetingOut, status=201,
    body=ApplicationMessageIn, problems=(404, 409), idempotent=True,
)  # fmt: skip
def greet_while_waiting(actor: Actor, network_id: str, body: dict[str, Any]) -> Any:
    """Say hello in the welcome room while one's own application waits, once, after accepting the rules."""
    networks.get_network(actor, network_id)
    return {"topic_id": discussions.greet_while_waiting(actor, network_id, body["body"])["id"]}
