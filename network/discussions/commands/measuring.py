"""Writing down what was done to a room or topic, and why: the moderation log shows it to the network."""

from __future__ import annotations

from models.discussions import Room, RoomMeasure, Topic
from network.discussions.policy import TO_WHOLE_NETWORK
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.ids import new_id
from network.kernel.transaction import session

_ROLES = ("meta_mentor", "deputy", "steward")


def keep_measure(actor: Actor, room: Room, kind: str, reason: str | None, topic: Topic | None = None) -> None:
    """Within a command that locked, slowed, moved or closed something: keep it for the log. Who puts a topic
    that she opened into another room takes no measure; nor does the log tell of a closed circle."""
    own = kind == "move" and topic is not None and topic.created_by == actor.user_id
    if own or room.kind not in TO_WHOLE_NETWORK:
        return
    standing = actor.standing(room.network_id)
    held = standing.roles if standing is not None else frozenset[str]()
    role = next((one for one in _ROLES if one in held), actor.kind)
    session().add(
        RoomMeasure(
            id=new_id(), network_id=room.network_id, room_id=room.id,
            topic_id=None if topic is None else topic.id, kind=kind, reason=reason, by_id=actor.id,
            acting_role=role, at=runtime.current().clock.now(),
        )
    )  # fmt: skip
    session().flush()
