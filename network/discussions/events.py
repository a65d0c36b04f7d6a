"""Facts about rooms, topics, messages and how far somebody has read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from network.kernel.events import Fact


@dataclass(frozen=True, kw_only=True)
class RoomOpened(Fact):
    """There is a new room, open to its network."""

    kind: ClassVar[str] = "room.opened"
    entity_type: ClassVar[str] = "room"


@dataclass(frozen=True, kw_only=True)
class PrivateRoomOpened(Fact):
    """There is a new private or direct room: told to each of its people in her own scope, by its id alone.
    What is shown with a fact is shown as it is when somebody reads it, and by then she may be in the room no
    more."""

    kind: ClassVar[str] = "room.opened"
    # Of a type of its own, which nothing renders.
    entity_type: ClassVar[str] = "room_access"

    network_id: str


@dataclass(frozen=True, kw_only=True)
class RoomLeft(Fact):
    """A person left a private or direct room, or was taken out of it: her open connections leave its scope.
    Told in her own scope alone."""

    kind: ClassVar[str] = "access.ended"
    entity_type: ClassVar[str] = "room_access"

    reason: str


@dataclass(frozen=True, kw_only=True)
class RoomChanged(Fact):
    """A room got another name, purpose, place or people, was locked, unlocked or archived, became slower or
    faster."""

    kind: ClassVar[str] = "room.changed"
    entity_type: ClassVar[str] = "room"


@dataclass(frozen=True, kw_only=True)
class TopicOpened(Fact):
    """There is a new topic; the `message.posted` of its first message follows."""

    kind: ClassVar[str] = "topic.opened"
    entity_type: ClassVar[str] = "topic"


@dataclass(frozen=True, kw_only=True)
class TopicChanged(Fact):
    """A topic got another title or state, was pinned or let go."""

    kind: ClassVar[str] = "topic.changed"
    entity_type: ClassVar[str] = "topic"


@dataclass(frozen=True, kw_only=True)
class TopicMoved(Fact):
    """A topic went from one room to another: told in both. In the one where it is now, the `message.moved` of
    each of its messages follow."""

    kind: ClassVar[str] = "topic.moved"
    entity_type: ClassVar[str] = "topic"

    from_room_id: str
    to_room_id: str


@dataclass(frozen=True, kw_only=True)
class MessagePosted(Fact):
    """There is a new message; its `seq` is this fact's."""

    kind: ClassVar[str] = "message.posted"
    entity_type: ClassVar[str] = "message"


@dataclass(frozen=True, kw_only=True)
class MessageMoved(Fact):
    """A message came with its topic out of another room, where its number was `from_seq`; now it is this
    fact's."""

    kind: ClassVar[str] = "message.moved"
    entity_type: ClassVar[str] = "message"

    from_room_id: str
    from_seq: int


@dataclass(frozen=True, kw_only=True)
class MessageEdited(Fact):
    """A message says something else; what it said before is in its history."""

    kind: ClassVar[str] = "message.edited"
    entity_type: ClassVar[str] = "message"


@dataclass(frozen=True, kw_only=True)
class MessageDeleted(Fact):
    """The author took a message back; its place stays."""

    kind: ClassVar[str] = "message.deleted"
    entity_type: ClassVar[str] = "message"


@dataclass(frozen=True, kw_only=True)
class ReactionAdded(Fact):
    """Somebody put a sign at a message."""

    kind: ClassVar[str] = "reaction.added"
    entity_type: ClassVar[str] = "message"

    emoji: str
    user_id: str


@dataclass(frozen=True, kw_only=True)
class ReactionRemoved(Fact):
    """Somebody took a sign at a message back."""

    kind: ClassVar[str] = "reaction.removed"
    entity_type: ClassVar[str] = "message"

    emoji: str
    user_id: str


@dataclass(frozen=True, kw_only=True)
class ReadMoved(Fact):
    """A person's marker in a topic moved: told to herself, so that all her devices agree. `unread` is how
    many messages were left then."""

    kind: ClassVar[str] = "read.moved"
    entity_type: ClassVar[str] = "topic_read"

    network_id: str
    room_id: str
    topic_id: str
    last_read_seq: int
    unread: int


@dataclass(frozen=True, kw_only=True)
class LevelChosen(Fact):
    """A person said how much she wants to hear of a network, room or topic, which `entity_id` names: told to
    herself, so that all her devices count alike."""

    kind: ClassVar[str] = "level.chosen"
    entity_type: ClassVar[str] = "level"

    network_id: str
    room_id: str | None


def room_scope(room_id: str) -> str:
    """The scope in which everything about a room is told."""
    return f"room:{room_id}"


def network_scope(network_id: str) -> str:
    """The scope in which a network's open facts are told."""
    return f"network:{network_id}"


def user_scope(user_id: str) -> str:
    """The scope that one person alone sees."""
    return f"user:{user_id}"
