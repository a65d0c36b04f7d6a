"""What a network is told of its people beside their belonging."""

from __future__ import annotations

from sqlalchemy import select, union

from models.membership import Membership
from models.networks import Network
from models.organisations import Steward
from network.kernel.actor import Actor
from network.kernel.events import record
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.membership.events import MemberLooksDifferent
from network.membership.policy import may_tell_how_somebody_looks
from network.people import user_row

_NEVER_SEEN = ("invited", "applied", "withdrawn", "declined")


@command
def tell_how_somebody_looks(actor: Actor, user_id: str) -> None:
    """Record MemberLooksDifferent in every network where what a person said may stand: where she belongs or
    belonged, or is or was a steward. Those whom she only asked to let her in learn nothing. Refused to
    everybody but the system."""
    require(may_tell_how_somebody_looks(actor))
    person = user_row(user_id)
    if person is None:
        return
    belonged = select(Membership.network_id).where(
        Membership.user_id == user_id, Membership.state.not_in(_NEVER_SEEN)
    )
    stood_for = (
        select(Network.id)
        .join(Steward, Steward.organisation_id == Network.organisation_id)
        .where(Steward.user_id == user_id)
    )
    for network_id in sorted(session().scalars(union(belonged, stood_for))):
        record(
            MemberLooksDifferent(
                scope=f"network:{network_id}", entity_id=user_id, entity_version=person.version
            )
        )
