"""What the roadmap asks: who has said hello, and in how many weeks people talked. Counts, never persons."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import case, func, select

from models.discussions import Message, Room
from models.membership import Membership
from network.discussions.policy import TO_WHOLE_NETWORK
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.transaction import session

SPEAKERS = 2
"""So many different people make a conversation."""


def count_introduced(network_id: str) -> int:
    """Active members whose hello stands in the welcome room."""
    wanted = (
        select(func.count(Message.author_id.distinct()))
        .join(Room, Room.id == Message.room_id)
        .join(Membership, Membership.user_id == Message.author_id)
        .where(
            Room.network_id == network_id,
            Room.opening == "welcome",
            Message.deleted_at.is_(None),
            Membership.network_id == network_id,
            Membership.state == "active",
        )
    )
    return int(session().scalar(wanted) or 0)


def weeks_with_conversation(network_id: str, weeks: int = 13) -> int:
    """In how many of the last `weeks` spans of seven days at least two people wrote in rooms that are open to
    the whole network."""
    now = runtime.current().clock.now()
    starts = [now - timedelta(days=7 * number) for number in range(1, weeks + 1)]
    week = case(*[(Message.created_at > start, number) for number, start in enumerate(starts)])
    spoken = (
        select(week.label("week"), func.count(Message.author_id.distinct()).label("speakers"))
        .join(Room, Room.id == Message.room_id)
        .where(
            Room.network_id == network_id,
            Room.kind.in_(TO_WHOLE_NETWORK),
            Message.created_at > starts[-1],
            Message.deleted_at.is_(None),
        )
        .group_by(week)
    )
    return sum(1 for row in session().execute(spoken) if row.speakers >= SPEAKERS)


def first_rooms(network_id: str) -> dict[str, str]:
    """The ids of the rooms that every network has, by `opening`: welcome and cafe."""
    wanted = select(Room.opening, Room.id).where(Room.network_id == network_id, Room.opening.is_not(None))
    return {str(opening): room_id for opening, room_id in session().execute(wanted)}


def has_introduced_herself(actor: Actor, network_id: str) -> bool:
    """True when the actor's hello stands in the welcome room."""
    wanted = (
        select(Message.id)
        .join(Room, Room.id == Message.room_id)
        .where(
            Room.network_id == network_id,
            Room.opening == "welcome",
            Message.author_id == actor.user_id,
            Message.deleted_at.is_(None),
        )
        .limit(1)
    )
    return session().scalar(wanted) is not None
