"""Invitations: sent and managed by those who are in, opened and accepted by those who are not yet."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from api.cookies import cookies
from api.operations import csrf_token, json_response, operation, page_request
from api.schemas.base import page_of
from api.schemas.invitations import (
    AcceptanceIn,
    AcceptanceOut,
    GraduatesIn,
    InvitationIn,
    InvitationOut,
    InvitationQuery,
    InvitedOut,
    OpenInvitationOut,
    OtherAddressIn,
    ReaddressingIn,
)
from network import meetings, membership, people
from network.kernel.actor import Actor

blueprint = Blueprint("invitations", __name__, description="The personal way in")


@operation(
    blueprint, "POST", "/course-sessions/<id:course_session_id>/invitations", out=InvitedOut,
    body=GraduatesIn, also={202: InvitedOut}, problems=(404, 409), idempotent=True,
)  # fmt: skip
def invite_graduates(actor: Actor, course_session_id: str, body: dict[str, Any]) -> Any:
    """Invite everybody who finished the course and was not invited yet: a steward of the organisation that
    ran it, once it is verified. With `when_verified` also before; then the answer is 202, and the letters
    leave by themselves."""
    counts = membership.invite_graduates(actor, course_session_id, **body)
    if membership.count_waiting([body["network_id"]]):
        return InvitedOut().dump(counts), 202
    return counts


@operation(
    blueprint, "POST", "/networks/<id:network_id>/invitations", out=InvitationOut, status=201,
    body=InvitationIn, problems=(404, 409), idempotent=True,
)  # fmt: skip
def invite_by_hand(actor: Actor, network_id: str, body: dict[str, Any]) -> Any:
    """Invite one person, at most 20 a day. Meta-mentor, deputy and steward are told (409) when the person is
    in already or should not be written to; an ordinary member is answered the same for every address."""
    return membership.invite_by_hand(actor, network_id, **body)


@operation(
    blueprint, "GET", "/networks/<id:network_id>/invitations", out=page_of(InvitationOut),
    query=InvitationQuery, problems=(404,),
)  # fmt: skip
def list_invitations(actor: Actor, network_id: str, query: dict[str, Any]) -> Any:
    """The invitations into a network: all for those who decide who joins, one's own for a member."""
    return membership.list_invitations(
        actor, network_id, page_request(query), query["state"], query["trouble"]
    )


@operation(
    blueprint, "DELETE", "/invitations/<id:invitation_id>", out=None, status=204, problems=(404, 409)
)  # fmt: skip
def revoke_invitation(actor: Actor, invitation_id: str) -> None:
    """Take an invitation back; its link is dead."""
    membership.revoke_invitation(actor, invitation_id)


@operation(
    blueprint, "POST", "/invitations/<id:invitation_id>/resend", out=InvitationOut, problems=(404, 409),
    idempotent=True,
)  # fmt: skip
def resend_invitation(actor: Actor, invitation_id: str) -> Any:
    """Send an open or expired invitation once more, with a new link; the old one is dead. Three times a day
    at most."""
    return membership.resend_invitation(actor, invitation_id)


@operation(
    blueprint, "POST", "/invitations/<id:invitation_id>/readdressing", out=InvitationOut, status=201,
    body=ReaddressingIn, problems=(404, 409), idempotent=True,
)  # fmt: skip
def readdress_invitation(actor: Actor, invitation_id: str, body: dict[str, Any]) -> Any:
    """Invite the same person at another address, such as the one that she named: the answer is the new
    invitation; the old one is taken back."""
    return membership.readdress_invitation(actor, invitation_id, **body)


@operation(
    blueprint, "DELETE", "/invitations/<id:invitation_id>/wished-address", out=None, status=204,
    problems=(404,),
)  # fmt: skip
def keep_address(actor: Actor, invitation_id: str) -> None:
    """Leave an invitation where it is, though its holder named another address."""
    membership.keep_address(actor, invitation_id)


@operation(
    blueprint, "POST", "/i/<token>/other-address", out=None, status=202, body=OtherAddressIn,
    audience="anyone",
)  # fmt: skip
def wish_other_address(_actor: Actor, token: str, body: dict[str, Any]) -> None:
    """Ask that the invitation goes to another address, also by a link that ran out. Who invited confirms it.
    The answer is always the same."""
    membership.wish_other_address(token, **body)


@operation(blueprint, "GET", "/i/<token>", out=OpenInvitationOut, audience="anyone", problems=(404, 410))
def find_invitation(_actor: Actor, token: str) -> Any:
    """What the link in a letter opens, and when the network meets next. Used, revoked and unknown ones are
    one and the same 404; an expired one is 410 `invitation_expired`."""
    found = membership.find_invitation(token)
    return {**found, "first_meeting": meetings.next_date(found["network"]["id"])}


@operation(blueprint, "POST", "/i/<token>/renewal", out=None, status=202, audience="anyone")
def request_renewal(_actor: Actor, token: str) -> None:
    """Ask for a new link in place of an expired one: it goes to the same address. The answer is always the
    same."""
    membership.request_renewal(token)


@operation(
    blueprint, "POST", "/i/<token>/acceptance", out=AcceptanceOut, status=201, body=AcceptanceIn,
    audience="anyone", problems=(401, 404, 409, 410),
)  # fmt: skip
def accept_invitation(actor: Actor, token: str, body: dict[str, Any]) -> Any:
    """Accept: makes the account and signs in, or takes in somebody who is signed in with the invited
    address. 401 where the address has an account that is not signed in, 403 `other_address` for every other
    account."""
    here = cookies().visit()
    done = membership.accept_invitation(
        actor, token, **body,
        device=people.device_name(here.user_agent), device_token=here.device_token,
    )  # fmt: skip
    who = actor if done.signed_in is None else people.find_session(done.signed_in.token) or actor
    answer = {"user": people.show_me(who), "csrf_token": csrf_token(who), "membership": done.membership}
    response = json_response(AcceptanceOut().dump(answer), 201)
    return response if done.signed_in is None else cookies().keep_signed_in(response, done.signed_in)


@operation(
    blueprint, "POST", "/i/<token>/refusal", out=None, status=204, audience="anyone", problems=(404,)
)  # fmt: skip
def decline_invitation(_actor: Actor, token: str) -> None:
    """Say no: the address is forgotten, and this network does not invite it again."""
    membership.decline_invitation(token)
