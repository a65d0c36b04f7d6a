"""Who reads a letter, as she stands at the moment at which it leaves."""

from __future__ import annotations

from sqlalchemy import select

from models.membership import Membership
from models.people import User
from network import membership, networks
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.transaction import session


def reader_of(user_id: str) -> Actor | None:
    """The person with her rights of this moment; None for who has no account any more, or froze her data."""
    user = session().get(User, user_id, populate_existing=True)
    if user is None or user.state != "active" or user.frozen_at is not None or user.email is None:
        return None
    return membership.with_standings(
        Actor(
            kind="person", user_id=user.id, name=user.display_name, email=user.email,
            language=user.language, time_zone=user.time_zone,
        )
    )  # fmt: skip


def heard_networks(reader: Actor) -> dict[str, str]:
    """The networks of which she is told, with their names: she is active there, not suspended, accepted the
    rules that hold, and the network is not asleep."""
    now = runtime.current().clock.now()
    mine = [
        network_id
        for network_id, standing in reader.standings.items()
        if standing.state == "active" and standing.rules_accepted and not standing.is_suspended(now)
    ]
    known = networks.networks_by_id(mine)
    return {network_id: row["name"] for network_id, row in known.items() if row["overlay"] is None}


def affair_networks(reader: Actor) -> dict[str, str]:
    """The networks of whose affairs she is told, with their names: she is active there and not suspended, or
    acts for the founding organisation, and the network is not asleep. Before she accepted rules there for the
    first time she is told nothing (state-machines, B8); where new rules hold she is still told."""
    now = runtime.current().clock.now()
    active = {
        network_id: standing.membership_id
        for network_id, standing in reader.standings.items()
        if standing.state == "active" and not standing.is_suspended(now)
    }
    accepted = select(Membership.network_id).where(
        Membership.id.in_(active.values()), Membership.rules_version_id.is_not(None)
    )
    mine = set(session().scalars(accepted)) if active else set()
    mine |= {network_id for network_id, standing in reader.standings.items() if "steward" in standing.roles}
    known = networks.networks_by_id(sorted(mine))
    return {network_id: row["name"] for network_id, row in known.items() if row["overlay"] is None}
