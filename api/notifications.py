"""What one is told of, where and how."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from api.operations import operation
from api.schemas.discussions import LevelIn, RoomOut, TopicOut
from network import discussions
from network.kernel.actor import Actor

blueprint = Blueprint("notifications", __name__, description="What one is told of, where and how")


@operation(
    blueprint, "PUT", "/rooms/<id:room_id>/notification-level", out=RoomOut, body=LevelIn, problems=(404,)
)
def choose_room_level(actor: Actor, room_id: str, body: dict[str, Any]) -> Any:
    """Hear everything of a room, mentions and answers only, or nothing; null: as of its network."""
    return discussions.choose_room_level(actor, room_id, body["level"])


@operation(
    blueprint, "PUT", "/topics/<id:topic_id>/notification-level", out=TopicOut, body=LevelIn,
    problems=(404,),
)  # fmt: skip
def choose_topic_level(actor: Actor, topic_id: str, body: dict[str, Any]) -> Any:
    """Hear everything of a topic, mentions and answers only, or nothing; null: as of its room."""
    return discussions.choose_topic_level(actor, topic_id, body["level"])
