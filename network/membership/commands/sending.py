"""Invitations on their way out: those that waited for verification leave, and a letter that was given up is
noted on its invitation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from models.membership import Invitation
from models.networks import Network
from models.organisations import Organisation
from network import networks, organisations
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.audit import append
from network.kernel.events import record
from network.kernel.jobs import job
from network.kernel.outbox import post_many
from network.kernel.policy import require
from network.kernel.transaction import command, session, unit_of_work
from network.kernel.undelivered import follows_letters
from network.membership.events import GraduatesInvited
from network.membership.policy import may_send_waiting

_WAITS = Invitation.sent_at.is_(None) & Invitation.state.in_(("open", "void"))


@job("invitations.send_waiting", every_minutes=5)
def send_all_waiting() -> int:
    """Send what was written at the very moment of a verification and stayed behind; how many letters. What
    waited before it leaves with the verification itself."""
    verified = (
        select(Organisation.id)
        .join(Network, Network.organisation_id == Organisation.id)
        .join(Invitation, Invitation.network_id == Network.id)
        .where(_WAITS, Organisation.state == "verified")
        .distinct()
    )
    with unit_of_work():
        left_behind = session().scalars(verified.order_by(Organisation.id)).all()
    return sum(send_waiting(system_actor("invitations"), one) for one in left_behind)


@command
def send_waiting(actor: Actor, organisation_id: str) -> int:
    """Send every invitation into the organisation's networks that waits for its verification: the letters
    leave, and the thirty days begin now; how many letters. Nothing while it is not verified. Records
    GraduatesInvited for each network; in the audit trail. Refused to everybody but the system."""
    require(may_send_waiting(actor))
    if not organisations.is_verified(organisation_id):
        return 0
    own = (
        select(Network.id)
        .join(Invitation, Invitation.network_id == Network.id)
        .where(_WAITS, Network.organisation_id == organisation_id)
        .distinct()
    )
    return sum(_send_into(actor, each) for each in session().scalars(own.order_by(Network.id)).all())


def _send_into(actor: Actor, network_id: str) -> int:
    networks.lock_network(network_id)
    mine = (Invitation.network_id == network_id, _WAITS)
    rows = session().scalars(select(Invitation).where(*mine).order_by(Invitation.id).with_for_update()).all()
    letters = [
        (row.email, row.language, {"invitation_id": row.id, "renewals": row.renewals})
        for row in rows
        if row.state == "open" and row.email is not None
    ]
    graduates = sum(row.origin == "course" for row in rows)
    now, days = runtime.current().clock.now(), runtime.current().settings.invitation_days
    # Void ones count as sent, too: they look like the others.
    session().execute(
        update(Invitation)
        .where(*mine)
        .values(sent_at=now, expires_at=now + timedelta(days=days), version=Invitation.version + 1)
        .execution_options(synchronize_session=False)
    )
    session().expire_all()
    post_many("invitation", letters)
    if letters:
        append(actor, "invitations.sent", "network", network_id, network_id=network_id,
               after={"sent": len(letters)})  # fmt: skip
    if graduates:
        record(GraduatesInvited(scope=f"network:{network_id}", entity_id=network_id, count=graduates))
    return len(letters)


@follows_letters("invitation")
def note_given_up(params: Mapping[str, Any], given_up: bool) -> None:
    """Note on an invitation that its letter did not arrive, or is tried again after that."""
    session().execute(
        update(Invitation)
        .where(Invitation.id == params["invitation_id"], Invitation.renewals == params["renewals"])
        .values(undelivered_at=runtime.current().clock.now() if given_up else None)
        .execution_options(synchronize_session=False)
    )
