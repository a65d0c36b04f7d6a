"""Saying how much one wants to hear: of a network, a room, a topic; for oneself alone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, delete

from models.discussions import NetworkLevel, RoomLevel, TopicLevel
from network.discussions.commands.upserts import upsert
from network.discussions.events import LevelChosen, user_scope
from network.discussions.policy import may_keep_marks
from network.discussions.queries.places import visible_room_row, visible_topic_rows
from network.discussions.queries.rooms import RoomView, get_room
from network.discussions.queries.topics import TopicView, get_topic
from network.discussions.rules.levels import ALL, check_level
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.events import record
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.networks import sees_inside


@command
def choose_room_level(actor: Actor, room_id: str, level: str | None) -> RoomView:
    """Hear everything of a room, only mentions and answers, or nothing; None: as of its network. What is
    muted is counted for itself. Raises NotFound, Invalid. Fact: LevelChosen to the actor alone."""
    room = visible_room_row(actor, room_id)
    require(may_keep_marks(actor))
    _choose(actor, RoomLevel, {"room_id": room.id}, check_level(level))
    _tell(actor, room.network_id, room.id, room.id)
    return get_room(actor, room.id)


@command
def choose_topic_level(actor: Actor, topic_id: str, level: str | None) -> TopicView:
    """The same of a topic; None: as of its room. Raises NotFound, Invalid. Fact: LevelChosen to the actor
    alone."""
    topic, room = visible_topic_rows(actor, topic_id)
    require(may_keep_marks(actor))
    _choose(actor, TopicLevel, {"topic_id": topic.id}, check_level(level))
    _tell(actor, room.network_id, room.id, topic.id)
    return get_topic(actor, topic.id)


@command
def choose_network_level(actor: Actor, network_id: str, level: str) -> None:
    """What holds for every room of a network of which the actor said nothing else, direct ones apart. Raises
    NotFound where she does not see inside, Invalid. Fact: LevelChosen to her alone."""
    standing = actor.standing(network_id)
    if standing is None or not sees_inside(actor, standing):
        raise NotFound()
    require(may_keep_marks(actor))
    checked = check_level(level)
    _choose(actor, NetworkLevel, {"network_id": network_id}, None if checked == ALL else checked)
    _tell(actor, network_id, None, network_id)


def _choose(actor: Actor, table: Any, place: dict[str, str], level: str | None) -> None:
    mine = {**place, "user_id": actor.user_id or ""}
    if level is None:
        session().execute(delete(table).where(and_(*(getattr(table, name) == mine[name] for name in mine))))
        return
    # Two taps at the same moment say it once.
    row = upsert(table).values(**mine, level=level)
    session().execute(row.on_conflict_do_update(index_elements=list(mine), set_={"level": level}))


def _tell(actor: Actor, network_id: str, room_id: str | None, place_id: str) -> None:
    scope = user_scope(actor.user_id or "")
    record(LevelChosen(scope=scope, entity_id=place_id, network_id=network_id, room_id=room_id))
