"""What a member does about her own belonging: pause, come back, leave; and how others end it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from models.membership import Invitation, Membership
from network import networks
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.events import record
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version, transition
from network.membership.commands.applying import withdraw
from network.membership.commands.joining import settled, shown, tell_changed
from network.membership.commands.roles import check_lead, end_roles
from network.membership.events import AccessEnded
from network.membership.policy import may_change_membership, may_end_all_memberships
from network.membership.queries.applications import application_of
from network.membership.queries.memberships import MembershipView, membership_row, show_memberships
from network.membership.rules import INVITATION, MEMBERSHIP, check_not_past


@command
def pause_membership(
    actor: Actor, membership_id: str, expected_version: int, until: date | None = None
) -> MembershipView:
    """Pause one's own membership, until the end of a day or until one comes back; nobody asks why. Records
    MembershipChanged. Refused to everybody else; LastMetaMentor; VersionConflict, InvalidTransition,
    Invalid."""
    membership = _own_locked(actor, membership_id)
    check_version(membership, expected_version, shown)
    check_not_past("until", until, runtime.current().clock.today())
    if MEMBERSHIP.can(membership.state, "pause"):
        check_lead(membership)
    _step(actor, membership, "pause")
    membership.paused_until = until
    return _told(actor, membership)


@command
def resume_membership(actor: Actor, membership_id: str, expected_version: int) -> MembershipView:
    """Come back from a pause. Records MembershipChanged. Refused to everybody else; VersionConflict,
    InvalidTransition."""
    membership = _own_locked(actor, membership_id)
    check_version(membership, expected_version, shown)
    _step(actor, membership, "resume")
    membership.paused_until = None
    return _told(actor, membership)


@command
def leave_membership(actor: Actor, membership_id: str, expected_version: int) -> MembershipView:
    """Leave a network at once, with all roles in it; an applicant withdraws her application. Coming back
    makes a new membership. Records MembershipChanged and AccessEnded. Refused to everybody else;
    LastMetaMentor; VersionConflict, InvalidTransition."""
    membership = _own_locked(actor, membership_id)
    check_version(membership, expected_version, shown)
    application = application_of(membership.id) if membership.state == "applied" else None
    if application is not None:
        withdraw(actor, application, membership)
        return show_memberships(actor, [membership])[0]
    if MEMBERSHIP.can(membership.state, "leave"):
        check_lead(membership)
    _step(actor, membership, "leave")
    _end(membership, "left")
    return show_memberships(actor, [membership])[0]


def remove_member(actor: Actor, membership_id: str, reason: str, acting_role: str) -> Membership:
    """End somebody's membership as a measure, within the command of a higher capability that decided it. Her
    open invitations by hand are dead. Records MembershipChanged and AccessEnded; in the audit trail."""
    membership = locked_membership(membership_id)
    transition(
        MEMBERSHIP, membership, "remove", actor, expected_version=None, show=shown,
        network_id=membership.network_id, acting_role=acting_role, reason=reason,
    )  # fmt: skip
    now = runtime.current().clock.now()
    written = select(Invitation).where(
        Invitation.network_id == membership.network_id, Invitation.invited_by == membership.user_id,
        Invitation.state.in_(("open", "void")), Invitation.origin != "course",
    )  # fmt: skip
    for invitation in session().scalars(written):
        invitation.state = INVITATION.steps["revoke"][invitation.state]
        invitation.ended_at = now
        invitation.version += 1
    _end(membership, "removed")
    return membership


def lapse_member(actor: Actor, membership: Membership) -> None:
    """Within the command that found that she has not come for a year: end her membership. Coming back makes
    a new one. Records MembershipChanged and AccessEnded."""
    _step(actor, membership, "lapse")
    _end(membership, "lapsed")


@command
def end_all_memberships(actor: Actor, user_id: str) -> None:
    """End whatever runs when an account was closed: the organisation takes care of a network that loses its
    only meta-mentor by it (B8). Refused to everybody but the system."""
    require(may_end_all_memberships(actor))
    running = select(Membership.network_id, Membership.id).where(
        Membership.user_id == user_id, Membership.state.in_(("applied", "accepted", "active", "paused"))
    )
    found = session().execute(running.order_by(Membership.network_id)).all()
    # All networks before the first change: nothing is locked behind the audit trail (docs/architecture.md).
    for network_id, _membership_id in found:
        networks.lock_network(network_id)
    for _network_id, membership_id in found:
        membership = locked_membership(membership_id)
        application = application_of(membership.id) if membership.state == "applied" else None
        if application is not None:
            withdraw(actor, application, membership)
        else:
            _step(actor, membership, "leave")
            _end(membership, "left")


def _own_locked(actor: Actor, membership_id: str) -> Membership:
    """The row, with its network's lock: of two meta-mentors who leave at the same moment one comes second."""
    membership = membership_row(actor, membership_id)
    require(may_change_membership(actor, membership))
    return locked_membership(membership.id)


def locked_membership(membership_id: str) -> Membership:
    """The row as it is now, behind its network's lock."""
    wanted = select(Membership).where(Membership.id == membership_id)
    networks.lock_network(session().scalars(wanted).one().network_id)
    fresh = wanted.with_for_update().execution_options(populate_existing=True)
    return settled(session().scalars(fresh).one())


def _step(actor: Actor, membership: Membership, action: str) -> None:
    transition(
        MEMBERSHIP, membership, action, actor, expected_version=None, show=shown,
        network_id=membership.network_id, acting_role="member" if actor.is_person else None,
    )  # fmt: skip


def _told(actor: Actor, membership: Membership) -> MembershipView:
    session().flush()
    tell_changed(membership)
    return show_memberships(actor, [membership])[0]


def _end(membership: Membership, reason: str) -> None:
    membership.ended_at, membership.paused_until = runtime.current().clock.now(), None
    session().flush()
    end_roles(membership, reason)
    tell_changed(membership)
    record(
        AccessEnded(
            scope=f"user:{membership.user_id}", entity_id=membership.network_id,
            network_id=membership.network_id, reason=reason,
        )
    )  # fmt: skip
