"""Places to talk, the conversations in them, and how far each person has read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime


class Room(Base):
    """A place to talk. `opening` names the rooms that every network has: welcome and cafe. `people_digest` is
    that of the people of a direct room: while it stands there, these people have no second one. In slow mode
    `slow_mode_seconds` lie between two messages of one person. What was said in a private or direct one is
    deleted at `forgets_at`, once its people were told. In a room that `needs_agreement` who has not signed
    the agreement reads only, once her time for it is over."""

    __tablename__ = "rooms"
    __table_args__ = (
        Index("ix_rooms_network_id_position", "network_id", "position"),
        Index("uq_rooms_network_id_people_digest", "network_id", "people_digest", unique=True),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    network_id: Mapped[str] = mapped_column(Id, ForeignKey("networks.id"))
    name: Mapped[str] = mapped_column(String(120))
    purpose: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(15))
    opening: Mapped[str | None] = mapped_column(String(15))
    posting: Mapped[str] = mapped_column(String(15))
    state: Mapped[str] = mapped_column(String(10))
    position: Mapped[int] = mapped_column(Integer)
    slow_mode_seconds: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    needs_agreement: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    people_digest: Mapped[str | None] = mapped_column(String(64))
    created_by: Mapped[str] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    forgets_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer)


class RoomMember(Base):
    """Who belongs to a private or direct room."""

    __tablename__ = "room_members"

    room_id: Mapped[str] = mapped_column(Id, ForeignKey("rooms.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True, index=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class NetworkLevel(Base):
    """How much somebody wants to hear of a network, where she did not say it of a room or topic: `all`,
    `mentions` (and answers), `muted`; without a row all."""

    __tablename__ = "network_levels"

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True)
    network_id: Mapped[str] = mapped_column(Id, ForeignKey("networks.id"), primary_key=True)
    level: Mapped[str] = mapped_column(String(10))


class RoomLevel(Base):
    """How much somebody wants to hear of a room; without a row, as of its network."""

    __tablename__ = "room_levels"

    room_id: Mapped[str] = mapped_column(Id, ForeignKey("rooms.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True)
    level: Mapped[str] = mapped_column(String(10))


class TopicLevel(Base):
    """How much somebody wants to hear of a topic; without a row, as of its room."""

    __tablename__ = "topic_levels"

    topic_id: Mapped[str] = mapped_column(Id, ForeignKey("topics.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True)
    level: Mapped[str] = mapped_column(String(10))


class RoomSend(Base):
    """When a person wrote last in a room in slow mode; what she deletes afterwards changes nothing in it."""

    __tablename__ = "room_sends"

    room_id: Mapped[str] = mapped_column(Id, ForeignKey("rooms.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Topic(Base):
    """One conversation. Count and last message are kept in the transaction that changes them. `pinned` is 1
    for one that stands before the others: a number, because lists are sorted and continued by it."""

    __tablename__ = "topics"
    __table_args__ = (Index("ix_topics_room_id_pinned_last_seq", "room_id", "pinned", "last_seq"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    room_id: Mapped[str] = mapped_column(Id, ForeignKey("rooms.id"))
    title: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10))
    pinned: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    message_count: Mapped[int] = mapped_column(Integer)
    last_seq: Mapped[int] = mapped_column(BigInteger)
    last_message_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer)


class Message(Base):
    """One contribution. `seq` is that of its `message.posted` event in the room's scope. A job makes it
    findable as it is in `indexed_version`; while that is another than `version`, it is not yet. Reactions and
    files are counted here, so that nobody looks for them where there are none."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("author_id", "client_msg_id"),
        UniqueConstraint("room_id", "seq"),
        Index("ix_messages_topic_id_seq", "topic_id", "seq"),
        Index(
            "ix_messages_said",
            "room_id",
            "created_at",
            "author_id",
            sqlite_where=text("deleted_at IS NULL"),
            postgresql_where=text("deleted_at IS NULL"),
        ),
        Index(
            "ix_messages_unindexed",
            "id",
            sqlite_where=text("indexed_version != version"),
            postgresql_where=text("indexed_version != version"),
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    topic_id: Mapped[str] = mapped_column(Id, ForeignKey("topics.id"))
    room_id: Mapped[str] = mapped_column(Id, ForeignKey("rooms.id"))
    seq: Mapped[int] = mapped_column(BigInteger)
    author_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    client_msg_id: Mapped[str] = mapped_column(String(64))
    content_digest: Mapped[str] = mapped_column(String(64))
    reply_to: Mapped[str | None] = mapped_column(Id, ForeignKey("messages.id"), index=True)
    language: Mapped[str | None] = mapped_column(String(35))
    translation: Mapped[str | None] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    deleted_by: Mapped[str | None] = mapped_column(Id)
    veiled: Mapped[bool] = mapped_column(Boolean)
    reaction_count: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    file_count: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    indexed_version: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    version: Mapped[int] = mapped_column(Integer)


class MessageRevision(Base):
    """What a message said before an edit."""

    __tablename__ = "message_revisions"

    message_id: Mapped[str] = mapped_column(Id, ForeignKey("messages.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    body: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StoredDraft(Base):
    """What a person typed somewhere and did not send yet; `context` says where: `topic:<id>`, or `room:<id>`
    for a new topic, whose title is the first line. `set_aside` are texts that stood here when another device
    saved a different one."""

    __tablename__ = "drafts"

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True)
    context: Mapped[str] = mapped_column(String(60), primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    set_aside: Mapped[list[str]] = mapped_column(JSON)
    client_msg_id: Mapped[str] = mapped_column(String(64))
    reply_to: Mapped[str | None] = mapped_column(Id)
    version: Mapped[int] = mapped_column(Integer)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class MessageReaction(Base):
    """A person's sign at a message."""

    __tablename__ = "message_reactions"

    message_id: Mapped[str] = mapped_column(Id, ForeignKey("messages.id"), primary_key=True)
    emoji: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True, index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class MessageMention(Base):
    """Whom a message calls: a person by her name, or with everybody who had a role when it was said."""

    __tablename__ = "message_mentions"
    __table_args__ = (Index("ix_message_mentions_user_id_message_id", "user_id", "message_id"),)

    message_id: Mapped[str] = mapped_column(Id, ForeignKey("messages.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))


class TopicRead(Base):
    """How far a person has read a topic, by `seq`."""

    __tablename__ = "topic_reads"

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True)
    topic_id: Mapped[str] = mapped_column(Id, ForeignKey("topics.id"), primary_key=True, index=True)
    last_read_seq: Mapped[int] = mapped_column(BigInteger)
