"""What can be seen of topics: of one room, and all of a network with what was said last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, literal_column, or_, select

from models.discussions import Message, Room, Topic, TopicLevel
from models.people import User
from network import blocks
from network.discussions.policy import visible_rooms
from network.discussions.queries.levels import is_muted, join_levels
from network.discussions.queries.places import visible_room_row, visible_topic_rows
from network.discussions.queries.rooms import names_of, others_in, person_of
from network.discussions.queries.unread import first_unread, join_reader, unread_count
from network.discussions.rules.words import plain
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.events import renders
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.transaction import session
from network.networks import sees_inside
from network.people import PersonView, photo_url, shown_name, shown_picture

_rooms, _topics, _levels = Room.__table__.c, Topic.__table__.c, TopicLevel.__table__.c
_last, _writers = Message.__table__.alias("last"), User.__table__.alias("writers")
_first = Message.__table__.alias("first_of_topic")

EXCERPT = 120


class TopicCore(TypedDict):
    """A topic as everybody sees it who sees it."""

    id: str
    room_id: str
    title: str
    state: str
    pinned: bool
    message_count: int
    last_message_at: datetime
    last_seq: int
    created_by: str
    created_at: datetime
    version: int


class _OfViewer(TypedDict):
    unread: int
    first_unread_seq: int | None
    muted: bool
    level: str | None
    language: str | None


class TopicView(TopicCore):
    """A topic as one person sees it. `first_unread_seq` is the number of the oldest message that she has not
    read, None where nothing is left. `level` is what she said of it herself, None where its room's holds;
    `muted` where nothing of it is to be heard. `language` is that of its first message, in which the title
    is written too."""

    unread: int
    first_unread_seq: int | None
    muted: bool
    level: str | None
    language: str | None


class LastMessage(TypedDict):
    """Who spoke last in a topic, and how it begins; `excerpt` is None for what was deleted or veiled, and for
    words of somebody whom the viewer blocked, which are `folded`."""

    author: PersonView
    excerpt: str | None
    folded: bool
    language: str | None


class ConversationView(TopicView):
    """A topic in the list of all conversations. That of a direct room is called after the others in it, who
    stand in `people`."""

    room_name: str
    room_kind: str
    room_opening: str | None
    people: list[PersonView]
    last_message: LastMessage | None


def topic_core(row: Any) -> TopicCore:
    """A row without what differs by viewer."""
    return {
        "id": row.id, "room_id": row.room_id, "title": row.title, "state": row.state,
        "pinned": bool(row.pinned), "message_count": row.message_count,
        "last_message_at": row.last_message_at, "last_seq": row.last_seq, "created_by": row.created_by,
        "created_at": row.created_at, "version": row.version,
    }  # fmt: skip


def get_topic(actor: Actor, topic_id: str) -> TopicView:
    """One topic. Raises NotFound."""
    topic, _room = visible_topic_rows(actor, topic_id)
    return topic_views(actor, [topic.id])[topic.id]


def list_topics(actor: Actor, room_id: str, request: PageRequest = PageRequest()) -> PageOf[TopicView]:  # noqa: B008
    """The topics of a room, pinned ones first, then the one with the newest message. Raises NotFound."""
    visible_room_row(actor, room_id)
    found = page(
        select(Topic).where(Topic.room_id == room_id), [_topics.pinned, _topics.last_seq], request,
        lambda row: row, descending=True,
    )  # fmt: skip
    views = topic_views(actor, [row.id for row in found.items])
    return PageOf([views[row.id] for row in found.items], found.next)


def topic_views(actor: Actor, ids: Sequence[str]) -> dict[str, TopicView]:
    """Topics by their ids as the actor sees them, in one statement; the one of a direct room is called after
    the others in it, which takes another. Whoever asks knows that she may."""
    query = select(
        *_topics, unread_count().label("unread"), first_unread().label("first_unread_seq"),
        is_muted.label("muted"), _levels.level, opened_in(_topics.id),
    ).select_from(Topic.__table__)  # fmt: skip
    query = query.join(Room.__table__, _rooms.id == _topics.room_id).where(_topics.id.in_(ids))
    rows = session().execute(join_levels(join_reader(query)), {"me": actor.user_id or ""})
    views: dict[str, TopicView] = {row.id: {**topic_core(row), **_of_viewer(row)} for row in rows}
    nameless = {view["room_id"] for view in views.values() if not view["title"]}
    others = others_in(actor, nameless)
    for view in views.values():
        if not view["title"]:
            view["title"], view["language"] = names_of(others.get(view["room_id"], [])), None
    return views


def list_conversations(
    actor: Actor, network_id: str, most: int = 30, *, left: bool = True
) -> list[ConversationView]:
    """What a network talks about: up to `most` topics with something unread and up to `most` others, the
    newest first in both; without `left` only those of which nothing is left to hear, muted ones too. One
    statement, and one more where there are direct rooms among them. Raises NotFound where the actor does not
    see inside."""
    standing = actor.standing(network_id)
    if standing is None or not sees_inside(actor, standing):
        raise NotFound()
    return _named(actor, _conversations(actor, network_id, most, left))


def _named(actor: Actor, topics: list[ConversationView]) -> list[ConversationView]:
    others = others_in(actor, {topic["room_id"] for topic in topics if topic["room_kind"] == "direct"})
    for topic in topics:
        if topic["room_kind"] == "direct":
            here = others.get(topic["room_id"], [])
            topic["room_name"], topic["people"] = names_of(here), [person_of(row) for row in here]
            if not topic["title"]:
                topic["title"], topic["language"] = topic["room_name"], None
    return topics


def _conversations(actor: Actor, network_id: str, most: int, left: bool) -> list[ConversationView]:
    # Counted, quoted and named are those alone that are shown.
    order = (_topics.last_message_at.desc(), _topics.id)
    fresh: ColumnElement[int] = case((first_unread().is_not(None), 1), else_=0)
    heard: Select[Any] = visible_rooms(actor).join(Topic, Topic.room_id == Room.id)
    heard = join_levels(join_reader(heard)).where(_rooms.network_id == network_id)
    if not left:
        heard, fresh = heard.where(or_(is_muted, first_unread().is_(None))), literal_column("0")
    place = func.row_number().over(partition_by=fresh, order_by=order)
    ranked = heard.with_only_columns(_topics.id, fresh.label("fresh"), place.label("place")).subquery()
    query = select(Topic.id).join(Room, Room.id == Topic.room_id).join(ranked, ranked.c.id == _topics.id)
    query = (
        join_levels(join_reader(query.where(ranked.c.place <= most)))
        .outerjoin(_last, and_(_last.c.room_id == _topics.room_id, _last.c.seq == _topics.last_seq))
        .outerjoin(_writers, _writers.c.id == _last.c.author_id)
    )
    found = (
        query.with_only_columns(
            *_topics, _rooms.name.label("room_name"), _rooms.kind.label("room_kind"), _rooms.opening,
            unread_count().label("unread"), first_unread().label("first_unread_seq"), is_muted.label("muted"),
            _levels.level, _last.c.author_id, _writers.c.display_name, shown_picture(_writers.c),
            _last.c.body, _last.c.deleted_at, _last.c.veiled, _last.c.language.label("last_language"),
            blocks.hides_from(bindparam("me"), _last.c.author_id).label("blocked"), ranked.c.fresh,
        ).subquery()
    )  # fmt: skip
    newest = (found.c.fresh.desc(), found.c.last_message_at.desc(), found.c.id)
    shown = select(*found.c, opened_in(found.c.id)).order_by(*newest)
    rows = session().execute(shown, {"me": actor.user_id or ""})
    return [_conversation(row) for row in rows]


def _conversation(row: Any) -> ConversationView:
    last: LastMessage | None = None
    if row.author_id is not None:
        gone = row.deleted_at is not None or row.veiled or row.blocked
        last = {
            "author": {
                "id": row.author_id, "display_name": shown_name(row.display_name),
                "photo_url": photo_url(row.picture),
            },
            "excerpt": None if gone else excerpt(row.body), "folded": bool(row.blocked),
            "language": row.last_language,
        }  # fmt: skip
    return {
        **topic_core(row), **_of_viewer(row), "room_name": row.room_name, "room_kind": row.room_kind,
        "room_opening": row.opening, "people": [], "last_message": last,
    }  # fmt: skip


def opened_in(topic_id: ColumnElement[str]) -> ColumnElement[str | None]:
    """The language of a topic's first message."""
    first = select(_first.c.language).where(_first.c.topic_id == topic_id).order_by(_first.c.seq).limit(1)
    return first.scalar_subquery().label("opened_in")


def _of_viewer(row: Any) -> _OfViewer:
    return {
        "unread": row.unread, "first_unread_seq": row.first_unread_seq, "muted": bool(row.muted),
        "level": row.level, "language": row.opened_in,
    }  # fmt: skip


def count_later(actor: Actor, topic_id: str, seq: int) -> int:
    """How many messages of a topic stand behind the number `seq`: what was deleted keeps its place and
    counts. Raises NotFound."""
    visible_topic_rows(actor, topic_id)
    later = select(func.count()).select_from(_last).where(_last.c.topic_id == topic_id, _last.c.seq > seq)
    return int(session().execute(later).scalar_one())


def excerpt(body: str) -> str:
    """How a message begins, in one line and without the signs of Markdown; … for one that is nothing but
    files."""
    line = plain(body[: 4 * EXCERPT]) or "…"
    return line if len(line) <= EXCERPT else line[: EXCERPT - 1].rstrip() + "…"


@renders("topic")
def _render(ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    rows = session().execute(select(*_topics).where(_topics.id.in_(list(ids))))
    return {row.id: topic_core(row) for row in rows}
