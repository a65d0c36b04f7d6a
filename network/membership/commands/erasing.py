"""What somebody leaves behind in networks when she is erased. Within the command of who erases her."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update

from models.membership import Invitation, Membership
from network import networks
from network.kernel import runtime
from network.kernel.transaction import session
from network.membership.commands.roles import check_lead
from network.membership.rules import MEMBER_STATES, NEVER_IN, NobodyToLead


def lock_networks_of(user_id: str) -> list[str]:
    """Keep every network that somebody belongs, belonged or asked to belong to from changing who belongs; the
    ids of those in which she was ever a member: an applicant's way is not told to the others."""
    wanted = select(Membership.network_id, Membership.state).where(Membership.user_id == user_id)
    found = session().execute(wanted).all()
    for network_id in sorted({row.network_id for row in found}):
        networks.lock_network(network_id)
    return sorted({row.network_id for row in found if row.state not in NEVER_IN})


def check_handed_over(user_id: str) -> None:
    """Raise NobodyToLead, with the network's name, where a network would lose the only one who leads it."""
    lock_networks_of(user_id)
    running = select(Membership).where(Membership.user_id == user_id, Membership.state.in_(MEMBER_STATES))
    for membership in session().scalars(running.order_by(Membership.network_id)):
        try:
            check_lead(membership, NobodyToLead)
        except NobodyToLead:
            network = networks.networks_by_id([membership.network_id])[membership.network_id]
            raise NobodyToLead(network=network["name"], network_id=network["id"]) from None


def end_invitations_to(addresses: Collection[str], until: datetime) -> None:
    """Whoever was invited and has gone needs no invitation any more that was written `until` then."""
    now = runtime.current().clock.now()
    for state, becomes in (("open", "revoked"), ("void", "void_ended")):
        hers = update(Invitation).where(
            Invitation.address.in_(list(addresses)), Invitation.state == state, Invitation.created_at <= until
        )
        session().execute(hers.values(state=becomes, ended_at=now, version=Invitation.version + 1))
