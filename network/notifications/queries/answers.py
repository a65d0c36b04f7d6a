"""Which letters can be answered by mail, and what an answer's address stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from models.discussions import Message, Room
from models.notifications import Notice
from network import discussions
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import DomainError
from network.kernel.ids import keyed_digest, same_secret
from network.kernel.transaction import session
from network.notifications.queries.notices import NoticeView
from network.notifications.rules.reply_addresses import PURPOSE, address_with, notice_in, written

OPEN_ROOMS = ("open", "announcement")
"""Kinds of rooms of which letters tell the words; what is said elsewhere is written into no mail, so it is
answered by none."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer's address stands for: whose letter it was, when, and about which message; where that is
    now, None when it is gone."""

    notice_id: str
    user_id: str
    told_at: datetime
    message_id: str
    topic_id: str | None
    room_kind: str | None


def answerable(reader: Actor, notices: Sequence[NoticeView]) -> NoticeView | None:
    """The notice that the answer to a letter about these is about: the last one, when they are all of one
    topic in an open room in which the reader may write now; None where answers by mail are not set up."""
    last = notices[-1]
    if not runtime.current().settings.reply_address or last["room_kind"] not in OPEN_ROOMS:
        return None
    if any(each["topic_id"] != last["topic_id"] for each in notices):
        return None
    try:
        discussions.room_to_write_in(reader, last["topic_id"])
    except DomainError:
        return None
    return last


def reply_address_of(notice_id: str) -> str:
    """Where the answer to a letter about this notice goes."""
    return address_with(runtime.current().settings.reply_address, written(notice_id, _seal(notice_id)))


def find_answered(tokens: Sequence[str]) -> Answered | None:
    """What the first of these stands for that we gave out; None when that is none of them, or its notice is
    forgotten."""
    for token in tokens:
        notice_id = notice_in(token)
        if notice_id is None or not same_secret(token, written(notice_id, _seal(notice_id))):
            continue
        row = (
            session()
            .execute(
                select(Notice, Message.topic_id, Room.kind)
                .outerjoin(Message, Message.id == Notice.entity_id)
                .outerjoin(Room, Room.id == Message.room_id)
                .where(Notice.id == notice_id)
            )
            .one_or_none()
        )
        if row is not None:
            notice = row[0]
            return Answered(notice.id, notice.user_id, notice.created_at, notice.entity_id, row[1], row[2])
    return None


def _seal(notice_id: str) -> str:
    return keyed_digest(PURPOSE, notice_id)
