"""What the roadmap asks: who has said hello, and in how many weeks people talked. Counts, never persons."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Select, bindparam, func, select, union_all

from models.base import UtcDateTime
from models.discussions import Message, Room
from models.membership import Membership
from network.discussions.policy import TO_WHOLE_NETWORK
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.transaction import session

_rooms, _messages = Room.__table__.c, Message.__table__.c


class TalkEvidence(NamedTuple):
    """`introduced` counts the active members whose hello stands in the welcome room, `weeks` the spans of
    seven days in which at least two people wrote in rooms that are open to the whole network."""

    introduced: int
    weeks: int


def talk_evidence(network_id: str, weeks: int = 13) -> TalkEvidence:
    """What was said in a network, of the last `weeks` spans of seven days, asked on nobody's behalf. One
    statement; of each span it reads until a second voice is found, not what was said."""
    now = runtime.current().clock.now()
    days = {f"day_{number}": now - timedelta(days=7 * number) for number in range(weeks + 1)}
    found = session().connection().execute(_evidence(weeks), {"network": network_id, **days})
    return TalkEvidence(*found.one())


@lru_cache(maxsize=8)
def _evidence(weeks: int) -> Any:
    return select(_introduced().scalar_subquery(), _spoken(weeks).scalar_subquery())


def _introduced() -> Select[Any]:
    here: BindParameter[str] = bindparam("network")
    welcome = select(_rooms.id).where(_rooms.network_id == here, _rooms.opening == "welcome")
    spoke = select(_messages.author_id).where(_messages.room_id.in_(welcome), _messages.deleted_at.is_(None))
    # Looked up first: SQLite would go through everything that each member wrote anywhere.
    authors = spoke.distinct().cte("authors").prefix_with("MATERIALIZED")
    return (
        select(func.count())
        .select_from(authors)
        .join(Membership, Membership.user_id == authors.c.author_id)
        .where(Membership.network_id == here, Membership.state == "active")
    )


def _spoken(weeks: int) -> Any:
    spans = union_all(*[
        select(
            bindparam(f"day_{number + 1}", type_=UtcDateTime).label("after"),
            bindparam(f"day_{number}", type_=UtcDateTime).label("until"),
        )
        for number in range(weeks)
    ]).subquery("spans")  # fmt: skip
    voice = _voices(spans).limit(1).scalar_subquery().label("voice")
    first = select(spans.c.after, spans.c.until, voice)
    # Looked up once for each span, not for each message of it.
    heard = first.cte("heard").prefix_with("MATERIALIZED")
    # With a limit it is asked span by span along the index; PostgreSQL would join an EXISTS over everything.
    another = _voices(heard).where(_messages.author_id != heard.c.voice).limit(1).scalar_subquery()
    return select(func.count()).select_from(heard).where(another.is_not(None))


def _voices(spans: Any) -> Select[Any]:
    return (
        select(_messages.author_id)
        .join_from(Room.__table__, Message.__table__, _messages.room_id == _rooms.id)
        .where(
            _rooms.network_id == bindparam("network"), _rooms.kind.in_(TO_WHOLE_NETWORK),
            _messages.created_at > spans.c.after, _messages.created_at <= spans.c.until,
            _messages.deleted_at.is_(None),
        )
        .correlate(spans)
    )  # fmt: skip


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
