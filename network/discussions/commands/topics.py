"""Looking after topics: another title, locked or open, resolved, pinned."""

from __future__ import annotations

from models.discussions import Room, Topic
from network.discussions.commands.indexing import find_by_title
from network.discussions.events import TopicChanged, room_scope
from network.discussions.policy import Owned, may_change_topic, may_lock_topic
from network.discussions.queries.places import visible_topic_rows
from network.discussions.queries.topics import TopicView, topic_core, topic_views
from network.discussions.rules.states import TOPIC, check_open
from network.discussions.rules.texts import TITLE_MAX, check_line, check_reason
from network.kernel.actor import Actor
from network.kernel.events import record
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version, transition


@command
def rename_topic(actor: Actor, topic_id: str, title: str, *, expected_version: int) -> TopicView:
    """Give a topic another title. Refused to all but who opened it and the hosts. Raises NotFound,
    VersionConflict, Invalid, RoomArchived. Fact: TopicChanged."""
    topic, room = visible_topic_rows(actor, topic_id, lock=True)
    require(may_change_topic(actor, Owned(room.network_id, topic.created_by)))
    check_version(topic, expected_version, topic_core)
    _check_not_archived(room)
    topic.title = check_line("title", title, TITLE_MAX)
    topic.version += 1
    find_by_title(topic.id)
    return _changed(actor, topic)


@command
def resolve_topic(actor: Actor, topic_id: str, *, expected_version: int) -> TopicView:
    """Mark that a topic found its answer; people may still add to it. Refused to all but who opened it and
    the hosts. Raises NotFound, VersionConflict, InvalidTransition, RoomArchived. Fact: TopicChanged."""
    return _by_owner(actor, topic_id, "resolve", expected_version)


@command
def reopen_topic(actor: Actor, topic_id: str, *, expected_version: int) -> TopicView:
    """Take `resolve_topic` back; refusals and fact as there."""
    return _by_owner(actor, topic_id, "reopen", expected_version)


@command
def lock_topic(actor: Actor, topic_id: str, *, expected_version: int, reason: str = "") -> TopicView:
    """Let nobody write in a topic; what was not committed before does not appear. The trail keeps why.
    Refused to all but the hosts. Raises NotFound, VersionConflict, InvalidTransition, RoomArchived, Invalid.
    Fact: TopicChanged."""
    return _by_host(actor, topic_id, "lock", expected_version, check_reason(reason))


@command
def unlock_topic(actor: Actor, topic_id: str, *, expected_version: int) -> TopicView:
    """Open a locked topic again; refusals and fact as in `lock_topic`."""
    return _by_host(actor, topic_id, "unlock", expected_version)


@command
def pin_topic(actor: Actor, topic_id: str, *, expected_version: int) -> TopicView:
    """Let a topic stand before the others of its room. Pinned twice is pinned. Refused to all but the hosts.
    Raises NotFound, VersionConflict, RoomArchived. Fact: TopicChanged, when it was not pinned."""
    return _pin(actor, topic_id, 1, expected_version)


@command
def unpin_topic(actor: Actor, topic_id: str, *, expected_version: int) -> TopicView:
    """Take `pin_topic` back; refusals and fact as there."""
    return _pin(actor, topic_id, 0, expected_version)


def _pin(actor: Actor, topic_id: str, pinned: int, expected_version: int) -> TopicView:
    topic, room = visible_topic_rows(actor, topic_id, lock=True)
    require(may_lock_topic(actor, Owned(room.network_id, topic.created_by)))
    check_version(topic, expected_version, topic_core)
    _check_not_archived(room)
    if topic.pinned == pinned:
        return topic_views(actor, [topic.id])[topic.id]
    topic.pinned = pinned
    topic.version += 1
    return _changed(actor, topic)


def _by_owner(actor: Actor, topic_id: str, action: str, expected_version: int) -> TopicView:
    topic, room = visible_topic_rows(actor, topic_id, lock=True)
    require(may_change_topic(actor, Owned(room.network_id, topic.created_by)))
    return _move(actor, topic, room, action, expected_version)


def _by_host(
    actor: Actor, topic_id: str, action: str, expected_version: int, reason: str | None = None
) -> TopicView:
    topic, room = visible_topic_rows(actor, topic_id, lock=True)
    require(may_lock_topic(actor, Owned(room.network_id, topic.created_by)))
    return _move(actor, topic, room, action, expected_version, reason)


def _move(
    actor: Actor, topic: Topic, room: Room, action: str, expected_version: int, reason: str | None = None
) -> TopicView:
    _check_not_archived(room)
    transition(
        TOPIC, topic, action, actor, expected_version=expected_version, show=topic_core,
        network_id=room.network_id, reason=reason,
    )  # fmt: skip
    return _changed(actor, topic)


def _changed(actor: Actor, topic: Topic) -> TopicView:
    session().flush()
    record(TopicChanged(scope=room_scope(topic.room_id), entity_id=topic.id, entity_version=topic.version))
    return topic_views(actor, [topic.id])[topic.id]


def _check_not_archived(room: Room) -> None:
    if room.state == "archived":
        check_open(room.state)
