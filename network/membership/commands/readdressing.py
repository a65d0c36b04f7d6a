"""Another address for an invitation: named by whom the link reached, confirmed by who manages it."""

from __future__ import annotations

from sqlalchemy import func, select

from models.membership import Invitation
from network import networks, organisations, people
from network.kernel import runtime
from network.kernel.actor import ANONYMOUS, Actor
from network.kernel.addresses import check_email
from network.kernel.errors import FieldFault, Invalid, NotFound, TooMany
from network.kernel.outbox import post
from network.kernel.policy import anyone, require
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version, transition
from network.kernel.translation import mark as _
from network.membership.commands.inviting import (
    acting_as,
    check_daily_limit,
    check_verified,
    draft,
    send_by_hand,
)
from network.membership.commands.renewing import check_not_over
from network.membership.policy import decides_who_joins, may_change_invitation
from network.membership.queries.invitations import (
    InvitationView,
    by_token,
    invitation_row,
    show_invitations,
)
from network.membership.queries.memberships import running_membership
from network.membership.rules import (
    DAY,
    INVITATION,
    MEMBER_STATES,
    RESENDS_PER_DAY,
    WISHES_PER_INVITATION,
    forget_address,
    leads_straight_in,
)


@command
def wish_other_address(token: str, email: str, name: str | None = None) -> None:
    """Say that the invitation should go to another address, also by a link that ran out. Nothing is sent
    there: who manages the invitation gets a letter and confirms it or not. Whatever the link is, the caller
    is told the same; it counts five times. Raises Invalid for what is no address or name."""
    require(anyone(ANONYMOUS, None))
    written, address = check_email(email)
    called = _called(name)
    row = by_token(token, locked=True)
    if row is None or row.state != "open" or row.wishes >= WISHES_PER_INVITATION or address == row.address:
        return
    is_first = row.wished_email is None
    row.wished_email, row.wished_name = written, called
    row.wishes += 1
    row.version += 1
    if is_first:
        for user_id in _managers(row):
            reached = people.address_of(user_id)
            if reached is not None:
                post("address_wished", *reached, invitation_id=row.id)


@command
def readdress_invitation(
    actor: Actor, invitation_id: str, email: str | None = None, name: str | None = None, *,
    expected_version: int | None = None,
) -> InvitationView:  # fmt: skip
    """Invite the same person at another address, by default the one that she named: a new invitation with a
    new link in place of the old one, which is dead and of which the address is forgotten; what stood on the
    course's list stays with it. Where the actor does not decide who joins, the new one leads to asking to
    join, whatever the old one did. With `expected_version` it goes to the address that the actor saw or
    nowhere. Refused to who does not see it (NotFound); Invalid; VersionConflict; InvalidTransition when it
    was used or ended; TooMany; and what `invite_by_hand` raises."""
    row = invitation_row(actor, invitation_id)
    require(may_change_invitation(actor, row))
    network = networks.lock_network(row.network_id)
    row = invitation_row(actor, invitation_id, locked=True)
    check_not_over(row)
    if expected_version is not None:
        check_version(row, expected_version, _shown)
    wanted = email or row.wished_email
    if wanted is None:
        raise Invalid({"email": FieldFault.of(_("This is needed."))})
    written, address = check_email(wanted)
    if address == row.address:
        raise Invalid({"email": FieldFault.of(_("This is the address that it was sent to."))})
    called = _called(name) or row.wished_name or row.name
    waits, now = check_verified(network, True), runtime.current().clock.now()
    decides, origin, completion_id = bool(decides_who_joins(actor, network)), row.origin, row.completion_id
    if not decides and leads_straight_in(row):
        # Nobody hands a way straight in to somebody else, from a time when she decided or from a list (B8).
        origin, completion_id = "member", None
    if completion_id is None:
        check_daily_limit(row.invited_by, now)
    else:
        _check_moves(completion_id)
    transition(
        INVITATION, row, "revoke", actor, expected_version=None, show=_shown, network_id=row.network_id,
        acting_role=acting_as(actor, row.network_id), reason="readdressed",
    )  # fmt: skip
    row.ended_at = now
    forget_address(row)  # she may say no or be erased at the new one: then nothing is left of her here
    session().flush()
    new = draft(
        network, row.invited_by, origin, written, address, row.language, row.message, now, called,
        completion_id,
    )  # fmt: skip
    return send_by_hand(new, now, decides, waits)


@command
def keep_address(actor: Actor, invitation_id: str) -> None:
    """Leave the invitation at its address, though another one was named. Raises NotFound when it is not open
    to the actor, or no other address is named."""
    row = invitation_row(actor, invitation_id, locked=True)
    require(may_change_invitation(actor, row))
    if row.wished_email is None:
        raise NotFound()
    row.wished_email = row.wished_name = None
    row.version += 1


def _called(name: str | None) -> str | None:
    return people.clean_name(name) if name and name.strip() else None


def _managers(row: Invitation) -> list[str]:
    """Whom to ask: who invited, while she is there and can be reached; for a course's graduate, and where she
    has gone, those who act for the organisation."""
    stewards = organisations.stewards_of(networks.network_row(row.network_id).organisation_id)
    inviter, theirs = row.invited_by, running_membership(row.network_id, row.invited_by)
    is_there = inviter in stewards or (theirs is not None and theirs.state in MEMBER_STATES)
    if row.origin != "course" and is_there and people.address_of(inviter) is not None:
        return [inviter]
    return stewards


def _check_moves(completion_id: str) -> None:
    """A course's list has no cap of its own, but one person's place on it moves a few times a day at most."""
    since = runtime.current().clock.now() - DAY
    moved = select(func.count()).select_from(Invitation).where(
        Invitation.completion_id == completion_id, Invitation.created_at > since
    )  # fmt: skip
    if (session().scalar(moved) or 0) > RESENDS_PER_DAY:
        raise TooMany(retry_after=int(DAY.total_seconds()))


def _shown(row: Invitation) -> InvitationView:
    return show_invitations([row])[0]
