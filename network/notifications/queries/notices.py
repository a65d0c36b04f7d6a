"""What somebody is told: the number beside the bell, and the list behind it.

A notice is there while the message it is about can be seen: not deleted, not hidden, in a room that is still
hers, by nobody whom she blocked. It counts as read when she marked it so or has read the message, on whatever
device.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, TypedDict, final

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    bindparam,
    case,
    false,
    func,
    or_,
    select,
    union_all,
)

from models.discussions import Message, Room, Topic, TopicRead
from models.notifications import Notice
from models.people import User
from network import blocks, discussions
from network.kernel.actor import Actor
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.policy import require
from network.kernel.transaction import session
from network.notifications.policy import may_keep_notices
from network.notifications.queries.affairs import AffairView, NoticeRow, affairs_of, show_affairs
from network.notifications.rules.affairs import AFFAIRS
from network.notifications.rules.kinds import KINDS
from network.people import PersonView, photo_url, shown_name, shown_picture

MOST = 100
"""More are not counted: nobody reads the difference."""

_notices, _messages, _topics = Notice.__table__.c, Message.__table__.c, Topic.__table__.c
_rooms, _users, _reads = Room.__table__.c, User.__table__.c, TopicRead.__table__.c


@final
class NoticeView(TypedDict):
    """One notice as the person sees it whom it concerns. `excerpt` is how the message begins; `title` is
    empty in a direct room, which is called after the others in it."""

    id: str
    kind: str
    network_id: str
    room_id: str
    room_name: str
    room_kind: str
    topic_id: str
    title: str
    message_id: str
    seq: int
    author: PersonView
    excerpt: str
    created_at: datetime
    read: bool


class UnreadNotices(TypedDict):
    """How many notices are left; at most a hundred are counted."""

    unread: int


_is_read: ColumnElement[bool] = or_(
    _notices.read_at.is_not(None), _messages.seq <= func.coalesce(_reads.last_read_seq, 0)
)

_COLUMNS = (
        _notices.id, _notices.kind, _notices.network_id, _notices.created_at, _is_read.label("read"),
        _messages.id.label("message_id"), _messages.seq, _messages.body, _messages.author_id,
        _topics.id.label("topic_id"), _topics.title, _rooms.id.label("room_id"),
        _rooms.name.label("room_name"), _rooms.kind.label("room_kind"), _users.display_name,
        shown_picture(_users),
)  # fmt: skip


_OF_AFFAIRS = (
    _notices.id, _notices.kind, _notices.network_id, _notices.entity_id, _notices.created_at,
    _notices.read_at,
)  # fmt: skip


def count_notices(actor: Actor) -> int:
    """The number beside the bell, in one statement."""
    if not actor.is_person:
        return 0
    return min(MOST, int(session().execute(_left(actor), {"me": actor.user_id}).scalar_one()))


def count_all(actor: Actor, network_id: str) -> tuple[int, int]:
    """What the frame of a page counts, in one statement: the unread messages of a network outside of what is
    muted, and the notices. Raises NotFound where the actor does not see inside."""
    talk = discussions.unread_topics(actor, network_id).subquery()
    messages = select(func.coalesce(func.sum(talk.c.unread), 0)).where(~talk.c.muted)
    wanted = select(messages.scalar_subquery(), _left(actor).scalar_subquery())
    row = session().execute(wanted, {"me": actor.user_id}).one()
    return int(row[0]), min(MOST, int(row[1]))


def _left(actor: Actor) -> Select[Any]:
    of_messages = _visible(actor).where(_notices.read_at.is_(None), ~_is_read)
    of_messages = of_messages.with_only_columns(_notices.id)
    of_affairs = select(_notices.id).where(_own_affairs(actor), _notices.read_at.is_(None))
    messages, affairs = (
        select(func.count()).select_from(left.limit(MOST).subquery()).scalar_subquery()
        for left in (of_messages, of_affairs)
    )
    return select(messages + affairs)


def list_notices(
    actor: Actor,
    request: PageRequest = PageRequest(),  # noqa: B008
) -> PageOf[NoticeView | AffairView]:
    """One's own notices, about messages and about what a network settles, the newest first, a page at a time.
    Raises Unauthenticated, Invalid."""
    require(may_keep_notices(actor))
    visible = union_all(
        _visible(actor).with_only_columns(_notices.id), select(_notices.id).where(_own_affairs(actor))
    ).subquery()
    query: Any = select(*_OF_AFFAIRS).join(visible, visible.c.id == _notices.id)
    query = query.params(me=actor.user_id)
    found = page(query, [_notices.id], request, lambda row: NoticeRow(*row), descending=True, scalar=False)
    of_affairs = [row for row in found.items if row.kind in AFFAIRS]
    shown: dict[str, NoticeView | AffairView] = {each["id"]: each for each in show_affairs(of_affairs)}
    of_messages = [row.id for row in found.items if row.kind not in AFFAIRS]
    if of_messages:
        rows = _visible(actor).with_only_columns(*_COLUMNS).where(_notices.id.in_(of_messages))
        shown |= {row.id: _view(row) for row in session().execute(rows, {"me": actor.user_id})}
    return PageOf([shown[row.id] for row in found.items if row.id in shown], found.next)


def list_unread(
    actor: Actor,
    network_id: str,
    request: PageRequest = PageRequest(),  # noqa: B008
) -> PageOf[discussions.WaitingView]:
    """What is new in a network since one was there, by topic, a page at a time: what concerns one first, then
    what one hears all of, then the rest; what is muted is left out. Raises NotFound where the actor does not
    see inside, Invalid."""
    return discussions.list_waiting(actor, _called(actor), KINDS, request, network_id)


def list_inbox(actor: Actor, request: PageRequest = PageRequest()) -> PageOf[discussions.WaitingView]:  # noqa: B008
    """The conversations of all one's networks in which something waits for oneself: where one is named or
    answered and has not read it, and direct ones with something unread. The newest first, a page at a time.
    Raises Unauthenticated, Invalid."""
    require(may_keep_notices(actor))
    return discussions.list_waiting(actor, _called(actor), KINDS, request)


def _called(actor: Actor) -> FromClause:
    """What is left of one's notices, by topic: as the bell counts them."""
    rank = case({kind: place for place, kind in enumerate(KINDS)}, value=_notices.kind)
    left = _visible(actor).where(_notices.read_at.is_(None), ~_is_read).group_by(_messages.topic_id)
    return left.with_only_columns(
        _messages.topic_id, func.min(rank).label("rank"), func.count().label("calls"),
        func.min(_messages.seq).label("seq"),
    ).subquery("called")  # fmt: skip


def waiting_notices(
    reader: Actor, networks: Collection[str], notice_ids: Collection[str]
) -> list[tuple[NoticeView, str]]:
    """Those of some notices, in some networks, that are still there, of places that the reader did not mute
    and that she has not read, oldest first, each with all that its message says: for a letter that leaves."""
    query = discussions.join_levels(_visible(reader)).where(
        _notices.id.in_(notice_ids), _notices.network_id.in_(networks), ~_is_read, ~discussions.is_muted
    )
    rows = session().execute(query.with_only_columns(*_COLUMNS).order_by(_notices.id), {"me": reader.user_id})
    return [(_view(row), row.body) for row in rows]


def _own_affairs(actor: Actor) -> ColumnElement[bool]:
    return and_(_notices.user_id == bindparam("me"), affairs_of(actor))


def _visible(actor: Actor) -> Select[Any]:
    rooms = discussions.visible_rooms(actor).with_only_columns(_rooms.id)
    return (
        select(_notices.id)
        .select_from(Notice.__table__)
        .join(Message.__table__, _messages.id == _notices.entity_id)
        .join(Topic.__table__, _topics.id == _messages.topic_id)
        .join(Room.__table__, _rooms.id == _messages.room_id)
        .join(User.__table__, _users.id == _messages.author_id)
        .outerjoin(
            TopicRead.__table__,
            and_(_reads.topic_id == _messages.topic_id, _reads.user_id == bindparam("me")),
        )
        .where(
            _notices.user_id == bindparam("me"), _messages.deleted_at.is_(None), _messages.veiled == false(),
            _rooms.id.in_(rooms), ~blocks.hides_from(bindparam("me"), _messages.author_id),
        )
    )  # fmt: skip


def _view(row: Any) -> NoticeView:
    (
        notice_id, kind, network_id, created_at, read, message_id, seq, body, author_id, topic_id, title,
        room_id, room_name, room_kind, name, picture,
    ) = row  # fmt: skip
    return {
        "id": notice_id, "kind": kind, "network_id": network_id, "room_id": room_id, "room_name": room_name,
        "room_kind": room_kind, "topic_id": topic_id, "title": title, "message_id": message_id, "seq": seq,
        "author": {"id": author_id, "display_name": shown_name(name), "photo_url": photo_url(picture)},
        "excerpt": discussions.excerpt(body), "created_at": created_at, "read": bool(read),
    }  # fmt: skip
