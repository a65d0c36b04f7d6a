"""Whom a message concerns: to whom alone it was written, whom it names, whom it answers, by its sign or in a
topic that she opened."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, false, func, literal, literal_column, or_, select, union_all

from models.discussions import Message, MessageMention, Room, RoomMember, Topic
from models.membership import Membership
from models.networks import Network
from models.people import User
from network import blocks, discussions
from network.discussions import join_levels, topic_level
from network.kernel.transaction import session
from network.notifications.policy import may_be_told, room_member_of
from network.notifications.rules.kinds import DIRECT, KINDS, MENTION, REPLY

RANKS = (*KINDS, REPLY)
"""The first that fits names the notice; the last is an answer to whoever opened the topic."""
OPENER = len(KINDS)
ONLY_WITH_ALL = (KINDS.index(DIRECT), OPENER)
"""Who wants to hear of mentions and answers alone means those that are meant for her by their words."""


class Concerned(NamedTuple):
    """One person and a message that concerns her; `kind` is the first that fits."""

    user_id: str
    message_id: str
    network_id: str
    kind: str


def concerned_by(posted: Collection[str], edited: Collection[str]) -> Sequence[Concerned]:
    """The people whom these messages concern, in one statement, in the order in which they were said: who may
    hear of it, wants to, and blocked its author not. Whoever an edit names is concerned as well; to whom a
    message was written does not change with its words."""
    of = _candidates(posted, edited)
    may_hear = and_(
        topic_level != discussions.MUTED,
        or_(of.c.rank.not_in(ONLY_WITH_ALL), topic_level != discussions.MENTIONS),
        ~blocks.hides_from(User.id, Message.author_id),
    )
    query: Any = (
        select(User.id, Message.id, Room.network_id, func.min(of.c.rank))
        .select_from(of)
        .join(Message, Message.id == of.c.message_id)
        .join(Topic, Topic.id == Message.topic_id)
        .join(Room, Room.id == Message.room_id)
        .join(Network, Network.id == Room.network_id)
        .join(User, User.id == of.c.user_id)
        .join(Membership, and_(Membership.network_id == Room.network_id, Membership.user_id == User.id))
        .outerjoin(RoomMember, room_member_of(User.id))
    )
    query = join_levels(query, reader=User.id).where(
        Message.deleted_at.is_(None), Message.veiled == false(), User.id != Message.author_id,
        may_be_told(), may_hear,
    )  # fmt: skip
    query = query.group_by(User.id, Message.id, Room.network_id, Message.created_at, Message.seq)
    query = query.order_by(Message.created_at, Message.seq, User.id)
    return [Concerned(user, message, network, RANKS[rank]) for user, message, network, rank in (
        session().execute(query)
    )]  # fmt: skip


def _candidates(posted: Collection[str], edited: Collection[str]) -> Any:
    asked = Message.__table__.alias("asked")
    rank: dict[str, ColumnElement[int]] = {
        kind: literal_column(str(place)).label("rank") for place, kind in enumerate(KINDS)
    }
    alone = (
        select(Message.id.label("message_id"), RoomMember.user_id.label("user_id"), rank[DIRECT])
        .join(Room, and_(Room.id == Message.room_id, Room.kind == literal("direct")))
        .join(RoomMember, RoomMember.room_id == Room.id)
        .where(Message.id.in_(posted))
    )
    named = select(MessageMention.message_id, MessageMention.user_id, rank[MENTION]).where(
        MessageMention.message_id.in_([*posted, *edited])
    )
    answered = (
        select(Message.id, asked.c.author_id, rank[REPLY])
        .join(asked, asked.c.id == Message.reply_to)
        .where(Message.id.in_(posted))
    )
    opened: Any = (
        select(Message.id, Topic.created_by, literal_column(str(OPENER)).label("rank"))
        .join(Topic, Topic.id == Message.topic_id)
        .where(Message.id.in_(posted))
    )
    return union_all(alone, named, answered, opened).subquery("candidates")
