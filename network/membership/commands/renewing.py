"""Invitations on their way: sent again, renewed by whom they reached too late, taken back."""

from __future__ import annotations

from models.membership import Invitation
from network import networks, organisations
from network.kernel import runtime
from network.kernel.actor import ANONYMOUS, Actor
from network.kernel.errors import InvalidTransition
from network.kernel.outbox import post
from network.kernel.policy import anyone, require
from network.kernel.transaction import command, session
from network.kernel.transitions import transition
from network.membership.commands.inviting import acting_as, check_verified
from network.membership.policy import may_change_invitation
from network.membership.queries.invitations import (
    InvitationView,
    by_token,
    invitation_row,
    show_invitations,
)
from network.membership.rules import INVITATION, count_resend, invitation_state, renew


@command
def revoke_invitation(actor: Actor, invitation_id: str) -> InvitationView:
    """Take an invitation back: its link is dead from now on. Refused to who does not see it (NotFound);
    InvalidTransition when it was used or ended. In the audit trail."""
    row = invitation_row(actor, invitation_id, locked=True)
    require(may_change_invitation(actor, row))
    check_not_over(row)
    transition(
        INVITATION, row, "revoke", actor, expected_version=None, show=_shown,
        network_id=row.network_id, acting_role=acting_as(actor, row.network_id),
    )  # fmt: skip
    row.ended_at = runtime.current().clock.now()
    session().flush()
    return _shown(row)


@command
def resend_invitation(actor: Actor, invitation_id: str) -> InvitationView:
    """Send an open or expired invitation once more, with a new link for 30 days; the old link is dead. At
    most three times a day. Raises NotFound, TooMany, InvalidTransition when it was used or ended."""
    row = invitation_row(actor, invitation_id, locked=True)
    require(may_change_invitation(actor, row))
    check_not_over(row)
    check_verified(networks.network_row(row.network_id))
    count_resend(row, runtime.current().clock.now())
    renew_and_post(row)
    return _shown(row)


@command
def request_renewal(token: str) -> None:
    """Send a new link to the address of an expired invitation; its old link is dead. Nothing happens for
    every other link, and nobody is told which it was."""
    require(anyone(ANONYMOUS, None))
    row = by_token(token, locked=True)
    if row is None or row.state != "open" or row.expires_at > runtime.current().clock.now():
        return
    if organisations.is_verified(networks.network_row(row.network_id).organisation_id):
        renew_and_post(row)


def check_not_over(row: Invitation) -> None:
    """Raise InvalidTransition, with the state, for an invitation that was used or ended."""
    state = invitation_state(row, runtime.current().clock.now())
    if row.state not in ("open", "void"):
        raise InvalidTransition(state=state)


def _shown(row: Invitation) -> InvitationView:
    return show_invitations([row])[0]


def renew_and_post(row: Invitation) -> None:
    """A new link and its letter, within a command that checked the right."""
    renew(row, runtime.current().clock.now(), runtime.current().settings.invitation_days)
    session().flush()
    if row.state == "open" and row.email is not None:
        post("invitation", row.email, row.language, invitation_id=row.id, renewals=row.renewals)
