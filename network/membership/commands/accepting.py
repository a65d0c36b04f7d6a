"""What the holder of an invitation's link can do: accept it, with an account or without, or decline it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import select

from models.membership import Invitation, Membership
from network import courses, networks, people
from network.kernel import runtime
from network.kernel.actor import ANONYMOUS, Actor
from network.kernel.errors import FieldFault, Invalid, NotFound, Unauthenticated
from network.kernel.ledger import Decision, done_again, note_decision
from network.kernel.policy import anyone, require
from network.kernel.transaction import command, session, unit_of_work
from network.kernel.translation import mark as _
from network.membership.commands.joining import add_application, add_member, let_in_by_invitation, settled
from network.membership.queries.invitations import by_token
from network.membership.queries.memberships import (
    MembershipView,
    running_membership,
    show_memberships,
    was_removed,
)
from network.membership.rules import InvitationExpired, OtherAddress, forget_address, outcome
from network.people import SignedIn


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What accepting led to. `signed_in` holds the new browser session's secrets where an account was made;
    None where the person was signed in already."""

    user_id: str
    network_id: str
    membership: MembershipView
    signed_in: SignedIn | None


def accept_invitation(
    actor: Actor,
    token: str,
    *,
    display_name: str | None = None,
    password: str | None = None,
    language: str | None = None,
    time_zone: str | None = None,
    device: str = "",
    device_token: str | None = None,
    shared_device: bool = False,
) -> Acceptance:
    """Accept an invitation: one account, one membership, and the link is used up, in one transaction. The
    mailed link proves the address, so a new account is signed in; where the address has an account already,
    its person must be signed in herself. Raises NotFound (alike for used, revoked and unknown links),
    InvitationExpired, Unauthenticated, OtherAddress, WasRemoved, Invalid."""
    with unit_of_work():
        invitation = _usable(by_token(token))
        try:
            _check_person(actor, invitation)
        except Unauthenticated:
            # Was it taken this very moment? Then it is a used link, and that looks like none.
            session().refresh(invitation)
            _usable(invitation)
            raise
        password_hash = None
        if actor.user_id is None:
            if display_name is None:
                raise Invalid({"display_name": FieldFault.of(_("This is needed."))})
            name = people.clean_name(display_name)
            if password:
                # Hashed before the write begins: it takes its time.
                checked = people.check_password(password, email=invitation.email, name=name)
                password_hash = people.hash_password(checked)
    return _accept(
        actor, token, display_name, password_hash, language, time_zone,
        _Door(device, device_token, shared_device),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Door:
    device: str
    device_token: str | None
    shared_device: bool


@command
def _accept(
    actor: Actor, token: str, display_name: str | None, password_hash: str | None, language: str | None,
    time_zone: str | None, door: _Door,
) -> Acceptance:  # fmt: skip
    require(anyone(actor, None))
    # The network first, as everywhere, so that nobody waits for each other in a ring.
    networks.lock_network(_usable(by_token(token)).network_id)
    invitation = _usable(by_token(token, locked=True))
    _check_person(actor, invitation)
    signed_in = None
    if actor.user_id is None:
        user_id = people.create_person(
            actor, invitation.email or invitation.address, display_name, language or invitation.language,
            time_zone, password_hash,
        )  # fmt: skip
        signed_in = people.open_session(actor, user_id, door.device, door.shared_device, door.device_token)
        actor = replace(ANONYMOUS, kind="person", user_id=user_id)
    else:
        user_id = actor.user_id
    membership = _join(actor, invitation, user_id)
    invitation.state, invitation.membership_id = "accepted", membership.id
    invitation.ended_at = runtime.current().clock.now()
    invitation.version += 1
    session().flush()
    if invitation.completion_id is not None:
        courses.mark_member([invitation.completion_id])
    view = show_memberships(actor, [membership])[0]
    return Acceptance(user_id, invitation.network_id, view, signed_in)


@command
def decline_invitation(token: str) -> None:
    """The person does not want to come and asks to be forgotten: the link is dead, and of name and address
    nothing remains, here and on the organisation's lists, but a sealed digest, by which this network does not
    invite her again and no list brings her back. Raises NotFound."""
    require(anyone(ANONYMOUS, None))
    invitation = by_token(token, locked=True)
    if invitation is None or invitation.state != "open":
        raise NotFound()
    note_decision("invitation", "", invitation.id, "declined")
    _decline(invitation)


@done_again("invitation")
def _declined(decided: Decision) -> None:
    wanted = select(Invitation).where(Invitation.id == decided.about, Invitation.state == "open")
    invitation = session().scalars(wanted.with_for_update()).one_or_none()
    if invitation is not None:
        _decline(invitation)


def _decline(invitation: Invitation) -> None:
    organisation_id = networks.network_row(invitation.network_id).organisation_id
    # She may have asked for the letter at another address than the one on the list.
    addresses = {invitation.address, courses.address_listed(invitation.completion_id)}
    forget_address(invitation)
    invitation.state, invitation.ended_at = "declined", runtime.current().clock.now()
    invitation.version += 1
    for address in sorted(filter(None, addresses)):
        courses.forget_graduate(organisation_id, address)


def _usable(invitation: Invitation | None) -> Invitation:
    if invitation is None or invitation.state != "open":
        raise NotFound()
    if invitation.expires_at <= runtime.current().clock.now():
        raise InvitationExpired()
    return invitation


def _check_person(actor: Actor, invitation: Invitation) -> None:
    """The invitation is bound to its address (A10): an account with it accepts for itself, and nobody who is
    signed in with another address takes it."""
    account = people.user_by_address(invitation.address)
    if actor.user_id is None:
        if account is not None:
            raise Unauthenticated()
    elif account is None or account.id != actor.user_id:
        raise OtherAddress()


def _join(actor: Actor, invitation: Invitation, user_id: str) -> Membership:
    state = outcome(invitation, was_removed(invitation.network_id, user_id))
    running = running_membership(invitation.network_id, user_id)
    if running is None:
        made = add_member(invitation.network_id, user_id, state, invitation.origin, invitation.invited_by)
        if state == "applied":
            add_application(made, "", "", None)
        return made
    settled(running)
    if running.state == "applied" and state == "active":
        let_in_by_invitation(actor, running, invitation.invited_by)
    return running
